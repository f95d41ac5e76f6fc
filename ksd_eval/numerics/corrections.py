"""Shares corrected for how a judge errs, with intervals that carry both sources of doubt.

How a judge errs is known from validation pictures, whose truth is known, as counts of truth against
reading. The corrected share is the one that, read by such a judge, gives the share observed.
Another prompt would give another share, and other validation pictures other error rates; and all of
it supposes that the judge errs on the pictures in question as on the validation pictures.
"""

from dataclasses import dataclass
from math import hypot, inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from ksd_eval.numerics import intervals
from ksd_eval.numerics.error_rates import Corrected, counted
from ksd_eval.numerics.intervals import Interval


def rogan_gladen(share: float, raw: Interval | None, counts: ArrayLike, level: float) -> Corrected:
    """Return the share of the first of two classes, corrected for sensitivity and specificity.

    The estimate is (share + Sp - 1) / (Se + Sp - 1), cut to [0, 1]. Its interval inverts a test: p
    is kept where share + Sp - 1 and p (Se + Sp - 1) differ by no more than the limits of share, Se
    and Sp allow together. So it inherits what the raw interval does about few pairs and about pairs
    that are all alike, and is the raw interval if the judge is known not to err. The limits of Se
    and Sp are Jeffreys': no error among 30 pictures does not mean that there is none.

    Measured at level .95 with Se .93, Sp .96, share .2, 1000 prompts of one picture, 150 validation
    pictures a class: coverage .95, width .087; the raw interval covers .71, the delta method .945
    (width .083), a bootstrap of pairs and counts .945. In twelve cases (shares 0 to 1, 12 to 1000
    pairs, rates .65 to .995, 30 to 500 pictures a class) coverage is .95 to .99 of the studies that
    have an interval, with `intervals.share_over_prompts` as raw. At a share of .02 and 30 pictures
    a class it is .98, the delta method's .79 and that bootstrap's .74.

    Source: Rogan and Gladen, Estimating prevalence from the results of a screening test (1978).
        Interval: Fieller (1954), with distances to limits in place of standard errors, Donner and
        Zou (2012). On the delta method's failure: DiCiccio et al., Confidence intervals for
        seroprevalence (2022).

    Args:
        share: Observed share of the first class over prompts, in [0, 1].
        raw: Its interval over prompts; None if it has none.
        counts: Validation pictures, shape [2, 2]: row the truth, column the reading.
        level: Nominal coverage, between 0 and 1; that of `raw`.

    Returns:
        Neither estimate nor interval if Se + Sp <= 1, or its interval reaches 1. No interval where
        no share in [0, 1] agrees with what was observed.

    Raises:
        ValueError: If `share` is not a share or not within `raw`, `raw` has another level, or
            `counts` are not of two classes with a picture each.

    >>> raw = Interval(0.192, 0.244, 0.95, "student")
    >>> found = rogan_gladen(0.218, raw, [[140, 10], [6, 144]], 0.95)
    >>> round(found.estimate, 3), round(found.interval.low, 3), round(found.interval.high, 3)
    (0.199, 0.151, 0.237)
    """
    judge = _two_classes(counts, level)
    _check_raw("share", share, raw, level)
    if judge.reason:
        return Corrected(None, None, judge.reason)
    right = share + judge.right[1] - 1
    estimate = float(np.clip(right / judge.youden, 0, 1))
    if raw is None:
        return Corrected(estimate, None, "the raw share has no interval")
    doubts_low = share - raw.low, judge.above[0], judge.below[1]
    doubts_high = raw.high - share, judge.below[0], judge.above[1]
    low = _fieller(right, judge.youden, doubts_low, -1)
    high = _fieller(right, judge.youden, doubts_high, 1)
    if high <= 0 or low >= 1:
        reason = "with these error rates the judge cannot read so {} of any share in [0, 1]"
        return Corrected(estimate, None, reason.format("few" if high <= 0 else "many"))
    return Corrected(estimate, Interval(max(low, 0), min(high, 1), level, "rogan_gladen"))


