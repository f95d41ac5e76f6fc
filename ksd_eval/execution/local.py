"""Painting on this machine: in this process, or in several.

A picture depends on its recipe alone, so nothing decided here changes a pixel: which process
paints it, in what order, what shares its batch, and whether an earlier run was stopped half-way.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from PIL.Image import Image

from ksd_eval.execution import host, threads
from ksd_eval.execution import workers as processes
from ksd_eval.execution.orders import Batch, Generation
from ksd_eval.execution.progress import say
from ksd_eval.models.base import Heavy, Model

MOST_WORKERS = 4
"""Each worker holds a model of its own in memory; more than this must be asked for."""


class PaintError(RuntimeError):
    """Painting had to stop; the message says why and how to go on."""


class Shelf(Protocol):
    """Where pictures are put. It travels to the worker processes, so it must survive pickling."""

    def write(
        self, image_id: str, image: Image, flagged: bool | None, recipe: Mapping[str, Any]
    ) -> object:
        """Put a picture away under its id, whole or not at all."""
        ...


@dataclass(frozen=True)
class Studio:
    """Models and what they need to paint; the same in every process.

    Attributes:
        models: The models by name, not loaded yet.
        shelf: Where pictures are put.
        generation: Batch shape, and threads of a process.
    """

    models: Mapping[str, Model]
    shelf: Shelf
    generation: Generation

    def paint(self, batch: Batch) -> int:
        """Paint a batch, put its pictures away, and return how many they were.

        Raises:
            PaintError: The model raised, or returned another number of pictures.
        """
        requests = [order.request for order in batch.orders]
        for name, model in self.models.items():
            if name != batch.model and isinstance(model, Heavy):
                model.release()  # batches come model by model, so this one's turn is over
        try:
            pictures = self.models[batch.model].paint(requests, self.generation.batch_shape)
        except Exception as error:
            raise PaintError(
                f"model {batch.model!r} stopped with {type(error).__name__}: {error} "
                f"(it was asked for {requests[0].prompt!r} and {len(requests) - 1} more)"
            ) from error
        if len(pictures) != len(requests):
            raise PaintError(
                f"model {batch.model!r} returned {len(pictures)} pictures for {len(requests)} "
                "requests; its `paint` must return one for each, in order"
            )
        for order, picture in zip(batch.orders, pictures, strict=True):
            # What came of the prompt stands in the recipe; the picture's name is what was asked.
            given = {} if picture.given is None else {"given": asdict(picture.given)}
            recipe = {**order.recipe, **given}
            self.shelf.write(order.image_id, picture.image, picture.flagged, recipe)
        return len(pictures)

    def open(self) -> None:
        """Make this process ready to paint."""
        threads.fix(self.generation.threads)

    def close(self) -> None:
        """Give the memory of all models back: judges come next, on the same GPU."""
        for model in self.models.values():
            if isinstance(model, Heavy):
                model.release()


def count_workers(asked: int | None, identities: Mapping[str, Mapping[str, Any]], work: int) -> int:
    """Return how many processes paint.

    Args:
        asked: What the person asked for; None for one a core, at most four, and one in all where a
            model is on an accelerator.
        identities: What each model says of itself; `device` tells of an accelerator.
        work: How many batches there are; more workers than that would have nothing to do.
    """
    if asked is None:
        devices = {str(identity.get("device", "cpu")) for identity in identities.values()}
        asked = min(host.cores(), MOST_WORKERS) if devices <= {"cpu"} else 1
    return max(1, min(asked, work))


def paint(
    studio: Studio, work: Sequence[Batch], workers: int, advance: Callable[[int], None]
) -> None:
    """Paint all batches.

    Args:
        studio: The models and their shelf.
        work: What to paint.
        workers: Processes; 1 is this one.
        advance: Called with the number of pictures after each batch.

    Raises:
        PaintError: A model raised, or a process died. What was painted until then is kept.
    """
    if workers == 1:
        studio.open()
        for batch in work:
            advance(studio.paint(batch))
        studio.close()
    else:
        _paint_in_processes(studio, work, workers, advance)


def _paint_in_processes(
    studio: Studio, work: Sequence[Batch], workers: int, advance: Callable[[int], None]
) -> None:
    studio.open()  # the environment is inherited, and torch reads it while it is imported
    pool = processes.pool(workers, _begin, studio)
    try:
        waiting: set[Future[int]] = {pool.submit(_paint_here, batch) for batch in work}
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


def _paint_here(batch: Batch) -> int:
    return _studio[0].paint(batch)
