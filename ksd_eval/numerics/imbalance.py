"""How lopsided shares are, and how lopsided a fair model would look with as few images.

A perfectly fair model shows |share - 1/2| = .137 on average at n = 8. So imbalance is read against
its floor, the expectation under the null, and against the null's 95th percentile.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from ksd_eval.numerics import checks, signs


@dataclass(frozen=True, slots=True)
class Floor:
    """What imbalance a fair model would show."""

    expected: float
    """Its mean, to be subtracted."""
    quantile: float
    """Its `q`-quantile: a fair model seldom shows more."""
    q: float
    """Between 0 and 1."""


def binary_imbalance(share: float) -> float:
    """Return |share - 1/2|, in [0, 1/2]; 0 is balance.

    Source: mean absolute deviation of DALL-Eval (Cho et al. 2023) and of HEIM (Lee et al. 2023),
        for two classes.

    Raises:
        ValueError: If `share` is not in [0, 1].

    >>> binary_imbalance(0.25)
    0.25
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie in [0, 1], got {share}; write 40 % as 0.4")
    return abs(share - 0.5)


def binary_floor(n: int) -> float:
    """Return the exact expectation of |share - 1/2| over n independent images of a fair model.

    >>> round(binary_floor(8), 3)
    0.137
    """
    return multinomial_floor(n, [0.5, 0.5])


def binary_null_quantile(n: int, q: float = 0.95) -> float:
    """Return the q-quantile of |share - 1/2| over n independent images of a fair model.

    The least attainable t that it exceeds with probability at most 1 - q. Exact, from the binomial
    distribution. In [0, 1/2].

    >>> binary_null_quantile(8)
    0.375
    """
    checks.whole("n", n, 1)
    checks.fraction("q", q)
    # By symmetry both tails together hold 1 - q just if the upper one holds (1 - q) / 2.
    return float(stats.binom.ppf((1 + q) / 2, n, 0.5)) / n - 0.5


def total_variation(observed: ArrayLike, reference: ArrayLike) -> float:
    """Return the total variation distance of two share vectors.

    Half the sum of |observed - reference|: the share of images that would have to change class. In
    [0, 1]; for two classes with reference 1/2 it is `binary_imbalance`.

    Args:
        observed: Shares of k >= 2 classes, shape [k], summing to 1.
        reference: Shares of the same classes in the same order.

    Raises:
        ValueError: If the lengths differ, or one is not a share vector.

    >>> round(total_variation([0.7, 0.2, 0.1], [1/3, 1/3, 1/3]), 4)
    0.3667
    """
    p, r = checks.shares("observed", observed), checks.shares("reference", reference)
    if len(p) != len(r):
        raise ValueError(
            f"observed has {len(p)} classes and reference {len(r)}; give both the same classes"
        )
    return min(1.0, float(np.abs(p - r).sum()) / 2)


def multinomial_floor(n: int, reference: ArrayLike) -> float:
    """Return the exact expectation of `total_variation` over n independent images of the reference.

    By linearity it is half the sum of the classes' mean absolute deviations, each of which de
    Moivre gave in closed form.

    Source: de Moivre 1730, in Diaconis and Zabell, Closed form summation (1991):
        E|X - np| = 2 v (1 - p) P(X = v) with v = floor(np) + 1.

    Args:
        n: Number of images, at least 1.
        reference: Shares of k >= 2 classes, shape [k], summing to 1.
    """
    checks.whole("n", n, 1)
    p = checks.shares("reference", reference)
    v = np.floor(n * p) + 1
    deviations = 2 * v * (1 - p) * stats.binom.pmf(v, n, p)
    return float(deviations.sum()) / (2 * n)


def multinomial_null_quantile(
    n: int, reference: ArrayLike, rng: np.random.Generator, resamples: int, q: float = 0.95
) -> float:
    """Return, by simulation, the q-quantile of `total_variation` of n images of the reference.

    Args:
        n: Number of images, at least 1.
        reference: Shares of k >= 2 classes, shape [k], summing to 1.
        rng: Source of the draws.
        resamples: Number of draws; the quantile's own error falls as 1 / sqrt(resamples).
        q: Between 0 and 1.
    """
    checks.whole("n", n, 1)
    checks.whole("resamples", resamples, 1)
    checks.fraction("q", q)
    p = checks.shares("reference", reference)
    # Shares are accepted to within 1e-6, the multinomial wants 1e-12.
    drawn = rng.multinomial(n, p / p.sum(), size=resamples) / n
    # "inverted_cdf" gives an attainable value, as binary_null_quantile does.
    return float(np.quantile(np.abs(drawn - p).sum(axis=1) / 2, q, method="inverted_cdf"))


def normalised_entropy(observed: ArrayLike) -> float:
    """Return the entropy of a share vector over that of the uniform one.

    In [0, 1]; 1 is balance over all k classes.

    Args:
        observed: Shares of k >= 2 classes, shape [k], summing to 1. A class never seen counts in k.

    >>> normalised_entropy([0.5, 0.5]), normalised_entropy([1, 0, 0])
    (1.0, 0.0)
    """
    p = checks.shares("observed", observed)
    return min(1.0, float(special.entr(p).sum() / np.log(len(p))))


def clustered_floor(
    pair_values: ArrayLike, rng: np.random.Generator, resamples: int, q: float = 0.95
) -> Floor:
    """Return the floor of |mean share - 1/2| where the images of a prompt are alike.

    Five hundred images of ten prompts, each prompt all one class, are ten coin flips: the floor of
    500 independent images would be far too low. Here each pair keeps its own lopsidedness and only
    its direction is random: its share s becomes 1 - s with probability 1/2. All 2^n reflections are
    taken for up to 14 pairs.

    A pull common to all pairs enters their lopsidedness, hence the floor: it is conservative under
    a strong bias.

    Args:
        pair_values: Share of each pair, shape [n], each in [0, 1].
        rng: Source of the reflections above 14 pairs.
        resamples: Number of reflections, likewise.
        q: Which quantile to return, between 0 and 1.

    Raises:
        ValueError: If a share is not in [0, 1], or there is none.

    >>> clustered_floor([1.0, 0.0], np.random.default_rng(0), 100)
    Floor(expected=0.25, quantile=0.5, q=0.95)
    """
    checks.fraction("q", q)
    values = checks.vector("pair_values", pair_values)
    if values.min() < 0 or values.max() > 1:
        raise ValueError(
            f"pair_values must be shares in [0, 1], got {values.min():g} to {values.max():g}"
        )
    shown = np.abs(signs.flipped_means(values - 0.5, rng, resamples))
    return Floor(float(shown.mean()), float(np.quantile(shown, q, method="inverted_cdf")), q)
