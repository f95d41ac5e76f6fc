"""Every estimate of two runs side by side, with the difference where there is one to be had.

A pair of prompts that both runs asked is the unit: its number in the second run less that in the
first, then the mean over such pairs with Student's interval, as of two arms of one run. That the
pictures began with the same noise makes the interval shorter and is not needed for it to hold:
pairs are independent of each other either way. Where no pair is shared, prompts of both runs are
taken for draws of one kind, and the interval is that of two unlike samples, which is said.

What a metric takes off all pairs alike (a reference, the judge's own error) cancels. A difference
is only given where the pairs' mean, found again from the table of measurements, and the estimate
in the run's own table agree up to such a constant, and the constant is the same in both runs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import isclose
from typing import Final

import numpy as np
import pandas as pd

from ksd_eval.claims import FEWEST_PAIRS
from ksd_eval.comparison import distances
from ksd_eval.comparison.base import Reason, Row
from ksd_eval.comparison.opposed import Opposed
from ksd_eval.comparison.readings import Reading, estimates_of, is_read, key_of
from ksd_eval.comparison.terms import unlike
from ksd_eval.metrics import inference, pairs
from ksd_eval.metrics.differences import is_rare
from ksd_eval.metrics.inference import Inference
from ksd_eval.numerics import effects, intervals, recovered
from ksd_eval.numerics.confidence import Interval
from ksd_eval.records import Estimate

AS_IS: Final = ("_target_", "level", "resamples", "interval", "margin")
"""Fields of a metric that change no estimate; another class is another kind of estimate."""

EXACT: Final = 1e-9
"""By how much two ways to one number may differ."""


def rows(opposed: Opposed) -> list[Row]:
    """Return a row for each estimate of either run, in their order."""
    sides = [
        {(*key_of(one), one.estimand): one for one in estimates_of(opened.run)}
        for opened in (opposed.first, opposed.second)
    ]
    return [
        _row(opposed, sides[0].get(key), sides[1].get(key))
        for key in dict.fromkeys([*sides[0], *sides[1]])
    ]


def scanned(found: Sequence[Row]) -> list[Row]:
    """Return rows with q values: all differences of a comparison are one scan.

    They are of the same pictures and depend on each other, so the adjustment is that of Benjamini
    and Yekutieli, which supposes nothing of how.
    """
    p_values = {
        place: row.difference.p_value
        for place, row in enumerate(found)
        if row.difference is not None and row.difference.p_value is not None
    }
    adjusted = list(found)
    q_values = effects.benjamini_yekutieli([*p_values.values()])
    for place, q in zip(p_values, q_values, strict=True):
        row = adjusted[place]
        assert row.difference is not None  # it has a p value
        adjusted[place] = replace(row, difference=replace(row.difference, q_value=float(q)))
    return adjusted


def _row(opposed: Opposed, first: Estimate | None, second: Estimate | None) -> Row:
    if first is None or second is None:
        absent = Reason("absent.first" if first is None else "absent.second")
        return Row(first, second, "beside", reasons=(absent,))
    trouble = tuple(_why_beside(opposed, first, second))
    if trouble:
        return Row(first, second, "beside", reasons=trouble)
    key = key_of(first)
    ours, theirs = opposed.first.readings.get(key), opposed.second.readings.get(key)
    if ours is None or theirs is None:
        if _should_be_read(opposed, first):
            return Row(first, second, "beside", reasons=(Reason("again"),))
        return distances.row(opposed, first, second)
    strange = tuple(_strange(opposed, (ours, theirs), (first, second)))
    if strange:
        return Row(first, second, "beside", reasons=strange)
    return _paired(opposed, ours, theirs, first, second)


def _why_beside(opposed: Opposed, first: Estimate, second: Estimate) -> Iterator[Reason]:
    """Yield why two estimates are shown side by side alone, as far as they themselves tell."""
    if first.estimate is None or second.estimate is None:
        yield Reason("nothing", {"note": first.note or second.note})
        return
    nodes = [opened.nodes.get(first.metric, {}) for opened in (opposed.first, opposed.second)]
    plain = [{k: v for k, v in node.items() if k not in AS_IS} for node in nodes]
    fields = [name for name, _, _ in unlike(*plain)]
    if fields:
        yield Reason("metric", {"fields": ", ".join(fields)})
    if first.estimand != "over_prompts":
        # Two verdicts may hang on it, and are to be by the same judges.
        yield from judges_differ(opposed, _judges(opposed, first))
        yield Reason(f"estimand.{first.estimand}")


def _judges(opposed: Opposed, about: Estimate) -> frozenset[str]:
    """Return whose measurements an estimate hangs on in either run, whatever its estimand."""
    found: frozenset[str] = frozenset()
    for opened in (opposed.first, opposed.second):
        reading = opened.readings.get(key_of(about))
        named = opened.nodes.get(about.metric, {}).get("judge")
        if reading is not None:
            found |= reading.judges
        else:
            found |= {named} if named else opened.judges.get(about.measurement, frozenset())
    return found


def _should_be_read(opposed: Opposed, about: Estimate) -> bool:
    """Whether an estimate is of a kind that is found again from the tables."""
    return any(
        is_read(about.kind, opened.metrics.get(about.metric))
        for opened in (opposed.first, opposed.second)
        if about.metric in opened.nodes
    )


def _strange(
    opposed: Opposed, both: tuple[Reading, Reading], found: tuple[Estimate, Estimate]
) -> Iterator[Reason]:
    """Yield why two readings of one name are not of one thing."""
    ours, theirs = both
    yield from judges_differ(opposed, ours.judges | theirs.judges)
    if not np.array_equal(ours.worth, theirs.worth):
        yield Reason("worth")
        return
    constants = []
    for reading, estimate in zip(both, found, strict=True):
        values = reading.per_pair.values  # noqa: PD011  no frame
        scale = float(reading.worth.mean()) if len(reading.worth) else 1.0
        assert estimate.estimate is not None
        constants.append(estimate.estimate - float(values.mean()) / scale if len(values) else None)
    if None in constants:
        yield Reason("again")
    elif not isclose(*constants, abs_tol=EXACT):  # type: ignore[arg-type]
        taken_off = ours.about.kind in ("excess", "excess_error")
        yield Reason("taken_off" if taken_off else "again")
    elif ours.about.kind not in ("excess", "excess_error") and abs(constants[0] or 0) > EXACT:
        yield Reason("again")


def judges_differ(opposed: Opposed, names: Iterable[str]) -> Iterator[Reason]:
    """Yield why judges of one name are not the same in two runs."""
    ours, theirs = (one.identities("judges") for one in (opposed.first, opposed.second))
    for name in sorted(names):
        if name not in ours or name not in theirs:
            yield Reason("judge.unknown", {"name": name})
        elif fields := [field for field, _, _ in unlike(ours[name], theirs[name])]:
            yield Reason("judge", {"name": name, "fields": ", ".join(fields)})


def _paired(
    opposed: Opposed, ours: Reading, theirs: Reading, first: Estimate, second: Estimate
) -> Row:
    if not opposed.shared:
        return _unpaired(ours, theirs, first, second)
    found = difference(ours, theirs, opposed.shared, opposed.first.run.level)
    reasons = []
    if not opposed.noise:
        reasons.append(Reason("noise"))
    if found.n_pairs < max(first.n_pairs, second.n_pairs):
        most = max(first.n_pairs, second.n_pairs)
        reasons.append(Reason("subset", {"shared": found.n_pairs, "most": most}))
    if found.note:
        reasons.append(Reason("rare"))
    if found.estimate is None:
        return Row(first, second, "beside", reasons=(Reason("unshared.here"),))
    if found.ci_low is None:
        reasons.append(Reason("one_pair" if found.n_pairs == 1 else "alike"))
    elif found.n_pairs < FEWEST_PAIRS:
        reasons.append(Reason("below", {"fewest": FEWEST_PAIRS}))
    return Row(first, second, "paired", replace(found, note=""), tuple(reasons))


def difference(
    ours: Reading, theirs: Reading, shared: Iterable[str], level: float = 0.95
) -> Estimate:
    """Return how much more the second run shows than the first, over the pairs that both have.

    Args:
        ours: What is behind the estimate in the first run.
        theirs: The same in the second.
        shared: Ids of the pairs that both asked in the same words.
        level: Nominal coverage of the interval.

    Returns:
        The mean over pairs of the difference with Student's interval, or that of alike bounded
        values, and the p value of the t test. `note` is not empty where a label is so rare that the
        interval may claim too much.
    """
    both = frozenset(shared)
    table = pd.concat([_of(ours, "first", both), _of(theirs, "second", both)], ignore_index=True)
    weights = {f"second {role}": weight for role, weight in theirs.weights.items()}
    weights |= {f"first {role}": -weight for role, weight in ours.weights.items()}
    reach = (ours.bounds[1] - ours.bounds[0], theirs.bounds[1] - theirs.bounds[0])
    bounds = (-max(reach), max(reach))
    of_pairs = pairs.differences(table, weights)
    about = replace(ours.about, level=level)
    sure = Inference(level=level)
    # Student's draws nothing by chance.
    found = sure.over_prompts(about, of_pairs, np.random.default_rng(0), bounds)
    values = of_pairs.values  # noqa: PD011  no frame
    p_value = effects.mean_p(values, bounds) if len(values) >= FEWEST_PAIRS else None
    found = replace(found, p_value=p_value, note="")
    if ours.about.category and is_rare(found, table):
        found = replace(found, note="rare")
    return _as_part(found, ours) if len(ours.worth) else found


def _of(reading: Reading, which: str, shared: frozenset[str]) -> pd.DataFrame:
    table = reading.table[reading.table["pair_id"].isin(shared)]
    return table.assign(role=which + " " + table["role"].astype(str))


def _as_part(found: Estimate, reading: Reading) -> Estimate:
    """Return a difference of losses as a part of what a fitting text is worth."""
    whole = float(reading.worth.mean())
    around = intervals.student(reading.worth, found.level)
    if found.estimate is None or around is None or around.low <= 0:
        return replace(found, estimate=None, ci_low=None, ci_high=None, p_value=None)
    part = replace(found, estimate=found.estimate / whole)
    if found.ci_low is None or found.ci_high is None:
        return part
    of_loss = Interval(found.ci_low, found.ci_high, found.level, found.method)
    return inference.within(part, recovered.ratio(found.estimate, of_loss, whole, around))


def _unpaired(ours: Reading, theirs: Reading, first: Estimate, second: Estimate) -> Row:
    """Return the difference of two runs that share no prompt pair."""
    found = unpaired(ours, theirs, first.level)
    if found.estimate is None:
        return Row(first, second, "beside", reasons=(Reason("again"),))
    alike = () if found.ci_low is not None else (Reason("alike"),)
    return Row(first, second, "unpaired", found, (Reason("unpaired"), *alike))


def unpaired(ours: Reading, theirs: Reading, level: float = 0.95) -> Estimate:
    """Return how much more the second run shows, of prompts that have nothing in common.

    Of shares the intervals of both are put together, see `numerics.recovered`; of all else the
    interval is Welch's. A difference of losses is a part of what a fitting text is worth.
    """
    found = _of_means(ours, theirs, level)
    return _as_part(found, ours) if len(ours.worth) else found


def _of_means(ours: Reading, theirs: Reading, level: float) -> Estimate:
    sides = [reading.per_pair for reading in (ours, theirs)]
    values = [side.values for side in sides]  # noqa: PD011  no frame
    about = replace(
        ours.about,
        level=level,
        estimate=float(values[1].mean() - values[0].mean()),
        n_pairs=sum(map(len, values)),
        n_images=sum(side.n_images for side in sides),
        n_abstained=sum(side.n_abstained for side in sides),
    )
    if ours.is_share:
        found = [
            intervals.share_over_prompts(side.values, side.even_images, level) for side in sides
        ]
        if found[0] is None or found[1] is None:
            return about
        mine, other = (float(one.mean()) for one in values)
        return inference.within(about, recovered.difference(other, found[1], mine, found[0]))
    welch = intervals.difference_of_means(values[1], values[0], level)
    return about if welch is None else inference.within(about, welch)
