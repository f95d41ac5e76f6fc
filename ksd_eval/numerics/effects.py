"""Which effect could have been seen, and which is still there after many looks."""

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from ksd_eval.numerics import checks, signs
from ksd_eval.numerics.checks import Floats


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
    p = checks.vector("p_values", p_values, least=0)
    if np.any((p < 0) | (p > 1)):
        raise ValueError(f"p_values must lie in [0, 1], got {p[(p < 0) | (p > 1)].tolist()}")
    order = np.argsort(p)
    stepped = p[order] * np.arange(len(p), 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return adjusted


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


def _noncentrality(df: int, level: float, power: float) -> float:
    critical = float(stats.t.ppf((1 + level) / 2, df))

    def missing(noncentrality: float) -> float:
        # The lower tail by its mirror image: scipy's nct.cdf is NaN so far out.
        below = float(stats.nct.sf(critical, df, -noncentrality))
        return power - below - float(stats.nct.sf(critical, df, noncentrality))

    # With this much, the numerator is too small or the estimated spread too large with
    # probability 1 - power at most: an upper end for the search.
    unlucky = (1 - power) / 2
    spread = sqrt(float(stats.chi2.isf(unlucky, df)) / df)
    enough = critical * spread + float(stats.norm.isf(unlucky))
    return float(optimize.brentq(missing, 0.0, enough))
