"""What a confidence interval is, and what can be said where nothing differs."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import ArrayLike

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, ends included."""

    low: float
    """Lower end, in the unit of the estimate; -inf if the values exclude nothing."""
    high: float
    """Upper end, likewise."""
    level: float
    """Nominal coverage, between 0 and 1."""
    method: str
    """How it was made."""

    def __post_init__(self) -> None:
        checks.fraction("level", self.level)
        if not self.low <= self.high:
            raise ValueError(f"an interval must have low <= high, got [{self.low}, {self.high}]")

    @property
    def width(self) -> float:
        """Distance between the ends."""
        return self.high - self.low

    def covers(self, value: float) -> bool:
        """Whether `value` lies within, ends included."""
        return self.low <= value <= self.high


def all_alike(pair_values: ArrayLike, level: float, bounds: tuple[float, float]) -> Interval | None:
    """Return the exact interval of a bounded mean, where all n >= 2 pairs show the same value c.

    If a fraction q of all prompts showed another value, n draws would miss them with probability
    (1 - q)^n. So q is at most 1 - ((1 - level) / 2)^(1/n), and these could lie as far as a bound.
    That supposes nothing but the bounds: thirty prompts of a kind that all come out one way do say
    something, though they have no spread to make a usual interval of. Half of the error on either
    side, as in any other interval here, though of a value at a bound there is but one side: of one
    image a pair it is Clopper and Pearson's interval.

    Args:
        pair_values: Shape [n], in any unit.
        level: Nominal coverage, between 0 and 1.
        bounds: Least and greatest value that a pair can have.

    Returns:
        None below 2 pairs, if they are not alike, or if a bound is infinite.

    >>> round(all_alike([0.0] * 30, 0.95, (0.0, 1.0)).high, 3)
    0.116
    """
    checks.fraction("level", level)
    values = checks.vector("pair_values", pair_values, least=0)
    if len(values) < 2 or has_spread(values) or not all(isfinite(bound) for bound in bounds):
        return None
    low, high = bounds
    same = float(np.clip(values.mean(), low, high))
    unseen = 1 - ((1 - level) / 2) ** (1 / len(values))
    return Interval(same - unseen * (same - low), same + unseen * (high - same), level, "all_alike")


def has_spread(values: Floats) -> bool:
    """Return whether two or more `values` differ by more than the rounding of their means."""
    if len(values) < 2:
        return False
    return bool(np.ptp(values) > 8 * np.finfo(float).eps * np.abs(values).max())


def tails(level: float) -> tuple[float, float]:
    """Return the chances that lie below the two ends.

    >>> [round(chance, 3) for chance in tails(0.95)]
    [0.025, 0.975]
    """
    return (1 - level) / 2, (1 + level) / 2
