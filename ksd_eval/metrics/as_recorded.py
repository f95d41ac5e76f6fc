"""Whether a model still gives the pictures that it is on record to have given."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.records import Estimate

COMPARED = ("same", "differs")
"""Outcomes of pictures that the very same weights and settings painted twice."""


@dataclass(frozen=True)
class AsRecorded(Metric):
    """Share of an arm's pictures that are those on record, to the last bit; and picture by picture.

    No population is meant. Only pictures that were painted anew by the weights and settings of the
    record are in the share; how many were not, and which differ, is in the note. Of each picture
    stands the mean absolute difference in levels of 255, 0 for the same, and what the record says.

    Attributes:
        by: The attribute that tells prompts apart.
    """

    by: str = "seed"

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the shares of every arm, then every picture."""
        about = Estimate("recorded", "recorded", "", None, estimand="descriptive")
        if evidence.recorded.empty:
            return [replace(about, note="this run keeps no record; give record.keep=true")]
        named = f"prompt.{self.by}"
        if named not in evidence.images:
            return [replace(about, note=f"the prompts have no attribute {self.by!r}")]
        groups = evidence.images.drop_duplicates("pair_id").set_index("pair_id")[named]
        table = evidence.recorded.assign(group=evidence.recorded["pair_id"].map(groups))
        table = table.sort_values(["pair_id", "image_id"], kind="stable")
        parts = [(role, table[table["role"] == role]) for role in pairs.roles(evidence)]
        return [
            *(_share(replace(about, arm=role), part) for role, part in parts),
            *(
                _picture(replace(about, arm=role, by=self.by), rows)
                for role, part in parts
                for _, rows in part.groupby("group")
            ),
        ]


def _share(about: Estimate, part: pd.DataFrame) -> Estimate:
    compared = part[part["outcome"].isin(COMPARED)]
    counts = Counter(part["outcome"])
    others = [f"{counts[name]} {name}" for name in sorted(counts.keys() - set(COMPARED))]
    unlike = sorted(compared.loc[compared["outcome"] == "differs", "pair_id"])
    notes = [*([f"unlike those on record: {', '.join(unlike)}"] if unlike else ()), *others]
    return replace(
        about,
        kind="same_as_recorded",
        category="same",
        estimate=float((compared["outcome"] == "same").mean()) if len(compared) else None,
        n_pairs=compared["pair_id"].nunique(),
        n_images=len(compared),
        n_abstained=len(part) - len(compared),
        note="; ".join(notes),
    )


def _picture(about: Estimate, rows: pd.DataFrame) -> Estimate:
    known = rows["difference"].dropna()
    return replace(
        about,
        kind="recorded_difference",
        group=str(rows["group"].iloc[0]),
        estimate=float(known.max()) if len(known) else None,
        n_pairs=rows["pair_id"].nunique(),
        n_images=len(known),
        n_abstained=len(rows) - len(known),
        note="; ".join(dict.fromkeys(rows["sentence"])),
    )
