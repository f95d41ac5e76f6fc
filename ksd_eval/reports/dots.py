"""Dots with whiskers, one row a group, one dot an arm: what most figures are made of."""

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from ksd_eval.reports import style
from ksd_eval.reports.words import Words

SPREAD: Final = 0.72
"""Height of a row that its dots share, of 1."""

LEGEND_BELOW: Final = 42
"""Points from the axes down to the legend: the ticks and the label lie between."""


def dodges(arms: Sequence[str]) -> dict[str, float]:
    """Return how far each arm's dots lie from the middle of their row.

    >>> dodges(["korean", "english"])
    {'korean': -0.18, 'english': 0.18}
    """
    step = SPREAD / max(len(arms), 2)
    return {arm: round((place - (len(arms) - 1) / 2) * step, 3) for place, arm in enumerate(arms)}


def rows(axes: Axes, groups: Sequence[str], name: Callable[[str], str]) -> dict[str, int]:
    """Set up one row a group, the first on top, with faint stripes to lead the eye."""
    places = {group: place for place, group in enumerate(groups)}
    for place in range(1, len(groups), 2):
        axes.axhspan(place - 0.5, place + 0.5, color=style.current().band, alpha=0.45, lw=0)
    axes.set_yticks(list(places.values()), [name(group) for group in groups])
    axes.set_ylim(max(len(groups), 1) - 0.5, -0.5)
    return places


def draw(axes: Axes, table: pd.DataFrame, y: Sequence[float], arm: str, words: Words) -> None:
    """Draw one arm's estimates at the heights `y`, with their intervals.

    A dot without a whisker has no interval; a row without a dot says that nothing could be told.
    """
    silence = words("figure.cannot")
    colour = style.colour(arm)
    heights = pd.Series(list(y), index=table.index)
    sure = table["ci_low"].notna() & table["ci_high"].notna()
    whiskers = axes.hlines(
        heights[sure], table.loc[sure, "ci_low"], table.loc[sure, "ci_high"], color=colour, lw=1.8
    )
    whiskers.set_gid(f"intervals {arm}")
    (dots,) = axes.plot(
        table["estimate"],
        heights,
        linestyle="none",
        marker=style.marker(arm),
        markersize=6,
        color=colour,
        markeredgecolor=style.current().paper,
        markeredgewidth=0.9,
        label=words.arm(arm),
        zorder=3,
    )
    dots.set_gid(f"estimates {arm}")
    for height in heights[table["estimate"].isna()]:
        axes.annotate(
            silence,
            (0.01, height),
            xycoords=axes.get_yaxis_transform(),
            color=colour,
            fontsize=8.5,
            va="center",
        )


def counts(axes: Axes, table: pd.DataFrame, places: dict[str, int], heading: str) -> None:
    """Write at the right of each row how many pictures are behind each of its dots."""
    muted = style.current().muted
    transform = axes.get_yaxis_transform()
    for group, part in table.groupby("group"):
        few, many = int(part["n_images"].min()), int(part["n_images"].max())
        text = str(few) if few == many else f"{few}–{many}"
        axes.text(
            1.02, places[str(group)], text, transform=transform, color=muted, va="center", size=9.5
        )
    axes.text(1.02, 1.005, heading, transform=axes.transAxes, color=muted, va="bottom", size=9.5)


def legend(axes: Axes, columns: int, handles: Sequence[Artist] = ()) -> None:
    """Put the legend below the axes and their label, where it hides nothing.

    Args:
        axes: Whose.
        columns: Entries in a row.
        handles: What it explains; empty for everything that has a label.
    """
    root = axes.get_figure(root=True)
    handles = handles or axes.get_legend_handles_labels()[0]
    if root is None or not handles:
        return
    below = ScaledTranslation(0, -LEGEND_BELOW / 72, root.dpi_scale_trans)
    axes.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=axes.transAxes + below,
        ncols=columns,
        handletextpad=0.3,
        columnspacing=1.6,
    )
