"""Detectable effects, families of tests, equivalence, and sign-flip p values."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import ttost_paired

from ksd_eval.numerics import effects, intervals

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


# -- Benjamini and Hochberg


@pytest.mark.parametrize("n", [1, 6, 40])
def test_benjamini_hochberg_agrees_with_scipy_and_statsmodels(n, rng):
    p_values = rng.beta(0.3, 3, n).round(2)
    q_values = effects.benjamini_hochberg(p_values)
    assert n == 1 or (q_values > p_values).any()
    np.testing.assert_allclose(q_values, stats.false_discovery_control(p_values))
    np.testing.assert_allclose(q_values, multipletests(p_values, method="fdr_bh")[1])


def test_benjamini_hochberg_by_hand():
    # Sorted .01 .02 .03 .2 times 4/1 4/2 4/3 4/4 is .04 .04 .04 .2.
    q_values = effects.benjamini_hochberg([0.03, 0.01, 0.2, 0.02])
    assert q_values == pytest.approx([0.04, 0.04, 0.2, 0.04])
    assert effects.benjamini_hochberg([]).shape == (0,)


@QUICK
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_q_values_keep_order_and_lie_between_p_and_holms(p_values, random):
    order = random.sample(range(len(p_values)), len(p_values))
    p, q = np.array(p_values), effects.benjamini_hochberg(p_values)
    np.testing.assert_allclose(effects.benjamini_hochberg(p[order]), q[order], rtol=1e-12)
    assert (q >= p * (1 - 1e-12)).all()
    assert (q <= effects.holm(p) * (1 + 1e-12)).all()
    assert (np.diff(q[np.argsort(p)]) >= 0).all()


def test_benjamini_hochberg_refuses_what_is_no_probability():
    with pytest.raises(ValueError, match=r"p_values must lie in \[0, 1\], got \[-0.1\]"):
        effects.benjamini_hochberg([0.5, -0.1])


def test_false_discoveries_stay_at_the_level(rng):
    # 30 groups, of which 10 have an effect: FDR is alpha times the fraction of nulls, 2/3.
    wrong = []
    for _ in range(600):
        p = stats.norm.sf(rng.standard_normal(30) + np.repeat([3, 0], [10, 20]))
        found = effects.benjamini_hochberg(p) <= 0.15
        wrong.append(found[10:].sum() / max(1, found.sum()))
    assert np.mean(wrong) == pytest.approx(0.1, abs=0.02)


# -- equivalence


@pytest.mark.parametrize("centre", [-0.4, 0.0, 0.3, 2.0])
def test_equivalence_agrees_with_statsmodels(centre, rng):
    values = rng.normal(centre, 1.0, 15)
    expected = ttost_paired(values, np.zeros(15), -0.8, 0.8)[0]
    assert 1e-6 < expected < 1
    assert effects.equivalence_p(values, 0.8) == pytest.approx(expected)


@QUICK
@given(
    st.lists(st.integers(-9, 9), min_size=2, max_size=9).filter(lambda v: len(set(v)) > 1),
    st.floats(0.1, 20),
)
def test_equivalence_is_shown_just_if_the_interval_lies_between_the_margins(values, margin):
    p = effects.equivalence_p(values, margin)
    assume(abs(p - 0.05) > 1e-9)
    interval = intervals.student(values, 0.9)
    assert (p < 0.05) == (-margin < interval.low and interval.high < margin)
    assert effects.equivalence_p([-3.0 * v for v in values], 3 * margin) == pytest.approx(p)


def test_equivalence_of_equal_values_cannot_be_told():
    assert effects.equivalence_p([0.1] * 9, 0.2) is None
    assert effects.equivalence_p([0.1], 0.2) is None


@pytest.mark.parametrize("margin", [0.0, -0.1, float("nan"), float("inf")])
def test_a_margin_must_say_what_would_matter(margin):
    with pytest.raises(ValueError, match="margin must be finite and above 0"):
        effects.equivalence_p([0.0, 0.1], margin)


def test_equivalence_is_rarely_claimed_at_the_margin(rng):
    worlds = rng.normal(0.5, 1.0, (1000, 30))
    claimed = np.mean([effects.equivalence_p(world, 0.5) <= 0.05 for world in worlds])
    assert claimed == pytest.approx(0.05, abs=0.02)


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


# -- the test of a mean over prompts, and families whose members depend on each other


@given(st.lists(st.floats(-1, 1, allow_nan=False), min_size=2, max_size=30), st.floats(0.5, 0.999))
@QUICK
def test_a_mean_is_told_from_0_just_where_its_interval_excludes_it(values, level):
    assume(np.ptp(values) > 1e-6)
    interval = intervals.student(values, level)
    p = effects.mean_p(values)
    assume(abs(p - (1 - level)) > 1e-6)
    assert (p < 1 - level) == (not interval.covers(0.0))


def test_the_p_value_of_a_mean_agrees_with_scipy(rng):
    values = rng.normal(0.3, 1, 15)
    assert effects.mean_p(values) == pytest.approx(stats.ttest_1samp(values, 0).pvalue)


@pytest.mark.parametrize("same", [-1.0, -0.25, 0.5, 1.0])
@pytest.mark.parametrize("n", [2, 8, 40])
def test_alike_values_are_told_from_0_only_where_their_interval_is(same, n):
    """Twice the chance, as it could have been on either side: more cautious than the interval."""
    bounds = (-1.0, 1.0)
    interval = intervals.over_prompts([same] * n, 0.95, bounds)
    p = effects.mean_p([same] * n, bounds)
    assert p == pytest.approx(min(1.0, 2 * (1 / (1 + abs(same))) ** n))
    assert p >= 0.05 or not interval.covers(0.0)


@pytest.mark.parametrize("values", [[], [0.2], [0.2, 0.2]], ids=str)
def test_without_spread_or_bounds_a_mean_has_no_p_value(values):
    assert effects.mean_p(values) is None


def test_benjamini_yekutieli_agrees_with_statsmodels(rng):
    p = rng.random(30) ** 3
    expected = multipletests(p, method="fdr_by")[1]
    assert effects.benjamini_yekutieli(p) == pytest.approx(expected)
    assert len(effects.benjamini_yekutieli([])) == 0
