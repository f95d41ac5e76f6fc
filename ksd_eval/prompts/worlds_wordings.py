"""The prompts of the robustness experiment: a few of the painted world's, whose wording is changed.

Chosen so that every change of `perturbations` finds something to change in nine of them or more:
particles, 사람, nouns with an English loan beside them, and Latin letters, which only signs have.
They are pairs of `worlds_people_and_places` and `worlds_signs` under their own names, so that the
plain pictures are shared with the experiments that ask for them too. The CSV file of the same name
is what a run reads; `python -m ksd_eval.prompts.worlds_wordings` writes it anew, and a test holds
the two against each other.
"""

from collections.abc import Iterator
from itertools import chain, zip_longest
from pathlib import Path
from typing import Final

from ksd_eval.prompts import worlds_people_and_places, worlds_signs, written
from ksd_eval.records import PromptPair

ATTRIBUTES: Final = ("kind", "occupation", "adjective", "concept", "mark", "target", "wording")
"""The columns to group by; a pair leaves those empty that do not apply to it."""

NOISE: Final = "noise"

CHOSEN: Final = (
    (  # at work: five whose noun stands apart and has a loan beside it, then four others
        *("occupation-doctor-photo", "occupation-nurse-looking", "occupation-chef-photo"),
        *("occupation-teacher-looking", "occupation-singer-photo", "occupation-artist-portrait"),
        *("occupation-firefighter-looking", "occupation-judge-portrait"),
        "occupation-soldier-photo",
    ),
    (  # people of whom one thing is said: 사람, which has an honorific
        *("adjective-kind-photo", "adjective-strong-portrait", "adjective-smart-photo"),
        *("adjective-rich-portrait", "adjective-brave-photo", "adjective-shy-portrait"),
        *("culture-person-agnostic-photo", "culture-person-korean-photo"),
        "culture-person-western-photo",
    ),
    (  # scenes: 집, 학교 and 결혼식 are loanwords too
        *("culture-house-agnostic-photo", "culture-school-western-photo"),
        *("culture-wedding-korean-photo", "culture-house-korean-picture"),
    ),
    (*(f"sign-latin-{number}-photo" for number in range(1, 9)), "sign-latin-1-picture"),
)
"""Names of the pairs, in groups."""


def pairs() -> list[PromptPair]:
    """Return the prompt pairs, one of each group in turn: the first lines hold a bit of all."""
    return list(_pairs())


def _pairs() -> Iterator[PromptPair]:
    there = {
        pair.pair_id: pair for pair in (*worlds_people_and_places.pairs(), *worlds_signs.pairs())
    }
    for name in filter(None, chain.from_iterable(zip_longest(*CHOSEN))):
        pair = there[name]
        kept = {key: pair.attributes[key] for key in ATTRIBUTES if key in pair.attributes}
        # The noise decides pixels: without it these were other pictures than those of the set.
        if NOISE in pair.attributes:
            kept[NOISE] = pair.attributes[NOISE]
        yield PromptPair(name, pair.ko, pair.en, kept)


if __name__ == "__main__":
    written.write(Path(__file__).with_suffix(".csv"), pairs(), (*ATTRIBUTES, NOISE))
