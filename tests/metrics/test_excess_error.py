from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ksd_eval.metrics.base import MATCHED
from ksd_eval.metrics.excess_error import ExcessError

METRIC = ExcessError("wrong")


def on_matched(evidence, values):
    rows = [
        {
            **dict.fromkeys(MATCHED),
            **{"matched": "painted", "picture": place, "language": "en", "judge": "reader"},
            **{"name": "wrong", "value": value, "status": "ok", "reason": ""},
        }
        for place, value in enumerate(values)
    ]
    return replace(evidence, matched=pd.DataFrame(rows, columns=list(MATCHED)))


def run(study, share, own, prompts=40, replicates=4, seed=0):
    draws = np.random.default_rng(seed).random((prompts, 3, replicates)) < share
    names = [f"p{number:03d}" for number in range(prompts)]
    roles = ("korean", "english", "original")

    def answers(pair, role, replicate):
        return {"wrong": float(draws[names.index(pair), roles.index(role), replicate])}

    return on_matched(study({name: {} for name in names}, answers, replicates=replicates), own)


def korean(evidence, metric=METRIC):
    (found,) = [one for one in metric(evidence, np.random.default_rng(0)) if one.arm == "korean"]
    return found


def test_what_is_planted_is_found_less_what_the_judge_errs(study):
    found = korean(run(study, 0.4, [1.0] * 10 + [0.0] * 90, prompts=200))
    assert found.floor == pytest.approx(0.1)
    assert found.estimate == pytest.approx(0.3, abs=0.05)
    assert found.ci_low < 0.3 < found.ci_high
    assert found.reference == "painted"
    assert found.ci_low > 0.05


def test_a_judge_that_errs_as_often_on_perfect_pictures_finds_nothing(study):
    found = korean(run(study, 0.1, [1.0] * 20 + [0.0] * 180))
    assert found.ci_low < 0 < found.ci_high


def test_the_interval_is_wider_where_fewer_matched_pictures_tell_of_the_judge(study):
    few, many = (korean(run(study, 0.4, ([1.0] + [0.0] * 9) * tens)) for tens in (1, 100))
    assert few.ci_high - few.ci_low > many.ci_high - many.ci_low


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_intervals_hold_the_truth(study, share):
    held = 0
    for seed in range(60):
        own = (np.random.default_rng([seed, 1]).random(100) < 0.05).astype(float)
        found = korean(run(study, share, own, prompts=20, replicates=2, seed=seed))
        held += found.ci_low <= share - 0.05 <= found.ci_high
    assert held >= 52


def test_without_matched_pictures_there_is_no_number(study):
    evidence = replace(run(study, 0.4, []), matched=pd.DataFrame(columns=list(MATCHED)))
    found = korean(evidence)
    assert found.estimate is None
    assert "measured on no matched pictures" in found.note
