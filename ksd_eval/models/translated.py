"""A translator before a model that was never taught Korean: what people do who have no other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ksd_eval.models.base import Heavy, Model, Picture, Translator
from ksd_eval.records import Given, Request
from ksd_eval.world import understanding


@dataclass(frozen=True)
class GrammarTranslator(Translator):
    """The painted world's grammar, which says both languages side by side: it never errs.

    A text outside the grammar stays as it is.
    """

    def identity(self) -> dict[str, Any]:
        """Return the name; the grammar is part of the package's own source."""
        return {"translator": "grammar"}

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Return the English of each text."""
        return [understanding.english_of(text) or text for text in texts]


@dataclass(frozen=True)
class TranslatedModel(Model, Heavy):
    """A model that is asked in English for what was asked in Korean.

    Attributes:
        pipeline: The model.
        translator: What stands before it.
    """

    pipeline: Model
    translator: Translator

    def identity(self) -> dict[str, Any]:
        """Return what decides the pixels: the model's own identity, and the translator's."""
        return {**self.pipeline.identity(), "translated_by": self.translator.identity()}

    def paint(self, requests: Sequence[Request], batch_shape: int) -> Sequence[Picture]:
        """Return a picture for each request, as the model paints its translation."""
        english = self.translator([request.prompt for request in requests])
        asked = [
            replace(request, prompt=text) for request, text in zip(requests, english, strict=True)
        ]
        pictures = self.pipeline.paint(asked, batch_shape)
        return [
            replace(picture, given=picture.given or Given(text))
            for picture, text in zip(pictures, english, strict=True)
        ]

    def remarks(self) -> Sequence[str]:
        """Return what there is to say of the translator and of the model."""
        parts = (self.translator, self.pipeline)
        return [said for part in parts if isinstance(part, Heavy) for said in part.remarks()]

    def footprint(self) -> int:
        """Return the bytes of the model's weights and the translator's."""
        parts = (self.pipeline, self.translator)
        return sum(part.footprint() for part in parts if isinstance(part, Heavy))

    def release(self) -> None:
        """Give the memory of both back."""
        for part in (self.pipeline, self.translator):
            if isinstance(part, Heavy):
                part.release()
