"""How many prompt pairs a run needs: power before the first picture, by formula.

Everything turns on one number, the spread: the standard deviation of a pair's value. It comes from
a pilot (`components`), or from a two-level model with stated standard deviations (`population`).
The power is that of the test which the harness does: whether the interval over prompts leaves out
the value of no effect. That interval is Student's for differences, and has a form of its own for
shares. For a claim with a margin, the effect is what lies beyond the margin. `simulated_power` does
the same by simulation.
"""

from collections.abc import Callable
from math import inf, sqrt
from typing import Final, TypeAlias

from scipy import optimize, special, stats

from ksd_eval.numerics import checks, effects
from ksd_eval.numerics.confidence import tails

MOST_PAIRS: Final = 100_000
"""Number of pairs above which a plan is not worth having."""

PowerAt: TypeAlias = Callable[[int], float]
"""From a number of pairs to the power."""


def planned_power(spread: float, effect: float, pairs: int, level: float = 0.95) -> float:
    """Return how likely Student's interval of `pairs` pairs is to leave out the value of no effect.

    By the noncentral t distribution, for pair values whose mean is about normal. Held against
    simulated studies (`Population`, shares of .1 and .5, noise shared by none or .9 of the
    pictures, 9 to 100 pairs of 1, 2 and 8 pictures, effects of .05 to .3; 4000 studies each): where
    it says .5 or more it promises at most .03 too much from 20 pairs on and .09 with fewer, and up
    to .11 too little. Where it says less, it promises up to .12 too much with 20 pairs and .18 with
    9 or 12, whose few steps the mean does not smooth.

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
    _check_design(spread, pairs, level)
    return effects.t_power(abs(effect) * sqrt(pairs) / spread, pairs - 1, level)


def planned_share_power(
    spread: float, reference: float, effect: float, pairs: int, replicates: int, level: float = 0.95
) -> float:
    """Return how likely `intervals.share_over_prompts` is to leave out a reference.

    Takes the mean over pairs as normal, and the effective number of pictures as the one that pairs
    of this spread have. Held against simulated studies (`Population`, one arm; references of .1, .3
    and .5, effects of .1, .2 and .3, 9 to 100 pairs of 1, 2 and 8 pictures; 2000 studies each) it
    is off by .02 on average: by up to .06 from 20 pairs on, by .07 with fewer, and by .14 with 9 or
    12 pairs of one picture, where the test has a handful of outcomes. Student's formula would be
    off by up to .26, as this interval is wider than Student's for few pairs.

    Args:
        spread: Standard deviation of pair shares at the true share, above 0.
        reference: What the share is held against, between 0 and 1.
        effect: True share less the reference.
        pairs: Number of prompt pairs, at least 2.
        replicates: Pictures of each pair, at least 1.
        level: Coverage of the interval.

    Returns:
        A probability; at effect 0 it is below 1 - level, as the interval is a cautious one.

    Raises:
        ValueError: If the spread is not positive, there are fewer than 2 pairs, or the reference or
            the true share is not between 0 and 1.

    >>> round(planned_share_power(0.48, 0.5, 0.2, 40, 2), 2)
    0.67
    """
    _check_design(spread, pairs, level)
    checks.fraction("reference", reference)
    share = checks.fraction("reference + effect", reference + effect)
    size = _expected_size(spread, share, pairs, checks.whole("replicates", replicates, 1), level)
    low, high = _just_found(reference, size, level)
    error = spread / sqrt(pairs)
    return float(stats.norm.cdf((low - share) / error) + stats.norm.sf((high - share) / error))


def fewest_pairs(power_at: PowerAt, power: float = 0.8, least: int = 2) -> int | None:
    """Return the least number of prompt pairs that has the wanted power.

    Args:
        power_at: Power by number of pairs, rising: `planned_power` with the rest filled in.
        power: Wanted probability of finding the effect, between 0 and 1.
        least: Not fewer pairs than this, at least 2.

    Returns:
        None above 100,000 pairs.

    >>> fewest_pairs(lambda pairs: planned_power(0.2, 0.05, pairs))
    128
    """
    checks.fraction("power", power)
    enough = checks.whole("least", least, 2)
    short = enough - 1
    while power_at(enough) < power:
        short, enough = enough, 2 * enough
        if short > MOST_PAIRS:
            return None
    while enough - short > 1:
        middle = (short + enough) // 2
        short, enough = (short, middle) if power_at(middle) >= power else (middle, enough)
    return enough if enough <= MOST_PAIRS else None


def smallest_effect(
    power_at: Callable[[float], float], power: float = 0.8, most: float = 1.0
) -> float | None:
    """Return the smallest effect that is found with the wanted power.

    As `effects.smallest_detectable`, where the spread depends on the effect, as that of shares
    does.

    Args:
        power_at: Power by effect, for effects in [0, most], rising.
        power: Wanted probability of finding it, between the power at effect 0 and 1.
        most: The greatest effect there can be.

    Returns:
        In the unit of the effect. None if not even the greatest effect is found so surely.

    Raises:
        ValueError: If no effect at all is "found" as often.

    >>> round(smallest_effect(lambda effect: planned_power(0.2, effect, 128)), 3)
    0.05
    """
    alarms = power_at(0.0)
    if not alarms < checks.fraction("power", power):
        raise ValueError(
            f"power must exceed {alarms:.2g}, the rate of false alarms, got {power}; 0.8 is usual"
        )
    if power_at(most) <= power:
        return None
    return float(optimize.brentq(lambda effect: power_at(effect) - power, 0.0, most, xtol=1e-7))


def _check_design(spread: float, pairs: int, level: float) -> None:
    if not 0 < spread < inf:
        raise ValueError(f"spread must be finite and above 0, got {spread}")
    checks.whole("pairs", pairs, 2)
    checks.fraction("level", level)


def _expected_size(spread: float, share: float, pairs: int, replicates: int, level: float) -> float:
    """Return `effective.effective_size` of pairs that spread as they are expected to.

    Without kurtosis, of which it takes account only where a few pairs bring most of the spread.
    """
    images = pairs * replicates
    # The spread is that of all pairs there could be; the size is made of the variance of these.
    ratio = min(1.0, spread**2 * (1 - 1 / pairs) / (share * (1 - share)))
    size = min(pairs**2 / ((pairs - 1) * ratio + 1), images)
    known = 1 / (1 / (images - 1) + (1 - ratio) * (1 / (pairs - 1) - 1 / (images - 1)))
    of_images, of_pairs = special.stdtrit([images - 1, known], (1 + level) / 2)
    return float(size * (of_images / of_pairs) ** 2)


def _just_found(reference: float, size: float, level: float) -> tuple[float, float]:
    """Return the shares whose Clopper-Pearson interval just leaves out a reference, either way.

    Infinite where not even a share of 0 or 1 does.
    """
    below, above = tails(level)

    def low_end(share: float) -> float:
        return float(special.betaincinv(size * share, size * (1 - share) + 1, below)) - reference

    def high_end(share: float) -> float:
        return float(special.betaincinv(size * share + 1, size * (1 - share), above)) - reference

    low = optimize.brentq(high_end, 0.0, reference) if high_end(0.0) < 0 else -inf
    high = optimize.brentq(low_end, reference, 1.0) if low_end(1.0) > 0 else inf
    return float(low), float(high)
