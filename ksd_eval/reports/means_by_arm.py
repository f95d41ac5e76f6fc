"""Means by arm: one row an arm, on one axis, with what is possible at worst and at best."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from ksd_eval.reports import dots, selection, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.words import Words


@dataclass(frozen=True)
class MeansByArm(Figure):
    """One row an arm: its mean, with its interval; floor and ceiling as dashed lines.

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
        metric: The metric that is drawn.
        kind: What kind of its estimates, where it gives several.
        label: What the axis says.
        lines: Columns of the estimates that are drawn as lines: "floor", "ceiling".
    """

    title: str
    caption: str
    metric: str
    kind: str = ""
    label: str = ""
    lines: Sequence[str] = ("floor", "ceiling")

    def select(self, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the estimates that are drawn."""
        found = estimates[(estimates["metric"] == self.metric) & (estimates["by"] == "")]
        found = found[~found["arm"].str.contains(" - ", regex=False)]
        if self.kind:
            found = found[found["kind"] == self.kind]
        return selection.numeric(found[found["estimand"] != "over_seeds"])

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the means on the axes and return them."""
        words = Words.spoken()
        table = self.select(estimates)
        arms = selection.arms(table["arm"])
        places = dots.rows(axes, arms, words.arm)
        for arm in arms:
            part = table[table["arm"] == arm]
            dots.draw(axes, part, [places[arm]] * len(part), arm, words)
        for column in self.lines:
            value = table[column].dropna().mean() if column in table else float("nan")
            if value == value:
                axes.axvline(value, color=style.current().muted, lw=1.2, ls=(0, (4, 3)), zorder=1)
                axes.annotate(
                    words(f"figure.{column}"),
                    (value, 1.0),
                    xycoords=("data", "axes fraction"),
                    xytext=(3, 3),
                    textcoords="offset points",
                    color=style.current().muted,
                    fontsize=8.5,
                )
        axes.set_xlabel(self.label)
        return axes