def rogan_gladen_difference(
    difference: float, raw: Interval | None, counts: ArrayLike, level: float
) -> Corrected:
    """Return a difference of two shares of the first of two classes, both corrected alike.

    False alarms cancel: it is the raw difference over Se + Sp - 1, cut to [-1, 1]. So it is no
    smaller than the raw one, and its interval excludes 0 just where the raw one does.

    Args:
        difference: Observed difference over prompts, in [-1, 1].
        raw: Its interval over prompts, of pairs that keep both arms; None if it has none.
        counts: As for `rogan_gladen`, as are the errors.
        level: Nominal coverage, between 0 and 1; that of `raw`.
    """
    judge = _two_classes(counts, level)
    _check_raw("difference", difference, raw, level)
    if judge.reason:
        return Corrected(None, None, judge.reason)
    estimate = float(np.clip(difference / judge.youden, -1, 1))
    if raw is None:
        return Corrected(estimate, None, "the raw difference has no interval")
    below, above = hypot(*judge.below), hypot(*judge.above)
    # The end nearer to 0 goes with a judge better than it seems, the farther with a worse one.
    doubts = above if raw.low > 0 else below, below if raw.high > 0 else above
    low = _fieller(difference, judge.youden, (difference - raw.low, doubts[0], 0), -1)
    high = _fieller(difference, judge.youden, (raw.high - difference, doubts[1], 0), 1)
    ends = float(np.clip(low, -1, estimate)), float(np.clip(high, estimate, 1))
    return Corrected(estimate, Interval(*ends, level, "rogan_gladen"))


@dataclass(frozen=True, slots=True)
class _TwoClasses:
    """How often a judge reads each of two classes right, and how far the limits lie from that."""

    right: tuple[float, float]
    below: tuple[float, float]
    above: tuple[float, float]

    @property
    def youden(self) -> float:
        """Youden's index, Se + Sp - 1."""
        return sum(self.right) - 1

    @property
    def reason(self) -> str:
        """Why such a judge cannot be corrected; empty if it can."""
        both = sum(self.right)
        low = both - hypot(*self.below)
        if low > 1:
            return ""
        return (
            f"the judge {'is' if both <= 1 else 'may be'} no better than chance: Se + Sp is "
            f"{both:.2f}, at the low end {low:.2f}, and chance has 1; validate it on more pictures"
        )


def _two_classes(counts: ArrayLike, level: float) -> _TwoClasses:
    table = counted(counts, level)
    if len(table) != 2:
        raise ValueError(f"counts are of {len(table)} classes, not of two; use adjusted_count")
    rights, totals = table.diagonal(), table.sum(axis=1)
    se, sp = (float(right) for right in rights / totals)
    of_se, of_sp = (
        intervals.jeffreys(int(right), int(n), level)
        for right, n in zip(rights, totals, strict=True)
    )
    below, above = (se - of_se.low, sp - of_sp.low), (of_se.high - se, of_sp.high - sp)
    return _TwoClasses((se, sp), below, above)


def _fieller(
    numerator: float, slope: float, doubts: tuple[float, float, float], side: int
) -> float:
    """Return the p where (numerator - p slope)^2 = a^2 + p^2 b^2 + (1 - p)^2 c^2, on one side.

    Infinite where that side has no end.
    """
    a, b, c = (doubt**2 for doubt in doubts)
    square, half, rest = slope**2 - b - c, numerator * slope - c, numerator**2 - a - c
    root = sqrt(max(0.0, half**2 - square * rest))
    if half * side < 0:  # written so that nothing cancels
        return rest / (half - side * root)
    return (half + side * root) / square if square > 0 else side * inf


def _check_raw(name: str, value: float, raw: Interval | None, level: float) -> None:
    least = 0 if name == "share" else -1
    if not least <= value <= 1:
        raise ValueError(f"{name} must lie in [{least}, 1], got {value}; write 40 % as 0.4")
    if raw is not None and (raw.level != level or not raw.covers(value)):
        raise ValueError(
            f"raw must be an interval of the {name} {value} at level {level}, "
            f"got [{raw.low}, {raw.high}] at {raw.level}"
        )
