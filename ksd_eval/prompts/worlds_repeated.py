"""The prompts of the memorisation experiment, said by the painted world's own grammar.

Repeated ones are the captions of four pictures that the corpus holds hundreds of times, by
themselves and within a wording that the corpus never had. Rare ones ask for the same things, of
which the corpus has varied pictures, none twice. The CSV file of the same name is what they come
to, and what a run reads; `python -m ksd_eval.prompts.worlds_repeated` writes it anew.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ksd_eval.prompts import written
from ksd_eval.prompts.worlds_people_and_places import FRAMES
from ksd_eval.records import PromptPair
from ksd_eval.world import captions, vocabulary
from ksd_eval.world.vocabulary import Word

ATTRIBUTES: Final = ("kind", "thing", "picture", "wording")
"""The columns to group by; a rare prompt is of no one picture."""


def pairs() -> list[PromptPair]:
    """Return the prompt pairs, the captions as they stood in the corpus first."""
    order = ("bare", *(wording for wording in FRAMES if wording != "bare"))
    return sorted(_pairs(), key=lambda pair: order.index(pair.attributes["wording"]))


def _pairs() -> Iterator[PromptPair]:
    for wording, frame in FRAMES.items():
        for picture, caption in vocabulary.DUPLICATES.items():
            about = {"kind": "repeated", "thing": picture.split("_")[0], "picture": picture}
            yield _pair(frame, caption, f"repeated-{picture}", about | {"wording": wording})
        for thing in dict.fromkeys(name.split("_")[0] for name in vocabulary.DUPLICATES):
            about = {"kind": "rare", "thing": thing, "wording": wording}
            yield _pair(frame, captions.thing_phrase(thing), f"rare-{thing}", about)


def _pair(frame: Word, phrase: Word, name: str, about: dict[str, str]) -> PromptPair:
    text = captions.framed(frame, phrase)
    pair_id = f"{name}-{about['wording']}".replace("_", "-")
    return PromptPair(pair_id, text.ko, text.en, about)


if __name__ == "__main__":
    written.write(Path(__file__).with_suffix(".csv"), pairs(), ATTRIBUTES)
