"""What every engine is given to paint, and what it promises.

A picture depends on its recipe alone, so nothing that an engine decides changes a pixel: which
process on which machine paints it, in what order, what shares its batch, and whether an earlier run
was stopped half-way.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, runtime_checkable

from PIL.Image import Image

from ksd_eval.execution import threads
from ksd_eval.execution.orders import Batch, Generation
from ksd_eval.models.base import Heavy, Model, Picture


class PaintError(RuntimeError):
    """Painting had to stop; the message says why and how to go on."""


class MemoryFullError(PaintError):
    """An accelerator has too little memory for the batch shape: a smaller one may fit."""


def out_of_memory(error: BaseException) -> bool:
    """Whether an error is that a batch had no room in an accelerator's memory.

    torch names it by its class for every kind of accelerator. Where weights have no room, loading
    raises another error, and no smaller batch would help.
    """
    return type(error).__name__ == "OutOfMemoryError"


def is_accelerated(identity: object) -> bool:
    """Whether an identity, or one within it, names a device that is not the CPU.

    >>> is_accelerated({"judge": "panel", "members": {"a": {"device": "NVIDIA H100"}}})
    True
    """
    if not isinstance(identity, Mapping):
        return False
    within = any(map(is_accelerated, identity.values()))
    return within or identity.get("device", "cpu") != "cpu"


def release(models: Iterable[object]) -> None:
    """Give the memory of models back, of those that have weights."""
    for model in models:
        if isinstance(model, Heavy):
            model.release()


class Shelf(Protocol):
    """Where pictures are put. It travels to the worker processes, so it must survive pickling."""

    @property
    def anywhere(self) -> bool:
        """Whether it is reached by an address, from whatever machine and folder."""
        ...

    def has(self, image_id: str) -> bool:
        """Whether there is a picture of this id."""
        ...

    def write(
        self, image_id: str, image: Image, flagged: bool | None, recipe: Mapping[str, Any]
    ) -> object:
        """Put a picture away under its id, whole or not at all."""
        ...


@dataclass(frozen=True)
class Studio:
    """Models and what they need to paint; the same in every process.

    Attributes:
        models: The models by name, not loaded yet; or judges and extractors, to look at pictures.
        shelf: Where pictures are put.
        generation: Batch shape, and threads of a process.
        identities: What each model says of itself where the run was planned, by name.
    """

    models: Mapping[str, Any]
    shelf: Shelf
    generation: Generation
    identities: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def on_accelerator(self) -> bool:
        """Whether a model paints on something else than the CPU."""
        return is_accelerated(self.identities)

    def paint(self, batch: Batch) -> int:
        """Paint a batch, put its pictures away, and return how many they were.

        Raises:
            PaintError: The model raised, or returned another number of pictures.
        """
        return self.put_away(batch, self.painted(batch))

    def painted(self, batch: Batch) -> Sequence[Picture]:
        """Return the pictures of a batch.

        Raises:
            MemoryFullError: An accelerator has too little memory for the batch shape.
            PaintError: The model raised, or returned another number of pictures.
        """
        requests = [order.request for order in batch.orders]
        for name, model in self.models.items():
            if name != batch.model and isinstance(model, Heavy):
                model.release()  # batches come model by model, so this one's turn is over
        try:
            painter: Model = self.models[batch.model]
            pictures = painter.paint(requests, self.generation.batch_shape)
        except Exception as error:
            raise self._stopped(batch, error) from error
        if len(pictures) != len(requests):
            raise PaintError(
                f"model {batch.model!r} returned {len(pictures)} pictures for {len(requests)} "
                "requests; its `paint` must return one for each, in order"
            )
        return pictures

    def put_away(self, batch: Batch, pictures: Sequence[Picture]) -> int:
        """Put the pictures of a batch on the shelf, and return how many they were."""
        for order, picture in zip(batch.orders, pictures, strict=True):
            # What came of the prompt stands in the recipe; the picture's name is what was asked.
            given = {} if picture.given is None else {"given": asdict(picture.given)}
            recipe = {**order.recipe, **given}
            self.shelf.write(order.image_id, picture.image, picture.flagged, recipe)
        return len(pictures)

    def _stopped(self, batch: Batch, error: Exception) -> PaintError:
        first = batch.orders[0].request.prompt
        kind = MemoryFullError if out_of_memory(error) else PaintError
        return kind(
            f"model {batch.model!r} stopped with {type(error).__name__}: {error} "
            f"(it was asked for {first!r} and {len(batch.orders) - 1} more)"
        )

    def open(self) -> None:
        """Make this process ready to paint."""
        threads.fix(self.generation.threads)

    def close(self) -> None:
        """Give the memory of all models back: judges come next, on the same GPU."""
        release(self.models.values())


@runtime_checkable
class Engine(Protocol):
    """Where pictures are painted. A file of `conf/execution` names one by `_target_`."""

    def paint(self, studio: Studio, work: Sequence[Batch], advance: Callable[[int], None]) -> None:
        """Paint all batches, each once as far as the caller can see.

        After an error or Ctrl-C what is under way is finished and kept, and the rest not begun.

        Args:
            studio: The models and their shelf.
            work: What to paint.
            advance: Called with the number of pictures after each batch.

        Raises:
            PaintError: A model raised, or there is nobody left to paint. What was painted is kept.
        """
        ...

    def judge(self, studio: Studio, work: Iterable[Any]) -> None:
        """Have chunks of pictures judged elsewhere, where that helps.

        What is not judged here, the run asks itself afterwards; so doing nothing is right.

        Args:
            studio: Judges and extractors in the place of models, and the shelf.
            work: What to ask: each is a `handing_out.Task`.

        Raises:
            PaintError: Nobody is left to ask.
        """
        ...

    def processes(self) -> int:
        """Return how many processes of this very machine a study may use."""
        ...
