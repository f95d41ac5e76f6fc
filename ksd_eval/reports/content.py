"""What the page says, before it is said in HTML or in Markdown: both tell the same facts."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from ksd_eval.records import NATIVE_CHECK, PAIRING, Estimate
from ksd_eval.reports import card_pictures, drawing, ledger, rows, sections, selection, silence
from ksd_eval.reports.base import Chapter, RunView
from ksd_eval.reports.drawing import Picture
from ksd_eval.reports.kinds import kind_of
from ksd_eval.reports.ledger import Verdict
from ksd_eval.reports.sections import Section
from ksd_eval.reports.silence import Silence
from ksd_eval.reports.translations import translated
from ksd_eval.reports.words import Words

FROM_CONFIG: Final = ("batch_shape", "threads")
"""Settings worth a line of their own; all others are in the configuration below them."""


@dataclass(frozen=True, slots=True)
class Told:
    """One experiment of a card, as the card's page tells it.

    Attributes:
        page: Its page in the same language, from the card's folder; empty where there is none.
        decided: The claims that it decides.
        lead: Its first figure; None where it has none.
    """

    name: str
    page: str
    hindrance: str
    decided: tuple[Verdict, ...]
    lead: Picture | None


@dataclass(frozen=True, slots=True)
class Content:
    """Everything on the page but the contact sheet's pictures.

    Attributes:
        name: The experiment's.
        level: Of the intervals, in per cent; where only verdicts have any, "95 / 99.5".
        asked: Sentences: how much was asked.
        arms: Role and description of each arm.
        decided: The ledger's claims; none for an experiment that explains.
        drawn: Whether there is a figure of the ledger.
        silent: What the card admits and nothing here can measure.
        lead: The figure at the top; None where the experiment has none.
        chapters: Experiments with a page of their own.
        sections: In the order of the page.
        roles: Columns of the table of silences.
        silences: Its lines, of what the page speaks of.
        unused: Lines of what a judge read besides.
        left_out: What the run is without, by its key, and why.
        facts: How to make the page again: name, value.
        packages: Name, version.
        rest: What else the manifest says, as JSON.
        config: The configuration, YAML.
        beside: What stands beside each picture of the sheet; empty for nothing.
    """

    words: Words
    name: str
    title: str
    run_id: str
    level: str
    asked: tuple[str, ...]
    arms: tuple[tuple[str, str], ...]
    decided: tuple[Verdict, ...]
    drawn: bool
    silent: tuple[Verdict, ...]
    lead: Picture | None
    chapters: tuple[Told, ...]
    sections: tuple[Section, ...]
    roles: tuple[str, ...]
    silences: tuple[Silence, ...]
    unused: tuple[Silence, ...]
    left_out: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    packages: tuple[tuple[str, str], ...]
    rest: str
    config: str
    beside: str


def gathered(
    view: RunView, found: Sequence[rows.Row], words: Words, file: str = "report.html"
) -> Content:
    """Return what there is to say of a run whose meanings are `found`, on a page of this name."""
    model = view.arms[0].model
    estimates = selection.estimates(view.estimates)
    measured = view.measurements
    used = {one.measurement for one in estimates if kind_of(one) != "abstentions"}
    verdicts = ledger.verdicts(selection.verdicts(view.verdicts), words)
    pictures = {
        picture.name: picture for picture in drawing.for_page(view.figures, view.estimates, words)
    }
    lead = next(iter(pictures), None)
    others = {name: picture for name, picture in pictures.items() if name != lead}
    title = words.find(f"title.{view.name}", otherwise="", model=model)
    return Content(
        words=words,
        name=view.name,
        title=title or words("title", experiment=view.name.capitalize(), model=model),
        run_id=view.run_id,
        level=_level(estimates, verdicts),
        asked=_asked(view, found, words),
        arms=tuple(
            (arm.role, words(f"asked.arm.{arm.role}", model=arm.model))
            for arm in view.arms
            if found
        ),
        decided=tuple(one for one in verdicts if one.outcome != "not measured"),
        drawn=bool(view.verdicts["estimate"].notna().any()),
        silent=tuple(one for one in verdicts if one.outcome == "not measured"),
        lead=pictures[lead] if lead else None,
        chapters=tuple(_told_of(one, verdicts, words, file) for one in view.chapters),
        sections=tuple(sections.sections(estimates, view.figures, others, words)),
        roles=tuple(silence.roles(measured)),
        silences=tuple(silence.silences(measured[measured["name"].isin(used)], words)),
        unused=tuple(silence.silences(measured[~measured["name"].isin(used)], words)),
        left_out=tuple(
            (key, translated(why, words)) for key, why in view.manifest.get("missing", {}).items()
        ),
        facts=tuple(_facts(view, words)),
        packages=tuple(_flat(view.manifest.get("packages", {}))),
        rest=_rest(view.manifest),
        config=view.config,
        beside=words.label(view.beside, "") if view.beside else "",
    )


def _level(estimates: Sequence[Estimate], verdicts: Sequence[Verdict]) -> str:
    if estimates:
        return f"{100 * max(one.level for one in estimates):.3g}"
    found = {one.level.removesuffix("%") for one in verdicts if one.reading.interval}
    return " / ".join(sorted(found, key=float)) or "95"


def _told_of(chapter: Chapter, verdicts: Sequence[Verdict], words: Words, file: str) -> Told:
    lead = dict(list(chapter.figures.items())[:1])
    return Told(
        name=chapter.name,
        page=chapter.page.replace("report.html", file),
        hindrance=chapter.hindrance,
        decided=tuple(one for one in verdicts if one.claim in chapter.claims),
        lead=next(drawing.for_page(lead, chapter.estimates, words), None),
    )


def _asked(view: RunView, found: Sequence[rows.Row], words: Words) -> tuple[str, ...]:
    if view.chapters:
        done = sum(not one.hindrance for one in view.chapters)
        return (words("asked.card", done=done, of=len(view.chapters)),)
    if not found:
        return (words.find(f"asked.{view.name}", "asked.study", otherwise=""),)
    most = max(len(row.noises) for row in found)
    replicates = words.count("replicates", most)
    images, forms, kinds = _plain(view.images)
    pairs = len(found) - forms
    signed, apart = (_known(images, name) for name in (NATIVE_CHECK, PAIRING))
    changed = (words("asked.forms", forms=forms, kinds=kinds),) if forms else ()
    independent = (words("asked.independent", count=apart),) if apart else ()
    return (
        words("asked.pairs.apart" if apart == pairs else "asked.pairs", pairs=pairs),
        *changed,
        words("asked.pictures", replicates=replicates, images=f"{len(view.images):,}"),
        *independent,
        *card_pictures.sentences(view.recorded, words),
        words("asked.signed" if signed else "asked.unchecked", signed=signed, pairs=pairs),
    )


def _plain(images: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """Return the images of prompts as written, and how many forms of how many kinds."""
    if rows.FORM not in images:
        return images, 0, 0
    changed = ~images[rows.FORM].fillna("").isin(["", rows.UNCHANGED])
    forms = images[changed].drop_duplicates("pair_id")
    return images[~changed], len(forms), forms[rows.FORM].nunique()


def _known(images: pd.DataFrame, attribute: str) -> int:
    """Return of how many pairs something is said in an attribute."""
    column = f"prompt.{attribute}"
    if column not in images:
        return 0
    return int(images.drop_duplicates("pair_id")[column].fillna("").ne("").sum())


TOLD: Final = ("command", "code", "host", "seconds", "packages")
"""What of the manifest is told in words; the rest is shown as it is."""


def _facts(view: RunView, words: Words) -> Iterator[tuple[str, str]]:
    yield words("again.run_id"), view.run_id
    for name in TOLD[:-1]:
        if name in view.manifest:
            yield words(f"again.{name}"), _told(view.manifest[name])
    for name in FROM_CONFIG:
        setting = re.search(rf"^\s+{name}:\s*(\S+)$", view.config, re.MULTILINE)
        if setting:
            yield words(f"again.{name}"), setting[1]
    # A run may ask other steps of a model than its file says.
    models = view.manifest.get("identities", {}).get("models", {})
    steps = models.get(view.arms[0].model, {}).get("steps")
    if steps is not None:
        yield words("again.steps"), str(steps)


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {item}" for name, item in _flat(value))
    return str(value)


def _flat(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if value is not None:
            yield str(name), f"{value:.1f}" if isinstance(value, float) else str(value)


def _rest(manifest: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in manifest.items() if name not in TOLD}
    return json.dumps(rest, indent=1, ensure_ascii=False, default=str) if rest else ""
