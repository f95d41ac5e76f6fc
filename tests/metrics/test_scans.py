from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import fdrcorrection

from ksd_eval.metrics.scans import scanned
from ksd_eval.records import Estimate

ABOUT = Estimate("difference", "gender", "korean - english", -0.1, category="woman", by="job")
P_VALUES = [0.001, 0.02, 0.03, 0.2, 0.9]


def groups(p_values, **about):
    return [
        replace(ABOUT, group=f"g{place}", p_value=p, **about) for place, p in enumerate(p_values)
    ]


def q_values(estimates):
    return [one.q_value for one in scanned(estimates)]


def test_the_groups_of_an_attribute_are_adjusted_together():
    theirs = fdrcorrection(P_VALUES)[1]
    assert len(set(theirs)) > 2
    assert list(theirs) != P_VALUES
    assert q_values(groups(P_VALUES)) == pytest.approx(theirs)


@pytest.mark.parametrize(
    "other",
    [
        {"metric": "equivalence"},
        {"measurement": "skin"},
        {"category": "man"},
        {"by": "adjective"},
        {"arm": "korean - original"},
        {"estimand": "over_seeds"},
        {"reference": "census"},
    ],
)
def test_another_question_is_another_scan(other):
    alone = q_values(groups(P_VALUES))
    assert q_values(groups(P_VALUES) + groups([0.5] * 20, **other))[: len(P_VALUES)] == alone
    assert q_values(groups(P_VALUES) + groups([0.5] * 20))[: len(P_VALUES)] != alone


def test_all_pictures_together_and_what_has_no_p_are_no_part_of_a_scan():
    outside = [replace(ABOUT, by="", p_value=0.001), replace(ABOUT, p_value=0.001)]
    silent = replace(ABOUT, group="silent", estimate=None)
    found = scanned([*outside, silent, *groups(P_VALUES)])
    assert [one.q_value for one in found[:3]] == [None] * 3
    assert [one.q_value for one in found[3:]] == q_values(groups(P_VALUES))


def test_nothing_but_the_q_values_changes():
    before = [*groups(P_VALUES), ABOUT]
    assert [replace(one, q_value=None) for one in scanned(before)] == before
    assert scanned([]) == []


@settings(deadline=None)
@given(
    st.lists(st.floats(0.0009765625, 1), min_size=1, max_size=12),
    st.integers(0, 2**32 - 1),
)
def test_the_order_of_groups_changes_nothing_and_q_is_no_less_than_p(p_values, seed):
    before = groups(p_values)
    q = {one.group: one.q_value for one in scanned(before)}
    order = np.random.default_rng(seed).permutation(len(before))
    assert {one.group: one.q_value for one in scanned([before[i] for i in order])} == q
    assert all(one.p_value <= q[one.group] + 1e-12 <= 1 + 2e-12 for one in before)
