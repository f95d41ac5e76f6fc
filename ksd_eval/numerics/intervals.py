"""How sure we are of a mean, of two estimands that must not be mixed.

*Over prompts*: what another prompt of the kind would give. The unit is the prompt pair: its
replicates stay together as one mean (see `pairs`), since resampling them too counts their variance
twice. *Over seeds*: what this very wording would give with other noise. The unit is the image.

No spread between pairs, whether there is one pair or all are equal, means that nothing was learnt
about other prompts: the interval is then None, not one of width 0, which would read as perfect
precision.
"""

from dataclasses import dataclass
from math import floor, inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from ksd_eval.numerics import checks, signs
from ksd_eval.numerics.checks import Floats

BOOTSTRAP_FROM = 30
"""Number of pairs from which the percentile bootstrap is used; below, it covers too little."""

SIGN_FLIP_UP_TO = 20
"""Number of differences up to which all 2^n - 1 subset means (8 MB) are enumerated."""

_BLOCK = 2**22
"""Resampled values held in memory at once."""


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
    """Name of the function that made it."""

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


def over_prompts(
    pair_values: ArrayLike, level: float, resamples: int, rng: np.random.Generator
) -> Interval | None:
    """Return the interval of the mean over prompts, by the rule that suits the number of pairs.

    From 30 pairs the percentile bootstrap; from 2 to 29 Student's t, as the bootstrap is then too
    narrow. (Below 9 pairs the interval is shown but no verdict is given; that is the caller's
    rule.) Not clipped to the range of the values.

    Args:
        pair_values: One value a prompt pair, shape [n], such as a share or a paired difference.
        level: Nominal coverage, between 0 and 1.
        resamples: Number of bootstrap resamples.
        rng: Source of the resamples.

    Returns:
        None below 2 pairs, or if all pair values are equal up to rounding.

    Raises:
        ValueError: If a value is NaN or infinite, or `level` is not between 0 and 1.
    """
    values = checks.vector("pair_values", pair_values, least=0)
    if len(values) < BOOTSTRAP_FROM:
        return student(values, level)
    return percentile_bootstrap(values, level, resamples, rng)


def student(pair_values: ArrayLike, level: float) -> Interval | None:
    """Return Student's t interval of the mean of `pair_values`.

    Arguments, errors and None as in `over_prompts`.

    >>> interval = student([0.1, 0.3, 0.2], 0.95)
    >>> round(interval.low, 3), round(interval.high, 3)
    (-0.048, 0.448)
    """
    checks.fraction("level", level)
    values = checks.vector("pair_values", pair_values, least=0)
    if not _spread(values):
        return None
    mean, error = float(values.mean()), float(values.std(ddof=1)) / sqrt(len(values))
    reach = float(stats.t.ppf((1 + level) / 2, len(values) - 1)) * error
    return Interval(mean - reach, mean + reach, level, "student")


