"""Means by group: one row a group, one dot an arm, whatever the unit."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from ksd_eval.reports import dots, numerals, selection, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.words import Words


@dataclass(frozen=True)
class MeansByGroup(Figure):
    """One row a group, one dot an arm, whiskers for the intervals; rows in the order of the table.

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
        metric: The metric that is drawn.
        by: The attribute whose values are the rows.
        label: What the axis says.
        floor: Whether each dot's floor is drawn as an upright tick in its row.
        centred: Whether zero lies in the middle, for numbers whose sign matters; arms that are
            contrasts are drawn then, and what is drawn is also written at the right.
    """

    title: str
    caption: str
    metric: str
    by: str
    label: str = ""
    floor: bool = False
    centred: bool = False

    def select(self, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the estimates that are drawn."""
        found = estimates[(estimates["metric"] == self.metric) & (estimates["by"] == self.by)]
        found = found[(found["group"] != "") & (found["estimand"] != "over_seeds")]
        contrast = found["arm"].str.contains(" - ", regex=False)
        return selection.numeric(found if self.centred else found[~contrast])

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the means on the axes and return them."""
        words = Words.spoken()
        table = self.select(estimates)
        groups = [str(group) for group in table["group"].unique()]
        places = dots.rows(axes, groups, lambda group: words.value(self.by, group))
        arms = selection.arms(table["arm"])
        for arm, dodge in (dots.dodges(arms) if len(arms) > 1 else dict.fromkeys(arms, 0)).items():
            part = table[table["arm"] == arm]
            heights = [places[group] + dodge for group in part["group"]]
            dots.draw(axes, part, heights, arm, words)
            if self.floor:
                self._floors(axes, part, heights, arm)
        if self.centred:
            self._centre(axes, table)
            self._readings(axes, table, places)
        axes.set_xlabel(self.label)
        if len(arms) > 1:
            dots.legend(axes, len(arms))
        return axes

    def _floors(self, axes: Axes, table: pd.DataFrame, heights: list[float], arm: str) -> None:
        (ticks,) = axes.plot(
            table["floor"],
            heights,
            linestyle="none",
            marker="|",
            markersize=11,
            markeredgewidth=1.6,
            color=style.colour(arm),
            alpha=0.6,
            zorder=2,
        )
        ticks.set_gid(f"floors {arm}")

    def _centre(self, axes: Axes, table: pd.DataFrame) -> None:
        ends = table[["estimate", "ci_low", "ci_high"]].abs().max().max()
        reach = 1.12 * (1.0 if pd.isna(ends) or not ends else ends)
        axes.set_xlim(-reach, reach)
        axes.axvline(0, color=style.current().ink, lw=1.1)

    def _readings(self, axes: Axes, table: pd.DataFrame, places: dict[str, int]) -> None:
        muted, transform = style.current().muted, axes.get_yaxis_transform()
        if len(set(table["arm"])) > 1:
            return  # several would stand on top of each other
        for row in selection.estimates(table):
            said = numerals.reading(row)
            text = f"{said.value}  ({said.interval})" if said.interval else said.value
            place = places[row.group]
            axes.text(1.02, place, text, transform=transform, color=muted, va="center", size=9.5)
