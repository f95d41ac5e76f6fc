"""The range of an imbalance over all shares that simultaneous intervals allow.

If each of k shares has an interval, and all of them hold at once with probability `level`, then the
true share vector lies in the box they span, cut with the simplex, with that probability. So does
the true imbalance between the least and the greatest value in there. Nothing is supposed about the
measure but that it is convex: no normal approximation, no direction held fixed.

Source: projection of a simultaneous confidence region, Scheffé (1953); for the shares of a
    multinomial, Goodman, On simultaneous confidence intervals for multinomial proportions (1965).
"""

from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ksd_eval.numerics import checks, imbalance
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.imbalance import Measure

CLASSES_UP_TO = 12
"""Number of classes up to which the k 2^(k - 1) candidates for a vertex are enumerated."""

_SLACK = 1e-9
"""By how much the bounds may miss a sum of 1: more than rounding, less than a share."""


def bonferroni(level: float, k: int) -> float:
    """Return the level of each share's interval at which those of all k classes hold at once.

    Two shares are one: the second is 1 less the first, and its interval the mirror image. So for
    k = 2 it is `level` itself.

    >>> bonferroni(0.95, 2), round(bonferroni(0.95, 5), 6)
    (0.95, 0.99)
    """
    checks.fraction("level", level)
    return level if checks.whole("k", k, 2) == 2 else 1 - (1 - level) / k


def least(measure: Measure, low: ArrayLike, high: ArrayLike, reference: ArrayLike) -> float:
    """Return the least imbalance of any share vector within the bounds, in [0, 1].

    Args:
        measure: Which measure, of `imbalance.MEASURES`.
        low: Least share of each of k >= 2 classes, shape [k].
        high: Greatest share of each, shape [k].
        reference: Shares that imbalance is held against, shape [k].

    Raises:
        ValueError: If no share vector lies within the bounds, shapes differ, or the measure is not
            defined against the reference.

    >>> round(least("total_variation", [0.6, 0], [1, 0.4], [0.5, 0.5]), 3)
    0.1
    """
    return float(imbalance.measured(measure, nearest(low, high, reference), reference))


def greatest(measure: Measure, low: ArrayLike, high: ArrayLike, reference: ArrayLike) -> float:
    """Return the greatest imbalance of any share vector within the bounds, in [0, 1].

    A convex function is greatest at a vertex. Arguments and errors as in `least`.

    Raises:
        ValueError: Also above `CLASSES_UP_TO` classes.

    >>> greatest("total_variation", [0.6, 0], [1, 0.4], [0.5, 0.5])
    0.5
    """
    return float(imbalance.measured(measure, vertices(low, high), reference).max())


def nearest(low: ArrayLike, high: ArrayLike, reference: ArrayLike) -> Floats:
    """Return the share vector within the bounds that is nearest to the reference, shape [k].

    It is clip(t reference, low, high) with the t at which that sums to 1: classes between their
    bounds keep the reference's ratios. The same point serves every f-divergence, sum of
    r f(p / r) with f convex: f'(p / r) may be higher only for a class that is held up by its lower
    bound, lower only for one held down by its upper. (So it serves every measure of `imbalance`.)
    The sum is piecewise linear in t, so t needs no search. What classes of the reference cannot
    hold goes to those that it lacks. Arguments and errors as in `least`.

    >>> nearest([0.5, 0, 0], [1, 1, 1], [0.2, 0.4, 0.4]).tolist()
    [0.5, 0.25, 0.25]
    """
    below, above = _bounds(low, high)
    r = checks.shares("reference", reference)
    if len(r) != len(below):
        raise ValueError(f"low has {len(below)} classes and reference {len(r)}; give both the same")
    if np.all((below <= r) & (r <= above)):
        return r
    known = r > 0
    levels = np.unique(np.concatenate([below[known] / r[known], above[known] / r[known]]))
    totals = np.clip(levels[:, None] * r, below, above).sum(axis=1)
    point: Floats = np.clip(np.interp(1, totals, levels) * r, below, above)
    room = np.where(known, 0, above - below)
    rest = 1 - totals[-1]
    return point + room * (rest / room.sum()) if rest > 0 and room.any() else point


def vertices(low: ArrayLike, high: ArrayLike) -> Floats:
    """Return the vertices of {low <= p <= high, sum p = 1}, shape [m, k]; some appear twice.

    At a vertex all shares but one are at a bound. Arguments and errors as in `least`.

    Raises:
        ValueError: Also above `CLASSES_UP_TO` classes.

    >>> vertices([0, 0], [1, 0.25]).tolist()
    [[1.0, 0.0], [0.75, 0.25], [1.0, 0.0]]
    """
    below, above = _bounds(low, high)
    k = len(below)
    if k > CLASSES_UP_TO:
        raise ValueError(
            f"vertices are enumerated for at most {CLASSES_UP_TO} classes, got {k}; merge some"
        )
    at_high = np.array(list(product([False, True], repeat=k - 1)))
    return np.concatenate([_with_free(j, at_high, below, above) for j in range(k)])


def _with_free(j: int, at_high: NDArray[np.bool_], low: Floats, high: Floats) -> Floats:
    """Return the vertices whose j-th share is what the others, at their bounds, leave."""
    corners = np.where(np.insert(at_high, j, False, axis=1), high, low)
    corners[:, j] = 0
    left = 1 - corners.sum(axis=1)
    corners[:, j] = np.clip(left, low[j], high[j])
    vertex: Floats = corners[np.abs(left - corners[:, j]) <= _SLACK]
    return vertex


def _bounds(low: ArrayLike, high: ArrayLike) -> tuple[Floats, Floats]:
    below, above = checks.vector("low", low, least=2), checks.vector("high", high, least=2)
    if len(below) != len(above) or np.any((below < 0) | (below > above) | (above > 1)):
        raise ValueError(
            "bounds must be 0 <= low <= high <= 1 for the same classes, "
            f"got low {below.tolist()} and high {above.tolist()}"
        )
    if below.sum() > 1 + _SLACK or above.sum() < 1 - _SLACK:
        raise ValueError(
            f"no shares that sum to 1 lie between low {below.tolist()} and high {above.tolist()}"
        )
    return below, above
