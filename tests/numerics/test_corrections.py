"""Corrected shares: known answers, oracles, when there is none, and whether intervals cover."""

from math import sqrt

import numpy as np
import pytest
from delicatessen import MEstimator
from delicatessen.estimating_equations import ee_rogan_gladen
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from ksd_eval.numerics import corrections, intervals
from ksd_eval.numerics.adjusted_count import adjusted_count, adjusted_shares
from ksd_eval.numerics.intervals import Interval

QUICK = settings(max_examples=40, deadline=None, derandomize=True, database=None)
JUDGE = [[140, 10], [6, 144]]
THREE = [[90, 8, 2], [5, 80, 15], [0, 10, 90]]


@pytest.fixture
def rng():
    return np.random.default_rng(20261125)


def ends(corrected):
    return [corrected.interval.low, corrected.interval.high]


def around(share, reach=0.03):
    return Interval(max(0.0, share - reach), min(1.0, share + reach), 0.95, "by hand")


def corrected(share, counts=JUDGE, reach=0.03):
    return corrections.rogan_gladen(share, around(share, reach), counts, 0.95)


def of_pictures(readings, counts, level=0.95):
    """Correct the share of independent pictures, one a pair."""
    raw = intervals.student(readings, level)
    return corrections.rogan_gladen(float(readings.mean()), raw, counts, level)


# -- two classes


def test_the_known_answer():
    # Se 3/4, Sp 9/10: .36 read so = .4 x .75 + .6 x .10.
    found = corrections.rogan_gladen(0.36, None, [[75, 25], [10, 90]], 0.95)
    assert found.estimate == pytest.approx(0.4)
    assert (found.interval, found.reason) == (None, "the raw share has no interval")


@QUICK
@given(st.floats(0, 1), st.floats(0.6, 1), st.floats(0.6, 1))
def test_correcting_undoes_reading(share, se, sp):
    counts = np.round([[1e6 * se, 1e6 * (1 - se)], [1e6 * (1 - sp), 1e6 * sp]])
    (hit, _), (false_alarm, _) = counts / counts.sum(axis=1, keepdims=True)
    read = share * hit + (1 - share) * false_alarm
    found = corrections.rogan_gladen(float(np.clip(read, 0, 1)), None, counts, 0.95)
    assert found.estimate == pytest.approx(share, abs=1e-9)


def sandwich(readings, counts):
    """Return estimate and interval of delicatessen's M-estimator."""
    truth = np.concatenate([np.full(len(readings), -1), np.repeat([1, 1, 0, 0], counts.ravel())])
    read = np.concatenate([readings, np.repeat([1, 0, 1, 0], counts.ravel())])
    found = MEstimator(
        lambda theta: ee_rogan_gladen(theta, truth, read, (truth < 0).astype(int)),
        init=[0.5, 0.5, 0.75, 0.75],
    )
    found.estimate(solver="lm")
    return found.theta[0], found.confidence_intervals()[0]


def test_estimate_and_interval_are_the_sandwichs_for_many_pictures():
    readings = np.repeat([1.0, 0.0], [21800, 78200])
    counts = np.array([[13950, 1050], [600, 14400]])
    found, (estimate, oracle) = of_pictures(readings, counts), sandwich(readings, counts)
    assert abs(estimate - readings.mean()) > 0.01
    width = oracle[1] - oracle[0]
    assert found.estimate == pytest.approx(estimate, abs=1e-8)
    assert found.interval.width == pytest.approx(width, rel=0.002)
    assert ends(found) == pytest.approx(oracle, abs=0.01 * width)


def test_the_interval_is_fiellers_where_limits_are_symmetric():
    """With many validation pictures Jeffreys' limits are those of the normal distribution."""
    raw = Interval(0.3, 0.5, 0.95, "by hand")
    found = corrections.rogan_gladen(0.4, raw, [[80000, 20000], [10000, 90000]], 0.95)
    z = stats.norm.ppf(0.975)
    for end in ends(found):
        se, sp = 0.8 * 0.2 / 1e5, 0.9 * 0.1 / 1e5
        reach = sqrt(0.1**2 + z**2 * (end**2 * se + (1 - end) ** 2 * sp))
        assert abs(0.4 + 0.9 - 1 - end * 0.7) == pytest.approx(reach, rel=1e-4)


