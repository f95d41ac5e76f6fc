"""What the usual ways say of the same pictures: to stand beside ours, never to be reported.

Pictures taken for independent, a judge taken at its word, an imbalance read as it is, and pairs
*and* replicates resampled: what code of the field does, so that a reader sees what the difference
is worth.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import sqrt

import numpy as np
import pandas as pd
from scipy import stats

from ksd_eval.metrics.base import Evidence
from ksd_eval.numerics import bootstrap, imbalance
from ksd_eval.records import Estimate
from ksd_eval.studies.scenarios import LABELS, Study
from ksd_eval.studies.truths import share

USUAL = ("independent_images", "uncorrected_judge", "uncorrected_imbalance", "both_levels")
"""Names of the usual ways, in the place of a metric's; a judge is taken at its word elsewhere."""


def usual_ways(
    evidence: Evidence, study: Study, level: float, rng: np.random.Generator
) -> Iterator[tuple[Estimate, float]]:
    """Yield what each usual way says of gender, with the truth."""
    table = evidence.measurements
    told = table[(table["name"] == "gender") & (table["status"] == "ok")]
    korean, english = (told[told["role"] == role] for role in study.scenario.roles[:2])
    truth = {
        role: share(study, role, LABELS[0], "over_prompts") for role in study.scenario.roles[:2]
    }
    one = _independent(korean, level)
    yield one, truth["korean"]
    yield _difference(one, _independent(english, level), level), truth["korean"] - truth["english"]
    yield _lopsided(one), imbalance.binary_imbalance(truth["korean"])
    yield _both_levels(one, korean, level, rng), truth["korean"]


def _independent(part: pd.DataFrame, level: float) -> Estimate:
    """Return the pooled share with Wald's interval, as if each picture were a prompt of its own."""
    women = (part["label"] == LABELS[0]).to_numpy()
    found = float(women.mean())
    reach = float(stats.norm.ppf((1 + level) / 2)) * sqrt(found * (1 - found) / len(women))
    return Estimate(
        "independent_images",
        "gender",
        str(part["role"].iloc[0]),
        found,
        category=LABELS[0],
        ci_low=found - reach,
        ci_high=found + reach,
        level=level,
        method="wald",
        n_pairs=part["pair_id"].nunique(),
        n_images=len(women),
    )


def _difference(one: Estimate, other: Estimate, level: float) -> Estimate:
    """Return the difference of two pooled shares, as if the arms were strangers too."""
    first, second = one.estimate or 0.0, other.estimate or 0.0
    variance = first * (1 - first) / one.n_images + second * (1 - second) / other.n_images
    reach = float(stats.norm.ppf((1 + level) / 2)) * sqrt(variance)
    gap = first - second
    about = replace(one, arm=f"{one.arm} - {other.arm}", method="two_proportion_z")
    return replace(about, estimate=gap, ci_low=gap - reach, ci_high=gap + reach)


def _lopsided(one: Estimate) -> Estimate:
    """Return |share - 1/2| as it is: nothing is taken off, and no interval is given."""
    plain = replace(one, metric="uncorrected_imbalance", ci_low=None, ci_high=None, method="")
    return replace(plain, category="", estimate=imbalance.binary_imbalance(one.estimate or 0.0))


def _both_levels(
    one: Estimate, part: pd.DataFrame, level: float, rng: np.random.Generator
) -> Estimate:
    women = (part["label"] == LABELS[0]).to_numpy(dtype=float)
    pairs = part["pair_id"].to_numpy(dtype=str)
    found = bootstrap.both_levels(women, pairs, level, 500, rng)
    about = replace(one, metric="both_levels", ci_low=None, ci_high=None, method="both_levels")
    return about if found is None else replace(about, ci_low=found.low, ci_high=found.high)
