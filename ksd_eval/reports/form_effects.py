"""Effects of changed wordings: one row a change, by what is expected of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes

from ksd_eval.reports import dots, selection, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.kinds import kind_of
from ksd_eval.reports.words import Words


@dataclass(frozen=True)
class FormEffects(Figure):
    """One row a change: its effect with the interval, and how many pictures stayed as they were.

    Lines part the changes that must change nothing, those that should not, and those that may.

    Attributes:
        title: Heading.
        caption: What a reader sees, in a sentence or two.
        metric: The metric that is drawn.
        pixels: The metric of identical pictures, written at the right; empty for none.
        margin: An effect within plus or minus this is too small to matter; 0 draws no band.
        label: What the axis says.
    """

    title: str
    caption: str
    metric: str
    pixels: str = ""
    margin: float = 0.0
    label: str = ""

    def select(self, estimates: pd.DataFrame) -> pd.DataFrame:
        """Return the estimates that are drawn, in their own order."""
        mine = estimates[(estimates["metric"] == self.metric) & (estimates["group"] != "")]
        kinds = [kind_of(one) for one in selection.estimates(mine)]
        found = selection.numeric(mine[pd.Series(kinds, mine.index, dtype=str) == "form_effect"])
        # A change that finds nothing in these prompts has no row.
        return found[found["n_pairs"] > 0]

    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the effects on the axes and return them."""
        words = Words.spoken()
        table = self.select(estimates)
        groups = list(dict.fromkeys(table["group"]))
        places = dots.rows(axes, groups, lambda form: words.value("perturbation", form))
        if self.margin:
            colour = style.current().line
            axes.axvspan(-self.margin, self.margin, color=colour, alpha=0.55, lw=0)
        axes.axvline(0, color=style.current().ink, lw=1.1)
        arms = selection.arms(table["arm"])
        for arm, dodge in dots.dodges(arms).items():
            part = table[table["arm"] == arm]
            heights = [places[form] + (dodge if len(arms) > 1 else 0) for form in part["group"]]
            dots.draw(axes, part, heights, arm, words)
        self._lines(axes, places, dict(zip(table["group"], table["kind"], strict=True)))
        self._counts(axes, estimates, places, words)
        axes.set_xlabel(self.label)
        if len(arms) > 1:
            dots.legend(axes, len(arms))
        return axes

    def _lines(self, axes: Axes, places: Mapping[str, int], expected: Mapping[str, str]) -> None:
        for before, after in pairwise(places):
            if expected.get(before) != expected.get(after):
                axes.axhline(places[after] - 0.5, color=style.current().muted, lw=0.9)

    def _counts(
        self, axes: Axes, estimates: pd.DataFrame, places: Mapping[str, int], words: Words
    ) -> None:
        """Write how many pictures of each form are those of the plain prompt."""
        counted = selection.numeric(estimates[estimates["metric"] == self.pixels])
        counted = counted[counted["group"].isin(list(places)) & counted["estimate"].notna()]
        if counted.empty:
            return
        muted, transform = style.current().muted, axes.get_yaxis_transform()
        for form, part in counted.groupby("group"):
            same = round(float((part["estimate"] * part["n_images"]).sum()))
            text = f"{same} / {int(part['n_images'].sum())}"
            axes.text(
                *(1.02, places[str(form)], text),
                transform=transform,
                color=muted,
                va="center",
                size=9.5,
            )
        heading = words("figure.same_pixels")
        axes.text(1.02, 1.005, heading, transform=axes.transAxes, color=muted, size=9.5)
