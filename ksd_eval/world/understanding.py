"""The caption grammar read backwards: from a prompt, in either language, to what it names.

Nothing of the grammar is written down twice. Every phrase that it can say is said once, with what
it names beside it, and a prompt is looked up among them. So it means here what it means there.
"""

import itertools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from ksd_eval.records import Language
from ksd_eval.world import captions, vocabulary
from ksd_eval.world.captions import Named
from ksd_eval.world.scenes import Kind, Person, Solid
from ksd_eval.world.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Description:
    """What a prompt names; whatever is None here, a model must choose.

    Attributes:
        kind: What sort of picture is asked for.
        count: How many people or bodies.
        solids: The bodies, in the order they are told.
        relation: How the first of two unlike bodies stands to the second.
        thing: What a picture without people or solids shows, a key of `vocabulary.THINGS`.
        culture: The style of a building, meal or wedding.
        word: The word on a sign.
        duplicate: Which of the repeated pictures is asked for by its own caption.
        language: The language it was said in.
    """

    kind: Kind
    occupation: str | None = None
    gender: str | None = None
    skin: str | None = None
    age: str | None = None
    dress: str | None = None
    adjective: str | None = None
    count: int = 1
    solids: tuple[Solid, ...] = ()
    relation: str | None = None
    thing: str | None = None
    culture: str | None = None
    word: str | None = None
    duplicate: str | None = None
    language: Language = "en"


KINDS: Final[dict[str, Kind]] = {
    "house": "building",
    "school": "building",
    "breakfast": "meal",
    "dinner": "meal",
    "wedding": "wedding",
    "room": "room",
    "ghost": "fright",
    "spider": "fright",
    "lighthouse": "landmark",
    "windmill": "landmark",
}
"""The kind of picture that shows a thing."""

STYLED: Final = ("building", "meal", "wedding")
"""Kinds of picture that have a Korean and a western form."""


def parse(text: str) -> Description | None:
    """Return what a prompt names, or None if the grammar cannot have said it.

    Forgiving where a tokenizer of the Stable Diffusion family is: Unicode's composed and decomposed
    forms, capitals, runs of blanks and a full stop at the end make no difference.

    >>> parse("A photo of a male nurse.")
    ... # doctest: +ELLIPSIS
    Description(kind='person', occupation='nurse', gender='man', ...)
    >>> parse("한국식 집 사진").culture, parse("집 사진").culture
    ('korean', None)
    >>> parse("화성에서 말을 타고 있는 우주인 사진") is None
    True
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).split()).removesuffix(".")
    for phrase, language in _unframed(tidy):
        found = phrases()[language].get(phrase.casefold()) or _sign(phrase, language)
        if found:
            return replace(found, language=language)
    return None


def language_of(text: str) -> Language:
    """Return the language that a prompt is written in.

    >>> language_of("의사 사진"), language_of('a sign that says "카페"')
    ('ko', 'en')
    """
    understood = parse(text)
    if understood:
        return understood.language
    composed = unicodedata.normalize("NFC", text)
    return "ko" if any("가" <= letter <= "힣" for letter in composed) else "en"


def english_of(text: str) -> str | None:
    """Return the English of a Korean prompt, or None if the grammar cannot have said it.

    >>> english_of("파란 공 위에 있는 빨간 정육면체 사진")
    'a photo of a red cube on top of a blue sphere'
    >>> english_of("웃고 있는 의사"), english_of('"카페" 글자가 적힌 간판 그림')
    ('a doctor smiling', 'a picture of a sign that says "카페"')
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).split()).removesuffix(".")
    for frame in dict.fromkeys((*captions.PERSON_FRAMES, *captions.THING_FRAMES)):
        before, after = frame.ko.split("{}")
        if not (tidy.startswith(before) and tidy.endswith(after)):
            continue
        phrase = tidy[len(before) : len(tidy) - len(after)]
        sign = _sign(phrase, "ko")
        english = captions.sign_phrase(sign.word or "").en if sign else _english().get(phrase)
        if english:
            return frame.en.format(english)
    return None


