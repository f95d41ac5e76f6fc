import numpy as np
import pytest
from scipy import stats

from ksd_eval.numerics import ranks

RNG = np.random.default_rng(5)
X = RNG.normal(size=40)
Y = 0.6 * X + RNG.normal(size=40)
COARSE = np.round(2 * X) / 2
"""With ties."""
KINDS = np.repeat(["a", "b", "c", "d"], 10)


@pytest.mark.parametrize("x", [X, COARSE])
def test_a_rank_correlation_is_scipys(x):
    assert ranks.spearman(x, Y) == pytest.approx(stats.spearmanr(x, Y).statistic, abs=1e-12)


def test_within_strata_it_is_the_correlation_of_ranks_less_their_means():
    def less_mean(values):
        ranked = stats.rankdata(values)
        return ranked - np.repeat([ranked[kind == KINDS].mean() for kind in "abcd"], 10)

    expected = stats.pearsonr(less_mean(COARSE), less_mean(Y)).statistic
    assert ranks.spearman(COARSE, Y, KINDS) == pytest.approx(expected, abs=1e-12)


def test_what_differs_between_strata_counts_for_nothing():
    """Two kinds that differ in both, and prompts that do not: a correlation of kinds alone."""
    shift = np.where(KINDS < "c", 0, 100)
    x, y = X + shift, np.random.default_rng(0).permutation(X) + shift
    assert ranks.spearman(x, y) > 0.6
    assert abs(ranks.spearman(x, y, np.where(KINDS < "c", 0, 1))) < 0.35


@pytest.mark.parametrize(
    ("x", "y", "strata"),
    [([], [], None), ([1], [2], None), ([1, 1, 1], [1, 2, 3], None), ([1, 2], [1, 2], [0, 1])],
)
def test_without_a_spread_there_is_no_correlation(x, y, strata):
    assert ranks.spearman(x, y, strata) is None
    assert ranks.spearman_interval(x, y, 0.95, strata) is None
    assert ranks.spearman_p(x, y, RNG, 10, strata) is None


def test_the_interval_is_fishers_but_for_bonett_and_wrights_factor():
    found = ranks.spearman_interval(X, Y, 0.9)
    fisher = stats.pearsonr(stats.rankdata(X), stats.rankdata(Y)).confidence_interval(0.9)
    centre = np.arctanh(ranks.spearman(X, Y))
    factor = np.sqrt(1 + ranks.spearman(X, Y) ** 2 / 2)
    for ours, theirs in ((found.low, fisher.low), (found.high, fisher.high)):
        assert np.arctanh(ours) - centre == pytest.approx(factor * (np.arctanh(theirs) - centre))


def test_strata_cost_pairs():
    one, four = (ranks.spearman_interval(X, Y, 0.95, strata) for strata in (None, KINDS))
    reaches = [np.arctanh(found.high) - np.arctanh(found.low) for found in (one, four)]
    factors = [np.sqrt(1 + ranks.spearman(X, Y, strata) ** 2 / 2) for strata in (None, KINDS)]
    ratio = (reaches[1] / factors[1]) / (reaches[0] / factors[0])
    assert ratio == pytest.approx(np.sqrt(37 / 34))


@pytest.mark.parametrize("truth", [0.0, 0.6])
def test_nine_and_a_half_of_ten_intervals_hold_the_truth(truth):
    rng = np.random.default_rng(1)
    spearman = 6 / np.pi * np.arcsin(truth / 2)  # of the normal distribution
    held = 0
    for _ in range(600):
        x, z = rng.normal(size=(2, 30))
        y = truth * x + np.sqrt(1 - truth**2) * z
        held += ranks.spearman_interval(x, y, 0.95).covers(spearman)
    assert 0.93 < held / 600 < 0.98


@pytest.mark.parametrize("pairs", [5, 40])
def test_few_pairs_or_a_perfect_correlation_have_no_interval(pairs):
    y = X[:pairs] if pairs == 40 else [3, 1, 2, 5, 4]
    assert ranks.spearman_interval(X[:pairs], y, 0.95) is None


def test_the_p_value_is_that_of_all_permutations():
    x, y = X[:7], Y[:7]

    def statistic(x):
        return stats.spearmanr(x, y).statistic

    exact = stats.permutation_test((x,), statistic, permutation_type="pairings").pvalue
    drawn = ranks.spearman_p(x, y, np.random.default_rng(0), 20_000)
    assert drawn == pytest.approx(exact, abs=0.01)


def test_a_p_value_is_never_zero_and_is_uniform_where_there_is_nothing():
    assert ranks.spearman_p(X, X, np.random.default_rng(0), 199) == 1 / 200
    rng = np.random.default_rng(3)
    found = [ranks.spearman_p(*rng.normal(size=(2, 15)), rng, 99) for _ in range(400)]
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_permuting_within_strata_forgives_what_strata_have_in_common():
    shift = np.where(KINDS < "c", 0, 100)
    rng = np.random.default_rng(3)
    found = [
        ranks.spearman_p(rng.normal(size=40) + shift, rng.normal(size=40) + shift, rng, 99, KINDS)
        for _ in range(300)
    ]
    assert 0.02 < np.mean(np.array(found) <= 0.05) < 0.09


def test_the_right_answer_comes_where_it_stands():
    likeness = [[0.9, 0.5, 0.1], [0.9, 0.5, 0.1], [0.9, 0.5, 0.1]]
    assert ranks.rank_of_right(likeness, [0, 1, 2]).tolist() == [1, 2, 3]


def test_ties_go_against_the_right_answer():
    assert ranks.rank_of_right([[0.5, 0.5 - 1e-9, 0.1]], [0]).tolist() == [1]
    assert ranks.rank_of_right([[0.5, 0.5 - 1e-9, 0.1]], [0], slack=1e-6).tolist() == [2]


def test_chance_is_what_a_search_without_knowledge_finds():
    likeness = np.random.default_rng(0).normal(size=(20_000, 12))
    found = 1 / ranks.rank_of_right(likeness, np.zeros(20_000, int))
    assert found.mean() == pytest.approx(ranks.reciprocal_rank_by_chance(12), abs=0.01)


def test_unlike_shapes_are_refused():
    with pytest.raises(ValueError, match="x and y must be of the same pairs, got 2 and 3 values"):
        ranks.spearman([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="strata must be one label a row"):
        ranks.spearman([1, 2], [1, 2], ["a"])