def percentile_bootstrap(
    pair_values: ArrayLike, level: float, resamples: int, rng: np.random.Generator
) -> Interval | None:
    """Return the percentile bootstrap interval of the mean, pairs drawn whole and with replacement.

    Memory is bounded, and the bound does not change the numbers. Arguments, errors and None as in
    `over_prompts`.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    checks.fraction("level", level)
    checks.whole("resamples", resamples, 1)
    values = checks.vector("pair_values", pair_values, least=0)
    if not _spread(values):
        return None
    low, high = np.quantile(_resampled_means(values, resamples, rng), _tails(level))
    return Interval(float(low), float(high), level, "percentile_bootstrap")


def sign_flip(differences: ArrayLike, level: float) -> Interval | None:
    """Return the exact interval of the centre of few differences, inverting the sign-flip test.

    Supposes only that the differences are independent and symmetric about the centre. A centre c is
    kept unless flipping signs of (differences - c) rarely gives a mean as far from 0. Flipping a
    subset gives a larger mean just if the subset's mean lies below c, so the ends are order
    statistics of the 2^n - 1 subset means: the K-th from either end, K = floor(2^n (1 - level)
    / 2). No grid, no search.

    Source: Hartigan, Using subsample values as typical values (JASA 1969).

    Args:
        differences: One difference a pair, shape [n], n <= 20.
        level: Nominal coverage; the true one is 1 - 2K / 2^n, which is at least that.

    Returns:
        The whole line where 2^n is too small to exclude anything (below 6 differences at level
        .95). None if there are fewer than 2 differences or all are equal.

    Raises:
        ValueError: If a value is not finite, `level` not between 0 and 1, or there are more than 20
            differences.

    >>> sign_flip([1, 2, 3, 4, 5, 9], 0.95)
    Interval(low=1.0, high=9.0, level=0.95, method='sign_flip')
    """
    checks.fraction("level", level)
    values = checks.vector("differences", differences, least=0)
    if len(values) > SIGN_FLIP_UP_TO:
        raise ValueError(
            f"sign_flip takes at most {SIGN_FLIP_UP_TO} differences, as it enumerates 2^n subsets; "
            f"got {len(values)}; use over_prompts"
        )
    if not _spread(values):
        return None
    rank = floor(2 ** len(values) * (1 - level) / 2)
    if rank == 0:
        return Interval(-inf, inf, level, "sign_flip")
    means = np.sort(signs.subset_means(values))
    return Interval(float(means[rank - 1]), float(means[-rank]), level, "sign_flip")


def wilson(successes: int, n: int, level: float) -> Interval:
    """Return Wilson's score interval of a share over seeds.

    For n independent images: one wording with other noise. Images of several prompts may be pooled
    if the question is about exactly these prompts; the interval is then somewhat too wide. It says
    nothing about other prompts.

    Source: Wilson (JASA 1927); Brown, Cai and DasGupta (Statistical Science 2001), equation 4.

    Args:
        successes: Number of images that have the property, 0 to n.
        n: Number of usable images, at least 1.
        level: Nominal coverage, between 0 and 1.

    Raises:
        ValueError: If the counts are not whole, n < 1, or successes not in 0..n.

    >>> interval = wilson(0, 10, 0.95)
    >>> interval.low, round(interval.high, 4)
    (0.0, 0.2775)
    """
    share = _share(successes, n, level)
    z2 = float(stats.norm.ppf((1 + level) / 2)) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = sqrt(z2 * share * (1 - share) / n + (z2 / (2 * n)) ** 2) / (1 + z2 / n)
    low = 0.0 if successes == 0 else centre - reach
    return Interval(low, 1.0 if successes == n else centre + reach, level, "wilson")


def jeffreys(successes: int, n: int, level: float) -> Interval:
    """Return Jeffreys' interval of a share over seeds.

    Its ends are quantiles of Beta(successes + 1/2, n - successes + 1/2). Shorter than Wilson's near
    0 and 1. After no success the low end is 0, after no failure the high end 1, as the source
    advises; a share never seen must not be excluded. Arguments and errors as in `wilson`.

    Source: Brown, Cai and DasGupta (Statistical Science 2001), section 3.1.
    """
    _share(successes, n, level)
    below, above = _tails(level)
    posterior = stats.beta(successes + 0.5, n - successes + 0.5)
    low = 0.0 if successes == 0 else float(posterior.ppf(below))
    high = 1.0 if successes == n else float(posterior.ppf(above))
    return Interval(low, high, level, "jeffreys")


def _tails(level: float) -> list[float]:
    return [(1 - level) / 2, (1 + level) / 2]


def _spread(values: Floats) -> bool:
    """Whether `values` differ by more than the rounding of their means."""
    if len(values) < 2:
        return False
    return bool(np.ptp(values) > 8 * np.finfo(float).eps * np.abs(values).max())


def _resampled_means(values: Floats, resamples: int, rng: np.random.Generator) -> Floats:
    rows = max(1, _BLOCK // len(values))
    sizes = [min(rows, resamples - start) for start in range(0, resamples, rows)]
    draws = (rng.integers(len(values), size=(size, len(values))) for size in sizes)
    return np.concatenate([values[draw].mean(axis=1) for draw in draws])


def _share(successes: int, n: int, level: float) -> float:
    checks.fraction("level", level)
    if checks.whole("successes", successes, 0) > checks.whole("n", n, 1):
        raise ValueError(f"successes must be at most n, got {successes} of {n}")
    return successes / n
