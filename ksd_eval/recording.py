"""The record of what was painted: whether the same model still gives the same pictures.

Each picture is a line of `<experiment>/record.jsonl` under the results, with everything that it was
drawn from but versions and device, which stand beside it. A run whose pictures are painted anew,
by other versions, elsewhere or after the store was emptied, is held against what is there. A
picture that comes from the store was not painted again, and confirms nothing.
"""

import json
import math
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from PIL.Image import Image

from ksd_eval import evidence, store
from ksd_eval.execution.orders import Order
from ksd_eval.execution.progress import say
from ksd_eval.experiment import Work, now, other_record, own_record
from ksd_eval.metrics.protocols import unlike
from ksd_eval.records import ImageRecord, Recorded, fingerprint
from ksd_eval.store import ImageStore

SCHEMA: Final = 1
"""Version of a line; a reader passes over a newer one."""

APART: Final = ("versions", "device")
"""What of a recipe is not *what* was drawn, but by what."""

Line = Mapping[str, Any]


def begin(work: Work, anew: Iterable[str]) -> None:
    """Write down which pictures a run is about to paint, before it does.

    A run that is stopped and goes on finds there what it had painted before, and is still the one
    that painted it.
    """
    visit, before = _visit(work)
    text = json.dumps({"visit": visit, "anew": sorted({*before, *anew})})
    store.write_text(_visit_path(work), text)


def _visit_path(work: Work) -> Path:
    return work.home.parts / "painting.json"


def _visit(work: Work) -> tuple[str, frozenset[str]]:
    """Return the name of this visit to the store, and what is painted on it."""
    path = _visit_path(work)
    if not path.exists():
        return uuid.uuid4().hex, frozenset()
    content = json.loads(path.read_text(encoding="utf-8"))
    return content["visit"], frozenset(content["anew"])


def lacking(work: Work) -> bool:
    """Whether a run that keeps a record has lost a picture, or was stopped while it had it again.

    Of other runs a lost picture is nothing that their numbers need.
    """
    if not work.experiment.settings.record:
        return False
    lost = (work.images.find(order.image_id) is None for _, order in work.plan.pictures)
    return _visit_path(work).exists() or any(lost)


def record(work: Work) -> None:
    """Hold the run's pictures against the record, and write them down there.

    What was found is kept before a line is added: a run that is stopped in between must not find
    its own lines when it goes on.
    """
    visit, anew = _visit(work)
    path, types = work.home.parts / "recorded.parquet", store.types_of(Recorded)
    found = store.kept_frame(path, types, lambda: compared(work, anew))
    work.home.write_table("recorded", found, types)
    own = own_record(work.experiment)
    there = {(line.get("image_id"), line.get("sha256")) for line in store.lines(own).found}
    store.append(
        own,
        [
            line_of(work, visit, picture, order)
            for picture, order in _painted(work)
            if order.image_id in anew or (order.image_id, picture.sha256) not in there
        ],
        "id",
    )
    counts = found["outcome"].value_counts()
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    say(f"held against the record: {said}")


def _painted(work: Work) -> list[tuple[ImageRecord, Order]]:
    """Return every picture of every arm, with the hash of its pixels."""
    hashes = work.home.read_table("images").set_index("image_id")["sha256"].to_dict()
    return [
        (replace(record, sha256=hashes[order.image_id]), order)
        for record, order in work.plan.pictures
    ]


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
            apart = {**within, **apart}
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


def opened(work: Work, path: Path) -> Book:
    """Return a record; lines that are damaged, or of a newer kind, are passed over and said so."""
    read = store.lines(path)
    found = [line for line in read.found if _is_whole(line)]
    passed = read.damaged + len(read.found) - len(found)
    if passed:
        say(f"lines of {path} that cannot be read, and are passed over: {passed}")
    return Book(found, (work.images, ImageStore(path.parent.parent / "images")))


def _is_whole(line: Line) -> bool:
    kinds = {"schema": int, "drawn": dict, "seed": int}
    kinds |= dict.fromkeys(("at", "model", "prompt", "image_id", "sha256"), str)
    there = all(isinstance(line.get(name), kind) for name, kind in kinds.items())
    return there and line["schema"] <= SCHEMA


