"""Doing a run, again at half the batch shape where an accelerator has no memory for the whole one.

The shape is part of every picture's recipe. So where a batch does not fit, the whole run is done at
the smaller shape, in all its arms; pictures of two shapes never meet in one run. What fitted is
remembered, so that the same command is the same run the next time.
"""

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ksd_eval import card, devices, pipeline, store
from ksd_eval.config import building, composing
from ksd_eval.execution.base import MemoryFullError
from ksd_eval.execution.progress import say
from ksd_eval.models import memory
from ksd_eval.records import fingerprint

REMEMBERED: Final = "batch_shapes.json"
"""File in the folder of results."""


def done(options: Sequence[str], also: Sequence[Path], configuration: composing.Composed) -> Path:
    """Do one run, and return its folder.

    Args:
        options: The words of the command line.
        also: Further folders of configuration.
        configuration: What they were composed to.

    Raises:
        MemoryFullError: Not even one picture fits.
        Exception: As `pipeline.run` and `card.run` have it.
    """
    results = Path(configuration.run.execution["results_dir"])
    model, asked = configuration.plain["model"], configuration.run.generation.batch_shape
    shape = fitting(results, model, asked)
    if shape < asked:
        again = f"remove {results / REMEMBERED} to try that again"
        say(f"batches of {shape}: {asked} pictures did not fit the memory before; {again}")
    before = shape
    while True:
        try:
            folder = attempt(options, also, configuration, shape)
        except MemoryFullError as error:
            if shape == 1:
                raise
            said = str(error)
        else:
            if shape < before:
                remember(results, model, asked, shape)
            return folder
        shape //= 2
        memory.give_back()  # after the error, which holds what did not fit
        say(f"{said}\nall arms are painted again, in batches of {shape}")


def attempt(
    options: Sequence[str], also: Sequence[Path], configuration: composing.Composed, shape: int
) -> Path:
    """Do one run at a batch shape, and return its folder."""
    if shape != configuration.run.generation.batch_shape:
        options = [*options, f"generation.batch_shape={shape}"]
        configuration = composing.composed(options, also)
    added = [word for folder in also for word in ("--config-dir", str(folder))]
    command = shlex.join(["python", "-m", "ksd_eval", *options, *added])
    experiment = building.built(configuration, command)
    return card.run(experiment) if experiment.parts else pipeline.run(experiment)


def fitting(results: Path, model: Mapping[str, Any], asked: int) -> int:
    """Return the batch shape that fitted before, or else the one that is asked for.

    Args:
        results: The folder of all results.
        model: The model under test and those beside it, as configured.
        asked: The batch shape as configured.
    """
    known = _read(results)
    found = known.get(_key(model, asked)) if known else None
    return found if isinstance(found, int) and 1 <= found < asked else asked


def remember(results: Path, model: Mapping[str, Any], asked: int, shape: int) -> None:
    """Write down that a batch shape is to be tried in the place of the one asked for."""
    kept = {**_read(results), _key(model, asked): shape}
    store.write_text(results / REMEMBERED, json.dumps(kept, indent=1, sort_keys=True) + "\n")


def _key(model: Mapping[str, Any], asked: int) -> str:
    device = devices.kind(devices.best())
    return f"{model.get('name')}.{fingerprint([model, asked, device])}"


def _read(results: Path) -> dict[str, Any]:
    """Return what is remembered; nothing if it is damaged: then it is tried anew."""
    try:
        found = json.loads((results / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
