"""What a prompt's pictures lose with the Korean encoder, and what of its text foretells it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Final

import numpy as np
import pandas as pd

from ksd_eval.metrics import pairs
from ksd_eval.metrics.inference import Inference, noted
from ksd_eval.metrics.pairs import PerPair
from ksd_eval.numerics import effects, ranks
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.components import variance_components
from ksd_eval.records import Arm, Estimate, fingerprint
from ksd_eval.studies.base import Bench, StudyError
from ksd_eval.studies.pilot import Pilot

SIDES: Final = ("original", "korean")
"""The arms whose pictures are compared, what is lost by the second counting up."""

CONTRAST: Final = " - ".join(SIDES)

PREDICTORS: Final = ("tokens", "content", "end", "padding")
"""Columns of the table of encodings, of the Korean prompts, whose ranks are held against the loss.
The start's state is the same for all prompts and foretells nothing."""

FEWEST_OF_KIND: Final = 3
"""Prompts of a kind below which nothing is said within it."""


@dataclass(frozen=True, eq=False)
class Gap:
    """What each prompt's pictures lose, by one noise.

    Attributes:
        table: A row a prompt pair and replicate of which both arms' pictures could be told:
            `pair_id`, `gap`, in the unit of the measurement.
        pictures: Pictures behind it.
        source: The run that it is read from, by name.
    """

    table: pd.DataFrame
    pictures: int
    source: str

    @property
    def by_pair(self) -> "pd.Series[float]":
        """Return each pair's mean loss, by its id."""
        return self.table.groupby("pair_id")["gap"].mean()

    def most(self) -> float | None:
        """Return about what correlation a perfect predictor would show, for the luck of the noise.

        The square root of the reliability of the pairs' means; None where pairs have one noise.
        """
        known = variance_components(self.table["gap"], self.table["pair_id"].to_numpy(dtype=str))
        if known.between is None or known.within is None:
            return None
        replicates = len(self.table) / self.table["pair_id"].nunique()
        total = known.between + known.within / replicates
        return sqrt(known.between / total) if total else None


def why_unfit(run: Pilot, bench: Bench) -> str:
    """Return why a run's pictures are not those that a study is about; empty if they are."""
    arms: Mapping[str, Arm] = {arm.role: arm for arm in bench.arms}
    for role in SIDES:
        there = run.manifest["arms"].get(role)
        if role not in arms or there is None:
            return f"it has no arm {role!r}" if there is None else f"there is no arm {role!r} here"
        if there != arms[role].name:
            return f"its arm {role!r} is {there!r} and not {arms[role].name!r}"
        model = arms[role].model
        asked = run.manifest["identities"]["models"][model]
        if fingerprint(asked) != fingerprint(bench.models[model].identity()):
            return f"its model {model!r} had other weights or settings, or ran elsewhere"
    return ""


def read(run: Pilot, bench: Bench, measurement: str, judge: str = "") -> Gap:
    """Return what each prompt of a study lost in a run.

    Args:
        run: Finished, and of the study's models.
        bench: The study's.
        measurement: What is lost: "similarity".
        judge: Whose, where several judges measure something of that name.

    Raises:
        StudyError: A table is gone or was changed, or the run says nothing of these prompts.
    """
    evidence = run.evidence()
    pictures = pairs.judged(evidence, measurement, "value", {}, judge)
    if pictures.trouble:
        raise StudyError(f"the run {run.name} says nothing of a loss: {pictures.trouble}")
    known = pictures.with_value().dropna(subset=["x"])
    if known.empty:
        why = pictures.table["reason"].iloc[0]
        raise StudyError(f"it knows {measurement!r} of no picture: {why}")
    texts = {(pair.pair_id, pair.ko, pair.en) for pair in bench.pairs}
    asked = list(zip(known["pair_id"], known["ko"], known["en"], strict=True))
    known = known[np.array([one in texts for one in asked], dtype=bool)]
    wide = known.pivot_table(index=["pair_id", "replicate"], columns="role", values="x")
    if not set(SIDES) <= set(wide.columns):
        raise StudyError(
            f"the run {run.name} has {measurement!r} of none of these prompts in both arms "
            f"{' and '.join(SIDES)}; give both the same prompts"
        )
    both = wide[list(SIDES)].dropna().sort_index()
    table = (both[SIDES[0]] - both[SIDES[1]]).rename("gap").reset_index()
    return Gap(table[["pair_id", "gap"]], 2 * len(table), run.name)


