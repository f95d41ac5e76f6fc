"""Power by simulation: how many of the studies that could be drawn find the effect.

Each simulated study is put to the very test that the harness does, so that nothing is supposed of
how its means are distributed. What is supposed is the population that it is drawn from.
"""

from collections.abc import Callable
from functools import partial
from math import ceil, sqrt
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ksd_eval.numerics import checks, intervals
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.planning import MOST_PAIRS
from ksd_eval.numerics.population import Draw

STUDIES: Final = 2000
"""Simulated studies that confirm a plan: a power of .8 is then known to within .018, two standard
errors."""

Test: TypeAlias = Callable[[Floats, float], NDArray[np.bool_]]
"""From pair values [studies, pairs] and a level to whether each study finds the effect."""

_BLOCK: Final = 2**21
"""Pair values held in memory at once."""


def differ_from_zero(values: Floats, level: float) -> NDArray[np.bool_]:
    """Return, for each study, whether the interval of `intervals.over_prompts` leaves out 0.

    Args:
        values: Differences of two shares, shape [studies, pairs], at least 2 pairs.
        level: Coverage of the interval.
    """
    pairs = values.shape[1]
    means, spreads = values.mean(axis=1), values.std(axis=1, ddof=1)
    reach = float(special.stdtrit(pairs - 1, (1 + level) / 2)) * spreads / sqrt(pairs)
    found: NDArray[np.bool_] = np.abs(means) > reach
    # Where all pairs show one value there is no spread, and what is known of the bounds counts.
    for row in np.flatnonzero(np.ptp(values, axis=1) == 0):
        interval = intervals.over_prompts(values[row], level, (-1.0, 1.0))
        found[row] = interval is not None and not interval.covers(0.0)
    return found


def differ_from(share: float, replicates: int) -> Test:
    """Return the test of one arm's share: whether `intervals.share_over_prompts` leaves it out.

    Args:
        share: What the arm's share is held against, between 0 and 1.
        replicates: Pictures of each pair.
    """
    checks.fraction("share", share)
    checks.whole("replicates", replicates, 1)
    return partial(_share_found, share, replicates)


def simulated_power(
    draw: Draw,
    pairs: int,
    level: float,
    rng: np.random.Generator,
    test: Test = differ_from_zero,
    studies: int = STUDIES,
) -> float:
    """Return the share of simulated studies that find the effect.

    Args:
        draw: Makes pair values, as of `Population.draws`.
        pairs: Number of prompt pairs, at least 2.
        level: Coverage of the interval.
        rng: Source of the draws.
        test: Whether a study finds it.
        studies: Number of simulated studies.

    >>> from ksd_eval.numerics.population import Population
    >>> draw = Population().draws(effect=0.10, replicates=50)
    >>> round(simulated_power(draw, 20, 0.95, np.random.default_rng(0)), 1)
    0.7
    """
    checks.whole("pairs", pairs, 2)
    checks.whole("studies", studies, 1)
    checks.fraction("level", level)
    rows = max(1, _BLOCK // pairs)
    sizes = [min(rows, studies - start) for start in range(0, studies, rows)]
    return sum(int(test(draw((size, pairs), rng), level).sum()) for size in sizes) / studies


def pairs_confirmed(
    draw: Draw,
    start: int,
    power: float,
    level: float,
    rng: np.random.Generator,
    test: Test = differ_from_zero,
) -> tuple[int, float] | None:
    """Return a number of pairs that has the wanted power by simulation, and that power.

    Begins with the formula's number. While the simulated power is short by more than two standard
    errors of the simulation, the number grows by what the miss is worth on the normal scale, on
    which the root of the number of pairs counts; it doubles at most.

    Args:
        draw: Makes pair values, as of `Population.draws`.
        start: What `planning.fewest_pairs` says; no fewer are returned.
        power: Wanted, between 0 and 1.
        level: Coverage of the interval.
        rng: Source of the draws.
        test: As for `simulated_power`.

    Returns:
        None above 100,000 pairs.
    """
    sure = 2 * sqrt(checks.fraction("power", power) * (1 - power) / STUDIES)
    pairs = start
    while pairs <= MOST_PAIRS:
        reached = simulated_power(draw, pairs, level, rng, test)
        if reached >= power - sure:
            return pairs, reached
        pairs = ceil(pairs * _growth(reached, power, level))
    return None


def _growth(reached: float, power: float, level: float) -> float:
    """Return how many times the pairs are needed to get from one power to a greater one."""
    critical, wanted, seen = special.ndtri([(1 + level) / 2, power, reached])
    if critical + seen <= 0:
        return 2.0
    return min(2.0, float((critical + wanted) / (critical + seen)) ** 2)


def _share_found(share: float, replicates: int, values: Floats, level: float) -> NDArray[np.bool_]:
    images = values.shape[1] * replicates
    found = (intervals.share_over_prompts(row, images, level) for row in values)
    return np.array([interval is not None and not interval.covers(share) for interval in found])
