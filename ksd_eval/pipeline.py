"""The verbs of a run, in order: ask, score, analyse, decide, report.

Each step leaves files that the next one reads, so a run that is stopped goes on where it
stopped, and a run that is finished has nothing left to do.
"""

import json
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ksd_eval import claims, store
from ksd_eval.execution import local, orders
from ksd_eval.execution.judging import answers, chunks
from ksd_eval.execution.progress import say, tracked
from ksd_eval.experiment import Experiment, Work, planned
from ksd_eval.judges.base import Extractor, Judge, Reference
from ksd_eval.metrics.base import Evidence, FeatureSet
from ksd_eval.records import (
    Estimate,
    ImageRecord,
    Measurement,
    PromptPair,
    Verdict,
    columns,
    fingerprint,
)
from ksd_eval.reports.base import RunView
from ksd_eval.store import RunStore


def run(experiment: Experiment) -> Path:
    """Run an experiment, or what is left of it, and return its folder.

    Raises:
        PromptError: The prompts cannot be used.
        PlanError: Something that the run needs is not there.
        StoreError: The results folder cannot be written.
        PaintError: Painting had to stop.
    """
    work = Work(experiment, planned(experiment))
    home = work.home
    if not finished(work):
        store.check_writable(home.folder)
        store.check_writable(work.images.folder)
        with home.locked(lambda: say("another process is at this very run; waiting for it")):
            if not finished(work):
                carry_out(work)
    say(f"the page: {home.folder / 'report.html'}")
    return home.folder


def finished(work: Work) -> bool:
    """Whether nothing is left to do but, maybe, to write the page in another language."""
    manifest = work.home.manifest()
    if manifest is None:
        return False
    say(f"finished on {manifest['finished']} already; nothing is left to do")
    language = work.experiment.settings.language
    if manifest["language"] != language:
        report(work, manifest)
        work.home.finish({**manifest, "language": language})
    return True


def carry_out(work: Work) -> None:
    """Do the five steps."""
    say(f"{work.experiment.name}: {len(work.plan.pictures)} pictures, into {work.home.folder}")
    store.write_text(work.home.folder / "config.yaml", work.experiment.config)
    for name, verb in (("ask", ask), ("score", score), ("analyse", analyse), ("decide", decide)):
        with work.step(name):
            verb(work)
    with work.step("report"):
        report(work, work.manifest())
    work.home.finish(work.manifest())


def ask(work: Work) -> None:
    """Paint every picture that is not there, and write the tables of prompts and images."""
    settings, pictures = work.experiment.settings, work.plan.pictures
    found = {order.image_id: work.images.find(order.image_id) for _, order in pictures}
    known = {image_id for image_id, stored in found.items() if stored}
    batches = orders.batches(pictures, known, settings.generation.batch_shape)
    if known:
        say(f"{len(known)} of {len(found)} pictures are there already")
    workers = local.count_workers(settings.workers, work.plan.identities["models"], len(batches))
    studio = local.Studio(work.experiment.models, work.images, settings.generation)
    with tracked("painting", len(found) - len(known)) as advance:
        local.paint(studio, batches, workers, advance)
    records = []
    for record, _ in pictures:
        stored = found[record.image_id] or work.images.stored(record.image_id)
        records.append(replace(record, sha256=stored.sha256, flagged=stored.flagged))
    work.home.write_table("prompts", prompts_frame(work.plan.pairs), {})
    work.home.write_table("images", frame_of(records, ImageRecord), store.types_of(ImageRecord))


def score(work: Work) -> None:
    """Show every picture to every judge and extractor; write measurements and features."""
    images = asked_images(work.home)
    texts = dict(zip(images["image_id"], images["en"], strict=True))
    parts = [pd.DataFrame(columns=["image_id", "judge", *columns(Measurement)])]
    for name, judge in work.experiment.judges.items():
        with tracked(f"judge {name}", len(texts)) as advance:
            # By recipe: a picture that two arms share is judged once.
            for chunk in chunks(list(texts)):
                make = partial(judged, work, name, judge, {key: texts[key] for key in chunk})
                path = work.home.part(name, chunk, "parquet")
                parts.append(store.kept_frame(path, store.types_of(Measurement), make))
                advance(len(chunk))
    measurements = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    work.home.write_table("measurements", measurements, store.types_of(Measurement))
    for name, extractor in work.experiment.extractors.items():
        try:
            extract(work, name, extractor, list(images["image_id"]))
        except (FileNotFoundError, ModuleNotFoundError) as error:
            work.missing[name] = str(error)
            say(f"{name} is left out: {error}")


def judged(work: Work, name: str, judge: Judge, texts: Mapping[str, str]) -> pd.DataFrame:
    """Return what one judge says of one chunk of pictures, given each picture's English text."""
    pictures = [work.images.read(image_id) for image_id in texts]
    given = answers(name, judge, pictures, list(texts.values()))
    rows = [
        {"image_id": image_id, "judge": name, **asdict(answer)}
        for image_id, mine in zip(texts, given, strict=True)
        for answer in mine
    ]
    return pd.DataFrame(rows, columns=["image_id", "judge", *columns(Measurement)])


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
        key = [identities["references"][other], identities["extractors"][name], threads]
        path = work.results / "references" / f"{fingerprint(key)}.npy"
        held = store.kept_array(path, partial(reference_features, extractor, other, reference))
        store.write_array(work.home.features(name, other), held)


