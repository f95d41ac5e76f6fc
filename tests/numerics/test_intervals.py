"""Intervals: known answers, oracles, what they must not depend on, and whether they cover."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from ksd_eval.numerics import effects, intervals
from ksd_eval.numerics.intervals import Interval

QUICK = settings(max_examples=40, deadline=None, derandomize=True, database=None)
SCORES = st.lists(st.integers(-1000, 1000).map(lambda k: k / 8), min_size=6, max_size=12)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)


def ends(interval):
    return np.array([interval.low, interval.high])


# -- the record


def test_interval_covers_its_ends_and_nothing_beyond():
    interval = Interval(-1.0, 2.0, 0.95, "by hand")
    assert interval.width == 3.0
    assert [interval.covers(v) for v in (-1.1, -1.0, 0.0, 2.0, 2.1)] == [0, 1, 1, 1, 0]


@pytest.mark.parametrize("low", [2.0, math.nan])
def test_interval_refuses_ends_out_of_order(low):
    with pytest.raises(ValueError, match="low <= high"):
        Interval(low, 1.0, 0.95, "by hand")


def test_interval_refuses_a_percentage_as_level():
    with pytest.raises(ValueError, match=r"write 95 % as 0.95"):
        Interval(0.0, 1.0, 95.0, "by hand")


# -- over prompts: which rule


@pytest.mark.parametrize(
    ("n", "method"), [(2, "student"), (29, "student"), (30, "percentile_bootstrap")]
)
def test_over_prompts_picks_the_rule_by_the_number_of_pairs(n, method, rng):
    assert intervals.over_prompts(rng.random(n), 0.95, 50, rng).method == method


@pytest.mark.parametrize("n", [0, 1])
def test_below_two_pairs_there_is_no_interval(n, rng):
    assert intervals.over_prompts([0.5] * n, 0.95, 50, rng) is None
    assert intervals.sign_flip([0.5] * n, 0.95) is None


@pytest.mark.parametrize("n", [2, 20, 60])
def test_equal_pairs_give_no_interval_rather_than_one_of_width_zero(n, rng):
    almost = [0.3, 0.1 + 0.2] * (n // 2)
    assert almost[0] != almost[1]
    for values in ([0.0] * n, [0.25] * n, almost):
        assert intervals.over_prompts(values, 0.95, 50, rng) is None


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("n", [3, 40])
def test_a_value_that_is_not_a_number_is_an_error(bad, n, rng):
    with pytest.raises(ValueError, match=rf"pair_values has 1 of {n} values .* abstentions"):
        intervals.over_prompts([bad, *rng.random(n - 1)], 0.95, 50, rng)


# -- over prompts: Student


def test_student_agrees_with_scipy(rng):
    values = rng.normal(0.3, 2.0, 17)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert expected.high - expected.low > 1
    np.testing.assert_allclose(ends(intervals.student(values, 0.9)), expected, rtol=1e-12)


def test_student_by_hand():
    # mean 2, standard error 1, t(.975; 2) = 4.3027
    values = 2 + np.sqrt(3) * np.array([-1, 0, 1])
    np.testing.assert_allclose(ends(intervals.student(values, 0.95)), [-2.3027, 6.3027], atol=1e-4)


@QUICK
@given(SCORES, st.randoms(use_true_random=False), st.integers(-50, 50))
def test_intervals_ignore_order_and_move_with_the_values(values, random, shift):
    shuffled = random.sample(values, len(values))
    for rule in (intervals.student, intervals.sign_flip):
        first, second = rule(values, 0.9), rule([v + shift for v in shuffled], 0.9)
        if len(set(values)) == 1:
            assert first is second is None
        else:
            np.testing.assert_allclose(ends(second), ends(first) + shift, atol=1e-9)


# -- over prompts: bootstrap


def test_bootstrap_agrees_with_scipy(rng):
    values = rng.exponential(size=60)
    ours = intervals.percentile_bootstrap(values, 0.95, 20_000, rng)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=rng
    ).confidence_interval
    assert ours.width > 0.2
    np.testing.assert_allclose(ends(ours), theirs, atol=0.015)


def test_memory_bound_does_not_change_the_numbers(monkeypatch):
    values = np.random.default_rng(1).random(37)
    whole = intervals.percentile_bootstrap(values, 0.95, 101, np.random.default_rng(2))
    monkeypatch.setattr(intervals, "_BLOCK", 100)
    blocks = intervals.percentile_bootstrap(values, 0.95, 101, np.random.default_rng(2))
    assert blocks == whole


def test_bootstrap_depends_on_the_generator_alone():
    values = np.random.default_rng(1).random(37)
    draws = [
        intervals.percentile_bootstrap(values, 0.95, 101, np.random.default_rng(seed))
        for seed in (2, 2, 3)
    ]
    assert draws[0] == draws[1] != draws[2]


# -- over prompts: sign flips


def test_sign_flip_inverts_the_sign_flip_test(rng):
    values = rng.normal(1.0, 1.0, 9)
    interval = intervals.sign_flip(values, 0.9)
    assert interval.width > 0.3
    step = 1e-6
    for end, outwards in ((interval.low, -step), (interval.high, step)):
        assert effects.sign_flip_p(values - (end + outwards), rng, 1) <= 0.1
        assert effects.sign_flip_p(values - (end - outwards), rng, 1) > 0.1


def test_sign_flip_of_six_reaches_from_the_least_to_the_greatest():
    # K = floor(64 * .025) = 1: the least and greatest subset means are single values.
    assert tuple(ends(intervals.sign_flip([3, 1, 2, 6, 5, 4], 0.95))) == (1.0, 6.0)


def test_five_differences_exclude_nothing_at_95_percent():
    interval = intervals.sign_flip([1, 2, 3, 4, 5], 0.95)
    assert (interval.low, interval.high) == (-math.inf, math.inf)
    assert math.isfinite(intervals.sign_flip([1, 2, 3, 4, 5], 0.9).width)


def test_sign_flip_says_what_to_do_with_many_differences():
    with pytest.raises(ValueError, match="got 21; use over_prompts"):
        intervals.sign_flip(np.arange(21), 0.95)


# -- over seeds


@pytest.mark.parametrize(("ours", "theirs"), [("wilson", "wilson"), ("jeffreys", "jeffreys")])
@pytest.mark.parametrize(("successes", "n"), [(1, 8), (4, 8), (7, 8), (130, 1000)])
def test_seed_intervals_agree_with_statsmodels(ours, theirs, successes, n):
    expected = proportion_confint(successes, n, alpha=0.1, method=theirs)
    assert 0 < expected[0] < expected[1] < 1
    interval = getattr(intervals, ours)(successes, n, 0.9)
    np.testing.assert_allclose(ends(interval), expected, rtol=1e-10)
    assert interval.method == ours


@pytest.mark.parametrize("rule", [intervals.wilson, intervals.jeffreys])
@pytest.mark.parametrize("n", [1, 5, 200])
def test_a_share_never_seen_is_not_excluded(rule, n):
    none, every = rule(0, n, 0.95), rule(n, n, 0.95)
    assert none.low == 0.0 < none.high < 1
    assert every.high == 1.0 > every.low > 0
    np.testing.assert_allclose(none.high, 1 - every.low)


@pytest.mark.parametrize("rule", [intervals.wilson, intervals.jeffreys])
def test_impossible_counts_are_refused(rule):
    with pytest.raises(ValueError, match="successes must be at most n, got 9 of 8"):
        rule(9, 8, 0.95)
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got 0"):
        rule(0, 0, 0.95)


# -- coverage


def shares_of_pairs(rng, runs, pairs, images):
    """Pair means of a world whose prompts differ: shape [runs, pairs]; the true share is 1/2."""
    chances = rng.beta(1.5, 1.5, (runs, pairs))
    return rng.binomial(images, chances) / images


def covered(rule, values, truth):
    return np.mean([rule(row).covers(truth) for row in values])


def test_student_covers_over_prompts(rng):
    values = shares_of_pairs(rng, 800, 12, 8)
    coverage = covered(lambda row: intervals.student(row, 0.95), values, 0.5)
    assert coverage == pytest.approx(0.95, abs=0.025)


def test_bootstrap_covers_over_prompts(rng):
    values = shares_of_pairs(rng, 600, 40, 8)
    coverage = covered(lambda row: intervals.over_prompts(row, 0.95, 400, rng), values, 0.5)
    assert coverage == pytest.approx(0.945, abs=0.03)


def test_sign_flip_covers_at_the_level_it_promises(rng):
    values = rng.laplace(0.7, 1.0, (800, 8))
    coverage = covered(lambda row: intervals.sign_flip(row, 0.95), values, 0.7)
    assert coverage == pytest.approx(1 - 12 / 256, abs=0.025)


def test_images_taken_as_independent_do_not_cover_over_prompts(rng):
    # Why pairs are the unit: 20 prompts of 50 images are not 1000 images.
    values = shares_of_pairs(rng, 300, 20, 50)
    pooled = covered(lambda row: intervals.wilson(round(row.sum() * 50), 1000, 0.95), values, 0.5)
    paired = covered(lambda row: intervals.student(row, 0.95), values, 0.5)
    assert pooled < 0.7
    assert paired > 0.91
