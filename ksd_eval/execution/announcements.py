"""What is said of the models of a run before and after they paint, and how many fit the memory."""

from collections.abc import Mapping, Sequence

from ksd_eval.execution import host
from ksd_eval.execution.base import PaintError
from ksd_eval.execution.orders import Batch
from ksd_eval.execution.progress import say
from ksd_eval.models.base import Heavy, Model
from ksd_eval.records import ImageRecord

ROOM = 1.25
"""Memory that painting takes, as a multiple of its weights."""


def heavy(models: Mapping[str, Model], batches: Sequence[Batch]) -> dict[str, Heavy]:
    """Return the models with weights that have something to paint."""
    asked = dict.fromkeys(batch.model for batch in batches)
    found = {name: models[name] for name in asked}
    return {name: model for name, model in found.items() if isinstance(model, Heavy)}


def remarks(models: Mapping[str, Model], batches: Sequence[Batch]) -> list[str]:
    """Return what the models that have something to paint say of themselves, each sentence once."""
    said = [
        f"{name}: {sentence}"
        for name, model in heavy(models, batches).items()
        for sentence in model.remarks()
    ]
    return list(dict.fromkeys(said))


def fitting(
    workers: int,
    models: Mapping[str, Model],
    batches: Sequence[Batch],
    available: float | None = None,
) -> int:
    """Return how many processes paint: no more than have room for the largest model each.

    Args:
        workers: How many are wanted.
        models: By name.
        batches: What there is to paint.
        available: GiB of memory that is free; None asks the machine.

    Raises:
        PaintError: There is no room for one.
    """
    sizes = {name: model.footprint() for name, model in heavy(models, batches).items()}
    largest = max(sizes, key=lambda name: sizes[name], default="")
    room = rooms(largest, sizes.get(largest, 0), available)
    if room is None:
        return workers
    if room < workers:
        needed = sizes[largest] * ROOM / 2**30
        say(f"{room} painting processes instead of {workers}: each needs {needed:.1f} GiB")
    return min(workers, room)


def rooms(name: str, size: int, available: float | None = None) -> int | None:
    """Return for how many copies of a model there is memory, None where that cannot be told.

    Args:
        name: The model's.
        size: Bytes of its weights; 0 where this machine's memory holds none.
        available: GiB of memory that is free; None asks the machine.

    Raises:
        PaintError: There is no room for one.
    """
    available = host.available() if available is None else available
    if available is None or not size:
        return None
    needed = size * ROOM / 2**30
    if needed > available:
        raise PaintError(
            f"the model {name!r} needs about {needed:.1f} GiB of memory and {available:.1f} GiB "
            "are free; close other programs, take a machine with more memory or a GPU, "
            "or choose a smaller model"
        )
    return max(1, int(available / needed))


def truncations(records: Sequence[ImageRecord]) -> list[str]:
    """Return one sentence on the prompts that a text encoder was not given all of, if any."""
    cut: dict[str, set[str]] = {}
    for record in records:
        if record.truncated:
            cut.setdefault(record.arm, set()).add(record.given)
    if not cut:
        return []
    counts = ", ".join(f"{len(texts)} of {arm}" for arm, texts in cut.items())
    return [
        f"prompts longer than the text encoder reads, their ends cut off: {counts}; "
        "see the columns tokens and truncated of images.parquet"
    ]


def blacks(counts: Mapping[str, int]) -> list[str]:
    """Return one sentence on the pictures that are black all over, by arm, if there are any."""
    found = ", ".join(f"{count} of {arm}" for arm, count in counts.items() if count)
    if not found:
        return []
    return [
        f"pictures that are black all over: {found}; they are kept and judged like all others. "
        "A model in float16 whose numbers overflow paints such: see whether they come with "
        "model.pipeline.dtype=float32 too"
    ]
