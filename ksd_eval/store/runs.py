"""The folder of one run, from the first table to the manifest."""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from ksd_eval.store.files import sha256, write_text
from ksd_eval.store.lines import is_held, locked
from ksd_eval.store.tables import write_csv, write_parquet

MANIFEST: Final = "manifest.json"
SCHEMA: Final = 1
"""Version of the files of a run; a reader refuses a newer one."""

LOCK: Final = ".lock"
ASKED: Final = "asked.txt"


def manifest_in(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder as it stands, whatever became of the tables.

    Raises:
        OSError: There is none, or it cannot be read.
        ValueError: It is damaged.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("it nests too deeply") from error
    if not isinstance(manifest, dict):
        raise ValueError("it is no object with named values")  # noqa: TRY004  content, not a type
    return manifest


@dataclass(frozen=True)
class RunStore:
    """The folder of one run.

    Attributes:
        folder: `results/<experiment>/<run id>`.
    """

    folder: Path

    @property
    def parts(self) -> Path:
        """Return where unfinished steps keep what they have; gone when the run is finished."""
        return self.folder / "parts"

    def features(self, extractor: str, reference: str = "") -> Path:
        """Return where an extractor's features of the run's pictures, or of a reference, are."""
        name = f"{extractor}.{reference}" if reference else extractor
        return self.folder / "features" / f"{name}.npy"

    def write_asked(self, image_ids: Iterable[str]) -> None:
        """Write down which pictures a run that is under way refers to: they are not tidied up."""
        write_text(self.parts / ASKED, "\n".join(image_ids))

    def asked(self) -> frozenset[str] | None:
        """Return the pictures that an unfinished run refers to; None where it does not say."""
        try:
            return frozenset((self.parts / ASKED).read_text(encoding="utf-8").split())
        except OSError:
            return None

    def is_held(self) -> bool:
        """Whether a process is at this run."""
        return is_held(self.folder / LOCK)

    def write_table(
        self, name: str, frame: pd.DataFrame, types: Mapping[str, pa.DataType]
    ) -> pd.DataFrame:
        """Write a table as parquet and CSV, and return it as the next step will read it."""
        write_parquet(self.folder / f"{name}.parquet", frame, types)
        write_csv(self.folder / f"{name}.csv", frame)
        return self.read_table(name)

    def read_table(self, name: str) -> pd.DataFrame:
        """Return a table of the run."""
        return pd.read_parquet(self.folder / f"{name}.parquet")

    def has_table(self, name: str) -> bool:
        """Whether the run has such a table."""
        return (self.folder / f"{name}.parquet").is_file()

    def hashes(self) -> dict[str, str]:
        """Return the hash of every table and feature file, by its path within the folder."""
        found = [path for end in ("*.parquet", "*.csv") for path in self.folder.glob(end)]
        found += (self.folder / "features").glob("*.npy")
        return {
            path.relative_to(self.folder).as_posix(): sha256(path)
            for path in sorted(found)
            if path.is_file()
        }

    def manifest(self) -> dict[str, Any] | None:
        """Return the manifest if the run is finished and nothing in it was changed since."""
        try:
            manifest = manifest_in(self.folder)
        except (OSError, ValueError):
            return None
        return manifest if manifest.get("files") == self.hashes() else None

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, last, and throw away what was kept for a run that is stopped."""
        content = {"schema": SCHEMA, **manifest, "files": self.hashes()}
        text = json.dumps(content, indent=1, ensure_ascii=False)
        write_text(self.folder / MANIFEST, text + "\n")
        shutil.rmtree(self.parts, ignore_errors=True)

    @contextmanager
    def locked(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Keep the folder to this process; a second run of the same id waits for the first.

        Args:
            waiting: Called once if there is something to wait for.
        """
        with locked(self.folder / LOCK, waiting):
            yield