def test_a_judge_known_not_to_err_changes_nothing():
    raw = Interval(0.11, 0.35, 0.95, "by hand")
    found = corrections.rogan_gladen(0.2, raw, [[10**9, 0], [0, 10**9]], 0.95)
    assert [found.estimate, *ends(found)] == pytest.approx([0.2, 0.11, 0.35], abs=1e-6)


def test_no_error_among_few_validation_pictures_is_not_none():
    few, many = (corrected(0.3, [[n, 0], [0, n]]) for n in (30, 3000))
    assert few.estimate == pytest.approx(0.3) == many.estimate
    assert few.interval.width > 1.3 * many.interval.width


@QUICK
@given(st.floats(0, 1), st.lists(st.integers(1, 60), min_size=4, max_size=4))
def test_naming_the_classes_the_other_way_round_mirrors_the_answer(share, cells):
    counts = np.reshape(cells, (2, 2)) + np.diag([150, 150])
    found, other = corrected(share, counts), corrected(1 - share, counts[::-1, ::-1])
    assert found.estimate == pytest.approx(1 - other.estimate, abs=1e-9)
    assert (found.interval is None) == (other.interval is None)
    if found.interval:
        assert ends(found) == pytest.approx([1 - end for end in ends(other)[::-1]], abs=1e-9)
        assert found.interval.low <= found.estimate <= found.interval.high


@QUICK
@given(st.floats(0, 1), st.floats(0, 0.3), st.floats(0, 0.3))
def test_less_certain_pairs_give_a_wider_interval(share, reach, more):
    narrow, wide = (corrected(share, JUDGE, r) for r in (reach, reach + more))
    if narrow.interval and wide.interval:
        assert wide.interval.low <= narrow.interval.low + 1e-12
        assert wide.interval.high >= narrow.interval.high - 1e-12


def test_a_share_below_the_false_alarms_is_cut_to_0_and_has_an_interval():
    found = corrected(0.03)  # of none, a judge with specificity .96 would read .04
    assert (found.estimate, found.interval.low, found.reason) == (0, 0, "")
    assert 0 < found.interval.high < 0.1


@pytest.mark.parametrize(("share", "word"), [(0.0, "few"), (1.0, "many")])
def test_readings_that_no_share_explains_have_no_interval(share, word):
    found = corrected(share, [[120, 30], [30, 120]], 0.01)
    assert (found.estimate, found.interval) == (share, None)
    assert f"cannot read so {word} of any share" in found.reason


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([[50, 50], [50, 50]], "the judge is no better than chance: Se + Sp is 1.00"),
        ([[10, 90], [80, 20]], "the judge is no better than chance: Se + Sp is 0.30"),
        ([[12, 8], [8, 12]], "the judge may be no better than chance: Se + Sp is 1.20, at the low"),
    ],
)
def test_a_judge_that_may_be_no_better_than_chance_is_refused(counts, words, rng):
    found = corrected(0.3, counts)
    assert (found.estimate, found.interval) == (None, None)
    assert words in found.reason
    apart = corrections.rogan_gladen_difference(0.1, None, counts, 0.95)
    assert (apart.estimate, apart.reason) == (None, found.reason)
    shares = np.tile([0.3, 0.7], (9, 1))
    of_all = adjusted_count(shares, counts, 0.95, 2000, rng)
    assert [(one.estimate, one.interval) for one in of_all] == [(None, None)] * 2
    assert "may be no better than chance" in of_all[0].reason


# -- the difference of two arms


