"""Fréchet distance between Gaussians fitted to feature vectors; of Inception features, the FID.

|mean_x - mean_y|^2 + tr(S_x + S_y - 2 (S_x S_y)^(1/2))
(Heusel et al. 2017, equation 6, after Dowson and Landau 1982).

The trace of the root is found without `sqrtm` or `eigvals`, which fail or add noise on singular
products. With rows A such that S = A^T A, it is the sum of the singular values of A_x A_y^T, of
shape [n_x, n_y]: cheap and exact for few rows. For many it is the sum of the roots of the
eigenvalues of the symmetric F^T S_y F, where F F^T = S_x.

In float64 throughout; float32 errs in the fourth digit. Biased upward by an amount that falls with
n and depends on the model (Chong and Forsyth, Effectively unbiased FID, 2020): compare at equal n
only, or what the jackknife leaves of it.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from ksd_eval.numerics import checks, jackknife
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.jackknife import Groups, Jackknife

Mask: TypeAlias = NDArray[np.bool_]

_ROUNDING = 1e-13

LEAST_RATIO = 2
"""Clusters for each dimension from which a bias of order 1/n is most of the bias."""


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
    return _total(shift, spreads, _trace_of_root(a.covariance, b.covariance))


def between_sets(
    x: ArrayLike, y: ArrayLike, clusters_x: ArrayLike, clusters_y: ArrayLike, groups: Groups
) -> Jackknife:
    """Return the Fréchet distance between two sets, and without each group of clusters.

    Args:
        x: Shape [n_x, d].
        y: Shape [n_y, d].
        clusters_x: Cluster of each row of x, shape [n_x]: the prompt pair.
        clusters_y: The same of y; a label on both sides is left out of both together.
        groups: The groups of all these clusters.

    Raises:
        ValueError: If fewer than 2 rows of a set remain, shapes do not fit, or a value is not
            finite.
    """
    a, b = checks.two_sets(x, y)

    def distance(kept_x: Mask, kept_y: Mask) -> float:
        return frechet_distance(a[kept_x], b[kept_y])

    return jackknife.delete_groups(distance, groups, clusters_x, clusters_y)


def from_reference(
    x: ArrayLike, reference: ArrayLike, clusters: ArrayLike, groups: Groups
) -> Jackknife:
    """Return the Fréchet distance from a set held fixed, and without each group of clusters.

    The reference's covariance is factored once: S = F F^T. Of x the trace of the root then needs
    no more than x F, which has no more columns than the reference has rows.

    Args:
        x: Shape [n, d].
        reference: Shape [m, d].
        clusters: Cluster of each row of x, shape [n]: the prompt pair.
        groups: The groups of all clusters.

    Raises:
        ValueError: If fewer than 2 rows remain, shapes do not fit, or a value is not finite.
    """
    a, fixed = checks.two_sets(x, reference)
    mean, scaled = _scaled_rows(fixed)
    factor = scaled.T if len(fixed) <= fixed.shape[1] else _factor(scaled.T @ scaled)
    apart, spread = a - mean, float(np.square(scaled).sum())
    seen = apart @ factor

    def distance(kept: Mask) -> float:
        shift, rows = _scaled_rows(checks.matrix("x", apart[kept], least=2))
        root = _sum_of_singular_values(_scaled_rows(seen[kept])[1])
        spreads = float(np.square(rows).sum()) + spread
        return _total(float(np.square(shift).sum()), spreads, root)

    return jackknife.delete_groups(distance, groups, clusters)


def bias_left(taken_off: float, dimensions: int, clusters: int) -> float | None:
    """Return a bound of the bias that stays when the jackknife has taken off that of order 1/n.

    Of n normal rows of equal variance in d dimensions, the expected trace of the root of the
    covariance is short of the true one by a share of g/8 + g^2/64 + …, g = d/n. The jackknife takes
    off the first term, and more; what stays is at most .17 g of what it took off, if n >= 2 d. In
    simulations less stayed where variances were unequal. For a difference of two distances, give
    what was taken off the difference.

    Source: moment of order 1/2 of the law of Marchenko and Pastur (1967), 2F1(1/2, -1/2; 2; g).

    Args:
        taken_off: `Jackknife.bias` of the distance, or of the difference.
        dimensions: d, or the rank of the reference's covariance where that is less.
        clusters: n, at least 1.

    Returns:
        In the unit of the distance, >= 0. None below 2 d clusters, where there is no such bound.

    >>> bias_left(2.0, 100, 200), bias_left(2.0, 100, 199)
    (0.17, None)
    """
    if clusters < LEAST_RATIO * dimensions:
        return None
    return 0.17 * abs(taken_off) * dimensions / clusters


def _scaled_rows(x: Floats) -> tuple[Floats, Floats]:
    """Return the mean [d] and rows A [n, d] such that A^T A is the covariance."""
    mean: Floats = x.mean(axis=0)
    return mean, (x - mean) / np.sqrt(len(x) - 1)


def _distance(a: tuple[Floats, Floats], b: tuple[Floats, Floats]) -> float:
    (mean_a, rows_a), (mean_b, rows_b) = a, b
    shift = float(np.square(mean_a - mean_b).sum())
    spreads = float(np.square(rows_a).sum() + np.square(rows_b).sum())
    # Both forms cost about the same where the two sets together have twice d rows.
    if len(rows_a) + len(rows_b) <= 2 * rows_a.shape[1]:
        root = float(linalg.svdvals(rows_a @ rows_b.T).sum())
    else:
        root = _trace_of_root(rows_a.T @ rows_a, rows_b.T @ rows_b)
    return _total(shift, spreads, root)


def _total(shift: float, spreads: float, root: float) -> float:
    """Return the distance; 0 where it is no more than the rounding of its terms."""
    far = shift + spreads - 2 * root
    return far if far > _ROUNDING * spreads else 0.0


def _trace_of_root(s_x: Floats, s_y: Floats) -> float:
    """Return tr (S_x S_y)^(1/2) of two symmetric positive semidefinite matrices."""
    factor = _factor(s_x)
    return _sum_of_roots(factor.T @ s_y @ factor)


def _factor(covariance: Floats) -> Floats:
    """Return F [d, rank] such that F F^T is the covariance."""
    values, vectors = linalg.eigh(covariance)
    # Directions without variance would each add the root of their rounding noise.
    kept = values > len(values) * np.finfo(float).eps * values[-1]
    factor: Floats = vectors[:, kept] * np.sqrt(values[kept])
    return factor


def _sum_of_singular_values(rows: Floats) -> float:
    """Return the sum of the singular values of [n, r], by whichever side is shorter."""
    n, r = rows.shape
    if n <= r:
        return float(linalg.svdvals(rows).sum())
    return _sum_of_roots(rows.T @ rows)


def _sum_of_roots(squared: Floats) -> float:
    """Return the sum of the roots of the eigenvalues of a positive semidefinite matrix."""
    if not squared.size:
        return 0.0
    return float(np.sqrt(np.maximum(linalg.eigvalsh(squared), 0)).sum())
