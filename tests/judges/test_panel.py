from dataclasses import dataclass

import pytest
from PIL import Image

from ksd_eval.judges.base import Judge
from ksd_eval.judges.panel import Panel
from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.records import Measurement

PICTURES = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]


@dataclass(frozen=True)
class Says(Judge):
    name: str

    def identity(self):
        return {"judge": self.name}

    def __call__(self, images, texts):
        return [[Measurement(self.name, label=text)] for text in texts]


@dataclass(frozen=True)
class Gone(Says):
    def __call__(self, images, texts):
        raise WeightsMissingError("its weights are not there; fetch them")


def test_all_members_answer_of_every_picture():
    panel = Panel({"a": Says("gender"), "b": Says("age")})
    said = panel(PICTURES, ["one", "two"])
    assert [[(one.name, one.label) for one in mine] for mine in said] == [
        [("gender", "one"), ("age", "one")],
        [("gender", "two"), ("age", "two")],
    ]
    assert panel.identity()["members"] == {"a": {"judge": "gender"}, "b": {"judge": "age"}}


def test_a_member_that_is_not_there_is_missing_alone():
    said = Panel({"people": Gone("gender"), "b": Says("age")})(PICTURES, ["one", "two"])
    assert [(one.name, one.status) for one in said[0]] == [("people", "missing"), ("age", "ok")]
    assert said[1][0].reason == "its weights are not there; fetch them"


def test_a_panel_of_nobody_is_refused():
    with pytest.raises(ValueError, match="name at least one judge"):
        Panel({})
