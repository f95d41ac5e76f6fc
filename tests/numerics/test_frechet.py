"""Fréchet distance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, special, stats

from ksd_eval.numerics import frechet, jackknife

QUICK = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def features(seed, n, d, shift=0.0, scale=1.0):
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(99).normal(size=(d, d)) / np.sqrt(d)
    return scale * rng.normal(size=(n, d)) @ mixing + shift


def textbook(x, y):
    """The equation as written, with scipy's root: for full rank only."""
    s_x, s_y = np.atleast_2d(np.cov(x.T)), np.atleast_2d(np.cov(y.T))
    root = linalg.sqrtm(s_x @ s_y).real
    return np.square(x.mean(0) - y.mean(0)).sum() + np.trace(s_x + s_y - 2 * root)


# -- known answers


def test_one_dimension_by_hand():
    # Means 1 and 6, standard deviations sqrt(2) and 3 sqrt(2): 25 + (2 sqrt(2))^2.
    assert frechet.frechet_distance([[0.0], [2.0]], [[3.0], [9.0]]) == pytest.approx(33)


@pytest.mark.parametrize("n", [40, 41, 400])
def test_it_agrees_with_the_textbook(n):
    x, y = features(1, n, 5), features(2, n + 7, 5, shift=0.3, scale=1.5)
    expected = textbook(x, y)
    assert expected > 0.5
    assert frechet.frechet_distance(x, y) == pytest.approx(expected, rel=1e-9)


def test_both_forms_agree_at_the_border_between_them():
    x, y = features(1, 30, 20), features(2, 10, 20, shift=0.3)
    low_rank = frechet.frechet_distance(x, y)
    by_covariance = frechet.gaussian_distance(frechet.gaussian(x), frechet.gaussian(y))
    assert low_rank > 1
    assert by_covariance == pytest.approx(low_rank, rel=1e-7)


@pytest.mark.parametrize(("n_x", "n_y"), [(8, 12), (8, 300), (300, 8), (300, 200)])
def test_a_stored_reference_gives_the_same_distance(n_x, n_y):
    x, y = features(1, n_x, 24), features(2, n_y, 24, shift=0.5)
    stored = frechet.gaussian(y)
    assert stored.n == n_y
    assert frechet.gaussian_distance(frechet.gaussian(x), stored) == pytest.approx(
        frechet.frechet_distance(x, y), rel=1e-7
    )


@pytest.mark.parametrize("n", [6, 100])
def test_features_without_full_rank(n):
    # Constant and repeated columns add their shift and nothing else.
    x, y = features(1, n, 3), features(2, n, 3, scale=2.0)
    wide_x = np.column_stack([x, x, np.zeros((n, 6))])
    wide_y = np.column_stack([y, y, np.full((n, 6), 2.0)])
    expected = 2 * frechet.frechet_distance(x, y) + 24
    assert expected > 25
    assert frechet.frechet_distance(wide_x, wide_y) == pytest.approx(expected, rel=1e-7)


def test_sets_without_any_spread_are_as_far_as_their_means():
    x, y = np.zeros((5, 2)), np.full((9, 2), 3.0)
    assert frechet.frechet_distance(x, y) == pytest.approx(18)
    assert frechet.frechet_distance(x, features(1, 9, 2)) > 0


# -- identities

SIZES = st.tuples(st.integers(2, 12), st.integers(2, 12), st.integers(1, 8), st.integers(0, 10**6))


@QUICK
@given(SIZES)
def test_a_set_is_at_no_distance_from_itself(sizes):
    x = features(sizes[3], sizes[0], sizes[2])
    assert frechet.frechet_distance(x, x) == pytest.approx(0, abs=1e-6 * np.square(x).sum())


@QUICK
@given(SIZES)
def test_it_is_symmetric_and_ignores_order_and_moves_of_both_sets(sizes):
    n_x, n_y, d, seed = sizes
    x, y = features(seed, n_x, d), features(seed + 1, n_y, d, shift=1.0)
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    expected = pytest.approx(frechet.frechet_distance(x, y), rel=1e-6, abs=1e-6)
    assert frechet.frechet_distance(y, x) == expected
    assert frechet.frechet_distance(rng.permutation(x), rng.permutation(y)) == expected
    assert frechet.frechet_distance(x + 7.0, y + 7.0) == expected
    assert frechet.frechet_distance(x @ turn, y @ turn) == expected


