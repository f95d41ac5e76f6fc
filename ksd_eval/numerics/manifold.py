"""Precision and recall of a set of pictures, and their kin, on feature vectors.

A set stands for the region covered by a ball about each of its rows, as far as the row's k-th
nearest other row. *Precision* asks how many pictures lie in the region of the reference, *recall*
how much of the reference lies in the region of the pictures. *Density* counts in how many balls of
the reference a picture lies, so that one outlier's large ball counts little; *coverage* asks how
many balls of the reference hold any picture at all, so that radii depend on the reference alone.

Sources: Kynkäänniemi et al., Improved precision and recall metric for assessing generative models
(NeurIPS 2019), equations 1 and 2; Naeem et al., Reliable fidelity and diversity metrics for
generative models (ICML 2020), equations 3 and 4. Balls are closed in all four, as in the papers.

Recall and coverage depend on the number of pictures at any number of them: compare at equal n only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.jackknife import Groups, Jackknife

Mask: TypeAlias = NDArray[np.bool_]

NEIGHBOURS = 3
"""Kynkäänniemi et al. 2019, section 4.1."""

_BLOCK = 2**22
"""Distances held in memory at once."""


@dataclass(frozen=True)
class Membership:
    """Which pictures lie in the reference's region, and which of the reference in theirs."""

    precise: Mask
    """Whether each picture lies in a ball of the reference, shape [n]; the mean is precision."""
    density: Floats
    """Balls of the reference that each picture lies in, over k, shape [n], >= 0; the mean is
    density, 1 on average for equal distributions."""
    recalled: Mask
    """Whether each row of the reference lies in a ball of the pictures, shape [m]; the mean is
    recall."""
    covered: Mask
    """Whether the ball of each row of the reference holds a picture, shape [m]; the mean is
    coverage."""


def membership(pictures: ArrayLike, reference: ArrayLike, k: int = NEIGHBOURS) -> Membership:
    """Return, row by row, who lies in whose region.

    Args:
        pictures: Shape [n, d], n > k.
        reference: Shape [m, d], m > k.
        k: Which nearest other row a ball reaches to, at least 1.

    Raises:
        ValueError: If a set has k rows or fewer, the widths differ, or a value is not finite.

    >>> found = membership([[0.0], [1.0], [9.0]], [[0.0], [2.0], [3.0]], k=1)
    >>> found.precise.tolist(), found.density.tolist()
    ([True, True, False], [1.0, 2.0, 0.0])
    """
    x, y = _sets(pictures, reference, k)
    balls = _squared_radii(y, _all(y), k)[0]
    within = [(squared <= balls).sum(axis=1) for _, squared in _squared_distances(x, y)]
    density = np.concatenate(within) / k
    recalled, covered = _reached(x, y, _all(x), k)
    return Membership(density > 0, density, recalled[0], covered[0])


def recall_and_coverage(
    pictures: ArrayLike,
    clusters: ArrayLike,
    reference: ArrayLike,
    groups: Groups,
    k: int = NEIGHBOURS,
) -> tuple[Jackknife, Jackknife]:
    """Return recall and coverage of a fixed reference, and both without each group of clusters.

    All that is left out is left out of the radii too. Distances are found once.

    Args:
        pictures: Shape [n, d]; more than k must remain whichever group is left out.
        clusters: Cluster of each picture, shape [n]: the prompt pair.
        reference: Shape [m, d], m > k.
        groups: The groups of all clusters.
        k: Which nearest other row a ball reaches to, at least 1.

    Raises:
        ValueError: If too few rows remain, shapes do not fit, or a value is not finite.
    """
    x, y = _sets(pictures, reference, k)
    checks.labels("clusters", clusters, len(x))
    of = groups.of(clusters)
    kept = np.stack([of != gone for gone in range(-1, len(groups.sizes))])  # -1: none is gone
    fewest = int(kept.sum(axis=1).min())
    if fewest <= k:
        raise ValueError(
            f"leaving a group out leaves {fewest} pictures, needs at least {k + 1}; "
            "deal into more groups"
        )
    found = _reached(x, y, kept, k)
    recall, coverage = (
        Jackknife(float(shares[0]), shares[1:], groups.sizes)
        for shares in (members.mean(axis=1) for members in found)
    )
    return recall, coverage


def _sets(pictures: ArrayLike, reference: ArrayLike, k: int) -> tuple[Floats, Floats]:
    checks.whole("k", k, 1)
    x = checks.matrix("pictures", pictures, least=k + 1)
    y = checks.matrix("reference", reference, least=k + 1)
    checks.same_width("pictures", x, "reference", y)
    centre = y.mean(axis=0)  # a squared distance is rounded in the last digits of squared lengths
    return x - centre, y - centre


def _reached(x: Floats, y: Floats, kept: Mask, k: int) -> tuple[Mask, Mask]:
    """Return, for each choice of rows of x, kept [s, n], which rows of y these recall and cover.

    Both have shape [s, m].
    """
    recalled, covered = np.empty((2, len(kept), len(y)), dtype=bool)
    balls_x, balls_y = _squared_radii(x, kept, k), _squared_radii(y, _all(y), k)[0]
    for rows, squared in _squared_distances(y, x):
        for choice, chosen in enumerate(kept):
            nearer = squared[:, chosen]
            recalled[choice, rows] = (nearer <= balls_x[choice, chosen]).any(axis=1)
            covered[choice, rows] = nearer.min(axis=1) <= balls_y[rows]
    return recalled, covered


def _squared_radii(x: Floats, kept: Mask, k: int) -> Floats:
    """Return, for each choice of rows, the squared distance to the k-th nearest other, [s, n].

    Of rows that are not chosen themselves it means nothing.
    """
    found = np.empty(kept.shape)
    for rows, squared in _squared_distances(x, x):
        place = np.arange(rows.start, rows.stop)
        squared[place - rows.start, place] = np.inf
        for choice, chosen in enumerate(kept):
            found[choice, rows] = np.partition(squared[:, chosen], k - 1, axis=1)[:, k - 1]
    return found


def _squared_distances(x: Floats, y: Floats) -> Iterator[tuple[slice, Floats]]:
    """Yield blocks of rows of x, each with its squared distances to all rows of y, [b, m]."""
    long_x, long_y = np.square(x).sum(axis=1), np.square(y).sum(axis=1)
    rounding = 4 * np.finfo(float).eps * np.sqrt(x.shape[1])
    step = max(1, _BLOCK // len(y))
    for start in range(0, len(x), step):
        rows = slice(start, min(start + step, len(x)))
        lengths = long_x[rows, None] + long_y
        squared = lengths - 2 * x[rows] @ y.T
        # Equal rows are at distance 0, though the difference may be a little beside it.
        squared[squared <= rounding * lengths] = 0
        yield rows, squared


def _all(x: Floats) -> Mask:
    return np.ones((1, len(x)), dtype=bool)
