"""How many independent yes-or-no answers the pair shares of a study are worth.

Images of one prompt are alike, so 20 prompts of 50 images tell less of another prompt than 1000
prompts would; if every prompt came out one way only, they would be worth 20.
"""

from math import inf
from typing import Final

from numpy.typing import ArrayLike
from scipy import special

from ksd_eval.numerics import checks

_FLAT: Final = 1e-6


def effective_size(pair_shares: ArrayLike, n_images: float, level: float) -> float:
    """Return how many independent yes-or-no answers have a mean as uncertain.

    The variance between pairs, divided by m (1 - m), the greatest that shares of mean m can have,
    says how nearly pairs are all or nothing. J pairs of ratio v are worth J / v answers. Three
    cautions, without which few pairs, or rare and concentrated answers, look worth too much:

    - v is drawn towards 1 by the weight of one pair, since n pairs cannot exclude a further one
      that is all or nothing.
    - By luck pairs spread less than independent images would; the size is at most `n_images`.
    - v is an estimate, so the size is shrunk by (t of the images / t of the pairs) squared. The
      images' degrees of freedom are `n_images` - 1, the pairs' J - 1, and fewer where a few pairs
      bring most of the spread (by the kurtosis). That matters the less, the nearer v is to 1:
      how all-or-nothing pairs spread is known from their mean.

    Korn and Graubard have the last two, without kurtosis and whatever v is. With one image a pair
    none of them changes anything: the size is the number of pairs.

    Source: Korn and Graubard, Confidence intervals for proportions with small expected number of
    positive counts (Survey Methodology 1998); degrees of freedom: O'Neill, Some useful moment
    results in sampling problems (The American Statistician 2014).

    Args:
        pair_shares: One share a pair, shape [J], J >= 2, in [0, 1], not all equal.
        n_images: Number of images behind them, at least J; of unequally many a pair,
            `pairs.even_size` of their counts.
        level: Level of the interval that the size is for.

    Returns:
        Above 0, and at most `n_images`.

    Raises:
        ValueError: If a share is not in [0, 1], all are equal, there are fewer images than pairs,
            or `level` is not between 0 and 1.

    >>> round(effective_size([0, 0, 1, 1], 80, 0.95), 6)
    4.0
    >>> round(effective_size([0.5, 0.5, 0.45, 0.55], 80, 0.95), 1)
    6.2
    """
    checks.fraction("level", level)
    shares = unit_shares("pair_shares", pair_shares)
    pairs, mean, about = len(shares), float(shares.mean()), shares - shares.mean()
    check_images(n_images, pairs)
    variance = float((about**2).mean())
    if not variance:
        raise ValueError(f"pair_shares are all {mean:g}; without spread there is no such size")
    ratio = min(1.0, variance / (mean * (1 - mean)))
    size = min(pairs**2 / ((pairs - 1) * ratio + 1), n_images)
    excess = max(0.0, float((about**4).mean()) / variance**2 - 3)
    unknown = 1 / (pairs - 1) - 1 / (n_images - 1) + excess / (2 * pairs)
    known = 1 / (1 / (n_images - 1) + (1 - ratio) * unknown)
    # Nearer to 0 the quotient changes no more, and SciPy's quantile of 4 or 6 degrees is 0.
    of_images, of_pairs = special.stdtrit([n_images - 1, known], (1 + max(level, _FLAT)) / 2)
    return float(size * (of_images / of_pairs) ** 2)


def check_images(n_images: float, pairs: int) -> None:
    """Refuse fewer images than pairs.

    Raises:
        ValueError: There are, or the number is none.
    """
    if not pairs <= n_images < inf:
        raise ValueError(f"n_images must be at least {pairs}, the number of pairs, got {n_images}")


def unit_shares(name: str, values: ArrayLike) -> checks.Floats:
    """Return `values` as finite float64 of shape [n], each in [0, 1].

    Raises:
        ValueError: If one is not.
    """
    array = checks.vector(name, values, least=0)
    outside = array[(array < 0) | (array > 1)]
    if outside.size:
        raise ValueError(
            f"{name} must lie in [0, 1], got {outside[0]:g}; a share is a mean of 0s and 1s"
        )
    return array
