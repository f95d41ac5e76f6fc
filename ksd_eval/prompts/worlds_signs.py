"""The prompts of the text experiment, said by the painted world's own grammar.

Every word that the world can write, quoted in each wording of a picture of a sign. The CSV file of
the same name is what they come to, and what a run reads; `python -m ksd_eval.prompts.worlds_signs`
writes it anew, and a test holds the two against each other.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from ksd_eval.prompts import written
from ksd_eval.prompts.worlds_people_and_places import FRAMES
from ksd_eval.records import PromptPair
from ksd_eval.world import captions, vocabulary

ATTRIBUTES: Final = ("kind", "target", "script", "length", "words", "wording")
"""The columns to group by; all but the last are those of the set `text` too."""


def pairs() -> list[PromptPair]:
    """Return the prompt pairs, wording by wording, and a word of each script in turn."""
    return list(_pairs())


def _pairs() -> Iterator[PromptPair]:
    words = {
        script: [(script, number, word) for number, word in enumerate(written, 1)]
        for script, written in vocabulary.SIGN_WORDS.items()
    }
    in_turn = list(chain.from_iterable(zip(*words.values(), strict=True)))
    for wording, frame in FRAMES.items():
        for script, number, word in in_turn:
            text = captions.framed(frame, captions.sign_phrase(word))
            attributes = {
                "kind": "text",
                "target": word,
                "script": script,
                "length": str(len(word)),
                "words": "1",
                "wording": wording,
            }
            yield PromptPair(f"sign-{script}-{number}-{wording}", text.ko, text.en, attributes)


if __name__ == "__main__":
    written.write(Path(__file__).with_suffix(".csv"), pairs(), ATTRIBUTES)
