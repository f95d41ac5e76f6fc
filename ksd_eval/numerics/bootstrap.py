"""The bootstrap of a mean over prompt pairs: pairs are drawn whole, with replacement.

Memory is bounded, and the bound changes no number. For the interval of one mean take
`intervals.over_prompts`, whose Student's t covers better and costs nothing; drawn means are for
what has no formula: ranks, many groups at once, anything computed from several means.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Codes, Floats
from ksd_eval.numerics.confidence import Interval, has_spread, tails

_BLOCK = 2**18
"""Resampled values held in memory at once: 2 MB, which stay in the processor's cache."""


def resampled_means(values: ArrayLike, resamples: int, rng: np.random.Generator) -> Floats:
    """Return the means of resamples of `values`, shape [resamples].

    Args:
        values: One value a pair, shape [n], n >= 1.
        resamples: Number of resamples.
        rng: Source of the resamples.

    Raises:
        ValueError: If a value is not finite, or there is none.
    """
    numbers = checks.vector("values", values)
    return grouped_means(numbers, np.zeros(len(numbers), int), resamples, rng)[:, 0]


def grouped_means(
    pair_values: ArrayLike, groups: ArrayLike, resamples: int, rng: np.random.Generator
) -> Floats:
    """Return each group's mean in each resample, pairs resampled within their group.

    All groups at once: as many pairs are drawn of a group as it has, so its size is fixed, as the
    prompt set fixes it.

    Source: Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.2.

    Args:
        pair_values: One value a pair, shape [n], n >= 1.
        groups: The group of each pair, shape [n], strings or whole numbers.
        resamples: Number of resamples.
        rng: Source of the resamples.

    Returns:
        Shape [resamples, k], groups in the sorted order of their labels.

    Raises:
        ValueError: If a value is not finite, there is none, or the shapes differ.

    >>> rng = np.random.default_rng(0)
    >>> grouped_means([1, 5, 5], ["b", "a", "a"], 2, rng).tolist()
    [[5.0, 1.0], [5.0, 1.0]]
    """
    values = checks.vector("pair_values", pair_values)
    codes = np.unique(checks.labels("groups", groups, len(values)), return_inverse=True)[1]
    checks.whole("resamples", resamples, 1)
    ordered, sizes = values[np.argsort(codes, kind="stable")], np.bincount(codes)
    starts = np.cumsum(sizes) - sizes
    means = np.empty((resamples, len(sizes)))
    for rows in _blocks(resamples, len(values)):
        drawn = ordered[_drawn(sizes, starts, rows.stop - rows.start, rng)]
        means[rows] = np.add.reduceat(drawn, starts, axis=1) / sizes
    return means


def percentile(
    pair_values: ArrayLike, level: float, resamples: int, rng: np.random.Generator
) -> Interval | None:
    """Return the percentile bootstrap interval of the mean.

    Too narrow for few pairs: coverage for the level of .95 is about .87 to .94 at 8 pairs, see
    `intervals.over_prompts`.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.

    Args:
        pair_values: One value a pair, shape [n].
        level: Nominal coverage, between 0 and 1.
        resamples: Number of resamples.
        rng: Source of the resamples.

    Returns:
        None below 2 pairs, or if all pair values are equal up to rounding.

    Raises:
        ValueError: If a value is not finite, or `level` is not between 0 and 1.
    """
    checks.fraction("level", level)
    values = checks.vector("pair_values", pair_values, least=0)
    if not has_spread(values):
        return None
    return _between(resampled_means(values, resamples, rng), tails(level), level, "percentile")


