"""`python -m ksd_eval audit prompts=NAME`: from a set of prompts to a page and a table."""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from ksd_eval import store
from ksd_eval.audit import auditing, page
from ksd_eval.audit.base import Finding
from ksd_eval.audit.words import LANGUAGES
from ksd_eval.extensions import ConfigError, unknown
from ksd_eval.prompts.base import PromptSet, PromptSource
from ksd_eval.records import PAIRING, PromptPair


@dataclass(frozen=True, slots=True)
class Options:
    """How an audit is written.

    Attributes:
        out: The folder; empty: `results/audit/<name>`.
        language: "en" or "ko".
    """

    out: str = ""
    language: str = "en"


def understood(words: Sequence[str]) -> tuple[Options, list[str]]:
    """Return the options of an audit, and the words that are about the prompts.

    >>> understood(["prompts=occupations", "language=ko"])
    (Options(out='', language='ko'), ['prompts=occupations'])

    Raises:
        ConfigError: A language that there is not, or an option without a value.
    """
    own = {item.name for item in fields(Options)}
    given = {name: value for name, _, value in (word.partition("=") for word in words)}
    options = Options(**{name: value for name, value in given.items() if name in own})
    if options.language not in LANGUAGES:
        raise unknown("language", options.language, LANGUAGES)
    for word in words:
        if "=" not in word:
            raise ConfigError(f"{word!r} has no value; write {word}=VALUE")
    return options, [word for word in words if word.partition("=")[0] not in own]


def audit(name: str, source: PromptSource, options: Options) -> int:
    """Write the page and the table of a set, say where they are, and return the exit code 0.

    Args:
        name: Of the set, or the path of its file.
        source: Where its pairs come from.
        options: How the audit is written.

    Raises:
        PromptError: The set cannot be read.
        ConfigError: The folder cannot be written.
    """
    reading = source.raw() if isinstance(source, PromptSet) else None
    pairs = [pair for _, pair in reading.pairs] if reading else source()
    about = _about(reading.notes if reading else (), pairs)
    found = auditing.audited(Path(name).name, pairs, about=about)
    slug = re.sub(r"[^\w.-]+", "-", Path(name).stem).strip("-.") or "prompts"
    folder = Path(options.out) if options.out else Path("results") / "audit" / slug
    try:
        store.write_text(folder / "audit.html", page.html(found, options.language))
        store.write_text(folder / "audit.csv", page.table(found, options.language))
    except OSError as error:
        raise ConfigError(
            f"the folder {str(folder)!r} cannot be written ({error.strerror}); "
            "choose another: out=FOLDER"
        ) from error
    sys.stdout.write(
        f"{len(found.flagged)} of {len(pairs)} pairs to look at, {found.signed} signed by a native "
        f"reader: {folder / 'audit.html'}\n"
    )
    return 0


def _about(notes: Sequence[str], pairs: Sequence[PromptPair]) -> list[Finding]:
    """Return what is said of the whole set before any pair is looked at."""
    said = [Finding("", "reading", "reading.note", "note", {"text": note}) for note in notes]
    if any(pair.attributes.get(PAIRING) for pair in pairs):
        said.insert(0, Finding("", "pairing", "pairing.independent", "doubt"))
    return said