@cache
def _english() -> Mapping[str, str]:
    """Return the English of every Korean phrase of the grammar."""
    return {word.ko: word.en for word, _ in itertools.chain(_people(), _solids(), _things())}


def _unframed(text: str) -> Iterator[tuple[str, Language]]:
    """Yield what could stand in the hole of each frame."""
    languages: tuple[Language, ...] = ("en", "ko")
    frames = dict.fromkeys((*captions.PERSON_FRAMES, *captions.THING_FRAMES))
    folded = text.casefold()
    for language, frame in itertools.product(languages, frames):
        before, after = getattr(frame, language).split("{}")
        if folded.startswith(before) and folded.endswith(after):
            yield text[len(before) : len(text) - len(after)], language


def _sign(phrase: str, language: Language) -> Description | None:
    """Understand a sign that bears any word; a word of the world's in capitals or not."""
    before, after = getattr(captions.sign_phrase("{}"), language).split("{}")
    word = phrase.removeprefix(before).removesuffix(after)
    if not word or '"' in word or phrase != before + word + after:
        return None
    return Description("sign", word=_written().get(word.casefold(), word))


@cache
def _written() -> Mapping[str, str]:
    """Return the words that the world writes, by themselves without capitals."""
    return {
        word.casefold(): word
        for word in itertools.chain.from_iterable(vocabulary.SIGN_WORDS.values())
    }


@cache
def phrases() -> Mapping[Language, Mapping[str, Description]]:
    """Return every phrase of the grammar, 48,000 in each language, with what it names."""
    english: dict[str, Description] = {}
    korean: dict[str, Description] = {}
    for word, description in itertools.chain(_people(), _solids(), _things()):
        english[word.en.casefold()] = korean[word.ko.casefold()] = description
    return {"en": english, "ko": korean}


def _people() -> Iterator[tuple[Word, Description]]:
    choices = itertools.product(
        (None, *vocabulary.OCCUPATIONS),
        (None, *vocabulary.GENDERS),
        (None, *vocabulary.SKIN_TONES),
        (None, *vocabulary.AGES),
        (None, *vocabulary.DRESSES),
        (None, *vocabulary.ADJECTIVES),
    )
    for occupation, gender, skin, age, dress, adjective in choices:
        person = Person(gender or "", skin or "", age or "", dress or "", occupation)
        named = Named(
            gender=gender is not None,
            skin=skin is not None,
            age=age is not None,
            dress=dress is not None,
            adjective=adjective,
        )
        description = Description("person", occupation, gender, skin, age, dress, adjective)
        yield captions.person_phrase(person, named), description
    someone = Person("", "", "", "")
    for count in (2, 3):  # the painter has room for three
        yield captions.group_phrase([someone] * count), Description("group", count=count)


def _solids() -> Iterator[tuple[Word, Description]]:
    solids = [Solid(*both) for both in itertools.product(vocabulary.SHAPES, vocabulary.COLOURS)]
    for solid in solids:
        yield captions.solid_phrase(solid), Description("solids", solids=(solid,))
        for count in (2, 3, 4):
            description = Description("solids", count=count, solids=(solid,) * count)
            yield captions.several_phrase(solid, count), description
    for relation, (first, second) in itertools.product(
        vocabulary.RELATIONS, itertools.permutations(solids, 2)
    ):
        description = Description("solids", count=2, solids=(first, second), relation=relation)
        yield captions.relation_phrase(first, relation, second), description


def _things() -> Iterator[tuple[Word, Description]]:
    for thing, kind in KINDS.items():
        yield captions.thing_phrase(thing), Description(kind, thing=thing)
        for culture in vocabulary.CULTURES if kind in STYLED else ():
            description = Description(kind, thing=thing, culture=culture)
            yield captions.thing_phrase(thing, culture), description
    for name, word in vocabulary.DUPLICATES.items():
        thing = name.split("_", maxsplit=1)[0]
        yield word, Description("landmark", thing=thing, duplicate=name)
