"""What each prompt pair gave to an estimate: of metrics that are means of one number a pair."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from ksd_eval.loading import Run
from ksd_eval.metrics import ceilings, contrasts, inference, pairs
from ksd_eval.metrics.base import Evidence
from ksd_eval.metrics.depicted import DepictedShare
from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.excess_error import ExcessError
from ksd_eval.metrics.means import Mean
from ksd_eval.metrics.pairs import PerPair, Weights
from ksd_eval.metrics.relative_loss import RelativeLoss
from ksd_eval.metrics.shares import Excess, Share
from ksd_eval.numerics.checks import Floats
from ksd_eval.records import Estimate

Key: TypeAlias = tuple[str, ...]
"""What tells the estimates of a run apart."""

READ: Final[Mapping[str, type]] = {
    "share": Share,
    "excess": Excess,
    "mean": Mean,
    "excess_error": ExcessError,
    "difference": PairedDifference,
    "relative_loss": RelativeLoss,
}
"""Kinds of estimates that are means of one number a pair, and whose they are."""


@dataclass(frozen=True, eq=False)
class Reading:
    """The pictures behind one estimate over prompts.

    Attributes:
        about: What it is about, without numbers.
        weights: Role -> 1 or -1.
        table: One row a picture of these roles, with `x`, the number to be averaged.
        bounds: Least and greatest value of a pair.
        judges: Whose measurements it hangs on.
        worth: Of a loss, what it is a part of, a value a matched picture, shape [n].
    """

    about: Estimate
    weights: Weights
    table: pd.DataFrame
    bounds: tuple[float, float]
    judges: frozenset[str]
    worth: Floats = field(default_factory=lambda: np.empty(0))

    @cached_property
    def per_pair(self) -> PerPair:
        """Return one number a pair."""
        if len(self.weights) == 1:
            return pairs.per_pair(self.table)
        return pairs.differences(self.table, self.weights)

    @property
    def is_share(self) -> bool:
        """Whether it is a share of one arm, which has an interval of its own."""
        return self.bounds == inference.SHARE


def key_of(estimate: Estimate) -> Key:
    """Return what tells an estimate from the others of its run."""
    about = (estimate.metric, estimate.kind, estimate.measurement, estimate.category)
    return (*about, estimate.by, estimate.group, estimate.arm, estimate.reference)


def is_read(kind: str, metric: object | None) -> bool:
    """Whether there is something behind an estimate over prompts, if its run is whole.

    Args:
        kind: What kind of number it is.
        metric: Whose; None if it cannot be made any more, and one goes by the kind alone.

    >>> is_read("mean", Mean("likeness")), is_read("mean", None), is_read("kappa", None)
    (True, True, False)
    """
    return kind in READ and (metric is None or isinstance(metric, READ[kind]))


def readings(name: str, metric: object, evidence: Evidence) -> dict[Key, Reading]:
    """Return what is behind the estimates over prompts of a metric, by key.

    Args:
        name: The metric's name in the experiment.
        metric: The metric; of one that is no mean over pairs there is nothing.
        evidence: The run.
    """
    found = {}
    for reading in _readings(metric, evidence):
        about = replace(reading.about, metric=name, estimand="over_prompts")
        found[key_of(about)] = replace(reading, about=about)
    return found


def _readings(metric: object, evidence: Evidence) -> Iterator[Reading]:
    if isinstance(metric, Share):
        yield from _of_share(metric, evidence, "share", "")
    elif isinstance(metric, Excess):
        categories = metric.categories or list(metric.reference)
        share = Share(metric.measurement, categories, metric.by, metric.keep, metric.judge)
        yield from _of_share(share, evidence, "excess", metric.reference_name)
    elif isinstance(metric, Mean):
        yield from _of_value(metric, evidence, "mean", inference.UNBOUNDED)
    elif isinstance(metric, ExcessError):
        found = _of_value(metric, evidence, "excess_error", inference.SHARE)
        held = ceilings.answers(evidence, metric.measurement, metric.judge, metric.matched)
        yield from (replace(one, about=replace(one.about, reference=held.matched)) for one in found)
    elif isinstance(metric, PairedDifference):
        yield from _of_contrasts(metric, evidence)
    elif isinstance(metric, RelativeLoss):
        yield from _of_loss(metric, evidence)


def _of_share(metric: Share, evidence: Evidence, kind: str, reference: str) -> Iterator[Reading]:
    also = _judges_of(evidence, _names_beside(metric))
    for about, part in metric.parts(evidence):
        about = replace(about, kind=kind, reference=reference)
        yield _reading(about, {about.arm: 1}, part, inference.SHARE, also)


def _names_beside(metric: Share) -> Sequence[str]:
    return [*metric.depicted, *metric.where] if isinstance(metric, DepictedShare) else ()


def _of_value(
    metric: Mean | ExcessError, evidence: Evidence, kind: str, bounds: tuple[float, float]
) -> Iterator[Reading]:
    pictures = pairs.judged(evidence, metric.measurement, "value", metric.keep, metric.judge)
    about = replace(metric.about(kind, metric.measurement), kind=kind)
    for named, part in pairs.by_arm(evidence, pictures.with_value(), metric.by, about):
        yield _reading(named, {named.arm: 1}, part, bounds)


def _of_contrasts(metric: PairedDifference, evidence: Evidence) -> Iterator[Reading]:
    answer: pairs.Answer = "label" if metric.categories else "value"
    pictures = pairs.judged(evidence, metric.measurement, answer, metric.keep, metric.judge)
    about = replace(metric.about("difference", metric.measurement), kind="difference")
    arm = inference.SHARE if metric.categories else inference.UNBOUNDED
    for category in [*map(str, metric.categories)] or [""]:
        table = pictures.with_label(category) if category else pictures.with_value()
        named = replace(about, category=category)
        for one, weights, part in pairs.parts_by_contrast(
            evidence, table, metric.by, metric.contrasts, named
        ):
            yield _reading(one, weights, part, contrasts.bounds(weights, arm))


def _of_loss(metric: RelativeLoss, evidence: Evidence) -> Iterator[Reading]:
    pictures = pairs.judged(evidence, metric.measurement, "value", metric.keep, metric.judge)
    worth = ceilings.worth(evidence, metric.measurement, metric.floor, metric.judge, metric.matched)
    if worth.trouble:
        return
    gains = worth.table["gain"].to_numpy(dtype=float)
    about = replace(metric.about("relative_loss", metric.measurement), kind="relative_loss")
    about = replace(about, reference=worth.matched)
    for one, weights, part in pairs.parts_by_contrast(
        evidence, pictures.with_value(), metric.by, metric.contrasts, about
    ):
        yield replace(_reading(one, weights, part, inference.UNBOUNDED), worth=gains)


def _reading(
    about: Estimate,
    weights: Weights,
    part: pd.DataFrame,
    bounds: tuple[float, float],
    also: frozenset[str] = frozenset(),
) -> Reading:
    judges = frozenset(map(str, part["judge"].unique())) | also
    told = part[["pair_id", "replicate", "role", "x"]]
    return Reading(replace(about, note=""), weights, told, bounds, judges)


def _judges_of(evidence: Evidence, names: Sequence[str]) -> frozenset[str]:
    table = evidence.measurements
    return frozenset(map(str, table.loc[table["name"].isin(names), "judge"].unique()))


def estimates_of(run: Run) -> list[Estimate]:
    """Return the estimates of a run's table as records; what is missing is None."""
    fields = Estimate.__dataclass_fields__
    known = [str(name) for name in run.estimates.columns if name in fields]
    return [Estimate(**_plain(one)) for one in run.estimates[known].to_dict("records")]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row of a table without what is missing in it: a text is empty, a number None."""
    lacking = {"estimate": None, "measurement": "", "metric": "", "arm": ""}
    return lacking | {str(name): value for name, value in row.items() if not pd.isna(value)}
