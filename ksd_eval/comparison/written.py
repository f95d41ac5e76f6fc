"""A comparison as it is written: numbers in their units, names in words, a table of every row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from ksd_eval.comparison import words
from ksd_eval.comparison.base import Comparison, Row, Side
from ksd_eval.records import Estimate
from ksd_eval.reports import numerals
from ksd_eval.reports.kinds import kind_of
from ksd_eval.reports.numerals import Reading, Unit
from ksd_eval.reports.words import Words

REMARKABLE: Final = 0.05
"""The false discovery rate at which a difference is remarked on."""

ABOUT: Final = ("metric", "kind", "measurement", "category", "by", "group", "arm", "reference")
OWN: Final = ("estimate", "ci_low", "ci_high", "n_pairs", "n_images", "n_abstained")
OF_DIFFERENCE: Final = (
    *("estimate", "ci_low", "ci_high", "level", "method", "p_value", "q_value"),
    *("n_pairs", "n_images"),
)
COUNTS: Final = ("n_pairs", "n_images", "n_abstained")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table on the page.

    Attributes:
        name: What the estimate is, in words.
        first: In the first run, with its interval.
        second: In the other one, likewise.
        difference: With its interval; empty where there is none.
        q: The q value; empty where there is none.
        remarkable: Whether it is at most `REMARKABLE`.
        pairs: Behind the difference.
        why: What to know of it.
        code: The metric's name in the experiment.
    """

    name: str
    first: Reading
    second: Reading
    difference: Reading
    q: str
    remarkable: bool
    pairs: str
    why: str
    code: str


def line(row: Row, spoken: Words) -> Line:
    """Return a row as it is written; to be called while a language is spoken."""
    found = row.difference
    q = None if found is None else found.q_value
    return Line(
        name=name_of(row.about, spoken),
        first=_own(row.first),
        second=_own(row.second),
        difference=difference(row),
        q=_chance(q),
        remarkable=q is not None and q <= REMARKABLE,
        pairs="" if found is None else str(found.n_pairs),
        why="; ".join(words.said(reason, spoken.language) for reason in row.reasons),
        code=row.about.metric,
    )


def name_of(about: Estimate, spoken: Words) -> str:
    """Return what an estimate is, in words."""
    label = spoken.label(about.measurement, about.category)
    kind = spoken.find(f"metric.{kind_of(about)}", otherwise=kind_of(about).replace("_", " "))
    group = spoken.value(about.by, about.group) if about.group else ""
    named = [kind, label, group, spoken.arm(about.arm) if about.arm else "", about.reference]
    return " · ".join(filter(None, named))


def difference(row: Row) -> Reading:
    """Return the difference of a row as it is written."""
    found = row.difference
    if found is None:
        return Reading("")
    unit = numerals.unit_of(row.about)
    # Of two shares, rates or points the difference is one of points.
    told: Unit = "points" if unit in ("share", "rate", "points") else "number"
    return numerals.read(found.estimate, found.ci_low, found.ci_high, told)


def _own(estimate: Estimate | None) -> Reading:
    return Reading(numerals.NO_NUMBER) if estimate is None else numerals.reading(estimate)


def _chance(q: float | None) -> str:
    if q is None:
        return ""
    return "<0.001" if q < 0.001 else f"{q:.3f}"


def tested(rows: Iterable[Row]) -> list[float]:
    """Return the q values of the differences that have one."""
    found = (row.difference for row in rows)
    return [one.q_value for one in found if one is not None and one.q_value is not None]


def table(comparison: Comparison, language: str = "en") -> pd.DataFrame:
    """Return every row of a comparison, also those without a difference."""
    return pd.DataFrame(
        [_flat(side, row, language) for side in comparison.sides for row in side.rows],
        columns=_COLUMNS,
    )


def _flat(side: Side, row: Row, language: str) -> Mapping[str, Any]:
    about = {name: getattr(row.about, name) for name in (*ABOUT, "estimand")}
    parts = (("first", row.first, OWN), ("second", row.second, OWN))
    every = (*parts, ("difference", row.difference, OF_DIFFERENCE))
    return {
        **{"run": side.names[1], "against": side.names[0], "experiment": side.experiment},
        **about,
        "how": row.how,
        **{
            f"{which}.{name}": _value(getattr(found, name, None), name)
            for which, found, names in every
            for name in names
        },
        "why": "; ".join(words.said(reason, language) for reason in row.reasons),
    }


def _value(value: Any, name: str) -> Any:  # noqa: ANN401  of any column
    # A count that is missing would make the others of its column no whole numbers.
    return (0 if value is None else int(value)) if name in COUNTS else value


_COLUMNS: Final = [
    *("run", "against", "experiment", *ABOUT, "estimand", "how"),
    *(f"first.{name}" for name in OWN),
    *(f"second.{name}" for name in OWN),
    *(f"difference.{name}" for name in OF_DIFFERENCE),
    "why",
]
