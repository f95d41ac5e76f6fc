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
each_measure = pytest.mark.parametrize("measure", imbalance.MEASURES)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)


def equal(k):
    return np.full(k, 1 / k)


def references(measure, k):
    """Return the references of k classes that a measure is tried against."""
    skewed = np.arange(k, dtype=float)  # one class is not in it at all
    return [equal(k)] if measure == "entropy_deficit" else [equal(k), skewed / skewed.sum()]


def every_outcome(n, reference):
    """Return all counts of n images, as shares, and the chance of each."""
    k = len(reference)
    counts = np.array([c for c in itertools.product(range(n + 1), repeat=k) if sum(c) == n])
    return counts / n, np.array([stats.multinomial.pmf(count, n, reference) for count in counts])


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


# -- measures


@QUICK
@given(SHARES, st.randoms(use_true_random=False))
def test_total_variation_is_a_distance_that_ignores_the_order_of_classes(p, random):
    r = equal(len(p))
    order = random.sample(range(len(p)), len(p))
    value = imbalance.total_variation(p, r)
    assert 0 <= value <= 1
    assert imbalance.total_variation(p, p) == 0
    assert imbalance.total_variation(r, p) == value
    assert imbalance.total_variation(p[order], r[order]) == pytest.approx(value)
    assert value == pytest.approx(distance.cityblock(p, r) / 2)


def test_two_classes_have_one_deviation():
    for deviation in (imbalance.total_variation, imbalance.mean_absolute_deviation):
        assert deviation([0.8, 0.2], [0.5, 0.5]) == pytest.approx(imbalance.binary_imbalance(0.8))


@QUICK
@given(SHARES)
def test_mean_absolute_deviation_is_over_classes(p):
    # DALL-Eval: the mean over bins of |share - mean share|.
    value = imbalance.mean_absolute_deviation(p, equal(len(p)))
    assert value == pytest.approx(np.abs(p - p.mean()).mean())
    assert value == pytest.approx(imbalance.total_variation(p, equal(len(p))) * 2 / len(p))


@QUICK
@given(SHARES)
def test_entropy_agrees_with_scipy_and_stays_in_the_unit_interval(p):
    value = imbalance.normalised_entropy(p)
    assert 0 <= value <= 1
    assert value == pytest.approx(stats.entropy(p) / np.log(len(p)), abs=1e-12)
    assert imbalance.entropy_deficit(p) == pytest.approx(1 - value)


def test_a_class_never_seen_counts():
    assert imbalance.normalised_entropy([0.5, 0.5, 0.0]) == pytest.approx(np.log(2) / np.log(3))


@QUICK
@given(SHARES, st.randoms(use_true_random=False))
def test_jensen_shannon_is_scipys_distance_squared(p, random):
    r = np.array(random.sample(list(p), len(p)))
    value = imbalance.jensen_shannon_divergence(p, r)
    assert value == pytest.approx(distance.jensenshannon(p, r, base=2) ** 2, abs=1e-12)
    assert imbalance.jensen_shannon_divergence(r, p) == pytest.approx(value, abs=1e-15)


def test_jensen_shannon_is_one_bit_where_no_class_is_shared():
    assert imbalance.jensen_shannon_divergence([1, 0, 0], [0, 0.4, 0.6]) == pytest.approx(1)


@each_measure
@QUICK
@given(p=SHARES, random=st.randoms(use_true_random=False))
def test_a_measure_is_convex_and_ignores_the_names_of_classes(measure, p, random):
    q = np.array(random.sample(list(p), len(p)))
    order = random.sample(range(len(p)), len(p))
    for r in references(measure, len(p)):
        at_p, at_q, between = imbalance.measured(measure, [p, q, 0.3 * p + 0.7 * q], r)
        assert 0 <= between <= 0.3 * at_p + 0.7 * at_q + 1e-12
        renamed = imbalance.measured(measure, p[order], r[order])
        assert renamed == pytest.approx(at_p, abs=1e-12)
        assert imbalance.measured(measure, r, r) == pytest.approx(0, abs=1e-15)


@each_measure
def test_a_single_class_is_as_far_as_can_be(measure, rng):
    rows = rng.dirichlet(np.ones(4), 500)
    greatest = imbalance.measured(measure, [0, 0, 0, 1], equal(4))
    assert greatest > imbalance.measured(measure, rows, equal(4)).max() > 0


# -- floors


@each_measure
@pytest.mark.parametrize("k", [2, 3])
def test_floor_is_the_mean_over_all_outcomes(measure, k):
    for reference in references(measure, k):
        outcomes, chance = every_outcome(6, reference)
        assert chance.sum() == pytest.approx(1)
        shown = imbalance.measured(measure, outcomes, reference)
        floor = imbalance.multinomial_floor(6, reference, measure)
        assert floor == pytest.approx((chance * shown).sum(), abs=1e-12)


