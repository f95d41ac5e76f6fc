from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import expit

from ksd_eval.numerics.components import Components, variance_components
from ksd_eval.numerics.population import Population, fitted, matched

QUICK = settings(max_examples=25, deadline=None, derandomize=True, database=None)
SEVERAL = [
    Population(),
    Population(0.1, 1.0, 0.5, shared_noise=0.7),
    Population(0.3, 0.0, 2.0, shared_noise=1.0),
    Population(0.6, 2.0, 0.0, paired=False),
]
PAIRED = st.builds(
    Population,
    st.floats(0.05, 0.6),
    st.floats(0, 3.5),
    st.floats(0, 2),
    st.floats(0, 1),
)


def pictures(population, effect, pairs, replicates, rng):
    """Draw yes and no of every picture, which `draws` never makes: shape [pairs, replicates]."""
    first, second = population.logits(effect)
    common = rng.normal(0, population.sd_prompt, (pairs, 1))
    apart = rng.normal(0, population.sd_interaction, (pairs, 1))
    own, other = rng.random((2, pairs, replicates))
    same = rng.random((pairs, replicates)) < population.shared_noise
    yes = own < expit(first + common + apart / 2)
    no = np.where(same, own, other) < expit(second + common - apart / 2)
    return yes.astype(float), no.astype(float)


def test_prompts_that_do_not_differ_have_the_variance_of_a_coin():
    alone = Population(0.3, 0.0, 0.0, paired=False)
    assert alone.components(0.2).within == pytest.approx(0.25)
    assert alone.components(0.2).between == pytest.approx(0.0, abs=1e-12)
    two = Population(0.3, 0.0, 0.0)
    assert two.components(0.2).within == pytest.approx(0.3 * 0.7 + 0.25)
    # Shared throughout, a pair differs just if the draw falls between .3 and .5.
    assert replace(two, shared_noise=1.0).components(0.2).within == pytest.approx(0.2 * 0.8)


def test_the_variance_between_prompts_is_the_integral_that_it_is():
    population = Population(0.3, 1.2, 0.0, paired=False)
    mean = population.logits(0.0)[0]

    def moment(power):
        def inner(z):
            return expit(mean + 1.2 * z) ** power * stats.norm.pdf(z)

        return integrate.quad(inner, -12, 12)[0]

    assert moment(1) == pytest.approx(0.3, abs=1e-8)
    assert population.components().between == pytest.approx(moment(2) - 0.09, abs=1e-8)


@pytest.mark.parametrize("population", SEVERAL, ids=str)
@pytest.mark.parametrize("replicates", [1, 6])
def test_spread_and_effect_are_those_of_what_is_drawn(population, replicates):
    effect = 0.1
    values = population.draws(effect, replicates)((400, 500), np.random.default_rng(0))
    middle = effect if population.paired else population.mean_share + effect
    assert values.mean() == pytest.approx(middle, abs=0.004)
    assert values.std() == pytest.approx(population.spread(replicates, effect), rel=0.02)


@pytest.mark.parametrize("shared", [0.0, 0.6, 1.0])
def test_components_are_those_that_pictures_show_by_analysis_of_variance(shared):
    population, replicates = Population(0.4, 1.5, 1.0, shared), 5
    yes, no = pictures(population, 0.1, 8000, replicates, np.random.default_rng(3))
    names = np.repeat(np.arange(8000), replicates)
    found = variance_components((yes - no).ravel(), names)
    expected = population.components(0.1)
    assert expected.between > 0.02
    assert found.within == pytest.approx(expected.within, rel=0.04)
    assert found.between == pytest.approx(expected.between, abs=0.003)


def test_draws_are_distributed_as_the_pictures_that_they_stand_for():
    population, replicates = Population(0.3, 1.5, 1.0, shared_noise=0.6), 3
    rng = np.random.default_rng(4)
    yes, no = pictures(population, 0.1, 40_000, replicates, rng)
    values = population.draws(0.1, replicates)((1, 40_000), rng)[0]
    counts = [
        np.bincount(np.rint(each * replicates).astype(int) + replicates, minlength=7)
        for each in ((yes - no).mean(axis=1), values)
    ]
    assert min(map(min, counts)) > 20
    assert stats.chi2_contingency(counts).pvalue > 0.01


