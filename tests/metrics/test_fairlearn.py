"""Shares by group, held against fairlearn's `MetricFrame` of the same pictures."""

import numpy as np
import pytest
from fairlearn.metrics import MetricFrame, selection_rate

from ksd_eval.metrics.shares import Share

GROUPS = {"doctor": 0.3, "nurse": 0.8, "judge": 0.5}
PAIRS = 40


@pytest.fixture
def evidence(study):
    rng = np.random.default_rng(7)
    prompts = {
        f"{group}-{number:02}": {"occupation": group} for group in GROUPS for number in range(PAIRS)
    }
    women = {pair: rng.random() < GROUPS[pair.partition("-")[0]] for pair in prompts}
    return study(
        prompts,
        lambda pair, *_: {"gender": "woman" if women[pair] else "man"},
        roles=("korean", "english"),
        replicates=1,
    )


def frame(evidence, **options):
    table = evidence.measurements[evidence.measurements["role"] == "korean"]
    said = (table["label"] == "woman").astype(int)
    groups = table["prompt.occupation"]
    return MetricFrame(
        metrics=selection_rate, y_true=said, y_pred=said, sensitive_features=groups, **options
    )


def test_shares_by_group_are_metric_frames(evidence, one, rng):
    found = Share("gender", ["woman"], by="occupation")(evidence, rng)
    theirs = frame(evidence)
    assert theirs.by_group.nunique() == len(GROUPS), "groups differ"
    for group in GROUPS:
        for estimand in ("over_prompts", "over_seeds"):
            mine = one(found, arm="korean", by="occupation", group=group, estimand=estimand)
            assert mine.estimate == pytest.approx(theirs.by_group[group])
    whole = one(found, arm="korean")
    assert whole.estimate == pytest.approx(theirs.overall)


def test_bootstrap_intervals_by_group_are_metric_frames_for_one_picture_a_prompt(
    evidence, one, rng
):
    share = Share("gender", ["woman"], by="occupation", interval="percentile", resamples=2000)
    found = share(evidence, rng)
    theirs = frame(evidence, n_boot=200, ci_quantiles=[0.025, 0.975], random_state=3)
    low, high = theirs.by_group_ci
    for group in GROUPS:
        mine = one(found, arm="korean", by="occupation", group=group)
        assert mine.method == "percentile_bootstrap"
        assert mine.ci_high - mine.ci_low > 0.15
        assert mine.ci_low == pytest.approx(low[group], abs=0.06)
        assert mine.ci_high == pytest.approx(high[group], abs=0.06)