def test_a_difference_is_the_raw_one_over_youdens_index():
    raw = Interval(0.02, 0.18, 0.95, "by hand")
    found = corrections.rogan_gladen_difference(0.1, raw, [[80, 20], [10, 90]], 0.95)
    assert found.estimate == pytest.approx(0.1 / 0.7)
    assert 0 < found.interval.low < 0.02 / 0.7
    assert found.interval.high > 0.18 / 0.7


@QUICK
@given(st.floats(-0.5, 0.5), st.floats(0.001, 0.4), st.floats(0.001, 0.4))
def test_the_corrected_difference_excludes_0_just_where_the_raw_one_does(difference, below, above):
    raw = Interval(difference - below, difference + above, 0.95, "by hand")
    for counts in (JUDGE, [[30, 10], [15, 25]]):
        found = corrections.rogan_gladen_difference(difference, raw, counts, 0.95)
        assert found.interval.covers(0) == raw.covers(0)
        assert found.interval.low <= found.estimate <= found.interval.high
        assert found.interval.width >= min(raw.width, 0.5)


@QUICK
@given(st.floats(-0.5, 0.5), st.floats(0, 0.4), st.floats(0, 0.4))
def test_the_difference_the_other_way_round_is_its_negative(difference, below, above):
    raw = Interval(difference - below, difference + above, 0.95, "by hand")
    turned = Interval(-raw.high, -raw.low, 0.95, "by hand")
    found = corrections.rogan_gladen_difference(difference, raw, JUDGE, 0.95)
    other = corrections.rogan_gladen_difference(-difference, turned, JUDGE, 0.95)
    assert found.estimate == -other.estimate
    assert ends(found) == pytest.approx([-end for end in ends(other)[::-1]])


# -- the simplex


def by_slsqp(rates, shares):
    """Return what a general optimiser finds."""
    k = len(shares)
    return optimize.minimize(
        lambda p: 1e4 * np.square(rates.T @ p - shares).sum(),
        np.full(k, 1 / k),
        jac=lambda p: 2e4 * rates @ (rates.T @ p - shares),
        bounds=[(0, 1)] * k,
        constraints={"type": "eq", "fun": lambda p: p.sum() - 1, "jac": lambda _: np.ones(k)},
        options={"ftol": 1e-15, "maxiter": 500},
    ).x


@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_adjusted_shares_are_those_of_a_general_optimiser(k, rng):
    rates = rng.dirichlet(np.ones(k), (20, k)) * 0.5 + 0.5 * np.eye(k)
    shares = rng.dirichlet(np.full(k, 0.7), 20)
    found = adjusted_shares(rates, shares)
    at_edge = (found == 0).any(axis=1)
    assert 0 < at_edge.sum() < 20 or k == 8, "some within the simplex, some at its edge"
    for each, one, p in zip(rates, shares, found, strict=True):
        oracle = np.clip(by_slsqp(each, one), 0, None)
        oracle /= oracle.sum()  # it keeps to the simplex to within 1e-5 only
        np.testing.assert_allclose(p, oracle, atol=2e-5)
        objective = [np.square(each.T @ guess - one).sum() for guess in (p, oracle)]
        assert objective[0] <= objective[1] + 1e-15
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found.min() >= 0


def test_adjusted_shares_fulfil_the_conditions_of_a_minimum(rng):
    """Karush, Kuhn and Tucker's: the gradient is level where p > 0, and not lower where p = 0."""
    rates = rng.dirichlet(np.ones(6), (30, 6)) * 0.5 + 0.5 * np.eye(6)
    shares = rng.dirichlet(np.full(6, 0.7), 30)
    found = adjusted_shares(rates, shares)
    assert (found == 0).sum() > 10
    for each, one, p in zip(rates, shares, found, strict=True):
        gradient = each @ (each.T @ p - one)
        level = gradient[p > 0].mean()
        np.testing.assert_allclose(gradient[p > 0], level, atol=1e-13)
        assert np.all(gradient[p == 0] >= level - 1e-13)


