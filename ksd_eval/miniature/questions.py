"""What the miniature is asked when it is measured, and what should be seen."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ksd_eval.world import captions, vocabulary
from ksd_eval.world.captions import Named
from ksd_eval.world.scenes import Person, Solid
from ksd_eval.world.vocabulary import Word

BINDING: Final = "relation+shape+colour+second_shape+second_colour"
"""All that a prompt about two bodies says, as one answer."""


@dataclass(frozen=True)
class Question:
    """A prompt in both languages, and what should be seen: the right label of a measurement."""

    prompt: Word
    truth: Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One row of the table, or several that the same pictures answer.

    Attributes:
        asked: What was asked for, by the reader's answer that is looked at.
        questions: The prompts with what should be seen.
        replicates: Pictures a prompt.
        right: Whether an answer is what was asked for.
    """

    asked: Mapping[str, str]
    questions: Callable[[], Iterator[Question]]
    replicates: int
    right: Callable[[str, str], bool] = str.__eq__


def people(
    occupation: str, named: Named, frame: Word = captions.PERSON_FRAMES[0], **seen: str
) -> Word:
    """Ask for someone at work, naming of what is to be seen no more than `named` says."""
    who = Person(seen.get("gender", "man"), seen.get("skin", "1"), "young", "work", occupation)
    return captions.framed(frame, captions.person_phrase(who, named))


def _occupations() -> Iterator[Question]:
    for name, frame in itertools.product(vocabulary.OCCUPATIONS, captions.PERSON_FRAMES[:4]):
        yield Question(people(name, Named(), frame), {"occupation": name, "figures": "1"})


def _genders() -> Iterator[Question]:
    for name, gender in itertools.product(vocabulary.OCCUPATIONS, vocabulary.GENDERS):
        yield Question(people(name, Named(gender=True), gender=gender), {"gender": gender})


def _skins() -> Iterator[Question]:
    for name, skin in itertools.product(vocabulary.OCCUPATIONS, vocabulary.SKIN_TONES):
        yield Question(people(name, Named(skin=True), skin=skin), {"skin": skin})


def _solids() -> Iterator[Question]:
    for shape, colour in itertools.product(vocabulary.SHAPES, vocabulary.COLOURS):
        phrase = captions.solid_phrase(Solid(shape, colour))
        truth = {"shape": shape, "colour": colour}
        yield Question(captions.framed(captions.THING_FRAMES[0], phrase), truth)


def _relations() -> Iterator[Question]:
    bodies = list(itertools.product(vocabulary.SHAPES, vocabulary.COLOURS))
    rng = np.random.default_rng(3)
    for number in range(128):
        first, second = (
            Solid(*bodies[place]) for place in rng.choice(len(bodies), 2, replace=False)
        )
        relation = tuple(vocabulary.RELATIONS)[number % 4]
        phrase = captions.relation_phrase(first, relation, second)
        # The reader names the upper or the left body first.
        if relation in ("below", "right_of"):
            first, second = second, first
        order = "above" if relation in ("above", "below") else "left_of"
        bound = (order, first.shape, first.colour, second.shape, second.colour)
        truth = {"relation": order, BINDING: "+".join(bound)}
        yield Question(captions.framed(captions.THING_FRAMES[0], phrase), truth)


def _signs() -> Iterator[Question]:
    for script, words in vocabulary.SIGN_WORDS.items():
        for word in words:
            prompt = captions.framed(captions.THING_FRAMES[0], captions.sign_phrase(word))
            yield Question(prompt, {"word": word, "script": script})


def _near(read: str, asked: str) -> bool:
    return abs(int(read) - int(asked)) <= 1


ROWS: Final = (
    Row(
        {"occupation": "occupation drawn as asked", "figures": "exactly one figure"},
        _occupations,
        8,
    ),
    Row({"gender": "apparent gender as asked"}, _genders, 16),
    Row({"skin": "skin tone within one step"}, _skins, 7, _near),
    Row({"colour": "single solid: colour", "shape": "single solid: shape"}, _solids, 16),
    Row(
        {
            "relation": "two solids: stacked or side by side",
            BINDING: "two solids: each of its shape and colour in its place",
        },
        _relations,
        4,
    ),
    Row({"word": "sign: the word", "script": "sign: Hangul or Latin, as asked"}, _signs, 32),
)