def loss(gap: Gap, level: float, rng: np.random.Generator) -> Estimate:
    """Return the mean loss over prompts."""
    about = Estimate("image_gap", "image_gap", CONTRAST, None, level=level, kind="difference")
    values: Floats = np.asarray(gap.by_pair.sort_index(), dtype=np.float64)
    found = Inference(level=level).paired(about, PerPair(values, gap.pictures, 0), rng)
    most = gap.most()
    if most is None:
        return noted(found, f"from {gap.source}, with one picture a prompt")
    return noted(
        found,
        f"from {gap.source}; for the luck of the noise, a text that told everything of a prompt "
        f"would correlate with it by about {most:.2f}",
    )


def unknown(level: float, why: str) -> Estimate:
    """Return the mean loss as one that cannot be had, with the reason."""
    about = Estimate("image_gap", "image_gap", CONTRAST, None, level=level, kind="difference")
    return replace(about, note=why)


def foretold(
    gap: Gap,
    encodings: pd.DataFrame,
    kinds: Mapping[str, str],
    level: float,
    rng: np.random.Generator,
    resamples: int,
) -> list[Estimate]:
    """Return the rank correlation of each predictor with the loss, over all and within kinds.

    Within kinds, ranks are taken less their mean in the kind: prompts of people may be longer and
    lose more than those of buildings, which says nothing of length.

    Args:
        gap: The loss.
        encodings: The table of encodings.
        kinds: From a pair's id to the kind of its prompt; empty for none.
        level: Nominal coverage of intervals.
        rng: Of the permutations.
        resamples: How many permutations.
    """
    mine = encodings[encodings["role"] == SIDES[1]].set_index("pair_id")
    table = mine.join(gap.by_pair, how="inner").sort_index()
    found = _scanned(_correlations(table, None, level, rng, resamples))
    if not kinds:
        return found
    named = table.index.to_series().map(kinds)
    enough = named.map(named.value_counts()) >= FEWEST_OF_KIND
    within, strata = table[enough.to_numpy()], named[enough].to_numpy(dtype=str)
    if len(set(strata)) < 2:
        return found
    return found + _scanned(_correlations(within, strata, level, rng, resamples))


def _correlations(
    table: pd.DataFrame,
    strata: np.ndarray | None,
    level: float,
    rng: np.random.Generator,
    resamples: int,
) -> Iterator[Estimate]:
    kind = "rank_correlation" if strata is None else "rank_correlation_within"
    for name in PREDICTORS:
        known = table[name].notna().to_numpy()
        x, y = (table.loc[known, column].to_numpy(dtype=float) for column in (name, "gap"))
        groups = None if strata is None else strata[known]
        about = Estimate(kind, "image_gap", CONTRAST, ranks.spearman(x, y, groups), kind=kind)
        about = replace(about, by="predictor", group=name, level=level, n_pairs=len(x))
        about = replace(about, n_abstained=int((~known).sum()))
        yield _sure(about, x, y, groups, rng, resamples)


def _sure(
    about: Estimate,
    x: Floats,
    y: Floats,
    groups: np.ndarray | None,
    rng: np.random.Generator,
    resamples: int,
) -> Estimate:
    if about.estimate is None:
        return replace(about, note="no correlation: all prompts show the same value, or too few do")
    found = replace(about, p_value=ranks.spearman_p(x, y, rng, resamples, groups))
    interval = ranks.spearman_interval(x, y, about.level, groups)
    if interval is None:
        return replace(found, note="no interval: too few prompts, or a perfect correlation")
    return replace(found, ci_low=interval.low, ci_high=interval.high, method=interval.method)


def _scanned(found: Iterator[Estimate]) -> list[Estimate]:
    """Return the estimates with q values: one question is asked of several predictors."""
    every = list(found)
    asked: Sequence[int] = [at for at, one in enumerate(every) if one.p_value is not None]
    for at, q in zip(
        asked, effects.benjamini_hochberg([every[at].p_value or 0.0 for at in asked]), strict=True
    ):
        every[at] = replace(every[at], q_value=float(q))
    return every
