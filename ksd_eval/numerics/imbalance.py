"""How lopsided shares are, and how lopsided a fair model would look with as few images.

A perfectly fair model shows |share - 1/2| = .137 on average at n = 8. So imbalance is read against
its floor, the expectation under the null, and against the null's 95th percentile.

With p the shares, r those of the reference and k classes, a measure is

| measure | formula | greatest |
|---|---|---|
| `total_variation` | sum of abs(p - r) / 2 | 1 - min r |
| `mean_absolute_deviation` | sum of abs(p - r) / k | 2 (1 - min r) / k |
| `entropy_deficit` | 1 - H(p) / ln k, against equal shares only | 1 |
| `jensen_shannon` | Jensen-Shannon divergence in bits, not its square root | at most 1 |

For two classes and r = 1/2 the first two are |share - 1/2|. Each is 0 just where p = r, is a sum
over classes, is convex in p, and is a multiple of an f-divergence of p from r; floors and the
ranges in `simplex` rest on that. The square root of the divergence, the Jensen-Shannon *distance*,
is not convex, and its floor falls as 1 / sqrt(n) where that of the divergence falls as 1 / n.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats

Measure: TypeAlias = Literal[
    "total_variation", "mean_absolute_deviation", "entropy_deficit", "jensen_shannon"
]
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)


def measured(measure: Measure, observed: ArrayLike, reference: ArrayLike) -> Floats:
    """Return how far each of many share vectors lies from a reference.

    Args:
        measure: Which measure, of `MEASURES`.
        observed: Shares of k classes, shape [..., k], each row summing to 1.
        reference: Shares of the same classes in the same order, shape [k].

    Returns:
        Shape [...], each in [0, 1].

    Raises:
        ValueError: If `measure` is unknown or not defined against that reference, a row is no share
            vector, or the numbers of classes differ.

    >>> measured("total_variation", [[1, 0], [0.5, 0.5]], [0.5, 0.5]).tolist()
    [0.5, 0.0]
    """
    r = check_reference(measure, reference)
    rows = np.asarray(observed, dtype=np.float64)
    if rows.ndim == 0 or rows.shape[-1] != len(r):
        raise ValueError(
            f"observed has {rows.shape[-1] if rows.ndim else 0} classes and reference {len(r)}; "
            "give both the same classes"
        )
    # A NaN is neither above nor below, so what is asked for is asked for, not its contrary.
    if rows.size and not (rows.min() >= 0 and np.abs(rows.sum(axis=-1) - 1).max() <= 1e-6):
        raise ValueError(
            f"observed must be shares >= 0 that sum to 1, got {rows.tolist()}; "
            "divide counts by their sum"
        )
    terms: Floats = _TERMS[measure](rows, r, len(r))
    total: Floats = np.clip(terms.sum(axis=-1), 0, 1)
    return total


def check_reference(measure: Measure, reference: ArrayLike) -> Floats:
    """Return the reference as a share vector, shape [k], against which the measure is defined.

    Raises:
        ValueError: If `measure` is unknown, the reference is no share vector, or the measure is the
            entropy deficit and the reference's shares are not equal.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure must be one of {', '.join(MEASURES)}, got {measure!r}")
    r = checks.shares("reference", reference)
    if measure == "entropy_deficit" and np.ptp(r) > 1e-6:
        raise ValueError(
            f"entropy_deficit is held against equal shares, got {r.tolist()}; "
            "take jensen_shannon for another reference"
        )
    return r


