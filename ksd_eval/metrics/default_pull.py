"""Which culture a model falls back on, where the prompt names none."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ksd_eval.metrics import features, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep, Pictures
from ksd_eval.numerics.cosine import cosine
from ksd_eval.records import Estimate

PULL = (-2.0, 2.0)
DIFFERENCE_OF_PULLS = (-4.0, 4.0)


@dataclass(frozen=True)
class DefaultPull(Inference, Metric):
    """How much more a prompt without a culture looks like its western form than its Korean one.

    For each picture of an agnostic prompt ("a photo of a wedding"): the cosine of its features with
    those of the western-marked picture of the same concept, wording, replicate and arm, minus the
    same with the Korean-marked one; the mean over pairs. Above 0 the model falls back on the west,
    in [-2, 2]. The scale is the extractor's, so a pull is read by its sign, and beside another
    arm's.

    Attributes:
        extractor: Whose features.
        mark: Attribute that says which culture a prompt names.
        agnostic: Its value for none.
        towards: Its value for the culture that is pulled to.
        away: Its value for the culture that is pulled from.
        match: Attributes that the three forms of a prompt share.
        contrasts: Roles of two arms whose pulls are compared.
        by: Attribute or attributes of agnostic prompts to group by; empty for none.
        keep: Attribute -> value or values that a prompt must have.
    """

    extractor: str
    mark: str = "mark"
    agnostic: str = "agnostic"
    towards: str = "western"
    away: str = "korean"
    match: Sequence[str] = ("concept", "wording")
    contrasts: Sequence[str] = pairs.CONTRASTS
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse a contrast that no run can have."""
        pairs.check_contrasts(self.contrasts)

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the pull of every arm, then the differences between arms."""
        pictures = self._pulls(evidence)
        measurement = f"features.{self.extractor}"
        about = self.about("default_pull", measurement, pictures.trouble)
        arms = [
            self.over_prompts(named, pairs.per_pair(part), rng, PULL)
            for named, part in pairs.by_arm(evidence, pictures.table, self.by, about)
        ]
        contrasts = [
            self.paired(named, found, rng, DIFFERENCE_OF_PULLS)
            for named, found in pairs.by_contrast(
                evidence, pictures.table, self.by, self.contrasts, about
            )
        ]
        return [*arms, *contrasts]

    def _pulls(self, evidence: Evidence) -> Pictures:
        pictures = features.pictured(evidence, self.extractor, self.keep)
        trouble = pictures.trouble or self._lacking(pictures.table)
        if trouble:
            return Pictures(pictures.table.iloc[:0].assign(x=np.nan), trouble)
        table = self._triplets(pictures.table)
        whole = table[["row", self.towards, self.away]].notna().all(axis=1).to_numpy()
        vectors = evidence.features[self.extractor].vectors
        default, towards, away = (
            vectors[table.loc[whole, column].to_numpy(dtype=int)]
            for column in ("row", self.towards, self.away)
        )
        x = np.full(len(table), np.nan)
        if whole.any():
            x[whole] = cosine(default, towards) - cosine(default, away)
        return Pictures(table.assign(x=x))

    def _lacking(self, table: pd.DataFrame) -> str:
        for attribute in (self.mark, *self.match):
            if f"prompt.{attribute}" not in table:
                return f"the prompts have no attribute {attribute!r}"
        for value in (self.agnostic, self.towards, self.away):
            marked = table[table[f"prompt.{self.mark}"] == value]
            if marked.empty:
                return f"no prompt has {self.mark} = {value}"
            if marked.duplicated(self._keys).any():
                alike = " and ".join(self.match)
                return f"several prompts with {self.mark} = {value} share {alike}"
        return ""

    @property
    def _keys(self) -> list[str]:
        return ["role", "replicate", *(f"prompt.{attribute}" for attribute in self.match)]

    def _triplets(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the agnostic pictures, with the rows of their marked forms beside their own."""
        mark = table[f"prompt.{self.mark}"]
        found = table[mark == self.agnostic]
        for value in (self.towards, self.away):
            marked = table.loc[mark == value, [*self._keys, "row"]]
            found = found.merge(marked.rename(columns={"row": value}), on=self._keys, how="left")
        return found
