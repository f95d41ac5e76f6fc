"""What an estimate should have said: the truth about a simulated run, metric by metric."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np

from ksd_eval.metrics import contrasts
from ksd_eval.metrics.base import Metric
from ksd_eval.metrics.corrected import CorrectedShare
from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.imbalance import Imbalance
from ksd_eval.metrics.means import Mean
from ksd_eval.metrics.shares import Excess, Share
from ksd_eval.numerics import imbalance
from ksd_eval.records import Estimate
from ksd_eval.studies.scenarios import LABELS, LIKENESS, THIRDS, Study

Truth: TypeAlias = Callable[[Estimate, Metric, Study], float]


def truth_of(estimate: Estimate, metric: Metric, study: Study) -> float | None:
    """Return what an estimate is an estimate of, in this run; None where that is not known.

    Over prompts it is a number of the population that prompts are drawn from; over seeds, of the
    very prompts that were drawn.
    """
    if estimate.estimate is None or estimate.metric in UNTOLD:
        return None
    known = next((truth for kind, truth in TRUTHS.items() if isinstance(metric, kind)), None)
    return None if known is None else known(estimate, metric, study)


def share(study: Study, role: str, category: str, estimand: str) -> float:
    """Return the true share of a label in an arm."""
    scenario = study.scenario
    if category in THIRDS:
        place = THIRDS.index(category)
        if estimand == "over_prompts":
            return scenario.ages[place]
        return float(study.ages[:, place].mean())
    arm = scenario.roles.index(role)
    women = scenario.mean_share + (scenario.effect if arm == 0 else 0.0)
    if estimand == "over_seeds":
        women = float(study.women[arm].mean())
    return women if category == LABELS[0] else 1 - women


def _arm(estimate: Estimate, metric: Metric, study: Study) -> float:
    return share(study, estimate.arm, estimate.category, estimate.estimand)


def _contrast(estimate: Estimate, metric: Metric, study: Study) -> float:
    if estimate.measurement == "similarity":
        return 0.0
    weights = contrasts.weights(estimate.arm)
    return sum(
        weight * share(study, role, estimate.category, estimate.estimand)
        for role, weight in weights.items()
    )


def _excess(estimate: Estimate, metric: Excess, study: Study) -> float:
    return _arm(estimate, metric, study) - metric.reference[estimate.category]


def _imbalance(estimate: Estimate, metric: Imbalance, study: Study) -> float:
    """Return the true measure less the floor, as the estimate and its interval are less it too.

    The floor cancels, so the bias that is tallied is that of the measure before it is taken off.
    """
    labels = list(map(str, metric.reference))
    shares = np.array(
        [share(study, estimate.arm, label, estimate.estimand) for label in labels], dtype=float
    )
    wanted = np.array(list(metric.reference.values()), dtype=float)
    return float(imbalance.measured(metric.measure, shares, wanted)) - (estimate.floor or 0.0)


def _mean(estimate: Estimate, metric: Mean, study: Study) -> float:
    if estimate.estimand == "over_prompts":
        return LIKENESS
    return float(study.likeness.mean())


def _corrected(estimate: Estimate, metric: CorrectedShare, study: Study) -> float:
    one_arm = " - " not in estimate.arm
    return (_arm if one_arm else _contrast)(estimate, metric, study)


UNTOLD: Final = ("equivalence",)
"""Metrics' further estimates that repeat another one's interval."""

TRUTHS: Final[Mapping[type[Metric], Truth]] = {
    Share: _arm,
    Excess: _excess,  # type: ignore[dict-item]
    PairedDifference: _contrast,
    Imbalance: _imbalance,  # type: ignore[dict-item]
    Mean: _mean,  # type: ignore[dict-item]
    CorrectedShare: _corrected,  # type: ignore[dict-item]
}
"""By kind of metric; `Share` and `Excess` are no kin, nor are the others."""
