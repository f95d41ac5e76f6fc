"""How a judge errs, as counts of truth against reading, and what a correction by them gives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.intervals import Interval


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected share, or a difference of two, and what keeps it from being had."""

    estimate: float | None
    """A share in [0, 1], a difference in [-1, 1]; None if the judge does not tell classes apart."""
    interval: Interval | None
    """Cut to the same range."""
    reason: str = ""
    """Why one of them is None, as a sentence; else empty."""


def counted(counts: ArrayLike, level: float) -> Floats:
    """Return counts of truth against reading as float64 of shape [k, k], k >= 2.

    Raises:
        ValueError: If the table is not square, a count is negative or no whole number, a class has
            no picture, or `level` is not between 0 and 1.
    """
    checks.fraction("level", level)
    table = checks.matrix("counts", counts, least=2)
    if table.shape[0] != table.shape[1] or table.min() < 0 or np.any(table % 1):
        raise ValueError(
            f"counts must be whole numbers >= 0 of truth against reading, shape [k, k], "
            f"got {table.tolist()}; leave out pictures that the judge abstained from"
        )
    empty = np.flatnonzero(table.sum(axis=1) == 0)
    if len(empty):
        raise ValueError(f"counts have no picture of class {empty[0]}; validate every class")
    return table
