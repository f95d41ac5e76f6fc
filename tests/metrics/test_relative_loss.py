from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ksd_eval.metrics.base import MATCHED
from ksd_eval.metrics.relative_loss import RelativeLoss

METRIC = RelativeLoss("likeness", "likeness_floor")


def run(study, loss, worth, prompts=40, seed=0, noise=0.05):
    rng = np.random.default_rng(seed)
    names = [f"p{number:03d}" for number in range(prompts)]
    level = dict(zip(names, rng.normal(0.7, 0.1, prompts), strict=True))

    def answers(pair, role, replicate):
        return {"likeness": float(level[pair] - loss * (role == "korean") + rng.normal(0, noise))}

    evidence = study({name: {} for name in names}, answers, replicates=2)
    rows = [
        {
            **dict.fromkeys(MATCHED),
            **{"matched": "painted", "picture": place, "language": "en", "judge": "reader"},
            **{"name": name, "value": value, "status": "ok", "reason": ""},
        }
        for place, gain in enumerate(rng.normal(worth, 0.05, 100))
        for name, value in (("likeness", 0.2 + gain), ("likeness_floor", 0.2))
    ]
    return replace(evidence, matched=pd.DataFrame(rows, columns=list(MATCHED)))


def found_in(evidence):
    (found,) = METRIC(evidence, np.random.default_rng(0))
    return found


@pytest.mark.parametrize("loss", [0.0, 0.1, 0.4])
def test_a_loss_is_told_as_a_part_of_what_a_text_is_worth(study, loss):
    found = found_in(run(study, loss, worth=0.5))
    assert found.estimate == pytest.approx(loss / 0.5, abs=0.06)
    assert found.ci_low < loss / 0.5 < found.ci_high
    assert found.reference == "painted"


def test_intervals_hold_the_truth_and_are_no_wider_than_need_be(study):
    held = [
        found.ci_low <= 0.4 <= found.ci_high
        for seed in range(60)
        for found in [found_in(run(study, 0.2, worth=0.5, prompts=15, seed=seed))]
    ]
    assert 52 <= sum(held) <= 60
    wide = found_in(run(study, 0.2, worth=0.5, prompts=100))
    assert wide.ci_high - wide.ci_low < 0.1


def test_a_judge_that_tells_no_text_from_another_gives_no_number(study):
    found = found_in(run(study, 0.1, worth=0.0))
    assert found.estimate is None
    assert "does not tell a fitting text from another one" in found.note


def test_without_matched_pictures_there_is_no_number(study):
    evidence = replace(run(study, 0.1, 0.5), matched=pd.DataFrame(columns=list(MATCHED)))
    assert "measured on no matched pictures" in found_in(evidence).note
