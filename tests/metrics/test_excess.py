import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import fdrcorrection

from ksd_eval.metrics.pairs import PerPair
from ksd_eval.metrics.shares import Excess, Share, p_of_share
from ksd_eval.numerics import intervals

TWO = {"a": {"kind": "person"}, "b": {"kind": "person"}}
WOMEN = Share("gender", ["woman"])


def unequal(pair, role, replicate):
    """Pair a: 1 of 4 women. Pair b: 1 of 1, the judge cannot tell of the other three."""
    if pair == "a":
        return {"gender": "woman" if replicate == 0 else "man"}
    return {"gender": "woman" if replicate == 0 else None}


def mixed(pair, role, replicate):
    """Shares that differ by pair and role, with abstentions."""
    draw = np.random.default_rng([sum(map(ord, pair + role)), replicate]).random()
    return {"gender": None if draw < 0.1 else "woman" if draw < 0.5 else "man"}


def many(count, **attributes):
    return {f"p{i:02d}": attributes | {"group": f"g{i % 3}"} for i in range(count)}


def test_excess_is_the_share_less_the_reference(study, one):
    evidence = study(many(20), mixed)
    reference = {"woman": 0.3, "man": 0.7}
    excess = Excess("gender", reference, ["woman"], "census")(evidence, np.random.default_rng(0))
    share = WOMEN(evidence, np.random.default_rng(0))
    beyond, plain = one(excess, arm="korean"), one(share, arm="korean")
    assert plain.ci_low < plain.estimate < plain.ci_high
    for name in ("estimate", "ci_low", "ci_high"):
        assert getattr(beyond, name) == pytest.approx(getattr(plain, name) - 0.3)
    assert (beyond.metric, beyond.reference) == ("excess", "census")


def test_groups_have_p_and_q_values_over_prompts(study, one, rng):
    reference = {"woman": 0.2, "man": 0.8}
    evidence = study(many(36), mixed)
    found = Excess("gender", reference, ["woman"], by="group")(evidence, rng)
    groups = [one(found, by="group", group=f"g{i}", arm="korean") for i in range(3)]
    p_values = [group.p_value for group in groups]
    assert len({round(p, 6) for p in p_values}) == 3
    for group in groups:
        assert (group.p_value < 0.05) == (not group.ci_low <= 0 <= group.ci_high)
    assert [group.q_value for group in groups] == pytest.approx(fdrcorrection(p_values)[1])
    overall = one(found, arm="korean")
    assert overall.p_value < min(p_values)
    assert overall.q_value is None
    seeds = [estimate for estimate in found if estimate.estimand == "over_seeds"]
    assert {(estimate.p_value, estimate.q_value) for estimate in seeds} == {(None, None)}


def test_labels_written_as_numbers_have_an_excess(study, one, rng):
    evidence = study(many(4), lambda pair, role, replicate: {"skin": str(1 + replicate % 2)})
    found = Excess("skin", {1: 0.25, 2: 0.75})(evidence, rng)
    assert one(found, arm="korean", category="1").estimate == 0.25


@pytest.mark.parametrize(("women", "usual"), [(3, 0.5), (9, 0.4), (1, 0.3), (7, 0.35)])
def test_with_one_picture_a_pair_p_is_twice_the_binomial_tail(women, usual):
    found = PerPair(np.repeat([1.0, 0.0], [women, 12 - women]), 12, 0)
    tails = (stats.binom.cdf(women, 12, usual), stats.binom.sf(women - 1, 12, usual))
    assert 0 < 2 * min(tails) < 1
    assert p_of_share(found, usual) == pytest.approx(2 * min(tails), rel=1e-6)


