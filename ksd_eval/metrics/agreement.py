"""Whether two judges say the same of a picture, and whether they do so in both languages."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from ksd_eval.metrics import contrasts, inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep, Pictures
from ksd_eval.numerics import contingency
from ksd_eval.numerics.checks import Counts
from ksd_eval.numerics.intervals import Interval
from ksd_eval.numerics.jackknife import Jackknife
from ksd_eval.records import Estimate

Crossed: TypeAlias = dict[str, Counts]
"""Pair -> pictures by one judge's label and the other's, [k, k]; only where both could tell."""

KAPPA: Final = (-1.0, 1.0)
"""Least and greatest value of Cohen's kappa."""

PICTURE: Final = ["image_id", "arm", "pair_id"]
"""The columns that name a picture of an arm."""

ONE_LABEL: Final = "both judges gave every picture the same label, so there is no chance to beat"


@dataclass(frozen=True)
class Agreement(Inference, Metric):
    """How often two judges agree, and Cohen's kappa, for each arm and between arms.

    - `agreement`: of the pictures that both could tell, the share of which they say the same.
    - `kappa`: the same beyond what two judges with these shares of answers would show by chance;
      1 is always, 0 is chance. Pictures are counted together, so a pair of more pictures weighs
      more.

    Intervals are over prompts; a difference of kappas has the jackknife's, each pair left out of
    both arms, which in simulation covered .94 to .97 from 20 pairs on. Pictures of which either
    judge could not tell are left out and counted.

    Judges that agree may be wrong together, but hardly in the same way if they were made unlike.
    Where they agree less in one language, a difference of shares between the languages may be
    theirs. Kappa needs care there: with the very same errors it is lower where one label is rare.
    At 5 % errors of either judge it is .81 if half the people are women, .45 if one in twenty is;
    so read its difference beside that of the plain agreement, which errors alone decide if they are
    alike for all labels.

    Source: Cohen, A coefficient of agreement for nominal scales (Educational and Psychological
    Measurement 1960).

    Attributes:
        measurement: What both judged: "gender".
        judges: The two.
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        contrasts: Roles of two arms, as "korean - english".
    """

    measurement: str
    judges: Sequence[str]
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    contrasts: Sequence[str] = pairs.CONTRASTS

    def __post_init__(self) -> None:
        """Refuse anything but two unlike judges, and a contrast that no run can have."""
        contrasts.check_contrasts(self.contrasts)
        if len(self.judges) != 2 or len(set(self.judges)) != 2:
            raise ValueError(f"judges must be two unlike ones, got {list(self.judges)}")

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return agreement and kappa of every group and arm, then their differences."""
        pictures = self._pictures(evidence)
        about = self.about("agreement", self.measurement, pictures.trouble)
        about = replace(about, reference=" and ".join(self.judges))
        return [
            *self._by_arm(evidence, pictures.table, about, rng),
            *self._by_contrast(evidence, pictures.table, about, rng),
        ]

    def _by_arm(
        self, evidence: Evidence, table: pd.DataFrame, about: Estimate, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        labels = _labels(table)
        for named, part in pairs.by_arm(evidence, table, self.by, about):
            agreement = self.over_prompts(named, pairs.per_pair(part), rng, inference.SHARE)
            yield agreement
            yield self._kappa(_of_kappa(agreement, named.note), _crossed(part, labels))

    def _by_contrast(
        self, evidence: Evidence, table: pd.DataFrame, about: Estimate, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        labels = _labels(table)
        for named, weights, part in pairs.parts_by_contrast(
            evidence, table, self.by, self.contrasts, about
        ):
            bounds = contrasts.bounds(weights, inference.SHARE)
            agreement = self.paired(named, pairs.differences(part, weights), rng, bounds)
            yield agreement
            left, right = (_crossed(part[part["role"] == role], labels) for role in weights)
            yield self._difference(_of_kappa(agreement, named.note), left, right)

    def _kappa(self, about: Estimate, crossed: Crossed) -> Estimate:
        if not crossed:
            return inference.nothing(about)
        kappa, found = contingency.kappa_over_prompts(_stacked(crossed, crossed), self.level)
        if kappa is None:
            return inference.noted(about, ONE_LABEL)
        return _with(replace(about, estimate=kappa), found, KAPPA)

    def _difference(self, about: Estimate, left: Crossed, right: Crossed) -> Estimate:
        both = sorted(left.keys() & right.keys())
        if not both:
            return inference.nothing(about)
        one, other = (_stacked(side, both) for side in (left, right))
        kappas = contingency.kappa(one.sum(0)), contingency.kappa(other.sum(0))
        if kappas[0] is None or kappas[1] is None:
            return inference.noted(about, ONE_LABEL)
        about = replace(about, estimate=kappas[0] - kappas[1])
        found = _interval_of_difference(one, other, self.level)
        return _with(about, found, (KAPPA[0] - KAPPA[1], KAPPA[1] - KAPPA[0]))

    def _pictures(self, evidence: Evidence) -> Pictures:
        """Return the pictures with the label of either judge, and `x`, whether they agree."""
        pictures = pairs.kept(evidence.images, self.keep)
        table, trouble = pictures.table, pictures.trouble
        sides = []
        for judge in self.judges:
            said, why = _said(evidence, judge, self.measurement)
            sides.append(said.reindex(pd.MultiIndex.from_frame(table[PICTURE])).to_numpy())
            trouble = trouble or why
        table = table.assign(one=sides[0], other=sides[1])
        told = table["one"].notna() & table["other"].notna()
        agree = (table["one"] == table["other"]).astype(float)
        return Pictures(table.assign(x=agree.where(told)), trouble)


def _said(evidence: Evidence, judge: str, measurement: str) -> tuple["pd.Series[str]", str]:
    """Return a judge's labels by picture, and why there are none, if there are none."""
    table = evidence.measurements
    rows = table[(table["judge"] == judge) & (table["name"] == measurement)]
    labels = rows["label"].where(rows["status"] == "ok")
    said = labels.set_axis(pd.MultiIndex.from_frame(rows[PICTURE]))
    if rows.empty:
        return said, f"judge {judge!r} did not measure {measurement!r} in this run"
    if rows["label"].isna().all() and (rows["status"] == "ok").any():
        return said, f"judge {judge!r} gave {measurement!r} no label in any picture"
    return said, ""


