"""Removing what no run refers to, and never what a run under way may need."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ksd_eval.extensions import ConfigError
from ksd_eval.store import MANIFEST, StoreError
from ksd_eval.upkeep.holdings import Holdings, Run

GRACE: Final = 60.0
"""Seconds that a file may be on its way to its name: writing one takes far less."""


@dataclass(frozen=True)
class Litter:
    """What can go.

    Attributes:
        pictures: Pictures that no run refers to.
        references: Features and answers about references that no finished run used.
        answers: What judges and extractors said that no finished run asked.
        writes: Files that a process was killed in the middle of.
        parts: What finished runs kept in case they were stopped.
        kept: What stays although nothing refers to it, and why, a sentence each.
    """

    pictures: tuple[Path, ...] = ()
    references: tuple[Path, ...] = ()
    answers: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    parts: tuple[Path, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[Path, ...]:
        """Return all of it."""
        return (*self.pictures, *self.references, *self.answers, *self.writes, *self.parts)


def found_in(holdings: Holdings) -> Litter:
    """Return what can go.

    Raises:
        ConfigError: What a run refers to cannot be told.
    """
    wanted, barrier = _wanted(holdings)
    orphans = [holdings.images.path(name) for name in holdings.images.ids() if name not in wanted]
    used = _used(holdings)
    idle = [path for path in holdings.references() if path.name not in used]
    answers = [path for path in holdings.answers() if path.name not in _asked(holdings)]
    parts = [run.home.parts for run in holdings.runs if _are_over(run)]
    young = [path for path in (*orphans, *idle) if _age(path) >= barrier]
    # A stopped run does not say whom it asked; folders grow with every answer.
    stopped = min([barrier, *(_begun(run) for run in holdings.runs if run.is_unfinished)])
    young += [path for path in answers if _age(path) >= stopped]
    until = min(barrier, time.time() - GRACE)
    return Litter(
        pictures=tuple(path for path in orphans if path not in set(young)),
        references=tuple(path for path in idle if path not in set(young)),
        answers=tuple(path for path in answers if path not in set(young)),
        writes=tuple(path for path in holdings.unfinished_writes() if _age(path) < until),
        parts=tuple(parts),
        kept=tuple(_kept(holdings, len(young))),
    )


def _are_over(run: Run) -> bool:
    """Whether a finished run has parts that are older than its manifest.

    Younger ones are those of a run that keeps a record, and was stopped painting again.
    """
    if run.manifest is None or not run.home.parts.is_dir() or run.home.is_held():
        return False
    finished = _age(run.home.folder / MANIFEST)
    return all(_age(path) <= finished for path in run.home.parts.rglob("*") if path.is_file())


def _age(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0


def _kept(holdings: Holdings, young: int) -> Iterator[str]:
    if young:
        yield (
            f"{young} files that no run refers to stay, because a run that is under way or was "
            "stopped is older than they are and may need them"
        )
    for run in holdings.runs:
        if run.is_unfinished and not run.home.is_held():
            yield (
                f"{run.name} is not finished and stays, with its pictures; give its command again "
                f"and it goes on, or remove {run.home.folder}"
            )


def _wanted(holdings: Holdings) -> tuple[set[str], float]:
    """Return the pictures that a run refers to, and from when on none may be removed."""
    wanted: set[str] = set()
    since = holdings.running_since()
    barrier = float("inf") if since is None else since
    for run in holdings.runs:
        pictures = run.pictures()
        if pictures is not None:
            wanted |= pictures.keys()
        elif run.is_unfinished:
            barrier = min(barrier, _begun(run))
        elif not run.is_copy:
            raise ConfigError(
                f"the table of pictures of {run.name} cannot be read, so that nobody knows which "
                "it refers to; first give: python -m ksd_eval store repair"
            )
    return wanted, barrier


def _begun(run: Run) -> float:
    return min(path.stat().st_mtime for path in run.home.folder.iterdir())


def _used(holdings: Holdings) -> set[str]:
    """Return the names of the references that are used; all, where a run does not say which."""
    used: set[str] = set()
    for run in holdings.runs:
        if run.manifest is None or run.is_copy:
            continue
        named = run.manifest.get("references")
        if not isinstance(named, list):
            return {path.name for path in holdings.references()}
        used |= set(map(str, named))
    return used


def _asked(holdings: Holdings) -> set[str]:
    """Return the names of the folders of answers that finished runs are made of."""
    manifests = [run.manifest or {} for run in holdings.runs if not run.is_copy]
    named = [manifest.get("answers") for manifest in manifests]
    return {str(name) for names in named if isinstance(names, list) for name in names}


def remove(litter: Litter) -> None:
    """Remove it.

    Raises:
        StoreError: Something cannot be removed.
    """
    for path in litter.paths:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{path} cannot be removed ({error.strerror})") from error
