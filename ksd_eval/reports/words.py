"""Every word of the page and of its figures, by key: two files a language, and `texts`.

>>> Words()("figure.pictures")
'pictures'
>>> Words().arm("korean - english")
'Korean − English'
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from ksd_eval.reports import statistics_en, statistics_ko, texts
from ksd_eval.reports.words_en import ENGLISH
from ksd_eval.reports.words_ko import KOREAN

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {**ENGLISH, **statistics_en.ENGLISH, **texts.gathered("ENGLISH")},
    "ko": {**KOREAN, **statistics_ko.KOREAN, **texts.gathered("KOREAN")},
}
"""The languages that a page can be written in."""

_LANGUAGE: ContextVar[str] = ContextVar("language", default="en")


@dataclass(frozen=True)
class Words:
    """The words of one language, by key."""

    language: str = "en"

    def __post_init__(self) -> None:
        """Refuse a language without words."""
        if self.language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            raise ValueError(f"no page can be written in {self.language!r}; choose one of: {known}")

    @classmethod
    def spoken(cls) -> "Words":
        """Return the words of the language that is being spoken: a figure is not told which."""
        return cls(_LANGUAGE.get())

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Speak this language within the block."""
        token = _LANGUAGE.set(self.language)
        try:
            yield
        finally:
            _LANGUAGE.reset(token)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its holes filled; a key without a text is a mistake of ours."""
        return LANGUAGES[self.language][key].format(**values)

    def find(self, *keys: str, otherwise: str, **values: object) -> str:
        """Return the text of the first key there is, else `otherwise`."""
        texts = LANGUAGES[self.language]
        found = next((texts[key] for key in keys if key in texts), None)
        # What is none of our texts may hold braces of its own.
        return otherwise if found is None else found.format(**values)

    def starting(self, prefix: str) -> dict[str, str]:
        """Return the texts whose keys begin so, by the rest of the key, with their holes."""
        texts = LANGUAGES[self.language]
        return {
            key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)
        }

    def count(self, key: str, count: int) -> str:
        """Return a text about so many things; of one thing there may be another text."""
        return self.find(f"{key}.one" if count == 1 else key, otherwise="", count=count)

    def value(self, attribute: str, value: str) -> str:
        """Name the value of an attribute: "police officer"."""
        return self.find(f"value.{attribute}.{value}", f"value.{value}", otherwise=_plain(value))

    def attribute(self, attribute: str) -> str:
        """Name what prompts are grouped by: "occupations"."""
        return self.find(f"attribute.{attribute}", otherwise=_plain(attribute))

    def label(self, measurement: str, category: str) -> str:
        """Name what a judge said: "women"."""
        if not category:
            return self.find(f"measurement.{measurement}", otherwise=_plain(measurement))
        exact, kind = f"label.{measurement}.{category}", f"label.{measurement}"
        otherwise = self.value(measurement, category)
        return self.find(exact, kind, otherwise=otherwise, value=_plain(category))

    def share(self, measurement: str, category: str) -> str:
        """Name a share: "share of women"."""
        return self("share", label=self.label(measurement, category))

    def arm(self, arm: str) -> str:
        """Name an arm's role or a contrast of two."""
        return re.sub(r"\w+", self._role, arm).replace(" - ", " − ")

    def _role(self, found: re.Match[str]) -> str:
        return self.find(f"arm.{found[0]}", otherwise=_plain(found[0]))

    def compared(self, arm: str, reference: str) -> str:
        """Name a comparison of an arm with another one or with a reference."""
        return self("versus", left=self.arm(arm), right=self.arm(reference))


def _plain(name: str) -> str:
    return name.replace("_", " ")
