"""Sign flips: what a symmetric world would have shown with the same magnitudes.

If the values are symmetric about 0, each could as well have had the other sign. All 2^n flips are
enumerated for few values, drawn for many.
"""

import numpy as np
from numpy.typing import ArrayLike

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats

ENUMERATED_UP_TO = 14
"""Number of values up to which all flips (2^14 = 16384) are enumerated; above, they are drawn."""

_BLOCK = 2**22
"""Signs held in memory at once."""


def flipped_means(values: ArrayLike, rng: np.random.Generator, resamples: int) -> Floats:
    """Return the means of `values` under sign flips.

    Args:
        values: Shape [n], n >= 1, in any unit.
        rng: Used only above `ENUMERATED_UP_TO` values.
        resamples: Number of drawn flips, likewise.

    Returns:
        Shape [2^n], every flip once and the unflipped mean first, or shape [resamples].

    Raises:
        ValueError: If a value is not finite or there is none.
    """
    array = checks.vector("values", values)
    if len(array) <= ENUMERATED_UP_TO:
        return _every_flip(array) / len(array)
    checks.whole("resamples", resamples, 1)
    rows = max(1, _BLOCK // len(array))
    blocks = [min(rows, resamples - start) for start in range(0, resamples, rows)]
    return np.concatenate([_drawn_flips(array, rng, size) for size in blocks]) / len(array)


def subset_means(values: ArrayLike) -> Floats:
    """Return the mean of every non-empty subset of `values`, shape [2^n - 1], in no useful order.

    >>> subset_means([1, 5]).tolist()
    [1.0, 5.0, 3.0]
    """
    sums, sizes = np.zeros(1), np.zeros(1)
    for value in checks.vector("values", values):
        sums = np.concatenate([sums, sums + value])
        sizes = np.concatenate([sizes, sizes + 1])
    return sums[1:] / sizes[1:]


def _every_flip(values: Floats) -> Floats:
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums


def _drawn_flips(values: Floats, rng: np.random.Generator, size: int) -> Floats:
    heads = rng.random((size, len(values)), dtype=np.float32) < 0.5
    # sum of ±v = 2 * (sum of those with a plus) - sum of all
    sums: Floats = 2 * (heads @ values) - values.sum()
    return sums
