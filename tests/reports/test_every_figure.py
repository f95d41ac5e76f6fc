"""Every figure, as every experiment has it: what is drawn is what the table says.

Classes are found by walking the package, so that a new one is covered as soon as its file exists.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from itertools import product
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import yaml
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Paper

from ksd_eval import extensions, reports
from ksd_eval.records import Estimate, Verdict, columns
from ksd_eval.reports import drawing, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.calibration import APART, Coverage
from ksd_eval.reports.culture import Culture
from ksd_eval.reports.ledger_figure import Ledger
from ksd_eval.reports.power_curve import PREFIX, PowerCurve
from ksd_eval.reports.words import LANGUAGES, Words

ROLES = ("korean", "english", "original")
CONTRASTS = ("korean - english", "original - korean")
NO_WHISKERS = ("Coverage",)
"""Whose dots have intervals in the table alone: they are of the simulation, not of a run."""

BY_NOBODY = {"Ledger": Ledger("장부", "한 줄이 주장 하나입니다.")}
"""Figures that no experiment names: the page draws them."""


def classes() -> list[type]:
    """Return the figures of the package."""
    found = []
    for module in pkgutil.iter_modules(reports.__path__, f"{reports.__name__}."):
        for _, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            ours = cls.__module__ == module.name and is_dataclass(cls) and "__call__" in vars(cls)
            if ours and "axes" in inspect.signature(cls.__call__).parameters:
                found.append(cls)
    return found


def configured() -> Iterator[tuple[str, Figure]]:
    """Yield the figures of our experiments, under the experiment's name and their own."""
    for path in sorted(extensions.own_conf().glob("*/*.yaml")):
        nodes = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("figures") or {}
        for name, node in nodes.items():
            if isinstance(node, dict) and "_target_" in node:
                module, _, cls = node.pop("_target_").rpartition(".")
                given = {key: value for key, value in node.items() if "${" not in str(value)}
                yield f"{path.stem}.{name}", getattr(importlib.import_module(module), cls)(**given)


FIGURES = {**dict(configured()), **BY_NOBODY}
ONE_OF_EACH = {type(figure).__name__: figure for figure in FIGURES.values()}
each = pytest.mark.parametrize("name", FIGURES)
each_class = pytest.mark.parametrize("name", ONE_OF_EACH)


def said(figure: Figure, *names: str) -> list[str]:
    """Return what some fields of a figure say, each once."""
    given = [getattr(figure, name) for name in names if hasattr(figure, name)]
    words = [[one] if isinstance(one, str) else list(one) for one in given]
    return list(dict.fromkeys(word for some in words for word in some if word))


def kinds(figure: Figure) -> list[str]:
    """Return the kinds of number that a figure may want."""
    usual = ["share", "difference", "form_effect", "kernel"]
    return said(figure, "kind") or usual


def estimates(figure: Figure) -> pd.DataFrame:
    """Return a table from which a figure finds its rows among others, no two numbers alike.

    It has every value that the figure's fields name, in every combination.
    """
    if isinstance(figure, Ledger):
        return verdicts()
    shares = getattr(figure, "shares", {})
    categories = [one for of in shares.values() for one in of]
    categories += said(figure, "category", "categories")
    measured = list(shares) + said(figure, "measurement")
    groups, arms = ["의사", "소방관"], [*ROLES, *CONTRASTS]
    if isinstance(figure, PowerCurve):
        categories, groups = [f"{100 * figure.effect:g}"], ["16", "64", "256"]
        arms, metrics = [f"{PREFIX}1", f"{PREFIX}4"], ["power"]
    else:
        metrics = said(figure, "metric", "pixels") or ["some"]
    if isinstance(figure, Coverage):
        metrics, groups = ["coverage"], [f"share{APART}usual", f"mean{APART}few"]
    bys = said(figure, "by") or (["pairs"] if isinstance(figure, PowerCurve) else ["form"])
    about = product(
        metrics,
        measured or ["similarity"],
        categories or [""],
        arms,
        [("", ""), *((by, group) for by in bys for group in groups)],
        kinds(figure),
    )
    return pd.DataFrame([asdict(one) for one in numbered(about)], columns=columns(Estimate))


def numbered(about: Iterator[tuple]) -> Iterator[Estimate]:
    rng = np.random.default_rng(3)
    for metric, measurement, category, arm, (by, group), kind in about:
        middle, below, above, floor = rng.uniform([0.3, 0.01, 0.01, 0.01], [0.7, 0.2, 0.2, 0.2])
        yield Estimate(
            *(metric, measurement, arm, middle),
            **{"category": category, "by": by, "group": group, "kind": kind},
            **{"ci_low": middle - below, "ci_high": middle + above, "floor": floor},
            **{"n_pairs": 12, "n_images": 24, "null_p95": floor},
            reference="uniform",
        )


def verdicts() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    found = []
    for claim in ("culture", "language", "text"):
        middle, half = rng.uniform(-0.2, 0.2), rng.uniform(0.02, 0.1)
        numbers = {"estimate": middle, "ci_low": middle - half, "ci_high": middle + half}
        found.append(Verdict(claim, "…", "undecided", "…", margin=0.05, **numbers))
    return pd.DataFrame([asdict(one) for one in found])


def axes_of(figure: Figure, table: pd.DataFrame) -> Axes:
    with style.applied():
        return figure(table, Paper().subplots())


@cache
def look(name: str) -> tuple[Figure, pd.DataFrame, pd.DataFrame, Axes]:
    """Return a figure, a table, the rows of it that the figure chooses, and what it draws."""
    figure = FIGURES[name]
    table = estimates(figure)
    return figure, table, figure.select(table), axes_of(figure, table)


