"""Whether an arm draws what its original draws: pictures held against pictures, no text read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import features, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep
from ksd_eval.numerics import cosine
from ksd_eval.numerics.checks import Floats
from ksd_eval.records import Estimate

COSINE = (-1.0, 1.0)
DISTANCE = (0.0, 2.0)


@dataclass(frozen=True)
class ConceptAgreement(Inference, Metric):
    """CoCo-CroLa's three numbers of an arm, by cosines of image features.

    - `correctness`: of a picture with those that the source arm has of the same prompt. Pictures of
      one noise are alike whatever they show, so only other replicates are compared. Its `ceiling`
      is the source arm's own self-consistency.
    - `self_consistency`: of a picture with the arm's other pictures of the same prompt.
    - `specificity`: 1 less the cosine with the arm's pictures of other prompts: an arm that draws
      one thing whatever is asked is consistent, and near 0 here.

    Each is a mean over prompts; a prompt needs two pictures for the first two. After each arm's
    numbers come the paired differences of contrasts.

    Source: Saxon and Wang, Multilingual Conceptual Coverage in Text-to-Image Models (ACL 2023,
    arXiv:2306.01735), with other replicates in the place of all, and prompts as the unit.

    Attributes:
        extractor: Whose features.
        source: The role that pictures are held against.
        contrasts: Roles of two arms whose numbers are compared.
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
    """

    extractor: str
    source: str = "original"
    contrasts: Sequence[str] = pairs.CONTRASTS
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse a contrast that no run can have."""
        pairs.check_contrasts(self.contrasts)

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the three numbers of every group and arm, then their differences."""
        pictures = features.pictured(evidence, self.extractor, self.keep)
        found: list[Estimate] = []
        for kind in ("correctness", "self_consistency", "specificity"):
            about = self.about(kind, f"features.{self.extractor}", pictures.trouble)
            table = self._numbers(evidence, pictures.table, kind)
            if kind == "correctness" and not pictures.trouble and self._lacks_source(table):
                about = replace(about, note=f"the run has no arm {self.source!r}")
            found += self._estimates(evidence, table, about, rng)
        return self._with_ceiling(found)

    def _estimates(
        self, evidence: Evidence, table: pd.DataFrame, about: Estimate, rng: np.random.Generator
    ) -> list[Estimate]:
        bounds = DISTANCE if about.metric == "specificity" else COSINE
        arms = [
            self.over_prompts(named, pairs.per_pair(part), rng, bounds)
            for named, part in pairs.by_arm(evidence, table, self.by, about)
        ]
        contrasts = [
            self.paired(named, found, rng, (-2.0, 2.0))
            for named, found in pairs.by_contrast(evidence, table, self.by, self.contrasts, about)
        ]
        return [*arms, *contrasts]

    def _lacks_source(self, table: pd.DataFrame) -> bool:
        return not (table["role"] == self.source).any()

    def _with_ceiling(self, found: Sequence[Estimate]) -> list[Estimate]:
        """Return the estimates, correctness beside what the source's own pictures share."""
        own = {
            (one.by, one.group): one.estimate
            for one in found
            if one.metric == "self_consistency" and one.arm == self.source
        }
        return [
            replace(one, ceiling=own.get((one.by, one.group)))
            if one.metric == "correctness" and " - " not in one.arm
            else one
            for one in found
        ]

    def _numbers(self, evidence: Evidence, table: pd.DataFrame, kind: str) -> pd.DataFrame:
        """Return the pictures, with one of the three numbers of each as `x`."""
        table = table.assign(x=np.nan)
        there = table[table["row"].notna()]
        if there.empty:
            return table
        vectors = evidence.features[self.extractor].vectors
        unit = cosine.unit(vectors[there["row"].to_numpy(dtype=int)])
        number = {
            "correctness": self._correctness,
            "self_consistency": _self_consistency,
            "specificity": _specificity,
        }[kind]
        table.loc[there.index, "x"] = number(there, unit)
        return table

    def _correctness(self, table: pd.DataFrame, unit: Floats) -> Floats:
        source = (table["role"] == self.source).to_numpy()
        found = np.full(len(table), np.nan)
        for places in _prompts(table):
            theirs = places[source[places]]
            replicates = table["replicate"].to_numpy()
            for place in places:
                others = theirs[replicates[theirs] != replicates[place]]
                if len(others):
                    found[place] = (unit[others] @ unit[place]).mean()
        return found


def _self_consistency(table: pd.DataFrame, unit: Floats) -> Floats:
    found = np.full(len(table), np.nan)
    for places in _prompts(table, "role"):
        if len(places) > 1:
            cosines = unit[places] @ unit[places].T
            found[places] = (cosines.sum(axis=1) - 1) / (len(places) - 1)
    return found


def _specificity(table: pd.DataFrame, unit: Floats) -> Floats:
    found = np.full(len(table), np.nan)
    roles = table["role"].to_numpy()
    sums = {role: unit[roles == role].sum(axis=0) for role in np.unique(roles)}
    counts = {role: int((roles == role).sum()) for role in sums}
    for places in _prompts(table, "role"):
        role = roles[places[0]]
        others = counts[role] - len(places)
        if others:
            rest = (sums[role] - unit[places].sum(axis=0)) / others
            found[places] = 1 - unit[places] @ rest
    return found


def _prompts(table: pd.DataFrame, *also: str) -> list["np.ndarray[tuple[int], np.dtype[np.intp]]"]:
    """Return the places of each prompt's pictures, within each value of other columns."""
    grouped = table.reset_index(drop=True).groupby(["pair_id", *also], sort=True)
    return [np.asarray(places) for places in grouped.indices.values()]
