"""What text encoders make of prompts, as scalars: a row a prompt pair and arm."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

import numpy as np
import pandas as pd

from ksd_eval.execution.base import release
from ksd_eval.models.base import Encoding, Model, Place, TextEncoder
from ksd_eval.numerics import cosine, ranks
from ksd_eval.numerics.checks import Floats
from ksd_eval.records import Arm, Role
from ksd_eval.studies.asking import asking, check_room
from ksd_eval.studies.base import Bench, StudyError

Row = dict[str, Any]

PLACES: Final[tuple[Place, ...]] = get_args(Place)
TARGET: Final[Role] = "original"
"""The arm whose states all others are held against: what the denoiser was trained on."""

FLOORS: Final = tuple(f"floor_{place}" for place in PLACES)
COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("pair_id", "role"), "str"),
    **dict.fromkeys(("tokens", "limit"), "int64"),
    "truncated": "bool",
    **dict.fromkeys((*PLACES, *FLOORS, "rank", "candidates"), "float64"),
}
"""Of the table `encodings`: a row a prompt pair and arm. By place the cosine of the arm's mean
state with the original's on the pair's English text, and with those on all other English texts (the
floor); the rank of the right English text among `candidates`, the distinct ones, by end states.
What cannot be had is missing: of the original itself, and of places that a text has not."""

DECIMALS: Final = 6
"""Of cosines: states are float32, and the last bits differ from machine to machine."""


@dataclass(frozen=True, eq=False)
class Read:
    """What is kept of one encoded text: its length, and a mean state by place."""

    tokens: int
    limit: int
    states: Mapping[Place, Floats]


def table_of(bench: Bench) -> pd.DataFrame:
    """Return the table of what every arm's encoder makes of every prompt.

    Raises:
        StudyError: A model has no text encoder, or two have states of unlike width.
    """
    read = _all_read(bench)
    targets = next((read[arm] for arm in bench.arms if arm.role == TARGET), None)
    rows: list[Row] = []
    for arm, texts in read.items():
        own = [
            {
                "pair_id": pair.pair_id,
                "role": arm.role,
                "tokens": text.tokens,
                "limit": text.limit,
                "truncated": text.tokens > text.limit,
            }
            for pair, text in zip(bench.pairs, texts, strict=True)
        ]
        if targets is not None and arm.role != TARGET:
            held = _held_against(texts, targets, [pair.en for pair in bench.pairs])
            own = [row | more for row, more in zip(own, held, strict=True)]
        rows += own
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict(COLUMNS))


def _all_read(bench: Bench) -> dict[Arm, list[Read]]:
    """Return what is kept of every prompt in every arm; each text is encoded once.

    Arms of one model are read together, so that no two models are in memory.
    """
    wanted = {
        arm: [(arm.model, pair.text(arm.language)) for pair in bench.pairs] for arm in bench.arms
    }
    texts: dict[str, list[str]] = {}
    for name, text in dict.fromkeys(key for keys in wanted.values() for key in keys):
        texts.setdefault(name, []).append(text)
    known: dict[tuple[str, str], Read] = {}
    with bench.tracked("encoding", sum(map(len, texts.values()))) as advance:
        for name, mine in texts.items():
            model = _encoder(name, bench.models[name])
            for text in mine:
                with asking(name):
                    [found] = model.encodings([text])
                known[name, text] = Read(found.tokens, found.limit, dict(_states(found)))
                advance(1)
            release([model])
    return {arm: [known[key] for key in keys] for arm, keys in wanted.items()}


def _encoder(name: str, model: Model) -> TextEncoder:
    """Return a model that can be asked, and has room in memory."""
    if not isinstance(model, TextEncoder):
        raise StudyError(
            f"model {name!r} has no text encoder to ask; choose one that reads prompts through a "
            "CLIP tower, such as model=miniature"
        )
    check_room(name, model)
    return model


def _states(found: Encoding) -> Sequence[tuple[Place, Floats]]:
    means = [(place, found.mean(place)) for place in PLACES]
    return [(place, mean.astype(np.float64)) for place, mean in means if mean is not None]


def _held_against(
    texts: Sequence[Read], targets: Sequence[Read], english: Sequence[str]
) -> list[Row]:
    """Return what each text has in common with the original's reading of the English ones."""
    firsts = {text: place for place, text in reversed(list(enumerate(english)))}
    distinct = sorted(firsts.values())
    right = np.searchsorted(distinct, [firsts[text] for text in english])
    rows: list[Row] = [{} for _ in texts]
    for place in PLACES:
        likeness = _likeness(texts, [targets[at] for at in distinct], place)
        for at, (row, likenesses) in enumerate(zip(rows, likeness, strict=True)):
            others = np.delete(likenesses, right[at])
            row[place] = likenesses[right[at]]
            row[f"floor_{place}"] = others[~np.isnan(others)].mean() if _any(others) else None
        if place == "end":
            order = ranks.rank_of_right(likeness, right, slack=10.0**-DECIMALS)
            for row, rank in zip(rows, order, strict=True):
                row |= {"rank": float(rank), "candidates": float(len(distinct))}
    return rows


def _any(values: Floats) -> bool:
    return bool((~np.isnan(values)).any())


def _likeness(texts: Sequence[Read], targets: Sequence[Read], place: Place) -> Floats:
    """Return the cosine of every text with every target, NaN where one has no such place."""
    found = np.full((len(texts), len(targets)), np.nan)
    sides = [
        [at for at, one in enumerate(many) if place in one.states] for many in (texts, targets)
    ]
    if all(sides):
        a = cosine.unit([texts[at].states[place] for at in sides[0]])
        b = cosine.unit([targets[at].states[place] for at in sides[1]])
        if a.shape[1] != b.shape[1]:
            raise StudyError(
                f"the two text encoders have states of {a.shape[1]} and {b.shape[1]} numbers, "
                "which no cosine compares; choose a counterpart with an encoder of the same kind"
            )
        found[np.ix_(*sides)] = np.clip(a @ b.T, -1, 1).round(DECIMALS)
    return found
