"""The prompts of the composition experiment, said by the painted world's own grammar.

Tasks have the names that GenEval gave them (Ghosh et al. 2023, arXiv:2310.11513): `colors`, a body
of one colour; `counting`, several like bodies; `position`, two bodies of a colour each and how they
stand to one another, so that its `color_attr` is asked for at once. Its two tasks without a colour
cannot be said here. The CSV file of the same name is what the grammar comes to, and what a run
reads; `python -m ksd_eval.prompts.worlds_compositions` writes it anew.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, product, zip_longest
from pathlib import Path
from typing import Final

from ksd_eval.prompts import written
from ksd_eval.prompts.worlds_people_and_places import FRAMES, THING_WORDINGS
from ksd_eval.records import PromptPair
from ksd_eval.world import captions, vocabulary
from ksd_eval.world.scenes import Solid
from ksd_eval.world.vocabulary import Word

ATTRIBUTES: Final = ("kind", "task", "relation", "number", "wording")
"""The columns to group by; a pair leaves those empty that do not apply to it."""

EACH: Final = 10
"""Pairs of bodies in each relation."""


def pairs() -> list[PromptPair]:
    """Return the prompt pairs, a bit of every task in turn."""
    tasks = [list(_positions()), list(_colours()), list(_counts())]
    in_turn = chain.from_iterable(zip_longest(*tasks))
    return [pair for pair in in_turn if pair is not None]


def _positions() -> Iterator[PromptPair]:
    """Two bodies that differ in shape and colour; the first of them is the model card's own."""
    for place, relation in product(range(EACH), vocabulary.RELATIONS):
        # Odd strides through eight colours and four shapes, so that every one stands on each side.
        first, second = _solid(place, 3 * place), _solid(place + 1 + place % 3, 3 * place + 1)
        phrase = captions.relation_phrase(first, relation, second)
        name = f"{first.colour}-{first.shape}-{relation}-{second.colour}-{second.shape}"
        yield _pair(phrase, name, place, task="position", relation=relation)


def _colours() -> Iterator[PromptPair]:
    for place, (colour, shape) in enumerate(product(vocabulary.COLOURS, vocabulary.SHAPES)):
        phrase = captions.solid_phrase(Solid(shape, colour))
        yield _pair(phrase, f"{colour}-{shape}", place, task="colors")


def _counts() -> Iterator[PromptPair]:
    for place, (count, step) in enumerate(product((2, 3, 4), range(8))):
        solid = _solid(step, step + count)
        phrase = captions.several_phrase(solid, count)
        name = f"{count}-{solid.colour}-{solid.shape}"
        yield _pair(phrase, name, place, task="counting", number=str(count))


def _solid(shape: int, colour: int) -> Solid:
    shapes: Sequence[str] = tuple(vocabulary.SHAPES)
    colours: Sequence[str] = tuple(vocabulary.COLOURS)
    return Solid(shapes[shape % len(shapes)], colours[colour % len(colours)])


def _pair(phrase: Word, name: str, place: int, **attributes: str) -> PromptPair:
    wording = THING_WORDINGS[place % len(THING_WORDINGS)]
    text = captions.framed(FRAMES[wording], phrase)
    about = {"kind": "composition", **attributes, "wording": wording}
    return PromptPair(f"composition-{name}".replace("_", "-"), text.ko, text.en, about)


if __name__ == "__main__":
    written.write(Path(__file__).with_suffix(".csv"), pairs(), ATTRIBUTES)
