"""Judging while others paint: a process of its own looks at pictures as soon as they are there.

It keeps what it finds where the run looks for it later, so that the run then reads instead of
asking; whether this process came far, or died, changes no row. It leaves out what works on a GPU,
where the painter is, and all of them where their weights would take memory that painting needs.
"""

import multiprocessing
import signal
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import zip_longest
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

from ksd_eval import answers
from ksd_eval.answers import Chunk
from ksd_eval.execution import host, threads, workers
from ksd_eval.execution.base import is_accelerated
from ksd_eval.experiment import Work
from ksd_eval.needs import needs_of
from ksd_eval.store import ImageStore

EVERY: Final = 0.2
"""Seconds between two looks for a picture that is not there yet."""

SHARE: Final = 0.25
"""The part of the free memory that weights of judges may take beside painting."""


@contextmanager
def judged(work: Work, known: Collection[str]) -> Iterator[None]:
    """Judge pictures while the block paints them; what is left over is for afterwards.

    Args:
        work: The run.
        known: Pictures that are whole already. A file under another's name is a damaged picture
            that will be painted anew, and is not waited for.
    """
    paints = any(record.image_id not in known for record, _ in work.plan.pictures)
    wanted = _wanted(work, known) if paints and _pays(work) else []
    if not wanted:
        yield
        return
    spawn = multiprocessing.get_context("spawn")  # a forked process cannot use threads or a GPU
    over, ends = spawn.Pipe(duplex=False)  # of which the end is noticed, whoever dies
    count = work.experiment.settings.generation.threads
    other = spawn.Process(target=_judge, args=(wanted, work.images, over, count), daemon=True)
    started = _start(other)
    over.close()
    try:
        yield
    finally:
        ends.close()
        if started:
            other.join()


def _pays(work: Work) -> bool:
    """Whether there is a core for it beside painting, or one for which painting leaves gaps."""
    asked = work.experiment.settings.judge_ahead
    return work.experiment.settings.engine.processes() > 1 if asked is None else asked


def _start(other: BaseProcess) -> bool:
    """Whether the process was started: a judge that cannot travel is asked in this one, later."""
    # Ctrl-C is for this process alone, also while the other one is not ready to say so.
    hears = getattr(signal, "pthread_sigmask", None)
    before = hears(signal.SIG_BLOCK, {signal.SIGINT}) if hears else None
    try:
        other.start()
    except Exception:  # pickling raises whatever the judge's parts do
        return False
    finally:
        if hears:
            hears(signal.SIG_SETMASK, before)
    return True


def _wanted(work: Work, known: Collection[str]) -> list[Chunk]:
    """Return chunks that can be judged now or later, in the order that they are painted in."""
    experiment, identities = work.experiment, work.plan.identities
    told = {**identities["judges"], **identities["extractors"]}
    asked = [
        chunks
        for name, chunks in answers.all_of(work).items()
        if answers.is_whole(told[name]) and not is_accelerated(told[name])
    ]
    plugins = [*experiment.judges.values(), *experiment.extractors.values()]
    weights = sum(need.size or 0 for one in plugins for need in needs_of(one, ""))
    free = host.available()
    if free is not None and weights > SHARE * free * 2**30:
        return []
    ids = {record.image_id for record, _ in work.plan.pictures}
    damaged = {name for name in ids - set(known) if work.images.path(name).exists()}
    in_turn = zip_longest(*asked)
    chunks = (chunk for turn in in_turn for chunk in turn if chunk is not None)
    return [one for one in chunks if not damaged & set(one.image_ids)]


def _judge(wanted: Sequence[Chunk], images: ImageStore, over: Connection, count: int) -> None:
    """Judge chunk after chunk as their pictures come, until painting is over."""
    workers.belong_to_parent()
    threads.fix(count)
    for chunk in wanted:
        for image_id in chunk.image_ids:
            while not images.has(image_id):
                if over.poll(EVERY):
                    return
        if over.poll():
            return
        # Whatever is wrong is met again by the run itself, which can say so.
        with suppress(Exception):
            chunk.prepare(images)
