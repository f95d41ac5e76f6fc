"""Cosines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics.pairwise import cosine_similarity

from ksd_eval.numerics import cosine

QUICK = settings(max_examples=40, deadline=None, derandomize=True, database=None)
VECTORS = arrays(
    np.float64, st.tuples(st.integers(2, 6), st.integers(1, 5)), elements=st.floats(-1e300, 1e300)
).filter(lambda rows: np.abs(rows).max(axis=1).all())


@pytest.fixture
def two_sets():
    rng = np.random.default_rng(0)
    return rng.normal(0.5, 1, (7, 5)), rng.normal(0.5, 1, (7, 5))


@QUICK
@given(VECTORS)
def test_unit_vectors_have_length_one_even_near_the_limits_of_float64(vectors):
    np.testing.assert_allclose(np.linalg.norm(cosine.unit(vectors), axis=1), 1, rtol=1e-12)


@QUICK
@given(VECTORS)
def test_a_vector_is_like_itself_and_unlike_its_opposite(vectors):
    np.testing.assert_allclose(cosine.cosine(vectors, vectors), 1)
    np.testing.assert_allclose(cosine.cosine(vectors, -vectors), -1)
    assert np.abs(cosine.cosine(vectors, vectors[::-1])).max() <= 1


def test_cosines_agree_with_sklearn(two_sets):
    a, b = two_sets
    table = cosine_similarity(a, b)
    assert table.std() > 0.1
    np.testing.assert_allclose(cosine.cosine(a, b), np.diag(table))
    np.testing.assert_allclose(cosine.mean_between(a, b), table.mean())


def test_mean_within_leaves_out_each_row_with_itself(two_sets):
    table = cosine_similarity(two_sets[0])
    expected = table[np.triu_indices(7, 1)].mean()
    assert abs(expected - table.mean()) > 0.05
    np.testing.assert_allclose(cosine.mean_within(two_sets[0]), expected)


def test_means_ignore_scale_and_order(two_sets):
    a, b = two_sets
    scaled = (a * np.arange(1, 8)[:, None])[::-1]
    np.testing.assert_allclose(cosine.mean_between(scaled, b), cosine.mean_between(a, b))
    np.testing.assert_allclose(cosine.mean_within(scaled), cosine.mean_within(a))
    np.testing.assert_allclose(cosine.mean_between(b, a), cosine.mean_between(a, b))


def test_a_zero_vector_has_no_direction():
    with pytest.raises(ValueError, match="vectors has 1 zero rows, from row 1"):
        cosine.unit([[1.0, 0.0], [0.0, 0.0]])


def test_rows_must_match():
    with pytest.raises(ValueError, match=r"same shape, got \[1, 2\] and \[2, 2\]; match rows"):
        cosine.cosine([[1, 2]], [[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="a has 2 columns and b has 3"):
        cosine.mean_between([[1, 2]], [[1, 2, 3]])
    with pytest.raises(ValueError, match="vectors has 1 rows, needs at least 2"):
        cosine.mean_within([[1, 2]])
