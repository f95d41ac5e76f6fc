"""Estimates as a person reads them: a row a group, a column an arm."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from ksd_eval.records import Estimate
from ksd_eval.reports import numerals, selection
from ksd_eval.reports.kinds import kind_of, subject_of
from ksd_eval.reports.numerals import Reading
from ksd_eval.reports.words import Words

Key = TypeVar("Key", bound=Hashable)

LEVELS: Final = ("share", "mean", "difference")
"""Kinds that share a table."""


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
        caption: What it holds, in words.
        arms: Roles or contrasts, which colour the columns.
        columns: Headings of the arms' columns.
        extras: Headings of the further columns.
        first: Whether it is what a reader wants first.
    """

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


def tables(estimates: Iterable[Estimate], words: Words) -> Iterator[Table]:
    """Yield one table for each metric, estimand and attribute, in the order of the estimates.

    Differences stand beside what they are differences of.
    """
    for members in grouped((_about(one), one) for one in estimates).values():
        yield _table(members, words)


def _about(estimate: Estimate) -> tuple[str, ...]:
    kind = kind_of(estimate)
    family = "level" if kind in LEVELS else kind
    return family, subject_of(estimate), estimate.measurement, estimate.estimand, estimate.by


def grouped(keyed: Iterable[tuple[Key, Estimate]]) -> dict[Key, list[Estimate]]:
    """Return the estimates of each key, in the order in which they come."""
    found: dict[Key, list[Estimate]] = {}
    for key, estimate in keyed:
        found.setdefault(key, []).append(estimate)
    return found


def _table(members: list[Estimate], words: Words) -> Table:
    arms = tuple(selection.arms(one.arm for one in members))
    extras = _extras(members)
    lines = grouped(((one.group, one.category, one.reference), one) for one in members)
    about = members[0]
    return Table(
        caption=_caption(about, words),
        arms=arms,
        columns=tuple(words.arm(arm) for arm in arms),
        extras=tuple(words(f"table.{name}") for name in extras),
        rows=tuple(_row(line, arms, extras, words) for line in lines.values()),
        first=_is_first(members),
    )


def _is_first(members: list[Estimate]) -> bool:
    """All prompts together, of prompts of the kind, with a number that nothing else says."""
    about = members[0]
    known = any(one.estimate is not None for one in members)
    together = not about.by and about.estimand != "over_seeds"
    return known and together and kind_of(about) != "excess"


def _caption(about: Estimate, words: Words) -> str:
    metric = metric_name(about, words)
    by = words("by", attribute=words.value("by", about.by)) if about.by else words("all")
    return f"{metric}, {by} ({words(f'estimand.{about.estimand}')})"


def metric_name(about: Estimate, words: Words) -> str:
    """Name a metric, with what sets it apart from others of its kind."""
    name, subject = words(f"metric.{kind_of(about)}"), subject_of(about)
    return f"{name} ({words.label(subject, '')})" if subject else name


def _extras(members: list[Estimate]) -> tuple[str, ...]:
    floor = ["floor"] if any(one.floor is not None for one in members) else []
    null = ["null_p95"] if any(one.null_p95 is not None for one in members) else []
    return (*floor, *null, "pictures", "abstained")


def _row(line: list[Estimate], arms: tuple[str, ...], extras: tuple[str, ...], words: Words) -> Row:
    by_arm = {one.arm: one for one in line}
    return Row(
        heading=_heading(line[0], words),
        cells=tuple(numerals.reading(by_arm[arm]) if arm in by_arm else None for arm in arms),
        extras=tuple(_extra(line, name) for name in extras),
        note=_note(line, words),
    )


def _heading(about: Estimate, words: Words) -> str:
    group = words.value(about.by, about.group) if about.group else ""
    if about.by and not group:
        group = words("mean over", attribute=words.value("by", about.by))
    label = words.label(about.measurement, about.category) if about.category else ""
    against = ""
    if about.reference:
        against = words("against", reference=words.arm(about.reference))
    return ", ".join(filter(None, [group, label, against])) or words("all")


def _extra(line: list[Estimate], name: str) -> str:
    if name in ("pictures", "abstained"):
        # A difference counts the pictures of both its arms again.
        arms = [one for one in line if " - " not in one.arm] or line
        counts = [one.n_images if name == "pictures" else one.n_abstained for one in arms]
        few, many = min(counts), max(counts)
        return f"{few}" if few == many else f"{few}–{many}"
    numbers = {
        numerals.written(number, numerals.unit_of(one)): None
        for one in line
        if (number := one.floor if name == "floor" else one.null_p95) is not None
    }
    return ", ".join(numbers) or numerals.NO_NUMBER


def _note(line: list[Estimate], words: Words) -> str:
    notes = {one.arm: one.note for one in line if one.note}
    if len(notes) == len(line) and len(set(notes.values())) == 1:
        return line[0].note
    return "; ".join(f"{words.arm(arm)}: {note}" for arm, note in notes.items())
