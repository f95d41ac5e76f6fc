"""One plug-in of each kind, as small as can be, and able to fail when it is told to."""

import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL.Image import Image

from ksd_eval.metrics.base import Evidence
from ksd_eval.models.base import Picture
from ksd_eval.records import Estimate, Measurement, PromptPair, Request, fingerprint


@dataclass(frozen=True)
class Pairs:
    """Pairs of words and numbers."""

    count: int = 3

    def __call__(self) -> Sequence[PromptPair]:
        return [
            PromptPair(f"p{n}", f"그림 {n}", f"picture {n}", {"parity": "odd" if n % 2 else "even"})
            for n in range(self.count)
        ]


@dataclass(frozen=True)
class Patches:
    """Paints noise that prompt and seed decide; slowly, or not at all, when told to.

    Attributes:
        tint: Decides pixels, so it is in the identity.
        seconds: How long a batch takes.
        refused: A prompt that makes it raise.
        death: A file; the first process that gets to begin its second batch makes it, and dies.
        laggard: A file; the process that makes it takes `lag` seconds more for each batch.
        lag: See there.
        awaited: A file; from its fifth batch on, nothing is painted before it is there.
        room: The largest batch shape that its accelerator has memory for; None: any.
        room_after: Batches of a process that fit all the same, at first.
    """

    tint: int = 0
    seconds: float = 0.0
    refused: str = ""
    death: str = ""
    laggard: str = ""
    lag: float = 0.0
    awaited: str = ""
    room: int | None = None
    room_after: int = 0

    def identity(self) -> dict[str, Any]:
        return {"model": "patches", "tint": self.tint, "device": "cpu"}

    def paint(self, requests: Sequence[Request], batch_shape: int) -> Sequence[Picture]:
        time.sleep(self.seconds)
        if self.laggard and _makes(self.laggard):
            time.sleep(self.lag)
        if self.death and _began(self) > 1 and not Path(self.death).exists():
            Path(self.death).touch()
            os._exit(1)
        if self.awaited and _began(self) > 4:
            _wait_for(Path(self.awaited))
        if self.room is not None and batch_shape > self.room and _began(self) > self.room_after:
            raise OutOfMemoryError(f"no memory for {batch_shape}")
        if self.refused in [request.prompt for request in requests]:
            raise RuntimeError(f"no {self.refused} today")
        return [self._picture(request) for request in requests]

    def _picture(self, request: Request) -> Picture:
        seed = int(fingerprint([request.prompt, request.seed, self.tint]), 16)
        pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
        return Picture(PillowImage.fromarray(pixels), flagged=bool(pixels[0, 0, 0] > 200))


class OutOfMemoryError(RuntimeError):
    """Named as torch's is, which this package need not import."""


def _wait_for(path: Path) -> None:
    until = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < until, f"{path} does not come"
        time.sleep(0.05)


_batches: list[object] = []


def _began(model: object) -> int:
    """Return how many batches such a model has begun in this process, this one too."""
    _batches.append(model)
    return _batches.count(model)


def _makes(path: str) -> bool:
    """Whether this process is the one that made a file first."""
    with contextlib.suppress(FileExistsError), Path(path).open("x") as file:
        file.write(str(os.getpid()))
    return Path(path).read_text() == str(os.getpid())


@dataclass(frozen=True)
class Drifting(Patches):
    """Paints by a library of some version, of which one moves some pictures.

    Attributes:
        version: Of the library.
        moved: Prompts whose pictures are brighter than they were.
        by: Levels of 255, below 50.
    """

    version: str = "1"
    moved: Sequence[str] = ()
    by: int = 3

    def identity(self) -> dict[str, Any]:
        return {**super().identity(), "versions": {"painter": self.version}}

    def _picture(self, request: Request) -> Picture:
        pixels = np.asarray(super()._picture(request).image) % 200
        light = self.by if request.prompt in self.moved else 0
        return Picture(PillowImage.fromarray((pixels + light).astype(np.uint8)), flagged=None)


@dataclass(frozen=True)
class Missing:
    """A model whose weights are not there."""

    def identity(self) -> dict[str, Any]:
        raise FileNotFoundError("weights.safetensors is not there; fetch it")

    def paint(self, requests: Sequence[Request], batch_shape: int) -> Sequence[Picture]:
        raise AssertionError("asked to paint although it has no weights")


@dataclass(frozen=True)
class Brightness:
    """Mean of all pixels; may raise on some pictures, and keeps a diary of how often it was asked.

    Attributes:
        refused: An English text that makes it raise.
        diary: A file that gets a line for each call.
        signed: Whether the line begins with the number of the process.
    """

    refused: str = ""
    diary: str = ""
    signed: bool = False

    def identity(self) -> dict[str, Any]:
        return {"judge": "brightness", "refused": self.refused}

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        if self.diary:
            with Path(self.diary).open("a") as diary:
                diary.write(f"{os.getpid()} {len(images)}\n" if self.signed else f"{len(images)}\n")
        if self.refused in texts:
            raise ValueError(f"cannot look at\n{self.refused}")
        return [[Measurement("brightness", value=float(np.mean(image)) / 255)] for image in images]


@dataclass(frozen=True)
class MeanColour:
    """The mean of each channel."""

    def identity(self) -> dict[str, Any]:
        return {"extractor": "mean colour"}

    def __call__(self, images: Sequence[Image]) -> NDArray[np.float32]:
        return np.stack([np.asarray(image).mean((0, 1)) for image in images]).astype(np.float32)


@dataclass(frozen=True)
class NoWeights(MeanColour):
    """An extractor whose weights are not there."""

    def identity(self) -> dict[str, Any]:
        return {**super().identity(), "weights": None}

    def __call__(self, images: Sequence[Image]) -> NDArray[np.float32]:
        raise FileNotFoundError("inception.pth is not there")


@dataclass(frozen=True)
class Greys:
    """Plain grey pictures."""

    count: int = 70

    def identity(self) -> dict[str, Any]:
        return {"reference": "greys", "count": self.count}

    def __call__(self) -> Sequence[Image]:
        return [PillowImage.new("RGB", (8, 8), (n, n, n)) for n in range(self.count)]


@dataclass(frozen=True)
class MeanOf:
    """The mean of a measurement by role, with noise, so that the random stream shows.

    Attributes:
        bad: Answer with no number, which a metric must not.
    """

    measurement: str = "brightness"
    bad: bool = False

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        if self.bad:
            return [Estimate("any", self.measurement, "korean", float("nan"))]
        rows = evidence.measurements.query("name == @self.measurement and status == 'ok'")
        return [
            Estimate("any", self.measurement, str(role), float(mine.mean() + 1e-6 * rng.normal()))
            for role, mine in rows.groupby("role")["value"]
        ]
