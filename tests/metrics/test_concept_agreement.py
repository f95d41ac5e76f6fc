import numpy as np
import pytest

from ksd_eval.metrics.concept_agreement import ConceptAgreement

METRIC = ConceptAgreement("judge", contrasts=["korean - english"])
PROMPTS = {f"p{number}": {} for number in range(12)}
NAMES = list(PROMPTS)


def numbers(study, vector, replicates=3):
    evidence = study(PROMPTS, replicates=replicates, features=vector)
    found = METRIC(evidence, np.random.default_rng(0))
    return {(one.metric, one.arm): one for one in found}


def axis(place, noise, size=24):
    vector = np.zeros(size)
    vector[place] = 1
    vector[12 + noise] = 0.5
    return vector / np.linalg.norm(vector)


def faithful(pair, role, replicate):
    return axis(NAMES.index(pair), replicate)


def blind(pair, role, replicate):
    """Draw one thing in Korean, whatever is asked."""
    return axis(0 if role == "korean" else NAMES.index(pair), replicate)


def test_an_arm_that_draws_what_the_original_draws_reaches_the_ceiling(study):
    found = numbers(study, faithful)
    korean = found["correctness", "korean"]
    assert korean.estimate == pytest.approx(0.8)  # 1 / 1.25: the noise is never shared
    assert korean.ceiling == pytest.approx(0.8)
    assert found["specificity", "korean"].estimate == pytest.approx(1 - 0.2 / 3, abs=1e-6)
    assert found["correctness", "korean - english"].estimate == pytest.approx(0, abs=1e-9)


def test_an_arm_that_draws_one_thing_is_consistent_neither_right_nor_specific(study):
    found = numbers(study, blind)
    assert found["self_consistency", "korean"].estimate == pytest.approx(0.8)
    assert found["correctness", "korean"].estimate == pytest.approx(0.8 / 12)
    assert found["specificity", "korean"].estimate < 0.2
    loss = found["correctness", "korean - english"]
    assert loss.estimate == pytest.approx(0.8 / 12 - 0.8)
    assert loss.ci_high < 0


def test_one_picture_a_prompt_says_nothing_of_other_noise(study):
    found = numbers(study, faithful, replicates=1)
    assert found["correctness", "korean"].estimate is None
    assert found["self_consistency", "korean"].estimate is None
    assert found["specificity", "korean"].estimate is not None


def test_a_run_without_the_source_says_so(study):
    evidence = study(PROMPTS, features=faithful, roles=("korean", "english"))
    found = METRIC(evidence, np.random.default_rng(0))
    assert "no arm 'original'" in found[0].note
