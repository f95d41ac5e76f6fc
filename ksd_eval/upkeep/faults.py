"""What is broken in a folder of results: every hash is taken again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ksd_eval import store
from ksd_eval.execution.progress import tracked
from ksd_eval.store import MANIFEST
from ksd_eval.upkeep.holdings import Holdings, Run

LOST, DAMAGED, ANOTHER = "is not there", "is damaged", "is another one than its run was judged on"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is broken.

    Attributes:
        path: The file.
        what: What is wrong with it, such as `is damaged`.
        runs: Names of the runs that refer to it, or that it is of.
    """

    path: Path
    what: str
    runs: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return a sentence."""
        named = ", ".join(self.runs[:3])
        if len(self.runs) > 3:
            named += f" and {len(self.runs) - 3} more"
        return f"{self.path} {self.what} ({f'of {named}' if self.runs else 'of no run'})"


@dataclass(frozen=True, eq=False)
class Faults:
    """Everything that is broken.

    Attributes:
        runs: By run, its tables and its manifest.
        pictures: By picture.
        references: Files that cannot be read.
    """

    runs: Mapping[Run, Sequence[Fault]]
    pictures: Mapping[str, Fault]
    references: Sequence[Fault]

    @cached_property
    def all(self) -> list[Fault]:
        """Return them in a stable order."""
        tables = [fault for found in self.runs.values() for fault in found]
        return [*tables, *self.pictures.values(), *self.references]


def found_in(holdings: Holdings) -> Faults:
    """Take every hash again, and return what is not as it was."""
    runs = {}
    finished = [run for run in holdings.runs if not run.is_unfinished]
    with tracked("runs", len(finished), "runs") as advance:
        for run in finished:
            wrong = list(of_run(run))
            if wrong:
                runs[run] = wrong
            advance(1)
    return Faults(runs, of_pictures(holdings), of_references(holdings))


def of_run(run: Run) -> Iterator[Fault]:
    """Yield what in a finished run is not as its manifest says."""
    folder, named = run.home.folder, (run.name,)
    manifest = run.manifest
    if manifest is None:
        yield Fault(folder / MANIFEST, f"cannot be read: {run.damage}", named)
        return
    files = manifest.get("files")
    if not isinstance(files, dict):
        yield Fault(folder / MANIFEST, "names no files", named)
        return
    there = run.home.hashes()
    for name in sorted({*files, *there}):
        if name not in there and run.is_copy and name.startswith("features/"):
            continue  # a run is published without them
        if name not in there:
            yield Fault(folder / name, LOST, named)
        elif name not in files:
            yield Fault(folder / name, "is in the folder of a run that has no such file", named)
        elif files[name] != there[name]:
            yield Fault(folder / name, "was changed since the run was finished", named)


def of_pictures(holdings: Holdings, only: Sequence[str] | None = None) -> dict[str, Fault]:
    """Return what is wrong with pictures, by id: with all that are there or that a run refers to.

    Args:
        holdings: The folder.
        only: Look at these alone.
    """
    wanted: dict[str, dict[str, str]] = {}
    for run in holdings.runs:
        # A copy has come without its pictures, and an unfinished run paints what it lacks.
        if not run.is_copy and not run.is_unfinished:
            for image_id, sha256 in (run.pictures() or {}).items():
                wanted.setdefault(image_id, {})[run.name] = sha256
    there = set(holdings.images.ids())
    ids = sorted(there | wanted.keys()) if only is None else only
    wrong = {}
    with tracked("pictures", len(ids)) as advance:
        for image_id in ids:
            judged = wanted.get(image_id, {})
            what = _wrong(holdings, image_id, image_id in there, set(judged.values()))
            if what:
                wrong[image_id] = Fault(holdings.images.path(image_id), what, tuple(judged))
            advance(1)
    return wrong


def _wrong(holdings: Holdings, image_id: str, is_there: bool, judged: set[str]) -> str:
    if not is_there:
        return LOST
    stored = holdings.images.find(image_id)
    if stored is None:
        return DAMAGED
    return ANOTHER if judged - {stored.sha256} else ""


READERS: Final[Mapping[str, Any]] = {".npy": store.read_array, ".parquet": store.read_parquet}


def of_references(holdings: Holdings) -> list[Fault]:
    """Return the files that runs share and that cannot be read; no hash is there for them."""
    answers = [path for folder in holdings.answers() for path in folder.glob("[!.]*.*")]
    return [
        Fault(path, DAMAGED)
        for path in (*holdings.references(), *answers)
        if path.suffix in READERS and READERS[path.suffix](path) is None
    ]
