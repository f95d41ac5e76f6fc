"""The verbs of a run, in order: ask, score, analyse, decide, report.

Each step leaves files that the next one reads, so a run that is stopped goes on where it
stopped, and a run that is finished has nothing left to do. A run that studies the instrument does
its study in the place of asking, scoring and analysing.
"""

import json
import math
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ksd_eval import ahead, recording, store, studying, verdicts
from ksd_eval.claims import Claim
from ksd_eval.evidence import (
    asked_images,
    evidence_of,
    frame_of,
    measured_images,
    prompts_frame,
    recorded_images,
)
from ksd_eval.execution import announcements, orders
from ksd_eval.execution.base import MemoryFullError, PaintError, Studio
from ksd_eval.execution.progress import say, tracked
from ksd_eval.experiment import Experiment, Work, planned
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.records import Estimate, Given, ImageRecord, Verdict
from ksd_eval.reports.base import RunView
from ksd_eval.scoring import score
from ksd_eval.store import RunStore, StoreError
from ksd_eval.studies.power_foresight import foreseen


def run(experiment: Experiment) -> Path:
    """Run an experiment, or what is left of it, and return its folder.

    Raises:
        PromptError: The prompts cannot be used.
        PlanError: Something that the run needs is not there.
        StoreError: The results folder cannot be written.
        MemoryFullError: The batch shape does not fit an accelerator.
        PaintError: Painting had to stop.
        StudyError: A study cannot be done.
    """
    work = Work(experiment, planned(experiment))
    home = work.home
    if not finished(work):
        store.check_writable(home.folder)
        work.images.check()
        fitted = has_begun(work)
        try:
            with home.locked(lambda: say("another process is at this very run; waiting for it")):
                if not finished(work):
                    carry_out(work)
        except MemoryFullError as error:
            if fitted:
                raise PaintError(
                    f"{error}; this run has painted in batches of this size before, so another "
                    "program holds the memory now: give the same command again when it is free"
                ) from error
            # No command gives this run again: what comes is another one, at a smaller batch shape.
            shutil.rmtree(home.folder, ignore_errors=True)
            raise
    say(f"the page: {home.folder / 'report.html'}")
    return home.folder


def has_begun(work: Work) -> bool:
    """Whether a first picture of any of the models is there: so its first batch has fitted."""
    first = {record.model: order.image_id for record, order in reversed(work.plan.pictures)}
    return any(map(work.images.has, first.values()))


def finished(work: Work) -> bool:
    """Whether nothing is left to do but, maybe, to write the page in another language."""
    manifest = work.home.manifest()
    if manifest is None or recording.lacking(work):
        return False
    say(f"finished on {manifest.get('finished')} already; nothing is left to do")
    language = work.experiment.settings.language
    if manifest.get("language") != language:
        report(work, manifest)
        work.home.finish({**manifest, "language": language})
    return True


def carry_out(work: Work) -> None:
    """Do the steps."""
    store.write_text(work.home.folder / "config.yaml", work.experiment.config)
    for name, verb in steps(work):
        with work.step(name):
            verb(work)
    with work.step("report"):
        report(work, work.manifest())
    work.home.finish(work.manifest())


def steps(work: Work) -> Sequence[tuple[str, Callable[[Work], None]]]:
    """Return what is to be done before the page, in order."""
    if work.experiment.study is not None:
        return (("study", studying.conduct), ("decide", decide))
    kept = (("record", recording.record),) if work.experiment.settings.record else ()
    return (("ask", ask), *kept, ("score", score), ("analyse", analyse), ("decide", decide))


def ask(work: Work) -> None:
    """Paint every picture that is not there, and write the tables of prompts and images."""
    settings, pictures = work.experiment.settings, work.plan.pictures
    say(f"{work.experiment.name}: {len(pictures)} pictures, into {work.home.folder}")
    for sentence in foresight(work):
        say(sentence)
    with store.locked(work.results / ".lock"):  # tidying is over, or finds there what is wanted
        work.home.write_asked(dict.fromkeys(order.image_id for _, order in pictures))
    found = {order.image_id: work.images.find(order.image_id) for _, order in pictures}
    known = {image_id for image_id, stored in found.items() if stored}
    if known:
        say(f"{len(known)} of {len(found)} pictures are there already")
    if settings.record:
        recording.begin(work, found.keys() - known)
    with ahead.judged(work, known):
        paint(work, known)
    records, black = [], Counter[str]()
    for record, _ in pictures:
        stored = found[record.image_id] or work.images.stored(record.image_id)
        work.pixels[record.image_id] = stored.sha256
        records.append(completed(record, stored))
        black[record.arm] += stored.black
    for sentence in [*announcements.truncations(records), *announcements.blacks(black)]:
        say(sentence)
    work.home.write_table("prompts", prompts_frame(work.plan.pairs), {})
    work.home.write_table("images", frame_of(records, ImageRecord), store.types_of(ImageRecord))


