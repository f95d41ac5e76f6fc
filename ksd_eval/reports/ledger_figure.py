"""The ledger as a figure: each claim's interval, in multiples of its own margin."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from ksd_eval.reports import dots, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.words import Words


@dataclass(frozen=True)
class Ledger(Figure):
    """A row a claim that was decided; unlike units become alike when a margin is 1.

    Wholly right of the band is supported, wholly left of its right edge is refuted, anything else
    is undecided (for claims that look above; for the others likewise).

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
    """

    title: str
    caption: str = ""

    def select(self, verdicts: pd.DataFrame) -> pd.DataFrame:
        """Return the verdicts that can be drawn, with their numbers in margins."""
        known = verdicts[verdicts["estimate"].notna() & (verdicts["margin"] > 0)]
        numbers = known[["estimate", "ci_low", "ci_high"]].astype(float)
        return known.assign(**numbers.div(known["margin"].astype(float), axis=0))

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the verdicts (in the place of estimates) on the axes and return them."""
        words, table, theme = Words.spoken(), self.select(estimates), style.current()
        outcomes = dict(zip(table["claim"], table["outcome"], strict=True))
        places = dots.rows(
            axes,
            list(table["claim"]),
            lambda claim: f"{claim}: {words(f'outcome.{outcomes[claim]}')}",
        )
        axes.axvspan(-1, 1, color=theme.line, alpha=0.55, lw=0)
        axes.axvline(0, color=theme.ink, lw=1.1)
        heights = [places[claim] for claim in table["claim"]]
        colour = theme.roles["english"]
        whiskers = axes.hlines(heights, table["ci_low"], table["ci_high"], color=colour, lw=1.8)
        whiskers.set_gid("intervals ledger")
        (marks,) = axes.plot(table["estimate"], heights, "o", color=colour, markersize=6)
        marks.set_gid("estimates ledger")
        reach = _reach(table)
        axes.set_xlim(-reach, reach)
        axes.set_xlabel(words("figure.ledger"))
        return axes


def _reach(table: pd.DataFrame) -> float:
    """Return how far the axis reaches on both sides."""
    farthest = table[["estimate", "ci_low", "ci_high"]].abs().max().max()
    return float(1.1 * max(2.0, 0.0 if pd.isna(farthest) else farthest))
