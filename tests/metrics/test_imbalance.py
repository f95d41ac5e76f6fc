import numpy as np
import pytest

from ksd_eval.metrics.imbalance import Imbalance
from ksd_eval.numerics import imbalance

FAIR = {"woman": 0.5, "man": 0.5}
TONES = {str(tone): 0.2 for tone in range(1, 6)}
ARM = ("korean",)


def jobs(count, wordings):
    return {f"j{i}-{w}": {"job": f"j{i}"} for i in range(count) for w in range(wordings)}


def all_women(pair, role, replicate):
    return {"gender": "woman"}


def coins(seed, label=("woman", "man")):
    def answer(pair, role, replicate):
        key = [seed, *map(ord, pair), replicate]
        return {"gender": label[int(np.random.default_rng(key).integers(len(label)))]}

    return answer


def test_a_model_of_one_gender_is_half_less_the_floor(study, one, rng):
    found = Imbalance("gender", FAIR)(study(jobs(1, 2), all_women, ARM), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert seeds.floor == pytest.approx(0.13671875)  # of 8 fair pictures
    assert seeds.estimate == pytest.approx(0.5 - 0.13671875)
    assert seeds.null_p95 == 0.375
    prompts = one(found, arm="korean")
    # Two wordings that each lean by one half, to sides that are chance: 0 or 1/2, alike often.
    assert (prompts.floor, prompts.null_p95) == (0.25, 0.5)
    assert prompts.estimate == 0.25


def test_the_interval_is_shifted_with_the_estimate(study, one, rng):
    answer = coins(3)
    found = Imbalance("gender", FAIR)(study(jobs(1, 20), answer, ARM), rng)
    prompts = one(found, arm="korean")
    assert prompts.ci_low == pytest.approx(-prompts.floor)
    assert prompts.ci_low < prompts.estimate < prompts.ci_high
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert seeds.ci_low <= seeds.estimate <= seeds.ci_high
    assert seeds.method == "wilson"


def test_fair_models_show_no_imbalance_on_average(study, one, rng):
    metric = Imbalance("gender", FAIR, resamples=400)
    seeds = [
        one(metric(study(jobs(1, 6), coins(seed), ARM), rng), arm="korean", estimand="over_seeds")
        for seed in range(60)
    ]
    distance = np.mean([estimate.estimate + estimate.floor for estimate in seeds])
    assert distance > 0.05, "uncorrected, fair models look biased"
    assert abs(np.mean([estimate.estimate for estimate in seeds])) < 0.025


def test_wordings_that_lean_either_way_are_no_imbalance_over_prompts(study, one, rng):
    def leaning(pair, role, replicate):
        return {"gender": "woman" if int(pair.split("-")[1]) % 2 else "man"}

    found = Imbalance("gender", FAIR)(study(jobs(1, 10), leaning, ARM), rng)
    prompts = one(found, arm="korean")
    assert prompts.floor == pytest.approx(0.123046875)  # of ten coins
    assert prompts.estimate == pytest.approx(-prompts.floor)


def test_the_mean_over_groups_and_its_null(study, one, rng):
    found = Imbalance("gender", FAIR, by="job")(study(jobs(3, 4), all_women, ARM), rng)
    groups = [one(found, by="job", group=f"j{i}", arm="korean") for i in range(3)]
    mean = one(found, by="job", group="", arm="korean")
    assert mean.estimate == pytest.approx(np.mean([group.estimate for group in groups]))
    assert mean.floor == pytest.approx(groups[0].floor)
    assert mean.null_p95 < groups[0].null_p95, "the mean of three scatters less than one"
    assert (mean.n_pairs, mean.n_images, mean.note) == (12, 48, "mean over 3 groups")
    overall = one(found, arm="korean")
    assert overall.floor < mean.floor


def test_pooled_balance_does_not_hide_lopsided_groups(study, one, rng):
    def segregated(pair, role, replicate):
        return {"gender": "woman" if pair.startswith("j0") else "man"}

    found = Imbalance("gender", FAIR, by="job")(study(jobs(2, 6), segregated, ARM), rng)
    assert one(found, arm="korean", estimand="over_seeds").estimate < 0
    assert one(found, by="job", arm="korean", estimand="over_seeds").estimate > 0.4


def test_several_classes_are_held_against_the_reference(study, one, rng):
    def pale(pair, role, replicate):
        return {"skin": str(1 + replicate % 2)}

    found = Imbalance("skin", TONES)(study(jobs(1, 5), pale, ARM), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert seeds.estimate + seeds.floor == pytest.approx(0.6)
    assert seeds.floor == pytest.approx(imbalance.multinomial_floor(20, [0.2] * 5))
    assert seeds.ci_low is None
    prompts = one(found, arm="korean")
    assert prompts.estimate + prompts.floor == pytest.approx(0.6)
    assert prompts.floor > seeds.floor, "pictures of a prompt are alike"


def test_a_skewed_reference_is_its_own_zero(study, one, rng):
    def quarter(pair, role, replicate):
        return {"gender": "woman" if replicate == 0 else "man"}

    found = Imbalance("gender", {"woman": 0.25, "man": 0.75}, "census")(
        study(jobs(1, 5), quarter, ARM), rng
    )
    for estimand in ("over_prompts", "over_seeds"):
        exact = one(found, arm="korean", estimand=estimand)
        assert exact.estimate == pytest.approx(-exact.floor)
        assert exact.floor > 0
        assert exact.reference == "census"


@pytest.mark.parametrize("wordings", [6, 40])
def test_the_names_of_labels_do_not_matter(study, one, wordings):
    prompts = jobs(2, wordings)
    found = [
        Imbalance("gender", FAIR, by="job")(
            study(prompts, coins(1, label), ARM), np.random.default_rng(0)
        )
        for label in (("woman", "man", "man"), ("man", "woman", "woman"))
    ]
    assert any(estimate.estimate > 0.02 for estimate in found[0])
    for one_way, other_way in zip(*found, strict=True):
        assert one_way.estimate == pytest.approx(other_way.estimate, abs=0.003)
        assert one_way.null_p95 == pytest.approx(other_way.null_p95, abs=0.02)


def test_the_order_of_rows_does_not_matter(study, shuffled):
    evidence = study(jobs(3, 12), coins(5), ARM)
    metric = Imbalance("gender", FAIR, by="job")
    found = metric(evidence, np.random.default_rng(0))
    assert len({estimate.estimate for estimate in found}) > 4
    assert metric(shuffled(evidence), np.random.default_rng(0)) == found


def test_silence_and_strange_labels_are_none(study, one, rng):
    def partly(pair, role, replicate):
        return {"gender": None if pair.startswith("j1") else "woman"}

    evidence = study(jobs(2, 3), partly, ARM)
    found = Imbalance("gender", FAIR, by="job")(evidence, rng)
    silent = one(found, by="job", group="j1", arm="korean")
    assert (silent.estimate, silent.floor, silent.n_abstained) == (None, None, 12)
    assert one(found, by="job", arm="korean").note == "mean over 1 group"
    strange = Imbalance("gender", {"man": 0.5, "child": 0.5})(evidence, rng)
    assert one(strange, arm="korean").estimate is None
    assert one(strange, arm="korean").note == "reference 'uniform' has no share for 'woman'"


def test_one_wording_says_nothing_of_others(study, one, rng):
    found = Imbalance("gender", FAIR)(study(jobs(1, 1), all_women, ARM), rng)
    lone = one(found, arm="korean")
    assert (lone.estimate, lone.floor, lone.ci_low) == (0, 0.5, None)
    assert one(found, arm="korean", estimand="over_seeds").estimate > 0.2


def test_a_reference_that_is_none_is_refused_at_once():
    with pytest.raises(ValueError, match="reference 'uniform' must be two or more shares"):
        Imbalance("gender", {"woman": 0.5, "man": 0.4})
