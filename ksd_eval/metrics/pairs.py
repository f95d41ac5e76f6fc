"""From pictures to prompt pairs: which pictures a metric is about, and one number a pair.

Replicates of a pair are alike, so a pair counts once, whatever the number of pictures that a judge
could tell something of. Whatever the order of the rows, pairs come out sorted by their id.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ksd_eval.metrics import contrasts as written
from ksd_eval.metrics.base import Evidence
from ksd_eval.metrics.contrasts import CONTRASTS as CONTRASTS
from ksd_eval.metrics.contrasts import ROLES
from ksd_eval.metrics.contrasts import check_contrasts as check_contrasts
from ksd_eval.numerics import pairs as numerics
from ksd_eval.records import Estimate

Floats: TypeAlias = NDArray[np.float64]

Answer: TypeAlias = Literal["label", "value"]

Weights: TypeAlias = Mapping[str, int]
"""Role -> 1 or -1: a contrast."""

Keep: TypeAlias = Mapping[str, str | Sequence[str]]
"""Attribute -> the value or values of it that prompts must have, as `{"kind": "occupation"}`."""

By: TypeAlias = str | Sequence[str]
"""An attribute to group by, or several, each by itself; empty for none."""


@dataclass(frozen=True)
class Pictures:
    """The pictures that a metric is about.

    Attributes:
        table: One row a picture: `pair_id`, `role`, `prompt.<attribute>`, what a judge said of it,
            and `x`, the number to be averaged; NaN in `x` means that it could not tell.
        trouble: Why there are none, as a sentence; empty if there are some.
    """

    table: pd.DataFrame
    trouble: str = ""

    def with_label(self, category: str) -> pd.DataFrame:
        """Return the table with `x` 1 where the label is `category`, 0 where it is another.

        The category `prompt.occupation` is the label that the prompt asked for.
        """
        label, wanted = self.table["label"], self._wanted(category)
        x = (label == wanted).astype(float)
        return self.table.assign(x=x.where(_told(self.table) & label.notna() & (wanted != "")))

    def why_never(self, category: str) -> str:
        """Return a word of warning where no picture has a label: it may be misspelt."""
        if self.trouble or (self.table["label"] == self._wanted(category)).any():
            return self.trouble
        if not _told(self.table).any():
            return f"no picture could be told: {self.table['reason'].iloc[0]}"
        return f"no picture is labelled {category!r}"

    def _wanted(self, category: str) -> "pd.Series[str]":
        asked = category.startswith("prompt.") and category in self.table
        return self.table[category] if asked else pd.Series(category, index=self.table.index)

    def with_value(self) -> pd.DataFrame:
        """Return the table with `x` the measured value."""
        value = pd.to_numeric(self.table["value"]).astype(float)
        return self.table.assign(x=value.where(_told(self.table)))


@dataclass(frozen=True)
class PerPair:
    """One number a prompt pair, in the order of the pairs' ids.

    Attributes:
        values: Shape [n]; a pair of which nothing could be told is not among them.
        n_images: Pictures behind the values.
        n_abstained: Pictures of which the judge could not tell.
        counts: Pictures behind each value, shape [n]; None: as many behind each.
    """

    values: Floats
    n_images: int
    n_abstained: int
    counts: Floats | None = None

    @property
    def even_images(self) -> float:
        """Return how many pictures would say as much, if there were as many of each pair."""
        return float(self.n_images) if self.counts is None else numerics.even_size(self.counts)


def judged(
    evidence: Evidence, measurement: str, answer: Answer, keep: Keep, judge: str = ""
) -> Pictures:
    """Return the pictures that a measurement was taken of.

    Args:
        evidence: The run.
        measurement: The measurement's name.
        answer: What the metric can use of it.
        keep: Which prompts.
        judge: Whose measurement; needed only where two judges measure something of that name.
    """
    table = evidence.measurements
    named = table[table["name"] == measurement]
    judges = sorted(named["judge"].unique())
    if judge:
        named = named[named["judge"] == judge]
    elif len(judges) > 1:
        which = " and ".join(judges)
        return Pictures(
            named.iloc[:0], f"{measurement!r} is measured by {which}; say which by 'judge'"
        )
    if named.empty:
        return Pictures(named, _why_not_measured(evidence, measurement, judge))
    if named[answer].isna().all() and _told(named).any():
        return Pictures(named.iloc[:0], f"{measurement!r} has no {answer} in any picture")
    return kept(named, keep)


def _why_not_measured(evidence: Evidence, measurement: str, judge: str) -> str:
    """Return why nothing is measured under a name: a judge may lack its weights, and says so."""
    table = evidence.measurements
    silence = why_silent(table, judge)
    if silence:
        return silence
    there = ", ".join(sorted(table["name"].unique())) or "nothing"
    who = f"judge {judge!r}" if judge else "no judge"
    why = evidence.why_without("judges")
    return f"{who} measured {measurement!r} in this run, which has: {there}{why}"


def why_silent(table: pd.DataFrame, judge: str) -> str:
    """Return why a judge is missing, or the only one that is; empty if none is, or several are.

    A judge that could not begin answers under its own name, and a panel may have several reasons.
    """
    silent = table[(table["status"] == "missing") & (table["judge"] == (judge or table["judge"]))]
    names = set(silent["judge"])
    if len(names) != 1:
        return ""
    return f"judge {names.pop()!r} could not look: {'; '.join(dict.fromkeys(silent['reason']))}"


def kept(table: pd.DataFrame, keep: Keep) -> Pictures:
    """Return the rows whose prompts have the attributes asked for, in an order of their own.

    Sums depend on the order of their terms in the last bit, and rows may come in any.
    """
    table = table.sort_values(["role", "pair_id", "replicate"], kind="stable")
    for attribute, wanted in keep.items():
        column = f"prompt.{attribute}"
        if column not in table:
            return Pictures(table.iloc[:0], f"the prompts have no attribute {attribute!r}")
        values = [wanted] if isinstance(wanted, str) else [str(value) for value in wanted]
        table = table[table[column].isin(values)]
        if table.empty:
            return Pictures(table, f"no prompt has {attribute} = {' or '.join(values)}")
    return Pictures(table)


def roles(evidence: Evidence) -> list[str]:
    """Return the roles of the run's arms: the Korean one first."""
    there = set(evidence.images["role"])
    return [role for role in ROLES if role in there] + sorted(there - set(ROLES))


