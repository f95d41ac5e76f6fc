"""Distances: how far the pictures of one arm lie from those of another, or from a reference."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from ksd_eval.reports import dots, selection, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.words import Words


@dataclass(frozen=True)
class Distances(Figure):
    """One row a comparison: its distance, with what chance alone would show as a tick.

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
        metric: The distance that is drawn; distances of unlike metrics share no axis.
        measurement: The features it is measured in; empty where the metric has but one.
        label: What the axis says.
    """

    title: str
    caption: str
    metric: str
    measurement: str = ""
    label: str = "distance"

    def select(self, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the estimates that are drawn."""
        found = estimates[(estimates["metric"] == self.metric) & (estimates["group"] == "")]
        # How much farther one arm lies than another is no distance.
        found = found[~found["arm"].str.contains(" - ", regex=False)]
        if self.measurement:
            found = found[found["measurement"] == self.measurement]
        return selection.numeric(found[found["estimand"] != "over_seeds"])

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the distances on the axes and return them."""
        words = Words.spoken()
        table = self.select(estimates).reset_index(drop=True)
        names = [words.compared(row.arm, row.reference) for row in selection.estimates(table)]
        dots.rows(axes, [str(place) for place in range(len(table))], lambda at: names[int(at)])
        for arm in selection.arms(table["arm"]):
            part = table[table["arm"] == arm]
            dots.draw(axes, part, list(part.index), arm, words)
        chance = table["null_p95"].dropna()
        (ticks,) = axes.plot(
            chance,
            chance.index,
            linestyle="none",
            marker="|",
            markersize=18,
            markeredgewidth=1.6,
            color=style.current().ink,
            label=words("figure.chance"),
        )
        ticks.set_gid("null_p95")
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
        axes.set_xlabel(self.label)
        if len(chance):
            dots.legend(axes, 1, [ticks])
        return axes
