"""Precision, recall, density and coverage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from ksd_eval.numerics import jackknife, manifold

QUICK = settings(max_examples=30, deadline=None, derandomize=True, database=None)

SETS = st.tuples(st.integers(5, 14), st.integers(5, 14), st.integers(1, 6), st.integers(0, 10**6))
K = st.integers(1, 4)


def features(seed, n, d, shift=0.0, scale=1.0):
    return scale * np.random.default_rng(seed).normal(size=(n, d)) + shift


def by_sklearn(pictures, reference, k):
    """Membership by the nearest neighbours of another library."""
    near = {"x": NearestNeighbors().fit(pictures), "y": NearestNeighbors().fit(reference)}
    # A row's nearest neighbour among its own is itself.
    radius_x = near["x"].kneighbors(pictures, k + 1)[0][:, k]
    radius_y = near["y"].kneighbors(reference, k + 1)[0][:, k]
    n, m = len(pictures), len(reference)
    apart = np.empty((n, m))
    found, places = near["y"].kneighbors(pictures, m)
    np.put_along_axis(apart, places, found, axis=1)
    inside = apart <= radius_y
    recalled = (apart <= radius_x[:, None]).any(axis=0)
    return inside.any(axis=1), inside.sum(axis=1) / k, recalled, inside.any(axis=0)


def assert_same(found, expected):
    ours = (found.precise, found.density, found.recalled, found.covered)
    for mine, other in zip(ours, expected, strict=True):
        np.testing.assert_allclose(mine, other)


# -- known answers


def test_by_hand_on_a_line():
    # Balls of the reference at k = 1: [-2, 2], [0, 4], [8, 12] and [10, 14].
    reference = np.array([[0.0], [2.0], [10.0], [12.0]])
    pictures = np.array([[-1.0], [1.0], [5.0], [30.0]])
    found = manifold.membership(pictures, reference, k=1)
    assert found.precise.tolist() == [True, True, False, False]
    assert found.density.tolist() == [1, 2, 0, 0]
    # Balls of the pictures: [-3, 1], [-1, 3], [1, 9] and [5, 55].
    assert found.recalled.all()
    narrower = manifold.membership(pictures[:3], reference, k=1)
    assert narrower.recalled.tolist() == [True, True, False, False]
    assert found.covered.tolist() == [True, True, False, False]


def test_balls_are_closed():
    reference = [[0.0], [1.0], [2.0], [3.0]]
    at_the_rim = manifold.membership([[4.0], [4.5], [50.0]], reference, k=1)
    assert at_the_rim.precise.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("n", "m", "d", "k", "shift"),
    [(40, 30, 2, 3, 0.5), (30, 60, 5, 5, 0.3), (50, 50, 20, 1, 0.1), (6, 200, 3, 3, 1.0)],
)
def test_it_agrees_with_another_library(n, m, d, k, shift):
    x, y = features(1, n, d, shift), features(2, m, d)
    expected = by_sklearn(x, y, k)
    assert all(values.mean() > 0 for values in expected)
    assert expected[0].mean() < 1 or expected[2].mean() < 1
    assert_same(manifold.membership(x, y, k), expected)


def test_memory_bound_does_not_change_anything(monkeypatch):
    x, y, names = features(1, 37, 3, 0.5), features(2, 23, 3), np.arange(37)
    groups = jackknife.deal(names, 5, np.random.default_rng(0))
    whole = manifold.membership(x, y), manifold.recall_and_coverage(x, names, y, groups)
    monkeypatch.setattr(manifold, "_BLOCK", 100)
    blocks = manifold.membership(x, y), manifold.recall_and_coverage(x, names, y, groups)
    for name in ("precise", "density", "recalled", "covered"):
        np.testing.assert_array_equal(getattr(whole[0], name), getattr(blocks[0], name))
    for ours, theirs in zip(whole[1], blocks[1], strict=True):
        np.testing.assert_array_equal(ours.without, theirs.without)


def test_few_flawless_pictures_are_precise_and_recall_little():
    rng = np.random.default_rng(0)
    reference = rng.normal(size=(300, 4))
    collapsed = manifold.membership(0.05 * rng.normal(size=(100, 4)), reference)
    assert collapsed.precise.mean() == 1
    assert collapsed.recalled.mean() < 0.1
    wide = manifold.membership(6 * rng.normal(size=(100, 4)), reference)
    assert wide.precise.mean() < 0.3
    assert wide.recalled.mean() > 0.9


def test_an_outlier_of_the_reference_hardly_moves_density():
    # The paper's case: one real outlier makes distant pictures "precise".
    reference = np.concatenate([features(1, 100, 2), [[30.0, 30.0]]])
    found = manifold.membership(np.full((20, 2), 25.0) + features(2, 20, 2), reference)
    assert found.precise.mean() == 1
    assert found.density.mean() == pytest.approx(1 / 3)


def test_density_of_equal_distributions_is_one_on_average():
    found = [
        manifold.membership(features(s, 60, 4), features(s + 1000, 80, 4)).density.mean()
        for s in range(60)
    ]
    assert np.mean(found) == pytest.approx(1, abs=4 * np.std(found) / np.sqrt(60) + 0.02)


# -- properties


@QUICK
@given(SETS, K)
def test_turning_moving_and_scaling_both_sets_changes_nothing(sizes, k):
    n, m, d, seed = sizes
    x, y = features(seed, n, d, 0.3), features(seed + 1, m, d)
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))[0]
    expected = by_sklearn(x, y, k)
    assert_same(manifold.membership(x, y, k), expected)
    assert_same(manifold.membership(7 * x @ turn + 3, 7 * y @ turn + 3, k), expected)


@QUICK
@given(SETS, K)
def test_equal_sets_are_within_each_other(sizes, k):
    n, _, d, seed = sizes
    x = features(seed, n, d)
    found = manifold.membership(x, np.random.default_rng(seed).permutation(x), k)
    assert found.precise.all()
    assert found.recalled.all()
    assert found.covered.all()
    assert found.density.min() >= 1 / k


@QUICK
@given(SETS, K)
def test_the_order_of_rows_only_orders_the_answers(sizes, k):
    n, m, d, seed = sizes
    x, y = features(seed, n, d, 0.3), features(seed + 1, m, d)
    order = np.random.default_rng(seed).permutation(n)
    found, turned = manifold.membership(x, y, k), manifold.membership(x[order], y, k)
    np.testing.assert_array_equal(turned.precise, found.precise[order])
    np.testing.assert_array_equal(turned.density, found.density[order])
    np.testing.assert_array_equal(turned.recalled, found.recalled)
    np.testing.assert_array_equal(turned.covered, found.covered)


@QUICK
@given(SETS, K)
def test_precision_of_one_set_is_recall_of_the_other(sizes, k):
    n, m, d, seed = sizes
    x, y = features(seed, n, d, 0.3), features(seed + 1, m, d)
    forth, back = manifold.membership(x, y, k), manifold.membership(y, x, k)
    np.testing.assert_array_equal(forth.precise, back.recalled)


def test_pictures_that_are_all_one_picture_are_at_distance_zero():
    # With large equal rows, the difference of squares is not 0 by itself.
    same = np.tile(1e3 + features(1, 1, 50), (10, 1))
    assert manifold.membership(same, same).precise.all()
    assert not manifold.membership(same + 1, same).precise.any()


# -- leaving out


def test_leaving_out_agrees_with_another_library_on_what_is_left():
    x, y, names = features(1, 45, 3, 0.4, 0.8), features(2, 30, 3), np.repeat(np.arange(15), 3)
    groups = jackknife.deal(names, 6, np.random.default_rng(0))
    recall, coverage = manifold.recall_and_coverage(x, names, y, groups, k=3)
    of = groups.of(names)
    for gone in range(6):
        _, _, recalled, covered = by_sklearn(x[of != gone], y, 3)
        assert recall.without[gone] == recalled.mean()
        assert coverage.without[gone] == covered.mean()
    found = manifold.membership(x, y, 3)
    assert (recall.whole, coverage.whole) == (found.recalled.mean(), found.covered.mean())
    assert np.ptp(recall.without) > 0
    assert np.ptp(coverage.without) > 0


def test_intervals_of_recall_and_coverage_are_not_too_narrow():
    rng, names = np.random.default_rng(1), np.arange(40)
    reference = rng.normal(size=(60, 4))
    found = []
    for _ in range(150):
        groups = jackknife.deal(names, 20, rng)
        x = 0.2 + 0.9 * rng.normal(size=(40, 4))
        found.append(manifold.recall_and_coverage(x, names, reference, groups))
    for one in zip(*found, strict=True):
        mean = np.mean([each.whole for each in one])
        assert 0.2 < mean < 0.95
        covered = [each.interval(0.95, corrected=False).covers(mean) for each in one]
        assert np.mean(covered) > 0.95 - 0.053


# -- errors


@pytest.mark.parametrize(
    ("x", "y", "k", "message"),
    [
        (np.ones((3, 2)), np.ones((9, 2)), 3, "pictures has 3 rows, needs at least 4"),
        (np.ones((9, 2)), np.ones((3, 2)), 3, "reference has 3 rows, needs at least 4"),
        (np.ones((9, 2)), np.ones((9, 3)), 3, "pictures has 2 columns and reference has 3"),
        (np.full((9, 2), np.nan), np.ones((9, 2)), 3, "pictures has 18 of 18 values"),
        (np.ones((9, 2)), np.ones((9, 2)), 0, "k must be a whole number of at least 1, got 0"),
    ],
)
def test_unusable_features_are_refused(x, y, k, message):
    with pytest.raises(ValueError, match=message):
        manifold.membership(x, y, k)


def test_groups_that_leave_too_little_are_refused():
    names = np.arange(6)
    groups = jackknife.deal(names, 2, np.random.default_rng(0))
    with pytest.raises(ValueError, match="leaves 3 pictures, needs at least 4; deal into more"):
        manifold.recall_and_coverage(features(1, 6, 2), names, features(2, 9, 2), groups, k=3)
