"""A record: a line for each picture that was painted, and what is looked up in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from PIL.Image import Image

from ksd_eval import store
from ksd_eval.execution.orders import Order
from ksd_eval.execution.progress import say
from ksd_eval.experiment import Work, now
from ksd_eval.records import ImageRecord, fingerprint
from ksd_eval.store import ImageStore

SCHEMA: Final = 1
"""Version of a line; a reader passes over a newer one."""

APART: Final = ("versions", "device")
"""What of a recipe is not *what* was drawn, but by what."""

Line = Mapping[str, Any]


def line_of(work: Work, visit: str, record: ImageRecord, order: Order) -> dict[str, Any]:
    """Return a picture as a line of the record."""
    drawn, apart = taken_apart(order.recipe)
    return {
        "schema": SCHEMA,
        "id": fingerprint([visit, order.image_id]),
        "at": now(),
        "run_id": work.plan.run_id,
        "model": record.model,
        "prompt": record.prompt,
        "seed": record.seed,
        "drawn": drawn,
        **apart,
        "image_id": order.image_id,
        "sha256": record.sha256,
    }


def taken_apart(recipe: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what was drawn, and by which versions on which device.

    >>> taken_apart({"seed": 1, "model": {"steps": 2, "device": "cpu", "versions": {"torch": "3"}}})
    ({'seed': 1, 'model': {'steps': 2}}, {'device': 'cpu', 'versions': {'torch': '3'}})
    """
    drawn: dict[str, Any] = {}
    apart: dict[str, Any] = {}
    for name, value in recipe.items():
        if name in APART:
            apart[name] = value
        elif isinstance(value, Mapping):
            drawn[name], within = taken_apart(value)
            versions = {**within.get("versions", {}), **apart.get("versions", {})}
            apart = {**within, **apart, **({"versions": versions} if versions else {})}
        else:
            drawn[name] = value
    return drawn, apart


@dataclass(frozen=True, eq=False)
class Book:
    """A record, and where the pictures that it speaks of may be.

    Attributes:
        lines: In the order in which they were written.
        stores: Our own pictures, and those beside the record.
    """

    lines: Sequence[Line]
    stores: Sequence[ImageStore]

    @cached_property
    def _by_drawing(self) -> Mapping[str, Line]:
        return {fingerprint(line["drawn"]): line for line in self.lines}

    @cached_property
    def _by_request(self) -> Mapping[tuple[str, str, int], Line]:
        return {(line["model"], line["prompt"], line["seed"]): line for line in self.lines}

    def latest(self, drawn: Mapping[str, Any]) -> Line | None:
        """Return the last line of the same weights, settings, prompt and seed."""
        return self._by_drawing.get(fingerprint(drawn))

    def namesake(self, record: ImageRecord) -> Line | None:
        """Return the last line of the same request to a model of the same name."""
        return self._by_request.get((record.model, record.prompt, record.seed))

    def picture(self, line: Line) -> Image | None:
        """Return the pixels of a line; None where they are not there any more."""
        for images in self.stores:
            stored = images.find(line["image_id"])
            if stored is not None and stored.sha256 == line["sha256"]:
                return images.read(line["image_id"])
        return None


def opened(work: Work, path: Path, known: int | None = None) -> Book:
    """Return a record; lines that are damaged, or of a newer kind, are passed over and said so.

    Args:
        work: The run.
        path: The record.
        known: How many of its lines count, the first ones; None: all.
    """
    read = store.lines(path)
    counted = read.found[:known]
    found = [line for line in counted if _is_whole(line)]
    passed = read.damaged + len(counted) - len(found)
    if passed:
        say(f"lines of {path} that cannot be read, and are passed over: {passed}")
    return Book(found, (work.images, ImageStore(path.parent.parent / "images")))


def _is_whole(line: Line) -> bool:
    kinds = {"schema": int, "drawn": dict, "seed": int}
    kinds |= dict.fromkeys(("at", "model", "prompt", "image_id", "sha256"), str)
    there = all(isinstance(line.get(name), kind) for name, kind in kinds.items())
    return there and line["schema"] <= SCHEMA