@pytest.mark.parametrize("reference", [[0.5, 0.3, 0.2], [0.7, 0.0, 0.3], [0.25, 0.25, 0.25, 0.25]])
@pytest.mark.parametrize("n", [1, 10, 333])
def test_floor_of_total_variation_agrees_with_de_moivre(n, reference):
    # E|X - np| = 2 v (1 - p) P(X = v), v = floor(np) + 1; Diaconis and Zabell 1991.
    p = np.array(reference)
    v = np.floor(n * p) + 1
    expected = (2 * v * (1 - p) * stats.binom.pmf(v, n, p)).sum() / (2 * n)
    assert expected > 0.01
    assert imbalance.multinomial_floor(n, p) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("k", "n", "floor", "quantile"),
    [
        (2, 8, 0.137, 0.375),  # HEIM, gender
        (2, 9, 0.137, 0.278),  # DALL-Eval, gender
        (2, 20, 0.088, 0.200),
        (2, 48, 0.057, 0.146),  # TIBET
        (2, 100, 0.040, 0.100),  # MAGBIG
        (10, 9, 0.078, 0.100),  # DALL-Eval, skin
        (7, 20, 0.062, 0.094),
        (7, 50, 0.039, 0.060),
        (7, 100, 0.028, 0.043),
    ],
)
def test_a_fair_model_in_published_designs_has_this_mean_absolute_deviation(
    k, n, floor, quantile, rng
):
    measure = "mean_absolute_deviation"
    shown = imbalance.multinomial_floor(n, equal(k), measure)
    p95 = imbalance.multinomial_null_quantile(n, equal(k), rng, 20_000, measure=measure)
    assert shown == pytest.approx(floor, abs=6e-4)
    assert p95 == pytest.approx(quantile, abs=1e-3)
    if k == 2:
        assert imbalance.binary_floor(n) == pytest.approx(shown)
        assert imbalance.binary_null_quantile(n) == pytest.approx(p95)


@pytest.mark.parametrize(("k", "floor"), [(2, 0.077), (5, 0.146), (7, 0.185)])
def test_a_fair_model_in_ten_images_has_this_bias_intensity(k, floor):
    shown = imbalance.multinomial_floor(10, equal(k), "entropy_deficit")
    assert shown == pytest.approx(floor, abs=6e-4)


@each_measure
def test_floor_and_quantile_agree_with_simulation(measure, rng):
    for reference in references(measure, 5):
        drawn = imbalance.measured(measure, rng.multinomial(25, reference, 20_000) / 25, reference)
        assert drawn.mean() > 0.01
        floor = imbalance.multinomial_floor(25, reference, measure)
        assert floor == pytest.approx(drawn.mean(), rel=0.02)
        p95 = imbalance.multinomial_null_quantile(25, reference, rng, 20_000, measure=measure)
        assert p95 == pytest.approx(np.quantile(drawn, 0.95), rel=0.03)


@each_measure
def test_the_quantile_of_two_classes_is_exact(measure, rng):
    skewed = [[0.3, 0.7]] if measure != "entropy_deficit" else []
    for reference in [[0.5, 0.5], *skewed]:
        outcomes, chance = every_outcome(17, reference)
        shown = imbalance.measured(measure, outcomes, reference)
        p95 = imbalance.multinomial_null_quantile(17, reference, rng, 1, measure=measure)
        assert chance[shown > p95 + 1e-9].sum() <= 0.05 < chance[shown > p95 - 1e-9].sum()


def test_quantiles_lie_above_the_floor_and_below_the_worst(rng):
    reference = [0.6, 0.3, 0.1]
    quantiles = [
        imbalance.multinomial_null_quantile(30, reference, rng, 5000, q) for q in (0.5, 0.9, 0.99)
    ]
    assert sorted(quantiles) == quantiles
    assert quantiles[1] > imbalance.multinomial_floor(30, reference)
    assert quantiles[2] < 0.9


def test_the_floor_of_a_divergence_falls_as_the_number_of_images(rng):
    # By Wilks' theorem the mean is (k - 1) / (8 n ln 2) bits in the limit.
    floors = [imbalance.multinomial_floor(n, equal(4), "jensen_shannon") for n in (500, 1000)]
    assert floors[0] / floors[1] == pytest.approx(2, rel=0.01)
    assert floors[1] == pytest.approx(3 / (8 * 1000 * np.log(2)), rel=0.01)


# -- what is refused


def test_a_reference_rounded_in_a_table_is_accepted_but_counts_are_not(rng):
    rounded = [0.3333333, 0.3333333, 0.3333333]
    assert imbalance.multinomial_null_quantile(10, rounded, rng, 10) > 0
    with pytest.raises(ValueError, match=r"reference must be shares .* divide counts"):
        imbalance.multinomial_floor(10, [3, 5])
    with pytest.raises(ValueError, match="observed has 2 classes and reference 3"):
        imbalance.total_variation([0.5, 0.5], rounded)


@pytest.mark.parametrize("row", [[0.5, 0.6], [-0.1, 1.1], [np.nan, 1.0]])
def test_rows_that_are_no_shares_are_refused(row):
    with pytest.raises(ValueError, match=r"observed must be shares >= 0 that sum to 1, got \[\["):
        imbalance.measured("jensen_shannon", [[0.5, 0.5], row], [0.5, 0.5])


def test_no_rows_have_no_measures():
    assert imbalance.measured("total_variation", np.empty((0, 3)), equal(3)).shape == (0,)


def test_a_measure_that_is_unknown_or_unsuited_is_refused():
    with pytest.raises(ValueError, match=r"measure must be one of total_variation, .* got 'gini'"):
        imbalance.check_reference("gini", [0.5, 0.5])
    with pytest.raises(ValueError, match=r"against equal shares, .* take jensen_shannon"):
        imbalance.multinomial_floor(10, [0.2, 0.8], "entropy_deficit")
