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
    assert len({(estimate.estimate, estimate.estimand) for estimate in found}) == len(found) > 12
    assert metric(shuffled(evidence), np.random.default_rng(0)) == found


def test_a_label_has_no_mean(study, one, rng):
    found = Mean("gender")(study(PROMPTS, lambda *_: {"gender": "man"}), rng)
    assert "'gender' has no value in any picture" in one(found, arm="korean").note


def test_only_abstentions_are_none(study, one, rng):
    mean = one(Mean("fit")(study(PROMPTS, lambda *_: {"fit": None}), rng), arm="korean")
    assert (mean.estimate, mean.n_abstained) == (None, 12)


def test_over_seeds_speaks_of_these_pairs_alone(study, one):
    def noisy(pair, role, replicate):
        # Pairs are far apart, and pictures of a pair are alike.
        noise = np.random.default_rng([int(pair), replicate]).normal() / 100
        return {"fit": float(int(pair) + noise)}

    evidence = study({str(i): {"job": str(i % 2)} for i in range(8)}, noisy, replicates=6)
    found = Mean("fit", by="job")(evidence, np.random.default_rng(0))
    assert len(found) == 2 * 3 * 3
    for group in ("", "0", "1"):
        where = {"arm": "korean", "by": "job" if group else "", "group": group}
        prompts = one(found, **where)
        seeds = one(found, **where, estimand="over_seeds")
        assert seeds.estimate == pytest.approx(prompts.estimate)
        assert (seeds.n_pairs, seeds.n_images) == (prompts.n_pairs, prompts.n_images)
        assert seeds.ci_low < seeds.estimate < seeds.ci_high
        assert seeds.ci_high - seeds.ci_low < 0.05 < prompts.ci_high - prompts.ci_low


def test_over_seeds_has_the_spread_of_pictures_about_their_pair(study, one, rng):
    answers = {"a": (0.1, 0.3), "b": (0.5, 0.9)}
    evidence = study({"a": {}, "b": {}}, lambda p, _, r: {"fit": answers[p][r]}, replicates=2)
    seeds = one(Mean("fit")(evidence, rng), arm="korean", estimand="over_seeds")
    assert seeds.estimate == pytest.approx(0.45)
    # Variances of the means .01 and .04, so the error of their mean is sqrt(.05) / 2.
    assert seeds.ci_high - seeds.estimate > 1.9 * np.sqrt(0.05) / 2
    assert seeds.ci_high + seeds.ci_low == pytest.approx(0.9)


def test_one_picture_a_pair_has_no_interval_over_seeds(study, one, rng):
    found = Mean("fit", floor="floor")(study(PROMPTS, fit, replicates=1), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert (seeds.estimate, seeds.floor) == (pytest.approx(0.4), pytest.approx(0.1))
    assert (seeds.ci_low, seeds.ci_high) == (None, None)
    assert (
        seeds.note
        == "no interval: prompts have one usable picture, which says nothing of other noise"
    )


def test_silence_is_none_over_seeds_too(study, one, rng):
    found = Mean("fit")(study(PROMPTS, lambda *_: {"fit": None}), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert (seeds.estimate, seeds.ci_low, seeds.n_abstained) == (None, None, 12)
    assert seeds.note == "no judge could tell of any of the 12 pictures"


@pytest.mark.parametrize("count", [12, 40])
def test_doubling_replicates_changes_nothing_over_prompts(study, one, count):
    def noisy(pair, role, replicate):
        return {"fit": float(np.random.default_rng([int(pair), replicate]).normal())}

    def twice(pair, role, replicate):
        return noisy(pair, role, replicate // 2)

    prompts = {str(i): {} for i in range(count)}
    once, doubled = (
        one(Mean("fit")(evidence, np.random.default_rng(0)), arm="korean")
        for evidence in (study(prompts, noisy), study(prompts, twice, replicates=8))
    )
    assert once.ci_low < once.estimate < once.ci_high
    assert doubled.n_images == 2 * once.n_images
    for name in ("estimate", "ci_low", "ci_high", "method", "n_pairs"):
        assert getattr(once, name) == pytest.approx(getattr(doubled, name))