@QUICK
@given(st.integers(2, 6), st.integers(0, 10**6))
def test_adjusted_shares_undo_reading(k, seed):
    rng = np.random.default_rng(seed)
    rates = rng.dirichlet(np.ones(k), k) * 0.4 + 0.6 * np.eye(k)
    truth = rng.dirichlet(np.ones(k)) * (rng.random(k) < 0.7)
    truth = truth / truth.sum() if truth.sum() else np.eye(k)[0]
    np.testing.assert_allclose(adjusted_shares(rates, truth @ rates), truth, atol=1e-9)


@QUICK
@given(st.floats(0, 1), st.floats(0.55, 1), st.floats(0.55, 1))
def test_for_two_classes_it_is_rogan_and_gladens(share, se, sp):
    found = adjusted_shares([[se, 1 - se], [1 - sp, sp]], [share, 1 - share])
    assert found[0] == pytest.approx(np.clip((share + sp - 1) / (se + sp - 1), 0, 1), abs=1e-9)


# -- more classes


def drawn_pairs(rng, pairs=40, pictures=4, shares=(0.6, 0.3, 0.1)):
    return rng.multinomial(pictures, shares, size=pairs) / pictures


def test_the_known_answer_for_three_classes(rng):
    rates = np.array(THREE) / 100
    observed = np.array([0.5, 0.3, 0.2]) @ rates
    found = adjusted_count(np.tile(observed, (20, 1)), THREE, 0.95, 200, rng)
    assert [one.estimate for one in found] == pytest.approx([0.5, 0.3, 0.2])
    for one in found:
        assert one.interval.low < one.estimate < one.interval.high
        assert one.interval.method == "adjusted_count"


def test_two_classes_have_nearly_the_interval_of_rogan_and_gladen(rng):
    readings = np.repeat([1.0, 0.0], [100, 300])
    two = np.stack([readings, 1 - readings], axis=1)
    joint = adjusted_count(two, JUDGE, 0.95, 4000, rng)[0]
    alone = of_pictures(readings, JUDGE)
    assert joint.estimate == pytest.approx(alone.estimate)
    assert ends(joint) == pytest.approx(ends(alone), abs=0.01)


def test_the_order_of_pairs_and_classes_does_not_matter_but_by_chance(rng):
    pairs, order = drawn_pairs(rng), [2, 0, 1]
    counts = np.array(THREE)
    found = adjusted_count(pairs, counts, 0.95, 4000, rng)
    turned = adjusted_count(pairs[::-1][:, order], counts[np.ix_(order, order)], 0.95, 4000, rng)
    for place, name in enumerate(order):
        assert turned[place].estimate == pytest.approx(found[name].estimate)
        assert ends(turned[place]) == pytest.approx(ends(found[name]), abs=0.015)


def test_the_same_stream_gives_the_same_interval(rng):
    pairs = drawn_pairs(rng)
    first, second = (
        adjusted_count(pairs, THREE, 0.95, 100, np.random.default_rng(1)) for _ in range(2)
    )
    assert first == second


def test_a_class_that_no_pair_shows_is_not_impossible(rng):
    pairs = np.tile([1.0, 0.0, 0.0], (40, 1))
    found = adjusted_count(pairs, np.diag([200] * 3), 0.95, 1000, rng)
    assert [one.estimate for one in found] == [1, 0, 0]
    assert found[0].interval.low < 0.98
    assert found[1].interval.high > 0.02


def test_an_error_that_few_validation_pictures_do_not_show_is_not_impossible(rng):
    pairs = drawn_pairs(rng, 400, 8)
    few, many = (adjusted_count(pairs, np.diag([n] * 3), 0.95, 2000, rng)[0] for n in (30, 30000))
    assert few.estimate == pytest.approx(many.estimate)
    assert few.interval.width > 1.2 * many.interval.width


def test_few_pairs_have_students_reach(rng):
    pairs = np.array([[0.2, 0.8], [0.8, 0.2]] * 4)
    found = adjusted_count(pairs, np.diag([10**6] * 2), 0.95, 4000, rng)[0]
    assert found.interval.width > 0.9 * intervals.student(pairs[:, 0], 0.95).width


