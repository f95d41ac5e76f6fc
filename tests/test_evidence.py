from types import SimpleNamespace

import pandas as pd
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


def said(*rows):
    """Measurements: picture, judge, name and status."""
    found = pd.DataFrame(rows, columns=["image_id", "judge", "name", "status"])
    return found.assign(reason=found["status"].where(found["status"] != "ok", ""))


def as_set(frame):
    return set(frame[["image_id", "judge", "name", "status"]].itertuples(index=False, name=None))


def test_a_picture_on_which_a_judge_failed_counts_in_each_of_its_measurements():
    told = [("a", "reader", name, "ok") for name in ("gender", "dress")]
    other = [(one, "clip", "fit", "ok") for one in "ab"]
    found = evidence.accounted(said(*told, ("b", "reader", "reader", "failed"), *other))
    failed = {("b", "reader", name, "failed") for name in ("gender", "dress")}
    assert as_set(found) == {*told, *other, *failed}
    assert set(found.loc[found["image_id"] == "b", "reason"]) == {"failed", ""}


def test_a_judge_named_as_one_of_its_measurements_owes_the_others():
    told = [("a", "fit", "fit", "ok"), ("a", "fit", "fit_floor", "abstained")]
    found = evidence.accounted(said(*told, ("b", "fit", "fit", "missing")))
    owed = [("b", "fit", "fit", "missing"), ("b", "fit", "fit_floor", "missing")]
    assert as_set(found) == {*told, *owed}
    assert len(found) == 4


def test_of_a_panel_only_what_a_member_failed_to_say_is_owed():
    told = [("a", "panel", "gender", "ok"), ("a", "panel", "tone", "ok")]
    found = evidence.accounted(
        said(*told, ("b", "panel", "gender", "ok"), ("b", "panel", "skin", "failed"))
    )
    assert as_set(found) == {
        *told,
        ("b", "panel", "gender", "ok"),
        ("b", "panel", "tone", "failed"),
    }


def test_a_judge_that_never_began_stands_as_it_is():
    silent = said(("a", "reader", "reader", "missing"), ("b", "reader", "reader", "missing"))
    pd.testing.assert_frame_equal(evidence.accounted(silent), silent)
