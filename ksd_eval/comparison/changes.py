"""What became of each verdict, from the first run to the last.

An admission is of a limitation: to be refuted is best, to be supported worst. What is not measured
any more, and was, counts as worse, so that nobody passes by not looking; what was not measured
before has no trend. A verdict left open because its estimate could not be had is not measured.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ksd_eval.comparison.base import Change, Reason, Row, Side, Trend
from ksd_eval.comparison.terms import unlike
from ksd_eval.loading import Run
from ksd_eval.records import Estimate

ORDER: Final[Mapping[str, int]] = {"refuted": 0, "undecided": 1, "supported": 2}
"""From best to worst."""

SILENT: Final = "not measured"

RULES: Final = ("about", "margin", "direction", "unit", "family", "level")
"""What of a claim decides its verdict."""

UNLIKE: Final = ("metric", "judge", "judge.unknown", "protocol", "reference", "matched", "worth")
"""Reasons why two estimates are not of one thing."""


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
    row = _deciding(nodes[0], sides)
    first, last = _as_measured(outcomes, row)
    reasons = tuple(_why_not(nodes, first, last, row))
    if reasons:
        return Change(claim, admission, outcomes, "beside", row, reasons)
    trend = _trend(first, last)
    lost = trend == "worse" and last == SILENT != outcomes[-1]
    found = row.reasons if row is not None and lost else ()
    return Change(claim, admission, outcomes, trend, row, found)


def _as_measured(outcomes: Sequence[str], row: Row | None) -> tuple[str, str]:
    """Return the first verdict and the last; without an estimate there is nothing measured."""
    first, last = outcomes[0], outcomes[-1]
    if row is None:
        return first, last
    return (
        SILENT if first and not _has_number(row.first) else first,
        SILENT if last and not _has_number(row.second) else last,
    )


def _has_number(estimate: Estimate | None) -> bool:
    return estimate is not None and estimate.estimate is not None


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
    nodes: Sequence[Mapping[str, Any]], first: str, last: str, row: Row | None
) -> Iterator[Reason]:
    """Yield why the verdicts of the first run and the last are not by one rule."""
    if not first or not last:
        yield Reason("claim.absent")
        return
    if SILENT in (first, last):
        return
    ours, theirs = ({name: node.get(name) for name in RULES} for node in nodes)
    fields = [f"{name} ({left}, {right})" for name, left, right in unlike(ours, theirs)]
    if fields:
        yield Reason("claim", {"fields": ", ".join(fields)})
    if row is None:  # who judged, and what was asked, cannot be held against each other
        yield Reason("claim.row")
    else:
        yield from (reason for reason in row.reasons if reason.key in UNLIKE)


def _deciding(node: Mapping[str, Any], sides: Sequence[Side]) -> Row | None:
    """Return the row of the estimate that decides a claim; None where it is not to be found."""
    about = node.get("about") or {}
    experiment = node.get("experiment") or ""
    if not about:
        return None
    wanted = {"estimand": "over_prompts", "by": "", "group": "", **about}
    found = [
        row
        for side in sides
        if experiment in ("", side.experiment)
        for row in side.rows
        if all(getattr(row.about, name) == value for name, value in wanted.items())
    ]
    return found[0] if len(found) == 1 else None
