from dataclasses import replace

import numpy as np
import pytest

from ksd_eval.claims import FEWEST_PAIRS, Claim, smallest_detectable
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import PerPair
from ksd_eval.numerics import effects
from ksd_eval.records import Estimate

CULTURE = Claim(
    admission="White and western cultures are the default.",
    subject="the western share of scenes without a culture, asked in Korean, less one half",
    about={"metric": "excess.culture", "category": "western", "arm": "korean"},
    margin=0.05,
)
FOUND = Estimate(
    "excess.culture",
    "culture",
    "korean",
    0.2,
    category="western",
    ci_low=0.1,
    ci_high=0.3,
    method="student",
    n_pairs=20,
    n_images=80,
    n_abstained=3,
    reference="uniform",
)


def verdict(claim=CULTURE, **numbers):
    return claim("culture", [replace(FOUND, **numbers)], 0.95)


@pytest.mark.parametrize(
    ("direction", "low", "high", "outcome"),
    [
        ("above", 0.051, 0.3, "supported"),
        ("above", 0.05, 0.3, "undecided"),
        ("above", 0.04, 0.3, "undecided"),
        ("above", -0.3, 0.3, "undecided"),
        ("above", -0.04, 0.04, "refuted"),
        ("above", -0.4, 0.049, "refuted"),
        ("above", -0.4, -0.2, "refuted"),
        ("above", -0.04, 0.05, "undecided"),
        ("below", -0.3, -0.051, "supported"),
        ("below", -0.3, -0.05, "undecided"),
        ("below", 0.2, 0.3, "refuted"),
        ("either", 0.06, 0.3, "supported"),
        ("either", -0.3, -0.06, "supported"),
        ("either", -0.049, 0.049, "refuted"),
        ("either", -0.06, 0.04, "undecided"),
        ("either", -0.06, 0.06, "undecided"),
    ],
)
def test_the_rule(direction, low, high, outcome):
    claim = replace(CULTURE, direction=direction)
    decided = verdict(claim, estimate=(low + high) / 2, ci_low=low, ci_high=high)
    assert decided.outcome == outcome
    assert bool(decided.reason) == (outcome == "undecided")


def test_a_verdict_carries_what_it_rests_on():
    decided = verdict()
    assert (decided.claim, decided.admission) == ("culture", CULTURE.admission)
    assert (decided.estimate, decided.ci_low, decided.ci_high) == (0.2, 0.1, 0.3)
    assert (decided.n_pairs, decided.n_images, decided.n_abstained) == (20, 80, 3)
    assert (decided.level, decided.margin) == (0.95, 0.05)


def test_the_sentences_are_for_a_person():
    said = (
        "the western share of scenes without a culture, asked in Korean, less one half is "
        "+20.0 points (95% interval +10.0 to +30.0; 20 prompts, 80 pictures; "
        "3 more could not be told)"
    )
    assert verdict().sentence == (
        f"Supported: {said}; all of that is beyond the margin of 5.0 points."
    )
    assert verdict(ci_low=0.0).sentence.startswith("Cannot tell: ")
    assert verdict(ci_low=0.0).sentence.endswith("; the interval crosses the margin.")
    refuted = verdict(estimate=-0.1, ci_low=-0.2, ci_high=0.0).sentence
    assert refuted.startswith("Refuted: ")
    assert refuted.endswith("; none of that is beyond the margin of 5.0 points.")
    plain = verdict(replace(CULTURE, unit="number")).sentence
    assert "is +0.2 (95% interval +0.1 to +0.3; 20 prompts, 80 pictures; " in plain


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        (
            {"n_abstained": 21},
            "of 21 of 101 pictures no judge could tell, and a verdict needs all but 20%",
        ),
        ({"n_pairs": 8}, "8 prompt pairs are too few for a verdict, which needs 9"),
        ({"ci_low": None, "ci_high": None}, "the estimate has no interval"),
        (
            {"estimate": None, "ci_low": None, "ci_high": None, "note": "no judge could tell"},
            "no judge could tell",
        ),
        ({"level": 0.9}, "the interval is of level 0.9, and the claim asks for 0.95"),
        ({"arm": "english"}, "this run has no such estimate"),
        ({"estimand": "over_seeds"}, "this run has no such estimate"),
        ({"by": "concept", "group": "house"}, "this run has no such estimate"),
    ],
)
def test_what_cannot_be_decided_says_why(numbers, reason):
    assert verdict().outcome == "supported"
    decided = verdict(**numbers)
    assert (decided.outcome, decided.reason) == ("undecided", reason)
    assert reason in decided.sentence
    assert decided.sentence.startswith("Cannot tell: ")


