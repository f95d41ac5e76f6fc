"""One value a pair."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ksd_eval.numerics import pairs


def test_each_prompt_counts_once_whatever_its_number_of_usable_images():
    values, names = [1, 1, 0, 0, 0, 0, 0, 0], ["간호사", "간호사", *["의사"] * 6]
    assert np.mean(values) == 0.25
    assert pairs.mean_over_pairs(values, names) == 0.5


def test_pair_means_come_in_the_sorted_order_of_the_labels():
    values, numbers = [4.0, 1.0, 3.0, 8.0], [9, 2, 2, 5]
    np.testing.assert_array_equal(pairs.pair_means(values, numbers), [2.0, 8.0, 4.0])


def test_pair_means_agree_with_a_loop_and_ignore_the_order_of_images():
    rng = np.random.default_rng(0)
    values, names = rng.normal(size=50), rng.integers(0, 7, 50)
    by_hand = [values[names == name].mean() for name in np.unique(names)]
    assert np.std(by_hand) > 0.1
    order = rng.permutation(50)
    np.testing.assert_allclose(pairs.pair_means(values, names), by_hand)
    np.testing.assert_allclose(pairs.pair_means(values[order], names[order]), by_hand)


def test_abstentions_must_be_left_out_by_the_caller():
    with pytest.raises(ValueError, match="values has 1 of 2 values that are NaN"):
        pairs.pair_means([1.0, math.nan], ["a", "b"])


def test_every_image_needs_a_pair():
    with pytest.raises(ValueError, match=r"pairs must be one label a row, shape \[2\], got \[1\]"):
        pairs.pair_means([1.0, 0.0], ["a"])


def test_unequally_many_images_tell_as_much_as_their_harmonic_mean():
    assert pairs.even_size([3, 3, 3, 3]) == 12
    assert pairs.even_size([1, 20]) == pytest.approx(2 * stats.hmean([1, 20]))
    assert pairs.even_size([]) == 0
    with pytest.raises(ValueError, match="counts must be above 0, got 0"):
        pairs.even_size([2, 0])


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40))
def test_they_tell_no_less_than_one_a_pair_and_no_more_than_all(counts):
    assert len(counts) <= pairs.even_size(counts) <= sum(counts)
    # For homogeneous pairs the variance of the mean is that of one image over this.
    variance = sum(1 / count for count in counts) / len(counts) ** 2
    assert 1 / pairs.even_size(counts) == pytest.approx(variance)
