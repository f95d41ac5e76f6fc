"""A run's pictures, held against the record and written down in it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from PIL.Image import Image

from ksd_eval import evidence, store
from ksd_eval.execution.orders import Order
from ksd_eval.execution.progress import say
from ksd_eval.experiment import Work, other_record, own_record
from ksd_eval.metrics.protocols import unlike
from ksd_eval.recording import book, visit
from ksd_eval.recording.book import Book, Line
from ksd_eval.recording.visit import Visit
from ksd_eval.records import ImageRecord, Recorded


def record(work: Work) -> None:
    """Hold the run's pictures against the record, and write them down there.

    What was found is kept before a line is added: a run that is stopped in between must not find
    its own lines when it goes on.
    """
    mine = visit.current(work)
    path, types = work.home.parts / "recorded.parquet", store.types_of(Recorded)
    found = store.kept_frame(path, types, lambda: compared(work, mine))
    work.home.write_table("recorded", found, types)
    own = own_record(work.experiment)
    there = {(line.get("image_id"), line.get("sha256")) for line in store.lines(own).found}
    store.append(
        own,
        [
            book.line_of(work, mine.name, picture, order)
            for picture, order in _painted(work)
            if order.image_id in mine.anew or (order.image_id, picture.sha256) not in there
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


def compared(work: Work, mine: Visit) -> pd.DataFrame:
    """Return the table of the run's pictures, each held against the record.

    Against another's record pictures from the store count too: it is not their own.
    """
    other = other_record(work.experiment)
    path, known = (other, None) if other else (own_record(work.experiment), mine.known)
    held = book.opened(work, path, known)
    rows = []
    for record, order in _painted(work):
        image = work.images.read(order.image_id)
        counts = other is not None or order.image_id in mine.anew
        said = against(held, record, order, image) if counts else Answer("not painted", NOT_PAINTED)
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


def against(held: Book, record: ImageRecord, order: Order, image: Image) -> Answer:
    """Hold one picture against a record."""
    drawn, apart = book.taken_apart(order.recipe)
    line = held.latest(drawn)
    alike = line is not None
    line = line or held.namesake(record)
    if line is None:
        return Answer("first time", FIRST)
    on = f"recorded on {line['at']}"
    then = {name: line[name] for name in book.APART if name in line}
    since = unlike(then, apart)
    also = f"; then and now {since}" if since else ""
    if not alike:
        also = f"; then and now {unlike(line['drawn'], drawn)}{also}"
    if line["sha256"] == record.sha256:
        outcome = "same" if alike else "drawn otherwise"
        return Answer(outcome, f"same to the last bit as {on}{also}", line, 0.0)
    outcome = "differs" if alike else "drawn otherwise"
    earlier = held.picture(line)
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
        changes=", ".join(model.get("changes", ())),
        negative_prompt=model.get("negative_prompt") or "",
        size=max(image.size),
        batch_shape=work.experiment.settings.generation.batch_shape,
        noise=work.experiment.settings.generation.noise,
    )
    return replace(row, card=" ".join(card_pictures.sentences(evidence.frame_of([row], Recorded))))