def bca(
    pair_values: ArrayLike, level: float, resamples: int, rng: np.random.Generator
) -> Interval | None:
    """Return the bias-corrected and accelerated bootstrap interval of the mean.

    Reads the bootstrap distribution at other percentiles, moved by its median bias and by the
    skewness of the values (acceleration, by the jackknife). Arguments, errors and None as in
    `percentile`.

    Source: Efron, Better bootstrap confidence intervals (JASA 1987).
    """
    checks.fraction("level", level)
    values = checks.vector("pair_values", pair_values, least=0)
    if not has_spread(values):
        return None
    means = resampled_means(values, resamples, rng)
    mean = values.mean()
    # The same sum in another order differs in the last bits; ties count by half.
    slack = 1e-12 * np.abs(values).mean()
    below = ((means < mean - slack).mean() + (means <= mean + slack).mean()) / 2
    bias = special.ndtri(np.clip(below, 0.5 / resamples, 1 - 0.5 / resamples))
    # For a mean, the jackknife's leave-one-out values are the values themselves, mirrored.
    away = values - mean
    acceleration = float((away**3).sum()) / (6 * float((away**2).sum()) ** 1.5)
    moved = bias + special.ndtri(tails(level))
    chances = special.ndtr(bias + moved / (1 - acceleration * moved))
    return _between(means, chances, level, "bca")


def both_levels(
    values: ArrayLike, pairs: ArrayLike, level: float, resamples: int, rng: np.random.Generator
) -> Interval | None:
    """Return the percentile interval of a bootstrap that draws pairs, and then their replicates.

    A comparator, not to be used: it counts the variance within pairs twice. The means of pairs
    already vary by the luck of their noise; drawing r replicates as well adds 1 - 1/r of that
    again. Simulated coverage at a level of .95 is .97 to .99.

    Source: Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.8.

    Args:
        values: One value an image, shape [n].
        pairs: The pair of each, shape [n], strings or whole numbers.
        level: Nominal coverage, between 0 and 1.
        resamples: Number of resamples.
        rng: Source of the resamples.

    Returns:
        None below 2 pairs, or if all values are equal up to rounding.

    Raises:
        ValueError: If a value is not finite, or the shapes differ.
    """
    checks.fraction("level", level)
    checks.whole("resamples", resamples, 1)
    numbers = checks.vector("values", values, least=0)
    codes = np.unique(checks.labels("pairs", pairs, len(numbers)), return_inverse=True)[1]
    ordered, sizes = numbers[np.argsort(codes, kind="stable")], np.bincount(codes)
    if len(sizes) < 2 or not has_spread(numbers):
        return None
    means = np.empty(resamples)
    widest = len(sizes) * int(sizes.max())
    for rows in _blocks(resamples, widest):
        means[rows] = _means_of_both(ordered, sizes, rows.stop - rows.start, rng)
    return _between(means, tails(level), level, "both_levels")


def _blocks(resamples: int, width: int) -> list[slice]:
    """Return the resamples in runs that hold at most `_BLOCK` values each, or one resample."""
    rows = max(1, _BLOCK // width)
    return [slice(start, min(start + rows, resamples)) for start in range(0, resamples, rows)]


def _drawn(sizes: Codes, starts: Codes, rows: int, rng: np.random.Generator) -> Codes:
    """Return places of drawn values, shape [rows, n], for values in the order of their groups."""
    chances = rng.random((rows, int(sizes.sum())))
    chances *= np.repeat(sizes, sizes)
    # A chance is at most 1 - 2^-53, so that its product with a size rounds to less than the size.
    places = chances.astype(np.intp)
    places += np.repeat(starts, sizes)
    return places


def _means_of_both(ordered: Floats, sizes: Codes, rows: int, rng: np.random.Generator) -> Floats:
    """Return means over drawn pairs of the means of as many drawn replicates, shape [rows]."""
    starts = np.cumsum(sizes) - sizes
    pairs = rng.integers(len(sizes), size=(rows, len(sizes)))
    chances = rng.random((rows, len(sizes), int(sizes.max())))
    places = (chances * sizes[pairs, None]).astype(np.intp) + starts[pairs, None]
    used = np.arange(int(sizes.max())) < sizes[pairs, None]
    means: Floats = ((ordered[places] * used).sum(axis=2) / sizes[pairs]).mean(axis=1)
    return means


def _between(
    means: Floats, chances: Floats | tuple[float, float], level: float, method: str
) -> Interval:
    low, high = np.quantile(means, chances)
    return Interval(float(low), float(high), level, f"{method}_bootstrap")