@QUICK
@given(st.floats(0.02, 0.9), st.floats(0, 4), st.floats(0, 3))
def test_mean_shares_are_as_wanted_whatever_the_spreads(share, prompts, apart):
    population = Population(share, prompts, apart, paired=False)
    values = population.draws(0.05, 1)((5, 20000), np.random.default_rng(1))
    assert values.mean() == pytest.approx(share + 0.05, abs=0.01)


@QUICK
@given(PAIRED)
def test_yes_and_no_may_change_places(population):
    turned = replace(population, mean_share=1 - population.mean_share)
    assert turned.spread(3, -0.1) == pytest.approx(population.spread(3, 0.1))


@QUICK
@given(st.floats(0, 0.9))
def test_shared_noise_narrows_differences(shared):
    apart = Population(shared_noise=shared).spread(2)
    assert Population(shared_noise=1.0).spread(2) <= apart + 1e-12 <= Population().spread(2) + 2e-12


@QUICK
@given(PAIRED, st.floats(-0.04, 0.3))
def test_a_fitted_population_has_the_components_of_its_pilot(true, effect):
    within_arm = replace(true, shared_noise=0.0).components(effect).within / 2
    known = true.components(effect)
    found = fitted(true.mean_share, effect, within_arm, known, paired=True)
    for replicates in (1, 8):
        expected = true.spread(replicates, effect)
        assert found.spread(replicates, effect) == pytest.approx(expected, rel=1e-3, abs=1e-6)


def test_a_fitted_population_is_the_one_that_was_drawn_from():
    true = Population(0.3, 1.5, 0.8, shared_noise=0.5)
    within_arm = replace(true, shared_noise=0.0).components(0.1).within / 2
    found = fitted(0.3, 0.1, within_arm, true.components(0.1), paired=True)
    assert found.sd_prompt == pytest.approx(1.5, abs=1e-3)
    assert found.sd_interaction == pytest.approx(0.8, abs=1e-3)
    assert found.shared_noise == pytest.approx(0.5, abs=1e-3)
    alone = Population(0.3, 1.5, 0.0, paired=False)
    known = alone.components()
    assert fitted(0.3, 0.0, known.within, known, paired=False).sd_prompt == pytest.approx(1.5)


def test_moments_that_no_population_has_are_met_as_nearly_as_one_can():
    nothing = fitted(0.3, 0.0, 0.0, Components(0.0, 0.0), paired=True)
    assert (nothing.sd_interaction, nothing.shared_noise) == (0.0, 1.0)
    assert 10 < nothing.sd_prompt <= 12
    # More within than independent noise brings, which arms that avoid each other would show.
    wild = fitted(0.5, 0.0, 0.25, Components(0.9, 0.9), paired=True)
    assert (wild.sd_prompt, wild.shared_noise) == (0.0, 0.0)


@pytest.mark.parametrize(("total", "shared"), [(0.6, 0.0), (0.15, (0.01, 1)), (0.02, 1.0)])
def test_a_pilot_of_single_pictures_is_matched_by_noise_first(total, shared):
    assumed = Population(0.4)
    found = matched(assumed, 0.0, total)
    assert found.sd_prompt == assumed.sd_prompt
    if isinstance(shared, tuple):
        assert shared[0] < found.shared_noise < shared[1]
        assert found.sd_interaction == assumed.sd_interaction
    else:
        assert found.shared_noise == shared
    if total < assumed.components().total:
        assert found.components().total == pytest.approx(total, rel=1e-3)


def test_a_pilots_own_effect_is_part_of_what_its_pairs_spread():
    """Arms that are set apart by nothing but the effect are fitted as such."""
    true = Population(0.3, 2.0, 0.0, shared_noise=1.0)
    known = true.components(0.2)
    assert sqrt(known.total) > 0.3
    within_arm = replace(true, shared_noise=0.0).components(0.2).within / 2
    found = fitted(0.3, 0.2, within_arm, known, paired=True)
    assert found.spread(1, 0.02) < 0.6 * found.spread(1, 0.2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Population(mean_share=1.2), "mean_share must lie between 0 and 1"),
        (lambda: Population(sd_prompt=-1), "sd_prompt must be finite and >= 0"),
        (lambda: Population(sd_interaction=np.inf), "sd_interaction must be finite and >= 0"),
        (lambda: Population(shared_noise=2), "shared_noise must lie in"),
        (lambda: Population(0.9).logits(0.2), "plan for a smaller one"),
        (lambda: Population().draws(0.1, 0), "replicates must be a whole number"),
        (lambda: fitted(0.3, 0.0, 0.1, Components(0.2), True), "give two"),
    ],
)
def test_what_is_no_population_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
