"""Kernel distance: the squared maximum mean discrepancy with the KID's cubic kernel.

k(x, y) = (x . y / d + 1)^3; distance = mean k(x, x') + mean k(y, y') - 2 mean k(x, y).

Source: Bińkowski, Sutherland, Arbel and Gretton, Demystifying MMD GANs (2018), section 4; Lemma 6
of Gretton et al., A kernel two-sample test (2012). On the full sets rather than on random subsets:
nothing left to chance, less variance. Unbiased at any n, so it can be below 0 where the sets are
alike. It depends on the scale of the features: give them as extracted.

In float64 throughout; float32 errs in the third digit of a small distance.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from ksd_eval.numerics import checks, clusters, jackknife
from ksd_eval.numerics.checks import Codes, Floats
from ksd_eval.numerics.clusters import Clusters
from ksd_eval.numerics.intervals import Interval
from ksd_eval.numerics.jackknife import Jackknife

_BLOCK = 2**22
"""Kernel values held in memory at once."""


@dataclass(frozen=True)
class ClusteredDistance:
    """A kernel distance between two sets whose rows come in clusters."""

    value: float
    """Kernel distance over pairs of rows of different clusters."""
    interval: Interval | None
    """None if a side has fewer than three clusters, or leaving one out changes nothing."""


def kernel_distance(x: ArrayLike, y: ArrayLike) -> float:
    """Return the unbiased squared MMD between two independent sets of features.

    Args:
        x: Shape [n_x, d], n_x >= 2.
        y: Shape [n_y, d], n_y >= 2.

    Returns:
        In the unit of the kernel, usually shown times 1000; 0 in expectation for equal
        distributions, so at times below.

    Raises:
        ValueError: If a set has fewer than 2 rows, the widths differ, or a value is not finite.

    >>> kernel_distance([[0.0], [0.0]], [[1.0], [1.0]])  # 1 + 8 - 2 * 1
    7.0
    """
    a, b = checks.two_sets(x, y)
    each = clusters.number(np.arange(len(a)), len(a) + np.arange(len(b)), len(a), len(b))
    return _without_each(a, b, each)[0]


def kernel_distance_clustered(
    x: ArrayLike, y: ArrayLike, clusters_x: ArrayLike, clusters_y: ArrayLike, level: float
) -> ClusteredDistance:
    """Return the kernel distance over prompts, and its jackknife interval.

    Only rows of different clusters are compared. Images of one prompt are alike, and so are the two
    arms' images of a pair; counting those pairs would measure how many images a prompt has. With
    one row a cluster and no common label the value is `kernel_distance`. The kernel is computed
    once, block by block; each cluster's part in it is subtracted.

    The interval is Student's with the degrees of freedom of Welch and Satterthwaite over the kinds
    of clusters (in both sets, in x only, in y only). Near distance 0 the estimate is not normal and
    the interval is too wide rather than too narrow: it is for how far, not whether.

    Source: Arvesen, Jackknifing U-statistics (1969).

    Args:
        x: Shape [n_x, d].
        y: Shape [n_y, d].
        clusters_x: Cluster of each row of x, shape [n_x]: the prompt pair.
        clusters_y: The same of y; a label on both sides is left out on both. Give each reference
            photograph its own.
        level: Nominal coverage, between 0 and 1.

    Raises:
        ValueError: If a side has fewer than two clusters, shapes do not fit, or a value is not
            finite.
    """
    checks.fraction("level", level)
    a, b = checks.two_sets(x, y)
    numbered = clusters.number(clusters_x, clusters_y, len(a), len(b))
    fewest = min(_several("clusters_x", numbered.x), _several("clusters_y", numbered.y))
    value, without = _without_each(a, b, numbered)
    seen = fewest >= 3 and np.ptp(without) > _rounding(a, b)
    interval = _jackknife(value, without, numbered, level) if seen else None
    return ClusteredDistance(value, interval)


def from_reference(x: ArrayLike, y: ArrayLike, clusters_x: ArrayLike) -> Jackknife:
    """Return the kernel distance from fixed rows y, and the same without each cluster of x.

    As in `kernel_distance_clustered`, only rows of different clusters of x are compared. Arms of a
    run have the same prompt pairs as clusters, so one `minus` another is the jackknife of how much
    farther from the reference one arm lies than the other.

    Args:
        x: Shape [n_x, d].
        y: Shape [n_y, d], such as reference pictures.
        clusters_x: Cluster of each row of x, shape [n_x]; at least 3. They are left out in the
            sorted order of their labels.

    Raises:
        ValueError: If there are fewer than three clusters, shapes do not fit, or a value is not
            finite.
    """
    a, b = checks.two_sets(x, y)
    names = np.unique(checks.labels("clusters_x", clusters_x, len(a)), return_inverse=True)[1]
    k = int(names.max()) + 1
    if k < 3:
        raise ValueError(f"clusters_x has {k} labels, needs at least 3 to leave one out")
    numbered = clusters.number(names, k + np.arange(len(b)), len(a), len(b))
    value, without = _without_each(a, b, numbered)
    return jackknife.one_by_one(value, without[:k])


def _several(name: str, codes: Codes) -> int:
    count = len(np.unique(codes))
    if count < 2:
        raise ValueError(
            f"{name} has {count} cluster, needs at least 2: rows of one are not compared; "
            "give each reference picture its own label"
        )
    return count


def _kernel(x: Floats, y: Floats) -> Floats:
    base: Floats = x @ y.T / x.shape[1] + 1
    return base * base * base  # numpy's ** 3 is many times slower


def _rounding(x: Floats, y: Floats) -> float:
    """Return a bound of the rounding in mean kernels, from the largest kernel value, k(x, x)."""
    longest = max(float(np.square(rows).sum(axis=1).max()) for rows in (x, y))
    return float(1e-13 * (longest / x.shape[1] + 1) ** 3)


def _without_each(x: Floats, y: Floats, numbered: Clusters) -> tuple[float, Floats]:
    """Return the distance, and the same without each cluster, [k]; NaN if too few would be left."""
    k = numbered.count
    xx = _mean_across(x, x, numbered.x, numbered.x, k)
    yy = _mean_across(y, y, numbered.y, numbered.y, k)
    xy = _mean_across(x, y, numbered.x, numbered.y, k)
    return xx[0] + yy[0] - 2 * xy[0], xx[1] + yy[1] - 2 * xy[1]


def _mean_across(x: Floats, y: Floats, in_x: Codes, in_y: Codes, k: int) -> tuple[float, Floats]:
    """Return the mean kernel over rows of different clusters, and without each cluster, [k]."""
    touching = np.zeros(k)
    for block in _row_blocks(len(x), len(y)):
        gram = _kernel(x[block], y)
        gram[in_x[block, None] == in_y] = 0
        touching += np.bincount(in_x[block], gram.sum(axis=1), k)
        touching += np.bincount(in_y, gram.sum(axis=0), k)
    size_x, size_y = np.bincount(in_x, minlength=k), np.bincount(in_y, minlength=k)
    pairs = size_x * (len(y) - size_y) + size_y * (len(x) - size_x)
    # A pair of rows touches the clusters of both, so all clusters together count it twice.
    total, count = touching.sum() / 2, pairs.sum() / 2
    left = count - pairs
    without = np.divide(total - touching, left, out=np.full(k, np.nan), where=left > 0)
    return float(total / count), without


def _row_blocks(rows: int, columns: int) -> Iterator[slice]:
    step = max(1, _BLOCK // columns)
    return (slice(start, start + step) for start in range(0, rows, step))


def _jackknife(value: float, without: Floats, numbered: Clusters, level: float) -> Interval:
    kinds = [without[stratum] for stratum in numbered.strata]
    variances = [(len(kind) - 1) * float(kind.var()) for kind in kinds]
    variance = sum(variances)
    freedom = [v**2 / (len(kind) - 1) for v, kind in zip(variances, kinds, strict=True)]
    reach = float(stats.t.ppf((1 + level) / 2, variance**2 / sum(freedom))) * sqrt(variance)
    return Interval(value - reach, value + reach, level, "jackknife")
