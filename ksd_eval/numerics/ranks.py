"""Ranks: whether two things rise together, and how early the right answer comes in a search.

Values may repeat everywhere here: equal ones share their mean rank.
"""

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.confidence import Interval, has_spread

FEWEST = 6
"""Pairs below which a rank correlation has no interval."""

_BLOCK = 2**20
"""Permuted ranks held in memory at once."""


def spearman(x: ArrayLike, y: ArrayLike, strata: ArrayLike | None = None) -> float | None:
    """Return Spearman's rank correlation, in [-1, 1].

    Args:
        x: One value a pair, shape [n].
        y: Likewise.
        strata: The stratum of each pair, shape [n], strings or whole numbers: ranks are then taken
            less their mean within the stratum, so that what differs between strata counts for
            nothing. None for one stratum.

    Returns:
        None below 2 pairs, or where `x` or `y` is the same in all pairs (of every stratum).

    Raises:
        ValueError: If a value is not finite, or the shapes differ.

    >>> spearman([1, 2, 3, 4], [1, 8, 9, 100]), spearman([1, 2, 3], [5, 5, 5])
    (1.0, None)
    >>> spearman([1, 2, 11, 12], [2, 1, 12, 11], ["a", "a", "b", "b"])
    -1.0
    """
    a, b, _ = _residual_ranks(x, y, strata)
    length = sqrt(float(a @ a) * float(b @ b))
    if not length:
        return None
    return float(np.clip(round(float(a @ b) / length, 14), -1, 1))


def spearman_interval(
    x: ArrayLike, y: ArrayLike, level: float, strata: ArrayLike | None = None
) -> Interval | None:
    """Return the interval of a rank correlation over prompts, by Fisher's z.

    The standard error of z is sqrt((1 + r^2 / 2) / (n - 3)) after Bonett and Wright; each stratum
    beyond the first costs one more pair.

    Measured at level .95 (correlated normals as they are, and with x rounded to 4 values; rank
    correlations of 0, .33, .67; 1500 studies each), mean coverage and the least of those with an
    interval:

    | pairs | this | percentile bootstrap of pairs |
    |---|---|---|
    | 10 | .961 (.948) | .946 (.931) |
    | 20 | .961 (.950) | .952 (.940) |
    | 60 | .956 (.946) | .943 (.933) |
    | 120 | .954 (.947) | .946 (.942) |

    Source: Bonett and Wright, Sample size requirements for estimating Pearson, Kendall and Spearman
    correlations (Psychometrika 2000).

    Args:
        x: One value a pair, shape [n].
        y: Likewise.
        level: Nominal coverage, between 0 and 1.
        strata: As for `spearman`, as are the errors.

    Returns:
        Within (-1, 1). None below 6 pairs beside the strata, where there is no correlation, or
        where it is perfect.

    >>> interval = spearman_interval(range(10), [0, 2, 1, 4, 3, 6, 5, 8, 7, 9], 0.95)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.742, 0.992)
    """
    checks.fraction("level", level)
    correlation = spearman(x, y, strata)
    _, b, more = _residual_ranks(x, y, strata)
    free = len(b) - more
    if correlation is None or abs(correlation) == 1 or free < FEWEST:
        return None
    error = sqrt((1 + correlation**2 / 2) / (free - 3))
    reach = float(special.ndtri((1 + level) / 2)) * error
    low, high = np.tanh(np.arctanh(correlation) + np.array([-reach, reach]))
    return Interval(float(low), float(high), level, "bonett_wright")


