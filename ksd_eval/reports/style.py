"""One look for every figure: colours that colour-blind readers can tell apart, and Hangul.

>>> colour("korean"), marker("korean")
('#b84a00', 'o')
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any, Final

from matplotlib import font_manager, rc_context

FONTS: Final = ("NanumSquareR.ttf", "NanumSquareB.ttf")
"""Both weights of one family, in the package so that Hangul shows on any machine."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a page and of the figures on it.

    Attributes:
        paper: Behind a figure.
        ground: Behind the page.
        ink: Text.
        muted: Secondary text, axes.
        line: Rules and grids.
        rule: Edges of what can be pressed or filled in.
        band: Where a difference is too small to matter.
        roles: One colour an arm's role.
        cultures: One colour a culture; unlike every role.
    """

    paper: str
    ground: str
    ink: str
    muted: str
    line: str
    rule: str
    band: str
    roles: Mapping[str, str]
    cultures: Mapping[str, str]


# Moved from Okabe and Ito's palette until any two stay apart for readers without one kind of cone;
# those of arms are letters too, with a contrast of 4.5 and more. tests/reports/test_palette.py has
# the measures. Lighter on dark.
LIGHT: Final = Theme(
    paper="#ffffff",
    ground="#f7f5f2",
    ink="#1f2328",
    muted="#59636e",
    line="#d9d6d0",
    rule="#8b8880",
    band="#ece9e3",
    roles={
        "korean": "#b84a00",
        "english": "#0074bb",
        "original": "#444e4a",
        "translated": "#a84e88",
        "foreign": "#7a6b4f",
    },
    cultures={"korean": "#6a408f", "western": "#bd7c42"},
)
DARK: Final = Theme(
    paper="#1d2025",
    ground="#131519",
    ink="#e8e6e3",
    muted="#a3a9b1",
    line="#3a3f47",
    rule="#767d88",
    band="#2a2e35",
    roles={
        "korean": "#f48237",
        "english": "#5abfff",
        "original": "#88c095",
        "translated": "#da8ab8",
        "foreign": "#ecde97",
    },
    cultures={"korean": "#a786cd", "western": "#fcc766"},
)
THEMES: Final[Mapping[str, Theme]] = {"light": LIGHT, "dark": DARK}

# Shape repeats what colour says, for grey print and for readers without colour.
MARKERS: Final[Mapping[str, str]] = {
    "korean": "o",
    "english": "s",
    "original": "D",
    "translated": "^",
    "foreign": "v",
}
ROLES: Final = tuple(MARKERS)
"""The order of arms in every figure and table."""

_THEME: ContextVar[Theme] = ContextVar("theme", default=LIGHT)


@contextmanager
def applied(theme: Theme = LIGHT) -> Iterator[None]:
    """Draw and save in this style within the block; matplotlib's own settings come back."""
    _register_fonts()
    # Newer releases of matplotlib name every key in the type, older ones none.
    settings: Any = _settings(theme)
    token = _THEME.set(theme)
    try:
        with rc_context(settings):
            yield
    finally:
        _THEME.reset(token)


def current() -> Theme:
    """Return the theme that is being drawn in."""
    return _THEME.get()


def colour(role: str) -> str:
    """Return the colour of an arm's role, or of a contrast: that of its first role."""
    return current().roles.get(role.split(" - ")[0], current().muted)


def marker(role: str) -> str:
    """Return the shape of an arm's dots."""
    return MARKERS.get(role.split(" - ")[0], "o")


@cache
def _register_fonts() -> None:
    for name in FONTS:
        with as_file(files("ksd_eval") / "fonts" / name) as path:
            font_manager.fontManager.addfont(path)


def _settings(theme: Theme) -> Mapping[str, Any]:
    return {
        # The second family has the signs that the first lacks, such as the minus.
        "font.family": ["NanumSquare", "DejaVu Sans"],
        "font.size": 11,
        "axes.titlesize": 13,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 26,
        "axes.labelsize": 11,
        "axes.labelcolor": theme.muted,
        "axes.edgecolor": theme.line,
        "axes.facecolor": theme.paper,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "x",
        "axes.axisbelow": True,
        "grid.color": theme.line,
        "grid.linewidth": 0.7,
        "xtick.color": theme.line,
        "xtick.labelcolor": theme.muted,
        "ytick.color": theme.line,
        "ytick.labelcolor": theme.ink,
        "ytick.left": False,
        "text.color": theme.ink,
        "figure.facecolor": theme.paper,
        "savefig.facecolor": theme.paper,
        "legend.frameon": False,
        "legend.fontsize": 10.5,
        # Letters as outlines: a figure looks the same where the font is not installed. A fixed
        # salt: the same figure has the same bytes.
        "svg.fonttype": "path",
        "svg.hashsalt": "ksd_eval",
    }
