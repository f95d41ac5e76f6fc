"""Kernel distance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics.pairwise import polynomial_kernel

from ksd_eval.numerics import kernel

QUICK = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def features(seed, n, d, shift=0.0):
    return np.random.default_rng(seed).normal(size=(n, d)) + shift


def k(a, b):
    return (a @ b / len(a) + 1) ** 3


def double_loop(x, y, names_x, names_y):
    """The definition: means over pairs of rows of different clusters."""

    def mean(a, b, names_a, names_b):
        pairs = [
            k(u, v)
            for u, name_u in zip(a, names_a, strict=True)
            for v, name_v in zip(b, names_b, strict=True)
            if name_u != name_v
        ]
        return np.mean(pairs)

    within = mean(x, x, names_x, names_x) + mean(y, y, names_y, names_y)
    return within - 2 * mean(x, y, names_x, names_y)


def prompts(rng, count, images, shift=0.0):
    """Two arms of prompts whose images are alike: features and the prompt of each row."""
    centres = rng.normal(size=(count, 4))
    names = np.repeat(np.arange(count), images)
    arms = [centres[names] + 0.7 * rng.normal(size=(len(names), 4)) + s for s in (0.0, shift)]
    return *arms, names


# -- the distance


def test_by_hand():
    # k = 1 within x, (4 + 1)^3 within y, (0 + 1)^3 between.
    assert kernel.kernel_distance([[0.0], [0.0]], [[2.0], [2.0]]) == 1 + 125 - 2


@pytest.mark.parametrize(("n_x", "n_y", "d"), [(2, 3, 1), (7, 5, 3), (4, 9, 30)])
def test_it_is_the_definition(n_x, n_y, d):
    x, y = features(1, n_x, d), features(2, n_y, d, shift=0.5)
    expected = double_loop(x, y, range(n_x), range(100, 100 + n_y))
    assert abs(expected) > 0.1
    assert kernel.kernel_distance(x, y) == pytest.approx(expected)


def test_the_kernel_is_that_of_sklearn():
    x, y = features(1, 5, 3), features(2, 4, 3)
    np.testing.assert_allclose(
        kernel._kernel(x, y), polynomial_kernel(x, y, degree=3, gamma=1 / 3, coef0=1)
    )


def test_memory_bound_does_not_change_the_distance(monkeypatch):
    x, y = features(1, 23, 3), features(2, 19, 3, shift=0.5)
    whole = kernel.kernel_distance(x, y)
    assert whole > 0.1
    monkeypatch.setattr(kernel, "_BLOCK", 50)
    assert kernel.kernel_distance(x, y) == pytest.approx(whole)


@QUICK
@given(st.integers(2, 9), st.integers(2, 9), st.integers(1, 6), st.integers(0, 10**6))
def test_it_is_symmetric_and_ignores_order_and_turns(n_x, n_y, d, seed):
    x, y = features(seed, n_x, d), features(seed + 1, n_y, d, shift=1.0)
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    expected = pytest.approx(kernel.kernel_distance(x, y), rel=1e-9, abs=1e-9)
    assert kernel.kernel_distance(y, x) == expected
    assert kernel.kernel_distance(rng.permutation(x), rng.permutation(y)) == expected
    assert kernel.kernel_distance(x @ turn, y @ turn) == expected


def test_it_is_unbiased_at_any_number_of_images():
    rng = np.random.default_rng(0)
    for n in (3, 30):
        alike = [kernel.kernel_distance(*rng.normal(size=(2, n, 4))) for _ in range(300)]
        assert min(alike) < 0 < max(alike)
        assert abs(np.mean(alike)) < 4 * stats.sem(alike)


# -- over prompts


def test_clustered_value_is_the_definition():
    rng = np.random.default_rng(0)
    x, y, names = prompts(rng, 5, 3, shift=0.5)
    others = np.concatenate([names[:9], [7, 7, 8, 9, 9, 9]])
    for names_y in (names, names + 100, others):
        expected = double_loop(x, y, names, names_y)
        assert abs(expected - kernel.kernel_distance(x, y)) > 1e-3
        value = kernel.kernel_distance_clustered(x, y, names, names_y, 0.95).value
        assert value == pytest.approx(expected)


def test_one_row_a_cluster_is_the_plain_distance():
    x, y = features(1, 8, 3), features(2, 6, 3, shift=0.5)
    clustered = kernel.kernel_distance_clustered(x, y, np.arange(8), 50 + np.arange(6), 0.95)
    assert clustered.value == pytest.approx(kernel.kernel_distance(x, y))
    assert clustered.interval.covers(clustered.value)


def test_jackknife_agrees_with_leaving_out_by_hand():
    x, y, names = prompts(np.random.default_rng(0), 6, 2, shift=0.8)
    left = [
        double_loop(x[names != c], y[names != c], names[names != c], names[names != c])
        for c in range(6)
    ]
    result = kernel.kernel_distance_clustered(x, y, names, names, 0.9)
    error = np.sqrt(5 / 6 * np.square(left - np.mean(left)).sum())
    assert error > 0.05
    assert result.interval.width == pytest.approx(2 * stats.t.ppf(0.95, 5) * error)
    assert result.interval.method == "jackknife"


def test_two_kinds_of_clusters_add_their_variances():
    x, y = features(1, 5, 2), features(2, 7, 2, shift=1.0)
    names_x, names_y = np.arange(5), 100 + np.arange(7)
    left_x = [kernel.kernel_distance(np.delete(x, c, 0), y) for c in range(5)]
    left_y = [kernel.kernel_distance(x, np.delete(y, c, 0)) for c in range(7)]
    a, b = 4 * np.var(left_x), 6 * np.var(left_y)
    df = (a + b) ** 2 / (a**2 / 4 + b**2 / 6)
    assert 4 < df < 10
    interval = kernel.kernel_distance_clustered(x, y, names_x, names_y, 0.9).interval
    assert interval.width == pytest.approx(2 * stats.t.ppf(0.95, df) * np.sqrt(a + b))


def test_from_a_reference_agrees_with_leaving_out_by_hand():
    rng = np.random.default_rng(0)
    x, _, names = prompts(rng, 6, 2)
    reference = features(3, 7, 4, shift=0.8)
    found = kernel.from_reference(x, reference, names)
    others = 100 + np.arange(7)
    assert found.whole == pytest.approx(double_loop(x, reference, names, others))
    by_hand = [double_loop(x[names != c], reference, names[names != c], others) for c in range(6)]
    assert np.ptp(by_hand) > 0.05
    np.testing.assert_allclose(found.without, by_hand)


def test_a_u_statistic_has_no_bias_to_take_off():
    found = kernel.from_reference(features(1, 20, 4), features(2, 30, 4, 0.5), np.arange(20))
    assert found.error > 0.01
    assert found.bias == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("count", "shift"), [(12, 0.3), (30, 0.3), (40, 0.0)])
def test_the_interval_of_a_difference_finds_the_truth(count, shift):
    rng = np.random.default_rng(5)
    reference = features(6, 60, 4)

    def gap(arms):
        x, y, names = arms
        sides = [kernel.from_reference(arm, reference, names) for arm in (x, y)]
        return sides[0].minus(sides[1])

    # The reference is fixed, so the truth is that of very many prompts.
    truth = gap(prompts(rng, 3000, 1, shift)).whole if shift else 0.0
    found = [gap(prompts(rng, count, 2, shift)) for _ in range(250)]
    covered = [one.interval(0.95, corrected=False).covers(truth) for one in found]
    assert abs(truth) > 0.2 or not shift
    assert np.mean(covered) > 0.95 - 0.042


def test_images_of_a_prompt_do_not_pull_the_distance_over_prompts():
    # Two arms that differ in nothing: the plain distance is far off, as it takes images of a
    # prompt for independent ones.
    rng = np.random.default_rng(0)
    worlds = [prompts(rng, 10, 4) for _ in range(150)]
    plain = [kernel.kernel_distance(x, y) for x, y, _ in worlds]
    across = [kernel.kernel_distance_clustered(x, y, c, c, 0.95).value for x, y, c in worlds]
    assert np.mean(plain) < -8 * stats.sem(plain)
    assert abs(np.mean(across)) < 4 * stats.sem(across)


def squared_mmd(shift, variance, d):
    """Between N(0, variance) and N(shift, variance), from the kernel's moments of order 1 to 3."""
    m = d * shift**2
    third = m**3 + 6 * variance * m**2 + variance**2 * (3 * d + 6) * m
    return 3 * m / d + 3 * m**2 / d**2 + third / d**3


