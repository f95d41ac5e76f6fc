import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.mixed_linear_model import MixedLM

from ksd_eval.numerics.components import (
    Components,
    variance_components,
    variance_limit,
    within_limit,
)

QUICK = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def balanced(seed=0, pairs=60, replicates=4, between=0.3, within=0.5):
    rng = np.random.default_rng(seed)
    names = np.repeat(np.arange(pairs), replicates)
    return rng.normal(0, between, pairs)[names] + rng.normal(0, within, len(names)), names


def unbalanced(seed=0, pairs=30):
    rng = np.random.default_rng(seed)
    names = np.repeat(np.arange(pairs), rng.integers(1, 6, pairs))
    return rng.normal(0, 0.5, pairs)[names] + rng.normal(0, 0.3, len(names)), names


def of_anova(values, names):
    """Between and within, by Searle's formulas written out one pair at a time."""
    groups = [values[names == name] for name in np.unique(names)]
    sizes = np.array([len(group) for group in groups])
    total, count = sizes.sum(), len(groups)
    within = sum(((group - group.mean()) ** 2).sum() for group in groups) / (total - count)
    about = sum(len(group) * (group.mean() - values.mean()) ** 2 for group in groups)
    usual = (total - (sizes**2).sum() / total) / (count - 1)
    return (about / (count - 1) - within) / usual, within


def test_balanced_components_are_those_of_a_mixed_model():
    values, names = balanced()
    frame = pd.DataFrame({"y": values, "pair": names, "one": 1.0})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="statsmodels")
        fit = MixedLM(frame["y"], frame[["one"]], frame["pair"]).fit(reml=True)
    between, within = float(fit.cov_re.iloc[0, 0]), float(fit.scale)
    assert between > 0.02
    found = variance_components(values, names)
    assert found.within == pytest.approx(within, rel=1e-4)
    assert found.between == pytest.approx(between, rel=1e-3)


def test_unbalanced_components_are_those_of_the_analysis_of_variance():
    values, names = unbalanced()
    assert len(set(np.bincount(names))) > 2
    between, within = of_anova(values, names)
    found = variance_components(values, names)
    assert (found.between, found.within) == pytest.approx((between, within))
    groups = [values[names == name] for name in np.unique(names)]
    usual = (len(values) - (np.bincount(names) ** 2).sum() / len(values)) / (len(groups) - 1)
    f = stats.f_oneway(*groups).statistic
    assert 1 + usual * found.between / found.within == pytest.approx(f)


def test_the_known_answer_of_an_unbalanced_table():
    # Means 1 and 4 of 2 and 1 values; grand mean 2; squares 2 within, 6 between; n0 = 4/3.
    found = variance_components([0, 2, 4], ["a", "a", "b"])
    assert found.within == pytest.approx(2.0)
    assert found.between == pytest.approx((6 - 2) / (4 / 3))


def test_a_negative_estimate_is_cut_and_said_so():
    found = variance_components([0, 1, 0, 1], ["a", "a", "b", "b"])
    assert (found.between, found.within, found.cut) == (0.0, 0.5, True)


def test_one_replicate_tells_of_the_whole_only():
    found = variance_components([0, 1, 1, 0, 1], list("abcde"))
    assert found.within is None
    assert found.between is None
    assert found.spread(1) == pytest.approx(np.std([0, 1, 1, 0, 1], ddof=1))
    assert found.spread(2) is None
    assert within_limit([0, 1, 1, 0, 1], list("abcde"), 0.8) is None


@QUICK
@given(st.integers(0, 10**6))
def test_neither_the_order_of_rows_nor_the_names_of_pairs_matter(seed):
    values, names = unbalanced(3)
    rng = np.random.default_rng(seed)
    order, renamed = rng.permutation(len(values)), rng.permutation(30)[names]
    forth, back = (
        variance_components(values, names),
        variance_components(values[order], renamed[order]),
    )
    assert back.total == pytest.approx(forth.total)
    assert back.within == pytest.approx(forth.within)
    limits = [
        variance_limit(values, names, 4, 0.8),
        variance_limit(values[order], renamed[order], 4, 0.8),
    ]
    assert limits[0] == pytest.approx(limits[1])


