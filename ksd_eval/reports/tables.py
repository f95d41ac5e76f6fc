"""Estimates as a person reads them: a row a group, a column an arm."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ksd_eval.reports import numerals, selection
from ksd_eval.reports.numerals import Reading, Unit
from ksd_eval.reports.words import Words

KEYS = ["metric", "estimand", "by"]
"""What the rows of one table have in common."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.

    Attributes:
        heading: What the line is about.
        cells: One reading an arm, in the order of the columns; None where the arm has none.
        extras: Further columns as text.
        note: What a reader must know.
    """

    heading: str
    cells: tuple[Reading | None, ...]
    extras: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page.

    Attributes:
        metric: What it holds, as named in the estimates.
        caption: What it holds, in words.
        arms: Roles or contrasts, which colour the columns.
        columns: Headings of the arms' columns.
        extras: Headings of the further columns.
        first: Whether it speaks of all prompts together and of prompts of the kind: what a reader
            wants first.
    """

    metric: str
    caption: str
    arms: tuple[str, ...]
    columns: tuple[str, ...]
    extras: tuple[str, ...]
    rows: tuple[Row, ...]
    first: bool

    @property
    def noted(self) -> bool:
        """Return whether any line has a note."""
        return any(row.note for row in self.rows)


def tables(estimates: pd.DataFrame, words: Words) -> Iterator[Table]:
    """Yield one table for each metric, estimand and attribute, in the order of the estimates."""
    for keys, part in selection.numeric(estimates).groupby(KEYS, sort=False):
        yield _table(dict(zip(KEYS, map(str, keys), strict=True)), part, words)


def _table(keys: dict[str, str], part: pd.DataFrame, words: Words) -> Table:
    arms = tuple(selection.arms(part))
    extras = _extras(part)
    lines = part.groupby(["group", "category", "reference"], sort=False, dropna=False)
    return Table(
        metric=keys["metric"],
        caption=_caption(keys, words),
        arms=arms,
        columns=tuple(words.arm(arm) for arm in arms),
        extras=tuple(words(f"table.{name}") for name in extras),
        rows=tuple(_row(line, keys, arms, extras, words) for _, line in lines),
        first=not keys["by"] and keys["estimand"] != "over_seeds",
    )


def _caption(keys: dict[str, str], words: Words) -> str:
    metric = metric_name(keys["metric"], words)
    by = words("by", attribute=words.value("by", keys["by"])) if keys["by"] else words("all")
    return f"{metric}, {by}, {words('estimand.' + keys['estimand'])}"


def metric_name(metric: str, words: Words) -> str:
    """Name a metric; the part after a dot says in which features."""
    kind, _, features = metric.partition(".")
    name = words.find(f"metric.{kind}", otherwise=kind.replace("_", " ").capitalize())
    return f"{name} ({features})" if features else name


def _extras(part: pd.DataFrame) -> list[str]:
    chance = [name for name in ("floor", "null_p95") if part[name].notna().any()]
    return [*chance, "pictures", "abstained"]


def _row(
    line: pd.DataFrame, keys: dict[str, str], arms: tuple[str, ...], extras: list[str], words: Words
) -> Row:
    by_arm = {str(row["arm"]): row for _, row in line.iterrows()}
    any_row = line.iloc[0]
    unit = numerals.unit_of(any_row)
    return Row(
        heading=_heading(any_row, keys["by"], words),
        cells=tuple(_cell(by_arm[arm]) if arm in by_arm else None for arm in arms),
        extras=tuple(_extra(line, name, unit) for name in extras),
        note=_note(by_arm, words),
    )


def _heading(row: "pd.Series", by: str, words: Words) -> str:  # type: ignore[type-arg]  # a row
    group = words.value(by, row["group"]) if row["group"] else ""
    if by and not group:
        group = words("mean over", attribute=words.value("by", by))
    label = words.label(row["measurement"], row["category"]) if row["category"] else ""
    reference = words.arm(row["reference"]) if row["reference"] else ""
    named = [part for part in (group, label, reference) if part]
    return ", ".join(named) or words("all")


def _cell(row: "pd.Series") -> Reading:  # type: ignore[type-arg]  # a row has values of any type
    return numerals.read(row["estimate"], row["ci_low"], row["ci_high"], numerals.unit_of(row))


def _extra(line: pd.DataFrame, name: str, unit: Unit) -> str:
    if name in ("pictures", "abstained"):
        counts = line["n_images" if name == "pictures" else "n_abstained"].astype(int)
        few, many = counts.min(), counts.max()
        return f"{few}" if few == many else f"{few} to {many}"
    numbers = line[name].dropna().unique()
    return ", ".join(numerals.written(number, unit) for number in numbers) or numerals.NO_NUMBER


def _note(by_arm: dict[str, "pd.Series"], words: Words) -> str:  # type: ignore[type-arg]  # rows
    notes = {arm: str(row["note"]) for arm, row in by_arm.items() if row["note"]}
    if len(set(notes.values())) == 1 and len(notes) == len(by_arm):
        return next(iter(notes.values()))
    return "; ".join(f"{words.arm(arm)}: {note}" for arm, note in notes.items())