def contrasted(evidence: Evidence, contrasts: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each contrast of two roles of which the run has both, as written and as its roles."""
    for contrast, weights in _possible(evidence, contrasts):
        if len(weights) == 2:
            left, right = weights
            yield contrast, left, right


def groups(table: pd.DataFrame, by: By) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield all pictures as `("", "", table)`, then those of each value of an attribute, sorted."""
    yield "", "", table
    for attribute in [by] if isinstance(by, str) else by:
        column = f"prompt.{attribute}"
        if attribute and column not in table:
            yield attribute, "", table.iloc[:0]
        elif attribute:
            # An empty cell is an attribute that the prompt does not have, not a group.
            named = table[table[column].notna() & (table[column] != "")]
            yield from ((attribute, str(group), part) for group, part in named.groupby(column))


def by_arm(
    evidence: Evidence, table: pd.DataFrame, by: By, about: Estimate
) -> Iterator[tuple[Estimate, pd.DataFrame]]:
    """Yield, for each group and arm, what an estimate is about and its pictures."""
    for attribute, group, part in groups(table, by):
        for role in roles(evidence):
            named = replace(about, by=attribute, group=group, arm=role)
            yield named, part[part["role"] == role]


def parts_by_contrast(
    evidence: Evidence, table: pd.DataFrame, by: By, contrasts: Iterable[str], about: Estimate
) -> Iterator[tuple[Estimate, Weights, pd.DataFrame]]:
    """Yield, for each group and contrast, what an estimate is about, the weights and the pictures.

    A contrast with an arm that the run lacks is left out.
    """
    there = list(_possible(evidence, contrasts))
    for attribute, group, part in groups(table, by):
        for contrast, weights in there:
            named = replace(about, by=attribute, group=group, arm=contrast)
            yield named, weights, part[part["role"].isin(list(weights))]


def by_contrast(
    evidence: Evidence, table: pd.DataFrame, by: By, contrasts: Iterable[str], about: Estimate
) -> Iterator[tuple[Estimate, PerPair]]:
    """Yield, for each group and contrast, what an estimate is about and the pairs' differences."""
    for named, weights, part in parts_by_contrast(evidence, table, by, contrasts, about):
        yield named, differences(part, weights)


def per_pair(part: pd.DataFrame) -> PerPair:
    """Return the mean of `x` for each pair of one arm."""
    _, means, counts = _means(part)
    told = int(counts.sum())
    return PerPair(means, told, len(part) - told, counts)


def differences(part: pd.DataFrame, weights: Weights) -> PerPair:
    """Return, for each pair that all arms of a contrast answered, the weighted sum of their means.

    Args:
        part: Pictures, with `x`.
        weights: Role -> 1 or -1.
    """
    sides = [part[part["role"] == role] for role in weights]
    means = [pd.Series(values, names) for names, values, _ in map(_means, sides)]
    both = pd.concat(means, axis=1, join="inner").sort_index()
    values = both.to_numpy(dtype=float) @ np.array([*weights.values()], dtype=float)
    told = sum(int((side["x"].notna() & side["pair_id"].isin(both.index)).sum()) for side in sides)
    return PerPair(values, told, sum(int(side["x"].isna().sum()) for side in sides))


def _possible(evidence: Evidence, contrasts: Iterable[str]) -> Iterator[tuple[str, Weights]]:
    there = set(roles(evidence))
    for contrast in contrasts:
        weights = written.weights(contrast)
        if weights.keys() <= there:
            yield contrast, weights


def _means(part: pd.DataFrame) -> tuple[NDArray[np.str_], Floats, Floats]:
    """Return the pairs of which something was told, sorted, with the mean and count of `x`."""
    told = part[part["x"].notna()]
    of_each = told["pair_id"].to_numpy(dtype=str)
    names, counts = np.unique(of_each, return_counts=True)
    if not len(names):
        return names, np.empty(0), np.empty(0)
    means = numerics.pair_means(told["x"].to_numpy(dtype=float), of_each)
    return names, means, counts.astype(float)


def _told(table: pd.DataFrame) -> "pd.Series[bool]":
    return table["status"] == "ok"
