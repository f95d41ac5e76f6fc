import json
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ksd_eval.claims import Claim
from ksd_eval.metrics.shares import Excess
from ksd_eval.numerics import planning
from ksd_eval.numerics.components import Components
from ksd_eval.records import ImageRecord, Measurement, PromptPair, columns
from ksd_eval.store import RunStore, types_of
from ksd_eval.studies.base import Bench, StudyError
from ksd_eval.studies.power import PowerStudy
from ksd_eval.studies.power_foresight import Assumption, foresee, foreseen

PLAN = PowerStudy("gender", "woman", effects=(0.1, 0.2), pairs=(10, 40, 200), replicates=(1, 2))


@pytest.fixture
def pilot(tmp_path):
    """Write a finished run of people whose prompts differ, and return the results' folder."""

    def write(pairs=24, replicates=2, run_id="abc", finished=True, seed=0):
        rng = np.random.default_rng(seed)
        shares = np.clip(rng.normal(0.4, 0.25, pairs), 0, 1)
        images, measured = [], []
        for role, shift in (("korean", 0.05), ("english", 0.0)):
            for pair in range(pairs):
                for replicate in range(replicates):
                    image_id = f"{role}-{pair}-{replicate}"
                    row = dict.fromkeys(columns(ImageRecord), "")
                    row |= {"image_id": image_id, "pair_id": f"p{pair:03}", "role": role}
                    images.append(row | {"replicate": replicate, "seed": 0, "flagged": None})
                    woman = rng.random() < shares[pair] + shift
                    said = dict.fromkeys(columns(Measurement)) | {"name": "gender", "status": "ok"}
                    said |= {"label": "woman" if woman else "man", "reason": ""}
                    measured.append({"image_id": image_id, "judge": "reader", **said})
        home = RunStore(tmp_path / "bias" / run_id)
        prompts = pd.DataFrame({"pair_id": [f"p{pair:03}" for pair in range(pairs)]})
        home.write_table("prompts", prompts.assign(ko="", en=""), {})
        home.write_table("images", pd.DataFrame(images), types_of(ImageRecord))
        home.write_table("measurements", pd.DataFrame(measured), types_of(Measurement))
        if finished:
            home.finish(
                {"name": "bias", "run_id": run_id, "finished": "2026-01-01", "command": "again"}
            )
        return tmp_path

    return write


def bench():
    @contextmanager
    def tracked(name, total):
        yield lambda count: None

    return Bench([], [], {}, {}, {}, {}, 0.95, 0, 1, lambda name, make: make(), tracked)


def planned(results, study=PLAN):
    return replace(study, results=str(results))(bench())


def test_a_plan_has_the_power_that_was_asked_for(pilot):
    plan = planned(pilot()).tables["plan"]
    assert list(plan.columns) == [
        *("effect", "replicates", "pairs", "power", "pairs_cautious", "pictures")
    ]
    assert len(plan) == 4
    assert (plan["power"] >= 0.78).all()
    assert (plan["pairs_cautious"] >= plan["pairs"]).all()
    assert (plan["pictures"] == plan["pairs"] * plan["replicates"] * 2).all()
    by_effect = plan.set_index(["effect", "replicates"])["pairs"]
    assert by_effect[0.2, 1] < by_effect[0.1, 1]
    assert by_effect[0.1, 2] <= by_effect[0.1, 1]


def test_what_the_pilot_says_of_its_prompts_is_told_with_its_uncertainty(pilot):
    found = planned(pilot()).estimates
    spreads = {one.group: one for one in found if one.kind == "spread"}
    assert {"between_prompts", "within_prompt", "discordance"} <= spreads.keys()
    one = spreads["within_prompt"]
    assert one.ci_low < one.estimate < one.ci_high
    assert one.n_pairs == 24
    assert "from the pilot bias/abc" in one.note


def test_the_curves_are_those_of_the_formula_and_rise(pilot):
    found = [one for one in planned(pilot()).estimates if one.kind == "power"]
    curve = [one.estimate for one in found if one.category == "10" and one.arm == "replicates_2"]
    assert len(curve) == 3
    assert curve == sorted(curve)
    spread = next(one for one in planned(pilot()).estimates if one.kind == "pairs_needed")
    assert spread.by == "effect"


def test_a_pilot_of_one_picture_a_prompt_cannot_tell_of_more(pilot):
    plan = planned(pilot(replicates=1)).tables["plan"]
    by_replicates = plan.groupby("replicates")["pairs"]
    assert by_replicates.apply(lambda pairs: pairs.notna().all()).to_dict() == {1: True, 2: False}


