"""The section on limitations and bias, written from the tables of a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from ksd_eval.exporting.card import is_own
from ksd_eval.loading import Run
from ksd_eval.model_card import quoting
from ksd_eval.model_card.ledger_ko import KOREAN
from ksd_eval.model_card.sections import BEGIN, END, Section, items, split
from ksd_eval.model_card.words import LANGUAGES
from ksd_eval.records import Verdict
from ksd_eval.reports import numerals
from ksd_eval.reports.words import Words

SILENT: Final = "not measured"
COLUMNS: Final = ("admission", "verdict", "what", "estimate", "interval", "margin", "basis")


@dataclass(frozen=True)
class Speaker:
    """Writes of one run in one language.

    Attributes:
        run: The run.
        language: "en" or "ko".
        quoted: Claim -> the item of the given card that admits it.
    """

    run: Run
    language: str
    quoted: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its holes filled."""
        return LANGUAGES[self.language][key].format(**values)

    def ledger(self, text: str) -> str:
        """Return what a claim says of itself in this language, in English where it has no other."""
        said = " ".join(text.split()).rstrip(",")
        return KOREAN.get(said, said) if self.language == "ko" else said

    def admission(self, verdict: Verdict) -> str:
        """Return what the card admits, in its own words where it was given."""
        item = self.quoted.get(verdict.claim)
        if item is None:
            return self.ledger(verdict.admission)
        return self("quote", words=quoting.sentence(item, verdict.claim))

    def claim(self, verdict: Verdict) -> Mapping[str, Any]:
        """Return how the claim was written down before the run."""
        return (self.run.config.get("claims") or {}).get(verdict.claim) or {}


def verdicts_of(run: Run) -> list[Verdict]:
    """Return the verdicts of a run's table as records; what is missing is None."""
    known = [name for name in run.verdicts.columns if name in Verdict.__dataclass_fields__]
    rows = run.verdicts[known].to_dict("records")
    lacking = {"claim": "", "admission": "", "outcome": SILENT, "sentence": ""}
    return [
        Verdict(**lacking | {str(name): one for name, one in row.items() if not pd.isna(one)})
        for row in rows
    ]


def section(run: Run, language: str, body: str = "", before: str = "", level: int = 2) -> str:
    """Return the section without its heading: what was measured, then what the card says besides.

    Args:
        run: A finished run, of one experiment or of a card.
        language: "en" or "ko".
        body: What the given card has in that section; what no claim quotes of it is kept.
        before: What an earlier measurement wrote there, which is quoted from and not kept.
        level: Of the section's heading.
    """
    found = verdicts_of(run)
    own = [item for one in split(body) for item in items(one.body)]
    # Of an earlier measurement only what it quoted itself: the rest are our words.
    earlier = [item for item in items(before) if item.lstrip().startswith("| “")]
    quoted = quoting.quotes([*own, *earlier], [one.claim for one in found])
    speak = Speaker(run, language, quoted)
    signs = "#" * min(6, level + 1)
    with Words(language).speaking():
        parts = [BEGIN, *_parts(speak, found, signs), END]
    left = _left(body, set(quoted.values()))
    return "\n\n".join([*parts, *([f"{signs} {speak('kept')}", left] if left else [])]) + "\n"


def _parts(speak: Speaker, found: Sequence[Verdict], signs: str) -> Iterator[str]:
    run = speak.run
    code = run.manifest.get("code") or {}
    yield speak(
        "measured",
        version=code.get("version", ""),
        model=model_of(run),
        command=run.manifest.get("command") or run.name,
        finished=str(run.manifest.get("finished", ""))[:10],
    )
    yield speak("miniature" if is_own(run) else "other", model=model_of(run))
    decided = [one for one in found if one.outcome != SILENT]
    families = {one.family for one in decided}
    alpha = f"{100 * (1 - run.level):.3g}%"
    yield speak("rule", family=speak("family", alpha=alpha) if len(families) == 1 else "").strip()
    yield f"{signs} {speak('decided')}"
    yield _table(speak, decided) if decided else speak("none")
    yield speak("people")
    silent = [one for one in found if one.outcome == SILENT]
    if silent:
        yield f"{signs} {speak('silent')}"
        rows = [(speak.admission(one), _why(speak, one)) for one in silent]
        yield _tabled([speak("admission"), speak("why")], rows)


