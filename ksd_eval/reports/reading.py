"""Reading a finished run again: its tables, its manifest, and where its pictures are."""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

MANIFEST = "manifest.json"


@dataclass(frozen=True, eq=False)
class LoadedRun:
    """A finished run.

    Attributes:
        folder: `results/<experiment>/<run id>`.
        prompts: One row a prompt pair.
        images: One row a picture of an arm.
        measurements: One row for each thing a judge said of a picture.
        estimates: Every number, with its interval.
        verdicts: What the run answers.
        manifest: What ran, on what, and when it finished.
    """

    folder: Path
    prompts: pd.DataFrame
    images: pd.DataFrame
    measurements: pd.DataFrame
    estimates: pd.DataFrame
    verdicts: pd.DataFrame
    manifest: dict[str, Any]

    @property
    def figures(self) -> list[str]:
        """Return the names of the figures."""
        return sorted(found.stem for found in (self.folder / "figures").glob("*.png"))

    def figure(self, name: str) -> Path:
        """Return where a figure is.

        Raises:
            FileNotFoundError: The run has no such figure; the message says which it has.
        """
        path = self.folder / "figures" / f"{name}.png"
        if not path.exists():
            there = ", ".join(self.figures)
            raise FileNotFoundError(
                f"run {self.folder.name} has no figure {name!r}; it has: {there}"
            )
        return path


def load_run(path: str | Path) -> LoadedRun:
    """Read a finished run.

    Raises:
        FileNotFoundError: There is no finished run in this folder.
        ValueError: Its manifest or a table is damaged.
    """
    folder = Path(path)
    if not (folder / MANIFEST).exists():
        raise FileNotFoundError(
            f"{str(folder)!r} holds no finished run: it has no {MANIFEST}; "
            "give the command of the run again and it goes on where it stopped"
        )
    tables = {
        name: pd.read_parquet(folder / f"{name}.parquet")
        for name in ("prompts", "images", "measurements", "estimates", "verdicts")
    }
    return LoadedRun(folder=folder, manifest=_manifest(folder / MANIFEST), **tables)


def newest(results_dir: str | Path, experiment: str) -> Path:
    """Return the folder of the run of an experiment that finished last.

    Raises:
        FileNotFoundError: No run of it has finished; the message says which command makes one.
    """
    when: dict[Path, str] = {}
    for path in Path(results_dir).glob(f"{experiment}/*/{MANIFEST}"):
        with suppress(OSError, ValueError):  # a damaged manifest is that of no finished run
            when[path.parent] = str(_manifest(path).get("finished", ""))
    if not when:
        raise FileNotFoundError(
            f"no finished run of {experiment!r} in {str(results_dir)!r}; "
            f"make one with: python -m ksd_eval experiment={experiment}"
        )
    return max(when, key=lambda folder: (when[folder], folder.name))


def _manifest(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    if not isinstance(content, dict):
        raise ValueError(f"{path} is damaged: it is no object")  # noqa: TRY004  content
    return content
