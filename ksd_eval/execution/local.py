"""Painting on this machine: in this process, or in several."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from ksd_eval.execution import announcements, host
from ksd_eval.execution import workers as processes
from ksd_eval.execution.base import Engine, PaintError, Studio
from ksd_eval.execution.orders import Batch
from ksd_eval.execution.progress import say

MOST_WORKERS = 4
"""Each worker holds a model of its own in memory; more than this must be asked for."""


@dataclass(frozen=True)
class LocalEngine(Engine):
    """Paints on this machine.

    Attributes:
        workers: Painting processes, 1 or more; None for one a core, at most four, and one in all
            where a model is on an accelerator.
    """

    workers: int | None = None

    def paint(self, studio: Studio, work: Sequence[Batch], advance: Callable[[int], None]) -> None:
        """Paint all batches.

        Raises:
            PaintError: A model raised, a process died, or there is no memory for one.
        """
        workers = count_workers(self.workers, studio, len(work))
        workers = announcements.fitting(workers, studio.models, work)
        if workers == 1:
            _paint_here(studio, work, advance)
        else:
            _paint_in_processes(studio, work, workers, advance)

    def judge(self, studio: Studio, work: Iterable[Any]) -> None:
        """Leave it to the run, which asks in this process."""

    def processes(self) -> int:
        """Return how many processes of this machine a study may use."""
        return self.workers or min(host.cores(), MOST_WORKERS)


def count_workers(asked: int | None, studio: Studio, work: int) -> int:
    """Return how many processes of this machine paint.

    Args:
        asked: What the person asked for; None for what `LocalEngine.workers` says.
        studio: Whose models' identities tell of an accelerator.
        work: How many batches there are; more workers than that would have nothing to do.
    """
    if asked is None:
        asked = 1 if studio.on_accelerator else min(host.cores(), MOST_WORKERS)
    return max(1, min(asked, work))


def _paint_here(studio: Studio, work: Sequence[Batch], advance: Callable[[int], None]) -> None:
    """Paint in this process; a thread puts one batch away while the next is painted."""
    studio.open()
    under_way: list[Future[int]] = []
    try:
        with ThreadPoolExecutor(1, "shelf") as shelf:
            for batch in work:
                pictures = studio.painted(batch)
                under_way.append(shelf.submit(studio.put_away, batch, pictures))
                if len(under_way) > 1:
                    advance(under_way.pop(0).result())
            for last in under_way:
                advance(last.result())
    finally:
        studio.close()


def _paint_in_processes(
    studio: Studio, work: Sequence[Batch], workers: int, advance: Callable[[int], None]
) -> None:
    studio.open()  # the environment is inherited, and torch reads it while it is imported
    pool = processes.pool(workers, _begin, studio)
    try:
        waiting: set[Future[int]] = {pool.submit(_paint_there, batch) for batch in work}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                advance(future.result())
    except BrokenProcessPool as error:
        raise PaintError(
            "a painting process died, most often because memory ran out; finished pictures are "
            f"kept, so run the same command again with execution.workers={max(1, workers // 2)}"
        ) from error
    except KeyboardInterrupt:
        say("stopping; pictures that are under way are finished first")
        raise
    finally:
        # After an error or Ctrl-C too: what is under way is finished and kept, the rest not begun.
        pool.shutdown(wait=True, cancel_futures=True)


_studio: list[Studio] = []
"""What this worker paints with; a process pool has no other place for it."""


def _begin(studio: Studio) -> None:
    """Make a new worker process ready."""
    studio.open()
    _studio[:] = [studio]


def _paint_there(batch: Batch) -> int:
    return _studio[0].paint(batch)
