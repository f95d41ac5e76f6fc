"""Estimates as a person reads them: a row a group, a column an arm."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from ksd_eval.records import Estimate
from ksd_eval.reports import numerals, selection
from ksd_eval.reports.kinds import kind_of, subject_of
from ksd_eval.reports.numerals import Reading
from ksd_eval.reports.translations import translated
from ksd_eval.reports.words import Words

CHANCES: Final = ("p_value", "q_value")
NUMBERS: Final = ("floor", "null_p95", "ceiling", *CHANCES)
"""Columns that a table has where one of its estimates has the number."""

COUNTS: Final = ("pictures", "abstained")
TEXT_COUNTS: Final = ("prompts", "abstained")
STUDIED: Final = ("coverage", "bias", "false_alarms", "power", "false_verdicts", "verdicts")
"""Kinds that count simulated runs instead of pictures."""

PLANNED: Final = "plan"
"""Measurement of numbers about a run that is not made yet, and has no pictures to count."""

Key = TypeVar("Key", bound=Hashable)

FIRST: Final = (
    *("coverage", "false_alarms", "false_verdicts"),
    *("pairs_needed", "pairs_needed_cautious", "spread"),
    *("psnr", "ssim", "lpips", "rfid"),
    *("identical_pixels", "form_effect"),
    *("alignment", "rank_correlation"),
    *("each_picture", "same_as_recorded", "recorded_difference"),
)
"""Kinds that a study of the instrument, or of wordings, is about: shown at once, whatever they are
grouped by."""

LATER: Final = ("excess", "equivalence", "odds_ratio", "discordance", "raw_gap", "judge_gap")
"""Kinds that another number on the page says more plainly."""

LEVELS: Final = ("share", "mean", "difference")
CORRECTIONS: Final = ("raw_share", "corrected_share")
GAPS: Final = ("raw_gap", "judge_gap", "language_gap")
"""Kinds that share a table; the lines of the last two say which they are of."""


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
    families = (LEVELS, CORRECTIONS, GAPS)
    family = next((members[-1] for members in families if kind in members), kind)
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
    lines = grouped((_line(one), one) for one in members)
    about = members[0]
    return Table(
        caption=_caption(about, words),
        arms=arms,
        columns=tuple(words.arm(arm) for arm in arms),
        extras=tuple(words(f"table.{name}") for name in extras),
        rows=tuple(_row(line, arms, extras, words) for line in lines.values()),
        first=_is_first(members),
    )


def _line(one: Estimate) -> tuple[str, ...]:
    kind = kind_of(one)
    named = kind if kind in (*CORRECTIONS, *GAPS) else ""
    return named, one.group, one.category, one.reference


def _is_first(members: list[Estimate]) -> bool:
    """All prompts together, of prompts of the kind, with a number that nothing else says."""
    about = members[0]
    known = any(one.estimate is not None for one in members)
    together = not about.by and about.estimand != "over_seeds"
    return known and (kind_of(about) in FIRST or (together and kind_of(about) not in LATER))


def _caption(about: Estimate, words: Words) -> str:
    family = _about(about)[0]
    metric = metric_name(about if family in LEVELS else replace(about, kind=family), words)
    by = words("by", attribute=words.value("by", about.by)) if about.by else words("all")
    return f"{metric}, {by} ({words(f'estimand.{about.estimand}')})"


def metric_name(about: Estimate, words: Words) -> str:
    """Name a metric, with what sets it apart from others of its kind."""
    kind, subject = kind_of(about), subject_of(about)
    # A third party's metric has a kind of its own, and no text of ours.
    name = words.find(f"metric.{kind}", otherwise=kind.replace("_", " ").capitalize())
    return f"{name} ({words.label(subject, '')})" if subject else name


def _extras(members: list[Estimate]) -> tuple[str, ...]:
    there = [name for name in NUMBERS if any(getattr(one, name) is not None for one in members)]
    about, kind = members[0], kind_of(members[0])
    if about.measurement == PLANNED and kind != "spread":
        return tuple(there)
    if kind in STUDIED:
        return (*there, "studies")
    # Of texts alone there are no pictures to count.
    texts = any(one.n_pairs for one in members) and not any(one.n_images for one in members)
    return (*there, *(TEXT_COUNTS if texts else COUNTS))


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
    if kind_of(about) == CORRECTIONS[-1]:
        against = words("corrected", how=words.value("condition", about.reference))
    elif kind_of(about) in (CORRECTIONS[0], *GAPS):
        against = words(f"metric.{kind_of(about)}").lower()
    elif kind_of(about) in ("agreement", "kappa"):
        against = about.reference
    elif about.reference:
        against = words("against", reference=words.arm(about.reference))
    return ", ".join(filter(None, [group, label, against])) or words("all")


def _extra(line: list[Estimate], name: str) -> str:
    if name in (*COUNTS, *TEXT_COUNTS, "studies"):
        # A difference counts the pictures of both its arms again.
        arms = [one for one in line if " - " not in one.arm] or line
        counted = {"abstained": "n_abstained", "prompts": "n_pairs"}.get(name, "n_images")
        counts = [getattr(one, counted) for one in arms]
        few, many = min(counts), max(counts)
        return f"{few}" if few == many else f"{few}–{many}"
    known = [(one, getattr(one, name)) for one in line if getattr(one, name) is not None]
    if name in CHANCES:
        written = [f"{number:.2g}" for _, number in known]
        # One an arm, in the order of the columns, unless all are alike.
        return ", ".join(written if len(set(written)) > 1 else written[:1]) or numerals.NO_NUMBER
    written = [numerals.written(number, numerals.unit_of(one)) for one, number in known]
    return ", ".join(dict.fromkeys(written)) or numerals.NO_NUMBER


def _note(line: list[Estimate], words: Words) -> str:
    notes = {one.arm: translated(one.note, words) for one in line if one.note}
    if len(notes) == len(line) and len(set(notes.values())) == 1:
        return next(iter(notes.values()))
    return "; ".join(f"{words.arm(arm)}: {note}" for arm, note in notes.items())
