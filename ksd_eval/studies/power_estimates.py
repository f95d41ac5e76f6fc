"""What a plan found, as estimates: rows of tables, and lines of the figure `power_curve`."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import sqrt
from typing import Any, Final

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
    for row in plan.to_dict("records"):
        named, count = _cell(about, "pairs_needed", row), row["pairs"]
        effect, replicates = float(row["effect"]), int(row["replicates"])
        if not pd.isna(count):
            ends = _ends(basis, effect, replicates, about.level, power, int(count))
            found = replace(named, estimate=float(count), method="simulation")
            yield replace(found, ci_low=ends[0], ci_high=ends[1]) if None not in ends else found
        else:
            unknown = basis.spread(replicates, effect) is None
            yield replace(named, note=ONE_PICTURE if unknown else TOO_MANY)
    for row in plan.to_dict("records"):
        named, count = _cell(about, "pairs_needed_cautious", row), row["pairs_cautious"]
        found = replace(named, note=TOO_MANY)
        if not pd.isna(count):
            found = replace(named, estimate=float(count), method="simulation")
        yield found


def curve(
    about: Estimate,
    basis: Basis,
    effects: Sequence[float],
    pairs: Sequence[int],
    replicates: Sequence[int],
) -> Iterator[Estimate]:
    """Yield the power at each number of pairs, with the interval that the pilot's variance has.

    By the formula, where the plan is confirmed by simulation. Numbers of replicates of which the
    pilot cannot tell are left out.

    Args:
        about: With the pilot's counts and the level.
        basis: What the plan rests on.
        effects: In shares.
        pairs: Numbers of prompt pairs.
        replicates: Pictures of each prompt and arm.
    """
    for effect in effects:
        for number in replicates:
            powers = _powers(basis, effect, number, about.level)
            named = replace(_planned(about, "power", number), category=points(effect), by="pairs")
            for count in pairs if powers else ():
                power, *ends = (None if at is None else at(count) for at in powers)
                found = replace(named, group=str(count), note="", method="formula", estimate=power)
                yield replace(found, ci_low=ends[0], ci_high=ends[1]) if None not in ends else found


def _planned(about: Estimate, metric: str, replicates: int) -> Estimate:
    return replace(about, metric=metric, kind=metric, arm=arm_of(replicates))


def _cell(about: Estimate, metric: str, row: Mapping[Hashable, Any]) -> Estimate:
    named = _planned(about, metric, int(row["replicates"]))
    return replace(named, by="effect", group=f"{points(float(row['effect']))} points", note="")


def _powers(
    basis: Basis, effect: float, replicates: int, level: float
) -> list[planning.PowerAt | None]:
    """Return the power if pairs spread as the pilot's do, and at the ends of that.

    The wide end first, at which the power is low; None for an end that the pilot cannot tell, and
    an empty list if it tells nothing.
    """
    below, above = tails(level)
    found = [basis.power_at(replicates, effect, level, limit) for limit in (None, above, below)]
    return found if found[0] else []


def _ends(
    basis: Basis, effect: float, replicates: int, level: float, power: float, count: int
) -> tuple[float | None, float | None]:
    """Return the pairs that the ends of the variance's interval ask for.

    Times what the simulation made of the formula's number.
    """
    least, high, low = (
        None if at is None else planning.fewest_pairs(at, power, FEWEST_PAIRS)
        for at in _powers(basis, effect, replicates, level)
    )
    if not least or not high or not low:
        return None, None
    return float(round(low * count / least)), float(round(high * count / least))


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
