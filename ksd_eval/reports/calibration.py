"""How often intervals held the truth in simulated runs: a row an estimator, a dot a kind of run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from ksd_eval.reports import dots, selection, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.words import Words

APART: Final = " · "
"""Stands between an estimator and a kind of run in the estimates' groups."""

ALIKE: Final = 0.004
"""Coverages nearer than this are one above the other, not one on the other."""


@dataclass(frozen=True)
class Coverage(Figure):
    """Coverage of intervals by estimator; a dot is one kind of run and one arm.

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
        lowest: Coverage below which an interval claims too much.
        highest: Coverage above which it claims too little.
        usual: Estimators that stand for the usual ways, drawn hollow and last.
    """

    title: str
    caption: str
    lowest: float = 0.93
    highest: float = 0.97
    usual: Sequence[str] = (
        *("independent_images", "both_levels", "uncorrected_judge", "difference_by_"),
    )

    @property
    def measurement(self) -> str:
        """Where on the page the figure belongs."""
        return "coverage"

    def select(self, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the coverages that are drawn, with their estimator and kind of run."""
        table = selection.numeric(estimates[estimates["metric"] == "coverage"])
        table = table[table["estimate"].notna()]
        parts = table["group"].str.split(APART, n=1, expand=True)
        table = table.assign(estimator=parts[0], scenario=parts[1])
        hollow = [self._is_usual(name) for name in table["estimator"]]
        return table.assign(usual=hollow).sort_values(
            ["usual", "estimator", "estimate"], kind="stable"
        )

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the coverages on the axes and return them."""
        words, table, theme = Words.spoken(), self.select(estimates), style.current()
        names = list(dict.fromkeys(table["estimator"]))
        places = dots.rows(axes, names, lambda name: words.value("estimator", name))
        axes.axvspan(self.lowest, self.highest, color=theme.line, alpha=0.55, lw=0)
        for (hollow, name), part in table.groupby(["usual", "estimator"]):
            heights = [places[str(name)] + shift for shift in _spread(list(part["estimate"]))]
            colour = theme.roles["korean" if hollow else "english"]
            (drawn,) = axes.plot(
                part["estimate"],
                heights,
                linestyle="none",
                marker="s" if hollow else "o",
                markersize=5.5,
                color="none" if hollow else colour,
                markeredgecolor=colour,
                zorder=3,
            )
            drawn.set_gid(f"coverage {name}")
            self._named(axes, part, heights, words)
        axes.set_xlim(min(0.88, table["estimate"].min() - 0.03 if len(table) else 1), 1.005)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_xlabel(words("figure.coverage"))
        return axes

    def _is_usual(self, estimator: str) -> bool:
        return estimator.startswith(tuple(self.usual))

    def _named(self, axes: Axes, part: pd.DataFrame, heights: list[float], words: Words) -> None:
        """Write beside its dot which kind of run an interval fails in: the worst of a row."""
        worst = part["estimate"].to_numpy().argmin() if len(part) else 0
        row = part.iloc[worst]
        if row["estimate"] < self.lowest:
            axes.annotate(
                words.value("scenario", str(row["scenario"])),
                (row["estimate"], heights[worst]),
                textcoords="offset points",
                xytext=(7, 0),
                va="center",
                fontsize=8,
                color=style.current().muted,
            )


def _spread(values: list[float]) -> Iterator[float]:
    """Yield how far each dot is moved up or down, so that none hides another."""
    taken = 0
    for place, value in enumerate(values):
        near = place and value - values[place - 1] < ALIKE
        taken = taken + 1 if near else 0
        yield (0.0, 0.17, -0.17, 0.34, -0.34)[taken % 5]
