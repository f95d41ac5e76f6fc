import json
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from ksd_eval.numerics import planning
from ksd_eval.numerics.population import Population
from ksd_eval.records import ImageRecord, Measurement, columns
from ksd_eval.store import RunStore, types_of
from ksd_eval.studies import pilot as pilots
from ksd_eval.studies.base import Bench, StudyError
from ksd_eval.studies.power import PowerStudy
from ksd_eval.studies.power_basis import basis_of

PLAN = PowerStudy("gender", "woman", effects=(0.1, 0.2), pairs=(10, 40, 200), replicates=(1, 2))
TRUE = Population(0.4, 1.5, 0.8, shared_noise=0.6)


def pictures(population, effect, pairs, replicates, rng):
    """Yield role, pair, replicate, and whether the picture shows a woman."""
    logits = population.logits(effect)
    common = rng.normal(0, population.sd_prompt, pairs)
    apart = rng.normal(0, population.sd_interaction, pairs)
    luck = rng.random((2, pairs, replicates))
    luck[1] = np.where(rng.random((pairs, replicates)) < population.shared_noise, luck[0], luck[1])
    for place, role in enumerate(("korean", "english")):
        shares = expit(logits[place] + common + (0.5 - place) * apart)
        for pair in range(pairs):
            for replicate in range(replicates):
                yield role, pair, replicate, luck[place, pair, replicate] < shares[pair]


@pytest.fixture
def pilot(tmp_path):
    """Write a finished run of people whose prompts differ, and return the results' folder."""

    def write(
        pairs=24, replicates=2, run_id="abc", finished="2026-01-01", seed=0, truth=TRUE, effect=0.05
    ):
        images, measured = [], []
        drawn = pictures(truth, effect, pairs, replicates, np.random.default_rng(seed))
        for role, pair, replicate, woman in drawn:
            image_id = f"{role}-{pair}-{replicate}"
            row = dict.fromkeys(columns(ImageRecord), "")
            row |= {"image_id": image_id, "pair_id": f"p{pair:03}", "role": role}
            unknown = dict.fromkeys(("flagged", "tokens", "truncated"))
            images.append(row | unknown | {"replicate": replicate, "seed": 0})
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
                {"name": "bias", "run_id": run_id, "finished": finished, "command": "again"}
            )
        return tmp_path

    return write


def bench(seed=0):
    @contextmanager
    def tracked(name, total):
        yield lambda count: None

    return Bench([], [], {}, {}, {}, {}, 0.95, seed, 1, lambda name, make: make(), tracked)


def planned(results, study=PLAN, seed=0):
    return replace(study, results=str(results))(bench(seed))


def basis(results, contrast="korean - english", reference=0.5):
    weights = pilots.weights_of(contrast)
    evidence = pilots.find("", "bias", results).evidence()
    return basis_of(pilots.read(evidence, "gender", "woman", weights, {}), weights, reference)


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


@pytest.mark.parametrize("effect", [0.0, 0.15, -0.2])
def test_a_large_pilot_plans_what_its_population_needs(pilot, effect):
    """Whatever the pilot's own effect, which is part of what its pairs spread."""
    plan = planned(pilot(pairs=600, replicates=2, effect=effect)).tables["plan"]
    for row in plan.to_dict("records"):
        signed = row["effect"] if effect >= 0 else -row["effect"]
        spread = TRUE.spread(row["replicates"], signed)
        wanted = planning.fewest_pairs(
            lambda pairs, spread=spread, row=row: planning.planned_power(
                spread, row["effect"], pairs
            ),
            least=9,
        )
        assert wanted > 9
        assert row["pairs"] == pytest.approx(wanted, rel=0.15, abs=1)


def test_a_plan_for_one_arm_is_one_of_its_own_test(pilot):
    study = replace(PLAN, contrast="korean", reference=0.5, effects=(0.2,), replicates=(1, 2))
    plan = planned(pilot(pairs=600), study).tables["plan"]
    alone = Population(0.5, float(np.hypot(1.5, 0.4)), paired=False)
    for row in plan.to_dict("records"):
        about = (alone.spread(row["replicates"], 0.2), 0.5, 0.2)
        wanted = planning.fewest_pairs(
            lambda pairs, about=about, row=row: planning.planned_share_power(
                *about, pairs, row["replicates"]
            ),
        )
        assert wanted > 20
        assert row["pairs"] == pytest.approx(wanted, rel=0.15)
    assert (plan["pictures"] == plan["pairs"] * plan["replicates"]).all()


def test_at_its_own_effect_the_pilot_spreads_as_it_did(pilot):
    found = basis(pilot(effect=0.15))
    own = float(found.readings.numbers.mean())
    assert own > 0.05
    for replicates in (1, 2, 8):
        assert found.spread(replicates, own) == pytest.approx(found.components.spread(replicates))
    assert found.spread(2, 0.4) > found.spread(2, own) > found.spread(2, 0.01)


