"""Fréchet distance between Gaussians fitted to feature vectors; of Inception features, the FID.

|mean_x - mean_y|^2 + tr(S_x + S_y - 2 (S_x S_y)^(1/2))
(Heusel et al. 2017, equation 6, after Dowson and Landau 1982).

The trace of the root is found without `sqrtm` or `eigvals`, which fail or add noise on singular
products. With rows A such that S = A^T A, it is the sum of the singular values of A_x A_y^T, of
shape [n_x, n_y]: cheap and exact for few rows. For many it is the sum of the roots of the
eigenvalues of the symmetric F^T S_y F, where F F^T = S_x.

In float64 throughout; float32 errs in the fourth digit. Biased upward by an amount that falls with
n and depends on the model (Chong and Forsyth 2020): compare at equal n only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from ksd_eval.numerics import checks, clusters
from ksd_eval.numerics.checks import Counts, Floats


@dataclass(frozen=True)
class Gaussian:
    """Mean and covariance of feature vectors: all that a Fréchet distance needs of a reference."""

    mean: Floats
    """Shape [d]."""
    covariance: Floats
    """Shape [d, d], with n - 1 in the denominator."""
    n: int
    """Number of vectors it was fitted to."""


def gaussian(x: ArrayLike) -> Gaussian:
    """Fit a Gaussian to features of shape [n, d], n >= 2.

    Raises:
        ValueError: If there are fewer than 2 rows, or a value is not finite.
    """
    features = checks.matrix("x", x, least=2)
    mean, rows = _scaled_rows(features)
    return Gaussian(mean, rows.T @ rows, len(features))


def frechet_distance(x: ArrayLike, y: ArrayLike) -> float:
    """Return the Fréchet distance between Gaussians fitted to two sets of features, in [0, inf).

    Takes whichever form is cheaper; they agree to rounding, and either set may be fewer than d
    vectors.

    Args:
        x: Shape [n_x, d], n_x >= 2.
        y: Shape [n_y, d], n_y >= 2.

    Raises:
        ValueError: If a set has fewer than 2 rows, the widths differ, or a value is not finite.

    >>> round(frechet_distance([[0.0], [2.0]], [[5.0], [7.0]]), 9)  # same spread, means 5 apart
    25.0
    """
    a, b = checks.two_sets(x, y)
    return _distance(_scaled_rows(a), _scaled_rows(b))


def gaussian_distance(a: Gaussian, b: Gaussian) -> float:
    """Return the Fréchet distance between two fitted Gaussians, as for a stored reference.

    Raises:
        ValueError: If their dimensions differ.
    """
    if a.mean.shape != b.mean.shape:
        raise ValueError(
            f"a has {len(a.mean)} dimensions and b has {len(b.mean)}; "
            "they must be features of the same extractor"
        )
    shift = float(np.square(a.mean - b.mean).sum())
    spreads = float(np.trace(a.covariance) + np.trace(b.covariance))
    return max(0.0, shift + spreads - 2 * _trace_of_root(a.covariance, b.covariance))


def frechet_spread(
    x: ArrayLike,
    y: ArrayLike,
    clusters_x: ArrayLike,
    clusters_y: ArrayLike,
    resamples: int,
    rng: np.random.Generator,
) -> float | None:
    """Return the standard deviation of the Fréchet distance over resampled clusters.

    Not an interval: a resample repeats rows, so its distances lie above the estimate, and only how
    much they scatter is of use. For an interval use `kernel.kernel_distance_clustered`.

    Args:
        x: Shape [n_x, d], n_x >= 2.
        y: Shape [n_y, d], n_y >= 2.
        clusters_x: Cluster of each row of x, shape [n_x]: the prompt pair. Clusters are drawn
            whole.
        clusters_y: The same of y. A label on both sides is drawn on both together; one label for
            all holds y fixed.
        resamples: Number of resamples, at least 2.
        rng: Source of the resamples.

    Returns:
        In the unit of the distance. None if neither side has two clusters to draw from.

    Raises:
        ValueError: If shapes do not fit or a value is not finite.
    """
    checks.whole("resamples", resamples, 2)
    a, b = checks.two_sets(x, y)
    numbered = clusters.number(clusters_x, clusters_y, len(a), len(b))
    if not numbered.strata:
        return None
    a, b = _span(a, b)
    times = numbered.draw(rng, resamples)
    return float(np.std([_drawn_distance(a, b, numbered, t) for t in times], ddof=1))


def _scaled_rows(x: Floats, times: Counts | None = None) -> tuple[Floats, Floats]:
    """Return the mean [d] and rows A [u, d] such that A^T A is the covariance.

    Each row of x is taken as often as `times` says. A row taken k times is one row scaled by
    sqrt(k): a resample of n rows has about 0.63 n distinct ones.
    """
    if times is None:
        return x.mean(axis=0), (x - x.mean(axis=0)) / np.sqrt(len(x) - 1)
    x, taken = x[times > 0], times[times > 0]
    mean: Floats = taken @ x / taken.sum()
    return mean, (x - mean) * np.sqrt(taken / (taken.sum() - 1))[:, None]


def _distance(a: tuple[Floats, Floats], b: tuple[Floats, Floats]) -> float:
    (mean_a, rows_a), (mean_b, rows_b) = a, b
    shift = float(np.square(mean_a - mean_b).sum())
    spreads = float(np.square(rows_a).sum() + np.square(rows_b).sum())
    # Both forms cost about the same where the two sets together have twice d rows.
    if len(rows_a) + len(rows_b) <= 2 * rows_a.shape[1]:
        root = float(linalg.svdvals(rows_a @ rows_b.T).sum())
    else:
        root = _trace_of_root(rows_a.T @ rows_a, rows_b.T @ rows_b)
    return max(0.0, shift + spreads - 2 * root)  # rounding may leave alike sets below 0


def _trace_of_root(s_x: Floats, s_y: Floats) -> float:
    """Return tr (S_x S_y)^(1/2) of two symmetric positive semidefinite matrices."""
    values, vectors = linalg.eigh(s_x)
    # Directions without variance would each add the root of their rounding noise.
    kept = values > len(values) * np.finfo(float).eps * values[-1]
    if not kept.any():
        return 0.0
    factor = vectors[:, kept] * np.sqrt(values[kept])
    eigenvalues = linalg.eigvalsh(factor.T @ s_y @ factor)
    return float(np.sqrt(np.maximum(eigenvalues, 0)).sum())


def _span(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Turn both sets into the space that their rows span: equal distances, d <= n_x + n_y."""
    rows = np.concatenate([a, b])
    if rows.shape[1] > len(rows):
        rows = linalg.qr(rows.T, mode="r", check_finite=False)[0].T[:, : len(rows)]
    return rows[: len(a)], rows[len(a) :]


def _drawn_distance(a: Floats, b: Floats, numbered: clusters.Clusters, times: Counts) -> float:
    return _distance(
        _scaled_rows(a, times[numbered.x]),
        _scaled_rows(b, times[numbered.y]),
    )
