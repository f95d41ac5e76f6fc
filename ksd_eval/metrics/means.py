"""Means of a measured value, such as the similarity of a picture to what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ksd_eval.metrics import ceilings, pairs, seeds
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class Mean(Inference, Metric):
    """Mean of a value for each arm, over all pictures and by group; each pair counts once.

    Two estimates each. `over_prompts`: what another prompt would give; pairs are what is resampled.
    `over_seeds`: what exactly these prompts would give with other noise; no interval where each has
    one picture.

    Attributes:
        measurement: What was judged: "similarity".
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        floor: The measurement that says what an unrelated picture would get, such as the
            similarity to the prompt of another pair; empty for none.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    floor: str = ""
    judge: str = ""

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the means of every group and arm."""
        pictures = pairs.judged(evidence, self.measurement, "value", self.keep, self.judge)
        about = self.about("mean", self.measurement, pictures.trouble)
        floors = self._floors(evidence)
        ceiling = ceilings.ceiling(evidence, self.measurement, self.judge)
        return [
            replace(
                estimate,
                floor=floors.get((named.by, named.group, named.arm)),
                # What matched pictures get on average is no ceiling of one group of them.
                ceiling=None if named.by else ceiling,
            )
            for named, part in pairs.by_arm(evidence, pictures.with_value(), self.by, about)
            for estimate in (
                self.over_prompts(named, pairs.per_pair(part), rng),
                self.over_seeds(named, seeds.per_noise(part, {named.arm: 1})),
            )
        ]

    def _floors(self, evidence: Evidence) -> dict[tuple[str, str, str], float]:
        if not self.floor:
            return {}
        pictures = pairs.judged(evidence, self.floor, "value", self.keep, self.judge)
        about = self.about("floor", self.floor)
        return {
            (named.by, named.group, named.arm): float(pairs.per_pair(part).values.mean())
            for named, part in pairs.by_arm(evidence, pictures.with_value(), self.by, about)
            if part["x"].notna().any()
        }
