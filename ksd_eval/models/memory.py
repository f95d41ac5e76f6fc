"""How much memory a checkpoint takes, and where its parts are put."""

import gc
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from ksd_eval.models import checkpoints, hub

Placement = Literal["resident", "part by part", "layer by layer"]

WIDTHS: Final = {"float32": 4, "float16": 2, "bfloat16": 2}
"""Bytes of a number."""

ROOM: Final = 1.5
"""Memory that painting takes, as a multiple of its weights: a batch has to be held too."""

LARGE: Final = 256
"""Pixels along a side from which pictures are decoded one by one where there is no GPU."""


@dataclass(frozen=True)
class Size:
    """Bytes of a checkpoint's weights, loaded.

    Attributes:
        whole: Of all of them.
        largest: Of the largest component.
    """

    whole: int
    largest: int


def placement(size: Size, free: int) -> Placement:
    """Return where weights are put, given the free bytes of an accelerator.

    All of them there; or each component for as long as it works; or each layer. None of this
    changes what is computed, and so no picture. Attention in slices would, in the last bits, so it
    is not among them.

    >>> placement(Size(2 * 2**30, 2**30), 8 * 2**30)
    'resident'
    >>> placement(Size(2 * 2**30, 2**30), 2 * 2**30)
    'part by part'
    >>> placement(Size(2 * 2**30, 2**30), 2**30)
    'layer by layer'
    """
    if size.whole * ROOM <= free:
        return "resident"
    return "part by part" if size.largest * ROOM <= free else "layer by layer"


def remarks(repo: str, size: Size, free: int) -> list[str]:
    """Return a sentence if an accelerator cannot hold all weights at once."""
    chosen = placement(size, free)
    if chosen == "resident":
        return []
    return [
        f"{repo} takes {size.whole / 2**30:.1f} GiB, and {free / 2**30:.1f} GiB of the GPU are "
        f"free: its weights are put there {chosen}, which is slower and changes no picture"
    ]


def put(pipeline: Any, device: str, size: Size) -> Any:  # noqa: ANN401  diffusers has no base type
    """Put a pipeline on its device, as a whole or as far as there is room."""
    autoencoder: Any = getattr(pipeline, "vae", None)
    if device == "cpu" and getattr(autoencoder, "config", {}).get("sample_size", 0) >= LARGE:
        # Decoding takes about a GiB for each picture of 512 pixels, of a whole batch at once.
        autoencoder.enable_slicing()
    chosen = placement(size, free(device)) if device.startswith("cuda") else "resident"
    if chosen == "resident":
        return pipeline.to(device)
    if chosen == "part by part":
        pipeline.enable_model_cpu_offload(device=device)
    else:
        pipeline.enable_sequential_cpu_offload(device=device)
    return pipeline


def free(device: str) -> int:
    """Return the free bytes of a GPU."""
    import torch

    return int(torch.cuda.mem_get_info(device)[0])


def give_back() -> None:
    """Return the memory of what is no longer needed to the machine and to the GPU."""
    import torch

    gc.collect()  # a pipeline and the embeddings that it remembers hold each other
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def read(folder: Path, dtype: str) -> Size:
    """Return how large a checkpoint is once loaded, told from the heads of its files."""
    index = checkpoints.index(folder)
    sizes = [of_folder(folder / name, dtype) for name in checkpoints.components(index)]
    return Size(sum(sizes), max(sizes, default=0))


def of_folder(folder: Path, dtype: str) -> int:
    """Return the bytes of one component's weights in a type of number."""
    return sum(numbers(path) for path in hub.weights(folder)) * WIDTHS[dtype]


def numbers(path: Path) -> int:
    """Return how many numbers a file of weights holds; of a pickle, as if it were float32.

    Raises:
        ValueError: It is damaged.
    """
    if path.suffix != ".safetensors":
        return path.stat().st_size // 4
    with path.open("rb") as content:
        try:
            # 8 bytes of length, little-endian, then JSON; then the tensors.
            head = json.loads(content.read(int.from_bytes(content.read(8), "little")))
            tensors = [value for name, value in head.items() if name != "__metadata__"]
            end = content.tell() + max((one["data_offsets"][1] for one in tensors), default=0)
        except (ValueError, KeyError, AttributeError, OverflowError, MemoryError) as error:
            raise ValueError(f"{path} is damaged: its head is unreadable; fetch it anew") from error
    if path.stat().st_size < end:
        raise ValueError(
            f"{path} is damaged: {path.stat().st_size} bytes of {end} are there; fetch it anew"
        )
    return sum(math.prod(one["shape"]) for one in tensors)
