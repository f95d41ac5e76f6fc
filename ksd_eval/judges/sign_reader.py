"""Reads the word on a painted sign, and holds it against the word that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL.Image import Image

from ksd_eval.judges import spelling
from ksd_eval.judges.base import Judge
from ksd_eval.judges.world_reader import ThroughReader
from ksd_eval.records import Measurement
from ksd_eval.world.attributes import OTHER, WORDS
from ksd_eval.world.understanding import parse


@dataclass(frozen=True)
class SignReader(ThroughReader, Judge):
    """The world's own reader, as a judge of legible text.

    It measures `character_error`, `exact_match` (exact or wrong) and `script` (hangul, latin or
    none). A picture without a sign, or with one that bears no word that can be read, was to show a
    word and does not: it has the error 1, matches nothing and is of the script `none`, unless the
    script at least can be told. That holds for matched pictures too, so what the reader overlooks
    on perfect signs is taken off again.

    The reader tells words of the painted world apart, it does not spell: of a sign that is half
    right it says the nearest word or none. It abstains where the prompt asks for no word, or for
    one that it does not know.
    """

    judge = "sign_reader"

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return the error, the match and the script of each picture."""
        readings = self.reader(images, texts)
        return [_answer(reading, text) for reading, text in zip(readings, texts, strict=True)]


def _answer(reading: Sequence[Measurement], text: str) -> list[Measurement]:
    understood = parse(text)
    asked = understood.word if understood else None
    if asked is None:
        return spelling.silent("the prompt asks for no word on a sign")
    if asked not in WORDS:
        return spelling.silent(f"the reader knows {len(WORDS)} words, and {asked!r} is not one")
    seen = {answer.name: answer.label for answer in reading}
    word = seen["word"] or ""
    script = seen["script"] or spelling.NONE
    return spelling.compared("" if word == OTHER else word, asked, script)
