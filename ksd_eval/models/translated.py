"""A translator before a model that was never taught Korean: what people do who have no other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import Any

from ksd_eval.models.base import Model, Picture, Translator
from ksd_eval.records import Request
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
class ModelTranslator(Translator):
    """A translation model of transformers, one text at a time, without sampling.

    Attributes:
        repo: A folder, or an id on the hub: "Helsinki-NLP/opus-mt-ko-en".
        revision: The commit of a hub id.
    """

    repo: str
    revision: str | None = None

    def identity(self) -> dict[str, Any]:
        """Return the model and the versions that decide its words."""
        return {
            "translator": self.repo,
            "revision": self.revision,
            "versions": {name: version(name) for name in ("torch", "transformers")},
        }

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Return the English of each text."""
        return [_translated(self, text) for text in texts]


@cache
def _translated(translator: ModelTranslator, text: str) -> str:
    model, tokenizer = _opened(translator)
    given = tokenizer(text, return_tensors="pt")
    words = model.generate(**given, do_sample=False, num_beams=4, max_new_tokens=128)
    return str(tokenizer.decode(words[0], skip_special_tokens=True)).strip()


@cache
def _opened(translator: ModelTranslator) -> tuple[Any, Any]:
    from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

    named = {"revision": translator.revision} if translator.revision else {}
    tokenizer = AutoTokenizer.from_pretrained(translator.repo, **named)
    return AutoModelForSeq2SeqLM.from_pretrained(translator.repo, **named).eval(), tokenizer


@dataclass(frozen=True)
class TranslatedModel(Model):
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
        return self.pipeline.paint(asked, batch_shape)