def compared(work: Work, anew: frozenset[str]) -> pd.DataFrame:
    """Return the table of the run's pictures, each held against the record.

    Against another's record pictures from the store count too: it is not their own.
    """
    other = other_record(work.experiment)
    book = opened(work, other or own_record(work.experiment))
    rows = []
    for record, order in _painted(work):
        image = work.images.read(order.image_id)
        counts = other is not None or order.image_id in anew
        said = against(book, record, order, image) if counts else Answer("not painted", NOT_PAINTED)
        rows.append(_row(work, record, order, image, said))
    return evidence.frame_of(rows, Recorded)


NOT_PAINTED: Final = "from the store: it was not painted again, and confirms nothing"
FIRST: Final = "first time: nothing like it is on record"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the record says of one picture; `Recorded` explains each."""

    outcome: str
    sentence: str
    line: Line | None = None
    difference: float | None = None
    psnr: float | None = None


def against(book: Book, record: ImageRecord, order: Order, image: Image) -> Answer:
    """Hold one picture against a record."""
    drawn, apart = taken_apart(order.recipe)
    line = book.latest(drawn)
    alike = line is not None
    line = line or book.namesake(record)
    if line is None:
        return Answer("first time", FIRST)
    on = f"recorded on {line['at']}"
    then = {name: line[name] for name in APART if name in line}
    since = unlike(then, apart)
    also = f"; then and now {since}" if since else ""
    if not alike:
        also = f"; then and now {unlike(line['drawn'], drawn)}{also}"
    if line["sha256"] == record.sha256:
        outcome = "same" if alike else "drawn otherwise"
        return Answer(outcome, f"same to the last bit as {on}{also}", line, 0.0)
    outcome = "differs" if alike else "drawn otherwise"
    earlier = book.picture(line)
    if earlier is None:
        lost = "by how much is not known, because the earlier picture is not there any more"
        return Answer(outcome, f"differs from the picture {on}: {lost}{also}", line)
    if earlier.size != image.size:
        sizes = f"{earlier.width}x{earlier.height} pixels then, {image.width}x{image.height} now"
        return Answer(outcome, f"differs from the picture {on}: {sizes}{also}", line)
    difference, psnr = apart_by(earlier, image)
    far = f"mean absolute difference {difference:.3g} of 255 (PSNR {psnr:.1f} dB)"
    return Answer(outcome, f"differs from the picture {on}: {far}{also}", line, difference, psnr)


def apart_by(left: Image, right: Image) -> tuple[float, float]:
    """Return the mean absolute difference of unlike pixels, of 255, and their PSNR in dB."""
    pixels = [np.asarray(image.convert("RGB"), dtype=np.float64) for image in (left, right)]
    gap = pixels[0] - pixels[1]
    return float(np.abs(gap).mean()), 10 * math.log10(255**2 / float((gap**2).mean()))


def _row(work: Work, record: ImageRecord, order: Order, image: Image, said: Answer) -> Recorded:
    model = order.recipe["model"]
    from ksd_eval.reports import card_pictures  # brings what draws, as in `pipeline.report`

    scheduler = model.get("scheduler")
    line = said.line or {"sha256": "", "at": ""}
    row = Recorded(
        image_id=order.image_id,
        pair_id=record.pair_id,
        arm=record.arm,
        role=record.role,
        language=record.language,
        seed=record.seed,
        outcome=said.outcome,
        sentence=said.sentence,
        difference=said.difference,
        psnr=said.psnr,
        recorded_sha256=line["sha256"],
        recorded_at=line["at"],
        repo=str(getattr(work.experiment.models[record.model], "repo", "")),
        device=str(model.get("device", "")),
        dtype=str(model.get("dtype", "")),
        scheduler=str(scheduler.get("class", "") if isinstance(scheduler, Mapping) else ""),
        steps=model.get("steps"),
        guidance=model.get("guidance"),
        size=max(image.size),
        batch_shape=work.experiment.settings.generation.batch_shape,
        noise=work.experiment.settings.generation.noise,
    )
    return replace(row, card=" ".join(card_pictures.sentences(evidence.frame_of([row], Recorded))))
