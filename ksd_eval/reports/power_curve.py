"""Power against the number of prompt pairs: how large a run must be to find an effect."""

from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator, PercentFormatter, StrMethodFormatter

from ksd_eval.reports import dots, selection, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.words import Words

PREFIX: Final = "replicates_"
"""How the estimates name a number of replicates, in the column `arm`."""

STROKES: Final = ("-", "--", "-.", ":")
MARKERS: Final = ("o", "s", "D", "^")


@dataclass(frozen=True)
class PowerCurve(Figure):
    """One line a number of replicates: the power of a run, over its number of prompt pairs.

    A band around a line is the interval that the pilot's own uncertainty gives it.

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
        effect: Of which effect, in shares: .05 is five points.
        power: The wanted power, drawn as a rule; 0 draws none.
    """

    title: str
    caption: str
    effect: float = 0.10
    power: float = 0.8

    @property
    def measurement(self) -> str:
        """Where on the page the figure belongs."""
        return "plan"

    def select(self, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the estimates that are drawn: by replicates, then by pairs."""
        chosen = (
            (estimates["metric"] == "power")
            & (estimates["by"] == "pairs")
            & (estimates["category"] == f"{100 * self.effect:g}")
            & estimates["arm"].str.startswith(PREFIX)
        )
        found = selection.numeric(estimates[chosen])
        found = found.assign(
            replicates=found["arm"].str.removeprefix(PREFIX).astype(int),
            pairs=found["group"].astype(int),
        )
        return found.sort_values(["replicates", "pairs"], kind="stable")

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the curves on the axes and return them."""
        words = Words.spoken()
        table = self.select(estimates)
        for place, (arm, part) in enumerate(table.groupby("arm", sort=False)):
            self._line(axes, part, str(arm), place, words)
        if self.power:
            rule = axes.axhline(self.power, color=style.current().ink, lw=1.1)
            rule.set_gid("power")
            rule.set_label(words("figure.power.wanted", power=f"{100 * self.power:g}"))
        axes.set_ylim(0, 1.02)
        # On which a design twice as large is always as far away.
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="%"))
        axes.grid(visible=True, axis="y")
        axes.set_xlabel(words("figure.power.pairs"))
        axes.set_ylabel(words("figure.power", effect=f"{100 * self.effect:g}"))
        dots.legend(axes, 3)
        return axes

    def _line(self, axes: Axes, part: pd.DataFrame, arm: str, place: int, words: Words) -> None:
        colours = list(style.current().roles.values())
        colour = colours[place % len(colours)]
        (line,) = axes.plot(
            part["pairs"],
            part["estimate"],
            linestyle=STROKES[place % len(STROKES)],
            marker=MARKERS[place % len(MARKERS)],
            markersize=4.5,
            color=colour,
            label=words.arm(arm),
            zorder=3,
        )
        line.set_gid(f"estimates {arm}")
        sure = part.dropna(subset=["ci_low", "ci_high"])
        if len(sure):
            band = axes.fill_between(
                sure["pairs"].to_numpy(dtype=float),
                sure["ci_low"].to_numpy(dtype=float),
                sure["ci_high"].to_numpy(dtype=float),
                color=colour,
                alpha=0.10,
                lw=0,
            )
            band.set_gid(f"intervals {arm}")
