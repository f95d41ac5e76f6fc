"""What a folder of results holds: runs, pictures, references, and what was left half-way."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ksd_eval import store
from ksd_eval.store import MANIFEST, ImageStore, RunStore

SHARED: Final = ("answers", "images", "references")
"""Folders of results that are no experiment."""

UNFINISHED_WRITE: Final = re.compile(r"\..+\.[a-z0-9_]{8}")
"""What a file is called until it is whole; a process that was killed leaves it so."""


@dataclass(frozen=True, eq=False)
class Run:
    """The folder of a run, whatever state it is in.

    Attributes:
        home: The folder.
        manifest: As it stands; None where the run is not finished, or it is damaged.
        damage: Why the manifest cannot be read; empty where it can, or where there is none.
    """

    home: RunStore
    manifest: Mapping[str, Any] | None
    damage: str = ""

    @property
    def name(self) -> str:
        """Return experiment and run id, as in the tree."""
        return f"{self.home.folder.parent.name}/{self.home.folder.name}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it was begun and has no manifest."""
        return self.manifest is None and not self.damage

    @property
    def is_copy(self) -> bool:
        """Whether it was carried here from elsewhere, such as a run that is published."""
        here = self.home.folder
        own = (here.parent.name, here.name)
        return self.manifest is not None and own != (
            self.manifest.get("name"),
            self.manifest.get("run_id"),
        )

    @property
    def command(self) -> str:
        """Return the command that made it; empty where that is not known."""
        return str((self.manifest or {}).get("command") or "")

    def pictures(self) -> dict[str, str] | None:
        """Return the pixels' hash by picture that it refers to; None where that cannot be told.

        The hash is empty where the run does not know it yet.
        """
        images = store.read_parquet(self.home.folder / "images.parquet")
        if images is not None and {"image_id", "sha256"} <= set(images.columns):
            return dict(zip(images["image_id"], images["sha256"], strict=True))
        asked = self.home.asked() if self.is_unfinished else None
        return None if asked is None else dict.fromkeys(asked, "")


def run_in(folder: Path) -> Run:
    """Return the run of a folder."""
    home = RunStore(folder)
    if not (folder / MANIFEST).exists():
        return Run(home, None)
    try:
        return Run(home, store.manifest_in(folder))
    except (OSError, ValueError) as error:
        return Run(home, None, str(error).partition("\n")[0])


@dataclass(frozen=True, eq=False)
class Holdings:
    """A folder of results.

    Attributes:
        folder: As `execution.results_dir` names it.
    """

    folder: Path

    @property
    def images(self) -> ImageStore:
        """Return the pictures of all runs."""
        return ImageStore(self.folder / "images")

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Return every run, by experiment and id."""
        begun = {
            path.parent
            for name in (MANIFEST, "config.yaml", ".lock")
            for path in self.folder.glob(f"*/*/{name}")
            if path.parent.parent.name not in SHARED
        }
        return tuple(run_in(folder) for folder in sorted(begun))

    def references(self) -> list[Path]:
        """Return the files of references."""
        return sorted((self.folder / "references").glob("[!.]*.*"))

    def answers(self) -> list[Path]:
        """Return the folders of answers, each of one judge or extractor."""
        return sorted(path for path in (self.folder / "answers").glob("*") if path.is_dir())

    def unfinished_writes(self) -> Iterator[Path]:
        """Yield files that a process was killed in the middle of, or is writing now."""
        shared = ["images/??", "answers/*", "references"]
        ours = [*shared, "*", "*/*", "*/*/parts", "*/*/features", "*/*/figures"]
        found = {path for place in ours for path in self.folder.glob(f"{place}/.*")}
        yield from sorted(
            path for path in found if UNFINISHED_WRITE.fullmatch(path.name) and path.is_file()
        )

    def running_since(self) -> float | None:
        """Return when the first of the locks that are held was made, in epoch seconds.

        None where no process is at work here. The lock of a run that was stopped and goes on is
        that of its first start, so that what it painted then is younger, too.
        """
        locks = [*self.folder.glob("*/*/.lock"), *self.folder.glob("*/.*.lock")]
        return min((path.stat().st_mtime for path in locks if store.is_held(path)), default=None)
