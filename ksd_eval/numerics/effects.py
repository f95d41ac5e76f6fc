"""Which effect could have been seen, which is still there after many looks, and which is none."""

from functools import cache
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from ksd_eval.numerics import checks, signs
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.confidence import has_spread


def smallest_detectable(
    sd_between_pairs: float, n_pairs: int, level: float = 0.95, power: float = 0.8
) -> float | None:
    """Return the smallest true mean that a paired t test finds with probability `power`.

    The test is two-sided. Solves the power of the noncentral t distribution for its noncentrality.

    Args:
        sd_between_pairs: Standard deviation of the pair values, in the unit of the answer.
        n_pairs: Number of prompt pairs.
        level: Coverage of the matching interval; the test has size 1 - level.
        power: Wanted probability of finding it, above 1 - level and below 1.

    Returns:
        In the unit of `sd_between_pairs`. None below 2 pairs or at spread 0: neither says what
        could have been seen.

    Raises:
        ValueError: If the spread is negative or not finite, or `power` is not between 1 - level and
            1.

    >>> round(smallest_detectable(1.0, 20), 3)
    0.66
    """
    checks.whole("n_pairs", n_pairs, 0)
    checks.fraction("level", level)
    if not 1 - level < checks.fraction("power", power):
        raise ValueError(f"power must exceed 1 - level = {1 - level:g}, got {power}; 0.8 is usual")
    if not 0 <= sd_between_pairs < np.inf:
        raise ValueError(f"sd_between_pairs must be finite and >= 0, got {sd_between_pairs}")
    if n_pairs < 2 or sd_between_pairs == 0:
        return None
    return sd_between_pairs * _noncentrality(n_pairs - 1, level, power) / sqrt(n_pairs)


def t_power(noncentrality: float, df: int, level: float) -> float:
    """Return the power of a two-sided t test, by the noncentral t distribution.

    Args:
        noncentrality: True mean less that of the null, in standard errors of the mean.
        df: Degrees of freedom, at least 1.
        level: Coverage of the matching interval; the test has size 1 - level.

    >>> round(t_power(0.0, 19, 0.95), 2), round(t_power(2.953, 19, 0.95), 2)
    (0.05, 0.8)
    """
    critical = float(special.stdtrit(df, (1 + level) / 2))
    # The lower tail by its mirror image: scipy's nct.cdf is NaN far out.
    ends = (float(stats.nct.sf(critical, df, way * noncentrality)) for way in (1, -1))
    return min(1.0, sum(ends))


