"""Shares: of the pictures in which a judge could tell, how many have a label."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import Keep
from ksd_eval.numerics import intervals
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class Share(Inference, Metric):
    """Share of pictures with a label, for each arm, over all pictures and by group.

    Two estimates each. `over_prompts`: each pair counts once, and pairs are what is resampled.
    `over_seeds`: the pictures of exactly these prompts, pooled, with Wilson's interval.

    Attributes:
        measurement: What was judged: "gender".
        categories: The labels whose shares are wanted. A label never given has share 0.
        by: Attribute to group by; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    categories: Sequence[str]
    by: str = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the shares of every category, group and arm."""
        pictures = pairs.judged(evidence, self.measurement, "label", self.keep, self.judge)
        about = Estimate("share", self.measurement, "", None, note=pictures.trouble)
        return [
            estimate
            for category in map(str, self.categories)
            for named, part in pairs.by_arm(
                evidence, pictures.with_label(category), self.by, replace(about, category=category)
            )
            for estimate in self._both(named, part, rng)
        ]

    def _both(
        self, about: Estimate, part: pd.DataFrame, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        yield self.over_prompts(about, pairs.per_pair(part), rng, inference.SHARE)
        yield self._over_seeds(about, part)

    def _over_seeds(self, about: Estimate, part: pd.DataFrame) -> Estimate:
        told = part[part["x"].notna()]
        about = replace(
            about,
            estimand="over_seeds",
            level=self.level,
            n_pairs=told["pair_id"].nunique(),
            n_images=len(told),
            n_abstained=len(part) - len(told),
        )
        if told.empty:
            return inference.nothing(about)
        interval = intervals.wilson(int(told["x"].sum()), len(told), self.level)
        about = replace(about, estimate=float(told["x"].mean()))
        return inference.within(about, interval, inference.SHARE)
