"""A run that studies something instead of asking a model: what it works with, and what it writes.

Its study stands in the place of asking, scoring and analysing.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

import pandas as pd

from ksd_eval import store, verdicts
from ksd_eval.answers import MEASURED
from ksd_eval.evidence import frame_of, prompts_frame
from ksd_eval.execution.base import release
from ksd_eval.execution.progress import say, tracked
from ksd_eval.experiment import Work
from ksd_eval.judges import device
from ksd_eval.records import Estimate, ImageRecord, Measurement, PromptPair
from ksd_eval.store import RunStore
from ksd_eval.studies.base import Bench, Study, StudyError


def conduct(work: Work) -> None:
    """Do the study, and write its tables; those of pictures stay empty.

    Raises:
        StudyError: It cannot be done.
    """
    study = work.experiment.study
    if study is None:
        raise StudyError(f"the experiment {work.experiment.name!r} has no study")
    say(f"{work.experiment.name}: a study, into {work.home.folder}")
    try:
        found = study(bench_of(work))
        pictures = {name: make() for name, make in found.pictures.items()}
    finally:  # a card has other parts, which need the memory
        release(work.experiment.models.values())
        device.close()
    for sentence in found.sentences:
        say(sentence)
    write_unasked(work.home, work.plan.pairs)
    for name, frame in found.tables.items():
        work.home.write_table(name, frame, store.types_in(frame))
    estimates = frame_of(found.estimates, Estimate)
    work.home.write_table("estimates", estimates, store.types_of(Estimate))
    for name, picture in pictures.items():
        path = work.home.folder / "figures" / f"{name}.png"
        store.write(path, partial(picture.save, format="PNG"))


def write_unasked(home: RunStore, pairs: Sequence[PromptPair]) -> None:
    """Write the tables of prompts, images and measurements where no picture was asked for."""
    home.write_table("prompts", prompts_frame(pairs), {})
    home.write_table("images", frame_of([], ImageRecord), store.types_of(ImageRecord))
    empty = pd.DataFrame(columns=list(MEASURED))
    home.write_table("measurements", empty, store.types_of(Measurement))


def bench_of(work: Work) -> Bench:
    """Return what a study works with."""
    experiment, settings = work.experiment, work.experiment.settings

    def kept(name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        path = work.home.parts / f"{name}.parquet"
        return store.kept_frame(path, None, make)

    return Bench(
        pairs=work.plan.pairs,
        arms=experiment.arms,
        models=experiment.models,
        judges=experiment.judges,
        metrics=experiment.metrics,
        claims=experiment.claims,
        level=settings.level,
        seed=settings.analysis_seed,
        workers=settings.engine.processes(),
        kept=kept,
        tracked=partial(tracked, unit="studies"),
    )


def estimates_at(work: Work, study: Study) -> verdicts.EstimatesAt:
    """Return a study, to be asked for intervals of any level; what it looked at is kept."""
    bench = bench_of(work)
    frames: dict[str, pd.DataFrame] = {}

    def kept(name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if name not in frames:
            frames[name] = _kept_or_stored(work, bench, name, make)
        return frames[name]

    @cache
    def estimates(level: float) -> Sequence[Estimate]:
        try:
            return study(replace(bench, level=level, kept=kept)).estimates
        finally:  # it looks again where a table is gone
            release(bench.models.values())

    return lambda claim, level: [one for one in estimates(level) if one.metric == claim.metric]


def _kept_or_stored(
    work: Work, bench: Bench, name: str, make: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    """Return what a study looked at: a finished run keeps no parts, and must get none."""
    if work.home.parts.is_dir():
        return bench.kept(name, make)
    return work.home.read_table(name) if work.home.has_table(name) else make()