@pytest.mark.parametrize("n", [5, 50])
def test_it_grows_with_the_square_of_the_scale(n):
    x, y = features(1, n, 8), features(2, n, 8, shift=1.0)
    tripled = frechet.frechet_distance(3 * x, 3 * y)
    assert tripled == pytest.approx(9 * frechet.frechet_distance(x, y))


def test_float32_features_are_computed_in_float64():
    x, y = features(1, 50, 8).astype(np.float32), features(2, 50, 8).astype(np.float32)
    doubled = frechet.frechet_distance(x.astype(np.float64), y.astype(np.float64))
    assert frechet.frechet_distance(x, y) == doubled


# -- the jackknife


def dealt(names, groups=20, seed=0):
    return jackknife.deal(names, groups, np.random.default_rng(seed))


@pytest.mark.parametrize(("n", "m", "d"), [(24, 30, 5), (24, 9, 40), (90, 200, 12), (6, 80, 20)])
def test_from_a_reference_agrees_with_leaving_out_by_hand(n, m, d):
    x, reference = features(1, n, d), features(2, m, d, shift=0.4, scale=1.3)
    names = np.repeat(np.arange(n // 3), 3)
    groups = dealt(names, 4)
    found = frechet.from_reference(x, reference, names, groups)
    of = groups.of(names)
    expected = [frechet.frechet_distance(x[of != g], reference) for g in range(len(groups.sizes))]
    assert np.ptp(expected) > 0.01
    np.testing.assert_allclose(found.without, expected, rtol=1e-6)
    assert found.whole == pytest.approx(frechet.frechet_distance(x, reference), rel=1e-6)


def test_between_sets_a_pair_leaves_both_together():
    x, y = features(1, 24, 6), features(2, 16, 6, shift=0.5)
    names_x, names_y = np.repeat(np.arange(12), 2), np.arange(4, 20)
    groups = dealt(np.concatenate([names_x, names_y]), 5)
    found = frechet.between_sets(x, y, names_x, names_y, groups)
    kept = groups.dealt != 2
    rows_x, rows_y = (np.isin(names, groups.names[kept]) for names in (names_x, names_y))
    assert not rows_x.all()
    assert not rows_y.all()
    by_hand = frechet.frechet_distance(x[rows_x], y[rows_y])
    assert found.without[2] == pytest.approx(by_hand)


def test_equal_sets_leave_nothing_to_be_sure_of():
    x, names = features(1, 30, 6), np.arange(30)
    found = frechet.between_sets(x, x, names, names, dealt(names))
    assert found.whole == 0
    assert found.interval(0.95, corrected=True) is None


def test_the_jackknife_takes_off_most_of_the_bias():
    reference, names = features(0, 400, 8), np.arange(60)
    truth = frechet.gaussian_distance(population(0.3, 8), frechet.gaussian(reference))
    found = [
        frechet.from_reference(features(s, 60, 8, shift=0.3), reference, names, dealt(names))
        for s in range(1, 81)
    ]
    plain = np.array([one.whole for one in found]) - truth
    corrected = np.array([one.corrected for one in found]) - truth
    assert plain.mean() > 6 * stats.sem(plain)
    assert abs(corrected.mean()) < 4 * stats.sem(corrected)
    assert abs(corrected.mean()) < plain.mean() / 5


def population(shift, d, scale=1.0):
    """The distribution of `features`."""
    mixing = np.random.default_rng(99).normal(size=(d, d)) / np.sqrt(d)
    return frechet.Gaussian(np.full(d, shift), scale**2 * mixing.T @ mixing, 10**9)


def arms(rng, n, d, scale):
    """Two arms that share most of their noise; the second is scaled and nearer to 0."""
    z, other = rng.normal(size=(2, n, d))
    return 0.4 + z, 0.3 + scale * (0.7 * z + 0.51**0.5 * other)


@pytest.mark.parametrize(("n", "d", "scale"), [(16, 8, 1.0), (16, 8, 1.3), (60, 6, 1.3)])
def test_the_interval_of_a_difference_finds_the_truth(n, d, scale):
    rng, names = np.random.default_rng(7), np.arange(n)
    reference = rng.normal(size=(300, d))
    fixed = frechet.gaussian(reference)
    truths = [
        frechet.gaussian_distance(frechet.Gaussian(np.full(d, mean), s**2 * np.eye(d), 9), fixed)
        for mean, s in ((0.4, 1.0), (0.3, scale))
    ]
    covered = []
    for _ in range(250):
        groups = jackknife.deal(names, 20, rng)
        left, right = (
            frechet.from_reference(x, reference, names, groups) for x in arms(rng, n, d, scale)
        )
        interval = left.minus(right).interval(0.95, corrected=True)
        covered.append(interval.covers(truths[0] - truths[1]))
    # Three standard errors of a share of .95 in 250.
    assert np.mean(covered) > 0.95 - 0.042


def test_equal_arms_give_no_more_false_alarms_than_agreed():
    rng, names = np.random.default_rng(11), np.arange(24)
    reference = rng.normal(size=(300, 6))
    alarms = []
    for _ in range(400):
        groups = jackknife.deal(names, 20, rng)
        z, u, v = rng.normal(size=(3, 24, 6))
        left, right = (
            frechet.from_reference(z + 0.5 * own + 0.3, reference, names, groups) for own in (u, v)
        )
        alarms.append(not left.minus(right).interval(0.95, corrected=True).covers(0))
    assert 0 < np.mean(alarms) <= 0.06


def test_an_interval_for_as_many_pictures_finds_their_mean_where_bias_is_most_of_it():
    rng, names = np.random.default_rng(3), np.arange(20)
    reference = rng.normal(size=(100, 40))
    found = []
    for _ in range(250):
        groups = jackknife.deal(names, 20, rng)
        x = 0.3 + rng.normal(size=(20, 40))
        found.append(frechet.from_reference(x, reference, names, groups))
    mean = np.mean([one.whole for one in found])
    truth = frechet.gaussian_distance(
        frechet.Gaussian(np.full(40, 0.3), np.eye(40), 9), frechet.gaussian(reference)
    )
    assert mean > 3 * truth
    covered = [one.interval(0.95, corrected=False).covers(mean) for one in found]
    assert np.mean(covered) > 0.95 - 0.042


@pytest.mark.parametrize("ratio", [2, 3, 10])
def test_what_bias_may_be_left_is_a_bound_in_theory(ratio):
    # Of the trace of the root in d equal dimensions, by the moment of Marchenko and Pastur's law.
    def root(g):
        return special.hyp2f1(0.5, -0.5, 2, g)

    without, gamma = 20 / 19, 1 / ratio
    corrected = 20 * root(gamma) - 19 * root(gamma * without)
    taken_off, left = corrected - root(gamma), abs(corrected - 1)
    assert left > 0
    assert left <= frechet.bias_left(taken_off, 100, 100 * ratio)


def test_there_is_no_bound_below_two_clusters_a_dimension():
    assert frechet.bias_left(1.0, 10, 19) is None
    assert frechet.bias_left(-1.0, 10, 20) == pytest.approx(0.085)
    assert frechet.bias_left(1.0, 10, 200) == pytest.approx(0.0085)


# -- errors


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([[1.0]], [[1.0], [2.0]], "x has 1 rows, needs at least 2"),
        ([[1.0], [2.0]], [[1.0, 2.0]] * 2, "x has 1 columns and y has 2; .* same extractor"),
        ([[1.0], [np.nan]], [[1.0], [2.0]], "x has 1 of 2 values that are NaN or infinite"),
        ([[1.0], [2.0]], [[1.0], [np.inf]], "y has 1 of 2 values"),
        ([1.0, 2.0], [[1.0], [2.0]], r"x must have shape \[n, d\], got \[2\]"),
    ],
)
def test_unusable_features_are_refused(x, y, message):
    with pytest.raises(ValueError, match=message):
        frechet.frechet_distance(x, y)


def test_too_few_rows_without_a_group_are_refused():
    x, names = features(1, 3, 2), [0, 0, 1]
    with pytest.raises(ValueError, match="x has 1 rows, needs at least 2"):
        frechet.from_reference(x, features(2, 9, 2), names, dealt(names))


def test_references_of_unlike_extractors_are_refused():
    a, b = frechet.gaussian(features(1, 9, 2)), frechet.gaussian(features(1, 9, 3))
    with pytest.raises(ValueError, match="a has 2 dimensions and b has 3"):
        frechet.gaussian_distance(a, b)
