"""One value a pair."""

import math

import numpy as np
import pytest

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
