"""Imbalance as a fair model would show it: draws of the distance, equally likely."""

import numpy as np

from ksd_eval.metrics.pairs import Floats
from ksd_eval.numerics import signs


def fair_pictures(n: int, wanted: Floats, rng: np.random.Generator, resamples: int) -> Floats:
    """Return distances to `wanted` of n pictures that are each drawn from it, shape [resamples]."""
    wanted = wanted / wanted.sum()  # references add up to 1 within 1e-6, a multinomial exactly
    drawn = rng.multinomial(n, wanted, size=resamples) / n
    return _distances(drawn, wanted)


def leaning_prompts(shares: Floats, rng: np.random.Generator, resamples: int) -> Floats:
    """Return distances to uniform where prompts lean as much as they do, but to no common label.

    Each pair keeps its shares, and chance says which label has which. For two labels and few pairs
    every way is taken once; else they are drawn.

    Args:
        shares: Of each pair, the shares of the categories, shape [pairs, k].
        rng: Source of the draws.
        resamples: Number of draws.
    """
    if shares.shape[1] == 2:
        return np.abs(signs.flipped_means(shares[:, 0] - 0.5, rng, resamples))
    renamed = rng.permuted(np.repeat(shares[None], resamples, axis=0), axis=2)
    return _distances(renamed.mean(axis=1), np.full(shares.shape[1], 1 / shares.shape[1]))


def mean_of(nulls: list[Floats], rng: np.random.Generator, resamples: int) -> Floats:
    """Return draws of the mean of independent distances, shape [resamples]."""
    drawn: Floats = np.stack([rng.choice(null, resamples) for null in nulls])
    means: Floats = drawn.mean(axis=0)
    return means


def p95(null: Floats) -> float:
    """Return the 95th percentile, as a distance that is possible."""
    return float(np.quantile(null, 0.95, method="inverted_cdf"))


def _distances(shares: Floats, wanted: Floats) -> Floats:
    distances: Floats = np.abs(shares - wanted).sum(axis=1) / 2
    return distances
