"""What a fair model would have shown: draws of the shares of its labels, equally likely."""

from collections.abc import Sequence

import numpy as np

from ksd_eval.metrics.pairs import Floats
from ksd_eval.numerics import signs

_BLOCK = 2**22
"""Numbers held in memory at once."""


def fair_pictures(n: int, wanted: Floats, rng: np.random.Generator, resamples: int) -> Floats:
    """Return the shares of n pictures that are each drawn from `wanted`, shape [resamples, k]."""
    wanted = wanted / wanted.sum()  # references add up to 1 within 1e-6, a multinomial exactly
    return rng.multinomial(n, wanted, size=resamples) / n


def leaning_prompts(shares: Floats, rng: np.random.Generator, resamples: int) -> Floats:
    """Return mean shares of prompts that lean as much as they do, but towards no common label.

    Each pair keeps its shares, and chance says which label has which. So five hundred pictures of
    ten prompts, each prompt all one label, are ten draws. For two labels and up to 14 pairs every
    way is taken once; else they are drawn. A pull common to all pairs is part of how much they
    lean: under a strong one these draws are spread too wide, never too narrow.

    Args:
        shares: Of each pair, the shares of the labels, shape [pairs, k].
        rng: Source of the draws.
        resamples: Number of draws.

    Returns:
        Shape [2^pairs, 2] or [resamples, k].

    >>> leaning_prompts(np.array([[1.0, 0.0]]), np.random.default_rng(0), 100).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if shares.shape[1] == 2:
        first = np.clip(0.5 + signs.flipped_means(shares[:, 0] - 0.5, rng, resamples), 0, 1)
        return np.stack([first, 1 - first], axis=1)
    rows = max(1, _BLOCK // shares.size)
    blocks = [min(rows, resamples - start) for start in range(0, resamples, rows)]
    return np.concatenate([_renamed(shares, rng, size) for size in blocks])


def mean_of(nulls: Sequence[Floats], rng: np.random.Generator, resamples: int) -> Floats:
    """Return draws of the mean of independent imbalances, shape [resamples]."""
    drawn: Floats = np.stack([rng.choice(null, resamples) for null in nulls])
    means: Floats = drawn.mean(axis=0)
    return means


def p95(null: Floats) -> float:
    """Return the 95th percentile, as a value that is possible."""
    return float(np.quantile(null, 0.95, method="inverted_cdf"))


def _renamed(shares: Floats, rng: np.random.Generator, size: int) -> Floats:
    """Return the mean shares of pairs whose labels are permuted, each pair's by itself."""
    renamed = rng.permuted(np.broadcast_to(shares, (size, *shares.shape)), axis=2)
    means: Floats = renamed.mean(axis=1)
    return means
