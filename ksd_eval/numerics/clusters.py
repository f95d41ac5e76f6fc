"""Two sets of rows that come in clusters, and what may be left out with what.

A cluster is what was drawn as a whole: the images of one prompt pair, or one reference photograph.
A label found on both sides (the Korean and the English images of a pair) is one cluster, and leaves
both sides together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Codes


@dataclass(frozen=True)
class Clusters:
    """The clusters of two sets of rows, numbered together."""

    x: Codes
    """Cluster of each row of x, shape [n_x]."""
    y: Codes
    """Cluster of each row of y, shape [n_y]."""
    count: int
    """Number of clusters, k."""
    strata: tuple[Codes, ...]
    """Clusters exchangeable with each other: those on both sides, only in x, only in y.

    Two or more each: a cluster that is alone of its kind has nothing to be exchanged with,
    and is held fixed.
    """


def number(x: ArrayLike, y: ArrayLike, rows_x: int, rows_y: int) -> Clusters:
    """Number the clusters of two sets of rows.

    Args:
        x: One label a row of the first set, shape [rows_x], strings or whole numbers.
        y: The same of the second, shape [rows_y]. A label on both sides is one cluster.
        rows_x: Number of rows that must be labelled.
        rows_y: The same of the second.

    Raises:
        ValueError: If the number of labels is another.
        TypeError: If labels are neither strings nor whole numbers, or not of one kind on both
            sides.

    >>> number(["결혼식", "결혼식", "집"], ["집", "결혼식"], 3, 2).strata
    (array([0, 1]),)
    """
    names_x = checks.labels("clusters_x", x, rows_x)
    names_y = checks.labels("clusters_y", y, rows_y)
    if (names_x.dtype.kind == "U") != (names_y.dtype.kind == "U"):
        raise TypeError(
            f"clusters_x are {names_x.dtype} and clusters_y are {names_y.dtype}; "
            "name both by strings or both by numbers"
        )
    names, codes = np.unique(np.concatenate([names_x, names_y]), return_inverse=True)
    codes_x, codes_y = codes[:rows_x], codes[rows_x:]
    return Clusters(codes_x, codes_y, len(names), _strata(codes_x, codes_y))


def _strata(x: Codes, y: Codes) -> tuple[Codes, ...]:
    kinds = np.intersect1d(x, y), np.setdiff1d(x, y), np.setdiff1d(y, x)
    return tuple(kind for kind in kinds if len(kind) > 1)
