"""`python -m ksd_eval export run=FOLDER to=FOLDER`: from a finished run to a data set."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from ksd_eval import store, usage
from ksd_eval.exporting import card, dataset
from ksd_eval.loading import Run, load_run
from ksd_eval.store import StoreError

SHARD: Final = 1000
"""Pictures in a file, and in memory at once."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is exported, and where to.

    Attributes:
        run: Folder of a finished run.
        to: Folder of the data set, which must not hold anything yet.
        license: Of the pictures, as the hub names licences.
    """

    run: str = ""
    to: str = ""
    license: str = ""


def export(words: Sequence[str]) -> int:
    """Write the data set that the command line asks for, say where it is, and return 0.

    Raises:
        ConfigError: A word is no option, or the folder holds something.
        ExportError: `datasets` is not installed, or the run has no pictures.
        StoreError: The run cannot be read, a picture is not there, or the folder not written.
    """
    options = Options(**usage.options("export", words, Options, needed=("run", "to")))
    run, folder = load_run(options.run), Path(options.to)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{options.to!r} holds something already; name an empty folder by to=")
    store.check_writable(folder)
    try:
        _write(run, folder, options.license)
    except BaseException:
        # The folder was empty, and is again: half a data set looks like a whole one.
        shutil.rmtree(folder / "data", ignore_errors=True)
        raise
    sys.stdout.write(
        f"{len(run.images)} pictures of {run.name}: {folder}\n"
        f"to read it: datasets.load_dataset({str(folder)!r}, split='train')\n"
    )
    return 0


def _write(run: Run, folder: Path, licence: str) -> None:
    attributes = dataset.attributes_of(run)
    count = -(-len(run.images) // SHARD)
    for place, rows in enumerate(_batched(dataset.rows(run), SHARD)):
        path = folder / "data" / f"train-{place:05d}-of-{count:05d}.parquet"
        found = dataset.of_rows(rows, attributes)
        store.write(path, partial(dataset.parquet, found))
    store.write_text(folder / "README.md", str(card.written(run, licence)))


def _batched(rows: Iterator[dict[str, Any]], count: int) -> Iterator[list[dict[str, Any]]]:
    while found := list(islice(rows, count)):
        yield found
