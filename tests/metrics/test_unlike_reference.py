from dataclasses import replace

import numpy as np
import pytest

from ksd_eval.metrics.base import FeatureSet
from ksd_eval.metrics.unlike_reference import UnlikeReference

METRIC = UnlikeReference("judge")
PROMPTS = {f"p{number:03d}": {} for number in range(60)}
SIZE = 4


def run(study, outside, seed=0, count=400):
    rng = np.random.default_rng(seed)

    def vector(pair, role, replicate):
        away = 30.0 if role == "korean" and rng.random() < outside else 0.0
        return rng.normal(size=SIZE) + away

    evidence = study(PROMPTS, features=vector, replicates=2)
    protocol = evidence.features["judge"].protocol
    held = FeatureSet(rng.normal(size=(count, SIZE)).astype(np.float32), protocol)
    return replace(evidence, references={("photographs", "judge"): held})


def found_in(evidence, arm="korean"):
    (found,) = [one for one in METRIC(evidence, np.random.default_rng(3)) if one.arm == arm]
    return found


def test_a_planted_share_of_pictures_outside_is_found(study):
    found = found_in(run(study, 0.3))
    assert found.ci_low < 0.3 < found.ci_high
    assert found.ci_low > 0.1
    assert 0 < found.floor < 0.3
    assert found.reference == "photographs"


def test_pictures_like_the_reference_are_no_more_outside_than_it_is(study):
    for arm in ("korean", "english"):
        found = found_in(run(study, 0.0), arm)
        assert found.ci_low < 0 < found.ci_high


def test_a_reference_too_small_and_none_at_all_say_so(study):
    found = found_in(run(study, 0.3, count=6))
    assert found.estimate is None
    assert "half the reference has 3 pictures, needs 4" in found.note
    without = replace(run(study, 0.3), references={})
    assert "one reference is needed and this run has none" in found_in(without).note


def test_balls_must_reach_somewhere():
    with pytest.raises(ValueError, match="k is 0"):
        UnlikeReference("judge", k=0)
