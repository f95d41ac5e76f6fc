"""Counts the people of a painting, and says whether their faces can be made out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL.Image import Image

from ksd_eval.judges import faces
from ksd_eval.judges.base import Judge
from ksd_eval.judges.faces import Face
from ksd_eval.judges.world_reader import ThroughReader
from ksd_eval.records import Measurement

PARTS: Final = ("gender", "skin", "age")
"""What a painted face shows by its parts: hair, tone, lines."""


@dataclass(frozen=True)
class FaceReader(ThroughReader, Judge):
    """The world's own reader, as a judge of faces.

    Measurements are those of `judges.faces`. A painted figure has one face. The parts of a single
    one are plausible where the reader can tell gender, skin and age by them; of several it tells
    none of these. A number that it is not sure of counts as no face, and on matched pictures too.
    """

    judge = "face_reader"

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return how many faces each picture has, beside how many it should have."""
        readings = self.reader(images, texts)
        return [
            faces.answer(text, _seen(reading))
            for reading, text in zip(readings, texts, strict=True)
        ]


def _seen(reading: Sequence[Measurement]) -> list[Face]:
    said = {one.name: one for one in reading}
    figures = said["figures"]
    if figures.status != "ok" or figures.value is None:
        return []
    alone = said["kind"].label == "person"
    plausible = all(said[part].label for part in PARTS) if alone else None
    return [Face(figures.confidence or 0.0, plausible)] * int(figures.value)