def _labels(table: pd.DataFrame) -> list[str]:
    """Return every label that either judge gave, sorted, and one that none did.

    So there are two or more, as kappa asks for; a label without pictures changes nothing.
    """
    return sorted({"", *table["one"].dropna(), *table["other"].dropna()})


def _of_kappa(agreement: Estimate, note: str) -> Estimate:
    """Return what an estimate of kappa is about: the pictures of that of the agreement."""
    bare = replace(agreement, metric="kappa", estimate=None, method="", note=note)
    return replace(bare, ci_low=None, ci_high=None, p_value=None)


def _crossed(part: pd.DataFrame, labels: Sequence[str]) -> Crossed:
    """Return, for each pair, how many of its pictures got which two labels, [k, k]."""
    told = part[part["x"].notna()]
    found: Crossed = {}
    for pair, rows in told.groupby("pair_id"):
        table = np.zeros((len(labels), len(labels)), dtype=np.int64)
        places = tuple(np.searchsorted(labels, rows[side]) for side in ("one", "other"))
        np.add.at(table, places, 1)
        found[str(pair)] = table
    return found


def _stacked(crossed: Crossed, names: Iterable[str]) -> Counts:
    """Return the tables of some pairs, [pairs, k, k]."""
    return np.stack([crossed[name] for name in names])


def _interval_of_difference(one: Counts, other: Counts, level: float) -> Interval | None:
    """Return the jackknife interval of a difference of kappas, each pair left out of both."""
    left, right = _without_each(one), _without_each(other)
    return left.minus(right).interval(level, corrected=False) if left and right else None


def _without_each(tables: Counts) -> Jackknife | None:
    """Return kappa, and kappa without each pair; None where there is none without some pair."""
    if len(tables) < 2:
        return None
    whole = tables.sum(0)
    kappas = [contingency.kappa(table) for table in (whole, *(whole - tables))]
    told = np.array([kappa for kappa in kappas if kappa is not None])
    return Jackknife(told[0], told[1:], np.ones(len(tables))) if len(told) > len(tables) else None


def _with(about: Estimate, found: Interval | None, bounds: tuple[float, float]) -> Estimate:
    if found is None:
        return inference.noted(about, "no interval: no pair changes it, or without one it is none")
    return inference.within(about, found, bounds)