def binary_imbalance(share: float) -> float:
    """Return |share - 1/2|, in [0, 1/2]; 0 is balance.

    Source: `gender_imbalance` of HEIM (Lee et al. 2023); MAD of MAGBIG (Friedrich et al. 2024),
        whose L1 is twice that.

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
    return _of_one("total_variation", observed, reference)


def mean_absolute_deviation(observed: ArrayLike, reference: ArrayLike) -> float:
    """Return the mean over k classes of |observed - reference|: 2 / k of the total variation.

    Arguments and errors as in `total_variation`. Values of unlike k are not comparable: the
    greatest, 2 (1 - 1/k) / k for equal shares, falls from .5 at k = 2 to .18 at k = 10.

    Source: MAD of DALL-Eval (Cho, Zala and Bansal 2023), equal shares over 2 genders or 10 skin
        tones.

    >>> round(mean_absolute_deviation([0.7, 0.2, 0.1], [1/3, 1/3, 1/3]), 4)
    0.2444
    """
    return _of_one("mean_absolute_deviation", observed, reference)


def entropy_deficit(observed: ArrayLike) -> float:
    """Return 1 - H / ln k: how much less than a fair model's is the entropy of the shares.

    In [0, 1]; 0 is balance over all k classes, 1 is a single class. A class never seen counts in k.

    Source: bias intensity of OpenBias (D'Incà et al. 2024), context-free.

    Args:
        observed: Shares of k >= 2 classes, shape [k], summing to 1.

    >>> round(entropy_deficit([0.5, 0.5, 0]), 4)
    0.3691
    """
    p = checks.shares("observed", observed)
    return _of_one("entropy_deficit", p, np.full(len(p), 1 / len(p)))


def normalised_entropy(observed: ArrayLike) -> float:
    """Return the entropy of a share vector over that of the uniform one: 1 - `entropy_deficit`.

    >>> normalised_entropy([0.5, 0.5]), normalised_entropy([1, 0, 0])
    (1.0, 0.0)
    """
    return 1 - entropy_deficit(observed)


def jensen_shannon_divergence(observed: ArrayLike, reference: ArrayLike) -> float:
    """Return the Jensen-Shannon divergence of two share vectors in bits, in [0, 1].

    How much the class of one image tells about which of the two it is from, if both are as likely.
    1 just where they have no class in common. Its square root is the Jensen-Shannon distance.
    Arguments and errors as in `total_variation`.

    Source: Lin, Divergence measures based on the Shannon entropy (1991), with equal weights.

    >>> round(jensen_shannon_divergence([1, 0], [0.5, 0.5]), 4)
    0.3113
    """
    return _of_one("jensen_shannon", observed, reference)


def multinomial_floor(n: int, reference: ArrayLike, measure: Measure = "total_variation") -> float:
    """Return the exact expectation of a measure over n independent images of the reference.

    A measure is a sum over classes, so its expectation is a sum of binomial ones.

    Args:
        n: Number of images, at least 1.
        reference: Shares of k >= 2 classes, shape [k], summing to 1.
        measure: Which measure, of `MEASURES`.

    >>> round(multinomial_floor(10, [0.2] * 5, "entropy_deficit"), 4)
    0.1454
    """
    checks.whole("n", n, 1)
    r = check_reference(measure, reference)
    # Classes of equal shares have equal expectations.
    share, classes = np.unique(r, return_counts=True)
    counts = np.arange(n + 1)[:, None]
    expected = stats.binom.pmf(counts, n, share) * _TERMS[measure](counts / n, share, len(r))
    return max(0.0, float((expected * classes).sum()))


def multinomial_null_quantile(
    n: int,
    reference: ArrayLike,
    rng: np.random.Generator,
    resamples: int,
    q: float = 0.95,
    measure: Measure = "total_variation",
) -> float:
    """Return the q-quantile of a measure over n independent images of the reference.

    The least attainable value that is exceeded with probability at most 1 - q. Exact for two
    classes, by simulation for more.

    Args:
        n: Number of images, at least 1.
        reference: Shares of k >= 2 classes, shape [k], summing to 1.
        rng: Source of the draws, for more than two classes.
        resamples: Number of draws; the quantile's own error falls as 1 / sqrt(resamples).
        q: Between 0 and 1.
        measure: Which measure, of `MEASURES`.
    """
    checks.whole("n", n, 1)
    checks.whole("resamples", resamples, 1)
    checks.fraction("q", q)
    r = check_reference(measure, reference)
    if len(r) == 2:
        return _binary_quantile(measure, n, r, q)
    # Shares are accepted to within 1e-6, the multinomial wants 1e-12.
    drawn = rng.multinomial(n, r / r.sum(), size=resamples) / n
    return float(np.quantile(measured(measure, drawn, r), q, method="inverted_cdf"))


def _of_one(measure: Measure, observed: ArrayLike, reference: ArrayLike) -> float:
    return float(measured(measure, checks.shares("observed", observed), reference))


def _binary_quantile(measure: Measure, n: int, reference: Floats, q: float) -> float:
    first = np.arange(n + 1) / n
    shown = measured(measure, np.stack([first, 1 - first], axis=1), reference)
    order = np.argsort(shown)
    held = np.cumsum(stats.binom.pmf(np.arange(n + 1), n, reference[0])[order])
    # Values that tie differ in the last bit, and so do sums that ought to be q.
    return float(shown[order][np.searchsorted(held, q - 1e-12)])


def _half_deviation(p: Floats, r: Floats, _: int) -> Floats:
    return np.abs(p - r) / 2


def _mean_deviation(p: Floats, r: Floats, k: int) -> Floats:
    return np.abs(p - r) / k


def _entropy_loss(p: Floats, _: Floats, k: int) -> Floats:
    loss: Floats = special.rel_entr(p, 1 / k) / np.log(k)
    return loss


def _jensen_shannon(p: Floats, r: Floats, _: int) -> Floats:
    middle = (p + r) / 2
    divergence: Floats = (special.rel_entr(p, middle) + special.rel_entr(r, middle)) / np.log(4)
    return divergence


_TERMS: Final[Mapping[Measure, Callable[[Floats, Floats, int], Floats]]] = {
    "total_variation": _half_deviation,
    "mean_absolute_deviation": _mean_deviation,
    "entropy_deficit": _entropy_loss,
    "jensen_shannon": _jensen_shannon,
}
"""What each class adds to a measure: of its share, its share in the reference, and k."""
