"""Showing pictures to judges and extractors: chunk by chunk, so that a stopped run goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval import evidence, store
from ksd_eval.execution import host
from ksd_eval.execution.judging import answers, chunks
from ksd_eval.execution.progress import say, tracked
from ksd_eval.experiment import Work
from ksd_eval.judges import device
from ksd_eval.judges.base import Extractor, Judge, Matched, NativeJudge, Reference
from ksd_eval.metrics.base import MATCHED
from ksd_eval.records import Language, Measurement, columns, fingerprint

MEASURED = ("image_id", "judge", *columns(Measurement))
"""Columns of the table of measurements."""


def score(work: Work) -> None:
    """Show every picture to every judge and extractor; write measurements and features."""
    images = evidence.asked_images(work.home)
    parts = [
        part
        for name, judge in work.experiment.judges.items()
        for part in measurements(work, name, judge, images)
    ]
    work.home.write_table("measurements", joined(parts, MEASURED), store.types_of(Measurement))
    if work.experiment.matched:
        on_matched(work)
    for name, extractor in work.experiment.extractors.items():
        device.make_room()
        try:
            extract(work, name, extractor, list(images["image_id"]))
        except (FileNotFoundError, ModuleNotFoundError) as error:
            work.missing[name] = str(error)
            say(f"{name} is left out: {error}")
    device.close()


def measurements(
    work: Work, name: str, judge: Judge, images: pd.DataFrame
) -> Sequence[pd.DataFrame]:
    """Return what a judge says of the run's pictures, in parts.

    By recipe: a picture that two arms share was asked for by one text, and is judged once.
    """
    given = images["prompt"] if is_native(judge) else images["en"]
    texts = dict(zip(images["image_id"], given, strict=True))
    parts = []
    device.make_room()
    with tracked(f"judge {name}", len(texts)) as advance:
        for chunk in chunks(list(texts)):
            make = partial(judged, work, name, judge, {key: texts[key] for key in chunk})
            path = work.home.part(name, chunk, "parquet")
            parts.append(store.kept_frame(path, store.types_of(Measurement), make))
            advance(len(chunk))
    return parts


def is_native(judge: Judge) -> bool:
    """Whether a judge is given the prompt as it was asked, in either language."""
    return isinstance(judge, NativeJudge) and judge.texts == "native"


def judged(work: Work, name: str, judge: Judge, texts: Mapping[str, str]) -> pd.DataFrame:
    """Return what one judge says of one chunk of pictures, given each picture's text."""
    pictures = [work.images.read(image_id) for image_id in texts]
    given = answers(name, judge, pictures, list(texts.values()))
    rows = [
        {"image_id": image_id, "judge": name, **asdict(answer)}
        for image_id, mine in zip(texts, given, strict=True)
        for answer in mine
    ]
    return pd.DataFrame(rows, columns=list(MEASURED))


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


def extract(work: Work, name: str, extractor: Extractor, image_ids: Sequence[str]) -> None:
    """Write the features of the run's pictures, in its table's order, and of its references."""
    unlike = list(dict.fromkeys(image_ids))
    rows: list[NDArray[np.float32]] = []
    with tracked(f"features {name}", len(unlike)) as advance:
        for chunk in chunks(unlike):
            make = partial(seen, work, extractor, chunk)
            rows += [store.kept_array(work.home.part(name, chunk, "npy"), make)]
            advance(len(chunk))
    row = {image_id: place for place, image_id in enumerate(unlike)}
    vectors = np.concatenate(rows)[[row[image_id] for image_id in image_ids]]
    store.write_array(work.home.features(name), vectors)
    for other, reference in work.experiment.references.items():
        identities = work.plan.identities
        threads = work.experiment.settings.generation.threads
        path = shared(
            work, [identities["references"][other], identities["extractors"][name], threads], "npy"
        )
        held = store.kept_array(path, partial(reference_features, extractor, other, reference))
        store.write_array(work.home.features(name, other), held)


def seen(work: Work, extractor: Extractor, image_ids: Sequence[str]) -> NDArray[np.float32]:
    """Return the features of one chunk of the run's pictures."""
    return extractor([work.images.read(image_id) for image_id in image_ids])


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
