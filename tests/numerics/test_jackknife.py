"""The jackknife."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ksd_eval.numerics import intervals, jackknife
from ksd_eval.numerics.jackknife import Jackknife

QUICK = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def mean_of(x):
    return lambda kept: float(x[kept].mean())


def dealt(names, groups, seed=0):
    return jackknife.deal(names, groups, np.random.default_rng(seed))


# -- known answers


@QUICK
@given(st.integers(2, 40), st.integers(0, 10**6))
def test_of_a_mean_it_is_students_interval(n, seed):
    x, each = np.random.default_rng(seed).normal(size=n), np.arange(n)
    found = jackknife.delete_groups(mean_of(x), dealt(each, n), each)
    assert found.bias == pytest.approx(0, abs=1e-12)
    assert found.error == pytest.approx(stats.sem(x))
    expected = intervals.student(x, 0.9)
    for corrected in (True, False):
        interval = found.interval(0.9, corrected=corrected)
        assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("groups", [3, 7, 20])
def test_the_bias_of_a_variance_is_taken_off_to_the_last_bit_whatever_the_groups(groups):
    # All its bias is of order 1/n; on average over deals, so is what the leave-outs show of it.
    x, each = np.random.default_rng(1).gamma(2, size=20), np.arange(20)
    found = [
        jackknife.delete_groups(lambda kept: float(x[kept].var()), dealt(each, groups, s), each)
        for s in range(400)
    ]
    corrected = [one.corrected for one in found]
    assert found[0].whole < 0.96 * x.var(ddof=1)
    assert np.mean(corrected) == pytest.approx(x.var(ddof=1), rel=0.02)
    if groups == 20:
        assert corrected[0] == pytest.approx(x.var(ddof=1))


def test_a_bias_of_exactly_one_over_n_vanishes_in_unequal_groups():
    sizes = np.array([1.0, 2.0, 4.0])
    found = Jackknife(5 + 3 / 7, 5 + 3 / (7 - sizes), sizes)
    assert found.corrected == pytest.approx(5)
    assert found.bias == pytest.approx(3 / 7)


def test_the_error_of_unequal_groups_is_that_of_the_source():
    # Busing et al. 1999, equation 8, written out.
    whole, without, m = 2.0, np.array([1.7, 2.4, 2.2]), np.array([2.0, 3.0, 5.0])
    n, h = m.sum(), m.sum() / m
    corrected = 3 * whole - ((1 - m / n) * without).sum()
    pseudo = h * whole - (h - 1) * without
    variance = (np.square(pseudo - corrected) / (h - 1)).mean()
    found = Jackknife(whole, without, m)
    assert found.corrected == pytest.approx(corrected)
    assert found.error**2 == pytest.approx(variance)


def test_rows_of_a_cluster_leave_together():
    x, names = np.array([1.0, 1.0, 5.0, 9.0]), ["b", "b", "a", "c"]
    found = jackknife.delete_groups(mean_of(x), dealt(names, 3), names)
    assert sorted(found.without) == pytest.approx([7 / 3, 11 / 3, 7.0])
    assert found.sizes.tolist() == [1, 1, 1]


def test_two_sets_lose_the_same_clusters():
    seen = []

    def number(kept_x, kept_y):
        seen.append((kept_x.tolist(), kept_y.tolist()))
        return float(kept_x.sum())

    jackknife.delete_groups(number, dealt([1, 2, 3], 3), [1, 2], [2, 3, 3])
    assert seen[0] == ([True, True], [True, True, True])
    assert sorted(seen[1:]) == [
        ([False, True], [True, True, True]),
        ([True, False], [False, True, True]),
        ([True, True], [True, False, False]),
    ]


@QUICK
@given(st.integers(2, 40), st.integers(0, 10**6))
def test_the_p_value_of_a_mean_is_that_of_the_t_test_and_of_the_interval(n, seed):
    x, each = np.random.default_rng(seed).normal(size=n), np.arange(n)
    found = jackknife.delete_groups(mean_of(x), dealt(each, n), each)
    p = found.p_value(corrected=True)
    assert p == pytest.approx(stats.ttest_1samp(x, 0).pvalue)
    assert p == pytest.approx(found.p_value(corrected=False))
    if 1e-6 < p < 1 - 1e-6:
        rim = found.interval(1 - p, corrected=True)
        assert min(abs(rim.low), abs(rim.high)) == pytest.approx(0, abs=1e-9)


def test_what_two_numbers_share_is_not_in_the_error_of_their_difference():
    rng, each = np.random.default_rng(0), np.arange(40)
    common, own = rng.normal(size=40), 0.1 * rng.normal(size=(2, 40))
    groups = dealt(each, 20)
    left, right = (jackknife.delete_groups(mean_of(common + x), groups, each) for x in own)
    gap = left.minus(right)
    assert gap.whole == pytest.approx((own[0] - own[1]).mean())
    assert gap.error < 0.3 * left.error


# -- dealing


@QUICK
@given(st.integers(2, 60), st.integers(2, 25), st.integers(0, 10**6))
def test_every_cluster_has_one_group_and_groups_are_of_equal_size(count, groups, seed):
    names = np.repeat(np.arange(count), 2)
    found = dealt(names, groups, seed)
    assert len(found.sizes) == min(groups, count)
    assert found.sizes.sum() == count
    assert np.ptp(found.sizes) <= 1
    assert (found.of(names)[::2] == found.of(names)[1::2]).all()


def test_the_order_of_rows_does_not_decide_the_groups():
    names = np.array([f"p{i}" for i in range(30)])
    turned = dealt(names[::-1], 5)
    np.testing.assert_array_equal(turned.of(names), dealt(names, 5).of(names))


# -- nothing to say, and errors


def test_leave_outs_that_are_all_alike_give_no_interval():
    assert Jackknife(3.0, np.full(5, 3.0), np.ones(5)).interval(0.95, corrected=True) is None
    rounded = np.array([3.0, 3.0 + 1e-15, 3.0])
    assert Jackknife(3.0, rounded, np.ones(3)).interval(0.95, corrected=False) is None
    assert Jackknife(3.0, rounded, np.ones(3)).p_value(corrected=False) is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Jackknife(1.0, np.array([1.0]), np.ones(1)), "without has 1 values"),
        (lambda: Jackknife(1.0, np.array([1.0, np.nan]), np.ones(2)), "NaN or infinite"),
        (lambda: Jackknife(1.0, np.ones(2), np.ones(3)), "sizes must be 2 numbers above 0"),
        (lambda: Jackknife(1.0, np.ones(2), np.zeros(2)), "sizes must be 2 numbers above 0"),
        (lambda: dealt(["a", "a"], 2), "clusters has 1 label, needs at least 2"),
        (lambda: dealt(["a", "b"], 1), "groups must be a whole number of at least 2"),
        (lambda: dealt(["a", "b"], 2).of(["c"]), "cluster .*'c'.* has no group"),
        (
            lambda: Jackknife(1.0, np.ones(2), np.ones(2)).minus(
                Jackknife(1.0, np.ones(2), np.full(2, 3.0))
            ),
            "are not the same; leave the same clusters out of both",
        ),
    ],
)
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
