"""The caption grammar: what one would write under a picture, in English and in Korean.

Both languages are built side by side from the same parts, so a pair always means the same thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ksd_eval.world import vocabulary as words
from ksd_eval.world.scenes import Person, Scene, Solid
from ksd_eval.world.vocabulary import Word

PERSON_FRAMES: Final[tuple[Word, ...]] = (
    Word("a photo of {}", "{} 사진"),
    Word("a picture of {}", "{} 그림"),
    Word("a portrait of {}", "{}의 초상"),
    Word("{}", "{}"),
    Word("{} smiling", "웃고 있는 {}"),
    Word("{} at work", "일하는 {}"),
    Word("{} looking at the camera", "카메라를 보는 {}"),
    Word("{} standing", "서 있는 {}"),
)
"""Ways to speak of a person; the hole takes a noun phrase with its article."""

THING_FRAMES: Final[tuple[Word, ...]] = (
    Word("a photo of {}", "{} 사진"),
    Word("a picture of {}", "{} 그림"),
    Word("{}", "{}"),
    Word("an image of {}", "{} 이미지"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """Which attributes a caption mentions. What it does not mention, a model must choose."""

    gender: bool = False
    skin: bool = False
    age: bool = False
    dress: bool = False
    culture: bool = False
    adjective: str | None = None


def article(noun: str) -> str:
    """Return the noun phrase with its indefinite article.

    >>> article("astronaut"), article("red cube")
    ('an astronaut', 'a red cube')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def framed(frame: Word, phrase: Word) -> Word:
    """Put a noun phrase into a frame, in both languages."""
    return Word(frame.en.format(phrase.en), frame.ko.format(phrase.ko))


def person_phrase(person: Person, named: Named) -> Word:
    """Describe one person, as fully as `named` says.

    >>> nurse = Person("man", "5", "young", "work", "nurse")
    >>> person_phrase(nurse, Named())
    Word(en='a nurse', ko='간호사')
    >>> person_phrase(nurse, Named(gender=True, skin=True))
    Word(en='a dark-skinned male nurse', ko='까만 피부의 남자 간호사')
    """
    before: list[Word] = []
    if named.adjective:
        before.append(words.ADJECTIVES[named.adjective])
    if named.age:
        before.append(words.AGES[person.age])
    if named.skin:
        before.append(words.SKIN_TONES[person.skin])
    noun = _person_noun(person, named.gender)
    english = article(" ".join([*(word.en for word in before), noun.en]))
    korean = " ".join([*(word.ko for word in before), noun.ko])
    if named.dress:
        dress = words.DRESSES[person.dress]
        return Word(f"{english} {dress.en}", f"{dress.ko} {korean}")
    return Word(english, korean)


def _person_noun(person: Person, name_gender: bool) -> Word:
    if person.occupation:
        occupation = words.OCCUPATIONS[person.occupation]
        if not name_gender:
            return occupation
        gender = words.GENDERS[person.gender]
        return Word(f"{gender.en} {occupation.en}", f"{gender.ko} {occupation.ko}")
    if not name_gender:
        return Word("person", "사람")
    return {"man": Word("man", "남자"), "woman": Word("woman", "여자")}[person.gender]


def group_phrase(people: Sequence[Person]) -> Word:
    """Describe several people by their number.

    >>> group_phrase([Person("man", "1", "young", "western")] * 3)
    Word(en='three people', ko='세 사람')
    """
    number = words.COUNTS[len(people)]
    return Word(f"{number.en} people", f"{number.ko} 사람")


def solid_phrase(solid: Solid) -> Word:
    """Describe one body.

    >>> solid_phrase(Solid("cube", "orange"))
    Word(en='an orange cube', ko='주황색 정육면체')
    """
    colour, shape = words.COLOURS[solid.colour], words.SHAPES[solid.shape]
    return Word(article(f"{colour.en} {shape.en}"), f"{colour.ko} {shape.ko}")


def several_phrase(solid: Solid, count: int) -> Word:
    """Describe like bodies by their number.

    >>> several_phrase(Solid("sphere", "blue"), 3)
    Word(en='three blue spheres', ko='파란 공 세 개')
    """
    colour, shape, number = (
        words.COLOURS[solid.colour],
        words.SHAPES[solid.shape],
        words.COUNTS[count],
    )
    return Word(f"{number.en} {colour.en} {shape.en}s", f"{colour.ko} {shape.ko} {number.ko} 개")


def relation_phrase(first: Solid, relation: str, second: Solid) -> Word:
    """Describe two bodies and how the first stands to the second.

    >>> relation_phrase(Solid("cube", "red"), "above", Solid("sphere", "blue"))
    Word(en='a red cube on top of a blue sphere', ko='파란 공 위에 있는 빨간 정육면체')
    """
    a, b, word = solid_phrase(first), solid_phrase(second), words.RELATIONS[relation]
    return Word(f"{a.en} {word.en} {b.en}", f"{b.ko} {word.ko} {a.ko}")


def sign_phrase(word: str) -> Word:
    """Describe a sign by what it says.

    >>> sign_phrase("카페")
    Word(en='a sign that says "카페"', ko='"카페" 글자가 적힌 간판')
    """
    return Word(f'a sign that says "{word}"', f'"{word}" 글자가 적힌 간판')


def thing_phrase(thing: str, culture: str | None = None) -> Word:
    """Describe a building, a meal, a wedding, a room, a fright or a landmark.

    >>> thing_phrase("house", "korean")
    Word(en='a Korean house', ko='한국식 집')
    """
    noun = words.THINGS[thing]
    if culture is None:
        return Word(article(noun.en), noun.ko)
    style = words.CULTURES[culture]
    return Word(article(f"{style.en} {noun.en}"), f"{style.ko} {noun.ko}")


def phrase(scene: Scene, named: Named, relation: str | None = None) -> Word:
    """Describe a whole scene; `relation` says from which side two unlike bodies are told."""
    if scene.kind == "person":
        return person_phrase(scene.people[0], named)
    if scene.kind == "group":
        return group_phrase(scene.people)
    if scene.kind == "solids":
        return _solids_phrase(scene.solids, relation)
    if scene.kind == "sign":
        return sign_phrase(scene.word or "")
    return thing_phrase(scene.thing or "", scene.culture if named.culture else None)


def _solids_phrase(solids: Sequence[Solid], relation: str | None) -> Word:
    if len(solids) == 1:
        return solid_phrase(solids[0])
    if relation is None:
        return several_phrase(solids[0], len(solids))
    first, second = solids
    if relation in ("below", "right_of"):
        first, second = second, first
    return relation_phrase(first, relation, second)
