"""What was asked to be written, what is written instead, and how far the two lie apart."""

import re
import unicodedata
from typing import Final

from ksd_eval.judges.base import untold
from ksd_eval.records import Measurement

NONE: Final = "none"
"""The script of a picture in which nothing can be read."""

NAMES: Final = ("character_error", "exact_match", "script")
"""What a judge of written words measures."""

_QUOTED: Final = re.compile("\"([^\"]+)\"|“([^”]+)”|'([^']+)'|‘([^’]+)’")


def quoted(text: str) -> str:
    """Return what a prompt quotes, or nothing where it quotes nothing.

    >>> quoted('a photo of a sign that says "꽃집"'), quoted("a photo of a sign")
    ('꽃집', '')
    """
    found = _QUOTED.search(text)
    return next(filter(None, found.groups())) if found else ""


def plain(text: str) -> str:
    """Return a text without what no reader of signs can be held to: blanks, and forms of Unicode.

    >>> plain(" 한국  식당 ")
    '한국식당'
    """
    return "".join(unicodedata.normalize("NFC", text).split())


def character_error(read: str, asked: str) -> float:
    """Return the character error rate: edits from the text read to the text asked, over its length.

    A character is a syllable of Hangul or a letter, not a jamo; capitals count, blanks do not. A
    text that is longer than the one asked can take more edits than that has characters; the rate is
    cut at 1, which is what nothing at all would get.

    Source: Levenshtein 1966; the rate as in speech recognition (Morris et al. 2004).

    Args:
        read: What a picture says; empty for nothing.
        asked: What it should say, at least one character.

    Returns:
        The rate, in [0, 1].

    >>> [character_error(read, "책방") for read in ("책방", "책상", "")]
    [0.0, 0.5, 1.0]
    """
    from torchmetrics.functional.text import edit_distance  # torch is only needed from here on

    wanted = plain(asked)
    if not wanted:
        raise ValueError(f"asked is {asked!r}; an error rate needs a character to get wrong")
    edits = int(edit_distance(plain(read), wanted, reduction="sum"))
    return min(1.0, edits / len(wanted))


def script_of(text: str) -> str:
    """Return the script of a text: of its letters if it has any, by Unicode's names of them.

    >>> [script_of(text) for text in ("카페", "CAFE", "24", "1층", "茶", "?!", "")]
    ['hangul', 'latin', 'digits', 'mixed', 'other', 'other', 'none']
    """
    if not plain(text):
        return NONE
    kinds = {_kind(character) for character in plain(text)} - {""}
    return "other" if not kinds else kinds.pop() if len(kinds) == 1 else "mixed"


def _kind(character: str) -> str:
    """Return the script of one character, nothing for a mark that belongs to any."""
    name = unicodedata.name(character, "")
    for script in ("hangul", "latin"):
        if script.upper() in name.split():
            return script
    if character.isdigit():
        return "digits"
    return "other" if character.isalpha() else ""


def compared(read: str, asked: str, script: str) -> list[Measurement]:
    """Return the measurements of one picture.

    Args:
        read: What it says; empty where it says nothing that can be read.
        asked: What it should say.
        script: Of what it says.
    """
    same = plain(read) == plain(asked)
    return [
        Measurement("character_error", value=character_error(read, asked)),
        Measurement("exact_match", label="exact" if same else "wrong"),
        Measurement("script", label=script),
    ]


def silent(reason: str) -> list[Measurement]:
    """Return the measurements of a picture of which a judge cannot tell."""
    return untold(NAMES, reason)
