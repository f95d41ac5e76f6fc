"""Cultures: what a model draws where the prompt names none, by concept and arm."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ksd_eval.reports import dots, selection, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.words import Words


@dataclass(frozen=True)
class Culture(Figure):
    """One row a concept, one bar an arm: the shares of two labels, from left and from right.

    A dot stands where the left share ends, with the interval of that share.

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
        measurement: Whose shares.
        categories: The label from the left and the one from the right.
        by: The attribute whose values are the rows.
        sort_by: The arm by whose left share the rows are sorted, the highest on top.
        metric: Which metric, where several give such shares.
    """

    title: str
    caption: str
    measurement: str = "culture"
    categories: Sequence[str] = ("korean", "western")
    by: str = "concept"
    sort_by: str = "english"
    metric: str = ""

    def select(self, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the estimates that are drawn: of each group, and of all groups together."""
        found = selection.about(estimates, "share", self.measurement, self.categories, self.metric)
        found = found[~found["arm"].str.contains(" - ", regex=False)]
        grouped = (found["by"] == self.by) & (found["group"] != "")
        # All groups together, of the same prompts: another metric may have kept other ones.
        together = (found["by"] == "") & found["metric"].isin(found.loc[grouped, "metric"])
        return found[grouped | together]

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the bars on the axes and return them."""
        words = Words.spoken()
        table = self.select(estimates)
        left = table[table["category"] == self.categories[0]]
        groups = selection.ordered(left[left["group"] != ""], self.sort_by)
        groups += [""] if (left["group"] == "").any() else []
        places = dots.rows(
            axes, groups, lambda group: words.value(self.by, group) if group else words("all")
        )
        for arm, dodge in dots.dodges(selection.arms(table["arm"])).items():
            self._bars(axes, table[table["arm"] == arm], arm, dodge, places)
        self._labels(axes, words)
        return axes

    def _bars(
        self, axes: Axes, part: pd.DataFrame, arm: str, dodge: float, places: dict[str, int]
    ) -> None:
        for side, category in enumerate(self.categories):
            shares = part[(part["category"] == category) & part["estimate"].notna()]
            heights = [places[group] + dodge for group in shares["group"]]
            width = shares["estimate"]
            bars = axes.barh(heights, width, height=0.2, left=side * (1 - width))
            for bar in bars:
                bar.set(color=self._colour(category), alpha=0.5, lw=0, gid=f"{category} {arm}")
        left = part[part["category"] == self.categories[0]]
        heights = [places[group] + dodge for group in left["group"]]
        dots.draw(axes, left, heights, arm, Words.spoken())

    def _colour(self, category: str) -> str:
        theme = style.current()
        return theme.cultures.get(category, theme.muted)

    def _labels(self, axes: Axes, words: Words) -> None:
        axes.set_xlim(-0.02, 1.02)
        axes.grid(visible=False)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_xlabel(words("figure.culture"))
        for side, category in enumerate(self.categories):
            axes.text(
                side,
                1.005,
                words.label(self.measurement, category),
                transform=axes.get_xaxis_transform(),
                ha="left" if side == 0 else "right",
                va="bottom",
                weight="bold",
                color=self._colour(category),
            )
        dots.legend(axes, 4)
