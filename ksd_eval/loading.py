"""Reading a finished run for further work: `ksd_eval.load_run("results/bias/<id>")`."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import yaml
from PIL.Image import Image

from ksd_eval.store import (
    MANIFEST,
    SCHEMA,
    ImageStore,
    RunStore,
    StoreError,
    manifest_in,
    read_array,
    read_parquet,
)

if TYPE_CHECKING:
    from datasets import Dataset

TABLES: Final = ("prompts", "images", "measurements", "estimates", "verdicts")
"""Tables that every run has."""


@dataclass(frozen=True, eq=False)
class Run:
    """A finished run: its tables as DataFrames, what made it, and its pictures.

    Attributes:
        folder: `results/<experiment>/<run id>`.
        prompts: One row a prompt pair.
        images: One row a picture of an arm.
        measurements: One row for each thing a judge said of a picture.
        estimates: Every number, with its interval.
        verdicts: What the run answers.
        manifest: What ran, on what, and when it finished.
        config: The configuration as composed, as plain containers.
    """

    folder: Path
    prompts: pd.DataFrame
    images: pd.DataFrame
    measurements: pd.DataFrame
    estimates: pd.DataFrame
    verdicts: pd.DataFrame
    manifest: Mapping[str, Any]
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def name(self) -> str:
        """Return experiment and run id, as in the tree: `bias/1b7e2c…`."""
        folder = self.folder.resolve()
        return "/".join(
            str(self.manifest.get(key) or otherwise)
            for key, otherwise in (("name", folder.parent.name), ("run_id", folder.name))
        )

    @property
    def level(self) -> float:
        """Return the nominal coverage of the run's intervals."""
        return float((self.config.get("analysis") or {}).get("level", 0.95))

    @property
    def parts(self) -> dict[str, Path]:
        """Return the folders of a card's own runs, by experiment; empty for any other run."""
        results = self.folder.resolve().parents[1]
        runs = self.manifest.get("runs") or {}
        return {name: results / name / run_id for name, run_id in runs.items()}

    @property
    def identities(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Return what models and judges say of themselves, by kind and name.

        A card has them in its parts: that in which all parts agree is the card's. What of a part is
        not there any more says nothing.
        """
        told = [self.manifest.get("identities") or {}]
        for folder in self.parts.values():
            with suppress(OSError, ValueError):
                told.append(manifest_in(folder).get("identities") or {})
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for part in told:
            for kind, named in part.items():
                of_kind = found.setdefault(kind, {})
                for name, identity in named.items():
                    before = of_kind.get(name, identity)
                    of_kind[name] = {
                        key: value
                        for key, value in before.items()
                        if key in identity and identity[key] == value
                    }
        return found

    def table(self, name: str) -> pd.DataFrame:
        """Return any table of the run, such as "matched" or "recorded".

        Raises:
            StoreError: The run has no such table, or it is damaged; the message says which it has.
        """
        if name in TABLES:
            return getattr(self, name)  # type: ignore[no-any-return]
        return _table(self.folder, name)

    @property
    def figures(self) -> list[str]:
        """Return the names of the figures."""
        return sorted(found.stem for found in (self.folder / "figures").glob("*.png"))

    def figure(self, name: str) -> Path:
        """Return where a figure is.

        Raises:
            StoreError: The run has no such figure; the message says which it has.
        """
        path = self.folder / "figures" / f"{name}.png"
        if not path.exists():
            there = ", ".join(self.figures) or "none"
            raise StoreError(f"run {self.name} has no figure {name!r}; it has: {there}")
        return path

    def features(self, extractor: str, reference: str = "") -> Any:  # noqa: ANN401
        """Return feature vectors, float32 `[n, d]`, row by row as in `images`; None without any.

        Args:
            extractor: Whose: "judge_clip".
            reference: Of these reference pictures in the place of the run's own.
        """
        return read_array(RunStore(self.folder).features(extractor, reference))

    def path(self, image_id: str) -> Path:
        """Return where a picture is, or would be: a copied run may have come without them."""
        return self._images.path(image_id)

    def picture(self, image_id: str) -> Image:
        """Return a picture, the very one that the judges saw.

        Raises:
            StoreError: It is none of the run's, is not there, or is another one by now.
        """
        if image_id not in self._hashes:
            raise StoreError(
                f"run {self.name} has no picture {image_id!r}; its ids are in images['image_id']"
            )
        stored = self._images.find(image_id)
        if stored is None or stored.sha256 != self._hashes[image_id]:
            fault = "is not there, or is damaged" if stored is None else "is another one by now"
            raise StoreError(
                f"the picture {self.path(image_id)} of run {self.name} {fault}; "
                f"{_mend(self.folder)}"
            )
        return self._images.read(image_id)

    def to_dataset(self) -> "Dataset":
        """Return the pictures with all that is known of them, as a data set of `datasets`.

        Raises:
            ExportError: `datasets` is not installed, or the run has no pictures.
            StoreError: A picture cannot be had.
        """
        from ksd_eval.exporting import dataset

        return dataset.of_run(self)

    @property
    def _images(self) -> ImageStore:
        return ImageStore(self.folder.resolve().parents[1] / "images")

    @cached_property
    def _hashes(self) -> dict[str, str]:
        return dict(zip(self.images["image_id"], self.images["sha256"], strict=True))


def load_run(path: str | Path) -> Run:
    """Read a finished run.

    Args:
        path: Its folder, `results/<experiment>/<run id>`.

    Raises:
        StoreError: There is no such folder, the run is not finished, was written by a newer
            version, or its tables are not those that it was finished with.
    """
    folder = Path(path)
    manifest = _manifest(folder)
    tables = {name: _table(folder, name) for name in TABLES}
    return Run(folder=folder, manifest=manifest, config=_config(folder), **tables)


def newest(results_dir: str | Path, experiment: str) -> Path:
    """Return the folder of the run of an experiment that finished last.

    Args:
        results_dir: `results`, or what `execution.results_dir` was.
        experiment: "bias".

    Raises:
        StoreError: No run of it has finished; the message says which command makes one.
    """
    when: dict[Path, str] = {}
    for path in Path(results_dir).glob(f"{experiment}/*/{MANIFEST}"):
        with suppress(OSError, ValueError):  # a damaged manifest is that of no finished run
            when[path.parent] = str(manifest_in(path.parent).get("finished", ""))
    if not when:
        raise StoreError(
            f"no finished run of {experiment!r} in {str(results_dir)!r}; "
            f"make one with: python -m ksd_eval experiment={experiment}"
        )
    return max(when, key=lambda folder: (when[folder], folder.name))


def _manifest(folder: Path) -> dict[str, Any]:
    if not folder.is_dir():
        raise StoreError(
            f"there is no folder {str(folder)!r}; finished runs are in results/<experiment>/<run "
            "id>, and `python -m ksd_eval store` names those that are not finished"
        )
    if not (folder / MANIFEST).exists():
        raise StoreError(
            f"{str(folder)!r} holds no finished run: it has no {MANIFEST}; "
            "give the command of the run again and it goes on where it stopped"
        )
    try:
        manifest = manifest_in(folder)
    except (OSError, ValueError) as error:
        raise StoreError(f"{folder / MANIFEST} is damaged: {error}; {_mend(folder)}") from error
    schema, files = manifest.get("schema", SCHEMA), manifest.get("files", {})
    if not isinstance(schema, int) or not isinstance(files, dict):
        raise StoreError(
            f"{folder / MANIFEST} is damaged: `schema` must be a number, and `files` an object; "
            f"{_mend(folder)}"
        )
    if schema > SCHEMA:
        raise StoreError(
            f"{str(folder)!r} was written by a newer ksd_eval (schema {schema}, this one reads up "
            f"to {SCHEMA}); update this one"
        )
    altered = _altered(folder, files)
    if altered:
        raise StoreError(
            f"{', '.join(altered)} in {str(folder)!r} was changed since the run finished, or is "
            f"lost; {_mend(folder)}"
        )
    return manifest


def _altered(folder: Path, written: Mapping[str, str]) -> list[str]:
    """Return the tables that are not as they were; features may stay behind where a run is copied.

    A CSV is there for people, who may do with it what they like.
    """
    now = RunStore(folder).hashes()
    return [
        name
        for name, digest in written.items()
        if name.endswith(".parquet") and now.get(name) != digest
    ]


def _table(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    if not path.is_file():
        there = ", ".join(sorted(found.stem for found in folder.glob("*.parquet"))) or "none"
        raise StoreError(f"the run in {str(folder)!r} has no table {name!r}; it has: {there}")
    found = read_parquet(path)
    if found is None:
        raise StoreError(f"{path} is damaged; {_mend(folder)}")
    return found


def _config(folder: Path) -> Mapping[str, Any]:
    path = folder / "config.yaml"
    if not path.is_file():
        return {}
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StoreError(f"{path} is damaged: {str(error).partition(chr(10))[0]}") from error
    return found if isinstance(found, dict) else {}


def _mend(folder: Path) -> str:
    results = folder.resolve().parents[1] if len(folder.resolve().parents) > 1 else folder
    return f"to make it again: python -m ksd_eval store repair execution.results_dir={results}"
