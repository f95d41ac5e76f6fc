"""Sign flips and subsets."""

import itertools

import numpy as np

from ksd_eval.numerics import signs


def test_few_values_are_flipped_in_every_way_the_unflipped_first():
    values = np.array([1.0, 2.0, 4.0])
    by_hand = [np.mean(values * flip) for flip in itertools.product([1, -1], repeat=3)]
    means = signs.flipped_means(values, np.random.default_rng(0), 1)
    assert means[0] == values.mean()
    np.testing.assert_allclose(np.sort(means), np.sort(by_hand))


def test_many_values_are_flipped_at_random_as_often_as_asked():
    values = np.arange(1.0, 31.0)
    means = signs.flipped_means(values, np.random.default_rng(0), 4000)
    assert means.shape == (4000,)
    assert np.abs(means).max() <= values.mean()
    # Under flips the mean has expectation 0 and variance sum(v^2) / n^2.
    spread = np.sqrt(np.square(values).sum()) / 30
    assert abs(means.mean()) < 4 * spread / np.sqrt(4000)
    np.testing.assert_allclose(means.std(), spread, rtol=0.05)


def test_memory_bound_does_not_change_the_draws(monkeypatch):
    values = np.random.default_rng(1).normal(size=21)
    whole = signs.flipped_means(values, np.random.default_rng(2), 101)
    monkeypatch.setattr(signs, "_BLOCK", 50)
    blocks = signs.flipped_means(values, np.random.default_rng(2), 101)
    np.testing.assert_allclose(blocks, whole, atol=1e-12)


def test_subset_means_agree_with_a_loop():
    values = np.random.default_rng(3).normal(size=5)
    subsets = (s for k in range(1, 6) for s in itertools.combinations(values, k))
    by_hand = np.sort([np.mean(s) for s in subsets])
    assert len(by_hand) == 31
    np.testing.assert_allclose(np.sort(signs.subset_means(values)), by_hand)
