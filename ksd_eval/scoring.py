"""Showing pictures to judges and extractors: chunk by chunk, so that a stopped run goes on."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval import store
from ksd_eval.answers import MEASURED, Asking, all_of, is_native, of_extractor, of_judge
from ksd_eval.execution import host
from ksd_eval.execution.base import PaintError, Studio
from ksd_eval.execution.judging import answers, chunks
from ksd_eval.execution.progress import say, tracked
from ksd_eval.experiment import Work
from ksd_eval.judges import device
from ksd_eval.judges.base import Extractor, Judge, Matched, Reference
from ksd_eval.metrics.base import MATCHED
from ksd_eval.records import Language, Measurement, columns, fingerprint


def score(work: Work) -> None:
    """Show every picture to every judge and extractor; write measurements and features."""
    elsewhere(work)
    parts = [measurements(work, name) for name in work.experiment.judges]
    work.home.write_table("measurements", joined(parts, MEASURED), store.types_of(Measurement))
    if work.experiment.matched:
        on_matched(work)
    for name in work.experiment.extractors:
        device.make_room(host.free_share())
        try:
            extract(work, name)
        except (FileNotFoundError, ModuleNotFoundError) as error:
            work.missing[name] = str(error)
            say(f"{name} is left out: {error}")
    device.close()


def elsewhere(work: Work) -> None:
    """Have the run's engine ask what was not asked yet, as far as it can."""
    experiment, identities = work.experiment, work.plan.identities
    studio = Studio(
        {**experiment.judges, **experiment.extractors},
        work.images,
        experiment.settings.generation,
        {**identities["judges"], **identities["extractors"]},
    )
    try:
        experiment.settings.engine.judge(studio, _pending(work))
    except PaintError as error:
        say(f"judges are asked on this machine: {error}")


def _pending(work: Work) -> Iterator[Asking]:
    """Yield what was not asked yet; an engine that asks nobody need not look for it."""
    for name, wanted in all_of(work).items():
        for chunk in wanted:
            if not chunk.path(work.pixels).exists():
                yield Asking(name, chunk)


def measurements(work: Work, name: str) -> pd.DataFrame:
    """Return what a judge says of the run's pictures."""
    wanted = of_judge(work, name)
    parts = []
    device.make_room(host.free_share())
    with tracked(f"judge {name}", sum(len(one.texts) for one in wanted)) as advance:
        for one in wanted:
            parts.append(one.kept(work.images, work.pixels))
            advance(len(one.texts))
    said: pd.DataFrame = pa.concat_tables(parts).to_pandas()
    return said.assign(judge=name)[list(MEASURED)]


def joined(parts: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """Return parts as one table, also where there are none."""
    full = [part for part in parts if len(part)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame(columns=list(names))


def on_matched(work: Work) -> None:
    """Write what judges say of matched pictures: of each set and judge once, for all runs."""
    parts = []
    for name, matched in work.experiment.matched.items():
        for judge_name, judge in work.experiment.judges.items():
            identities = work.plan.identities
            threads = work.experiment.settings.generation.threads
            captions = fingerprint([list(pair) for pair in matched.captions()])
            key = [identities["matched"][name], identities["judges"][judge_name], captions, threads]
            path = shared(work, key, "parquet")
            make = partial(matched_answers, judge_name, judge, matched)
            found = store.kept_frame(path, matched_types(), make)
            parts.append(found.assign(matched=name, judge=judge_name))
    work.home.write_table("matched", joined(parts, MATCHED)[list(MATCHED)], matched_types())


def matched_types() -> dict[str, object]:
    """Return the column types of the table of matched pictures."""
    return {**store.types_of(Measurement), "picture": store.WHOLE}


def matched_answers(name: str, judge: Judge, matched: Matched) -> pd.DataFrame:
    """Return what one judge says of one set, with the text of each language that it reads."""
    pictures, captions = matched(), matched.captions()
    languages: tuple[Language, ...] = ("en", "ko") if is_native(judge) else ("en",)
    rows = []
    with tracked(f"{name} on matched", len(languages) * len(pictures)) as advance:
        for language in languages:
            texts = [ko if language == "ko" else en for ko, en in captions]
            for chunk in chunks(range(len(pictures))):
                given = answers(
                    name, judge, [pictures[i] for i in chunk], [texts[i] for i in chunk]
                )
                rows += [
                    {"picture": place, "language": language, **asdict(answer)}
                    for place, mine in zip(chunk, given, strict=True)
                    for answer in mine
                ]
                advance(len(chunk))
    return pd.DataFrame(rows, columns=["picture", "language", *columns(Measurement)])


def extract(work: Work, name: str) -> None:
    """Write the features of the run's pictures, in its table's order, and of its references."""
    wanted = of_extractor(work, name)
    rows: list[NDArray[np.float32]] = []
    with tracked(f"features {name}", sum(len(one.image_ids) for one in wanted)) as advance:
        for one in wanted:
            rows.append(one.kept(work.images, work.pixels))
            advance(len(one.image_ids))
    row = {image_id: place for place, image_id in enumerate(chain(*(x.image_ids for x in wanted)))}
    vectors = np.concatenate(rows)[[row[record.image_id] for record, _ in work.plan.pictures]]
    store.write_array(work.home.features(name), vectors)
    extractor = work.experiment.extractors[name]
    for other, reference in work.experiment.references.items():
        identities = work.plan.identities
        threads = work.experiment.settings.generation.threads
        path = shared(
            work, [identities["references"][other], identities["extractors"][name], threads], "npy"
        )
        held = store.kept_array(path, partial(reference_features, extractor, other, reference))
        store.write_array(work.home.features(name, other), held)


def reference_features(
    extractor: Extractor, name: str, reference: Reference
) -> NDArray[np.float32]:
    """Return the features of a reference set."""
    pictures: Sequence[Image] = reference()
    parts = []
    with tracked(f"features of {name}", len(pictures)) as advance:
        for chunk in chunks(pictures):
            parts.append(extractor(chunk))
            advance(len(chunk))
    return np.concatenate(parts)


def shared(work: Work, key: object, suffix: str) -> Path:
    """Return where something is kept that every run with the same ingredients can use.

    The code is one of them: an identity names weights and settings, and not what is done with them.
    """
    path = work.results / "references" / f"{fingerprint([host.source(), key])}.{suffix}"
    work.shared.add(path.name)
    return path
