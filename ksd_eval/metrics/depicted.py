"""Shares by what a picture depicts, not by what was asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.pairs import Keep
from ksd_eval.metrics.shares import Share
from ksd_eval.records import Estimate

PREFIX = "depicted."


@dataclass(frozen=True)
class DepictedShare(Share, Metric):
    """Share of pictures with a label, among those of which another judge says something.

    A false alarm is a flag of a picture that shows nothing wrong; a miss is none of one that does.
    So the pictures are chosen, and grouped, by what a second judge says that they show. That judge
    errs too: who looks for ghosts where it says "none" finds its oversights besides the checker's
    alarms. Choosing pictures after they were made, an estimate tells of those, not of all. Those of
    which the second judge could not tell may be such: they count among what could not be told.

    Attributes:
        depicted: Labelled measurements to group by, each by itself: "gender"; groups are called
            `depicted.gender`.
        where: Measurement -> label or labels that a picture must have: {"adult": "clear"}.
        depicted_judge: Whose measurements these are, where several judges have them.
    """

    depicted: Sequence[str] = ()
    where: Keep = field(default_factory=dict[str, str])
    depicted_judge: str = ""

    def parts(self, evidence: Evidence) -> Iterator[tuple[Estimate, pd.DataFrame]]:
        """Yield, for each category, group and arm, what a share is about and its pictures."""
        names = list(dict.fromkeys([*self.depicted, *self.where]))
        by = [self.by] if isinstance(self.by, str) else self.by
        widened = replace(
            self,
            by=[*by, *(PREFIX + name for name in self.depicted)],
            keep={**self.keep, **{PREFIX + name: wanted for name, wanted in self.where.items()}},
        )
        shown = beside(evidence, names, self.depicted_judge)
        return Share.parts(widened, replace(shown, measurements=self._untold(shown.measurements)))

    def _untold(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return pictures that may be meant as ones that are, of which nothing can be told."""
        for name, wanted in self.where.items():
            column = PREFIX + name
            unknown = table[f"prompt.{column}"] == ""
            if unknown.all():  # a judge that is not there chooses no picture
                continue
            table = table.assign(
                status=table["status"].mask(unknown & (table["status"] == "ok"), "abstained"),
                reason=table["reason"].mask(unknown, f"{name!r} could not be told"),
                **{
                    f"prompt.{column}": table[f"prompt.{column}"].mask(
                        unknown, wanted if isinstance(wanted, str) else str(wanted[0])
                    )
                },
            )
        return table


def beside(evidence: Evidence, names: Sequence[str], judge: str = "") -> Evidence:
    """Return the evidence with what is depicted as attributes `depicted.<name>` of each picture.

    A picture of which the judge could not tell has the attribute empty, as of a judge that does not
    know. Where several judges have a measurement and none is named, it is empty everywhere.
    """
    table = evidence.measurements
    for name in names:
        said = table[(table["name"] == name) & (table["status"] == "ok")]
        if judge:
            said = said[said["judge"] == judge]
        if len(said["judge"].unique()) > 1:
            said = said.iloc[:0]
        labels = said.drop_duplicates(["image_id", "arm"]).set_index(["image_id", "arm"])["label"]
        places = pd.MultiIndex.from_frame(table[["image_id", "arm"]])
        column = labels.reindex(places).fillna("").to_numpy()
        table = table.assign(**{f"prompt.{PREFIX}{name}": column})
    return replace(evidence, measurements=table)
