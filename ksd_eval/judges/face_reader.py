"""Counts the people of a painting, and says whether their faces can be made out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PIL.Image import Image

from ksd_eval.judges import faces
from ksd_eval.judges.base import Judge
from ksd_eval.judges.faces import Face
from ksd_eval.judges.world_reader import COUNTED_AT, SHIPPED, WorldReader
from ksd_eval.records import Measurement

PARTS: Final = ("gender", "skin", "age")
"""What a painted face shows by its parts: hair, tone, lines."""


@dataclass(frozen=True)
class FaceReader(Judge):
    """The world's own reader, as a judge of faces.

    Measurements are those of `judges.faces`. A painted figure has one face. The parts of a single
    one are plausible where the reader can tell gender, skin and age by them; of several it tells
    none of these. A number that it is not sure of counts as no face, and on matched pictures too.

    Attributes:
        weights: Folder of the reader's weights, or `package:<name>`.
        threshold: Below this calibrated confidence nothing is told.
    """

    weights: str = SHIPPED
    threshold: float = COUNTED_AT

    def __post_init__(self) -> None:
        """Refuse a threshold that the reader refuses."""
        _ = self._reader

    @property
    def _reader(self) -> WorldReader:
        return WorldReader(self.weights, self.threshold)

    def identity(self) -> dict[str, Any]:
        """Return what decides the reader's answers."""
        return {**self._reader.identity(), "judge": "face_reader"}

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return how many faces each picture has, beside how many it should have."""
        readings = self._reader(images, texts)
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
