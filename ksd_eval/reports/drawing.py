"""Figures on paper: the right size for their rows, in the one style, as files and for the page."""

import dataclasses
import io
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Paper
from matplotlib.ticker import FixedLocator
from PIL import Image

from ksd_eval.reports import style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.style import LIGHT, THEMES, Theme
from ksd_eval.reports.translations import translated
from ksd_eval.reports.words import Words

WIDTH: Final = 7.6
"""Inches; letters stay readable on a phone, where a figure is shown at half its width."""
ROW: Final = 0.46
AROUND: Final = 1.5
"""Height of a row, and of all that is not rows: title, axis, legend."""
FEWEST: Final = 3
"""Rows that a figure has room for at least."""
SHAPELESS: Final = 4.2
"""Height of a figure that has no named rows."""
WRITTEN: Final = ("title", "caption", "label")
"""Fields of figures that a reader sees."""
DPI: Final = 200
PAGE_DPI: Final = 160


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as the page shows it: one picture for light, one for dark."""

    name: str
    title: str
    caption: str
    alt: str
    light: str
    dark: str
    width: int
    height: int


def drawn(
    figure: Figure, estimates: pd.DataFrame, theme: Theme = LIGHT, *, titled: bool = True
) -> Paper:
    """Draw a figure; a figure whose rows have names gets room for each of them."""
    with style.applied(theme):
        paper = Paper(figsize=(WIDTH, SHAPELESS), layout="constrained")
        FigureCanvasAgg(paper)
        axes = figure(estimates, paper.add_subplot())
        if titled:
            axes.set_title(figure.title)
        if isinstance(axes.yaxis.get_major_locator(), FixedLocator):
            paper.set_size_inches(WIDTH, AROUND + ROW * max(len(axes.get_yticks()), FEWEST))
        # Once is enough: laying out takes as long as drawing, at every save.
        paper.draw_without_rendering()
        paper.set_layout_engine(None)
    return paper


def save(
    figures: Mapping[str, Figure], estimates: pd.DataFrame, folder: Path, words: Words
) -> None:
    """Write every figure as PNG and SVG; the same estimates give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        paper = drawn(spoken(figure, words), estimates)
        with style.applied():
            paper.savefig(folder / f"{name}.png", dpi=DPI, metadata={"Software": None})
            paper.savefig(folder / f"{name}.svg", metadata={"Date": None})


def for_page(
    figures: Mapping[str, Figure], estimates: pd.DataFrame, words: Words
) -> Iterator[Picture]:
    """Yield every figure as pictures that stand inside the page."""
    for name, written in figures.items():
        figure = spoken(written, words)
        faces = {
            shade: _raster(drawn(figure, estimates, theme, titled=False), theme)
            for shade, theme in THEMES.items()
        }
        yield Picture(
            name=name,
            title=figure.title,
            caption=figure.caption,
            alt=words("figure.alt", title=figure.title, caption=figure.caption),
            light=embedded(faces["light"], lossless=True),
            dark=embedded(faces["dark"], lossless=True),
            width=faces["light"].width // 2,
            height=faces["light"].height // 2,
        )


def spoken(figure: Figure, words: Words) -> Figure:
    """Return a figure whose own texts, as an experiment's file has them, are in a language."""
    texts = {
        name: translated(text, words)
        for name in WRITTEN
        if isinstance(text := getattr(figure, name, None), str)
    }
    return dataclasses.replace(figure, **texts)  # type: ignore[type-var]


def embedded(image: Image.Image, *, lossless: bool = False, quality: int = 80) -> str:
    """Return a picture as a `data:` address, in WebP."""
    stream = io.BytesIO()
    image.save(stream, "WEBP", lossless=lossless, quality=quality, method=4)
    return f"data:image/webp;base64,{b64encode(stream.getvalue()).decode()}"


def _raster(paper: Paper, theme: Theme) -> Image.Image:
    stream = io.BytesIO()
    with style.applied(theme):
        paper.savefig(stream, format="png", dpi=PAGE_DPI)
    with Image.open(stream) as image:
        # A few hundred colours are all that a chart has; fewer bytes, no difference to the eye.
        return image.convert("RGB").quantize(256).convert("RGB")
