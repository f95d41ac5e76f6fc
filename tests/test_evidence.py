from types import SimpleNamespace

import pytest

from ksd_eval import evidence
from ksd_eval.judges.base import ErrorRates
from ksd_eval.labels.base import LabelError
from ksd_eval.records import Confusion, Label


def work(labels=(), judges=None):
    sources = {f"source{place}": lambda one=one: one for place, one in enumerate(labels)}
    return SimpleNamespace(experiment=SimpleNamespace(labels=sources, judges=judges or {}))


def label(image_id, said, labeller="Kim"):
    return Label(image_id, "gender", said, labeller)


def test_labels_of_several_files_are_settled_picture_by_picture():
    first = [label("a", "woman"), label("b", "man")]
    second = [label("a", "woman", "Lee"), label("b", "woman", "Lee")]
    found = evidence.labels(work([first, second]), {"a", "b", "c"})
    assert {one.image_id: one.label for one in found} == {"a": "woman", "b": None}


def test_a_label_of_another_runs_picture_is_refused():
    with pytest.raises(LabelError, match="by 'Kim' is of the picture 'x', which this run has not"):
        evidence.labels(work([[label("a", "woman"), label("x", "man")]]), {"a"})


def test_error_rates_are_those_of_judges_that_know_them():
    class Knows(ErrorRates):
        def confusions(self):
            return [Confusion("clean", "gender", "man", "woman", 3)]

    found = evidence.confusions(work(judges={"reader": Knows(), "other": object()}))
    assert found.to_dict("records") == [
        {
            "judge": "reader",
            "condition": "clean",
            "measurement": "gender",
            "truth": "man",
            "read": "woman",
            "count": 3,
        }
    ]


def test_a_run_without_any_of_it_has_empty_tables():
    assert evidence.labels(work(), set()) == []
    assert len(evidence.confusions(work())) == 0
    assert "truth" in evidence.confusions(work()).columns
