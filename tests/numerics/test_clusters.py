"""What is drawn with what."""

import numpy as np
import pytest

from ksd_eval.numerics import clusters


def test_a_label_on_both_sides_is_one_cluster():
    numbered = clusters.number(["b", "a", "a"], ["a", "b"], 3, 2)
    assert (numbered.x.tolist(), numbered.y.tolist(), numbered.count) == ([1, 0, 0], [0, 1], 2)


def test_strata_are_both_x_only_and_y_only():
    numbered = clusters.number([0, 1, 2, 3], [2, 3, 4, 5], 4, 4)
    assert [s.tolist() for s in numbered.strata] == [[2, 3], [0, 1], [4, 5]]


def test_a_cluster_alone_of_its_kind_is_held_fixed():
    numbered = clusters.number([0, 1, 2], [7, 7, 7], 3, 3)
    times = numbered.draw(np.random.default_rng(0), 50)
    assert [s.tolist() for s in numbered.strata] == [[0, 1, 2]]
    assert (times[:, 3] == 1).all()
    assert times[:, 0].std() > 0


def test_draws_keep_the_number_of_clusters_of_each_kind():
    numbered = clusters.number([0, 1, 2, 3], [2, 3, 4, 5, 6], 4, 5)
    times = numbered.draw(np.random.default_rng(0), 200)
    assert times.shape == (200, 7)
    for stratum in numbered.strata:
        assert (times[:, stratum].sum(axis=1) == len(stratum)).all()
    np.testing.assert_allclose(times.mean(axis=0), 1, atol=0.25)


def test_labels_of_two_kinds_are_refused():
    with pytest.raises(TypeError, match="name both by strings or both by numbers"):
        clusters.number(["1", "2"], [1, 2], 2, 2)
