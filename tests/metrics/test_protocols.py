"""Which features may be compared."""

from dataclasses import replace

import pytest

from ksd_eval.metrics import protocols
from ksd_eval.metrics.protocols import comparable, unlike
from ksd_eval.records import Estimate, fingerprint

OURS = {"extractor": "judge", "weights": {"sha256": "ab"}, "size": (64, 64)}
THEIRS = {"extractor": "judge", "weights": {"sha256": "cd"}, "size": (64, 64)}


def estimate(note, **about):
    return Estimate(
        **{"metric": "kernel", "measurement": "features.judge", "arm": "korean", "estimate": 1.0}
        | about,
        note=note,
    )


def test_protocols_are_alike_however_they_are_written():
    assert unlike({"size": (1, 2), "b": {"c": 1}}, {"b": {"c": 1}, "size": [1, 2]}) == ""
    assert unlike({"size": 1}, {}) == "they differ in 'size' (1 and None)"
    assert protocols.stated({"size": (1, 2)}) == protocols.stated({"size": [1, 2]})


def test_every_field_that_differs_is_named():
    said = unlike(OURS | {"dtype": "float32"}, THEIRS | {"dtype": "float16"})
    assert said == (
        "they differ in 'dtype' ('float32' and 'float16'), 'weights.sha256' ('ab' and 'cd')"
    )


def test_what_is_stated_is_read_again():
    ours, theirs = (estimate(f"{protocols.stated(p)}; 56 and 60 pictures") for p in (OURS, THEIRS))
    assert comparable(ours, ours) == ""
    assert comparable(ours, theirs) == (
        f"they differ in 'protocol' ('{fingerprint(OURS)}' and '{fingerprint(THEIRS)}')"
    )


def test_an_unbiased_distance_may_be_of_any_number_of_pictures():
    ours = estimate("protocol ab; 56 and 60 pictures")
    assert comparable(ours, replace(ours, note="protocol ab; 40 and 60 pictures")) == ""


def test_a_biased_one_is_compared_at_equal_numbers_only():
    ours, theirs = (estimate(protocols.stated_at(OURS, n, 60)) for n in (56, 40))
    assert comparable(ours, theirs) == "they differ in 'pictures' ('56 and 60' and '40 and 60')"
    assert comparable(ours, replace(ours, note=f"{ours.note}; biased upward")) == ""


def test_balls_of_other_reach_are_not_compared():
    ours, theirs = (estimate(f"{protocols.stated_at(OURS, 9, 9)}, k = {k}") for k in (3, 5))
    assert comparable(ours, theirs) == "they differ in 'k' ('3' and '5')"


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"measurement": "features.inception"}, "'measurement' ('features.judge' and"),
        ({"reference": "photographs"}, "'reference' ('' and 'photographs')"),
        ({"note": "pictures of under two prompts"}, "'protocol' ('ab' and None)"),
    ],
)
def test_what_it_is_of_and_against_must_be_the_same(other, field):
    ours = estimate("protocol ab; 56 and 60 pictures")
    assert comparable(ours, replace(ours, **other)).startswith(f"they differ in {field}")
