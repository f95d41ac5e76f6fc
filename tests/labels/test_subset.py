from collections import Counter
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, hypergeom

from ksd_eval.labels.subset import drawn

APART = {"ko": [f"k{i}" for i in range(20)], "en": [f"e{i}" for i in range(20)]}
SHARING = {"ko": ["s0", "s1", "k0", "k1", "k2"], "en": ["s0", "s1", "e0", "e1", "e2"]}


def seeded(seed=0):
    return np.random.default_rng(seed)


def numbers(arms, found):
    return {name: len(set(ids) & set(found)) for name, ids in arms.items()}


@pytest.mark.parametrize(
    ("count", "each"), [(2, 1), (3, 1), (10, 5), (39, 19), (40, 20), (999, 20)]
)
def test_every_arm_has_the_same_number(count, each):
    assert numbers(APART, drawn(APART, count, seeded())) == {"ko": each, "en": each}


def test_the_smallest_arm_decides_how_many():
    arms = {"ko": ["a", "b", "c"], "en": ["x", "y"]}
    assert numbers(arms, drawn(arms, 99, seeded())) == {"ko": 2, "en": 2}


@pytest.mark.parametrize("seed", range(20))
def test_a_shared_picture_is_there_once_and_counts_for_both_arms(seed):
    found = drawn(SHARING, 6, seeded(seed))
    assert len(found) == len(set(found)) <= 6
    assert numbers(SHARING, found) == {"ko": 3, "en": 3}


def test_all_pictures_of_arms_that_share_some_can_be_drawn():
    assert set(drawn(SHARING, 99, seeded())) == set().union(*SHARING.values())


@pytest.mark.parametrize("arm", ["ko", "en"])
def test_in_every_arm_every_subset_is_as_likely_also_where_arms_share(arm):
    repeats = 4000
    rng = seeded(1)
    pool = set(SHARING[arm])
    counts = Counter(frozenset(pool & set(drawn(SHARING, 4, rng))) for _ in range(repeats))
    subsets = [frozenset(one) for one in combinations(sorted(pool), 2)]
    assert set(counts) == set(subsets)
    assert chisquare([counts[one] for one in subsets]).pvalue > 0.01


def test_shared_pictures_are_as_often_drawn_as_chance_has_it():
    repeats = 4000
    rng = seeded(2)
    hits = Counter(len({"s0", "s1"} & set(drawn(SHARING, 4, rng))) for _ in range(repeats))
    expected = [repeats * hypergeom.pmf(k, 5, 2, 2) for k in range(3)]
    assert min(expected) > 100
    assert chisquare([hits[k] for k in range(3)], expected).pvalue > 0.01


@pytest.mark.parametrize(
    "arms",
    [
        pytest.param({"a": "pqu", "b": "prv", "c": "qrw"}, id="shares with two that are apart"),
        pytest.param({"a": "pqrs", "b": "pqx"}, id="overlap of unlike sizes"),
    ],
)
def test_where_no_stratum_will_do_each_arm_has_a_random_subset_of_random_size(arms):
    rng = seeded(3)
    count = len(arms)
    found = [drawn(arms, count, rng) for _ in range(3000)]
    assert {len(one) for one in found} == {count}
    for pool in map(set, arms.values()):
        by_size = Counter(frozenset(pool & set(one)) for one in found)
        sizes = {len(one) for one in by_size}
        assert len(sizes) > 1
        for size in sizes - {0, len(pool)}:
            seen = [by_size[frozenset(one)] for one in combinations(sorted(pool), size)]
            assert len(seen) == comb(len(pool), size)
            assert chisquare(seen).pvalue > 0.001


def test_the_order_is_random_so_that_whoever_stops_early_has_a_fair_part():
    first = Counter(drawn(APART, 40, seeded(seed))[0][0] for seed in range(400))
    assert 150 < first["k"] < 250
    found = drawn(APART, 40, seeded())
    assert list(found) != sorted(found)


def test_the_seed_decides_and_the_order_of_rows_does_not():
    turned = {name: ids[::-1] for name, ids in reversed(APART.items())}
    assert drawn(APART, 10, seeded()) == drawn(turned, 10, seeded())
    assert drawn(APART, 10, seeded()) != drawn(APART, 10, seeded(1))


arms_of_any_kind = st.dictionaries(
    st.sampled_from("abcd"), st.sets(st.sampled_from("pqrstuvwxyz"), min_size=1), min_size=1
)


@given(arms_of_any_kind, st.integers(4, 12), st.integers(0, 99))
def test_a_larger_subset_holds_the_smaller_one(arms, count, seed):
    smaller, larger = (set(drawn(arms, count + more, seeded(seed))) for more in (0, 3))
    assert smaller <= larger <= set().union(*arms.values())
    assert len(smaller) <= count


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="count=1 is too small for 2 arms; give 2 or more"):
        drawn(APART, 1, seeded())
    for nothing in ({}, {"ko": [], "en": ["x"]}):
        with pytest.raises(ValueError, match="no pictures to draw from"):
            drawn(nothing, 5, seeded())
