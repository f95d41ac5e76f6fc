import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from ksd_eval.reports import drawing, style
from ksd_eval.reports.base import Figure
from ksd_eval.reports.ledger_figure import Ledger
from ksd_eval.reports.shares_by_group import SharesByGroup
from ksd_eval.reports.words import Words

NAMES = ["women_by_occupation", "differences", "women_differences", "culture", "distances"]


def artists(axes: Axes, kind: str) -> dict[str, object]:
    """What is drawn, by what it is called."""
    named = [*axes.lines, *axes.collections, *axes.patches]
    return {artist.get_gid(): artist for artist in named if str(artist.get_gid()).startswith(kind)}


def drawn(view, name) -> tuple[Axes, pd.DataFrame]:
    (axes,) = drawing.drawn(view.figures[name], view.estimates).axes
    return axes, view.figures[name].select(view.estimates)


def of_arm(table: pd.DataFrame, gid: str) -> pd.DataFrame:
    return table[table["arm"] == gid.partition(" ")[2]]


def sorted_x(values) -> np.ndarray:
    return np.sort(np.asarray(values, dtype=float))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_is_what_the_table_says(view, name):
    axes, table = drawn(view, name)
    assert len(table) > 1
    dots = artists(axes, "estimates ")
    assert {gid.partition(" ")[2] for gid in dots} == set(table["arm"])
    for gid, line in dots.items():
        expected = of_arm(table, gid)
        if name == "culture":
            expected = expected[expected["category"] == "korean"]
        np.testing.assert_array_equal(sorted_x(line.get_xdata()), sorted_x(expected["estimate"]))


@pytest.mark.parametrize("name", NAMES)
def test_whiskers_are_the_intervals_of_the_table(view, name):
    axes, table = drawn(view, name)
    known = table[table["ci_low"].notna()]
    assert len(known) > 1
    for gid, whiskers in artists(axes, "intervals ").items():
        expected = of_arm(table, gid).dropna(subset=["ci_low", "ci_high"])
        if name == "culture":
            expected = expected[expected["category"] == "korean"]
        ends = sorted(tuple(segment[:, 0]) for segment in whiskers.get_segments())
        assert ends == sorted(zip(expected["ci_low"], expected["ci_high"], strict=True))


def test_bars_of_cultures_are_as_long_as_the_shares(view):
    axes, table = drawn(view, "culture")
    bars = [patch for patch in axes.patches if " " in str(patch.get_gid())]
    for category in ("korean", "western"):
        widths = [bar.get_width() for bar in bars if bar.get_gid().startswith(f"{category} ")]
        shares = table[table["category"] == category]["estimate"]
        np.testing.assert_allclose(sorted(widths), sorted(shares))


def test_rows_are_sorted_by_the_share_in_english(view):
    axes, table = drawn(view, "women_by_occupation")
    english = table[table["arm"] == "english"].set_index("group")["estimate"]
    names = [label.get_text() for label in axes.get_yticklabels()]
    groups = {"construction worker": "builder", "painter": "artist", "soccer player": "footballer"}
    shares = [english[groups.get(name, name.replace(" ", "_"))] for name in names]
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) > 1


def test_roles_keep_their_colours_in_every_figure(view):
    for name in ("women_by_occupation", "distances"):
        dots = artists(drawn(view, name)[0], "estimates ")
        assert dots["estimates korean"].get_color() == style.LIGHT.roles["korean"]
        assert dots["estimates english"].get_color() == style.LIGHT.roles["english"]


def test_a_group_of_which_nothing_is_known_says_so(view):
    estimates = view.estimates.copy()
    unknown = (estimates["group"] == "nurse") & (estimates["arm"] == "korean")
    estimates.loc[unknown, ["estimate", "ci_low", "ci_high"]] = None
    (axes,) = drawing.drawn(view.figures["women_by_occupation"], estimates).axes
    assert "cannot tell" in {text.get_text() for text in axes.texts}
    assert "nurse" in {label.get_text() for label in axes.get_yticklabels()}


def test_a_known_rate_is_an_upright_tick(view):
    planted = view.estimates[view.estimates["arm"] == "english"].assign(arm="planted")
    estimates = pd.concat([view.estimates, planted])
    figure = replace(view.figures["women_by_occupation"], tick="planted")
    (axes,) = drawing.drawn(figure, estimates).axes
    ticks = artists(axes, "estimates ")["estimates planted"]
    assert ticks.get_marker() == "|"
    assert "planted rate" in {text.get_text() for text in axes.get_legend().get_texts()}


@pytest.mark.parametrize("name", NAMES)
def test_without_estimates_a_figure_is_empty_not_broken(view, name):
    paper = drawing.drawn(view.figures[name], view.estimates.iloc[:0])
    assert all(np.size(line.get_xdata()) in (0, 2) for line in paper.axes[0].lines)


def test_hangul_has_a_glyph_for_every_letter(view):
    # A letter without a glyph is a warning, and warnings are errors.
    figure = replace(view.figures["women_by_occupation"], title="직업별 여성 비율 — 힣뷁 −5%p")
    drawing.drawn(figure, view.estimates)


def test_the_same_estimates_give_the_same_bytes(view, tmp_path):
    figures = {"distances": view.figures["distances"]}
    for folder in ("first", "second"):
        drawing.save(figures, view.estimates, tmp_path / folder, Words())
    for name in ("distances.png", "distances.svg"):
        first, second = ((tmp_path / folder / name).read_bytes() for folder in ("first", "second"))
        assert first == second
        assert len(first) > 1000


def test_all_figures_are_plug_ins(view):
    assert all(isinstance(figure, Figure) for figure in view.figures.values())
    with pytest.raises(TypeError, match="flor"):
        SharesByGroup(title="", caption="", flor=1)


def test_drawing_leaves_matplotlib_as_it_was():
    code = (
        "import sys; from matplotlib import rcParams\n"
        "def look(): return rcParams['font.family'], rcParams['axes.facecolor']\n"
        "before = look()\n"
        "from ksd_eval.reports import page, style\n"
        "with style.applied(style.DARK): assert look() != before\n"
        "assert look() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, timeout=120)


def test_the_ledger_draws_each_decided_claim_in_its_own_margins(view):
    verdicts = view.verdicts.assign(margin=0.05)
    axes = drawing.drawn(Ledger("The ledger"), verdicts).axes[0]
    (known,) = verdicts[verdicts["estimate"].notna()].to_dict("records")
    marks = artists(axes, "estimates ")["estimates ledger"]
    assert marks.get_xdata() == pytest.approx([known["estimate"] / 0.05])
    (segment,) = artists(axes, "intervals ")["intervals ledger"].get_segments()
    assert segment[:, 0] == pytest.approx([known["ci_low"] / 0.05, known["ci_high"] / 0.05])
    (label,) = axes.get_yticklabels()
    assert label.get_text() == "culture: Cannot tell"
