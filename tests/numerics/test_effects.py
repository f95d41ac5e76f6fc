"""Detectable effects, families of tests, and sign-flip p values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower

from ksd_eval.numerics import effects

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)


# -- smallest detectable effect


@pytest.mark.parametrize("n_pairs", [5, 20, 300])
@pytest.mark.parametrize(("level", "power"), [(0.95, 0.8), (0.9, 0.9)])
def test_smallest_detectable_agrees_with_statsmodels(n_pairs, level, power):
    effect = effects.smallest_detectable(2.0, n_pairs, level, power)
    reached = TTestPower().power(effect / 2.0, n_pairs, alpha=1 - level)
    assert reached == pytest.approx(power, abs=1e-8)


def test_the_smallest_detectable_effect_is_found_as_often_as_promised(rng):
    effect = effects.smallest_detectable(0.3, 12)
    p = stats.ttest_1samp(rng.normal(effect, 0.3, (4000, 12)), 0, axis=1).pvalue
    assert np.mean(p < 0.05) == pytest.approx(0.8, abs=0.025)


@pytest.mark.parametrize("n_pairs", [2, 3, 5, 30, 5000])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("power", [0.6, 0.8, 0.999])
def test_it_is_finite_far_out_where_nct_cdf_is_not(n_pairs, level, power):
    assert 0 < effects.smallest_detectable(1.0, n_pairs, level, power) < 1e5


def test_more_pairs_and_less_spread_show_smaller_effects():
    by_n = [effects.smallest_detectable(1.0, n) for n in (2, 5, 20, 100, 1000)]
    assert (np.diff(by_n) < 0).all()
    assert effects.smallest_detectable(0.5, 20) == pytest.approx(by_n[2] / 2)


def test_without_spread_or_pairs_nothing_can_be_promised():
    assert effects.smallest_detectable(0.0, 20) is None
    assert effects.smallest_detectable(1.0, 1) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1.0, 20), "sd_between_pairs must be finite and >= 0, got -1.0"),
        ((float("nan"), 20), "sd_between_pairs must be finite"),
        ((1.0, 20, 0.95, 0.01), "power must exceed 1 - level = 0.05, got 0.01"),
        ((1.0, 20, 95.0), "level must lie between 0 and 1"),
    ],
)
def test_impossible_plans_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        effects.smallest_detectable(*arguments)


# -- Holm


@pytest.mark.parametrize("n", [1, 6, 40])
def test_holm_agrees_with_statsmodels(n, rng):
    # Few cases: multipletests calls the garbage collector each time.
    p_values = rng.beta(0.3, 3, n).round(2)
    expected = multipletests(p_values, method="holm")[1]
    assert n == 1 or (expected > p_values).any()
    np.testing.assert_allclose(effects.holm(p_values), expected)


@QUICK
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_holm_keeps_order_and_lies_between_p_and_bonferroni(p_values, random):
    order = random.sample(range(len(p_values)), len(p_values))
    p, adjusted = np.array(p_values), effects.holm(p_values)
    np.testing.assert_array_equal(effects.holm(p[order]), adjusted[order])
    assert (adjusted >= p).all()
    assert (adjusted <= np.minimum(1, p * len(p))).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


def test_holm_by_hand():
    # Sorted .01 .02 .03 .2 times 4 3 2 1 is .04 .06 .06 .2, already increasing.
    assert effects.holm([0.03, 0.01, 0.2, 0.02]) == pytest.approx([0.06, 0.04, 0.2, 0.06])


def test_holm_of_no_claims_is_empty():
    assert effects.holm([]).shape == (0,)


def test_holm_refuses_what_is_no_probability():
    with pytest.raises(ValueError, match=r"p_values must lie in \[0, 1\], got \[1.5\]"):
        effects.holm([0.5, 1.5])
    with pytest.raises(ValueError, match="p_values has 1 of 1 values that are NaN"):
        effects.holm([float("nan")])


# -- sign-flip p


@pytest.mark.parametrize("n", [4, 9])
def test_exact_p_agrees_with_scipy(n, rng):
    values = rng.normal(0.8, 1.0, n)
    theirs = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert 0 < theirs < 1
    assert effects.sign_flip_p(values, rng, 1) == pytest.approx(theirs)


def test_drawn_p_agrees_with_the_exact_one(rng, monkeypatch):
    values = rng.normal(0.2, 1.0, 12)
    exact = effects.sign_flip_p(values, rng, 1)
    assert 0.02 < exact < 0.9
    monkeypatch.setattr(effects.signs, "ENUMERATED_UP_TO", 5)
    drawn = effects.sign_flip_p(values, rng, 20_000)
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(exact / 20_000))
    assert drawn != exact


def test_p_is_never_zero_and_ties_count(rng):
    assert effects.sign_flip_p(np.full(40, 5.0), rng, 99) == pytest.approx(0.01)
    assert effects.sign_flip_p([0.1] * 10, rng, 1) == 2 / 2**10
    assert effects.sign_flip_p([0.0, 0.0], rng, 1) == 1.0


@QUICK
@given(st.lists(st.integers(-20, 20), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_p_ignores_order_sign_and_scale(values, random):
    rng = np.random.default_rng(0)
    other = [-0.1 * v for v in random.sample(values, len(values))]
    assert effects.sign_flip_p(other, rng, 1) == effects.sign_flip_p(values, rng, 1)


def test_false_alarms_stay_at_the_level(rng):
    worlds = rng.normal(size=(1000, 8))
    alarms = np.mean([effects.sign_flip_p(world, rng, 1) <= 0.05 for world in worlds])
    assert alarms == pytest.approx(12 / 256, abs=0.02)