def test_alike_pairs_have_the_p_of_what_may_be_unseen():
    women, men = (PerPair(np.full(8, share), 8, 0) for share in (1.0, 0.0))
    assert p_of_share(women, 0.5) == pytest.approx(2 * 0.5**8)
    assert p_of_share(women, 0.5) == pytest.approx(stats.binomtest(8, 8, 0.5).pvalue)
    assert p_of_share(men, 0.1) == pytest.approx(2 * 0.9**8)
    assert p_of_share(women, 1.0) == 1
    assert p_of_share(PerPair(np.full(8, 0.5), 16, 0), 0.5) == 1
    # Half a share each: prompts of mean .6 that are all so are 1 in .8 at most.
    assert p_of_share(PerPair(np.full(8, 0.5), 16, 0), 0.6) == pytest.approx(2 * 0.8**8)
    assert p_of_share(men, 0.001) == 1


def test_one_pair_has_no_p_and_an_impossible_share_hardly_any():
    assert p_of_share(PerPair(np.array([0.5]), 4, 0), 0.5) is None
    assert p_of_share(PerPair(np.array([0.5, 0.25, 0.0]), 12, 0), 0.0) == 1e-9


def test_the_p_of_a_share_alarms_as_seldom_as_it_promises(rng):
    # One picture a prompt, prompts of mean .1: the exact size, over all numbers of yes.
    sizes = []
    for n in (6, 12, 30):
        chance = [stats.binom.pmf(k, n, 0.1) for k in range(n + 1)]
        found = [PerPair(np.repeat([1.0, 0.0], [k, n - k]), n, 0) for k in range(n + 1)]
        alarms = [p_of_share(one, 0.1) <= 0.05 for one in found]
        sizes.append(np.dot(chance, alarms))
    assert min(sizes) > 0
    assert max(sizes) <= 0.05


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]), min_size=2, max_size=30),
    st.sampled_from([0.05, 0.1, 0.3, 0.5, 0.7]),
)
def test_p_is_small_where_the_interval_excludes_and_labels_may_change_places(shares, usual):
    found = PerPair(np.array(shares), 4 * len(shares), 0)
    p = p_of_share(found, usual)
    assert 0 < p <= 1
    other = PerPair(1 - np.array(shares), found.n_images, 0)
    assert p_of_share(other, 1 - usual) == pytest.approx(p, rel=1e-4, abs=1e-9)
    if len(set(shares)) > 1 and abs(p - 0.05) > 1e-6:
        covers = intervals.share_over_prompts(shares, found.n_images, 0.95).covers(usual)
        assert (p < 0.05) == (not covers)


@pytest.mark.parametrize("count", [5, 7])
def test_of_five_or_seven_prompts_too_the_p_value_is_the_binomial_one(count):
    # SciPy's quantile of 4 or 6 degrees of freedom, a hair above one half, is 0.
    shares = np.array([1.0] + [0.0] * (count - 1))
    expected = min(1.0, 2 * stats.binom.cdf(1, count, 0.5))
    assert p_of_share(PerPair(shares, count, 0), 0.5) == pytest.approx(expected, rel=1e-6)


def test_excess_of_nothing_is_none(study, one, rng):
    found = Excess("sex", {"woman": 0.5, "man": 0.5})(study(TWO, unequal), rng)
    assert one(found, arm="korean", category="man").estimate is None


@pytest.mark.parametrize(
    ("reference", "categories", "message"),
    [
        ({"woman": 0.5, "man": 0.6}, [], "must be two or more shares that sum to 1"),
        ({"woman": 1.0}, [], "must be two or more shares"),
        ({"woman": 1.2, "man": -0.2}, [], "must be two or more shares"),
        ({"woman": 0.5, "man": 0.5}, ["child"], "has no share for 'child'; it has woman, man"),
    ],
)
def test_a_reference_that_is_none_is_refused_at_once(reference, categories, message):
    with pytest.raises(ValueError, match=message):
        Excess("gender", reference, categories)


@pytest.mark.parametrize("n", [4, 5, 6, 7, 8, 9])
def test_a_share_that_is_the_usual_one_has_a_p_value_of_1(n):
    """Where t quantiles of a level near 0 are lost to rounding, too."""
    for images in (n, n + 1):
        found = PerPair(np.array([1.0] * (n // 2) + [0.0] * (n - n // 2)), images, 0)
        assert p_of_share(found, n // 2 / n) == 1.0
