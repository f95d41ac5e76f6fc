import numpy as np
import pytest

from ksd_eval.metrics.means import Mean

PROMPTS = {"a": {"job": "doctor"}, "b": {"job": "doctor"}, "c": {"job": "nurse"}}


def fit(pair, role, replicate):
    """Per pair .2, .4 and .6; of c the judge can tell of one picture only, and of d of none."""
    value = {"a": 0.2, "b": 0.4, "c": 0.6}[pair]
    silent = pair == "c" and replicate > 0
    return {"fit": None if silent else value, "floor": value / 4}


def test_each_pair_counts_once(study, one, rng):
    mean = one(Mean("fit")(study(PROMPTS, fit), rng), arm="korean")
    assert mean.estimate == pytest.approx(0.4)
    assert (mean.n_pairs, mean.n_images, mean.n_abstained) == (3, 9, 3)
    # Student with 2 degrees of freedom: 4.3027 * .2 / sqrt(3)
    assert (mean.ci_low, mean.ci_high) == pytest.approx((0.4 - 0.49683, 0.4 + 0.49683), abs=1e-4)
    assert (mean.floor, mean.metric) == (None, "mean")


def test_the_floor_is_that_of_the_same_pictures(study, one, rng):
    found = Mean("fit", by="job", floor="floor")(study(PROMPTS, fit), rng)
    assert one(found, arm="korean").floor == pytest.approx(0.1)
    assert one(found, by="job", group="doctor", arm="korean").floor == pytest.approx(0.075)
    assert one(found, by="job", group="nurse", arm="korean").floor == pytest.approx(0.15)


def test_a_floor_that_nobody_measured_is_none(study, one, rng):
    mean = one(Mean("fit", floor="chance")(study(PROMPTS, fit), rng), arm="korean")
    assert (mean.estimate, mean.floor) == (pytest.approx(0.4), None)


def test_the_order_of_rows_does_not_matter(study, shuffled):
    def noisy(pair, role, replicate):
        return {"fit": float(np.random.default_rng([int(pair), replicate, len(role)]).normal())}

    evidence = study({str(i): {"job": str(i % 2)} for i in range(35)}, noisy)
    metric = Mean("fit", by="job")
    found = metric(evidence, np.random.default_rng(0))
    assert len({estimate.estimate for estimate in found}) == len(found) > 6
    assert metric(shuffled(evidence), np.random.default_rng(0)) == found


def test_a_label_has_no_mean(study, one, rng):
    found = Mean("gender")(study(PROMPTS, lambda *_: {"gender": "man"}), rng)
    assert "'gender' has no value in any picture" in one(found, arm="korean").note


def test_only_abstentions_are_none(study, one, rng):
    mean = one(Mean("fit")(study(PROMPTS, lambda *_: {"fit": None}), rng), arm="korean")
    assert (mean.estimate, mean.n_abstained) == (None, 12)
