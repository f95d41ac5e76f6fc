"""How many prompt pairs a run needs: power before the first picture, by formula and by simulation.

Everything turns on one number, the spread: the standard deviation of a pair's value. It comes from
a pilot (`components`), or from a two-level model with stated standard deviations (`population`).
The power is that of the test which the harness does: whether the interval over prompts leaves out
the value of no effect. For a claim with a margin, the effect is what lies beyond the margin.
"""

from collections.abc import Callable
from functools import partial
from math import inf, sqrt
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from ksd_eval.numerics import checks, intervals
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.population import Draw

MOST_PAIRS: Final = 100_000
"""Number of pairs above which a plan is not worth having."""

STUDIES: Final = 2000
"""Simulated studies that confirm a plan: a power of .8 is then known to within .018, two standard
errors."""

Test: TypeAlias = Callable[[Floats, float], NDArray[np.bool_]]
"""From pair values [studies, pairs] and a level to whether each study finds the effect."""

_ROUNDS: Final = 6
_BLOCK: Final = 2**21
"""Pair values held in memory at once."""

_CERTAIN: Final = 8.0
"""Standard errors beyond the critical value at which a power is 1 to the last digit."""


def planned_power(spread: float, effect: float, pairs: int, level: float = 0.95) -> float:
    """Return how likely Student's interval of `pairs` pairs is to leave out the value of no effect.

    By the noncentral t distribution, for pair values whose mean is about normal.

    Args:
        spread: Standard deviation of pair values, above 0.
        effect: True mean less the value of no effect, in the same unit.
        pairs: Number of prompt pairs, at least 2.
        level: Coverage of the interval.

    Returns:
        A probability; at effect 0 it is 1 - level, the rate of false alarms.

    Raises:
        ValueError: If the spread is not positive, or there are fewer than 2 pairs.

    >>> round(planned_power(0.168, 0.05, 20), 2), round(planned_power(0.168, 0.10, 20), 2)
    (0.24, 0.71)
    """
    if not 0 < spread < inf:
        raise ValueError(f"spread must be finite and above 0, got {spread}")
    checks.whole("pairs", pairs, 2)
    critical = float(stats.t.ppf((1 + checks.fraction("level", level)) / 2, pairs - 1))
    shift = abs(effect) * sqrt(pairs) / spread
    if shift - critical > _CERTAIN:
        return 1.0
    # The lower tail by its mirror image: scipy's nct.cdf is NaN far out.
    tails = (float(stats.nct.sf(critical, pairs - 1, way * shift)) for way in (1, -1))
    return min(1.0, sum(tails))


def pairs_needed(
    spread: float, effect: float, power: float = 0.8, level: float = 0.95, least: int = 2
) -> int | None:
    """Return the least number of prompt pairs that has the wanted `planned_power`.

    Args:
        spread: Standard deviation of pair values, above 0.
        effect: True mean less the value of no effect, in the same unit, not 0.
        power: Wanted probability of finding it, above 1 - level and below 1.
        level: Coverage of the interval.
        least: Not fewer pairs than this, at least 2.

    Returns:
        None above 100,000 pairs.

    Raises:
        ValueError: If `power` is not between 1 - level and 1.

    >>> pairs_needed(0.2, 0.05), pairs_needed(0.2, 0.2)
    (128, 10)
    """
    _check_power(power, level)
    enough = checks.whole("least", least, 2)
    short = enough - 1
    while planned_power(spread, effect, enough, level) < power:
        short, enough = enough, 2 * enough
        if short > MOST_PAIRS:
            return None
    while enough - short > 1:
        middle = (short + enough) // 2
        reached = planned_power(spread, effect, middle, level) >= power
        short, enough = (short, middle) if reached else (middle, enough)
    return enough if enough <= MOST_PAIRS else None


def smallest_effect(
    spread: Callable[[float], float],
    pairs: int,
    level: float = 0.95,
    power: float = 0.8,
    most: float = 1.0,
) -> float | None:
    """Return the smallest effect that so many pairs find with the wanted `planned_power`.

    As `effects.smallest_detectable`, with a spread that may depend on the effect, as that of shares
    does.

    Args:
        spread: From an effect in [0, most] to the standard deviation of pair values.
        pairs: Number of prompt pairs, at least 2.
        level: Coverage of the interval.
        power: Wanted probability of finding it, above 1 - level and below 1.
        most: The greatest effect there can be.

    Returns:
        In the unit of the effect. None if not even the greatest effect is found so surely.

    Raises:
        ValueError: If `power` is not between 1 - level and 1.

    >>> round(smallest_effect(lambda effect: 0.2, 128), 3)
    0.05
    """
    _check_power(power, level)

    def beyond(effect: float) -> float:
        return planned_power(spread(effect), effect, pairs, level) - power

    return float(optimize.brentq(beyond, 0.0, most, xtol=1e-7)) if beyond(most) > 0 else None


