"""The bootstrap: oracles, what it must not depend on, and why replicates are not drawn too."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ksd_eval.numerics import bootstrap, intervals, pairs

QUICK = settings(max_examples=30, deadline=None, derandomize=True, database=None)
RULES = [bootstrap.percentile, bootstrap.bca]


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)


def ends(interval):
    return np.array([interval.low, interval.high])


# -- drawn means


def test_drawn_means_are_spread_as_a_mean_is(rng):
    values = rng.exponential(size=40)
    means = bootstrap.resampled_means(values, 40_000, rng)
    assert means.shape == (40_000,)
    assert means.mean() == pytest.approx(values.mean(), abs=0.004)
    assert means.std() == pytest.approx(values.std() / math.sqrt(40), rel=0.02)


def test_two_values_are_drawn_in_every_way_equally_often(rng):
    means = bootstrap.resampled_means([0.0, 1.0], 40_000, rng)
    shares = [np.mean(means == mean) for mean in (0.0, 0.5, 1.0)]
    assert shares == pytest.approx([0.25, 0.5, 0.25], abs=0.01)


def test_groups_are_drawn_from_their_own_pairs_only(rng):
    values, groups = [1.0, 2.0, 10.0, 20.0, 30.0, 7.0], ["b", "b", "a", "a", "a", "c"]
    means = bootstrap.grouped_means(values, groups, 4000, rng)
    assert means.shape == (4000, 3)
    assert (means[:, 2] == 7).all()
    assert set(means[:, 1]) == {1.0, 1.5, 2.0}
    assert means[:, 0].min() == 10.0
    assert means[:, 0].max() == 30.0
    assert means.mean(axis=0) == pytest.approx([20, 1.5, 7], rel=0.02)


def test_groups_are_drawn_independently(rng):
    means = bootstrap.grouped_means(rng.random(40), np.repeat([0, 1], 20), 20_000, rng)
    assert np.corrcoef(means.T)[0, 1] == pytest.approx(0, abs=0.03)


def test_many_groups_agree_with_each_alone(rng):
    values, groups = rng.exponential(size=90), np.arange(90) % 3
    means = bootstrap.grouped_means(values, groups, 20_000, rng)
    for group in range(3):
        alone = bootstrap.resampled_means(values[groups == group], 20_000, rng)
        assert alone.std() > 0.1
        quantiles = np.linspace(0.05, 0.95, 7)
        np.testing.assert_allclose(
            np.quantile(means[:, group], quantiles), np.quantile(alone, quantiles), atol=0.02
        )


@QUICK
@given(st.integers(1, 9), st.integers(1, 30))
def test_memory_bound_does_not_change_the_numbers(width, resamples):
    values, groups = np.arange(7.0), [0, 1, 1, 0, 2, 2, 2]
    whole = bootstrap.grouped_means(values, groups, resamples, np.random.default_rng(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "_BLOCK", width)
        blocks = bootstrap.grouped_means(values, groups, resamples, np.random.default_rng(2))
    np.testing.assert_array_equal(blocks, whole)


@QUICK
@given(st.lists(st.integers(-8, 8), min_size=4, max_size=9), st.integers(-5, 5))
def test_drawn_means_move_and_stretch_with_the_values(values, shift):
    groups = np.arange(len(values)) % 2
    numbers = np.array(values, float)
    means = bootstrap.grouped_means(numbers, groups, 50, np.random.default_rng(1))
    moved = bootstrap.grouped_means(2 * numbers + shift, groups, 50, np.random.default_rng(1))
    np.testing.assert_allclose(moved, 2 * means + shift, atol=1e-12)
    renamed = bootstrap.grouped_means(numbers, 5 + 3 * groups, 50, np.random.default_rng(1))
    np.testing.assert_array_equal(renamed, means)


def test_bad_input_is_named():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="pair_values has 1 of 2 values that are NaN"):
        bootstrap.grouped_means([0.0, math.nan], [0, 1], 5, rng)
    with pytest.raises(ValueError, match=r"groups must be one label a row, shape \[2\]"):
        bootstrap.grouped_means([0.0, 1.0], [0], 5, rng)
    with pytest.raises(ValueError, match="resamples must be a whole number of at least 1, got 0"):
        bootstrap.grouped_means([0.0, 1.0], [0, 0], 0, rng)
    with pytest.raises(ValueError, match="values has 0 values, needs at least 1"):
        bootstrap.resampled_means([], 5, rng)


# -- intervals


@pytest.mark.parametrize(("rule", "method"), [(RULES[0], "percentile"), (RULES[1], "BCa")])
def test_intervals_agree_with_scipy(rule, method, rng):
    values = rng.exponential(size=30)
    ours = rule(values, 0.9, 30_000, rng)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=30_000, confidence_level=0.9, method=method, rng=rng
    ).confidence_interval
    assert ours.width > 0.4
    np.testing.assert_allclose(ends(ours), theirs, atol=0.012)


def test_bca_reaches_further_towards_the_long_tail(rng):
    values = rng.exponential(size=30) ** 2
    plain, moved = (rule(values, 0.95, 20_000, rng) for rule in RULES)
    assert moved.low > plain.low
    assert moved.high > plain.high + 0.1


def test_bca_of_symmetric_values_is_the_percentile_interval(rng):
    values = np.arange(-20, 21) / 10
    plain, moved = (rule(values, 0.95, 40_000, rng) for rule in RULES)
    np.testing.assert_allclose(ends(moved), ends(plain), atol=0.02)


def test_the_bias_of_very_few_resamples_stays_finite(rng):
    for _ in range(20):
        assert math.isfinite(bootstrap.bca([0.0, 1.0, 5.0], 0.95, 1, rng).width)


@pytest.mark.parametrize("rule", RULES)
def test_an_interval_depends_on_the_generator_alone(rule):
    values = np.random.default_rng(1).random(37)
    draws = [rule(values, 0.95, 101, np.random.default_rng(seed)) for seed in (2, 2, 3)]
    assert draws[0] == draws[1] != draws[2]


@pytest.mark.parametrize("rule", RULES)
def test_no_spread_gives_no_interval(rule, rng):
    for values in ([], [0.5], [0.5] * 9, [0.3, 0.1 + 0.2]):
        assert rule(values, 0.95, 20, rng) is None


# -- both levels


def test_pairs_with_one_replicate_have_no_second_level(rng):
    values = rng.random(25)
    once = bootstrap.both_levels(values, np.arange(25), 0.95, 20_000, rng)
    np.testing.assert_allclose(
        ends(once), ends(bootstrap.percentile(values, 0.95, 20_000, rng)), atol=0.01
    )


def test_both_levels_add_the_variance_within_pairs_once_more(rng):
    sizes = rng.integers(2, 6, 30)
    names = np.repeat(np.arange(30), sizes)
    values = rng.normal(0, 1, 30)[names] + rng.normal(0, 2, len(names))
    means = pairs.pair_means(values, names)
    within = np.array([values[names == name].var() / sizes[name] for name in range(30)])
    drawn = bootstrap.both_levels(values, names, 0.95, 20_000, rng)
    expected = 2 * 1.96 * math.sqrt((means.var() + within.mean()) / 30)
    assert within.mean() > 0.4
    assert drawn.width == pytest.approx(expected, rel=0.04)


def test_both_levels_are_wider_and_cover_more_than_they_promise(rng):
    names = np.repeat(np.arange(30), 6)
    covered, widths = np.zeros(2), np.zeros(2)
    runs = 1000
    for _ in range(runs):
        values = rng.normal(0, 0.3, 30)[names] + rng.normal(0, 1, 180)
        once = intervals.student(pairs.pair_means(values, names), 0.95)
        twice = bootstrap.both_levels(values, names, 0.95, 300, rng)
        covered += [once.covers(0), twice.covers(0)]
        widths += [once.width, twice.width]
    assert covered[0] / runs == pytest.approx(0.95, abs=0.02)
    assert covered[1] / runs > 0.965
    assert widths[1] > 1.15 * widths[0]


def test_one_pair_or_equal_values_have_no_interval_of_both_levels(rng):
    assert bootstrap.both_levels([0.0, 1.0], ["a", "a"], 0.95, 20, rng) is None
    assert bootstrap.both_levels([1.0, 1.0, 1.0], ["a", "a", "b"], 0.95, 20, rng) is None
