from math import sqrt

import numpy as np
import pytest
from statsmodels.stats.power import TTestPower

from ksd_eval.numerics import intervals, planning
from ksd_eval.numerics.population import Population

SIMULATED = 2000


@pytest.mark.parametrize("pairs", [2, 9, 40, 300])
@pytest.mark.parametrize("effect", [0.0, 0.03, 0.1, 0.5])
def test_planned_power_is_that_of_students_test(pairs, effect):
    found = planning.planned_power(0.2, effect, pairs)
    theirs = TTestPower().power(effect / 0.2, pairs, 0.05, alternative="two-sided")
    if np.isnan(theirs):  # scipy cannot tell the lower tail so far out
        assert found > 0.999
    else:
        assert found == pytest.approx(theirs, abs=1e-6)
    assert planning.planned_power(0.2, -effect, pairs) == pytest.approx(found)


def test_power_without_an_effect_is_the_rate_of_false_alarms():
    assert planning.planned_power(0.3, 0.0, 20, level=0.9) == pytest.approx(0.1)


def test_more_pairs_and_larger_effects_are_found_more_surely():
    powers = [planning.planned_power(0.2, 0.05, pairs) for pairs in (10, 20, 40, 80)]
    assert powers == sorted(powers)
    powers = [planning.planned_power(0.2, effect, 30) for effect in (0.02, 0.05, 0.1, 9.0)]
    assert powers == sorted(powers)
    assert powers[-1] == 1.0


def test_the_pairs_needed_are_the_fewest_that_suffice():
    needed = planning.pairs_needed(0.2, 0.05)
    assert planning.planned_power(0.2, 0.05, needed) >= 0.8
    assert planning.planned_power(0.2, 0.05, needed - 1) < 0.8
    assert planning.pairs_needed(0.2, 0.5, least=9) == 9
    assert planning.pairs_needed(5.0, 0.001) is None


def test_the_smallest_effect_is_found_just_so_surely():
    smallest = planning.smallest_effect(lambda effect: 0.2 + effect, 40)
    assert planning.planned_power(0.2 + smallest, smallest, 40) == pytest.approx(0.8)
    assert planning.smallest_effect(lambda effect: 9.0, 10) is None


@pytest.mark.parametrize(
    ("pairs", "replicates", "effect", "published"),
    [
        (20, 50, 0.05, 0.24),
        (20, 50, 0.10, 0.70),
        (50, 20, 0.05, 0.48),
        (50, 20, 0.10, 0.97),
        (100, 10, 0.05, 0.65),
        (100, 10, 0.10, 0.98),
        (150, 8, 0.05, 0.73),
        (150, 20, 0.05, 0.90),
        (300, 10, 0.05, 0.98),
    ],
)
def test_the_power_of_designs_of_the_field(pairs, replicates, effect, published):
    """Logit effects of sd 2.5 between prompts and 1 between languages, as our notes simulated.

    Theirs are of 400 studies or so, and set the effect on the scale of logits: .05 between them
    and ours is what that and chance bring.
    """
    population = Population(sd_prompt=2.5, sd_interaction=1.0)
    spread = population.spread(replicates, effect)
    by_formula = planning.planned_power(spread, effect, pairs)
    rng = np.random.default_rng([pairs, replicates])
    drawn = population.draws(effect, replicates)
    by_simulation = planning.simulated_power(drawn, pairs, 0.95, rng, studies=SIMULATED)
    assert by_formula == pytest.approx(published, abs=0.05)
    assert by_simulation == pytest.approx(by_formula, abs=0.04)


def test_pictures_taken_for_independent_give_false_alarms_and_pairs_do_not():
    population, rng = Population(), np.random.default_rng(0)
    alarms = {}
    for pairs, replicates in ((20, 50), (150, 8)):
        draw = population.draws(0.0, replicates)
        values = draw((SIMULATED, pairs), rng)
        error = sqrt(0.5 / (pairs * replicates))  # of two pooled shares of one half
        pooled = np.abs(values.mean(axis=1)) > 1.96 * error
        alarms[pairs] = pooled.mean(), planning.differ_from_zero(values, 0.95).mean()
    assert alarms[20][0] == pytest.approx(0.23, abs=0.04)
    assert alarms[20][1] == pytest.approx(0.05, abs=0.015)
    assert alarms[150][1] == pytest.approx(0.05, abs=0.015)


def test_the_simulated_tests_are_those_of_the_harness():
    rng = np.random.default_rng(1)
    values = Population().draws(0.1, 4)((60, 12), rng)
    found = planning.differ_from_zero(values, 0.95)
    expected = [not intervals.over_prompts(row, 0.95).covers(0) for row in values]
    assert 0 < sum(expected) < 60
    assert found.tolist() == expected
    shares = Population(paired=False, mean_share=0.4).draws(0.2, 4)((60, 12), rng)
    test = planning.differ_from(0.4, 4)
    expected = [not intervals.share_over_prompts(row, 48, 0.95).covers(0.4) for row in shares]
    assert 0 < sum(expected) < 60
    assert test(shares, 0.95).tolist() == expected


def test_a_confirmed_plan_has_its_power_where_the_formula_promises_too_much():
    rare = Population(mean_share=0.02, sd_prompt=2.5, sd_interaction=1.0)
    spread = rare.spread(1, 0.03)
    start = planning.pairs_needed(spread, 0.03)
    rng = np.random.default_rng(2)
    pairs, power = planning.pairs_confirmed(rare.draws(0.03, 1), start, 0.8, 0.95, rng)
    assert pairs >= start
    assert power > 0.78


def test_a_pilots_pairs_are_drawn_whole_with_the_wanted_effect():
    first = np.array([4, 3, 0, 1, 2, 4, 0, 0])
    second = np.array([4, 1, 0, 1, 2, 3, 0, 1])
    draw = planning.resampled(first, second, 4, 0.2)
    values = draw((4000, 8), np.random.default_rng(3))
    assert values.mean() == pytest.approx(0.2, abs=0.005)
    assert set(np.unique(values * 4)) <= set(range(-4, 5))
    null = planning.resampled(first, second, 4, float((first - second).mean()) / 4)
    drawn = null((1, 1000), np.random.default_rng(4))
    assert set(np.unique(drawn)) <= set((first - second) / 4), "no picture turns"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: planning.planned_power(0.0, 0.1, 9), "spread must be finite and above 0"),
        (lambda: planning.planned_power(0.1, 0.1, 1), "pairs must be a whole number"),
        (lambda: planning.pairs_needed(0.1, 0.1, power=0.04), "power must exceed"),
        (lambda: planning.resampled([1], [9], 4, 0.1), "counts, from 0 to 4"),
        (lambda: planning.resampled([4, 4], [0, 4], 4, 0.9), "plan for a smaller effect"),
    ],
)
def test_what_cannot_be_planned_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
