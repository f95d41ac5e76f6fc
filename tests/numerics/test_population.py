import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ksd_eval.numerics.components import variance_components
from ksd_eval.numerics.population import Population, fitted

QUICK = settings(max_examples=25, deadline=None, derandomize=True, database=None)
SEVERAL = [
    Population(),
    Population(0.1, 1.0, 0.5, shared_noise=0.7),
    Population(0.3, 0.0, 2.0, shared_noise=1.0),
    Population(0.6, 2.0, 0.0, paired=False),
]


@pytest.mark.parametrize("population", SEVERAL, ids=str)
@pytest.mark.parametrize("replicates", [1, 6])
def test_spread_and_effect_are_those_of_what_is_drawn(population, replicates):
    effect = 0.1
    values = population.draws(effect, replicates)((400, 500), np.random.default_rng(0))
    middle = effect if population.paired else population.mean_share + effect
    assert values.mean() == pytest.approx(middle, abs=0.004)
    assert values.std() == pytest.approx(population.spread(replicates, effect), rel=0.02)


@QUICK
@given(st.floats(0.02, 0.9), st.floats(0, 4), st.floats(0, 3))
def test_mean_shares_are_as_wanted_whatever_the_spreads(share, prompts, apart):
    population = Population(share, prompts, apart, paired=False)
    values = population.draws(0.05, 1)((5, 20000), np.random.default_rng(1))
    assert values.mean() == pytest.approx(share + 0.05, abs=0.01)


@QUICK
@given(st.floats(0, 0.9))
def test_shared_noise_narrows_differences(shared):
    apart = Population(shared_noise=shared).spread(2)
    assert Population(shared_noise=1.0).spread(2) <= apart + 1e-12 <= Population().spread(2) + 2e-12


def test_a_fitted_population_has_the_components_of_its_pilot():
    true = Population(0.3, 1.5, 0.8, shared_noise=0.5)
    rng = np.random.default_rng(2)
    alone = Population(0.3, float(np.hypot(1.5, 0.4)), 0.0, paired=False)
    within_arm = alone.components().within
    found = fitted(0.3, within_arm, true.components(), paired=True)
    assert found.spread(1) == pytest.approx(true.spread(1), rel=0.02)
    assert found.spread(8) == pytest.approx(true.spread(8), rel=0.02)
    values = true.draws(0.0, 1)((1, 20000), rng)
    assert values.std() == pytest.approx(found.spread(1), rel=0.03)


def test_variance_components_are_those_of_the_population():
    population, replicates = Population(0.4, 1.5, 1.0), 5
    rng = np.random.default_rng(3)
    expected = population.components()
    common = rng.normal(0, 1.5, 3000)
    apart = rng.normal(0, 0.5, 3000)
    logits = population.logits(0.0)
    p = 1 / (1 + np.exp(-(logits[0] + common + apart)))
    q = 1 / (1 + np.exp(-(logits[1] + common - apart)))
    draws = rng.random((2, 3000, replicates))
    values = (draws[0] < p[:, None]).astype(float) - (draws[1] < q[:, None])
    found = variance_components(values.ravel(), np.repeat(np.arange(3000), replicates))
    assert found.within == pytest.approx(expected.within, rel=0.03)
    assert found.between == pytest.approx(expected.between, rel=0.2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Population(mean_share=1.2), "mean_share must lie between 0 and 1"),
        (lambda: Population(sd_prompt=-1), "sd_prompt must be finite and >= 0"),
        (lambda: Population(shared_noise=2), "shared_noise must lie in"),
        (lambda: Population(0.9).logits(0.2), "plan for a smaller one"),
    ],
)
def test_what_is_no_population_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
