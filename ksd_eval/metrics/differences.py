"""Paired differences: what changes when the language or the text encoder does, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class PairedDifference(Inference, Metric):
    """Difference of a share or a mean between two arms that started from the same noise.

    For each pair, the mean of its pictures in one arm less that in the other; then the mean over
    the pairs of which the judge could tell something in both. A contrast with an arm that the run
    lacks is left out.

    Attributes:
        measurement: What was judged: "gender", "similarity".
        categories: The labels whose shares are compared, as for `Share`; none for a measured value.
        contrasts: Roles of the two arms, as "korean - english".
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    categories: Sequence[str] = ()
    contrasts: Sequence[str] = pairs.CONTRASTS
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""

    def __post_init__(self) -> None:
        """Refuse a contrast that no run can have."""
        pairs.check_contrasts(self.contrasts)

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the differences of every category, group and contrast."""
        bounds = inference.DIFFERENCE_OF_SHARES if self.categories else inference.UNBOUNDED
        return [
            self.paired(named, found, rng, bounds)
            for about, table in self._tables(evidence)
            for named, found in pairs.by_contrast(evidence, table, self.by, self.contrasts, about)
        ]

    def _tables(self, evidence: Evidence) -> Iterator[tuple[Estimate, pd.DataFrame]]:
        answer: pairs.Answer = "label" if self.categories else "value"
        pictures = pairs.judged(evidence, self.measurement, answer, self.keep, self.judge)
        about = self.about("difference", self.measurement, pictures.trouble)
        if not self.categories:
            yield about, pictures.with_value()
        for category in map(str, self.categories):
            named = replace(about, category=category, note=pictures.why_never(category))
            yield named, pictures.with_label(category)
