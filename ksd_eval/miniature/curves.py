"""Draw the recipe's log: `python -m ksd_eval.miniature.curves` writes `curves.svg` beside it.

Each stage logged its losses while it learnt (`logs/<stage>.jsonl`); each gets a panel.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

LOGS: Final = Path(__file__).with_name("logs")
CURVES: Final = Path(__file__).with_name("curves.svg")
SHOWN: Final[Mapping[str, tuple[str, str]]] = {
    "autoencoder": ("psnr", "round trip, dB"),
    "clip": ("loss", "contrastive loss"),
    "denoiser": ("loss", "velocity error"),
    "korean": ("loss", "distance of sentence vectors"),
    "judge": ("loss", "contrastive loss"),
    "reader": ("loss", "sum of cross-entropies"),
}
"""What a stage's panel shows, and its name on the axis."""


def curve(stage: str) -> tuple[list[int], list[float]]:
    """Return the steps of a stage's log and the values shown of them."""
    with (LOGS / f"{stage}.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    key = SHOWN[stage][0]
    return [row["step"] for row in rows], [row[key] for row in rows]


def draw(stage: str, axes: Axes) -> Axes:
    """Draw one stage's curve."""
    steps, values = curve(stage)
    axes.plot(steps, values, linewidth=1.5)
    axes.set(title=stage, xlabel="step", ylabel=SHOWN[stage][1])
    if SHOWN[stage][0] == "loss":
        axes.set_yscale("log")
    axes.grid(visible=True, alpha=0.3)
    return axes


def figure(stages: Sequence[str] = tuple(SHOWN)) -> Figure:
    """Return all curves, three a row."""
    sheet = Figure(figsize=(10, 3 * -(-len(stages) // 3)), layout="constrained")
    for place, stage in enumerate(stages):
        draw(stage, sheet.add_subplot(-(-len(stages) // 3), 3, place + 1))
    return sheet


if __name__ == "__main__":
    figure().savefig(CURVES, metadata={"Date": None})