@pytest.mark.parametrize("contrast", ["korean - english", "korean"])
def test_limits_of_the_spread_lie_on_either_side_of_it(pilot, contrast):
    found = basis(pilot(), contrast)
    for effect in (0.05, 0.3):
        for replicates in (2, 8):
            low, middle, high = (
                found.limit(replicates, effect, 0.025),
                found.spread(replicates, effect),
                found.limit(replicates, effect, 0.975),
            )
            assert low < middle < high


@pytest.mark.parametrize(("share", "own"), [(0.95, 0.02), (0.04, -0.02)])
def test_an_effect_points_to_where_there_is_room_for_it(pilot, share, own):
    truth = Population(share, 1.0, 0.5)
    results = pilot(pairs=60, truth=truth, effect=own)
    found = basis(results)
    assert np.sign(found.readings.numbers.mean()) == np.sign(own)
    assert np.sign(found.signed(0.2)) == -np.sign(own)
    assert planned(results).tables["plan"]["pairs"].notna().all()


def test_an_arm_that_never_shows_it_can_be_planned_with(pilot):
    results = pilot(pairs=40, truth=Population(0.001, 0.1, 0.1), effect=0.2)
    found = basis(results)
    assert not found.readings.arms[1].any()
    assert planned(results).tables["plan"]["pairs"].notna().all()


def test_what_the_pilot_says_of_its_prompts_is_told_with_its_uncertainty(pilot):
    found = planned(pilot(pairs=40)).estimates
    spreads = {one.group: one for one in found if one.kind == "spread"}
    assert list(spreads) == ["between_prompts", "within_prompt", "discordance"]
    for one in spreads.values():
        assert one.ci_low < one.estimate < one.ci_high
        assert (one.n_pairs, one.n_images) == (40, 160)
        assert "from the pilot bias/abc" in one.note
    first, second = basis(pilot(pairs=40)).readings.arms
    assert spreads["discordance"].estimate == pytest.approx(np.mean(first != second))


@pytest.mark.parametrize("contrast", ["korean - english", "korean"])
def test_curves_are_those_of_the_formula_within_their_bands(pilot, contrast):
    results = pilot(pairs=40)
    found = planned(results, replace(PLAN, contrast=contrast)).estimates
    curves = [one for one in found if one.kind == "power"]
    assert len(curves) == 2 * 2 * 3
    # The variance of one picture of one arm is known from its share alone.
    sure = contrast == "korean"
    for one in curves:
        known = sure and one.arm == "replicates_1"
        assert one.ci_low <= one.estimate <= one.ci_high
        assert (one.ci_low < one.estimate < one.ci_high) or known or one.estimate > 0.999
    by_pairs = [one for one in curves if (one.category, one.arm) == ("10", "replicates_2")]
    assert [one.group for one in by_pairs] == ["10", "40", "200"]
    at = basis(results, contrast).power_at(2, 0.1, 0.95)
    assert [one.estimate for one in by_pairs] == pytest.approx([at(10), at(40), at(200)])


def test_pairs_needed_come_with_what_the_pilot_cannot_rule_out(pilot):
    results = pilot(pairs=40)
    found = planned(results)
    plan = found.tables["plan"]
    needed = [one for one in found.estimates if one.kind == "pairs_needed"]
    assert [(one.group, one.arm) for one in needed] == [
        (f"{points} points", f"replicates_{count}") for points in (10, 20) for count in (1, 2)
    ]
    for one, pairs, cautious in zip(needed, plan["pairs"], plan["pairs_cautious"], strict=True):
        assert one.estimate == pairs
        assert one.ci_low <= pairs <= cautious <= one.ci_high
    cautious = [one for one in found.estimates if one.kind == "pairs_needed_cautious"]
    assert [one.estimate for one in cautious] == list(plan["pairs_cautious"])


def test_a_plan_is_said_in_a_line_for_each_effect(pilot):
    found = planned(pilot())
    first, second = found.sentences
    pairs = found.tables["plan"]["pairs"]
    assert first.startswith("10 points are found with a power of 80% by ")
    assert f"{pairs[0]} prompt pairs of 1 picture (cautious" in first
    assert f"{pairs[3]} prompt pairs of 2 pictures (cautious" in second


def test_a_pilot_of_one_picture_a_prompt_cannot_tell_of_more(pilot):
    found = planned(pilot(replicates=1))
    plan = found.tables["plan"]
    told = plan["replicates"] == 1
    assert (plan["pairs"].notna() == told).all()
    assert (plan["power"].notna() == told).all()
    # More pictures of a prompt are no worse than one.
    cautious = plan.set_index(["effect", "replicates"])["pairs_cautious"]
    assert cautious[0.1, 1] == cautious[0.1, 2]
    silent = [one for one in found.estimates if one.kind == "pairs_needed" and not one.estimate]
    assert len(silent) == 2
    assert all("make another with generation.replicates=2" in one.note for one in silent)
    spreads = [one.group for one in found.estimates if one.kind == "spread"]
    assert spreads == ["one_picture", "discordance"]
    assert {one.arm for one in found.estimates if one.kind == "power"} == {"replicates_1"}
    assert "2 pictures" not in found.sentences[0]


