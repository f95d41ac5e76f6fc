"""Whether pictures are the model card's own, and if not, why: in a sentence."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from ksd_eval.reports import selection
from ksd_eval.reports.words import Words

CARDS: Final[Mapping[str, object]] = {
    "repo": "Bingsu/my-korean-stable-diffusion-v1-5",
    "language": "ko",
    "device": "CUDA",
    "dtype": "float16",
    "size": 512,
    "scheduler": "EulerAncestralDiscreteScheduler",
    "steps": 25,
    "guidance": 7.5,  # what its pipeline takes where nothing is said
    "changes": "",
    "negative_prompt": "",
    "noise": "card",
    "batch_shape": 1,
}
"""How the card draws its pictures, by the columns of `Recorded`."""

NOT_CUDA: Final = ("cpu", "hpu", "mps", "npu", "xla", "xpu")
"""Devices by their kind; a CUDA device goes by the name of its chip."""


def sentences(recorded: pd.DataFrame, words: Words = Words()) -> Iterator[str]:  # noqa: B008
    """Yield what must be said of a run whose noise is the card's; nothing of others.

    The arm that comes nearest is spoken of: the model under test, asked in Korean.
    """
    for row in selection.plain_rows(recorded):
        if row["noise"] == "card":
            yield sentence(row, words)
            return


def sentence(row: Mapping[str, Any], words: Words) -> str:
    """Return whether one picture is the card's own, and if not, why."""
    reasons = [_reason(name, row, words) for name in unlike(row)]
    if not reasons:
        return words("card_pictures.own")
    return words("card_pictures.not", reasons="; ".join(reasons))


def unlike(row: Mapping[str, Any]) -> list[str]:
    """Return the columns in which a picture was drawn otherwise than the card's.

    >>> unlike({**CARDS, "device": "NVIDIA A100-SXM4-40GB", "steps": 50})
    ['steps']
    """
    drawn = {**row, "device": _kind(str(row["device"]))}
    return [name for name, wanted in CARDS.items() if drawn[name] != wanted]


def _kind(device: str) -> str:
    """Return the kind of a device.

    >>> _kind("mps:0"), _kind("NVIDIA H100"), _kind("")
    ('mps', 'CUDA', '')
    """
    kind = device.partition(":")[0]
    return kind if kind in ("", *NOT_CUDA) else str(CARDS["device"])


def _reason(name: str, row: Mapping[str, Any], words: Words) -> str:
    had = row[name]
    return words(
        "card_pictures.reason",
        what=words(f"card_pictures.{name}"),
        had=words("card_pictures.nothing") if had in (None, "") else had,
        wanted=CARDS[name] or words("card_pictures.nothing"),
    )
