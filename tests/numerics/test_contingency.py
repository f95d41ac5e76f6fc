"""Tables of counts: known answers, oracles, and tables that tell nothing."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.contingency_tables import StratifiedTable, mcnemar
from statsmodels.stats.inter_rater import cohens_kappa

from ksd_eval.numerics import contingency

QUICK = settings(max_examples=40, deadline=None, derandomize=True, database=None)
STRATA = st.lists(
    st.lists(st.integers(0, 6), min_size=4, max_size=4).map(
        lambda cells: np.reshape(cells, (2, 2)).tolist()
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)


# -- McNemar


@pytest.mark.parametrize(("first", "second"), [(0, 6), (3, 11), (10, 10), (40, 61)])
def test_mcnemar_agrees_with_statsmodels(first, second):
    expected = mcnemar([[5, first], [second, 7]], exact=True).pvalue
    assert contingency.mcnemar_p(first, second) == pytest.approx(expected)


def test_mcnemar_by_hand():
    # Of 5 throws, 1 or fewer heads: 6 / 32, and as many on the other side.
    assert contingency.mcnemar_p(4, 1) == contingency.mcnemar_p(1, 4) == pytest.approx(12 / 32)
    assert contingency.mcnemar_p(0, 0) == contingency.mcnemar_p(3, 3) == 1.0


def test_mcnemar_refuses_what_is_no_count():
    with pytest.raises(ValueError, match="only_second must be a whole number of at least 0"):
        contingency.mcnemar_p(3, -1)


# -- Mantel and Haenszel


def tables(rng, strata):
    chances = rng.uniform(0.2, 0.6, (strata, 1)) + np.array([0.3, 0])
    yes = rng.binomial([9, 14], chances)
    return np.stack([yes, [9, 14] - yes], axis=2)


@pytest.mark.parametrize("strata", [1, 4, 30])
def test_common_odds_agree_with_statsmodels(strata, rng):
    counts = tables(rng, strata)
    found = contingency.mantel_haenszel(counts, 0.9)
    expected = StratifiedTable(list(counts.astype(float)))
    assert found.ratio > 1.5
    assert found.ratio == pytest.approx(expected.oddsratio_pooled)
    assert found.p_value == pytest.approx(expected.test_null_odds(correction=False).pvalue)
    ends = expected.oddsratio_pooled_confint(alpha=0.1)
    assert (found.interval.low, found.interval.high) == pytest.approx(ends)


@QUICK
@given(STRATA, st.randoms(use_true_random=False))
def test_common_odds_turn_over_with_the_arms_and_ignore_order(strata, random):
    found = contingency.mantel_haenszel(strata, 0.95)
    swapped = [rows[::-1] for rows in random.sample(strata, len(strata))]
    other = contingency.mantel_haenszel(swapped, 0.95)
    assert (other is None) == (found is None)
    assume(found is not None)
    assert other.p_value == pytest.approx(found.p_value)
    assert (other.ratio is None) == (found.ratio is None) == (found.interval is None)
    if found.ratio is not None:
        assert other.ratio == pytest.approx(1 / found.ratio)
        assert other.interval.low == pytest.approx(1 / found.interval.high)


@QUICK
@given(STRATA)
def test_strata_that_tell_nothing_change_nothing(strata):
    silent = [[[0, 0], [0, 0]], [[1, 0], [0, 0]], [[5, 0], [3, 0]], [[0, 0], [2, 4]]]
    found = contingency.mantel_haenszel(strata, 0.95)
    with_silent = contingency.mantel_haenszel(strata + silent, 0.95)
    assume(found is not None)
    assert with_silent.ratio == (found.ratio and pytest.approx(found.ratio))
    assert with_silent.p_value == pytest.approx(found.p_value)


def test_matched_pairs_give_the_ratio_of_the_discordant():
    # A stratum a pair of pictures: 6 with yes to the first only, 2 to the second only.
    first, second, both = [[1, 0], [0, 1]], [[0, 1], [1, 0]], [[1, 0], [1, 0]]
    found = contingency.mantel_haenszel([first] * 6 + [second] * 2 + [both] * 9, 0.95)
    assert found.ratio == pytest.approx(3)
    assert contingency.mantel_haenszel([both] * 9, 0.95) is None


def test_a_ratio_without_end_is_not_told_but_its_test_is():
    found = contingency.mantel_haenszel([[[5, 0], [2, 3]], [[4, 0], [1, 3]]], 0.95)
    assert found.ratio is None
    assert found.interval is None
    assert 0 < found.p_value < 0.05


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([[1, 2], [3, 4]], r"tables must be square, .* got shape \[2, 2\]"),
        ([np.ones((3, 3))], r"tables must have shape \[k, 2, 2\], got \[1, 3, 3\]"),
        ([[[1, -2], [3, 4]]], "tables must hold whole numbers >= 0, got -2"),
        ([[[0.5, 2], [3, 4]]], r"tables must hold whole numbers >= 0, got 0\.5"),
    ],
)
def test_what_is_no_table_is_refused(counts, message):
    with pytest.raises(ValueError, match=message):
        contingency.mantel_haenszel(counts, 0.95)


# -- kappa


def answers(rng, pairs, pictures, labels=3):
    """Return the two judges' labels, shape [pairs, pictures] each; pairs differ in agreement."""
    first = rng.integers(labels, size=(pairs, pictures))
    agree = rng.random((pairs, pictures)) < rng.beta(2, 1, pairs)[:, None]
    return first, np.where(agree, first, rng.integers(labels, size=first.shape))


