"""A loss of likeness as a part of what a fitting text is worth, since a cosine has no unit."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ksd_eval.metrics import ceilings, contrasts, inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep
from ksd_eval.numerics import intervals, recovered
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.confidence import Interval
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class RelativeLoss(Inference, Metric):
    """What one arm loses against another, divided by what a fitting text gains over an unlike one.

    The numerator is the mean over prompts of the paired difference between the arms. The
    denominator is the mean over matched pictures of the value with their own text less that with
    another picture's. 0 is no loss; 1 is a loss as large as that between a picture's own text and a
    text of something else. Both are means of unlike sets: the interval is Fieller's, see
    `numerics.recovered.ratio`.

    Attributes:
        measurement: What was judged: "similarity".
        floor: The same with the text of another picture: "similarity_floor".
        contrasts: Roles of two arms, the one that should be better first: "original - korean".
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
        matched: The matched set, where a run has several.
    """

    measurement: str
    floor: str
    contrasts: Sequence[str] = ("original - korean",)
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""
    matched: str = ""

    def __post_init__(self) -> None:
        """Refuse a contrast that no run can have."""
        contrasts.check_contrasts(self.contrasts)

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the loss of every group and contrast."""
        pictures = pairs.judged(evidence, self.measurement, "value", self.keep, self.judge)
        worth = ceilings.worth(evidence, self.measurement, self.floor, self.judge, self.matched)
        about = self.about("relative_loss", self.measurement, pictures.trouble or worth.trouble)
        about = replace(about, reference=worth.matched)
        gains = np.empty(0) if worth.trouble else worth.table["gain"].to_numpy(dtype=float)
        return [
            self._part(self.paired(named, found, rng), gains)
            for named, found in pairs.by_contrast(
                evidence, pictures.with_value(), self.by, self.contrasts, about
            )
        ]

    def _part(self, loss: Estimate, worth: Floats) -> Estimate:
        """Return a loss as a part of what a fitting text is worth."""
        if loss.estimate is None:
            return loss
        around = intervals.student(worth, self.level)
        if around is None or around.low <= 0:
            return inference.noted(
                replace(loss, estimate=None, ci_low=None, ci_high=None, p_value=None),
                "the judge does not tell a fitting text from another one on matched pictures",
            )
        whole = float(worth.mean())
        found = replace(loss, estimate=loss.estimate / whole)
        if loss.ci_low is None or loss.ci_high is None:
            return found
        of_loss = Interval(loss.ci_low, loss.ci_high, self.level, "student")
        interval = recovered.ratio(loss.estimate, of_loss, whole, around)
        return inference.within(found, interval)
