"""What a run does once and not again, and what its start costs: ratios, side by side.

    python benchmarks/waste.py

- encoding: all prompts of the language experiment's arms through the miniature's text encoder, each
  once, as models remember them, and again for each picture of four;
- writing: a photograph of 512 x 512 pixels encoded as pictures are kept, over Pillow's default, and
  the sizes; and the whole of keeping one, with its hash and its way to the disk;
- judging: all answers of a run from what was kept, over judging its pixels;
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
from sklearn.datasets import load_sample_images

from ksd_eval import answers, pipeline, scoring
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.execution import threads
from ksd_eval.experiment import Experiment, Work, planned
from ksd_eval.store import ImageStore, png

ROUNDS = 5
PICTURES = 12
PROMPTS = 100
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


def bias(folder: str, model: str) -> Experiment:
    """Return the bias experiment, asked of a model in one process."""
    words = ["experiment=bias", f"model={model}", "execution.workers=1", "analysis.resamples=100"]
    found = built(composed([*words, f"execution.results_dir={folder}"]))
    return replace(found, matched={}, references={})


def encoding(experiment: Experiment) -> None:
    """Compare encoding each prompt once with encoding it for each picture of four."""
    plan = planned(experiment)
    prompts = dict.fromkeys(record.prompt for record, _ in plan.pictures)
    texts = [text for text in list(prompts)[:PROMPTS] for _ in range(4)]
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
    """Return photographs, squares of those that scikit-learn carries, enlarged."""
    found = []
    for levels in load_sample_images().images:
        photograph = Image.fromarray(levels)
        side = photograph.height
        for left in np.linspace(0, photograph.width - side, PICTURES // 2).astype(int):
            square = photograph.crop((left, 0, left + side, side))
            found.append(square.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    return found


def writing(folder: str) -> None:
    """Compare the file that a picture is kept in with Pillow's default."""
    shown, shelf = pictures(), ImageStore(Path(folder) / "images")

    def default() -> int:
        sizes = 0
        for image in shown:
            stream = io.BytesIO()
            image.save(stream, "PNG")
            sizes += len(stream.getvalue())
        return sizes

    def kept() -> None:
        for place, image in enumerate(shown):
            shelf.write(f"{place:016x}", image, None, {"recipe": 1})

    def ours() -> int:
        return sum(len(png.encoded(image, {})) for image in shown)

    say("Pillow's default PNG, over the one that is kept", ratio(default, ours), "4 or more")
    kept()
    size = sum(path.stat().st_size for path in shelf.folder.rglob("*.png")) / default()
    say("size of a picture on disk, over Pillow's default", size, "1.05 at most")
    say("Pillow's default PNG in memory, over keeping it", ratio(default, kept), "as it comes")


def judging(experiment: Experiment) -> None:
    """Compare reading answers with judging, and a run again with the run."""
    work = Work(experiment, planned(experiment))
    start = time.perf_counter()
    pipeline.ask(work)
    asked = time.perf_counter() - start
    said = work.results / "answers"

    def told() -> None:
        for name in experiment.judges:
            scoring.measurements(work, name)
        for name in set(experiment.extractors) - set(work.missing):
            for others in answers.of_extractor(work, name):
                others.kept(work.images, work.pixels)

    scoring.score(work)  # weights are read
    said.rename(said.with_name("before"))
    seconds = [timed(told), timed(told)]
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
        encoding(bias(folder, "miniature"))
        writing(folder)
        judging(bias(folder, "planted"))
    starting()


if __name__ == "__main__":
    main()
