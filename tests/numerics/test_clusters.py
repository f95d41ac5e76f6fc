"""What is left out with what."""

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
    assert [s.tolist() for s in numbered.strata] == [[0, 1, 2]]


def test_labels_of_two_kinds_are_refused():
    with pytest.raises(TypeError, match="name both by strings or both by numbers"):
        clusters.number(["1", "2"], [1, 2], 2, 2)
