"""Fréchet distance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from ksd_eval.numerics import frechet

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


# -- spread over clusters


def test_spread_agrees_with_drawing_clusters_by_hand():
    x, y = features(1, 24, 6), features(2, 24, 6, shift=0.5)
    names = np.repeat(np.arange(8), 3)
    spread = frechet.frechet_spread(x, y, names, names, 400, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    by_hand = []
    for _ in range(400):
        rows = (3 * rng.integers(8, size=8)[:, None] + np.arange(3)).ravel()
        by_hand.append(frechet.frechet_distance(x[rows], y[rows]))
    assert np.std(by_hand) > 0.1
    assert spread == pytest.approx(np.std(by_hand), rel=0.15)


def test_weighted_rows_are_repeated_rows():
    x, times = features(1, 6, 4), np.array([0, 3, 1, 0, 2, 1])
    repeated = frechet.gaussian(np.repeat(x, times, axis=0))
    mean, rows = frechet._scaled_rows(x, times)
    np.testing.assert_allclose(mean, repeated.mean)
    np.testing.assert_allclose(rows.T @ rows, repeated.covariance)


@pytest.mark.parametrize("d", [3, 200])
def test_spread_is_of_the_size_seen_between_fresh_sets(d):
    fresh = [
        frechet.frechet_distance(features(s, 60, d), features(s + 500, 60, d, 0.5))
        for s in range(60)
    ]
    each, rng = np.arange(60), np.random.default_rng(0)
    x, y = features(1, 60, d), features(501, 60, d, 0.5)
    spread = frechet.frechet_spread(x, y, each, 100 + each, 60, rng)
    assert spread == pytest.approx(np.std(fresh), rel=0.6)


def test_more_features_than_rows_are_turned_into_fewer():
    x, y = features(1, 6, 50), features(2, 7, 50, shift=1.0)
    a, b = frechet._span(x, y)
    assert a.shape == (6, 13)
    assert frechet.frechet_distance(a, b) == pytest.approx(frechet.frechet_distance(x, y))


def test_one_cluster_on_either_side_leaves_nothing_to_draw():
    x, y = features(1, 5, 2), features(2, 5, 2)
    rng = np.random.default_rng(0)
    assert frechet.frechet_spread(x, y, [0] * 5, [1] * 5, 10, rng) is None
    assert frechet.frechet_spread(x, y, np.arange(5), [9] * 5, 10, rng) > 0


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


def test_references_of_unlike_extractors_are_refused():
    a, b = frechet.gaussian(features(1, 9, 2)), frechet.gaussian(features(1, 9, 3))
    with pytest.raises(ValueError, match="a has 2 dimensions and b has 3"):
        frechet.gaussian_distance(a, b)