def paint(work: Work, known: Collection[str]) -> None:
    """Paint every picture of a run whose id is not known yet."""
    settings = work.experiment.settings
    batches = orders.batches(work.plan.pictures, known, settings.generation.batch_shape)
    for sentence in announcements.remarks(work.experiment.models, batches):
        say(sentence)
    identities = work.plan.identities["models"]
    studio = Studio(work.experiment.models, work.images, settings.generation, identities)
    if studio.on_accelerator:
        batches = orders.each_model_first(batches)
    with tracked("painting", sum(len(batch.orders) for batch in batches)) as advance:
        settings.engine.paint(studio, batches, advance)
    for batch in batches:
        work.painted[batch.model] = work.painted.get(batch.model, 0) + len(batch.orders)


def completed(record: ImageRecord, stored: store.Stored) -> ImageRecord:
    """Return the record of a picture with what is known of it since it was painted."""
    given = stored.given or Given("")
    return replace(
        record,
        sha256=stored.sha256,
        flagged=stored.flagged,
        given=given.text,
        tokens=given.tokens,
        truncated=given.truncated,
    )


def foresight(work: Work) -> Sequence[str]:
    """Return what this run will be able to see of each claim, in sentences."""
    experiment, settings = work.experiment, work.experiment.settings
    decided = verdicts.decided_by(experiment.claims, [experiment.name])
    return list(
        foreseen(
            decided,
            experiment.metrics,
            work.plan.pairs,
            settings.generation.replicates,
            settings.level,
        )
    )


def analyse(work: Work) -> None:
    """Ask every metric, and write the table of estimates."""
    evidence = evidence_of(work)
    found: list[Estimate] = []
    with tracked("analysing", len(work.experiment.metrics), "metrics") as advance:
        for name, metric in work.experiment.metrics.items():
            found += estimates_of(work, name, metric, evidence)
            advance(1)
    work.home.write_table("estimates", frame_of(found, Estimate), store.types_of(Estimate))


def estimates_of(work: Work, name: str, metric: Metric, evidence: Evidence) -> list[Estimate]:
    """Return what a metric says of the run, always from the same chance."""
    # A stream of its own, so that another metric in the experiment changes no number here.
    stream = [work.experiment.settings.analysis_seed, zlib.crc32(name.encode())]
    return [named(name, one) for one in metric(evidence, np.random.default_rng(stream))]


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
    return replace(estimate, metric=name, kind=estimate.kind or estimate.metric)


def decide(work: Work) -> None:
    """Hold the estimates against the claims, and write the verdicts.

    A study decides claims that name its experiment; others are its own matter: it may simulate how
    they are decided.
    """
    experiment = work.experiment
    mine = experiment.study is None or experiment.name in {
        claim.experiment for claim in experiment.claims.values() if isinstance(claim, Claim)
    }
    claims = experiment.claims if mine else {}
    level = experiment.settings.level
    found = verdicts.decide(claims, [experiment.name], estimates_at(work), level)
    write_verdicts(work.home, found)
    say_verdicts(found)


def say_verdicts(found: Sequence[Verdict]) -> None:
    """Say what was decided, and nothing of what was not measured."""
    for verdict in found:
        if verdict.outcome != "not measured":
            say(f"{verdict.claim}: {verdict.sentence}")


def write_verdicts(home: RunStore, found: Sequence[Verdict]) -> None:
    """Write the ledger, as a table and for programs."""
    home.write_table("verdicts", frame_of(found, Verdict), store.types_of(Verdict))
    by_claim = {verdict.claim: asdict(verdict) for verdict in found}
    text = json.dumps(by_claim, indent=1, ensure_ascii=False, allow_nan=False)
    store.write_text(home.folder / "verdicts.json", text + "\n")


def estimates_at(work: Work) -> verdicts.EstimatesAt:
    """Return the run's metrics, or its study, to be asked for intervals of any level."""
    if work.experiment.study is not None:
        return studying.estimates_at(work, work.experiment.study)
    evidence = cache(lambda: evidence_of(work))

    @cache
    def estimates(name: str, level: float) -> Sequence[Estimate]:
        metric = work.experiment.metrics.get(name)
        if metric is None:
            return ()
        if any(item.name == "level" for item in fields(metric)):  # type: ignore[arg-type]
            metric = replace(metric, level=level)  # type: ignore[type-var]
        return estimates_of(work, name, metric, evidence())

    return lambda claim, level: estimates(claim.metric, level)


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
        recorded=recorded_images(work),
        beside=work.experiment.settings.beside,
        language=work.experiment.settings.language,
    )
    try:
        page.write(view)
    except OSError as error:  # a picture that the page shows is damaged, or the disk is full
        raise StoreError(
            f"the page in {work.home.folder} cannot be written ({error}); see to the disk, or have "
            "damaged pictures painted again: python -m ksd_eval store repair"
        ) from error