def model_of(run: Run) -> str:
    """Return what was measured, by its repository where it has one."""
    node = run.config.get("model") or {}
    pipeline = node.get("pipeline") or {}
    identity = run.identities.get("models", {}).get(str(node.get("name")), {})
    repo = pipeline.get("repo") or node.get("name") or ""
    revision = identity.get("commit") or pipeline.get("revision")
    return f"`{repo}` ({revision})" if revision else f"`{repo}`"


def _table(speak: Speaker, decided: Sequence[Verdict]) -> str:
    return _tabled([*map(speak, COLUMNS)], [_row(speak, one) for one in decided])


def _tabled(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    first, *others = [f"| {' | '.join(map(_cell, row))} |" for row in (heads, *rows)]
    return "\n".join([first, "|" + "---|" * len(heads), *others])


def _row(speak: Speaker, verdict: Verdict) -> Sequence[str]:
    told = numerals.read(verdict.estimate, verdict.ci_low, verdict.ci_high, verdict.unit)
    ends = speak("interval.of", ends=told.interval, level=f"{100 * verdict.level:.4g}%")
    basis = speak("basis.of", pairs=verdict.n_pairs, images=verdict.n_images)
    if verdict.n_abstained:
        basis = f"{basis}; {speak('abstained', count=verdict.n_abstained)}"
    subject = str(speak.claim(verdict).get("subject") or verdict.admission)
    margin = numerals.written(verdict.margin, verdict.unit).lstrip("+")
    return (
        speak.admission(verdict),
        _outcome(speak, verdict),
        speak.ledger(subject),
        told.value,
        ends if told.interval else numerals.NO_NUMBER,
        margin,
        basis,
    )


def _outcome(speak: Speaker, verdict: Verdict) -> str:
    said = Words(speak.language)(f"outcome.{verdict.outcome}")
    if verdict.outcome == "undecided" and verdict.reason:
        return speak("undecided.because", reason=speak.ledger(verdict.reason))
    return f"**{said}**"


def _why(speak: Speaker, verdict: Verdict) -> str:
    """Say why a claim was not measured: another experiment does that, or no judge can."""
    experiment = speak.claim(verdict).get("experiment")
    elsewhere = f"another experiment, {experiment!r}, is to answer that"
    if experiment and verdict.reason == elsewhere:
        return speak("silent.experiment", experiment=experiment)
    return speak.ledger(verdict.reason)


def _left(body: str, quoted: set[str]) -> str:
    """Return what a section says that no claim quotes, as it stands, under its own headings."""
    ours = {texts["kept"] for texts in LANGUAGES.values()}
    found: list[str] = []
    headings: list[Section] = []  # of which nothing was kept as yet
    for one in split(body):
        whole = [item for item in items(one.body) if item not in quoted or _says_more(item)]
        headings = [above for above in headings if above.level < one.level]
        if one.level and one.heading not in ours:
            headings.append(replace(one, body=""))
        if whole:
            found += [*(above.text.rstrip() for above in headings), *_joined(whole)]
            headings = []
    return "\n\n".join(found)


def _says_more(item: str) -> bool:
    """Whether an item is a paragraph: that may say more than what was quoted of it."""
    return not item.lstrip().startswith(("-", "*", "+", "|"))


def _joined(found: Sequence[str]) -> Iterator[str]:
    """Yield paragraphs; the items of one list stay together."""
    held: list[str] = []
    for item in found:
        if held and (_says_more(item) or _says_more(held[-1])):
            yield "\n".join(held)
            held = []
        held.append(item)
    if held:
        yield "\n".join(held)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
