from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksd_eval.labels.agreement import settled
from ksd_eval.records import Label


def votes(*words, image_id="a", measurement="gender", kind="simulated"):
    return [
        Label(image_id, measurement, word, f"labeller {place}", kind)
        for place, word in enumerate(words)
    ]


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (["man"], "man"),
        ([None], None),
        (["man", "man", "woman"], "man"),
        (["man", "man", None], "man"),
        (["man", "man", None, "woman"], "man"),
        (["man", "woman"], None),
        (["man", None], None),
        (["man", None, None], None),
        (["man", "man", "woman", "woman", None], None),
    ],
)
def test_the_answer_of_most_counts_and_a_tie_is_cannot_tell(words, most):
    assert [label.label for label in settled(votes(*words))] == [most]


def test_pictures_and_measurements_are_settled_apart():
    labels = [
        *votes("man", "man"),
        *votes("old", "young", measurement="age"),
        *votes("woman", image_id="b"),
    ]
    found = {(label.image_id, label.measurement): label for label in settled(labels)}
    assert {key: label.label for key, label in found.items()} == {
        ("a", "gender"): "man",
        ("a", "age"): None,
        ("b", "gender"): "woman",
    }
    assert found["a", "gender"].labeller == "most of 2"
    assert found["b", "gender"] == votes("woman", image_id="b")[0]


def test_what_a_simulation_had_a_part_in_is_not_called_human():
    said = votes("man", "man", kind="human")
    assert settled(said)[0].kind == "human"
    assert settled([said[0], replace(said[1], kind="simulated")])[0].kind == "simulated"


words = st.sampled_from(["man", "woman", "neither", None])


@given(st.lists(words, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_labellers_does_not_matter(drawn, random):
    labels = votes(*drawn)
    mixed = list(labels)
    random.shuffle(mixed)
    assert settled(mixed)[0].label == settled(labels)[0].label


@given(st.lists(words, min_size=1, max_size=9))
def test_settling_twice_changes_nothing(drawn):
    once = settled(votes(*drawn))
    assert settled(once) == once


def test_nothing_settles_to_nothing():
    assert settled([]) == []
