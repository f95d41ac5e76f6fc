"""What a plan found, as estimates: rows of tables, and lines of the figure `power_curve`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import sqrt
from typing import Final

import numpy as np
import pandas as pd

from ksd_eval.claims import FEWEST_PAIRS
from ksd_eval.numerics import components, intervals, planning
from ksd_eval.numerics import pairs as numerics
from ksd_eval.numerics.confidence import tails
from ksd_eval.records import Estimate
from ksd_eval.studies.power_basis import MANY, Basis

ONE_PICTURE: Final = (
    "the pilot has one picture of each prompt, which does not tell what more would bring; "
    "make another with generation.replicates=2"
)
"""Why a number for several replicates cannot be had."""

TOO_MANY: Final = f"more than {planning.MOST_PAIRS:,} prompt pairs"


def arm_of(replicates: int) -> str:
    """Return the column of a table, and the line of a figure, for a number of replicates.

    >>> arm_of(4)
    'replicates_4'
    """
    return f"replicates_{replicates}"


def points(effect: float) -> str:
    """Return an effect as it is named in a table.

    >>> points(0.05), points(0.125)
    ('5', '12.5')
    """
    return f"{100 * effect:g}"


def spreads(about: Estimate, basis: Basis) -> Iterator[Estimate]:
    """Yield what the pilot says of how far pairs differ, each with its own interval.

    Standard deviations between prompts and within a prompt (of one picture where the pilot cannot
    tell these apart), and how often two arms' pictures of the same noise differ.

    Args:
        about: With the pilot's counts, the contrast as its arm, and the level.
        basis: What the plan rests on.
    """
    about = replace(about, metric="spread", kind="spread", by="component", method="chi_square")
    values, names, known = basis.readings.numbers, basis.readings.pairs, basis.components
    below = tails(about.level)
    if known.between is None or known.within is None:
        ends = [components.variance_limit(values, names, 1, tail) for tail in below]
        yield _deviation(replace(about, group="one_picture"), known.total, ends)
    else:
        ends = [components.variance_limit(values, names, MANY, tail) for tail in below]
        cut = "; the estimate came out below 0 and was cut" if known.cut else ""
        between = replace(about, group="between_prompts", note=about.note + cut)
        yield _deviation(between, known.between, ends)
        ends = [components.within_limit(values, names, tail) for tail in below]
        yield _deviation(replace(about, group="within_prompt"), known.within, ends)
    if len(basis.readings.arms) == 2:
        yield _discordance(replace(about, group="discordance"), basis)


def needed(about: Estimate, basis: Basis, plan: pd.DataFrame, power: float) -> Iterator[Estimate]:
    """Yield the number of prompt pairs for each effect and number of replicates of a plan.

    First those of the plan, whose interval is that of the pilot's variance; then the cautious ones.

    Args:
        about: With the pilot's counts and the level.
        basis: What the plan rests on.
        plan: The columns of `power.PLAN`.
        power: Wanted.
    """
    for metric, column in (("pairs_needed", "pairs"), ("pairs_needed_cautious", "pairs_cautious")):
        for row in plan.to_dict("records"):
            effect, replicates, count = float(row["effect"]), int(row["replicates"]), row[column]
            named = _planned(about, metric, replicates)
            named = replace(named, by="effect", group=f"{points(effect)} points", note="")
            if pd.isna(count):
                unknown = basis.spread(replicates, effect) is None and column == "pairs"
                yield replace(named, note=ONE_PICTURE if unknown else TOO_MANY)
                continue
            named = replace(named, estimate=float(count), method="simulation")
            low, high = _pair_ends(basis, replicates, effect, about.level, power, count)
            sure = column == "pairs" and low is not None and high is not None
            yield replace(named, ci_low=low, ci_high=high) if sure else named


def curve(
    about: Estimate,
    basis: Basis,
    effects: Sequence[float],
    pairs: Sequence[int],
    replicates: Sequence[int],
) -> Iterator[Estimate]:
    """Yield the power at each number of pairs, with the interval that the pilot's variance has.

    Numbers of replicates of which the pilot cannot tell are left out.

    Args:
        about: With the pilot's counts and the level.
        basis: What the plan rests on.
        effects: In shares.
        pairs: Numbers of prompt pairs.
        replicates: Pictures of each prompt and arm.
    """
    below, above = tails(about.level)
    for effect in effects:
        for number in replicates:
            spread = basis.spread(number, effect)
            named = _planned(about, "power", number)
            named = replace(named, category=points(effect), by="pairs", method="noncentral_t")
            wide, narrow = (basis.limit(number, effect, tail) for tail in (above, below))
            for count in pairs if spread else ():
                found = replace(named, group=str(count), note="")
                found = replace(found, estimate=_power(spread, effect, count, about.level))
                low = _power(wide, effect, count, about.level)
                high = _power(narrow, effect, count, about.level)
                sure = low is not None and high is not None
                yield replace(found, ci_low=low, ci_high=high) if sure else found


def _planned(about: Estimate, metric: str, replicates: int) -> Estimate:
    return replace(about, metric=metric, kind=metric, arm=arm_of(replicates))


def _power(spread: float | None, effect: float, pairs: int, level: float) -> float | None:
    return planning.planned_power(spread, effect, pairs, level) if spread else None


def _pair_ends(
    basis: Basis, replicates: int, effect: float, level: float, power: float, count: int
) -> list[float | None]:
    """Return the pairs that the ends of the variance's interval ask for.

    Times what the simulation made of the formula's number.
    """
    middle = basis.spread(replicates, effect)
    deviations = [middle, *(basis.limit(replicates, effect, tail) for tail in tails(level))]
    least, *ends = (
        planning.pairs_needed(one, effect, power, level, FEWEST_PAIRS) if one else None
        for one in deviations
    )
    factor = count / least if least else 1.0
    return [None if end is None else float(round(factor * end)) for end in ends]


def _deviation(about: Estimate, variance: float, ends: Sequence[float | None]) -> Estimate:
    about = replace(about, estimate=sqrt(variance))
    if ends[1] is None:
        return about
    # A lower limit that cannot be had is 0: nothing is known against it.
    low = min(sqrt(ends[0] or 0.0), sqrt(variance))
    return replace(about, ci_low=low, ci_high=max(sqrt(ends[1]), sqrt(variance)))


def _discordance(about: Estimate, basis: Basis) -> Estimate:
    first, second = basis.readings.arms
    shares = numerics.pair_means(np.abs(first - second), basis.readings.pairs)
    about = replace(about, estimate=float(shares.mean()))
    found = intervals.share_over_prompts(shares, len(first), about.level)
    if found is None:
        return about
    return replace(about, ci_low=found.low, ci_high=found.high, method=found.method)
