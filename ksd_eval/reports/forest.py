"""The forest: what changes between two arms, with intervals, zero, and what would be too small."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from ksd_eval.records import Estimate
from ksd_eval.reports import dots, numerals, selection, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.words import Words


@dataclass(frozen=True)
class Forest(Figure):
    """Paired differences of shares, one row each: left of zero, right of zero, or cannot tell.

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
        contrast: The two arms, as "korean - english".
        shares: Measurement -> the labels whose differences are drawn.
        by: The attribute whose values are the rows; empty for all prompts together.
        margin: A difference within plus or minus this is too small to matter; 0 draws no band.
        metric: Which metric, where several give such differences.
    """

    title: str
    caption: str
    contrast: str = "korean - english"
    shares: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"gender": ("woman",)})
    by: str = ""
    margin: float = 0.05
    metric: str = ""

    @property
    def measurement(self) -> str:
        """Where on the page the figure belongs; nowhere in particular where it has several."""
        return next(iter(self.shares)) if len(self.shares) == 1 else ""

    def select(self, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the estimates that are drawn, in the order of the configuration."""
        found = pd.concat(
            selection.about(estimates, "difference", measurement, [category], self.metric)
            for measurement, categories in self.shares.items()
            for category in categories
        )
        grouped = found["group"] != "" if self.by else found["group"] == ""
        return found[(found["by"] == self.by) & grouped & (found["arm"] == self.contrast)]

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the differences on the axes and return them."""
        words = Words.spoken()
        table = self.select(estimates)
        if self.by:
            table = table.sort_values("estimate", ascending=False, kind="stable")
        names = [self._name(row, words) for row in selection.estimates(table)]
        dots.rows(axes, [str(place) for place in range(len(table))], lambda at: names[int(at)])
        if self.margin:
            band = axes.axvspan(
                -self.margin, self.margin, color=style.current().line, alpha=0.55, lw=0
            )
            band.set_label(words("figure.margin", margin=f"{100 * self.margin:g}"))
        axes.axvline(0, color=style.current().ink, lw=1.1)
        dots.draw(axes, table, range(len(table)), self.contrast, words)
        self._axis(axes, table, words)
        self._readings(axes, table, words)
        dots.legend(axes, 2)
        return axes

    def _name(self, row: Estimate, words: Words) -> str:
        if not self.by:
            return words.label(row.measurement, row.category)
        group = words.value(self.by, row.group)
        if sum(map(len, self.shares.values())) == 1:
            return group
        return f"{group}: {words.label(row.measurement, row.category)}"

    def _axis(self, axes: Axes, table: pd.DataFrame, words: Words) -> None:
        ends = table[["estimate", "ci_low", "ci_high"]].abs().max().max()
        reach = max(1.12 * (0 if pd.isna(ends) else ends), 1.6 * self.margin, 0.02)
        axes.set_xlim(-reach, reach)
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: numerals.signed(round(100 * value, 1), "g"))
        )
        axes.set_xlabel(words("figure.difference", left=words.arm(self.contrast.split(" - ")[0])))

    def _readings(self, axes: Axes, table: pd.DataFrame, words: Words) -> None:
        muted, transform = style.current().muted, axes.get_yaxis_transform()
        for place, row in enumerate(selection.estimates(table)):
            number = numerals.NO_NUMBER
            if row.estimate is not None:
                number = numerals.bare(row.estimate, "points")
            # In points whatever was measured, as the axis is.
            interval = numerals.read(row.estimate, row.ci_low, row.ci_high, "points").interval
            text = f"{number}  ({interval})" if interval else number
            axes.text(1.02, place, text, transform=transform, color=muted, va="center", size=9.5)
        axes.text(
            1.02, 1.005, words("figure.points"), transform=axes.transAxes, color=muted, size=9.5
        )
