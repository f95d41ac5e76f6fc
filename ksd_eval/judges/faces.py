"""How many people a prompt asks for, and what the faces in its picture come to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ksd_eval.judges.base import untold
from ksd_eval.records import Measurement

NAMES: Final = ("face_failure", "faces", "face_confidence", "landmarks")
"""What is measured of each picture."""

MANY: Final = 4
"""From this number on, faces are not counted apart."""

_NUMBERS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_PEOPLE: Final = re.compile(
    rf"\b({'|'.join(_NUMBERS)}) (?:[\w-]+ ){{0,2}}?(?:people|persons|children|adults|men|women)\b"
)
_NO_FACE: Final = re.compile(r"\b(?:an?|the|two) (?:[\w-]+ )?(?:hands?|palms?|fists?|feet|foot)\b")
"""Hands that are asked for by themselves, not those of children who hold them."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face in a picture.

    Attributes:
        confidence: How sure its detector is of it, in [0, 1].
        plausible: Whether its parts lie where those of a face do; None where that cannot be told.
    """

    confidence: float
    plausible: bool | None


def asked(text: str) -> int | None:
    """Return how many people an English prompt asks for, None where their faces are not asked for.

    >>> asked("a photo of a doctor"), asked("a photo of three elderly people standing side by side")
    (1, 3)
    >>> asked("a photo of a hand holding a teacup") is None
    True
    """
    if _NO_FACE.search(text):
        return None
    said = _PEOPLE.search(text)
    return _NUMBERS[said[1]] if said else 1


def answer(text: str, found: Sequence[Face]) -> list[Measurement]:
    """Return the measurements of one picture.

    A picture without a face is an outcome: its `face_failure` is 1, as it is wherever there are
    more or fewer faces than people asked for. `faces` is their number as a label; the mean
    `face_confidence`, in [0, 1], and the `landmarks` (plausible where they are of every face, else
    implausible) are told where there is a face.
    """
    number = asked(text)
    if number is None:
        return silent("the prompt asks for no face")
    faces = str(len(found)) if len(found) < MANY else f"{MANY}+"
    failure = Measurement("face_failure", value=float(len(found) != number))
    counted = Measurement("faces", label=faces)
    if not found:
        return [failure, counted, *untold(NAMES[2:], "no face in the picture")]
    sure = round(sum(face.confidence for face in found) / len(found), 5)
    told = [face.plausible for face in found if face.plausible is not None]
    if told:
        landmarks = Measurement("landmarks", label="plausible" if all(told) else "implausible")
    else:
        (landmarks,) = untold(NAMES[3:], "the parts of the faces cannot be told")
    return [failure, counted, Measurement("face_confidence", value=sure), landmarks]


def silent(reason: str) -> list[Measurement]:
    """Return that nothing can be told, and why."""
    return untold(NAMES, reason)
