"""Any text-to-image pipeline of diffusers as a model under test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any, Final

from PIL.Image import Image

from ksd_eval import devices
from ksd_eval.models import checkpoints, coherence, hub, memory
from ksd_eval.models.base import Autoencoder, Change, Encoding, Heavy, Model, Picture, TextEncoder
from ksd_eval.models.lora import Lora
from ksd_eval.needs import Need, needs_of, one_line
from ksd_eval.records import Request

if TYPE_CHECKING:
    from ksd_eval.models.loaded import LoadedPipeline

FILLER: Final = Request("", 0)
"""What short batches are filled up with; its pictures are thrown away."""

DTYPES: Final = ("auto", "float32", "float16", "bfloat16")


@dataclass(frozen=True)
class DiffusersModel(Model, Autoencoder, TextEncoder, Heavy):
    """A checkpoint of diffusers, asked through its own pipeline.

    A picture depends on the prompt, its seed and the batch shape, and on nothing that happens to
    share the batch: every picture has a generator of its own, on the CPU unless the request says
    otherwise; a batch always has its full shape; and a prompt goes through the text encoder alone,
    once.

    Attributes:
        repo: A folder, `package:NAME` for weights in this package, or an id on the hub.
        revision: The commit of a hub id.
        scheduler: Class of the scheduler, made from the checkpoint's configuration; None: its own.
        steps: Denoising steps.
        guidance: How far the prompt is overstated; 1 is not at all.
        negative_prompt: What the guidance leads away from.
        size: Pixels along a side, a multiple of 8; None: what the checkpoint was trained for.
        dtype: Of weights and arithmetic; "auto" is float16 on a GPU and float32 elsewhere.
        device: As torch names it; "auto" is a GPU if there is one.
        changes: What is put in place of, or on top of, the checkpoint's parts, by name and in
            order: another text encoder (`swap.TextEncoder`), a LoRA (`lora.Lora`).
    """

    repo: str
    revision: str | None = None
    scheduler: str | None = None
    steps: int = 20
    guidance: float = 4.0
    negative_prompt: str = ""
    size: int | None = None
    dtype: str = "float32"
    device: str = "auto"
    changes: Mapping[str, Change] = field(default_factory=dict[str, Change])

    def __post_init__(self) -> None:
        """Refuse what could only fail later."""
        if sum(isinstance(change, Lora) for change in self.changes.values()) > 1:
            raise ValueError("changes has two LoRAs; merge them into one file, or give one")
        if self.steps < 1:
            raise ValueError(f"steps is {self.steps}; at least one is needed")
        if self.guidance < 0:
            raise ValueError(f"guidance is {self.guidance}; give 0 or more, 1 for no guidance")
        if self.size is not None and (self.size < 8 or self.size % 8):
            raise ValueError(
                f"size is {self.size} pixels; it must be a multiple of 8, such as "
                f"{max(8, round(self.size / 8) * 8)}, because the autoencoder shrinks eightfold"
            )
        if self.dtype not in DTYPES:
            raise ValueError(f"dtype {self.dtype!r} is unknown; choose one of {', '.join(DTYPES)}")

    def __getstate__(self) -> dict[str, Any]:
        """Travel to another process without the weights."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def identity(self) -> dict[str, Any]:
        """Return what decides the pixels, from files and package metadata alone."""
        folder = self._folder
        replaced = self._replaced
        coherence.check(folder, replaced)
        memory.read(folder, self._dtype)  # a file that was not fetched whole is noticed here
        return {
            **checkpoints.anatomy(folder, replaced),
            **self._changed(),
            "scheduler": checkpoints.schedule(folder, self.scheduler),
            "steps": self.steps,
            "guidance": self.guidance,
            "negative_prompt": self.negative_prompt,
            "size": self.size,
            "dtype": self._dtype,
            "device": devices.kind(self._device),
            "versions": {name: version(name) for name in ("torch", "diffusers", "transformers")},
        }

    def needs(self) -> Sequence[Need]:
        """Return the checkpoint; one whose parts do not belong together is of no use."""
        found = checkpoints.need(self.repo, self.revision)
        changed = [need for one in self.changes.values() for need in needs_of(one, "")]
        if not all(need.ready for need in (found, *changed)):
            return [found]
        try:
            coherence.check(self._folder, self._replaced)
            memory.read(self._folder, self._dtype)
        except (OSError, ImportError, ValueError) as error:
            return [replace(found, lacking=one_line(error))]
        return [found]

    def side(self) -> int | None:
        """Return the pixels along a side of its pictures; None where that cannot be told yet."""
        if self.size is not None or not checkpoints.need(self.repo, self.revision).ready:
            return self.size
        return checkpoints.side(self._folder)

    def paint(self, requests: Sequence[Request], batch_shape: int) -> Sequence[Picture]:
        """Return a picture for each request.

        Raises:
            ValueError: If there are more requests than the batch shape has room for.
        """
        if len(requests) > batch_shape:
            raise ValueError(
                f"{len(requests)} requests do not fit the batch shape of {batch_shape}; "
                "ask for fewer at a time, or raise generation.batch_shape for the whole run"
            )
        if not requests:
            return []
        # One batch has its noise drawn in one place.
        filler = replace(FILLER, on_device=requests[0].on_device)
        filling = [filler] * (batch_shape - len(requests))
        settings: dict[str, Any] = {
            "num_inference_steps": self.steps,
            "guidance_scale": self.guidance,
        }
        if self.size is not None:
            settings |= {"height": self.size, "width": self.size}
        # None, not "", which is a prompt, and which some pipelines tell from none at all.
        negative = self.negative_prompt or None
        return self._loaded.pictures([*requests, *filling], negative, settings)[: len(requests)]

    def round_trip(self, images: Sequence[Image]) -> Sequence[Image]:
        """Return pictures as the checkpoint's autoencoder gives them back, each by itself."""
        return [self._loaded.round_trip(image) for image in images]

    def encodings(self, texts: Sequence[str]) -> Sequence[Encoding]:
        """Return what the checkpoint's CLIP tower makes of each text, by itself."""
        return [self._loaded.encoding(text) for text in texts]

    def remarks(self) -> Sequence[str]:
        """Return which commit a branch is, what is odd in the checkpoint, where weights are put."""
        said = hub.remarks(self.repo, self.revision, self._folder)
        for name in checkpoints.components(checkpoints.index(self._folder)):
            if name not in self._replaced:
                said += hub.pickled(self._folder / name)
        for change in self.changes.values():
            said += change.remarks()
        said += coherence.remarks(self._folder, self._replaced)
        if self._device.startswith("cuda"):
            size = memory.read(self._folder, self._dtype)
            said += memory.remarks(self.repo, size, memory.free(self._device))
        return said

    def footprint(self) -> int:
        """Return the bytes of the weights in this machine's memory; a GPU has its own."""
        return memory.read(self._folder, self._dtype).whole if self._device == "cpu" else 0

    def release(self) -> None:
        """Give the memory of the weights back."""
        if self.__dict__.pop("_loaded", None) is not None:
            memory.give_back()

    @cached_property
    def _folder(self) -> Path:
        return checkpoints.locate(self.repo, self.revision)

    @property
    def _replaced(self) -> dict[str, Path]:
        changes = self.changes.values()
        return {name: place for one in changes for name, place in one.replaced().items()}

    def _changed(self) -> dict[str, Any]:
        # Only where there are any, so that other models' pictures keep their names.
        changes = {name: one.identity() for name, one in self.changes.items()}
        return {"changes": changes} if changes else {}

    @cached_property
    def _device(self) -> str:
        return devices.best() if self.device == "auto" else self.device

    @property
    def _dtype(self) -> str:
        on_cpu = self._device == "cpu"
        if self.dtype in ("float16", "bfloat16") and on_cpu:
            raise ValueError(
                f"dtype {self.dtype!r} is many times slower than float32 on a CPU; "
                "use float32 or auto there, or a GPU"
            )
        if self.dtype == "auto":
            return "float32" if on_cpu else "float16"
        return self.dtype

    @cached_property
    def _loaded(self) -> "LoadedPipeline":
        from ksd_eval.models.loaded import LoadedPipeline

        checkpoints.schedule(self._folder, self.scheduler)  # a mistyped name fails here
        try:
            return LoadedPipeline(
                self._folder, self.scheduler, self._device, self._dtype, [*self.changes.values()]
            )
        except Exception as error:  # three libraries load, and each raises as it pleases
            raise ValueError(f"{self._folder} could not be loaded: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Return why a checkpoint could not be loaded, and the cure where it is known."""
    first = str(error).strip().partition("\n")[0] or type(error).__name__
    if isinstance(error, MemoryError) or "out of memory" in first.lower():
        return f"{first}; close other programs, or take a machine or a GPU with more memory"
    if isinstance(error, UnpicklingError):
        return f"{first} A pickle that wants more than tensors is not opened; get safetensors"
    return first
