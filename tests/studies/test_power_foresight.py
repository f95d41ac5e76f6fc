from dataclasses import replace

import numpy as np
import pytest

from ksd_eval.claims import Claim
from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.shares import Excess
from ksd_eval.numerics import planning
from ksd_eval.numerics.population import Population
from ksd_eval.numerics.simulated_power import differ_from, simulated_power
from ksd_eval.records import PromptPair
from ksd_eval.studies.power_foresight import ASSUMED, Assumption, foresee, foreseen

PAIRS = [
    PromptPair(f"p{n}", "가", "a", {"mark": "no" if n % 2 else "yes", "concept": "ab"[n % 4 // 2]})
    for n in range(40)
]
EXCESS = Excess("culture", {"western": 0.5, "korean": 0.5}, keep={"mark": ["no", "none"]})
METRICS = {"excess": EXCESS, "difference": PairedDifference("gender", ["woman"])}


def claim(metric="excess", arm="korean", **changed):
    about = {"metric": metric, "category": "western", "arm": arm} | changed.pop("about", {})
    return Claim("Western.", "the share", about, 0.05, **{"effect": 0.25, **changed})


def said(**claims):
    return list(foreseen(claims, METRICS, PAIRS, 1, 0.95))


def test_what_a_run_will_see_is_said_in_one_sentence():
    found = foresee("difference", 0.05, 20, 50, 0.95)
    assert found.sentence == (
        "With 20 prompts of 50 pictures, a difference of 11.8 points or more is found with a "
        "probability of 80%, and one of 5 points with 24%, if logits differ with a standard "
        "deviation of 2.5 between prompts and 1 between the languages of a prompt, as is assumed "
        "without a pilot."
    )
    share = foresee("share", 0.05, 40, 1, 0.95).sentence
    assert share.startswith("With 40 prompts of 1 picture, a share that is ")
    assert "points or more from its reference is found" in share


def test_the_smallest_effect_is_found_just_so_surely():
    for kind in ("difference", "share"):
        smallest = foresee(kind, 0.05, 30, 4, 0.95).smallest
        assert foresee(kind, smallest, 30, 4, 0.95).power == pytest.approx(0.8, abs=1e-4)


def test_a_difference_is_foreseen_as_it_is_planned():
    spread = Population().spread(4, 0.1)
    expected = planning.planned_power(spread, 0.1, 30, 0.9)
    assert foresee("difference", 0.1, 30, 4, 0.9).power == pytest.approx(expected)


@pytest.mark.parametrize(("pairs", "replicates"), [(12, 2), (20, 8)])
def test_a_share_is_foreseen_for_the_test_that_it_is_put_to(pairs, replicates):
    found = foresee("share", 0.25, pairs, replicates, 0.95).power
    alone = Population(paired=False)
    draw = alone.draws(0.25, replicates)
    test, rng = differ_from(0.5, replicates), np.random.default_rng(0)
    simulated = simulated_power(draw, pairs, 0.95, rng, test, studies=1000)
    students = planning.planned_power(alone.spread(replicates, 0.25), 0.25, pairs)
    assert found == pytest.approx(simulated, abs=0.06)
    assert students > simulated + 0.06


def test_more_prompts_and_pictures_find_smaller_effects():
    for kind in ("difference", "share"):
        sizes = [foresee(kind, 0.1, *run, 0.95).smallest for run in ((12, 1), (12, 4), (48, 4))]
        assert sizes == sorted(sizes, reverse=True)
        assert len(set(sizes)) == 3


def test_too_few_prompts_tell_nothing():
    for kind in ("difference", "share"):
        assert foresee(kind, 0.05, 1, 1, 0.95).power is None
        assert foresee(kind, 0.1, 2, 1, 0.95).smallest is None
    assert "one prompt says nothing" in foresee("share", 0.05, 1, 1, 0.95).sentence
    assert "this run has no such prompt" in foresee("share", 0.05, 0, 1, 0.95).sentence
    assert "no effect is so large" in foresee("share", 0.1, 2, 1, 0.95).sentence


def test_an_effect_beyond_what_is_assumed_does_no_harm():
    assert foresee("share", 0.9, 60, 2, 0.95).power > 0.999


def test_another_assumption_takes_the_place_of_the_usual_one():
    alike = Assumption("prompts are alike", Population(0.3, 0.2, 0.1, shared_noise=0.9))
    for kind in ("difference", "share"):
        found = foresee(kind, 0.1, 40, 2, 0.95, alike)
        assert found.smallest < foresee(kind, 0.1, 40, 2, 0.95, ASSUMED).smallest
        assert found.sentence.endswith("if prompts are alike.")


def test_a_claim_is_foreseen_for_the_prompts_that_its_metric_keeps():
    (sentence,) = said(culture=claim())
    assert sentence.startswith("culture, beyond its margin of 5 points: With 20 prompts of 1 pict")
    assert "a share that is" in sentence
    assert "20 points" in sentence, "the effect less the margin"


def test_a_claim_about_one_group_is_foreseen_for_the_prompts_of_that_group():
    (sentence,) = said(culture=claim(about={"by": "concept", "group": "a"}))
    assert "With 10 prompts" in sentence


def test_a_contrast_is_foreseen_as_a_difference_of_all_prompts():
    (sentence,) = said(gap=claim("difference", "korean - english"))
    assert "With 40 prompts of 1 picture, a difference of" in sentence


def test_claims_of_one_family_are_foreseen_at_the_level_that_is_left_to_each():
    one, two = said(one=claim(), two=claim(family="another"))
    assert one.partition(": ")[2] == two.partition(": ")[2]
    first, second = said(one=claim(), two=claim())
    assert first.partition(": ")[2] == second.partition(": ")[2] != one.partition(": ")[2]
    assert first.partition(": ")[2] == foresee("share", 0.2, 20, 1, 0.975).sentence


@pytest.mark.parametrize(
    "other",
    [
        claim("nobody"),
        claim(unit="number"),
        claim(about={"estimand": "over_seeds"}),
        claim("difference", "(korean - english) - (translated - original)"),
    ],
    ids=["no such metric", "no share", "other noise", "difference of differences"],
)
def test_nothing_is_said_of_what_the_model_does_not_describe(other):
    assert said(other=other) == []
    assert len(said(other=other, culture=replace(claim(), family="another"))) == 1