def simulated_power(
    draw: Draw,
    pairs: int,
    level: float,
    rng: np.random.Generator,
    test: Test | None = None,
    studies: int = STUDIES,
) -> float:
    """Return the share of simulated studies that find the effect.

    Args:
        draw: Makes pair values, such as `Population.draws` or `resampled`.
        pairs: Number of prompt pairs, at least 2.
        level: Coverage of the interval.
        rng: Source of the draws.
        test: Whether a study finds it; None for `differ_from_zero`, the test of a difference.
        studies: Number of simulated studies.

    >>> from ksd_eval.numerics.population import Population
    >>> draw = Population().draws(effect=0.10, replicates=50)
    >>> round(simulated_power(draw, 20, 0.95, np.random.default_rng(0)), 1)
    0.7
    """
    checks.whole("pairs", pairs, 2)
    checks.whole("studies", studies, 1)
    test = test or differ_from_zero
    rows = max(1, _BLOCK // pairs)
    sizes = [min(rows, studies - start) for start in range(0, studies, rows)]
    return sum(int(test(draw((size, pairs), rng), level).sum()) for size in sizes) / studies


def pairs_confirmed(
    draw: Draw,
    start: int,
    power: float,
    level: float,
    rng: np.random.Generator,
    test: Test | None = None,
) -> tuple[int, float]:
    """Return a number of pairs that has the wanted power by simulation, and that power.

    Begins with the formula's number. While the simulated power is short by more than two standard
    errors of the simulation, the number grows by what the miss is worth on the normal scale, on
    which the root of the number of pairs counts.

    Args:
        draw: Makes pair values.
        start: What `pairs_needed` says; no fewer are returned.
        power: Wanted, above 1 - level and below 1.
        level: Coverage of the interval.
        rng: Source of the draws.
        test: As for `simulated_power`.
    """
    _check_power(power, level)
    sure = 2 * sqrt(power * (1 - power) / STUDIES)
    pairs, reach = start, float(stats.norm.ppf((1 + level) / 2))
    reached = simulated_power(draw, pairs, level, rng, test)
    for _ in range(_ROUNDS):
        if reached >= power - sure or pairs > MOST_PAIRS:
            break
        seen = float(stats.norm.ppf(max(reached, 0.01)))
        factor = (reach + float(stats.norm.ppf(power))) / max(reach + seen, 0.5)
        pairs = max(pairs + 1, round(pairs * factor**2))
        reached = simulated_power(draw, pairs, level, rng, test)
    return pairs, reached


def resampled(first: ArrayLike, second: ArrayLike, replicates: int, effect: float) -> Draw:
    """Return what draws the prompt pairs of a pilot again, with another effect than the pilot's.

    Pairs are drawn whole, with all their replicates: drawing those again as well would count their
    variance twice. Then each "no" of the first arm turns into a "yes" with the one probability that
    makes the mean difference the wanted one; where the pilot's difference is larger, "yes" into
    "no". So values stay possible ones, and pairs that never differ begin to, as they would have to.

    Args:
        first: Of each pair, how many of the replicates are "yes" in the first arm, shape [n].
        second: Likewise in the second arm; zeros if there is but one.
        replicates: Pictures of each pair and arm, at least 1.
        effect: Wanted mean difference; of one arm, its wanted mean share.

    Raises:
        ValueError: If no probability makes so large an effect of this pilot, or a count is not
            between 0 and `replicates`.
    """
    a, b = checks.vector("first", first), checks.vector("second", second)
    checks.whole("replicates", replicates, 1)
    if len(a) != len(b) or min(a.min(), b.min()) < 0 or max(a.max(), b.max()) > replicates:
        raise ValueError(f"first and second must be as many counts, from 0 to {replicates}")
    missing = effect - float((a - b).mean()) / replicates
    way = 1 if missing > 0 else -1
    turning = replicates - a if way > 0 else a
    room = float(turning.mean()) / replicates
    if abs(missing) > room:
        raise ValueError(
            f"an effect of {effect:g} is {abs(missing):g} from the pilot's, and only {room:g} of "
            "the first arm's pictures can turn; plan for a smaller effect"
        )
    chance = abs(missing) / room if room else 0.0

    def draw(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
        places = rng.integers(len(a), size=shape)
        turned = way * rng.binomial(turning.astype(int)[places], chance)
        values: Floats = ((a - b)[places] + turned) / replicates
        return values

    return draw


def differ_from_zero(values: Floats, level: float) -> NDArray[np.bool_]:
    """Return, for each study, whether the interval of `intervals.over_prompts` leaves out 0.

    Studies in which all pairs show the same value find nothing. (The harness knows the bounds of a
    difference, and would find one where all pairs are all or nothing; that is rarer than counts.)

    Args:
        values: Pair values, shape [studies, pairs].
        level: Coverage of the interval.
    """
    pairs = values.shape[1]
    means, spreads = values.mean(axis=1), values.std(axis=1, ddof=1)
    reach = float(stats.t.ppf((1 + level) / 2, pairs - 1)) * spreads / sqrt(pairs)
    found: NDArray[np.bool_] = (np.abs(means) > reach) & (np.ptp(values, axis=1) > 0)
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


def _share_found(share: float, replicates: int, values: Floats, level: float) -> NDArray[np.bool_]:
    images = values.shape[1] * replicates
    found = (intervals.share_over_prompts(row, images, level) for row in values)
    return np.array([interval is not None and not interval.covers(share) for interval in found])


def _check_power(power: float, level: float) -> None:
    if not 1 - level < checks.fraction("power", power):
        raise ValueError(f"power must exceed 1 - level = {1 - level:g}, got {power}; 0.8 is usual")
