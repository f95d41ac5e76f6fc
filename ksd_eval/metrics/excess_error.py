"""An error rate, less what the same judge finds wrong where nothing is."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ksd_eval.metrics import ceilings, inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep
from ksd_eval.numerics import intervals, recovered
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.confidence import Interval
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class ExcessError(Inference, Metric):
    """Mean error of each arm, less the same judge's on matched pictures, over prompts.

    A judge errs too: it misreads a word that is written perfectly, and overlooks a cube that is
    there. On matched pictures, which show what their text says, all that it finds wrong is its own
    error. So an arm is held against that, never against 0; it is the estimate's `floor`.

    The interval is put together from that of the arm over prompts and that of the matched pictures,
    which are alike only in the judge: see `numerics.recovered`.

    Attributes:
        measurement: The error that was judged, as a value in [0, 1]: "composition_error".
        by: Attribute or attributes to group by, each by itself; empty for none. Every group is held
            against all matched pictures.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
        matched: The matched set, where a run has several.
    """

    measurement: str
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""
    matched: str = ""

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the excess of every group and arm."""
        pictures = pairs.judged(evidence, self.measurement, "value", self.keep, self.judge)
        held = ceilings.answers(evidence, self.measurement, self.judge, self.matched)
        own = held.table["en"].dropna().to_numpy(dtype=float) if not held.trouble else np.empty(0)
        about = self.about("excess_error", self.measurement, pictures.trouble or held.trouble)
        about = replace(about, reference=held.matched)
        return [
            less_own(
                self.over_prompts(named, pairs.per_pair(part), rng, inference.SHARE),
                own,
                self.level,
            )
            for named, part in pairs.by_arm(evidence, pictures.with_value(), self.by, about)
        ]


def less_own(arm: Estimate, own: Floats, level: float) -> Estimate:
    """Return an error of an arm, less what is wrong with pictures that nothing is wrong with.

    Args:
        arm: The error over prompts, a share, with its interval.
        own: The same of each of those pictures, shape [n], in [0, 1]; they are the `floor`.
        level: Of the interval, which `numerics.recovered` puts together from those of both.
    """
    if arm.estimate is None:
        return arm
    if not len(own):
        bare = replace(arm, estimate=None, ci_low=None, ci_high=None)
        return inference.noted(bare, f"nothing is known of {arm.measurement!r} on other pictures")
    floor = float(own.mean())
    found = replace(arm, estimate=arm.estimate - floor, floor=floor)
    around = intervals.share_over_prompts(own, len(own), level)
    if arm.ci_low is None or arm.ci_high is None or around is None:
        return replace(found, ci_low=None, ci_high=None)
    of_arm = Interval(arm.ci_low, arm.ci_high, level, arm.method)
    interval = recovered.difference(arm.estimate, of_arm, floor, around)
    return inference.within(found, interval, (-1.0, 1.0))
