"""Imbalance and its floors."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import distance

from ksd_eval.numerics import imbalance

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)
SHARES = (
    st.lists(st.integers(0, 20), min_size=2, max_size=6)
    .filter(any)
    .map(lambda counts: np.array(counts) / sum(counts))
)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)


# -- two classes


def test_imbalance_is_the_distance_from_one_half():
    assert [imbalance.binary_imbalance(s) for s in (0.0, 0.5, 0.75)] == [0.5, 0.0, 0.25]
    with pytest.raises(ValueError, match=r"share must lie in \[0, 1\], got 40"):
        imbalance.binary_imbalance(40.0)


@pytest.mark.parametrize("n", [1, 2, 7, 8, 50])
def test_binary_floor_is_the_mean_over_all_outcomes(n):
    heads = np.arange(n + 1)
    expected = (stats.binom.pmf(heads, n, 0.5) * np.abs(heads / n - 0.5)).sum()
    assert imbalance.binary_floor(n) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("n", "floor", "quantile"),
    [(8, 0.137, 0.375), (9, 0.137, 0.278), (20, 0.088, 0.2), (48, 0.057, 0.146), (100, 0.04, 0.1)],
)
def test_floors_of_published_designs(n, floor, quantile):
    assert imbalance.binary_floor(n) == pytest.approx(floor, abs=5e-4)
    assert imbalance.binary_null_quantile(n) == pytest.approx(quantile, abs=5e-4)


@pytest.mark.parametrize("n", [1, 2, 9, 40])
@pytest.mark.parametrize("q", [0.1, 0.5, 0.95, 0.999])
def test_null_quantile_is_the_least_that_holds_enough(n, q):
    heads = np.arange(n + 1)
    chance, shown = stats.binom.pmf(heads, n, 0.5), np.abs(heads / n - 0.5)
    enough = [t for t in np.unique(shown) if chance[shown <= t + 1e-12].sum() >= q - 1e-12]
    assert imbalance.binary_null_quantile(n, q) == pytest.approx(enough[0])


def test_a_large_number_of_images_is_no_obstacle():
    assert imbalance.binary_floor(10**6) == pytest.approx(
        np.sqrt(1 / (2 * np.pi * 10**6)), rel=1e-5
    )


# -- many classes


@QUICK
@given(SHARES, st.randoms(use_true_random=False))
def test_total_variation_is_a_distance_that_ignores_the_order_of_classes(p, random):
    r = np.full(len(p), 1 / len(p))
    order = random.sample(range(len(p)), len(p))
    value = imbalance.total_variation(p, r)
    assert 0 <= value <= 1
    assert imbalance.total_variation(p, p) == 0
    assert imbalance.total_variation(r, p) == value
    assert imbalance.total_variation(p[order], r[order]) == pytest.approx(value)
    assert value == pytest.approx(distance.cityblock(p, r) / 2)


def test_total_variation_of_two_classes_is_binary_imbalance():
    assert imbalance.total_variation([0.8, 0.2], [0.5, 0.5]) == pytest.approx(
        imbalance.binary_imbalance(0.8)
    )


@pytest.mark.parametrize("reference", [[0.5, 0.3, 0.2], [0.7, 0.0, 0.3], [1.0, 0.0, 0.0]])
def test_multinomial_floor_is_the_mean_over_all_outcomes(reference):
    n = 6
    counts = np.array([c for c in itertools.product(range(n + 1), repeat=3) if sum(c) == n])
    chance = np.array([stats.multinomial.pmf(c, n, reference) for c in counts])
    shown = np.abs(counts / n - reference).sum(axis=1) / 2
    assert chance.sum() == pytest.approx(1)
    assert imbalance.multinomial_floor(n, reference) == pytest.approx((chance * shown).sum())


def test_floor_of_seven_classes_as_published():
    # Given there as the mean deviation of a class, which is 2 / 7 of the total variation.
    floor = imbalance.multinomial_floor(20, [1 / 7] * 7)
    assert floor * 2 / 7 == pytest.approx(0.062, abs=5e-4)


def test_multinomial_quantile_agrees_with_the_exact_binary_one(rng):
    drawn = imbalance.multinomial_null_quantile(20, [0.5, 0.5], rng, 20_000)
    assert drawn == pytest.approx(imbalance.binary_null_quantile(20))


def test_multinomial_quantile_lies_above_the_floor_and_below_the_worst(rng):
    reference = [0.6, 0.3, 0.1]
    quantiles = [
        imbalance.multinomial_null_quantile(30, reference, rng, 5000, q) for q in (0.5, 0.9, 0.99)
    ]
    assert sorted(quantiles) == quantiles
    assert quantiles[1] > imbalance.multinomial_floor(30, reference)
    assert quantiles[2] < 0.9


def test_a_reference_rounded_in_a_table_is_accepted_but_counts_are_not(rng):
    rounded = [0.3333333, 0.3333333, 0.3333333]
    assert imbalance.multinomial_null_quantile(10, rounded, rng, 10) > 0
    with pytest.raises(ValueError, match=r"reference must be shares .* divide counts"):
        imbalance.multinomial_floor(10, [3, 5])
    with pytest.raises(ValueError, match="observed has 2 classes and reference 3"):
        imbalance.total_variation([0.5, 0.5], rounded)


# -- entropy


@QUICK
@given(SHARES)
def test_entropy_agrees_with_scipy_and_stays_in_the_unit_interval(p):
    value = imbalance.normalised_entropy(p)
    assert 0 <= value <= 1
    assert value == pytest.approx(stats.entropy(p) / np.log(len(p)), abs=1e-12)


def test_a_class_never_seen_counts():
    assert imbalance.normalised_entropy([0.5, 0.5, 0.0]) == pytest.approx(np.log(2) / np.log(3))


# -- clusters


def test_prompts_that_are_all_one_class_are_as_few_coins_as_prompts(rng):
    pairs = [1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0]
    floor = imbalance.clustered_floor(pairs, rng, 1)
    assert floor.expected == pytest.approx(imbalance.binary_floor(8))
    assert floor.quantile == pytest.approx(imbalance.binary_null_quantile(8))
    assert floor.expected > 5 * imbalance.binary_floor(8 * 50)


def test_prompts_of_independent_images_have_the_floor_of_their_images(rng):
    floors = [
        imbalance.clustered_floor(rng.binomial(50, 0.5, 40) / 50, rng, 500).expected
        for _ in range(40)
    ]
    assert np.mean(floors) == pytest.approx(imbalance.binary_floor(2000), rel=0.06)


def test_the_direction_of_a_pair_does_not_matter(rng):
    pairs = rng.random(10)
    turned = np.where(rng.random(10) < 0.5, pairs, 1 - pairs)
    assert np.abs(turned - pairs).max() > 0.1
    first = imbalance.clustered_floor(pairs, rng, 1)
    second = imbalance.clustered_floor(turned, rng, 1)
    assert first.expected == pytest.approx(second.expected)
    assert first.quantile == pytest.approx(second.quantile)


def test_drawn_reflections_agree_with_all_of_them(rng, monkeypatch):
    pairs = rng.random(12)
    every = imbalance.clustered_floor(pairs, rng, 1)
    monkeypatch.setattr(imbalance.signs, "ENUMERATED_UP_TO", 5)
    drawn = imbalance.clustered_floor(pairs, rng, 20_000)
    assert every.expected > 0.01
    assert drawn.expected == pytest.approx(every.expected, rel=0.03)
    assert drawn.quantile == pytest.approx(every.quantile, rel=0.05)


def test_a_fair_clustered_world_exceeds_the_quantile_as_seldom_as_promised(rng):
    worlds = rng.beta(0.5, 0.5, (600, 12))
    beyond = [
        abs(world.mean() - 0.5) > imbalance.clustered_floor(world, rng, 1).quantile + 1e-12
        for world in worlds
    ]
    assert np.mean(beyond) == pytest.approx(0.05, abs=0.025)


def test_pair_values_must_be_shares(rng):
    with pytest.raises(ValueError, match=r"pair_values must be shares in \[0, 1\], got 0.2 to 40"):
        imbalance.clustered_floor([0.2, 40], rng, 1)
