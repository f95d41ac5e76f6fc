"""Intervals as records, and what equal values say."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from ksd_eval.numerics import confidence
from ksd_eval.numerics.confidence import Interval

QUICK = settings(max_examples=40, deadline=None, derandomize=True, database=None)


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


def test_alike_pairs_by_hand():
    # 1 - .025^(1/2) = .842 of prompts may be otherwise, at -1 or at 3.
    interval = confidence.all_alike([1.0, 1.0], 0.95, (-1.0, 3.0))
    unseen = 1 - math.sqrt(0.025)
    assert (interval.low, interval.high) == pytest.approx((1 - 2 * unseen, 1 + 2 * unseen))


@QUICK
@given(st.integers(2, 60), st.floats(0.5, 0.99))
def test_prompts_left_out_by_the_interval_would_have_been_met(n, level):
    unseen = confidence.all_alike([0.0] * n, level, (0.0, 1.0)).high
    assert (1 - unseen) ** n == pytest.approx((1 - level) / 2)


@pytest.mark.parametrize("n", [2, 9, 30, 400])
def test_of_one_picture_a_prompt_it_is_clopper_and_pearsons(n):
    interval = confidence.all_alike([0.0] * n, 0.95, (0.0, 1.0))
    theirs = proportion_confint(0, n, alpha=0.05, method="beta")
    assert (interval.low, interval.high) == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("values", "bounds"),
    [([], (0, 1)), ([0.5], (0, 1)), ([0.5, 0.6], (0, 1)), ([0.5, 0.5], (0, math.inf))],
)
def test_nothing_is_said_of_one_pair_of_unlike_pairs_or_without_bounds(values, bounds):
    assert confidence.all_alike(values, 0.95, bounds) is None


def test_rounding_is_no_spread():
    assert not confidence.has_spread(np.array([0.3, 0.1 + 0.2]))
    assert not confidence.has_spread(np.array([0.3]))
    assert confidence.has_spread(np.array([0.3, 0.3 + 1e-12]))
