"""What the table of encodings comes to: length of prompts, alignment by place, and retrieval."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from ksd_eval.metrics import contrasts
from ksd_eval.metrics.inference import SHARE, UNBOUNDED, Inference, Way
from ksd_eval.metrics.pairs import PerPair
from ksd_eval.numerics import ranks
from ksd_eval.numerics.checks import Floats
from ksd_eval.records import Estimate
from ksd_eval.studies.text_states import PLACES, TARGET

CONTRASTS: Final = ("korean - english", "korean - foreign")
"""What the Korean costs within the Korean encoder, and what that encoder gained over the original's
reading of Korean."""

COSINE: Final = (-1.0, 1.0)

ALONE: Final = "the model has no counterpart whose text encoder its own could be held against"


def lengths(
    table: pd.DataFrame, kinds: Mapping[str, str], level: float, by: str
) -> Iterator[Estimate]:
    """Yield the mean number of tokens and the share of truncated prompts, of all and by kind.

    Args:
        table: Of encodings.
        kinds: From a pair's id to the value of the attribute `by`; others are in no group.
        level: Nominal coverage of intervals.
        by: The attribute's name.
    """
    groups = ["", *sorted(set(kinds.values()))] if by else [""]
    for group in groups:
        part = table[table["pair_id"].map(kinds) == group] if group else table
        for role, rows in part.groupby("role", sort=False):
            about = Estimate("", "tokens", str(role), None, level=level, group=group)
            about = replace(about, by=by if group else "")
            limit = f"the encoder takes {rows['limit'].max()}, start and end among them"
            mean = replace(about, metric="tokens", kind="tokens", note="" if group else limit)
            yield _mean(mean, rows["tokens"])
            cut = replace(about, metric="truncated", kind="share", category="truncated")
            yield _mean(cut, rows["truncated"].astype(float), SHARE)


def alignment(table: pd.DataFrame, level: float) -> Iterator[Estimate]:
    """Yield by place how like the original's reading of the English text each arm's states are.

    `alignment` is the mean cosine, with its floor, the mean cosine with other prompts' English
    states; `alignment_gain` is what lies between the two: 0 where the state tells nothing of which
    prompt it is of.
    """
    if TARGET not in set(table["role"]):
        yield Estimate("alignment", "alignment", "korean", None, kind="alignment", note=ALONE)
        return
    for metric in ("alignment", "alignment_gain"):
        gain = metric == "alignment_gain"
        # The start's state is the same for all prompts, and so has no floor to lie above.
        for place in PLACES[gain:]:
            wide = _by_role(table, place)
            if gain:
                wide = wide - _by_role(table, f"floor_{place}")
            floors = None if gain else _by_role(table, f"floor_{place}").mean()
            about = Estimate(metric, "alignment", "", None, level=level, kind=metric)
            about = replace(about, by="place", group=place, reference=TARGET)
            # The state of the start token is one and the same by construction, not by luck.
            bounds = UNBOUNDED if place == "start" else (-2.0, 2.0) if gain else COSINE
            yield from _arms(about, wide, floors, bounds)


def retrieval(table: pd.DataFrame, level: float) -> Iterator[Estimate]:
    """Yield how often the right English text comes first, and how early it comes on average."""
    known = table.dropna(subset=["rank"])
    answers = int(known["candidates"].max()) if len(known) else 0
    about = Estimate("", "retrieval", "", None, level=level, reference=TARGET)
    for role, rows in known.groupby("role", sort=False):
        mine = replace(about, arm=str(role))
        first = replace(mine, metric="recall_at_1", kind="share", category="first")
        first = _mean(first, (rows["rank"] == 1).astype(float), SHARE)
        yield replace(first, floor=1 / answers)
        early = replace(mine, metric="reciprocal_rank", kind="reciprocal_rank")
        early = _mean(early, 1 / rows["rank"], SHARE, "student")
        yield replace(early, floor=ranks.reciprocal_rank_by_chance(answers))


def _by_role(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a column, a row a pair and a column an arm, without the original."""
    roles = [role for role in dict.fromkeys(table["role"]) if role != TARGET]
    return table.pivot_table(index="pair_id", columns="role", values=column, dropna=False)[roles]


def _arms(
    about: Estimate,
    wide: pd.DataFrame,
    floors: "pd.Series[float] | None",
    bounds: tuple[float, float],
) -> Iterator[Estimate]:
    for role in map(str, wide):
        found = _mean(replace(about, arm=role), wide[role], bounds)
        if floors is not None and np.isfinite(floors[role]):
            found = replace(found, floor=float(floors[role]))
        yield found
    for contrast in CONTRASTS:
        weights = contrasts.weights(contrast)
        if weights.keys() <= set(wide.columns):
            left, right = weights
            difference = wide[left] - wide[right]
            yield _mean(replace(about, arm=contrast), difference, (2 * bounds[0], 2 * bounds[1]))


def _mean(
    about: Estimate,
    values: "pd.Series[float]",
    bounds: tuple[float, float] = UNBOUNDED,
    way: Way = "automatic",
) -> Estimate:
    """Return the mean over prompts with its interval; texts are behind it, and no pictures."""
    known: Floats = np.asarray(values.dropna(), dtype=np.float64)
    pairs = PerPair(known, len(known), int(values.isna().sum()))
    if not len(known):
        return replace(about, n_abstained=pairs.n_abstained, note="no prompt has such a place")
    # Nothing is drawn for these intervals.
    unused = np.random.default_rng(0)
    found = Inference(level=about.level, interval=way).over_prompts(about, pairs, unused, bounds)
    return replace(found, n_images=0)
