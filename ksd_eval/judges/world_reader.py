"""The judge of the painted world: what a picture shows, read by the world's own reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from PIL.Image import Image

from ksd_eval.judges import weights
from ksd_eval.judges.base import ErrorRates, Judge
from ksd_eval.needs import Need
from ksd_eval.records import Confusion, Measurement
from ksd_eval.world import confusion

if TYPE_CHECKING:
    from ksd_eval.world.reader import Answer, Reader

FILES: Final = ("reader.safetensors", "reader.json")
NUMBERS: Final = ("figures", "count")
"""Measurements with a value instead of a label: people and solids in the picture."""

CURE: Final = "run `python -m ksd_eval.miniature.train` or give the judge another folder"

SHIPPED: Final = "package:reader"
COUNTED_AT: Final = 0.6
"""The threshold at which the package's table of errors was counted, with the weights `SHIPPED`."""


@dataclass(frozen=True)
class WorldReader(Judge, ErrorRates):
    """Reads occupation, apparent gender, skin tone and everything else that the world paints.

    It ignores the text: what a picture shows must not depend on what was asked for. The number of
    figures is told of every picture, 0 included; what does not apply to a picture is abstained
    from, with the reason. It works on the CPU, also beside a GPU: its network is small, and its
    errors were counted there.

    Attributes:
        weights: Folder of the reader's weights, or `package:<name>`.
        threshold: Below this calibrated confidence the reader abstains.
    """

    weights: str = SHIPPED
    threshold: float = COUNTED_AT

    def __post_init__(self) -> None:
        """Refuse a threshold under which the reader would always or never answer."""
        if not 0 <= self.threshold < 1:
            raise ValueError(f"threshold is {self.threshold:g}; give one from 0 to below 1")

    def identity(self) -> dict[str, Any]:
        """Return the weights' hashes and the threshold."""
        folder = weights.located(self.weights)
        return {
            "judge": "world_reader",
            "weights": weights.hashes(folder, FILES),
            "threshold": self.threshold,
        }

    def confusions(self) -> Sequence[Confusion]:
        """Return the package's counts of truth against reading, where they are this reader's own.

        A reader of other weights errs otherwise, and at another threshold it abstains otherwise;
        of such a reader nothing is known, and nothing is returned.
        """
        mine, counted = (
            weights.hashes(weights.located(where), FILES) for where in (self.weights, SHIPPED)
        )
        return confusion.shipped() if (mine, self.threshold) == (counted, COUNTED_AT) else ()

    def needs(self) -> Sequence[Need]:
        """Return the reader's folder."""
        return [weights.folder_need(self.weights, FILES, CURE)]

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Read pictures; one measurement per attribute and picture."""
        del texts
        folder = weights.located(self.weights)
        readings = _opened(folder)(images, self.threshold)
        return [
            [_measurement(name, answer) for name, answer in reading.items()] for reading in readings
        ]


@dataclass(frozen=True)
class ThroughReader:
    """What judges share that ask the world's reader, and make an answer of their own of its.

    Attributes:
        judge: What the judge is called in its identity.
        weights: Folder of the reader's weights, or `package:<name>`.
        threshold: Below this calibrated confidence the reader tells nothing.
    """

    judge: ClassVar[str]

    weights: str = SHIPPED
    threshold: float = COUNTED_AT

    def __post_init__(self) -> None:
        """Refuse a threshold that the reader refuses."""
        _ = self.reader

    @property
    def reader(self) -> WorldReader:
        """Return the judge that is asked."""
        return WorldReader(self.weights, self.threshold)

    def needs(self) -> Sequence[Need]:
        """Return what the reader needs."""
        return self.reader.needs()

    def identity(self) -> dict[str, Any]:
        """Return what decides the reader's answers, under the judge's own name."""
        return {**self.reader.identity(), "judge": self.judge}


def _measurement(name: str, answer: "Answer") -> Measurement:
    if answer.label is None:
        return Measurement(
            name, confidence=answer.confidence, status="abstained", reason=answer.reason
        )
    if name in NUMBERS:
        return Measurement(name, value=float(answer.label), confidence=answer.confidence)
    return Measurement(name, label=answer.label, confidence=answer.confidence)


@cache
def _opened(folder: Path) -> "Reader":
    from ksd_eval.world.reader import load  # torch is only needed from here on

    return load(weights.present(folder, FILES, CURE))