def seen(work: Work, extractor: Extractor, image_ids: Sequence[str]) -> NDArray[np.float32]:
    """Return the features of one chunk of the run's pictures."""
    return extractor([work.images.read(image_id) for image_id in image_ids])


def reference_features(
    extractor: Extractor, name: str, reference: Reference
) -> NDArray[np.float32]:
    """Return the features of a reference set."""
    pictures = reference()
    parts = []
    with tracked(f"features of {name}", len(pictures)) as advance:
        for chunk in chunks(pictures):
            parts.append(extractor(chunk))
            advance(len(chunk))
    return np.concatenate(parts)


def analyse(work: Work) -> None:
    """Ask every metric, and write the table of estimates."""
    evidence = evidence_of(work)
    found: list[Estimate] = []
    with tracked("analysing", len(work.experiment.metrics), "metrics") as advance:
        for name, metric in work.experiment.metrics.items():
            # A stream of its own, so that another metric in the experiment changes no number here.
            stream = [work.experiment.settings.analysis_seed, zlib.crc32(name.encode())]
            mine = metric(evidence, np.random.default_rng(stream))
            found += [named(name, estimate) for estimate in mine]
            advance(1)
    work.home.write_table("estimates", frame_of(found, Estimate), store.types_of(Estimate))


def named(name: str, estimate: Estimate) -> Estimate:
    """Return an estimate under the name that its metric has in the experiment.

    Raises:
        ValueError: The estimate is no number.
    """
    if estimate.estimate is not None and not math.isfinite(estimate.estimate):
        raise ValueError(
            f"metric {name!r} estimates {estimate.measurement!r} as {estimate.estimate}; "
            "what cannot be had must be None, with a note that says why"
        )
    return replace(estimate, metric=name)


def evidence_of(work: Work) -> Evidence:
    """Return everything that the run's files say of its pictures."""
    images = asked_images(work.home)
    ids = tuple(images["image_id"])
    protocols = work.plan.identities["extractors"]
    present = [name for name in protocols if name not in work.missing]
    features = {
        name: FeatureSet(np.load(work.home.features(name)), protocols[name], ids)
        for name in present
    }
    references = {
        (other, name): FeatureSet(np.load(work.home.features(name, other)), protocols[name])
        for name in present
        for other in work.experiment.references
    }
    return Evidence(images, measured_images(work.home, images), features, references)


def decide(work: Work) -> None:
    """Hold the estimates against the claims, and write the verdicts."""
    settings = work.experiment.settings
    estimates = work.home.read_table("estimates")
    verdicts = claims.decide(work.experiment.claims, estimates, settings.level)
    work.home.write_table("verdicts", frame_of(verdicts, Verdict), store.types_of(Verdict))
    plain = [asdict(verdict) for verdict in verdicts]
    text = json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)
    store.write_text(work.home.folder / "verdicts.json", text + "\n")
    for verdict in verdicts:
        if verdict.outcome != "not measured":
            say(verdict.sentence)


def report(work: Work, manifest: Mapping[str, Any]) -> None:
    """Write the page, its figures and its short form."""
    from ksd_eval.reports import page  # draws, which a run that is finished need not be ready for

    images = asked_images(work.home)
    view = RunView(
        name=work.experiment.name,
        run_id=work.plan.run_id,
        folder=work.home.folder,
        config=work.experiment.config,
        arms=work.experiment.arms,
        images=images,
        measurements=measured_images(work.home, images),
        estimates=work.home.read_table("estimates"),
        verdicts=work.home.read_table("verdicts"),
        manifest=manifest,
        image_path=work.images.path,
        figures=work.experiment.figures,
        language=work.experiment.settings.language,
    )
    page.write(view)


def frame_of(records: Iterable[Any], record: type) -> pd.DataFrame:
    """Return records as a frame, one row each, also where there are none."""
    return pd.DataFrame([asdict(item) for item in records], columns=columns(record))


def prompts_frame(pairs: Sequence[PromptPair]) -> pd.DataFrame:
    """Return the table of prompts; an attribute that a pair lacks is an empty text."""
    attributes = dict.fromkeys(name for pair in pairs for name in pair.attributes)
    return pd.DataFrame(
        {
            "pair_id": [pair.pair_id for pair in pairs],
            "ko": [pair.ko for pair in pairs],
            "en": [pair.en for pair in pairs],
            # Prefixed, so that an attribute cannot be mistaken for another column.
            **{
                f"prompt.{name}": [pair.attributes.get(name, "") for pair in pairs]
                for name in attributes
            },
        }
    )


def asked_images(home: RunStore) -> pd.DataFrame:
    """Return the table of images, each with its pair's texts and attributes."""
    return home.read_table("images").merge(home.read_table("prompts"), how="left", on="pair_id")


def measured_images(home: RunStore, images: pd.DataFrame) -> pd.DataFrame:
    """Return the table of measurements, each with everything that is known of its picture."""
    return images.merge(home.read_table("measurements"), how="inner", on="image_id")