def spearman_p(
    x: ArrayLike,
    y: ArrayLike,
    rng: np.random.Generator,
    resamples: int,
    strata: ArrayLike | None = None,
) -> float | None:
    """Return the two-sided p value of "x says nothing of y", by permuting y (within strata).

    Drawn permutations and the one observed are counted together, so that p is never 0.

    Source: Phipson and Smyth, Permutation p-values should never be zero (2010).

    Args:
        x: One value a pair, shape [n].
        y: Likewise.
        rng: Source of the permutations.
        resamples: Number of permutations.
        strata: As for `spearman`, as are the errors.

    Returns:
        In (0, 1], no less than 1 / (resamples + 1). None where there is no correlation.
    """
    checks.whole("resamples", resamples, 1)
    observed = spearman(x, y, strata)
    if observed is None:
        return None
    a, b, _ = _residual_ranks(x, y, strata)
    codes = _strata(strata, len(b))
    order = np.argsort(codes, kind="stable")
    a, b, codes = a[order], b[order], codes[order]
    scale = sqrt(float(a @ a) * float(b @ b))
    far, left = 0, resamples
    while left:
        rows = min(left, max(1, _BLOCK // len(b)))
        # Keys that start with the stratum sort each stratum by itself.
        places = np.argsort(codes + rng.random((rows, len(b))), axis=1)
        far += int((np.abs(b[places] @ a) / scale >= abs(observed) - 1e-9).sum())
        left -= rows
    return (far + 1) / (resamples + 1)


def rank_of_right(likeness: ArrayLike, right: ArrayLike, slack: float = 0.0) -> NDArray[np.int64]:
    """Return where the right answer of each question stands, 1 if it comes first.

    Ties go against it: where two answers cannot be told apart, the right one is not found.

    Args:
        likeness: How like each answer is to each question, shape [n, m].
        right: The place of the right answer among the m, shape [n].
        slack: Likenesses that differ by no more are ties, >= 0.

    Returns:
        Shape [n], 1 to m.

    Raises:
        ValueError: If the shapes differ, or a value is not finite.

    >>> rank_of_right([[0.9, 0.1], [0.5, 0.5], [0.2, 0.1]], [0, 1, 1]).tolist()
    [1, 2, 2]
    """
    rows = checks.matrix("likeness", likeness)
    places = np.asarray(checks.labels("right", right, len(rows)))
    own = rows[np.arange(len(rows)), places]
    ranked: NDArray[np.int64] = (rows >= own[:, None] - slack).sum(axis=1)
    return ranked


def reciprocal_rank_by_chance(answers: int) -> float:
    """Return the mean reciprocal rank of a search that knows nothing, among so many answers.

    >>> round(reciprocal_rank_by_chance(4), 4)
    0.5208
    """
    checks.whole("answers", answers, 1)
    return float((1 / np.arange(1, answers + 1)).mean())


def _residual_ranks(
    x: ArrayLike, y: ArrayLike, strata: ArrayLike | None
) -> tuple[Floats, Floats, int]:
    """Return the ranks of both less their mean, 0 if all are alike, and the strata beyond one."""
    values = [checks.vector(name, each, least=0) for name, each in (("x", x), ("y", y))]
    if len(values[0]) != len(values[1]):
        raise ValueError(
            f"x and y must be of the same pairs, got {len(values[0])} and {len(values[1])} values"
        )
    codes = _strata(strata, len(values[0]))
    a, b = (_less_mean(each, codes) for each in values)
    return a, b, max(len(np.unique(codes)) - 1, 0)


def _strata(strata: ArrayLike | None, pairs: int) -> NDArray[np.intp]:
    if strata is None:
        return np.zeros(pairs, np.intp)
    return np.unique(checks.labels("strata", strata, pairs), return_inverse=True)[1]


def _less_mean(values: Floats, codes: NDArray[np.intp]) -> Floats:
    if not has_spread(values):
        return np.zeros(len(values))
    ranks = stats.rankdata(values)
    means = np.bincount(codes, ranks) / np.maximum(np.bincount(codes), 1)
    away: Floats = ranks - means[codes]
    # Ranks are multiples of a half; what is smaller than their means can differ is rounding.
    away[np.abs(away) < 1e-9 * len(ranks)] = 0
    return away
