"""Intervals: known answers, oracles, what they must not depend on, and whether they cover."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats
from statsmodels.stats.proportion import proportion_confint

from ksd_eval.numerics import effective, effects, intervals

QUICK = settings(max_examples=40, deadline=None, derandomize=True, database=None)
VALUES = st.lists(st.integers(-1000, 1000).map(lambda k: k / 8), min_size=6, max_size=12)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)


SHARES = st.lists(st.integers(0, 4).map(lambda k: k / 4), min_size=3, max_size=12)


def ends(interval):
    return np.array([interval.low, interval.high])


# -- over prompts


@pytest.mark.parametrize("n", [2, 8, 29, 30, 200])
def test_over_prompts_is_students_for_any_number_of_pairs(n, rng):
    values = rng.random(n)
    assert intervals.over_prompts(values, 0.95) == intervals.student(values, 0.95)


@pytest.mark.parametrize("n", [0, 1])
def test_below_two_pairs_there_is_no_interval(n):
    assert intervals.over_prompts([0.5] * n, 0.95, (0.0, 1.0)) is None
    assert intervals.share_over_prompts([0.5] * n, 8, 0.95) is None
    assert intervals.sign_flip([0.5] * n, 0.95) is None


@pytest.mark.parametrize("n", [2, 20, 60])
def test_equal_pairs_give_no_interval_rather_than_one_of_width_zero(n):
    almost = [0.3, 0.1 + 0.2] * (n // 2)
    assert almost[0] != almost[1]
    for values in ([0.0] * n, [0.25] * n, almost):
        assert intervals.over_prompts(values, 0.95) is None


def test_equal_pairs_of_a_bounded_mean_leave_room_for_what_was_not_seen():
    interval = intervals.over_prompts([0.0] * 30, 0.95, (-1.0, 1.0))
    assert interval.method == "all_alike"
    assert interval.high == -interval.low == pytest.approx(1 - 0.025 ** (1 / 30))


def test_an_interval_is_cut_to_the_values_that_are_possible():
    free = intervals.over_prompts([0.0, 0.0, 0.1, 0.3], 0.95)
    cut = intervals.over_prompts([0.0, 0.0, 0.1, 0.3], 0.95, (0.0, 1.0))
    assert free.low < 0
    assert free.high < 1
    assert (cut.low, cut.high) == (0.0, free.high)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("n", [3, 40])
def test_a_value_that_is_not_a_number_is_an_error(bad, n, rng):
    with pytest.raises(ValueError, match=rf"pair_values has 1 of {n} values .* abstentions"):
        intervals.over_prompts([bad, *rng.random(n - 1)], 0.95)


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
@given(VALUES, st.randoms(use_true_random=False), st.integers(-50, 50))
def test_intervals_ignore_order_and_move_with_the_values(values, random, shift):
    shuffled = random.sample(values, len(values))
    for rule in (intervals.student, intervals.sign_flip):
        first, second = rule(values, 0.9), rule([v + shift for v in shuffled], 0.9)
        if len(set(values)) == 1:
            assert first is second is None
        else:
            np.testing.assert_allclose(ends(second), ends(first) + shift, atol=1e-9)


# -- shares over prompts


@pytest.mark.parametrize(("yes", "pairs"), [(1, 8), (4, 8), (19, 20), (3, 100)])
def test_with_one_image_a_pair_a_share_has_clopper_and_pearsons_interval(yes, pairs):
    shares = [1.0] * yes + [0.0] * (pairs - yes)
    expected = proportion_confint(yes, pairs, alpha=0.1, method="beta")
    assert 0 < expected[0] < expected[1] < 1
    np.testing.assert_allclose(
        ends(intervals.share_over_prompts(shares, pairs, 0.9)), expected, rtol=1e-10
    )


def test_a_share_has_clopper_and_pearsons_interval_at_its_effective_size():
    shares = [0.2, 0.4, 0.1, 0.9, 0.0]
    size = effective.effective_size(shares, 50, 0.95)
    assert 5 < size < 12
    expected = proportion_confint(size * 0.32, size, alpha=0.05, method="beta")
    np.testing.assert_allclose(
        ends(intervals.share_over_prompts(shares, 50, 0.95)), expected, rtol=1e-10
    )


def test_shares_that_are_alike_leave_room_for_what_was_not_seen():
    none = intervals.share_over_prompts([0.0] * 8, 160, 0.95)
    every = intervals.share_over_prompts([1.0] * 8, 160, 0.95)
    assert (none.low, every.high) == (0.0, 1.0)
    assert none.high == pytest.approx(1 - every.low) == pytest.approx(1 - 0.025 ** (1 / 8))


@QUICK
@given(SHARES, st.randoms(use_true_random=False), st.integers(4, 20))
def test_a_share_has_the_interval_of_the_other_answer_mirrored(shares, random, replicates):
    n_images = len(shares) * replicates
    there = intervals.share_over_prompts(shares, n_images, 0.95)
    mirrored = [1 - share for share in random.sample(shares, len(shares))]
    back = intervals.share_over_prompts(mirrored, n_images, 0.95)
    np.testing.assert_allclose([back.low, back.high], [1 - there.high, 1 - there.low], atol=1e-9)
    assert 0 <= there.low < there.high <= 1
    assert there.covers(np.mean(shares))


def test_a_wider_level_contains_the_narrower():
    shares = [0.0, 0.1, 0.0, 0.4, 1.0, 0.0]
    narrow, wide = (intervals.share_over_prompts(shares, 60, level) for level in (0.9, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_what_is_no_share_is_refused():
    with pytest.raises(ValueError, match=r"pair_shares must lie in \[0, 1\], got 1.5"):
        intervals.share_over_prompts([0.5, 1.5], 2, 0.95)
    with pytest.raises(ValueError, match="n_images must be at least 3, the number of pairs, got 2"):
        intervals.share_over_prompts([0.5, 0.2, 0.1], 2, 0.95)


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


# -- over seeds: means


def test_stratified_by_hand():
    # Pairs of 2 and 3 values: means 1 and 4, variances 2 and 3, so 2/2/4 + 3/3/4 = 1/2; degrees of
    # freedom (1/2)^2 / ((1/4)^2 / 1 + (1/4)^2 / 2) = 8/3.
    values, pairs = [0, 2, 2, 5, 5], ["a", "a", "b", "b", "b"]
    reach = stats.t.ppf(0.975, 8 / 3) * math.sqrt(0.5)
    np.testing.assert_allclose(
        ends(intervals.stratified(values, pairs, 0.95)), [2.5 - reach, 2.5 + reach], rtol=1e-12
    )


def test_stratified_of_two_pairs_is_welchs_with_the_sign_turned(rng):
    a, b = rng.normal(0, 1, 5), rng.normal(3, 4, 9)
    welch = intervals.difference_of_means(a, -b, 0.9)
    assert welch.width > 1
    found = intervals.stratified([*a, *b], [0] * 5 + [1] * 9, 0.9)
    np.testing.assert_allclose(ends(found), ends(welch) / 2, rtol=1e-12)


def test_how_far_pairs_differ_does_not_enter_over_seeds(rng):
    values, pairs = rng.normal(size=(6, 4)), np.repeat(np.arange(6), 4)
    there = intervals.stratified(values.ravel(), pairs, 0.95)
    moved = values + 100 * np.arange(6)[:, None]
    apart = intervals.stratified(moved.ravel(), pairs, 0.95)
    np.testing.assert_allclose(ends(apart), ends(there) + 250, rtol=1e-9)


@QUICK
@given(VALUES, st.randoms(use_true_random=False))
def test_stratified_ignores_order_and_names(values, random):
    rows = [(value, f"pair-{place % 3}") for place, value in enumerate(values)]
    shuffled = random.sample(rows, len(rows))
    first = intervals.stratified(*zip(*rows, strict=True), 0.9)
    values, pairs = zip(*shuffled, strict=True)
    second = intervals.stratified(values, [2 - int(pair[-1]) for pair in pairs], 0.9)
    if first is None:
        assert second is None
    else:
        np.testing.assert_allclose(ends(second), ends(first), atol=1e-9)


def test_other_noise_is_unknown_where_a_pair_has_one_value_or_none_differ():
    assert intervals.stratified([], np.array([], dtype=str), 0.95) is None
    assert intervals.stratified([0, 1, 1], ["a", "a", "b"], 0.95) is None
    assert intervals.stratified([0.1 + 0.2, 0.3, 0.7, 0.7], ["a", "a", "b", "b"], 0.95) is None
    assert intervals.stratified([0, 1, 1, 1], ["a", "a", "b", "b"], 0.95) is not None


def test_stratified_covers_where_pairs_differ(rng):
    chances = rng.beta(0.5, 0.5, 12)
    runs = rng.binomial(1, chances[:, None], (1000, 12, 8)).reshape(1000, -1)
    pairs = np.repeat(np.arange(12), 8)
    rule = lambda row: intervals.stratified(row, pairs, 0.95)  # noqa: E731
    assert covered(rule, runs, chances.mean()) == pytest.approx(0.95, abs=0.02)


def test_difference_of_means_agrees_with_scipy(rng):
    a, b = rng.normal(1, 1, 7), rng.normal(0, 5, 12)
    expected = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.9)
    assert expected.high - expected.low > 1
    found = intervals.difference_of_means(a, b, 0.9)
    np.testing.assert_allclose(ends(found), expected, rtol=1e-12)
    assert found.method == "welch"


def test_two_means_cannot_be_compared_without_spread():
    assert intervals.difference_of_means([1.0], [2.0, 3.0], 0.95) is None
    assert intervals.difference_of_means([1.0, 1.0], [2.0, 2.0], 0.95) is None
    one = intervals.difference_of_means([1.0, 1.0], [2.0, 3.0, 4.0], 0.95)
    assert one.covers(-2.0)


# -- over seeds: shares


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


def logit_normal(rng, share, sd, shape):
    """Return chances of prompts whose logits are normal, and whose mean is `share`."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    weights = weights / weights.sum()
    centre = optimize.brentq(lambda at: weights @ special.expit(at + sd * nodes) - share, -40, 40)
    return special.expit(centre + sd * rng.standard_normal(shape))


@pytest.mark.parametrize(
    ("pairs", "replicates", "sd", "share"),
    [(8, 1, 0, 0.1), (8, 20, 2.5, 0.1), (20, 4, 1, 0.5), (30, 20, 2.5, 0.02), (100, 20, 2.5, 0.02)],
)
def test_a_share_is_covered_near_0_and_for_few_pairs(pairs, replicates, sd, share, rng):
    chances = logit_normal(rng, share, sd, (1500, pairs))
    values = rng.binomial(replicates, chances) / replicates
    n_images = pairs * replicates
    rule = lambda row: intervals.share_over_prompts(row, n_images, 0.95)  # noqa: E731
    assert covered(rule, values, share) > 0.935


def test_student_does_not_cover_a_rare_share(rng):
    # Why shares have an interval of their own.
    values = rng.binomial(20, logit_normal(rng, 0.1, 2.5, (600, 9))) / 20
    values = values[np.ptp(values, axis=1) > 0]
    assert covered(lambda row: intervals.student(row, 0.95), values, 0.1) < 0.85
