"""Prompt pairs from two files, one a language, whose rows are known by a key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ksd_eval.prompts import tables
from ksd_eval.prompts.base import PromptError, PromptSet, Reading
from ksd_eval.records import PromptPair, fingerprint


@dataclass(frozen=True, kw_only=True)
class JoinedPrompts(PromptSet):
    """Prompt pairs from a Korean and an English file, as MAGBIG has them.

    Attributes:
        ko: The Korean file, in any form that `tables.read` knows.
        en: The English one.
        key: The column that names a row in both.
        text: The column of the prompt in both.
        kind: What each pair is: "occupation".
    """

    ko: str
    en: str
    key: str = "name"
    text: str = "prompt"
    kind: str = "occupation"

    def read(self) -> Reading:
        """Return the pairs that stand in both files, in the order of the Korean one."""
        korean, notes = self._texts(self.ko)
        english, others = self._texts(self.en)
        lacking = [
            f"{path}: {len(missing)} of the other file's rows are missing, such as {min(missing)}"
            for path, missing in (
                (self.ko, set(english) - set(korean)),
                (self.en, set(korean) - set(english)),
            )
            if missing
        ]
        pairs = [
            (where, PromptPair(_slug(name), text, english[name][1], self._attributes(name)))
            for name, (where, text) in korean.items()
            if name in english
        ]
        if not pairs:
            raise PromptError(
                f"{self.ko} and {self.en} have no {self.key!r} in common; give two files of one set"
            )
        return Reading(pairs, [*notes, *others, *lacking])

    def _texts(self, path: str) -> tuple[Mapping[str, tuple[str, str]], list[str]]:
        table = tables.read(path)
        for column in (self.key, self.text):
            if column not in table.columns:
                raise PromptError(
                    f"{path} has no column {column!r}; it has {', '.join(table.columns)}. "
                    "Name them by key=NAME and text=NAME"
                )
        found: dict[str, tuple[str, str]] = {}
        for where, row in table.rows:
            name = row[self.key].strip()
            if not name or not row[self.text].strip():
                raise PromptError(f"{where}: {self.key!r} or {self.text!r} is empty; fill it in")
            if name in found:
                raise PromptError(
                    f"{where}: {self.key} {name!r} stands in {found[name][0]} already; keep one"
                )
            found[name] = (where, row[self.text])
        return found, list(table.notes)

    def _attributes(self, name: str) -> Mapping[str, str]:
        return {"kind": self.kind, self.kind: re.sub(r"\W+", "_", name.lower()).strip("_")}


def _slug(name: str) -> str:
    """Return a name that can stand in a file name.

    >>> _slug("cashier & teller")
    'cashier-teller'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or f"p-{fingerprint(name, 10)}"