def test_value_and_interval_find_the_truth_over_prompts():
    rng = np.random.default_rng(0)
    truth = squared_mmd(0.5, 1 + 0.7**2, 4)
    results = [
        kernel.kernel_distance_clustered(x, y, c, c, 0.95)
        for x, y, c in (prompts(rng, 20, 3, shift=0.5) for _ in range(300))
    ]
    values = [r.value for r in results]
    assert truth > 1
    assert np.mean(values) == pytest.approx(truth, abs=4 * stats.sem(values))
    assert np.mean([r.interval.covers(truth) for r in results]) == pytest.approx(0.94, abs=0.04)


def test_order_of_rows_does_not_matter():
    x, y, names = prompts(np.random.default_rng(0), 6, 2, shift=0.8)
    rng = np.random.default_rng(1)
    a, b = rng.permutation(12), rng.permutation(12)
    first = kernel.kernel_distance_clustered(x, y, names, names, 0.95)
    second = kernel.kernel_distance_clustered(x[a], y[b], names[a], names[b], 0.95)
    assert second.value == pytest.approx(first.value)
    assert second.interval.low == pytest.approx(first.interval.low)


def test_below_three_clusters_there_is_a_value_but_no_interval():
    x, y = features(1, 4, 2), features(2, 4, 2)
    result = kernel.kernel_distance_clustered(x, y, [0, 0, 1, 1], [0, 1, 2, 3], 0.95)
    assert np.isfinite(result.value)
    assert result.interval is None


def test_identical_arms_give_no_interval_rather_than_one_of_width_zero():
    x, _, names = prompts(np.random.default_rng(0), 6, 2)
    result = kernel.kernel_distance_clustered(x, x, names, names, 0.95)
    assert result.value == pytest.approx(0, abs=1e-12)
    assert result.interval is None


# -- errors


def test_a_side_of_one_cluster_is_refused_with_the_cure():
    x, y = features(1, 4, 2), features(2, 4, 2)
    with pytest.raises(ValueError, match=r"clusters_y has 1 cluster, .* own label"):
        kernel.kernel_distance_clustered(x, y, [0, 1, 2, 3], [9] * 4, 0.95)


def test_two_clusters_are_too_few_to_leave_one_out():
    with pytest.raises(ValueError, match="clusters_x has 2 labels, needs at least 3"):
        kernel.from_reference(features(1, 4, 2), features(2, 4, 2), [0, 0, 1, 1])


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([[1.0]], [[1.0], [2.0]], "x has 1 rows, needs at least 2"),
        ([[1.0], [2.0]], [[1.0, 2.0]] * 2, "x has 1 columns and y has 2"),
        ([[1.0], [np.nan]], [[1.0], [2.0]], "x has 1 of 2 values that are NaN or infinite"),
    ],
)
def test_unusable_features_are_refused(x, y, message):
    with pytest.raises(ValueError, match=message):
        kernel.kernel_distance(x, y)
