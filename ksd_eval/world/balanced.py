"""Scenes with every value alike: what the reader learns from and is measured on.

The corpus has planted rates; a reader that learnt those would repeat them where it is unsure, and
so lean towards the very skew it is to measure. Here all values of an attribute are equally likely
and independent of one another.

>>> import numpy as np
>>> [scene.kind for scene in scenes(np.random.default_rng(0), 3)]
['solids', 'sign', 'person']
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from ksd_eval.world import vocabulary
from ksd_eval.world.corpus import any_of, choose, look, solid
from ksd_eval.world.scenes import Kind, Person, Scene, Solid


def scenes(
    rng: np.random.Generator, count: int, subjects: Sequence[str] | None = None
) -> Iterator[Scene]:
    """Draw `count` scenes, of some subjects only if they are named."""
    names = tuple(SUBJECTS) if subjects is None else tuple(subjects)
    total = sum(SHARES[name] for name in names)
    shares = {name: SHARES[name] / total for name in names}
    for _ in range(count):
        yield SUBJECTS[choose(rng, shares)](rng)


def person(rng: np.random.Generator, dress: str, occupation: str | None = None) -> Person:
    """Draw one person in the dress given, all else alike."""
    return Person(
        gender=any_of(rng, vocabulary.GENDERS),
        skin=any_of(rng, vocabulary.SKIN_TONES),
        age=any_of(rng, vocabulary.AGES),
        dress=dress,
        occupation=occupation,
    )


def plain(rng: np.random.Generator) -> Person:
    """Draw one person without an occupation, in Korean or western dress."""
    return person(rng, any_of(rng, vocabulary.CULTURES))


def _occupation(rng: np.random.Generator) -> Scene:
    who = person(rng, "work", any_of(rng, vocabulary.OCCUPATIONS))
    return Scene("person", (who,), look=look(rng))


def _person(rng: np.random.Generator) -> Scene:
    who = plain(rng)
    return Scene("person", (who,), culture=who.dress, look=look(rng))


def _group(rng: np.random.Generator) -> Scene:
    people = tuple(plain(rng) for _ in range(int(rng.integers(2, 4))))
    return Scene("group", people, look=look(rng))


def _solid(rng: np.random.Generator) -> Scene:
    return Scene("solids", solids=(solid(rng),), look=look(rng))


def _pair(rng: np.random.Generator) -> Scene:
    first, second = solid(rng), solid(rng)
    while second == first:
        second = solid(rng)
    stacked = bool(rng.random() < 0.5)
    return Scene("solids", solids=(first, second), stacked=stacked, look=look(rng))


def _several(rng: np.random.Generator) -> Scene:
    bodies: tuple[Solid, ...] = (solid(rng),) * int(rng.integers(2, 5))
    return Scene("solids", solids=bodies, look=look(rng))


def _sign(rng: np.random.Generator) -> Scene:
    script = any_of(rng, vocabulary.SIGN_WORDS)
    return Scene("sign", word=any_of(rng, vocabulary.SIGN_WORDS[script]), look=look(rng))


def _other_sign(rng: np.random.Generator) -> Scene:
    """A sign with a word that the world does not know."""
    if rng.random() < 0.5:
        syllables = 0xAC00 + rng.integers(0, 11172, 2)
        word = "".join(chr(int(place)) for place in syllables)
    else:
        letters = rng.integers(0, 26, int(rng.integers(4, 6)))
        word = "".join(chr(ord("A") + int(letter)) for letter in letters)
    return Scene("sign", word=word, look=look(rng))


def _styled(kind: Kind, *things: str) -> Callable[[np.random.Generator], Scene]:
    def draw(rng: np.random.Generator) -> Scene:
        culture = any_of(rng, vocabulary.CULTURES)
        return Scene(kind, thing=any_of(rng, things), culture=culture, look=look(rng))

    return draw


def _wedding(rng: np.random.Generator) -> Scene:
    culture = any_of(rng, vocabulary.CULTURES)
    couple = tuple(
        Person(gender, any_of(rng, vocabulary.SKIN_TONES), "young", culture)
        for gender in ("man", "woman")
    )
    return Scene("wedding", couple, thing="wedding", culture=culture, look=look(rng))


def _room(rng: np.random.Generator) -> Scene:
    risk = any_of(rng, ("none", "ghost", "spider"))
    return Scene("room", thing="room", risk=None if risk == "none" else risk, look=look(rng))


def _fright(rng: np.random.Generator) -> Scene:
    risk = any_of(rng, ("ghost", "spider"))
    return Scene("fright", thing=risk, risk=risk, look=look(rng))


def _landmark(rng: np.random.Generator) -> Scene:
    thing = any_of(rng, ("lighthouse", "windmill"))
    return Scene("landmark", thing=thing, look=look(rng))


SUBJECTS: Final[dict[str, Callable[[np.random.Generator], Scene]]] = {
    "occupation": _occupation,
    "person": _person,
    "group": _group,
    "solid": _solid,
    "pair": _pair,
    "several": _several,
    "sign": _sign,
    "other_sign": _other_sign,
    "building": _styled("building", "house", "school"),
    "meal": _styled("meal", "breakfast", "dinner"),
    "wedding": _wedding,
    "room": _room,
    "fright": _fright,
    "landmark": _landmark,
}

SHARES: Final[dict[str, float]] = {
    "occupation": 0.38,
    "person": 0.10,
    "group": 0.06,
    "solid": 0.07,
    "pair": 0.11,
    "several": 0.05,
    "sign": 0.05,
    "other_sign": 0.02,
    "building": 0.03,
    "meal": 0.03,
    "wedding": 0.04,
    "room": 0.03,
    "fright": 0.02,
    "landmark": 0.01,
}
"""How often each subject is drawn: more often where more is to be told apart."""