def test_a_single_pair_says_nothing_of_others(rng):
    found = adjusted_count([[0.5, 0.3, 0.2]], THREE, 0.95, 100, rng)
    assert all(one.estimate is not None and one.interval is None for one in found)
    assert found[0].reason == "one prompt pair says nothing of other prompts"


def test_a_difference_is_that_of_the_corrected_shares(rng):
    left, right = drawn_pairs(rng), drawn_pairs(rng, shares=(0.3, 0.5, 0.2))
    apart = adjusted_count(left, THREE, 0.95, 500, rng, right)
    sides = [adjusted_count(side, THREE, 0.95, 500, rng) for side in (left, right)]
    for one, a, b in zip(apart, *sides, strict=True):
        assert one.estimate == pytest.approx(a.estimate - b.estimate)
        assert one.interval.low < one.estimate < one.interval.high
    assert not apart[0].interval.covers(0)


def test_pairs_keep_their_arms_together_when_redrawn(rng):
    """Arms that agree pair by pair differ far less surely than their shares are known."""
    left = drawn_pairs(rng, 60, 1)
    same = adjusted_count(left, THREE, 0.95, 500, rng, left)[0]
    other = adjusted_count(left, THREE, 0.95, 500, rng, left[::-1])[0]
    assert same.estimate == other.estimate == 0
    assert same.interval.width < 0.4 * other.interval.width


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda _: corrections.rogan_gladen(40, None, JUDGE, 0.95), "write 40 % as 0.4"),
        (lambda _: corrections.rogan_gladen(0.4, None, THREE, 0.95), "use adjusted_count"),
        (lambda _: corrections.rogan_gladen(0.4, None, JUDGE, 95), "write 95 % as 0.95"),
        (lambda _: corrections.rogan_gladen(0.4, around(0.9), JUDGE, 0.95), "interval of the sh"),
        (lambda _: corrections.rogan_gladen(0.4, around(0.4), JUDGE, 0.9), "at level 0.9"),
        (lambda _: corrections.rogan_gladen(0.4, None, [[9, 1], [0, 0]], 0.95), "of class 1"),
        (lambda _: corrections.rogan_gladen(0.4, None, [[0.9, 0.1], [0, 1]], 0.95), "whole"),
        (lambda _: corrections.rogan_gladen(0.4, None, [[9, 1, 1], [0, 9, 1]], 0.95), "shape"),
        (lambda _: corrections.rogan_gladen_difference(2, None, JUDGE, 0.95), r"in \[-1, 1\]"),
        (lambda r: adjusted_count([[0.5, 0.4]], JUDGE, 0.95, 9, r), "sum to 1"),
        (
            lambda r: adjusted_count([[0.5, 0.5]], THREE, 0.95, 9, r),
            "give both alike",
        ),
        (lambda r: adjusted_count([[1, 0]], JUDGE, 0.95, 0, r), "resamples"),
        (
            lambda r: adjusted_count([[1, 0]], JUDGE, 0.95, 9, r, [[1, 0], [1, 0]]),
            "of the same pairs",
        ),
    ],
)
def test_what_is_no_share_or_count_is_refused(call, message, rng):
    with pytest.raises(ValueError, match=message):
        call(rng)


# -- coverage


def validation(rng, rates, pictures):
    return np.stack([rng.multinomial(pictures, row) for row in rates])


def covered(found, truths):
    """Whether each interval covers; an end at 0 or 1 may be off by rounding."""
    return [
        one.interval is not None and one.interval.low - 1e-9 <= truth <= one.interval.high + 1e-9
        for one, truth in zip(found, truths, strict=True)
    ]


RATES = np.array([[0.93, 0.07], [0.04, 0.96]])


