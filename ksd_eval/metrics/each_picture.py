"""What was measured of a few pictures, one by one, and their mean: of these and of no others."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ksd_eval.metrics import pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.pairs import Keep, PerPair
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class EachPicture(Metric):
    """A value by arm and prompt, and its mean over prompts, as counted: no interval, no verdict.

    For prompts that somebody picked to show something: they stand for no others of their kind, and
    an interval about their mean would say that they do.

    Attributes:
        measurement: What was judged: "similarity".
        by: The attribute that tells prompts apart.
        keep: Attribute -> value or values that a prompt must have.
        floor: The measurement that says what an unrelated picture would get; empty for none.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    by: str = "seed"
    keep: Keep = field(default_factory=dict[str, str])
    floor: str = ""
    judge: str = ""

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the mean of every arm, then every prompt of every arm."""
        about = Estimate("each_picture", self.measurement, "", None, estimand="descriptive")
        pictures = pairs.judged(evidence, self.measurement, "value", self.keep, self.judge)
        if pictures.trouble:
            return [replace(about, note=pictures.trouble)]
        floors = self._floors(evidence, about)
        return [
            _mean(
                replace(named, floor=None if named.by else floors.get(named.arm)),
                pairs.per_pair(part),
            )
            for named, part in pairs.by_arm(evidence, pictures.with_value(), self.by, about)
        ]

    def _floors(self, evidence: Evidence, about: Estimate) -> dict[str, float]:
        if not self.floor:
            return {}
        pictures = pairs.judged(evidence, self.floor, "value", self.keep, self.judge)
        return {
            named.arm: float(pairs.per_pair(part).values.mean())
            for named, part in pairs.by_arm(evidence, pictures.with_value(), "", about)
            if part["x"].notna().any()
        }


def _mean(about: Estimate, told: PerPair) -> Estimate:
    count = len(told.values)
    found = replace(
        about,
        kind="each_picture" if about.by else "mean",
        n_pairs=count,
        n_images=told.n_images,
        n_abstained=told.n_abstained,
    )
    if not count:
        return replace(found, note="the judge could not tell of any of them")
    found = replace(found, estimate=float(told.values.mean()))
    if about.by:
        return found
    return replace(found, note=f"{count} prompts, picked and not drawn: no interval, no verdict")
