"""Nouns for things with their Korean, as `words/things.csv` has them, and phrases of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from ksd_eval.prompts import korean, tables

COUNTED: Final[Mapping[int, str]] = {
    number: word for word, number in reversed(korean.NUMERALS.items())
}
"""Native numerals in the form that stands before a counter: 두 in 두 마리."""

COLOURS: Final[Mapping[str, str]] = {
    "red": "빨간",
    "orange": "주황색",
    "yellow": "노란",
    "green": "초록색",
    "blue": "파란",
    "purple": "보라색",
    "pink": "분홍색",
    "brown": "갈색",
    "black": "검은",
    "white": "하얀",
    "gray": "회색",
}
"""Colours in the form that stands before a noun."""

PLACES: Final[Mapping[str, str]] = {
    "left of": "왼쪽",
    "right of": "오른쪽",
    "above": "위",
    "below": "아래",
}
"""Where a thing is, seen from another, by GenEval's words."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A noun in both languages.

    Attributes:
        en: Singular: "hot dog".
        ko: The Korean noun.
        counter: What it is counted by: "마리".
    """

    en: str
    ko: str
    counter: str


@cache
def things() -> Mapping[str, Thing]:
    """Return the listed nouns by their English."""
    return {
        row["en"]: Thing(row["en"], row["ko"], row["counter"] or "개")
        for _, row in tables.read("package:words/things").rows
    }


def counted(thing: Thing, number: int) -> str:
    """Return a thing with its number; one needs no word.

    >>> counted(things()["dog"], 2), counted(things()["dog"], 1)
    ('개 두 마리', '개')
    """
    return thing.ko if number == 1 else f"{thing.ko} {COUNTED[number]} {thing.counter}"


def listed(phrases: Sequence[str]) -> str:
    """Return phrases joined by "and", whose form hangs on the sound before it.

    >>> listed(["고양이", "책", "병"])
    '고양이와 책과 병'
    """
    *before, last = phrases
    joined = [f"{each}{'과' if korean.is_closed(each[-1]) else '와'}" for each in before]
    return " ".join([*joined, last])