def test_nine_pairs_are_enough():
    assert FEWEST_PAIRS == 9
    assert verdict(n_pairs=9).outcome == "supported"


def test_a_claim_must_mean_one_estimate():
    estimates = [FOUND, replace(FOUND, measurement="dress", estimate=0.5)]
    decided = CULTURE("culture", estimates, 0.95)
    assert decided.outcome == "undecided"
    assert decided.reason == "2 estimates are meant, which differ in measurement, estimate"
    exact = replace(CULTURE, about={**CULTURE.about, "measurement": "culture"})
    assert exact("culture", estimates, 0.95).outcome == "supported"


def test_the_level_that_is_asked_for_decides():
    asked = CULTURE("culture", [FOUND], 0.99)
    assert (asked.outcome, asked.level) == ("undecided", 0.99)
    assert CULTURE("culture", [replace(FOUND, level=0.99)], 0.99).outcome == "supported"


def test_a_run_is_planned_to_find_twice_the_margin_unless_told_otherwise():
    assert CULTURE.planned_effect == 0.1
    assert replace(CULTURE, effect=0.25).planned_effect == 0.25


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"about": {"metric": "x", "colour": "red"}},
            "names columns of the estimates, not 'colour'",
        ),
        ({"about": {"arm": "korean"}}, "and 'metric' among them"),
        ({"margin": -0.1}, "margin must be 0 or more, got -0.1"),
        ({"margin": float("nan")}, "margin must be 0 or more, got nan"),
        ({"direction": "up"}, "above, below or either: 'up'"),
        ({"effect": 0.05}, "must lie beyond its margin of 0.05, got 0.05"),
    ],
)
def test_a_claim_that_could_not_be_decided_is_refused_at_once(changed, message):
    with pytest.raises(ValueError, match=message):
        replace(CULTURE, **changed)


def test_the_smallest_detectable_effect_is_that_of_the_pairs():
    rng = np.random.default_rng(3)
    for count, tolerance in ((12, 1e-6), (80, 0.05)):
        values = rng.normal(0.1, 0.3, size=count)
        found = Inference().over_prompts(FOUND, PerPair(values, count, 0), rng)
        expected = effects.smallest_detectable(values.std(ddof=1), count)
        assert smallest_detectable(found) == pytest.approx(expected, rel=tolerance)
        cut = replace(found, ci_low=found.estimate)
        assert smallest_detectable(cut) == pytest.approx(expected, rel=max(0.1, tolerance))
    assert smallest_detectable(replace(FOUND, method="all_alike")) is None
    assert smallest_detectable(replace(FOUND, ci_low=None, ci_high=None)) is None


def test_the_order_of_estimates_does_not_matter():
    others = [replace(FOUND, arm=arm, estimate=0.4) for arm in ("english", "original")]
    decided = CULTURE("culture", [FOUND, *others], 0.95)
    assert decided.outcome == "supported"
    assert CULTURE("culture", [*others[::-1], FOUND], 0.95) == decided


def test_a_fifth_that_could_not_be_told_is_just_borne():
    assert verdict(n_abstained=20).outcome == "supported"


def test_a_spread_between_prompts_is_read_from_nothing_else():
    assert smallest_detectable(FOUND) is not None
    assert smallest_detectable(replace(FOUND, estimand="over_seeds", n_pairs=1)) is None
    assert smallest_detectable(replace(FOUND, n_pairs=1)) is None