def drawn_numbers(axes: Axes) -> np.ndarray:
    """Return every coordinate, and every length of a bar, that stands on the axes."""
    found = [np.ravel(line.get_xydata()) for line in axes.lines]
    for collection in axes.collections:
        found += [np.ravel(path.vertices) for path in collection.get_paths()]
        found.append(np.ravel(collection.get_offsets()))
    found += [
        np.array([bar.get_width(), bar.get_height()]) for bar in axes.patches if bar.get_gid()
    ]
    return np.concatenate([np.asarray(numbers, dtype=float) for numbers in found])


def absent(wanted: pd.Series, there: np.ndarray) -> list[float]:
    return [number for number in wanted if not np.isclose(there, number, rtol=0, atol=1e-9).any()]


def test_there_are_figures_to_look_at():
    assert len(FIGURES) > 15
    assert {cls.__name__ for cls in classes()} == set(ONE_OF_EACH), "each is in an experiment"


@each
def test_a_figure_finds_its_rows_in_the_table_and_changes_no_number(name):
    figure, table, chosen, _ = look(name)
    assert len(chosen) >= 2, "say in `estimates` what such a figure draws"
    for column in ("estimate", "ci_low", "ci_high"):
        unit = table["margin"] if isinstance(figure, Ledger) else 1.0
        assert absent(chosen[column], np.asarray(table[column] / unit)) == []


@each
def test_every_estimate_is_drawn(name):
    _, _, chosen, axes = look(name)
    assert absent(chosen["estimate"], drawn_numbers(axes)) == []
    assert absent(pd.Series([0.123456, 0.9999]), drawn_numbers(axes)) != []


@each
def test_both_ends_of_every_interval_are_drawn(name):
    figure, _, chosen, axes = look(name)
    if type(figure).__name__ in NO_WHISKERS:
        pytest.skip("its intervals are in the table")
    if isinstance(figure, Culture):  # the share from the left has a whisker, the other is its rest
        chosen = chosen[chosen["category"] == figure.categories[0]]
    there = drawn_numbers(axes)
    assert absent(chosen["ci_low"], there) == []
    assert absent(chosen["ci_high"], there) == []


@each
def test_no_dot_is_drawn_that_is_not_in_the_table(name):
    figure, _, chosen, axes = look(name)
    dots = [
        line for line in axes.lines if str(line.get_gid()).startswith(("estimates", "coverage"))
    ]
    at = 1 if isinstance(figure, PowerCurve) else 0  # power is upright, all others lie
    numbers = [number for line in dots for number in np.asarray(line.get_xydata())[:, at]]
    assert absent(pd.Series(numbers), np.asarray(chosen["estimate"])) == []
    two = isinstance(figure, Culture)  # its second share is a bar alone
    assert len(numbers) == len(chosen) / (2 if two else 1)


@each_class
def test_a_row_that_is_not_in_the_table_is_not_drawn(name):
    figure = ONE_OF_EACH[name]
    table = estimates(figure)
    gone = figure.select(table).iloc[-1]
    rest = table.drop(gone.name)
    number = pd.Series([gone["estimate"]])
    assert absent(number, drawn_numbers(axes_of(figure, table))) == []
    assert absent(number, drawn_numbers(axes_of(figure, rest))) != []


@each_class
def test_a_figure_draws_on_the_axes_that_it_is_given(name):
    figure = ONE_OF_EACH[name]
    axes, other = Paper().subplots(1, 2)
    with style.applied():
        assert figure(estimates(figure), axes) is axes
    assert axes.has_data()
    assert not other.has_data()


def korean(name: str) -> Figure:
    figure = ONE_OF_EACH[name]
    known = {item.name: getattr(figure, item.name) for item in fields(figure)}
    label = {"label": "그림 특징의 코사인"} if "label" in known else {}
    return type(figure)(**known | label | {"title": "직업별 여성의 비율 — 힣뷁"})


@each_class
def test_hangul_shows_in_both_themes_as_png_and_svg(name, tmp_path):
    # A letter without a glyph is a warning, and warnings are errors.
    figure = korean(name)
    with Words("ko").speaking():
        drawing.save({name: figure}, estimates(figure), tmp_path, Words("ko"))
        [picture] = drawing.for_page({name: figure}, estimates(figure), Words("ko"))
    assert picture.light != picture.dark
    assert (tmp_path / f"{name}.png").stat().st_size > 1000
    root = ElementTree.parse(tmp_path / f"{name}.svg").getroot()
    outlines = {path.get("id") for path in root.iter("{http://www.w3.org/2000/svg}path")}
    bold = font_manager.get_font(font_manager.findfont("NanumSquare:bold"))
    assert any(
        str(one).endswith(f"NanumSquareB-{bold.get_char_index(ord('직')):x}") for one in outlines
    )


def test_a_letter_that_no_font_has_is_told():
    figure = Ledger("ᚠ")
    with pytest.warns(UserWarning, match="missing from font"):
        drawing.drawn(figure, verdicts())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fonts_have_every_letter_of_the_pages_words(language):
    drawing.drawn(Ledger(""), verdicts())  # registers the fonts
    fonts = [
        font_manager.get_font(font_manager.findfont(family))
        for family in ("NanumSquare", "DejaVu Sans")
    ]
    letters = set("".join(LANGUAGES[language].values())) - {"\n"}
    assert [
        one for one in letters if not any(font.get_char_index(ord(one)) for font in fonts)
    ] == []
