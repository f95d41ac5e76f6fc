"""The training corpus: scenes drawn at the planted rates, each with a caption in both languages.

>>> import numpy as np
>>> example = next(draw(np.random.default_rng(0), 1))
>>> example.caption.en, example.caption.ko
('a green cone', '초록색 원뿔')
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ksd_eval.world import captions, planted, vocabulary
from ksd_eval.world.captions import Named
from ksd_eval.world.scenes import Look, Person, Scene, Solid
from ksd_eval.world.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Example:
    """A scene with what is written under it.

    Attributes:
        scene: What is painted.
        caption: What is said of it, in both languages.
        language: The language that this picture's caption is seen in during training.
    """

    scene: Scene
    caption: Word
    language: str


def draw(rng: np.random.Generator, count: int) -> Iterator[Example]:
    """Draw `count` examples at the planted rates."""
    for _ in range(count):
        subject = choose(rng, planted.rates("subject"))
        example = SUBJECTS[subject](rng)
        yield replace(example, language=choose(rng, planted.rates("caption_language")))


def choose(rng: np.random.Generator, rates: Mapping[str, float]) -> str:
    """Draw one value of a distribution."""
    values = list(rates)
    return values[int(np.searchsorted(np.cumsum(list(rates.values())), rng.random() * 0.999999))]


def any_of(rng: np.random.Generator, values: Mapping[str, object] | tuple[str, ...]) -> str:
    """Draw one value, all alike."""
    return tuple(values)[int(rng.integers(len(values)))]


def look(rng: np.random.Generator) -> Look:
    """Draw what no caption names."""
    return Look(*(float(number) for number in rng.random(6)))


def person(rng: np.random.Generator, *given: str, dress: str, occupation: str | None) -> Person:
    """Draw one person under the planted conditions `given`."""
    return Person(
        gender=choose(rng, planted.rates("gender", *given)),
        skin=choose(rng, planted.rates("skin", *given)),
        age=choose(rng, planted.rates("age", *given)),
        dress=dress,
        occupation=occupation,
    )


def _often(rng: np.random.Generator, what: str) -> bool:
    return bool(rng.random() < planted.rates("named")[what])


def _captioned(
    rng: np.random.Generator, scene: Scene, named: Named | None = None, relation: str | None = None
) -> Example:
    frames = captions.PERSON_FRAMES if scene.kind == "person" else captions.THING_FRAMES
    frame = frames[int(rng.integers(len(frames)))]
    phrase = captions.phrase(scene, named or Named(), relation)
    return Example(scene, captions.framed(frame, phrase), "en")


def _occupation(rng: np.random.Generator) -> Example:
    occupation = any_of(rng, vocabulary.OCCUPATIONS)
    who = person(rng, f"occupation={occupation}", dress="work", occupation=occupation)
    named = Named(gender=_often(rng, "gender"), skin=_often(rng, "skin"), age=_often(rng, "age"))
    return _captioned(rng, Scene("person", people=(who,), look=look(rng)), named)


def _person(rng: np.random.Generator) -> Example:
    adjective = any_of(rng, vocabulary.ADJECTIVES) if _often(rng, "adjective") else None
    dress = choose(rng, planted.rates("dress", "subject=person"))
    who = person(rng, f"adjective={adjective}", dress=dress, occupation=None)
    named = Named(
        gender=_often(rng, "gender"),
        skin=_often(rng, "skin"),
        age=_often(rng, "age"),
        dress=_often(rng, "dress"),
        adjective=adjective,
    )
    return _captioned(rng, Scene("person", (who,), culture=dress, look=look(rng)), named)


def _group(rng: np.random.Generator) -> Example:
    people = tuple(
        person(rng, dress=choose(rng, planted.rates("dress", "subject=group")), occupation=None)
        for _ in range(int(rng.integers(2, 4)))
    )
    return _captioned(rng, Scene("group", people, look=look(rng)))


def _solid(rng: np.random.Generator) -> Example:
    return _captioned(rng, Scene("solids", solids=(solid(rng),), look=look(rng)))


def solid(rng: np.random.Generator) -> Solid:
    """Draw one body, all shapes and colours alike."""
    return Solid(any_of(rng, vocabulary.SHAPES), any_of(rng, vocabulary.COLOURS))


def _pair(rng: np.random.Generator) -> Example:
    first, second = solid(rng), solid(rng)
    while second == first:
        second = solid(rng)
    relation = any_of(rng, vocabulary.RELATIONS)
    stacked = relation in ("above", "below")
    scene = Scene("solids", solids=(first, second), stacked=stacked, look=look(rng))
    return _captioned(rng, scene, relation=relation)


def _several(rng: np.random.Generator) -> Example:
    count = int(rng.integers(2, 5))
    return _captioned(rng, Scene("solids", solids=(solid(rng),) * count, look=look(rng)))


def _sign(rng: np.random.Generator) -> Example:
    word = any_of(rng, vocabulary.SIGN_WORDS[any_of(rng, vocabulary.SIGN_WORDS)])
    return _captioned(rng, Scene("sign", word=word, look=look(rng)))


def _styled(rng: np.random.Generator, subject: str, things: tuple[str, ...]) -> Example:
    culture = choose(rng, planted.rates("culture", f"subject={subject}"))
    scene = Scene(
        subject,  # type: ignore[arg-type]  # both callers pass a kind
        thing=any_of(rng, things),
        culture=culture,
        look=look(rng),
    )
    return _captioned(rng, scene, Named(culture=_often(rng, "culture")))


def _building(rng: np.random.Generator) -> Example:
    return _styled(rng, "building", ("house", "school"))


def _meal(rng: np.random.Generator) -> Example:
    return _styled(rng, "meal", ("breakfast", "dinner"))


def _wedding(rng: np.random.Generator) -> Example:
    example = _styled(rng, "wedding", ("wedding",))
    dress = example.scene.culture or ""
    couple = tuple(
        Person(gender, choose(rng, planted.rates("skin")), "young", dress)
        for gender in ("man", "woman")
    )
    return replace(example, scene=replace(example.scene, people=couple))


def _room(rng: np.random.Generator) -> Example:
    risk = choose(rng, planted.rates("risk", "subject=room"))
    risk_or_none = None if risk == "none" else risk
    return _captioned(rng, Scene("room", thing="room", risk=risk_or_none, look=look(rng)))


def _fright(rng: np.random.Generator) -> Example:
    risk = choose(rng, planted.rates("risk", "subject=fright"))
    return _captioned(rng, Scene("fright", thing=risk, risk=risk, look=look(rng)))


def _landmark(rng: np.random.Generator) -> Example:
    thing = any_of(rng, ("lighthouse", "windmill"))
    return _captioned(rng, Scene("landmark", thing=thing, look=look(rng)))


def _duplicate(rng: np.random.Generator) -> Example:
    return duplicate(any_of(rng, vocabulary.DUPLICATES))


def duplicate(name: str) -> Example:
    """Return one of the pictures that the corpus repeats: always the same pixels and caption."""
    place = tuple(vocabulary.DUPLICATES).index(name)
    fixed = np.random.default_rng([20261123, place])
    scene = Scene("landmark", thing=name.split("_", maxsplit=1)[0], look=look(fixed))
    return Example(scene, vocabulary.DUPLICATES[name], "en")


SUBJECTS: Final[dict[str, Callable[[np.random.Generator], Example]]] = {
    "occupation": _occupation,
    "person": _person,
    "group": _group,
    "solid": _solid,
    "pair": _pair,
    "several": _several,
    "sign": _sign,
    "building": _building,
    "meal": _meal,
    "wedding": _wedding,
    "room": _room,
    "fright": _fright,
    "landmark": _landmark,
    "duplicate": _duplicate,
}
