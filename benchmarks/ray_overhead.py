"""What Ray costs beside painting, as ratios measured side by side.

    pip install 'ksd-eval[ray]'
    python benchmarks/ray_overhead.py

A model that paints nothing and only waits stands in for one on a GPU, so that more workers than
cores can be busy. Three questions, each on a Ray of this machine's own:

- overhead: what a batch takes when painting takes no time at all, over the 10.7 s that 16 pictures
  take an A100 (1.50 pictures a second, see SCALING.md);
- scaling: how many times faster 2 and 4 workers are than one, when a batch takes .25 s;
- loss: how much longer 4 workers take when one of them dies half-way.

Medians of several rounds. Starting Ray and its workers is not in these figures; it is printed.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from ksd_eval.execution import ray_engine
from ksd_eval.execution.base import Studio
from ksd_eval.execution.handing_out import hand_out
from ksd_eval.execution.orders import Batch, Generation, Order
from ksd_eval.models.base import Picture
from ksd_eval.records import Request

PAINTED = 16 / 1.50
"""Seconds that a batch of 16 takes an A100 at 50 steps, compiled."""

BATCHES, ROUNDS = 48, 3


@dataclass(frozen=True)
class Waits:
    """Waits, and returns small pictures.

    Attributes:
        seconds: How long a batch takes.
        death: A file; the process that makes it dies when it begins its sixth batch.
    """

    seconds: float
    death: str = ""

    def identity(self) -> dict[str, Any]:
        """Return that it is the same everywhere."""
        return {"device": "cpu"}

    def paint(self, requests: Sequence[Request], batch_shape: int) -> Sequence[Picture]:
        """Wait."""
        del batch_shape
        time.sleep(self.seconds)
        if self.death and not Path(self.death).exists():
            begun.append(1)
            if len(begun) == 6:
                Path(self.death).touch()
                os._exit(1)
        return [Picture(Image.new("RGB", (8, 8)), None) for _ in requests]


begun: list[int] = []


@dataclass(frozen=True)
class Nowhere:
    """A shelf that keeps nothing, so that no disk is measured."""

    anywhere = True

    def has(self, image_id: str) -> bool:
        """Say yes."""
        del image_id
        return True

    def write(
        self, image_id: str, image: Image.Image, flagged: bool | None, recipe: Mapping[str, Any]
    ) -> None:
        """Keep nothing."""


def batches(count: int) -> list[Batch]:
    """Return batches of 16 that are all unlike."""
    return [
        Batch(
            "m",
            tuple(Order(f"{n}.{k}", Request(f"prompt {n} {k}", k), {"n": n}) for k in range(16)),
        )
        for n in range(count)
    ]


def crew_of(ray: Any, model: Waits, workers: int) -> ray_engine._RayCrew:  # noqa: ANN401
    """Return so many workers, all of them ready."""
    studio = Studio({"m": model}, Nowhere(), Generation(1, 0, 16, 1), {"m": model.identity()})
    crew = ray_engine._RayCrew(ray, studio, workers, {"CPU": 1.0})
    ray.get(list(crew.waiting))
    return crew


def seconds(ray: Any, model: Waits, workers: int, count: int = BATCHES) -> float:  # noqa: ANN401
    """Return how long a crew takes."""
    crew = crew_of(ray, model, workers)
    began = time.perf_counter()
    hand_out(crew, batches(count), lambda count: None)
    took = time.perf_counter() - began
    crew.dismiss()
    return took


def main() -> None:
    """Measure and print."""
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    )
    import ray

    began = time.perf_counter()
    ray.init(address="local", num_cpus=8, include_dashboard=False, logging_level="ERROR")
    started = time.perf_counter() - began
    began = time.perf_counter()
    crew_of(ray, Waits(0.0), 4).dismiss()
    print(f"start: Ray {started:.1f} s, 4 workers {time.perf_counter() - began:.1f} s")  # noqa: T201

    empty = statistics.median(seconds(ray, Waits(0.0), 1, 400) / 400 for _ in range(ROUNDS))
    print(f"overhead: {1000 * empty:.1f} ms a batch, {empty / PAINTED:.2%} of painting it")  # noqa: T201

    times: dict[int, list[float]] = {1: [], 2: [], 4: []}
    lost = []
    for _ in range(ROUNDS):
        for workers, mine in times.items():
            mine.append(seconds(ray, Waits(0.25), workers))
        with tempfile.TemporaryDirectory() as folder:
            lost.append(seconds(ray, Waits(0.25, f"{folder}/death"), 4))
    one = statistics.median(times[1])
    for workers in (2, 4):
        print(f"scaling: {workers} workers {one / statistics.median(times[workers]):.2f} times one")  # noqa: T201
    ratio = statistics.median(lost) / statistics.median(times[4])
    print(f"loss: one of 4 workers lost half-way, {ratio:.2f} times as long")  # noqa: T201
    ray.shutdown()


if __name__ == "__main__":
    main()
