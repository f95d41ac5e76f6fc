from dataclasses import dataclass, field

import pytest
from PIL import Image

from ksd_eval.execution import host, local
from ksd_eval.execution.base import PaintError, Studio
from ksd_eval.execution.local import LocalEngine
from ksd_eval.execution.orders import Batch, Generation, Order
from ksd_eval.models.base import Picture
from ksd_eval.records import Request

GENERATION = Generation(replicates=1, seed=0, batch_shape=2, threads=1)


@dataclass(frozen=True)
class Shelf:
    ids: list[str] = field(default_factory=list)
    anywhere: bool = False

    def write(self, image_id, image, flagged, recipe):
        self.ids.append(image_id)


@dataclass(frozen=True)
class Painter:
    fewer: int = 0
    error: Exception | None = None

    def paint(self, requests, batch_shape):
        assert len(requests) <= batch_shape
        if self.error:
            raise self.error
        picture = Picture(Image.new("RGB", (2, 2)), None)
        return [picture] * (len(requests) - self.fewer)


def batch(*names):
    return Batch("m", tuple(Order(name, Request(f"prompt {name}", 0), {}) for name in names))


def test_pictures_are_put_away_as_they_are_painted(here):
    shelf, counts = Shelf(), []
    studio = Studio({"m": Painter()}, shelf, GENERATION)
    LocalEngine(workers=1).paint(studio, [batch("a", "b"), batch("c")], counts.append)
    assert shelf.ids == ["a", "b", "c"]
    assert counts == [2, 1]


def test_a_model_that_raises_is_named_with_what_it_was_asked():
    studio = Studio({"m": Painter(error=ValueError("too hot"))}, Shelf(), GENERATION)
    with pytest.raises(
        PaintError, match=r"model 'm' stopped with ValueError: too hot .*'prompt a'"
    ):
        studio.paint(batch("a", "b"))


def test_a_model_that_returns_too_few_pictures_is_named():
    shelf = Shelf()
    studio = Studio({"m": Painter(fewer=1)}, shelf, GENERATION)
    with pytest.raises(PaintError, match="returned 1 pictures for 2 requests"):
        studio.paint(batch("a", "b"))
    assert shelf.ids == []


@pytest.mark.parametrize(
    ("asked", "device", "work", "expected"),
    [
        (None, "cpu", 100, 3),
        (None, "cpu", 2, 2),
        (None, "cpu", 0, 1),
        (None, "NVIDIA H100", 100, 1),
        (2, "NVIDIA H100", 100, 2),
        (7, "cpu", 100, 7),
        (7, "cpu", 3, 3),
    ],
)
def test_workers_are_counted_by_cores_and_work(monkeypatch, asked, device, work, expected):
    monkeypatch.setattr(host, "cores", lambda: 3)
    studio = Studio({}, Shelf(), GENERATION, {"m": {"device": device}})
    assert local.count_workers(asked, studio, work) == expected


def test_no_more_than_four_workers_unless_asked(monkeypatch):
    monkeypatch.setattr(host, "cores", lambda: 64)
    assert local.count_workers(None, Studio({}, Shelf(), GENERATION, {"m": {}}), 100) == 4
