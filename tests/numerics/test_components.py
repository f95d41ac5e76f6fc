import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


def test_balanced_components_are_those_of_a_mixed_model():
    values, names = balanced()
    frame = pd.DataFrame({"y": values, "pair": names, "one": 1.0})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = MixedLM(frame["y"], frame[["one"]], frame["pair"]).fit(reml=True)
    between, within = float(fit.cov_re.iloc[0, 0]), float(fit.scale)
    assert between > 0.02
    found = variance_components(values, names)
    assert found.within == pytest.approx(within, rel=1e-4)
    assert found.between == pytest.approx(between, rel=1e-3)


def test_the_known_answer_of_an_unbalanced_table():
    # Means 1 and 4 of 2 and 1 values; grand mean 2; squares 2 within, 6 between; n0 = 4/3.
    found = variance_components([0, 2, 4], ["a", "a", "b"])
    assert found.within == pytest.approx(2.0)
    assert found.between == pytest.approx((6 - 2) / (4 / 3))


def test_a_negative_estimate_is_cut_and_said_so():
    found = variance_components([0, 1, 0, 1], ["a", "a", "b", "b"])
    assert (found.between, found.cut) == (0.0, True)


def test_one_replicate_tells_of_the_whole_only():
    found = variance_components([0, 1, 1, 0, 1], list("abcde"))
    assert found.within is None
    assert found.spread(1) == pytest.approx(np.std([0, 1, 1, 0, 1], ddof=1))
    assert found.spread(2) is None


@QUICK
@given(st.integers(0, 10**6))
def test_the_order_of_rows_does_not_matter(seed):
    values, names = balanced(3, pairs=8)
    order = np.random.default_rng(seed).permutation(len(values))
    forth, back = (
        variance_components(values, names),
        variance_components(values[order], names[order]),
    )
    assert back.total == pytest.approx(forth.total)
    assert back.within == pytest.approx(forth.within)


@QUICK
@given(st.floats(0.1, 50))
def test_components_scale_with_the_square(factor):
    values, names = balanced(4)
    plain, scaled = variance_components(values, names), variance_components(factor * values, names)
    assert scaled.total == pytest.approx(factor**2 * plain.total)


def test_more_replicates_never_spread_more():
    found = Components(total=0.25, within=0.15)
    spreads = [found.spread(count) for count in (1, 2, 4, 100)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] == pytest.approx(np.sqrt(0.1), rel=0.01)


def test_a_cautious_limit_holds_the_variance_about_as_often_as_it_says():
    held = 0
    for seed in range(200):
        values, names = balanced(seed, pairs=20)
        held += variance_limit(values, names, 4, 0.8) >= 0.3**2 + 0.5**2 / 4
    assert 0.7 <= held / 200 <= 0.92
    values, names = balanced(1)
    assert within_limit(values, names, 0.025) < 0.25 < within_limit(values, names, 0.975)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: variance_components([1, 2], ["a", "a"]), "needs at least 2"),
        (lambda: Components(total=0.1, within=0.2), "0 <= within <= total"),
        (lambda: variance_limit([1, 2], ["a", "b"], 1, 80), "confidence"),
    ],
)
def test_what_has_no_components_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
