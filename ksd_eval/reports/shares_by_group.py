"""Shares by group: whom a model draws for each occupation, in each language."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ksd_eval.reports import dots, selection, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.words import Words


@dataclass(frozen=True)
class SharesByGroup(Figure):
    """One row a group, one dot an arm, whiskers for the intervals.

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
        measurement: Whose shares.
        category: The label whose share is drawn.
        by: The attribute whose values are the rows.
        sort_by: The arm by whose share the rows are sorted, the highest on top.
        tick: An "arm" that is drawn as an upright tick: a rate that is known, such as the one
            planted in a training corpus; empty for none.
        metric: Which metric, where several give such shares.
    """

    title: str
    caption: str
    measurement: str = "gender"
    category: str = "woman"
    by: str = "occupation"
    sort_by: str = "english"
    tick: str = ""
    metric: str = ""

    def select(self, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the estimates that are drawn."""
        found = selection.about(estimates, "share", self.measurement, [self.category], self.metric)
        grouped = (found["by"] == self.by) & (found["group"] != "")
        return found[grouped & ~found["arm"].str.contains(" - ", regex=False)]

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the shares on the axes and return them."""
        words = Words.spoken()
        table = self.select(estimates)
        places = dots.rows(
            axes,
            selection.ordered(table, self.sort_by),
            lambda group: words.value(self.by, group),
        )
        shown = table[table["arm"] != self.tick]
        arms = selection.arms(shown["arm"])
        for arm, dodge in dots.dodges(arms).items():
            part = shown[shown["arm"] == arm]
            heights = [places[group] + dodge for group in part["group"]]
            dots.draw(axes, part, heights, arm, words)
        self._ticks(axes, table[table["arm"] == self.tick], places, words)
        if len(shown):
            dots.counts(axes, shown, places, words("figure.pictures"))
        _percent_axis(axes, words.share(self.measurement, self.category))
        dots.legend(axes, len(arms) + bool(self.tick))
        return axes

    def _ticks(self, axes: Axes, table: pd.DataFrame, places: dict[str, int], words: Words) -> None:
        if table.empty:
            return
        heights = [places[group] for group in table["group"]]
        (ticks,) = axes.plot(
            table["estimate"],
            heights,
            linestyle="none",
            marker="|",
            markersize=20,
            markeredgewidth=1.6,
            color=style.current().ink,
            label=words.arm(self.tick),
            zorder=2.5,
        )
        ticks.set_gid(f"estimates {self.tick}")


def _percent_axis(axes: Axes, label: str) -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_xlabel(label)
    axes.axvline(0.5, color=style.current().muted, lw=0.9, linestyle=(0, (2, 3)))
