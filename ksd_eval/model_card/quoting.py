"""Which sentence of a given card is which admission: the card is quoted in its own words."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from ksd_eval.model_card.sections import plain

KNOWN_BY: Final[Mapping[str, str]] = {
    "photorealism": r"photo-?realis|실사|사진처럼|사진 ?같은",
    "text": r"legible text|render (?:any )?text|(?:읽을 수 있는|알아볼 수 있는) (?:글자|텍스트)",
    "composition": r"compositional|red cube|빨간 (?:정육면체|큐브)",
    "people": r"faces and people|사람의? 얼굴|얼굴과 사람",
    "language": r"(?:other|non-english) languages|english captions|다른 언어|영어 캡션",
    "autoencoder": r"auto-?encod|오토인코더|오토 인코더",
    "adult": r"\badult\b|성인(?:용|물)",
    "memorisation": r"memori[sz]|암기|외[우운]",
    "culture": r"white and western|western cultures?|서구|서양 문화",
    "checker": r"safety[ _]?checker|safety module|안전 (?:필터|검사기)",
}
"""Claim -> words of the sentence that admits it, in English or Korean. Of other claims the ledger's
own words are taken."""


def quotes(items: Iterable[str], claims: Iterable[str]) -> dict[str, str]:
    """Return the item of a card that admits each claim, where there is one; an item may admit two.

    >>> quotes(["- The autoencoding part is lossy"], ["autoencoder", "text"])
    {'autoencoder': '- The autoencoding part is lossy'}
    """
    every = list(items)
    found = {}
    for claim in claims:
        if claim not in KNOWN_BY:
            continue
        pattern = re.compile(KNOWN_BY[claim], re.IGNORECASE)
        mine = [item for item in every if pattern.search(plain(item))]
        if mine:
            # A list item says one thing; a paragraph may bring it up among others.
            found[claim] = min(mine, key=lambda item: len(plain(item)))
    return found


def sentence(item: str, claim: str) -> str:
    """Return the sentence of an item that admits a claim: a paragraph may hold many.

    >>> sentence("We tried. The model cannot render legible text. Sorry.", "text")
    'The model cannot render legible text.'
    """
    words = plain(item)
    pattern = re.compile(KNOWN_BY[claim], re.IGNORECASE)
    parts = re.split(r"(?<=[.!?。])\s+(?=[A-Z가-힣“\"*])", words)
    return next((part for part in parts if pattern.search(part)), words)