def by_delta_method(readings, counts):
    """Return the sandwich's interval in closed form."""
    (se, sp), q = counts.diagonal() / counts.sum(axis=1), readings.mean()
    p = (q + sp - 1) / (se + sp - 1)
    of_rates = (p**2 * se * (1 - se) + (1 - p) ** 2 * sp * (1 - sp)) / counts[0].sum()
    reach = stats.norm.ppf(0.975) * sqrt(readings.var() / len(readings) + of_rates)
    return Interval(p - reach / (se + sp - 1), p + reach / (se + sp - 1), 0.95, "delta")


def by_bootstrap(readings, counts, rng, resamples=500):
    """Return the interval of a parametric bootstrap of pictures and of validation pictures."""
    n, (se, sp) = counts[0].sum(), counts.diagonal() / counts.sum(axis=1)
    q = rng.binomial(len(readings), readings.mean(), resamples) / len(readings)
    se, sp = rng.binomial(n, se, resamples) / n, rng.binomial(n, sp, resamples) / n
    drawn = (q + sp - 1) / (se + sp - 1)
    return Interval(*np.quantile(drawn, [0.025, 0.975]), 0.95, "bootstrap")


def test_of_the_usual_intervals_only_the_raw_one_fails_to_cover(rng):
    """Se .93, Sp .96, share .2, 1000 pictures, 150 validation pictures a class."""
    studies = [
        ((rng.random(1000) < 0.2 * 0.93 + 0.8 * 0.04) * 1.0, validation(rng, RATES, 150))
        for _ in range(1500)
    ]
    oracle = by_delta_method(*studies[0])
    assert [oracle.low, oracle.high] == pytest.approx(sandwich(*studies[0])[1], abs=1e-6)
    found = {
        "raw": [intervals.student(readings, 0.95) for readings, _ in studies],
        "delta": [by_delta_method(*one) for one in studies],
        "bootstrap": [by_bootstrap(*one, rng) for one in studies],
        "mine": [of_pictures(*one).interval for one in studies],
    }
    hits = {name: np.mean([one.covers(0.2) for one in each]) for name, each in found.items()}
    widths = {name: np.mean([one.width for one in each]) for name, each in found.items()}
    assert np.mean([readings.mean() for readings, _ in studies]) == pytest.approx(0.218, abs=0.001)
    assert hits["raw"] == pytest.approx(0.72, abs=0.035)
    for name in ("delta", "bootstrap", "mine"):
        assert hits[name] == pytest.approx(0.95, abs=0.018), name
    assert widths["delta"] == pytest.approx(0.083, abs=0.001)
    assert widths["mine"] == pytest.approx(0.086, abs=0.001)


@pytest.mark.parametrize(("share", "pictures"), [(0.02, 30), (0.0, 150), (0.98, 60)])
def test_the_interval_covers_near_0_and_1_with_few_validation_pictures(share, pictures, rng):
    read = share * 0.93 + (1 - share) * 0.04
    hits = []
    for _ in range(600):
        readings = (rng.random(200) < read).astype(float)
        raw = intervals.share_over_prompts(readings, 200, 0.95)
        counts = validation(rng, RATES, pictures)
        mine = corrections.rogan_gladen(float(readings.mean()), raw, counts, 0.95)
        hits += covered([mine], [share])
    assert np.mean(hits) > 0.93


@pytest.mark.parametrize(
    ("shares", "pairs", "pictures"),
    [((0.6, 0.3, 0.1), 40, 4), ((1.0, 0.0, 0.0), 40, 1), ((0.95, 0.05, 0.0), 12, 2)],
)
def test_adjusted_count_covers_within_the_simplex_and_at_its_edge(shares, pairs, pictures, rng):
    rates = np.array([[0.9, 0.08, 0.02], [0.05, 0.85, 0.1], [0.02, 0.08, 0.9]])
    hits = []
    for _ in range(200):
        observed = drawn_pairs(rng, pairs, pictures, np.array(shares) @ rates)
        counts = validation(rng, rates, 60)
        found = adjusted_count(observed, counts, 0.95, 200, rng)
        hits.append(covered(found, shares))
    assert np.mean(hits, axis=0).min() > 0.88
    assert np.mean(hits) > 0.92
