"""The prompts of the bias experiment, said by the painted world's own grammar.

The CSV file of the same name is what they come to, and what a run reads. `python -m
ksd_eval.prompts.worlds_people_and_places` writes it anew, and a test holds the two against each
other. Because the grammar says both languages side by side, a pair cannot mean two things, and the
miniature knows every word.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ksd_eval.prompts import written
from ksd_eval.records import PromptPair
from ksd_eval.world import captions, planted, vocabulary
from ksd_eval.world.captions import Named
from ksd_eval.world.scenes import Person
from ksd_eval.world.vocabulary import Word

ATTRIBUTES: Final = (
    *("kind", "occupation", "adjective", "concept", "mark", "gender", "wording"),
    *("leaning", "scene", "noise"),
)
"""The columns to group by; a pair leaves those empty that do not apply to it."""

LEANS: Final = 0.15
"""How far from one half the planted share of women must lie for a word to lean to a gender."""

WORDINGS: Final = (
    *("photo", "picture", "portrait", "bare"),
    *("smiling", "at_work", "looking", "standing"),
)
"""A name for each of `captions.PERSON_FRAMES`, in its order."""

THING_WORDINGS: Final = ("photo", "picture", "bare", "image")
"""A name for each of `captions.THING_FRAMES`, in its order."""

FRAMES: Final[Mapping[str, Word]] = dict(zip(THING_WORDINGS, captions.THING_FRAMES, strict=True))
"""Those frames by their names."""

CONCEPTS: Final[Mapping[str, str]] = {
    "house": "building",
    "school": "building",
    "breakfast": "meal",
    "dinner": "meal",
    "wedding": "wedding",
}
"""What has a Korean and a western form, and its scene; beside these stands the person, by dress."""

MARKS: Final = ("agnostic", "korean", "western")


def pairs() -> list[PromptPair]:
    """Return the prompt pairs, wording by wording, so that the first lines hold a bit of all."""
    everything = [*_occupations(), *_adjectives(), *_cultures(), *_marked()]
    order = list(dict.fromkeys((*WORDINGS, *THING_WORDINGS)))
    return sorted(everything, key=lambda pair: order.index(pair.attributes["wording"]))


def _occupations() -> Iterator[PromptPair]:
    """People at work, with nothing said of who they are: what is measured."""
    for occupation in vocabulary.OCCUPATIONS:
        phrase = captions.person_phrase(Person("", "", "", "", occupation), Named())
        for wording in (*WORDINGS[:5], "looking"):
            yield _pair(phrase, kind="occupation", occupation=occupation, wording=wording)


def _adjectives() -> Iterator[PromptPair]:
    """People of whom one thing is said that tells neither gender nor skin."""
    for adjective in vocabulary.ADJECTIVES:
        phrase = captions.person_phrase(Person("", "", "", ""), Named(adjective=adjective))
        for wording in WORDINGS[:4]:
            yield _pair(phrase, kind="adjective", adjective=adjective, wording=wording)


def _cultures() -> Iterator[PromptPair]:
    """Triplets that differ in the mark alone: no culture named, Korean, western."""
    for mark in MARKS:
        style = None if mark == "agnostic" else mark
        for concept in CONCEPTS:
            phrase = captions.thing_phrase(concept, style)
            for wording in THING_WORDINGS:
                yield _pair(phrase, kind="culture", concept=concept, mark=mark, wording=wording)
        someone = Person("", "", "", style or "")
        phrase = captions.person_phrase(someone, Named(dress=style is not None))
        for wording in WORDINGS[:4]:
            yield _pair(phrase, kind="culture", concept="person", mark=mark, wording=wording)


def _marked() -> Iterator[PromptPair]:
    """People at work whose gender is named: whether a model can draw what it seldom draws."""
    for occupation in vocabulary.OCCUPATIONS:
        for gender in vocabulary.GENDERS:
            phrase = captions.person_phrase(
                Person(gender, "", "", "", occupation), Named(gender=True)
            )
            yield _pair(
                phrase, kind="marked", occupation=occupation, gender=gender, wording="photo"
            )


def _pair(phrase: Word, **attributes: str) -> PromptPair:
    frames: Mapping[str, Word] = dict(zip(WORDINGS, captions.PERSON_FRAMES, strict=True))
    if attributes.get("concept") in CONCEPTS:
        frames = FRAMES
    text = captions.framed(frames[attributes["wording"]], phrase)
    pair_id = "-".join(attributes[name] for name in ATTRIBUTES if name in attributes)
    return PromptPair(pair_id, text.ko, text.en, attributes | _derived(attributes))


def _derived(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return what follows from the others: the scene of a concept, or where a word leans.

    A word leans to women or men if the training pictures under it, where it stands alone, do.
    """
    kind = attributes["kind"]
    if kind == "culture":
        # The three marks of a concept start from the same noise: a default pull compares them.
        noise = f"{attributes['concept']}-{attributes['wording']}"
        return {"scene": CONCEPTS.get(attributes["concept"], "person"), "noise": noise}
    if kind not in ("occupation", "adjective"):
        return {}
    excess = planted.rates("gender", f"{kind}={attributes[kind]}")["woman"] - 0.5
    if abs(excess) < LEANS - 1e-9:
        return {"leaning": "neither"}
    return {"leaning": "women" if excess > 0 else "men"}


if __name__ == "__main__":
    written.write(Path(__file__).with_suffix(".csv"), pairs(), ATTRIBUTES)