def counted(first, second, labels=3):
    table = np.zeros((labels, labels), int)
    np.add.at(table, (np.ravel(first), np.ravel(second)), 1)
    return table


def test_kappa_agrees_with_sklearn_and_statsmodels(rng):
    first, second = answers(rng, 10, 12)
    table = counted(first, second)
    found = contingency.kappa(table)
    assert 0.3 < found < 0.9
    assert found == pytest.approx(cohen_kappa_score(first.ravel(), second.ravel()))
    assert found == pytest.approx(cohens_kappa(table).kappa)


def test_kappa_by_hand():
    assert contingency.kappa([[7, 0], [0, 3]]) == 1.0
    assert contingency.kappa([[4, 4], [4, 4]]) == 0.0
    assert contingency.kappa([[0, 5], [5, 0]]) == -1.0


@QUICK
@given(
    st.lists(st.integers(0, 9), min_size=9, max_size=9).filter(any),
    st.permutations(range(3)),
    st.integers(2, 5),
)
def test_kappa_ignores_the_names_of_labels_the_order_of_judges_and_doubling(cells, order, times):
    table = np.reshape(cells, (3, 3))
    found = contingency.kappa(table)
    other = contingency.kappa(times * table[np.ix_(order, order)].T)
    assert other == (found if found is None else pytest.approx(found))


def test_one_label_only_leaves_nothing_beyond_chance(rng):
    assert contingency.kappa([[9, 0], [0, 0]]) is None
    assert contingency.kappa_over_prompts([[[9, 0], [0, 0]]] * 3, 0.95) == (None, None)


def test_kappa_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="table has no counts"):
        contingency.kappa([[0, 0], [0, 0]])
    with pytest.raises(ValueError, match="table must be square"):
        contingency.kappa([[1, 2, 3], [4, 5, 6]])


def test_kappa_over_prompts_is_the_jackknife_by_hand(rng):
    counts = np.array([counted(*labels) for labels in zip(*answers(rng, 6, 8), strict=True)])
    found, interval = contingency.kappa_over_prompts(counts, 0.95)
    assert found == contingency.kappa(counts.sum(axis=0))
    without = [contingency.kappa(np.delete(counts, pair, 0).sum(axis=0)) for pair in range(6)]
    error = np.sqrt(5 / 6 * np.square(np.array(without) - np.mean(without)).sum())
    assert error > 0.02
    assert interval.low == pytest.approx(found - 2.5706 * error, abs=1e-4)
    assert interval.high == pytest.approx(min(1, found + 2.5706 * error), abs=1e-4)


def test_too_little_for_an_interval_still_gives_kappa():
    table, other = [[4, 1], [2, 3]], [[5, 0], [0, 0]]
    for counts in ([table], [table, np.zeros((2, 2))], [table, table], [table, other]):
        found, interval = contingency.kappa_over_prompts(counts, 0.95)
        assert found is not None
        assert interval is None


def test_kappa_over_prompts_covers_where_pairs_differ(rng):
    first, second = answers(rng, 20_000, 8)
    truth = contingency.kappa(counted(first, second))
    covered = []
    for _ in range(400):
        labels = zip(*answers(rng, 20, 8), strict=True)
        interval = contingency.kappa_over_prompts([counted(*one) for one in labels], 0.95)[1]
        covered.append(interval.covers(truth))
    assert np.mean(covered) == pytest.approx(0.95, abs=0.03)
