"""Reads the solids and people of a painting, and holds them against what was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PIL.Image import Image

from ksd_eval.judges import compositions
from ksd_eval.judges.base import Judge
from ksd_eval.judges.compositions import Seen
from ksd_eval.judges.world_reader import ThroughReader
from ksd_eval.records import Measurement
from ksd_eval.world.vocabulary import SHAPES

PERSON: Final = "person"


@dataclass(frozen=True)
class CompositionReader(ThroughReader, Judge):
    """The world's own reader, as a judge of compositions.

    Measurements are those of `judges.compositions.NAMES`. What the reader cannot make out does not
    count as seen: a body of no clear colour is a body, and of none of the colours that one may ask
    for. That holds for matched pictures too, so what it overlooks there is taken off again. It
    abstains where a prompt asks for what the painted world has not.
    """

    judge = "composition_reader"

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return how much of what each text asks for is seen in its picture."""
        readings = self.reader(images, texts)
        return [_answer(reading, text) for reading, text in zip(readings, texts, strict=True)]


def _answer(reading: Sequence[Measurement], text: str) -> list[Measurement]:
    asked = compositions.asked(text)
    if asked is None:
        return compositions.silent("the prompt asks for more than things and where they are")
    for thing in asked.things:
        if thing.noun not in (*SHAPES, PERSON):
            return compositions.silent(f"the painted world has no {thing.noun!r}")
    return compositions.graded(asked, seen(reading))


def seen(reading: Sequence[Measurement]) -> list[Seen]:
    """Return the bodies and people of a painting as things in their places.

    The reader tells where two unlike bodies stand to one another. Several like ones are of one
    shape and colour, and their places are not told.
    """
    said = {one.name: one for one in reading}
    label = {name: one.label or "" for name, one in said.items()}
    people = [Seen(PERSON)] * _number(said["figures"])
    count = _number(said["count"])
    first = Seen(label["shape"], label["colour"])
    second = Seen(label["second_shape"], label["second_colour"])
    if count != 2 or not (second.noun or second.colour) or first == second:
        # Each a thing of its own, that may stand for another one that is asked for.
        return people + [Seen(first.noun, first.colour) for _ in range(count)]
    return people + _placed(first, second, label)


def _placed(first: Seen, second: Seen, label: Mapping[str, str]) -> list[Seen]:
    places = {"above": ((0.5, 0.25), (0.5, 0.75)), "left_of": ((0.25, 0.5), (0.75, 0.5))}
    middle = ((0.5, 0.5), (0.5, 0.5))
    one, other = places.get(label["relation"], middle)
    return [Seen(first.noun, first.colour, *one), Seen(second.noun, second.colour, *other)]


def _number(answer: Measurement) -> int:
    return int(answer.value) if answer.status == "ok" and answer.value is not None else 0