@QUICK
@given(st.floats(0.1, 50), st.floats(-1e6, 1e6))
def test_components_scale_with_the_square_and_do_not_shift(factor, shift):
    values, names = balanced(4)
    plain = variance_components(values, names)
    scaled = variance_components(factor * values + shift, names)
    assert scaled.total == pytest.approx(factor**2 * plain.total, rel=1e-6)
    assert scaled.within == pytest.approx(factor**2 * plain.within, rel=1e-6)


def test_a_replicate_shown_twice_adds_no_spread_between_pairs():
    """A copy of every picture looks like less luck within, and as much between as pair means."""
    values, names = balanced(5, replicates=2)
    once = variance_components(values, names)
    twice = variance_components(np.tile(values, 2), np.tile(names, 2))
    means = np.bincount(names, values) / 2
    # The mean of a pair is the same, however often its pictures are counted.
    for found, replicates in ((once, 2), (twice, 4)):
        assert found.spread(replicates) == pytest.approx(means.std(ddof=1))
    assert twice.within == pytest.approx(once.within * 2 / 3)


def test_more_replicates_never_spread_more():
    found = Components(total=0.25, within=0.15)
    spreads = [found.spread(count) for count in (1, 2, 4, 100)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] == pytest.approx(np.sqrt(0.1), rel=0.01)


def test_the_limit_is_that_of_chi_square_at_the_degrees_of_freedom_of_the_jackknife():
    values, names = np.random.default_rng(6).exponential(size=15), np.arange(15)
    known = values.var(ddof=1)
    left_out = [np.delete(values, place).var(ddof=1) for place in range(15)]
    freedom = 2 * known**2 / (14 * np.var(left_out))
    assert 1 < freedom < 14
    expected = known * freedom / stats.chi2.ppf(0.2, freedom)
    assert variance_limit(values, names, 1, 0.8) == pytest.approx(expected)


def test_limits_lie_on_their_side_of_the_estimate_and_widen_with_confidence():
    values, names = unbalanced(7)
    estimate = variance_components(values, names).spread(3) ** 2
    limits = [variance_limit(values, names, 3, one) for one in (0.025, 0.2, 0.8, 0.975)]
    assert limits == sorted(limits)
    assert limits[1] < estimate < limits[2]


def test_more_replicates_than_the_pilot_has_are_not_taken_to_spread_more():
    values, names = balanced(8, replicates=2, between=0.05)
    ends = [variance_limit(values, names, replicates, 0.8) for replicates in (2, 4, 50)]
    assert max(ends) == ends[0]


@pytest.mark.parametrize("confidence", [0.8, 0.975])
def test_a_limit_holds_the_variance_about_as_often_as_it_says(confidence):
    truth, held, within = 0.3**2 + 0.5**2 / 4, [], []
    for seed in range(400):
        values, names = balanced(seed, pairs=20)
        held.append(variance_limit(values, names, 4, confidence) >= truth)
        within.append(within_limit(values, names, confidence) >= 0.25)
    error = np.sqrt(confidence * (1 - confidence) / 400)
    assert np.mean(held) == pytest.approx(confidence, abs=0.03 + 2 * error)
    assert np.mean(within) == pytest.approx(confidence, abs=0.03 + 2 * error)


def test_alike_values_have_no_limit():
    names = np.repeat(np.arange(9), 2)
    assert variance_limit(np.full(18, 0.1), names, 2, 0.8) is None
    assert within_limit(np.repeat(np.arange(9) / 10, 2), names, 0.8) is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: variance_components([1, 2], ["a", "a"]), "needs at least 2"),
        (lambda: variance_components([1, np.nan], ["a", "b"]), "NaN or infinite"),
        (lambda: variance_components([1, 2, 3], ["a", "b"]), "one label a row"),
        (lambda: Components(total=0.1, within=0.2), "0 <= within <= total"),
        (lambda: Components(total=0.1).spread(0), "replicates must be a whole number"),
        (lambda: variance_limit([1, 2], ["a", "b"], 1, 80), "confidence"),
        (lambda: variance_limit([1, 2], ["a", "b"], 0, 0.8), "replicates"),
        (lambda: within_limit([1, 2], ["a", "b"], 0), "confidence"),
    ],
)
def test_what_has_no_components_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
