from dataclasses import replace

import numpy as np
import pytest

from ksd_eval.metrics import pairs
from ksd_eval.studies.scenarios import LIKENESS, Reading, Scenario, drawn

PLAIN = Scenario("plain", pairs=30, replicates=3)


def studies(scenario, count=400):
    return [drawn(scenario, scenario.rng(0, number)) for number in range(count)]


def test_the_population_is_as_the_scenario_says():
    scenario = replace(PLAIN, mean_share=0.3, effect=0.1, ages=(0.5, 0.3, 0.2))
    found = studies(scenario)
    korean, english = np.mean([study.women.mean(axis=1) for study in found], axis=0)
    assert korean == pytest.approx(0.4, abs=0.01)
    assert english == pytest.approx(0.3, abs=0.01)
    women = np.mean([(study.gender == 0).mean(axis=(1, 2)) for study in found], axis=0)
    assert women == pytest.approx([0.4, 0.3], abs=0.01)
    ages = np.mean([[(study.age == place).mean() for place in range(3)] for study in found], axis=0)
    assert ages == pytest.approx([0.5, 0.3, 0.2], abs=0.01)
    assert np.mean([study.value.mean() for study in found]) == pytest.approx(LIKENESS, abs=0.003)


def test_prompts_are_drawn_anew_and_the_same_study_is_the_same():
    first, second = studies(PLAIN, 2)
    again = drawn(PLAIN, PLAIN.rng(0, 0))
    assert not np.array_equal(first.women, second.women)
    assert np.array_equal(first.women, again.women)
    assert np.array_equal(first.gender, again.gender)
    other = drawn(replace(PLAIN, name="other"), replace(PLAIN, name="other").rng(0, 0))
    assert not np.array_equal(first.women, other.women)


def test_arms_that_share_all_noise_differ_only_where_their_shares_do():
    scenario = replace(PLAIN, sd_interaction=0.0, shared_noise=1.0)
    study = drawn(scenario, scenario.rng(0, 0))
    assert np.array_equal(study.gender[0], study.gender[1])
    apart = replace(scenario, shared_noise=0.0)
    assert not np.array_equal(*drawn(apart, apart.rng(0, 0)).gender)


def test_four_arms_have_one_difference_of_differences():
    scenario = replace(
        PLAIN, roles=("korean", "english", "translated", "original"), effect=0.1, mean_share=0.5
    )
    shares = np.mean([study.women.mean(axis=1) for study in studies(scenario)], axis=0)
    assert shares == pytest.approx([0.6, 0.5, 0.5, 0.5], abs=0.015)


def test_a_judge_errs_and_abstains_as_often_as_it_is_told_to():
    scenario = replace(
        PLAIN, sensitivity=0.8, specificity=0.9, abstains=0.1, validated=300, labelled=20
    )
    right, silent, hits = [], [], []
    for number in range(100):
        rng = scenario.rng(1, number)
        study = drawn(scenario, rng)
        evidence = Reading(scenario, ["gender"]).evidence(study, rng)
        table = evidence.measurements
        told = (table["status"] == "ok").to_numpy()
        women = (study.gender == 0).ravel()
        right.append((table["label"] == "woman").to_numpy()[told & women].mean())
        silent.append(1 - told.mean())
        seen = evidence.confusions.set_index(["truth", "read"])["count"]
        hits.append(seen["woman", "woman"] / 150)
    assert np.mean(right) == pytest.approx(0.8, abs=0.02)
    assert np.mean(silent) == pytest.approx(0.1, abs=0.01)
    assert np.mean(hits) == pytest.approx(0.8, abs=0.02)
    labels = evidence.labels
    assert set(labels["kind"]) == {"simulated"}
    arms = labels["image_id"].str.split("-").str[0]
    assert arms.value_counts().to_dict() == {"korean": 20, "english": 20}


def test_the_evidence_is_what_metrics_read():
    study = drawn(PLAIN, PLAIN.rng(0, 0))
    evidence = Reading(PLAIN, ["gender", "similarity"]).evidence(study, PLAIN.rng(0, 1))
    women = pairs.judged(evidence, "gender", "label", {}).with_label("woman")
    korean = pairs.per_pair(women[women["role"] == "korean"])
    assert korean.values == pytest.approx((study.gender[0] == 0).mean(axis=1))
    assert korean.n_images == 90


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"roles": ("english", "korean")}, "has the roles english, korean; give korean and"),
        ({"sensitivity": 1.2}, "sensitivity is 1.2; give a probability"),
        ({"pairs": 0}, "pairs is 0; give 1 or more"),
        ({"effect": 0.8}, "leaves"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        replace(PLAIN, **changed)
