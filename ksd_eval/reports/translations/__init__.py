"""What is written in English elsewhere, in the page's language, looked up by the English itself.

Titles and captions of figures stand in an experiment's file, admissions and their subjects in that
of the claims; metrics and judges give notes and reasons. All are English, and all may be a third
party's: a text that has no translation stays as it is.

A text may have holes, `{name}`; what fills one is translated in its turn. Of several that fit the
first one in the table is taken, so that the more special ones stand first.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from ksd_eval.reports.words import Words

TABLES: Final = {"ko": "ko.csv"}
"""The table of each language: where a text is from, the English, the other one."""

BETWEEN: Final = "; "
"""What several notes are joined by."""


def translated(text: str, words: Words) -> str:
    """Return a text in the language of some words, as far as it is known there.

    >>> translated("abstained 3 times: no person in the picture", Words("ko"))
    '판단하지 못함 3번: 그림에 사람이 없음'
    >>> translated("abstained 3 times: no person in the picture", Words("en"))
    'abstained 3 times: no person in the picture'
    >>> translated("a note of somebody else's", Words("ko"))
    "a note of somebody else's"
    """
    if words.language not in TABLES:
        return text
    texts = known(words.language)
    if text in texts:
        return texts[text]
    for pattern, translation in _patterns(words.language):
        if match := pattern.fullmatch(text):
            filled = {name: translated(part, words) for name, part in match.groupdict().items()}
            return translation.format(**filled)
    first, between, rest = text.partition(BETWEEN)
    return BETWEEN.join([translated(first, words), translated(rest, words)]) if between else text


@cache
def known(language: str) -> Mapping[str, str]:
    """Return the texts of a language by the English ones."""
    table = files(__package__) / TABLES[language]
    rows = csv.reader(table.read_text(encoding="utf-8").splitlines())
    next(rows)
    return {english: other for _, english, other in rows}


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(_with_holes(known(language)))


def _with_holes(texts: Mapping[str, str]) -> Iterator[tuple[re.Pattern[str], str]]:
    for english, other in texts.items():
        if "{" in english:
            # Every other part is the name of a hole.
            parts = re.split(r"\{(\w+)\}", english)
            made = [f"(?P<{p}>.+?)" if n % 2 else re.escape(p) for n, p in enumerate(parts)]
            yield re.compile("".join(made), re.DOTALL), other
