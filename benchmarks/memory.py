"""How much memory a run takes as its pictures grow tenfold.

    python benchmarks/memory.py

Runs of 2,000 and of 20,000 pictures, each in a process of its own, from asking to scoring, by a
model that paints one colour and a judge that looks at it: so that what is left is what the harness
itself keeps for each picture. Printed are both peaks, their ratio, and the bytes a picture adds.
Pixels of one picture are 12,288 bytes, so a run that kept them would show it.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL.Image import Image
from PIL.Image import new as new_image

from ksd_eval import pipeline, scoring
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.experiment import Work, planned
from ksd_eval.models.base import Picture
from ksd_eval.records import Measurement, PromptPair, Request

FEW, MANY = 2_000, 20_000
SIDE = 64


@dataclass(frozen=True)
class Prompts:
    """Prompt pairs by number."""

    count: int

    def __call__(self) -> Sequence[PromptPair]:
        """Return them."""
        return [PromptPair(f"p{n}", f"그림 {n}", f"picture {n}") for n in range(self.count)]


@dataclass(frozen=True)
class OneColour:
    """Paints each picture in the colour of its seed."""

    def identity(self) -> dict[str, Any]:
        """Return that it is the same everywhere."""
        return {"device": "cpu"}

    def paint(self, requests: Sequence[Request], batch_shape: int) -> Sequence[Picture]:
        """Paint."""
        del batch_shape
        sides = (SIDE, SIDE)
        return [Picture(new_image("RGB", sides, one.seed % 256**3), None) for one in requests]


@dataclass(frozen=True)
class Redness:
    """Measures how red a picture is."""

    def identity(self) -> dict[str, Any]:
        """Return its name."""
        return {"judge": "redness"}

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return one measurement of each picture."""
        del texts
        return [[Measurement("redness", value=float(np.asarray(one)[0, 0, 0]))] for one in images]


def run(pictures: int) -> None:
    """Do a run, and print the peak of this process in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["experiment=bias", "arms=[korean,english]", "generation.replicates=1"]
        where = ["execution.workers=1", f"execution.results_dir={folder}"]
        found = built(composed([*words, *where]))
        nothing: dict[str, Any] = {"extractors": {}, "references": {}, "matched": {}, "claims": {}}
        experiment = replace(
            found,
            prompts=Prompts(pictures // 2),
            models=dict.fromkeys(found.models, OneColour()),
            judges={"redness": Redness()},
            **nothing,
        )
        work = Work(experiment, planned(experiment))
        pipeline.ask(work)
        scoring.score(work)
    sys.stdout.write(f"\n{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}\n")


def peak(pictures: int) -> int:
    """Return the peak memory of a run of so many pictures, in bytes."""
    command = [sys.executable, __file__, str(pictures)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(said.split()[-1])


def main() -> None:
    """Print both peaks and what a picture adds."""
    few, many = peak(FEW), peak(MANY)
    sys.stdout.write(
        f"{FEW:,} pictures {few / 2**20:,.0f} MiB, {MANY:,} pictures {many / 2**20:,.0f} MiB: "
        f"{many / few:.2f} times as much, {(many - few) / (MANY - FEW):,.0f} bytes a picture\n"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(int(sys.argv[1]))
    else:
        main()