def test_an_effect_too_small_for_any_run_is_said_to_be_so(pilot):
    found = planned(pilot(), replace(PLAN, effects=(0.0005,), replicates=(1,)))
    assert found.tables["plan"]["pairs"].isna().all()
    needed = [one for one in found.estimates if one.kind.startswith("pairs_needed")]
    assert {one.note for one in needed} == {"more than 100,000 prompt pairs"}
    assert found.sentences == [
        "0.05 points are found with a power of 80% by no number of prompt pairs known"
    ]


def test_another_effect_in_the_plan_changes_no_number_of_this_one(pilot):
    results = pilot()
    both = planned(results).tables["plan"]
    alone = planned(results, replace(PLAN, effects=(0.2,))).tables["plan"]
    pd.testing.assert_frame_equal(both[both["effect"] == 0.2].reset_index(drop=True), alone)
    again = planned(results, seed=1).tables["plan"]
    assert (again["power"] != both["power"]).any()


def test_pictures_of_which_the_judge_cannot_tell_are_left_out_with_their_partner(pilot):
    results = pilot()
    evidence = pilots.find("", "bias", results).evidence()
    silent = evidence.measurements["image_id"] == "korean-0-0"
    evidence.measurements.loc[silent, ["label", "status"]] = [None, "abstained"]
    weights = pilots.weights_of("korean - english")
    found = pilots.read(evidence, "gender", "woman", weights, {})
    assert (len(found.numbers), found.count, found.pictures) == (47, 24, 94)
    assert (found.pairs == "p000").sum() == 1


def test_the_last_finished_run_is_the_pilot_and_its_tables_name_the_plan(pilot):
    results = pilot()
    study = replace(PLAN, results=str(results))
    first = study.identity()
    assert first["pilot"] == "abc"
    pilot(run_id="aaa", seed=1, finished="2026-01-02")
    assert study.identity()["pilot"] == "aaa"
    assert study.identity()["tables"] != first["tables"]
    chosen = replace(study, pilot=str(results / "bias" / "abc"))
    assert chosen.identity() == first


@pytest.mark.parametrize(
    ("made", "changed", "message"),
    [
        ({"pairs": 8}, {}, r"has 8 prompt pairs that tell .* a plan needs 9; run it with more"),
        ({}, {"measurement": "mood"}, r"says nothing of .*'mood'.* which has: gender"),
        ({}, {"category": "queen"}, "no picture is labelled 'queen'"),
        ({}, {"judge": "clip"}, "judge 'clip' measured 'gender'"),
        ({}, {"keep": {"kind": "people"}}, "no attribute 'kind'"),
        ({}, {"contrast": "korean - original"}, "no picture of the arm 'original' tells"),
        ({}, {"contrast": "original"}, r"told by: english, korean"),
        ({"truth": Population(0.3, 2, 0, 1.0), "effect": 0.0}, {}, "it has no spread to plan with"),
    ],
)
def test_a_pilot_that_tells_too_little_is_refused_in_one_sentence(pilot, made, changed, message):
    with pytest.raises(StudyError, match=message) as refused:
        planned(pilot(**made), replace(PLAN, **changed))
    assert "\n" not in str(refused.value)


def test_without_a_finished_pilot_the_command_that_makes_one_is_named(pilot, tmp_path):
    study = replace(PLAN, results=str(tmp_path))
    with pytest.raises(FileNotFoundError, match="make one with: python -m ksd_eval experiment"):
        study.identity()
    results = pilot(finished="")
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
    with pytest.raises(StudyError, match="was changed after the pilot finished; make it again"):
        planned(results)
    (results / "bias" / "abc" / "images.parquet").unlink()
    with pytest.raises(StudyError, match=r"the pilot lacks .*images\.parquet'; make it again"):
        planned(results)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"effects": (5,)}, "write five points as 0.05"),
        ({"effects": (0.3,), "reference": 0.8, "contrast": "korean"}, "above the reference below"),
        ({"power": 1.0}, "power between 0.5 and 1"),
        ({"reference": 0.0}, "reference must lie between 0 and 1"),
        ({"pairs": (1,)}, "pairs must be numbers of at least 2"),
        ({"replicates": (0,)}, "replicates of at least 1"),
        ({"contrast": "korean - martian"}, "must be two of"),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused_at_once(changed, message):
    with pytest.raises(ValueError, match=message):
        replace(PLAN, **changed)
