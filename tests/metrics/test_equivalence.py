from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import fdrcorrection
from statsmodels.stats.weightstats import DescrStatsW

from ksd_eval.metrics import inference
from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.means import Mean
from ksd_eval.numerics import intervals


def alike(pair, role, replicate):
    noise = np.random.default_rng([int(pair), replicate, len(role)]).normal()
    return {"fit": float(int(pair) + noise / 10)}


def test_equivalence_is_two_one_sided_tests_of_the_same_difference(study, one, rng):
    evidence = study({str(i): {} for i in range(12)}, alike)
    metric = PairedDifference("fit", contrasts=["korean - english"], margin=0.05)
    found = metric(evidence, rng)
    assert [estimate.metric for estimate in found] == ["difference", "difference", "equivalence"]
    difference, _, same = found
    sides = [
        one(Mean("fit", keep={})(evidence, rng), arm=role).estimate
        for role in ("korean", "english")
    ]
    assert same.estimate == pytest.approx(sides[0] - sides[1])
    for name in ("estimate", "ci_low", "ci_high", "method", "estimand", "n_pairs", "n_images"):
        assert getattr(same, name) == getattr(difference, name)
    means = evidence.measurements.groupby(["role", "pair_id"])["value"].mean()
    theirs = DescrStatsW((means["korean"] - means["english"]).to_numpy()).ttost_mean(-0.05, 0.05)
    assert 0.001 < theirs[0] < 0.5
    assert same.p_value == pytest.approx(theirs[0])
    assert same.note == "p of a difference beyond 0.05 either way"
    assert difference.p_value != same.p_value


def test_a_wider_margin_is_easier_to_lie_within(study, one, rng):
    evidence = study({str(i): {} for i in range(12)}, alike)
    p_values = [
        replace(PairedDifference("fit"), margin=margin)(evidence, rng)[2].p_value
        for margin in (0.001, 0.03, 0.1, 10)
    ]
    assert p_values == sorted(p_values, reverse=True)
    assert p_values[0] > 0.4
    assert p_values[-1] < 1e-6


def test_groups_are_scanned_for_equivalence_by_themselves(study, rng):
    evidence = study({str(i): {"job": str(i % 3)} for i in range(30)}, alike)
    metric = PairedDifference("fit", by="job", contrasts=["korean - english"], margin=0.05)
    found = metric(evidence, rng)
    same = [one for one in found if one.metric == "equivalence" and one.group]
    assert len(same) == 3
    theirs = fdrcorrection([one.p_value for one in same])[1]
    assert [one.q_value for one in same] == pytest.approx(theirs)


def test_alike_shares_are_equivalent_as_far_as_their_number_tells(study, rng):
    evidence = study({str(i): {} for i in range(60)}, lambda *_: {"gender": "man"}, replicates=1)
    metric = PairedDifference("gender", ["man"], contrasts=["korean - english"], margin=0.05)
    found = metric(evidence, rng)[2]
    # Were one prompt in twenty another, as far as could be, sixty would all miss it so often.
    assert found.p_value == pytest.approx(0.95**60)
    assert found.p_value < 0.05
    # Two one-sided tests of size .05 are the interval of level .9, and this is of level .95.
    assert found.ci_high == pytest.approx(1 - 0.025 ** (1 / 60))


def test_one_pair_has_no_p_value_of_any_kind(study, rng):
    metric = PairedDifference("gender", ["woman"], contrasts=["korean - english"], margin=0.05)
    found = metric(study({"a": {}}, lambda *_: {"gender": "man"}), rng)
    assert [estimate.p_value for estimate in found] == [None] * 3


@pytest.mark.parametrize("margin", [0, -0.05, float("nan"), float("inf")])
def test_a_margin_that_nothing_lies_within_is_refused(margin):
    with pytest.raises(ValueError, match="margin must be above 0 and finite, got"):
        PairedDifference("gender", ["woman"], margin=margin)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(2, 40),
    st.floats(-0.9, 0.9),
    st.floats(0.01, 0.95),
)
def test_the_p_of_alike_pairs_agrees_with_their_interval(n, value, margin):
    pairs = inference.PerPair(np.full(n, value), n, 0)
    bounds = (-1.0, 1.0)
    p = inference.alike_within(pairs, margin, bounds)
    interval = intervals.all_alike(pairs.values, 0.9, bounds)
    inside = -margin < interval.low and interval.high < margin
    assert (p < 0.05) == inside
