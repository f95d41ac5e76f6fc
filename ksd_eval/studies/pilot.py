"""A finished run that a study reads: where it is, and what it says of one number.

One is a small run that a larger one is planned from; another has the pictures that are explained.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ksd_eval.claims import FEWEST_PAIRS
from ksd_eval.metrics import contrasts, pairs
from ksd_eval.metrics.base import Evidence
from ksd_eval.metrics.pairs import Floats, Keep
from ksd_eval.studies.base import StudyError

TABLES: Final = ("prompts", "images", "measurements")
"""The tables of a run that a pilot is read from."""

_MANIFEST = "manifest.json"


@dataclass(frozen=True, eq=False)
class Pilot:
    """A finished run.

    Attributes:
        folder: `results/<experiment>/<run id>`.
        manifest: What its manifest says.
    """

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the run as it is called: `bias/356db2d28fbacd4b`."""
        return f"{self.manifest['name']}/{self.manifest['run_id']}"

    def identity(self) -> dict[str, Any]:
        """Return what decides everything read from it: its id, and its tables' hashes."""
        files = self.manifest["files"]
        hashes = {name: files[f"{name}.parquet"] for name in TABLES}
        return {"pilot": self.manifest["run_id"], "tables": hashes}

    def evidence(self) -> Evidence:
        """Return what its tables say of its pictures.

        Raises:
            StudyError: A table is gone, or is not as it was when the run finished.
        """
        prompts, images, measurements = (self._table(name) for name in TABLES)
        asked = images.merge(prompts, how="left", on="pair_id")
        return Evidence(asked, asked.merge(measurements, how="inner", on="image_id"))

    def _table(self, name: str) -> pd.DataFrame:
        path = self.folder / f"{name}.parquet"
        wanted = self.manifest["files"][path.name]
        try:
            there = hashlib.sha256(path.read_bytes()).hexdigest()
        except FileNotFoundError as error:
            raise StudyError(f"the pilot lacks {str(path)!r}; {_again(self.manifest)}") from error
        if there != wanted:
            raise StudyError(
                f"{str(path)!r} was changed after the pilot finished; {_again(self.manifest)}"
            )
        return pd.read_parquet(path)


def find(folder: str, experiment: str, results: str | Path) -> Pilot:
    """Return a run by its folder, or the run of an experiment that finished last.

    Args:
        folder: Of the run; empty for the last one of the experiment.
        experiment: The experiment's name.
        results: The folder of all results.

    Raises:
        FileNotFoundError: There is no such finished run; the message says which command makes one.
    """
    if folder:
        path = Path(folder) / _MANIFEST
        if not path.exists():
            raise FileNotFoundError(
                f"the pilot {folder!r} is no finished run: it has no {_MANIFEST}; give the folder "
                "of a finished one, or the command of this one again to finish it"
            )
        return _read(path)
    found = finished(experiment, results)
    if not found:
        raise FileNotFoundError(
            f"a plan needs a pilot, and no run of {experiment!r} in {str(results)!r} is finished; "
            f"make one with: python -m ksd_eval experiment={experiment}"
        )
    return found[0]


def finished(experiment: str, results: str | Path) -> list[Pilot]:
    """Return every finished run of an experiment, the newest first.

    Args:
        experiment: The experiment's name.
        results: The folder of all results.
    """
    found = [_read(path) for path in Path(results).glob(f"{experiment}/*/{_MANIFEST}")]
    return sorted(found, key=_when, reverse=True)


@dataclass(frozen=True, eq=False)
class Readings:
    """What a pilot says of one number: every replicate of which all arms' pictures could be told.

    Attributes:
        arms: Of each arm, 0 or 1 a replicate, shape [n].
        numbers: The arms' difference, or the one arm's 0 and 1, shape [n].
        pairs: The prompt pair of each, shape [n].
    """

    arms: tuple[Floats, ...]
    numbers: Floats
    pairs: NDArray[np.str_]

    @property
    def count(self) -> int:
        """Return the number of prompt pairs."""
        return len(np.unique(self.pairs))

    @property
    def pictures(self) -> int:
        """Return the number of pictures behind the numbers."""
        return len(self.numbers) * len(self.arms)


def weights_of(contrast: str) -> dict[str, int]:
    """Return the arms of a contrast of two, or the one arm, each with its sign.

    Raises:
        ValueError: If it is neither.

    >>> weights_of("korean - english"), weights_of("korean")
    ({'korean': 1, 'english': -1}, {'korean': 1})
    """
    if contrast in contrasts.ROLES:
        return {contrast: 1}
    contrasts.check_contrasts([contrast])
    return contrasts.weights(contrast)


def read(
    evidence: Evidence,
    measurement: str,
    category: str,
    weights: Mapping[str, int],
    keep: Keep,
    judge: str = "",
) -> Readings:
    """Return what a pilot says of one number.

    Args:
        evidence: The pilot's.
        measurement: What was judged: "gender".
        category: The label whose share it is.
        weights: Role -> 1 or -1, as of `weights_of`.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.

    Raises:
        StudyError: The pilot has nothing of the kind, fewer than 9 pairs of it, or no pair that
            differs from another.
    """
    about = f"the share of {category!r} in {measurement!r}"
    pictures = pairs.judged(evidence, measurement, "label", keep, judge)
    trouble = pictures.why_never(category)
    if trouble:
        raise StudyError(f"the pilot says nothing of {about}: {trouble}")
    table = pictures.with_label(category).dropna(subset="x")
    wide = table.pivot_table(index=["pair_id", "replicate"], columns="role", values="x")
    lacking = [role for role in weights if role not in wide]
    if lacking:
        there = ", ".join(wide.columns) or "none"
        raise StudyError(f"no picture of the arm {lacking[0]!r} tells of {about}; told by: {there}")
    told = wide[list(weights)].dropna().sort_index()
    arms = told.to_numpy(dtype=float)
    found = Readings(
        tuple(arms.T),
        arms @ np.array([*weights.values()], dtype=float),
        told.index.get_level_values("pair_id").to_numpy(dtype=str),
    )
    _check(found, about)
    return found


def _check(found: Readings, about: str) -> None:
    if found.count < FEWEST_PAIRS:
        raise StudyError(
            f"the pilot has {found.count} prompt pairs that tell of {about}, and a plan needs "
            f"{FEWEST_PAIRS}; run it with more prompts, or keep more of them"
        )
    if not np.ptp(found.numbers):
        raise StudyError(
            f"all {found.count} prompt pairs of the pilot agree on {about}, so that it has no "
            "spread to plan with; run it with more prompts, or plan for another category"
        )


def _read(path: Path) -> Pilot:
    return Pilot(path.parent, json.loads(path.read_text(encoding="utf-8")))


def _when(pilot: Pilot) -> tuple[str, str]:
    return str(pilot.manifest["finished"]), pilot.folder.name


def _again(manifest: Mapping[str, Any]) -> str:
    return f"make it again with: {manifest['command']}"
