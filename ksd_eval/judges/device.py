"""Where judges' networks work, and how exactly: on a GPU if there is one, always in float32."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper, cache
from pathlib import Path
from typing import Any, Final, TypeVar

from ksd_eval import devices
from ksd_eval.judges import weights

SHIPPED: Final = weights.located(weights.PACKAGE)
"""Folder of the weights that come with the package."""

LEAST: Final = 0.5
"""Share of a GPU's memory that should be free before another judge opens its networks."""

SHORT: Final = 0.25
"""The same of this machine's memory, where networks work on the CPU."""

T = TypeVar("T")

_remembered: Final["list[_lru_cache_wrapper[Any]]"] = []


def device(folder: Path | None = None) -> str:
    """Return where a network works, as torch names it: "cuda" or "cpu".

    Args:
        folder: Of its weights. Those that come with the package are of the painted world; they stay
            on the CPU, because they are so small that a GPU wins nothing, and because what tables
            and docstrings say of their errors was counted there.
    """
    return "cpu" if folder is not None and folder.is_relative_to(SHIPPED) else devices.best()


def identity(folder: Path | None = None) -> dict[str, Any]:
    """Return what a judge's identity has of the device: nothing of a CPU.

    So answers of a GPU are never taken for those of a CPU, nor of another kind of GPU, which may
    round otherwise; and what was judged on a CPU keeps its name. Only where there are signs of a
    GPU is torch imported.
    """
    where = device(folder)
    return {} if where == "cpu" else {"device": devices.kind(where), "tf32": False}


@contextmanager
def inference() -> Iterator[None]:
    """Let networks infer: on a GPU without TF32, and by algorithms that repeat themselves.

    Unless told not to, cuDNN rounds the factors of float32 convolutions to ten bits. The settings
    are those of the whole process, in which models paint as well, so they are put back.
    """
    import torch

    if device() == "cpu":
        with torch.inference_mode():
            yield
        return
    products = torch.get_float32_matmul_precision()
    convolutions = torch.backends.cudnn.flags(
        enabled=True, benchmark=False, deterministic=True, allow_tf32=False
    )
    try:
        with convolutions, torch.inference_mode():
            torch.set_float32_matmul_precision("highest")
            yield
    finally:
        torch.set_float32_matmul_precision(products)


def opened(make: Callable[..., T]) -> "_lru_cache_wrapper[T]":
    """Open networks once, as `functools.cache` does, until room is made for others."""
    kept = cache(make)
    _remembered.append(kept)
    return kept


def make_room(free: float | None = None) -> None:
    """Close what is open where another judge's networks would have too little memory.

    Args:
        free: Share of this machine's memory that is free, None where it is not told. A GPU is asked
            for its own.
    """
    if device() == "cpu":
        # Mostly there is room for all of a run's judges, who are asked again of matched pictures:
        # what stays open need not be read anew.
        if free is not None and free < SHORT:
            close()
        return
    import torch

    on_gpu, whole = torch.cuda.mem_get_info()
    if on_gpu < LEAST * whole:
        close()


def close() -> None:
    """Close what is open: models, and the next part of a card, need the memory."""
    import gc

    for each in _remembered:
        each.cache_clear()
    gc.collect()
    if device() != "cpu":
        import torch

        torch.cuda.empty_cache()
