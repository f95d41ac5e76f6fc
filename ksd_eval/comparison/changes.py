"""What became of each verdict, from the first run to the last.

An admission is of a limitation: to be refuted is best, to be supported worst. What is not measured
any more, and was, counts as worse, so that nobody passes by not looking; what was not measured
before has no trend. A verdict left open because its estimate could not be had, or rests on too few
prompts or has no interval, is not measured. See `grounds` for what is not to be compared at all.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ksd_eval.comparison import grounds
from ksd_eval.comparison.base import Change, Reason, Row, Side, Trend
from ksd_eval.comparison.terms import unlike
from ksd_eval.loading import Run

ORDER: Final[Mapping[str, int]] = {"refuted": 0, "undecided": 1, "supported": 2}
"""From best to worst."""

SILENT: Final = "not measured"

RULES: Final = ("about", "margin", "direction", "unit", "family", "level")
"""What of a claim decides its verdict."""


def changes(runs: Sequence[Run], sides: Sequence[Side]) -> list[Change]:
    """Return what became of each claim that any run decides or leaves open.

    Args:
        runs: In order.
        sides: The last run held against the first.
    """
    outcomes = [dict(zip(one["claim"], one["outcome"], strict=True)) for one in _verdicts(runs)]
    admissions = {
        claim: text
        for one in _verdicts(runs)
        for claim, text in zip(one["claim"], one["admission"], strict=True)
    }
    return [
        _change(claim, admission, tuple(one.get(claim, "") for one in outcomes), runs, sides)
        for claim, admission in admissions.items()
        if any(one.get(claim, SILENT) != SILENT for one in outcomes)
    ]


def _verdicts(runs: Sequence[Run]) -> Iterator[Mapping[str, Sequence[str]]]:
    for run in runs:
        table = run.verdicts
        yield {name: table[name].astype(str).tolist() for name in ("claim", "outcome", "admission")}


def _change(
    claim: str,
    admission: str,
    outcomes: tuple[str, ...],
    runs: Sequence[Run],
    sides: Sequence[Side],
) -> Change:
    nodes = [{**_node(run, claim), "level": run.level} for run in (runs[0], runs[-1])]
    side, row = _deciding(nodes[0], sides)
    thin = [grounds.too_thin(run, claim) for run in (runs[0], runs[-1])]
    first, last = _as_measured(outcomes, row, [one is not None for one in thin])
    reasons = tuple(_why_not(nodes, (first, last), side, row))
    if reasons:
        return Change(claim, admission, outcomes, "beside", row, reasons)
    trend = _trend(first, last)
    if row is None or outcomes[-1] == SILENT:
        return Change(claim, admission, outcomes, trend, row)
    known = grounds.subset(row)
    if trend == "worse" and last == SILENT:
        numbered = grounds.has_number(row.second)
        known = (thin[1],) if numbered and thin[1] is not None else row.reasons
    return Change(claim, admission, outcomes, trend, row, known)


def _as_measured(outcomes: Sequence[str], row: Row | None, thin: Sequence[bool]) -> tuple[str, str]:
    """Return the first verdict and the last; without an estimate there is nothing measured.

    The last one is not measured either where it is left open for want of prompts or an interval.
    The first one then is if the last one is: else it stands, so that what it left open and the last
    one supports still got worse.
    """
    first, last = outcomes[0], outcomes[-1]
    if row is None:
        return first, last
    if last and (thin[1] or not grounds.has_number(row.second)):
        last = SILENT
    if first and ((thin[0] and last == SILENT) or not grounds.has_number(row.first)):
        first = SILENT
    return first, last


def _node(run: Run, claim: str) -> Mapping[str, Any]:
    return (run.config.get("claims") or {}).get(claim) or {}


def _trend(first: str, last: str) -> Trend:
    if first == last:
        return "same"
    if first == SILENT:
        return "new"
    if last == SILENT:
        return "worse"
    return "worse" if ORDER[last] > ORDER[first] else "better"


def _why_not(
    nodes: Sequence[Mapping[str, Any]],
    outcomes: tuple[str, str],
    side: Side | None,
    row: Row | None,
) -> Iterator[Reason]:
    """Yield why the verdicts of the first run and the last are not by one rule, or of one thing."""
    first, last = outcomes
    if not first or not last:
        yield Reason("claim.absent")
        return
    if first != last and SILENT in outcomes:
        return
    if first != SILENT:
        ours, theirs = ({name: node.get(name) for name in RULES} for node in nodes)
        fields = [f"{name} ({left}, {right})" for name, left, right in unlike(ours, theirs)]
        if fields:
            yield Reason("claim", {"fields": ", ".join(fields)})
    if side is not None and row is not None:
        yield from grounds.why_not(row, side)
    elif first != SILENT:  # who judged, and what was asked, cannot be held against each other
        yield Reason("claim.row")


def _deciding(
    node: Mapping[str, Any], sides: Sequence[Side]
) -> tuple[Side, Row] | tuple[None, None]:
    """Return the row of the estimate that decides a claim, and its runs; None if not found."""
    about = node.get("about") or {}
    experiment = node.get("experiment") or ""
    if not about:
        return None, None
    wanted = {"estimand": "over_prompts", "by": "", "group": "", **about}
    found = [
        (side, row)
        for side in sides
        if experiment in ("", side.experiment)
        for row in side.rows
        if all(getattr(row.about, name) == value for name, value in wanted.items())
    ]
    return found[0] if len(found) == 1 else (None, None)
