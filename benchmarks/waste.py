"""What a run does once and not again, and what its start costs: ratios, side by side.

    python benchmarks/waste.py

- encoding: all prompts of the language experiment's arms through the miniature's text encoder, each
  once, as models remember them, and again for each picture of four;
- writing: a picture of 512 x 512 pixels as pictures are kept, over Pillow's default, and the sizes;
- judging: all answers of a small run from what was kept, over judging its pixels;
- again: a finished run given again, in this process, so that imports are not counted;
- help: `python -m ksd_eval --help`, over `python -c "import hydra"`.

Times are those of one thread, medians of several rounds taken in turn.
"""

import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from ksd_eval import pipeline, scoring
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.execution import threads
from ksd_eval.experiment import Experiment, Work, planned
from ksd_eval.store import ImageStore

ROUNDS = 5
PICTURES = 12
SIDE = 512


def ratio(slow: Callable[[], object], fast: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return how many times as long the one takes as the other, in turn."""
    seconds: list[list[float]] = [[], []]
    for _ in range(rounds):
        for kept, way in zip(seconds, (slow, fast), strict=True):
            start = time.perf_counter()
            way()
            kept.append(time.perf_counter() - start)
    return median(seconds[0]) / median(seconds[1])


def say(what: str, found: float, wanted: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{what:<58}{found:9.2f}   (wanted: {wanted})\n")


def small(folder: str) -> Experiment:
    """Return a small run of the bias experiment."""
    words = ["experiment=bias", "prompts.limit=40", "execution.workers=1"]
    found = built(composed([*words, f"execution.results_dir={folder}", "analysis.resamples=100"]))
    return replace(found, matched={}, references={})


def encoding(experiment: Experiment) -> None:
    """Compare encoding each prompt once with encoding it for each picture of four."""
    plan = planned(experiment)
    texts = [record.prompt for record, _ in plan.pictures for _ in range(4)]
    model: Any = experiment.models["miniature"]
    loaded: Any = model._loaded

    def once() -> None:
        loaded._encoded.cache_clear()
        for text in texts:
            loaded._encoded(text, None)

    def each_time() -> None:
        for text in texts:
            loaded._encode(text, None)

    say("encoding for each picture, over each prompt once", ratio(each_time, once, 3), "4")


def pictures() -> list[Image.Image]:
    """Return pictures that are as smooth as photographs: noise of 1/f, in colour."""
    rng = np.random.default_rng(0)
    rows, columns = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None]
    falling = 1 / np.maximum(np.hypot(rows, columns), 1 / SIDE)[..., None] ** 1.2
    found = []
    for _ in range(PICTURES):
        waves = np.fft.rfft2(rng.normal(size=(SIDE, SIDE, 3)), axes=(0, 1)) * falling
        levels = np.fft.irfft2(waves, s=(SIDE, SIDE), axes=(0, 1))
        levels = (levels - levels.min()) / np.ptp(levels) * 255
        found.append(Image.fromarray(levels.astype(np.uint8)))
    return found


def writing(folder: str) -> None:
    """Compare the file that a picture is kept in with Pillow's default."""
    shown, shelf = pictures(), ImageStore(Path(folder) / "images")
    sizes = [0, 0]

    def by_default() -> None:
        sizes[0] = 0
        for image in shown:
            stream = io.BytesIO()
            image.save(stream, "PNG")
            sizes[0] += len(stream.getvalue())

    def as_kept() -> None:
        for place, image in enumerate(shown):
            shelf.write(f"{place:016x}", image, None, {"recipe": 1})

    faster = ratio(by_default, as_kept)
    sizes[1] = sum(path.stat().st_size for path in shelf.folder.rglob("*.png"))
    say("Pillow's default PNG in memory, over a picture on disk", faster, "4 or more")
    say("size of a picture on disk, over Pillow's default", sizes[1] / sizes[0], "1.05 at most")


def judging(experiment: Experiment) -> None:
    """Compare reading answers with judging, and a run again with the run."""
    work = Work(experiment, planned(experiment))
    start = time.perf_counter()
    pipeline.ask(work)
    asked = time.perf_counter() - start
    scoring.score(work)  # weights are read
    answers = work.results / "answers"
    hidden = answers.with_name("hidden")

    def from_pixels() -> None:
        answers.rename(hidden)
        scoring.score(work)

    def from_answers() -> None:
        scoring.score(work)

    seconds = [timed(from_pixels), timed(from_answers)]
    say("judging pixels, over reading what was said", seconds[0] / seconds[1], "20 or more")
    first = asked + timed(lambda: pipeline.run(experiment))
    again = timed(lambda: pipeline.run(experiment))
    say("seconds of a finished run given again", again, "below 5")
    say("the run, over itself given again", first / again, "as it comes")


def timed(way: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    start = time.perf_counter()
    way()
    return time.perf_counter() - start


def starting() -> None:
    """Compare the answer to --help with an import of Hydra."""
    helping = [sys.executable, "-m", "ksd_eval", "--help"]
    hydra = [sys.executable, "-c", "import hydra"]

    def spoken(words: list[str]) -> Callable[[], object]:
        return lambda: subprocess.run(words, check=True, capture_output=True)

    say("--help, over an import of hydra", ratio(spoken(helping), spoken(hydra), 7), "1.5 at most")


def main() -> None:
    """Print a line for each."""
    threads.fix(1)
    with tempfile.TemporaryDirectory() as folder:
        experiment = small(folder)
        encoding(experiment)
        writing(folder)
        judging(experiment)
    starting()


if __name__ == "__main__":
    main()
