"""Effective sizes: what pair shares are worth."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ksd_eval.numerics.effective import effective_size

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)
SHARES = st.lists(st.integers(0, 5).map(lambda k: k / 5), min_size=2, max_size=15)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)


@QUICK
@given(st.lists(st.booleans(), min_size=2, max_size=30), st.integers(1, 50))
def test_pairs_that_are_all_or_nothing_are_worth_one_answer_each(answers, replicates):
    assume(len(set(answers)) == 2)
    pairs = len(answers)
    assert effective_size(np.array(answers, float), pairs * replicates, 0.95) == pytest.approx(
        pairs
    )


def test_size_by_hand():
    # Variance .04 of at most .25: ratio .16, 16 / (3 * .16 + 1) = 10.81 answers of 4 pairs. The
    # kurtosis is 1, so 1/df is .16/19 + .84/3, df 3.467 and t 2.953, against 2.093 for 19.
    size = effective_size([0.3, 0.3, 0.7, 0.7], 20, 0.95)
    assert size == pytest.approx(10.81 * (2.093 / 2.953) ** 2, rel=1e-3)


@QUICK
@given(SHARES, st.randoms(use_true_random=False), st.integers(5, 20))
def test_size_ignores_order_and_the_name_of_the_answer(shares, random, replicates):
    assume(len(set(shares)) > 1)
    n_images = len(shares) * replicates
    size = effective_size(shares, n_images, 0.9)
    assert 0 < size <= n_images
    mirrored = [1 - share for share in random.sample(shares, len(shares))]
    assert effective_size(mirrored, n_images, 0.9) == pytest.approx(size)


def test_pairs_that_differ_less_are_worth_more():
    around = np.array([-1, -1, 1, 1, -0.5, 0.5, 0, 0])
    sizes = [effective_size(0.5 + spread * around, 400, 0.95) for spread in (0.4, 0.2, 0.1)]
    assert sizes[0] < sizes[1] < sizes[2] < 400


def test_a_spread_that_a_few_pairs_bring_is_less_sure():
    # The same mean and variance, once of many pairs and once of one.
    many = np.array([0.1] * 10 + [0.3] * 10)
    one = np.full(20, 0.2 - 0.1 / np.sqrt(19))
    one[0] = 0.2 + 0.1 * np.sqrt(19)
    assert many.mean() == pytest.approx(one.mean())
    assert many.var() == pytest.approx(one.var())
    assert effective_size(one, 400, 0.95) < 0.7 * effective_size(many, 400, 0.95)


def test_many_pairs_of_independent_images_are_worth_nearly_their_images(rng):
    shares = rng.binomial(4, 0.3, 20_000) / 4
    assert effective_size(shares, 80_000, 0.95) == pytest.approx(80_000, rel=0.05)


def test_what_has_no_size_is_refused():
    with pytest.raises(ValueError, match=r"pair_shares are all 0.5; without spread"):
        effective_size([0.5, 0.5], 4, 0.95)
    with pytest.raises(ValueError, match=r"pair_shares must lie in \[0, 1\], got -0.1"):
        effective_size([0.5, -0.1], 4, 0.95)
    with pytest.raises(ValueError, match="n_images must be at least 2, the number of pairs, got 1"):
        effective_size([0.5, 0.1], 1, 0.95)