def test_one_arms_share_is_planned_against_its_reference(pilot):
    study = replace(PLAN, contrast="korean", reference=0.5)
    plan = planned(pilot(), study).tables["plan"]
    assert (plan["pictures"] == plan["pairs"] * plan["replicates"]).all()


def test_the_last_finished_run_is_the_pilot_and_its_tables_name_the_plan(pilot):
    results = pilot()
    study = replace(PLAN, results=str(results))
    first = study.identity()
    assert first["pilot"] == "abc"
    pilot(run_id="xyz", seed=1)
    assert study.identity()["pilot"] == "xyz"
    assert study.identity()["tables"] != first["tables"]
    chosen = replace(study, pilot=str(results / "bias" / "abc"))
    assert chosen.identity() == first


@pytest.mark.parametrize(
    ("made", "changed", "message"),
    [
        ({"pairs": 8}, {}, "fewer than 9|9"),
        ({}, {"measurement": "mood"}, "says nothing of .*'mood'"),
        ({}, {"keep": {"kind": "people"}}, "no attribute 'kind'"),
    ],
)
def test_a_pilot_that_tells_too_little_is_refused(pilot, made, changed, message):
    with pytest.raises(StudyError, match=message):
        planned(pilot(**made), replace(PLAN, **changed))


def test_without_a_finished_pilot_the_command_that_makes_one_is_named(pilot, tmp_path):
    study = replace(PLAN, results=str(tmp_path))
    with pytest.raises(FileNotFoundError, match="make one with: python -m ksd_eval experiment"):
        study.identity()
    results = pilot(finished=False)
    with pytest.raises(StudyError, match="no run of 'bias'"):
        planned(results)
    with pytest.raises(FileNotFoundError, match="is no finished run: it has no manifest"):
        replace(PLAN, pilot=str(results / "bias" / "abc")).identity()


def test_a_pilot_that_was_changed_since_is_refused(pilot):
    results = pilot()
    manifest = results / "bias" / "abc" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"]["measurements.parquet"] = "0" * 64
    manifest.write_text(json.dumps(content))
    with pytest.raises(StudyError, match="was changed after the pilot finished"):
        planned(results)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"effects": (5,)}, "write five points as 0.05"),
        ({"power": 1.0}, "power between 0.5 and 1"),
        ({"pairs": (1,)}, "pairs must be numbers of at least 2"),
        ({"contrast": "korean - martian"}, "must be two of"),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused_at_once(changed, message):
    with pytest.raises(ValueError, match=message):
        replace(PLAN, **changed)


def test_what_a_run_will_see_is_said_in_one_sentence():
    found = foresee("difference", 0.05, 20, 50, 0.95)
    assert found.power == pytest.approx(0.24, abs=0.02)
    assert found.smallest == pytest.approx(0.118, abs=0.01)
    assert "With 20 prompts of 50 pictures" in found.sentence
    assert "standard deviation of 2.5" in found.sentence
    assert foresee("share", 0.05, 1, 1, 0.95).power is None
    assert "one prompt says nothing" in foresee("share", 0.05, 1, 1, 0.95).sentence
    assert "this run has no such prompt" in foresee("share", 0.05, 0, 1, 0.95).sentence


def test_a_pilots_own_spread_takes_the_place_of_the_assumption():
    known = Assumption("prompts differ as in the pilot", Components(total=0.04, within=0.0))
    found = foresee("share", 0.1, 40, 2, 0.95, known)
    assert found.power == pytest.approx(planning.planned_power(0.2, 0.1, 40))
    assert "as in the pilot" in found.sentence


def test_a_claim_is_foreseen_for_the_prompts_that_its_metric_keeps():
    about = {"metric": "excess", "category": "western", "arm": "korean"}
    claim = Claim("Western.", "the share", about, 0.05, effect=0.25)
    metric = Excess("culture", {"western": 0.5, "korean": 0.5}, keep={"mark": ["no", "none"]})
    pairs = [PromptPair(f"p{n}", "가", "a", {"mark": "no" if n % 2 else "yes"}) for n in range(40)]
    (sentence,) = foreseen({"culture": claim}, {"excess": metric}, pairs, 1, 0.95)
    assert sentence.startswith("culture, beyond its margin of 5 points: With 20 prompts")
    assert "20 points" in sentence
    assert list(foreseen({"culture": claim}, {}, pairs, 1, 0.95)) == []
    number = replace(claim, unit="number")
    assert list(foreseen({"culture": number}, {"excess": metric}, pairs, 1, 0.95)) == []