def holm(p_values: ArrayLike) -> Floats:
    """Return Holm's adjusted p values.

    Rejecting those <= alpha keeps the chance of any false alarm in the family <= alpha.

    Source: Holm, A simple sequentially rejective multiple test procedure (1979).

    Args:
        p_values: One p value a claim, shape [m], each in [0, 1]; m may be 0.

    Returns:
        Shape [m], in the order given, each in [0, 1].

    Raises:
        ValueError: If a p value is NaN or not in [0, 1].

    >>> holm([0.04, 0.01, 0.03]).round(2).tolist()
    [0.06, 0.03, 0.06]
    """
    p = _p_values(p_values)
    order = np.argsort(p)
    stepped = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return adjusted


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Return Benjamini and Hochberg's adjusted p values, also called q values.

    Of all that have q <= alpha, a fraction of at most alpha is a false alarm, on average. For scans
    of many groups; `holm` is for claims. Supposes p values that are independent or positively
    dependent.

    Source: Benjamini and Hochberg, Controlling the false discovery rate (JRSS B 1995).

    Args:
        p_values: One p value a group, shape [m], each in [0, 1]; m may be 0.

    Returns:
        Shape [m], in the order given, each in [0, 1].

    Raises:
        ValueError: If a p value is NaN or not in [0, 1].

    >>> benjamini_hochberg([0.04, 0.01, 0.03]).round(2).tolist()
    [0.04, 0.03, 0.04]
    """
    return np.asarray(stats.false_discovery_control(_p_values(p_values), method="bh"))


def equivalence_p(pair_values: ArrayLike, margin: float) -> float | None:
    """Return the p value of "the mean is as far from 0 as the margin, or further".

    Two one-sided t tests, of which the larger p counts. It is below alpha just if the interval of
    `intervals.student` at level 1 - 2 alpha lies between the margins.

    Source: Schuirmann, A comparison of the two one-sided tests procedure (1987).

    Args:
        pair_values: One value a pair, shape [n], such as a paired difference.
        margin: How far from 0 a mean begins to matter, above 0, in the unit of the values.

    Returns:
        In [0, 1]. None below 2 pairs, or if all values are equal up to rounding.

    Raises:
        ValueError: If a value is not finite, or the margin not above 0 and finite.

    >>> round(equivalence_p([0.01, -0.02, 0.03, 0.0], 0.05), 4)
    0.0114
    """
    if not 0 < margin < np.inf:
        raise ValueError(f"margin must be finite and above 0, got {margin}; say what would matter")
    values = checks.vector("pair_values", pair_values, least=0)
    if not has_spread(values):
        return None
    error = float(values.std(ddof=1)) / sqrt(len(values))
    # The larger p belongs to the nearer margin.
    return float(stats.t.sf((margin - abs(values.mean())) / error, len(values) - 1))


def mean_p(pair_values: ArrayLike, bounds: tuple[float, float] = (-np.inf, np.inf)) -> float | None:
    """Return the p value of "the mean over prompts is 0", two-sided: the test of `over_prompts`.

    Student's t test, which agrees with that interval. Where all n values are the same c, which has
    no spread to make a t test of, and bounded, twice the chance that n prompts of mean 0 would be
    so; twice, as it could have been on either side.

    Args:
        pair_values: One value a pair, shape [n], such as a paired difference.
        bounds: Least and greatest value that a pair can have, about 0.

    Returns:
        In [0, 1]. None below 2 pairs, or if all values are equal up to rounding and not bounded.

    Raises:
        ValueError: If a value is not finite.

    >>> round(mean_p([0.1, 0.3, 0.2]), 3), mean_p([0.0] * 5, (-1.0, 1.0))
    (0.074, 1.0)
    >>> round(mean_p([0.5] * 8, (-1.0, 1.0)), 3)  # 2 (1 - 1/3)^8
    0.078
    """
    values = checks.vector("pair_values", pair_values, least=0)
    if has_spread(values):
        scaled = values / np.abs(values).max()  # squares of the smallest numbers are 0
        error = float(scaled.std(ddof=1)) / sqrt(len(scaled))
        return float(2 * stats.t.sf(abs(scaled.mean()) / error, len(scaled) - 1))
    low, high = bounds
    if len(values) < 2 or not np.isfinite([low, high]).all():
        return None
    same = float(np.clip(values.mean(), low, high))
    reach = same - low if same > 0 else high - same
    return min(1.0, float(2 * (1 - abs(same) / reach) ** len(values))) if reach else None


def benjamini_yekutieli(p_values: ArrayLike) -> Floats:
    """Return Benjamini and Yekutieli's adjusted p values: `benjamini_hochberg` for any dependence.

    For numbers of the same pictures, which depend on each other in either direction. Arguments and
    errors as there.

    Source: Benjamini and Yekutieli, The control of the false discovery rate in multiple testing
    under dependency (Annals of Statistics 2001), theorem 1.3.

    >>> benjamini_yekutieli([0.04, 0.01, 0.03]).round(3).tolist()
    [0.073, 0.055, 0.073]
    """
    return np.asarray(stats.false_discovery_control(_p_values(p_values), method="by"))


def sign_flip_p(differences: ArrayLike, rng: np.random.Generator, resamples: int) -> float:
    """Return the two-sided p value of "the differences are symmetric about 0", by their mean.

    Valid whatever the dependence within a pair, as pairs are flipped whole. Exact up to 14
    differences; above, the drawn flips and the observed one are counted together, so that p is
    never 0.

    Source: Phipson and Smyth, Permutation p-values should never be zero (2010).

    Args:
        differences: One difference a pair, shape [n], n >= 1.
        rng: Source of the flips above 14 differences.
        resamples: Number of flips, likewise.

    Returns:
        In (0, 1]; no less than 2 / 2^n or 1 / (resamples + 1).

    Raises:
        ValueError: If a difference is not finite, or there is none.

    >>> sign_flip_p([1, 2, 3], np.random.default_rng(0), 100)
    0.25
    """
    values = checks.vector("differences", differences)
    flipped = np.abs(signs.flipped_means(values, rng, resamples))
    # The same sum in another order differs in the last bits, and a tie must count as "as far".
    slack = 1e-12 * np.abs(values).mean()
    as_far = flipped >= abs(values.mean()) - slack
    if len(values) <= signs.ENUMERATED_UP_TO:
        return float(as_far.mean())
    return (1 + int(as_far.sum())) / (1 + len(as_far))


def _p_values(p_values: ArrayLike) -> Floats:
    p = checks.vector("p_values", p_values, least=0)
    if np.any((p < 0) | (p > 1)):
        raise ValueError(f"p_values must lie in [0, 1], got {p[(p < 0) | (p > 1)].tolist()}")
    return p


@cache
def _noncentrality(df: int, level: float, power: float) -> float:
    critical = float(special.stdtrit(df, (1 + level) / 2))

    def missing(noncentrality: float) -> float:
        return power - t_power(noncentrality, df, level)

    # With this much, the numerator is too small or the estimated spread too large with
    # probability 1 - power at most: an upper end for the search.
    unlucky = (1 - power) / 2
    spread = sqrt(float(stats.chi2.isf(unlucky, df)) / df)
    enough = critical * spread + float(stats.norm.isf(unlucky))
    return float(optimize.brentq(missing, 0.0, enough))
