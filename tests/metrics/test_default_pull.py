from dataclasses import replace

import numpy as np
import pytest

from ksd_eval.metrics.base import Evidence, FeatureSet
from ksd_eval.metrics.default_pull import DefaultPull

MARKS = ("agnostic", "korean", "western")
PULL = DefaultPull("judge")


def triplets(concepts=3, wordings=2):
    return {
        f"{concept}-{wording}-{mark}": {
            "concept": str(concept),
            "wording": str(wording),
            "mark": mark,
        }
        for concept in range(concepts)
        for wording in range(wordings)
        for mark in MARKS
    }


def plane(pair, role, replicate):
    """Western pictures lie along x, Korean ones along y, agnostic ones between, by role."""
    concept, _, mark = pair.split("-")
    angle = {"korean": 60, "english": 30, "original": 0}[role] + int(concept)
    angle = {"agnostic": angle, "western": 0, "korean": 90}[mark]
    length = 1 + replicate
    return length * np.cos(np.deg2rad(angle)), length * np.sin(np.deg2rad(angle))


def pull_at(degrees):
    return np.cos(np.deg2rad(degrees)) - np.cos(np.deg2rad(90 - degrees))


def test_the_pull_is_the_difference_of_two_cosines(study, one, rng):
    found = PULL(study(triplets(), features=plane), rng)
    english = one(found, arm="english")
    assert english.estimate == pytest.approx(np.mean([pull_at(30 + i) for i in range(3)]))
    assert (english.n_pairs, english.n_images, english.n_abstained) == (6, 24, 0)
    assert one(found, arm="korean").estimate < 0 < english.estimate
    assert english.measurement == "features.judge"


def test_contrasts_are_the_differences_of_pulls(study, one, rng):
    found = PULL(study(triplets(), features=plane), rng)
    gap = one(found, arm="korean - english")
    assert gap.estimate == pytest.approx(
        one(found, arm="korean").estimate - one(found, arm="english").estimate
    )
    assert gap.ci_low < gap.estimate < gap.ci_high < 0
    assert gap.p_value == 2 / 2**6


def test_pictures_are_compared_within_their_replicate(study, one, rng):
    def rotating(pair, role, replicate):
        mark = pair.split("-")[2]
        angle = np.deg2rad(90 * replicate + {"agnostic": 0, "western": 0, "korean": 60}[mark])
        return np.cos(angle), np.sin(angle)

    found = PULL(study(triplets(), features=rotating), rng)
    assert one(found, arm="korean").estimate == pytest.approx(0.5)


def test_rows_and_vectors_may_come_in_any_order(study, shuffled):
    def noisy(pair, role, replicate):
        key = [*map(ord, pair + role), replicate]
        return np.random.default_rng(key).normal(size=4)

    evidence = study(triplets(), features=noisy)
    found = PULL(evidence, np.random.default_rng(0))
    assert len({estimate.estimate for estimate in found}) == 6
    features = evidence.features["judge"]
    back = FeatureSet(features.vectors[::-1], features.protocol, features.image_ids[::-1])
    turned = replace(shuffled(evidence), features={"judge": back})
    assert PULL(turned, np.random.default_rng(0)) == found


def test_groups(study, one, rng):
    found = replace(PULL, by="concept")(study(triplets(), features=plane), rng)
    assert one(found, by="concept", group="2", arm="english").estimate == pytest.approx(pull_at(32))


def test_a_picture_without_its_counterpart_is_counted_as_left_out(study, one, rng):
    evidence = study(triplets(), features=plane)
    broken = evidence.features["judge"].vectors.copy()
    ids = list(evidence.features["judge"].image_ids)
    broken[ids.index("0-0-western/korean/0")] = 0
    broken[ids.index("0-1-agnostic/korean/1")] = np.nan
    features = replace(evidence.features["judge"], vectors=broken)
    found = PULL(replace(evidence, features={"judge": features}), rng)
    korean = one(found, arm="korean")
    assert (korean.n_pairs, korean.n_images, korean.n_abstained) == (6, 22, 2)


@pytest.mark.parametrize(
    ("prompts", "note"),
    [
        ({"0-0-agnostic": {"mark": "agnostic"}}, "the prompts have no attribute 'concept'"),
        ({"0-0-korean": triplets()["0-0-korean"]}, "no prompt has mark = agnostic"),
        (triplets() | {"1-1-western": triplets()["0-0-western"]}, "several prompts with mark ="),
    ],
)
def test_prompts_that_do_not_fit_are_said(study, rng, prompts, note):
    found = PULL(study(prompts, features=plane), rng)
    assert found
    assert {estimate.estimate for estimate in found} == {None}
    assert all(note in estimate.note for estimate in found)


def test_without_features_the_pull_is_none(study, one, rng):
    found = PULL(study(triplets()), rng)
    assert one(found, arm="korean").estimate is None
    assert "no features of 'judge'" in one(found, arm="korean - english").note


def test_an_arm_that_the_run_lacks_is_not_there(study, rng):
    found = PULL(study(triplets(), roles=("korean", "english"), features=plane), rng)
    assert [estimate.arm for estimate in found] == ["korean", "english", "korean - english"]


def test_evidence_is_not_changed(study, rng):
    evidence = study(triplets(), features=plane)
    before = evidence.images.copy()
    PULL(evidence, rng)
    assert isinstance(evidence, Evidence)
    assert evidence.images.equals(before)
