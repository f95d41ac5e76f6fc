from dataclasses import dataclass

import pytest

from ksd_eval.execution import announcements
from ksd_eval.execution.base import PaintError, Studio
from ksd_eval.execution.orders import Batch, Generation, Order
from ksd_eval.models.base import Heavy
from ksd_eval.records import ImageRecord, Request

GIB = 2**30


@dataclass(frozen=True)
class Weighty(Heavy):
    size: int = GIB
    said: tuple[str, ...] = ()

    def remarks(self):
        return self.said

    def footprint(self):
        return self.size

    def release(self):
        released.append(self.size)

    def paint(self, requests, batch_shape):
        return []


released: list[int] = []


class Light:
    """A model that takes no memory to speak of."""


def batch(model):
    return Batch(model, (Order("id", Request("a prompt", 0), {}),))


def test_each_sentence_is_said_once_and_only_of_models_that_paint():
    models = {"a": Weighty(said=("one", "two", "one")), "b": Weighty(said=("three",)), "c": Light()}
    found = announcements.remarks(models, [batch("a"), batch("c"), batch("a")])
    assert found == ["a: one", "a: two"]


@pytest.mark.parametrize(
    ("available", "workers"), [(100.0, 4), (5.0, 4), (4.9, 3), (2.5, 2), (1.3, 1), (None, 4)]
)
def test_no_more_processes_paint_than_have_room(monkeypatch, available, workers):
    """A model of one GiB takes 1.25 while it paints."""
    monkeypatch.setattr(announcements.host, "available", lambda: None)
    found = announcements.fitting(4, {"a": Weighty(), "b": Light()}, [batch("a")], available)
    assert found == workers


def test_a_model_that_has_no_room_at_all_is_refused():
    sentence = r"'b' needs about 2\.5 GiB of memory and 2\.0 GiB are free; close other programs"
    models = {"a": Weighty(), "b": Weighty(2 * GIB)}
    with pytest.raises(PaintError, match=sentence):
        announcements.fitting(1, models, [batch("a"), batch("b")], 2.0)
    assert announcements.fitting(1, models, [batch("a")], 2.0) == 1
    assert announcements.fitting(1, models, [], 0.1) == 1


def test_a_model_whose_turn_is_over_gives_its_memory_back():
    released.clear()
    models = {"a": Weighty(1), "b": Weighty(2), "c": Light()}
    studio = Studio(models, None, Generation(1, 0, 1, 1))
    with pytest.raises(PaintError):  # it paints nothing
        studio.paint(batch("b"))
    assert released == [1]


def record(arm, given, truncated):
    return ImageRecord(
        *("id", "pair", 0, arm, "korean", "m", "ko", "prompt", 1, "sha", None),
        given=given,
        truncated=truncated,
    )


def test_prompts_that_were_cut_are_counted_by_arm_and_said_in_one_sentence():
    records = [
        *(record("m/ko", text, True) for text in ("one", "one", "two")),
        record("m/en", "three", True),
        record("m/en", "four", False),
        record("m/en", "five", None),
    ]
    [sentence] = announcements.truncations(records)
    assert "2 of m/ko, 1 of m/en" in sentence
    assert announcements.truncations(records[4:]) == []


def test_black_pictures_are_counted_by_arm_and_said_in_one_sentence():
    [sentence] = announcements.blacks({"m/ko": 2, "m/en": 0, "n/en": 1})
    assert "2 of m/ko, 1 of n/en;" in sentence
    assert "m/en" not in sentence
    assert announcements.blacks({"m/ko": 0}) == []
