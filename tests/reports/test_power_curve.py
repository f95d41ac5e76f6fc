from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from ksd_eval.records import Estimate
from ksd_eval.reports import drawing
from ksd_eval.reports.power_curve import PowerCurve
from ksd_eval.reports.tables import tables
from ksd_eval.reports.words import Words


def power(pairs, replicates):
    return min(1.0, pairs * replicates / 100)


@pytest.fixture
def estimates():
    rows = [
        Estimate(
            "power",
            "plan",
            f"replicates_{replicates}",
            power(pairs, replicates) if effect == "5" else 0.5,
            category=effect,
            by="pairs",
            group=str(pairs),
            kind="power",
            ci_low=power(pairs, replicates) / 2,
            ci_high=1.0 if replicates < 16 else None,
        )
        for effect in ("5", "10")
        for replicates in (16, 1, 2)
        for pairs in (100, 10, 40)
    ]
    other = Estimate("pairs_needed", "plan", "replicates_1", 40.0, by="effect", group="5 points")
    return pd.DataFrame([asdict(row) for row in [*rows, other]])


@pytest.fixture
def axes(estimates):
    return drawing.drawn(PowerCurve("Power", "", effect=0.05), estimates).axes[0]


def test_a_line_a_number_of_replicates_as_the_table_has_it(axes):
    lines = {line.get_gid(): line for line in axes.lines}
    assert list(lines) == [
        *("estimates replicates_1", "estimates replicates_2", "estimates replicates_16", "power")
    ]
    for replicates in (1, 2, 16):
        line = lines[f"estimates replicates_{replicates}"]
        np.testing.assert_array_equal(line.get_xdata(), [10, 40, 100])
        expected = [power(pairs, replicates) for pairs in (10, 40, 100)]
        np.testing.assert_allclose(line.get_ydata(), expected)
    assert lines["power"].get_ydata() == [0.8, 0.8]


def test_a_band_is_the_interval_of_the_table_and_none_where_there_is_none(axes):
    bands = {band.get_gid(): band for band in axes.collections}
    assert list(bands) == ["intervals replicates_1", "intervals replicates_2"]
    corners = bands["intervals replicates_2"].get_paths()[0].vertices
    for pairs in (10, 40, 100):
        heights = corners[np.isclose(corners[:, 0], pairs), 1]
        assert (heights.min(), heights.max()) == (power(pairs, 2) / 2, 1.0)


def test_lines_differ_in_more_than_colour(axes):
    lines = [line for line in axes.lines if line.get_gid() != "power"]
    assert len({(line.get_linestyle(), line.get_marker()) for line in lines}) == 3


def test_pairs_are_written_as_numbers(axes):
    axes.figure.draw_without_rendering()
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert {"10", "20", "50", "100"} <= set(labels)


def test_without_a_wanted_power_there_is_no_rule(estimates):
    axes = drawing.drawn(PowerCurve("Power", "", effect=0.05, power=0), estimates).axes[0]
    assert "power" not in {line.get_gid() for line in axes.lines}


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ("prompt pairs", "1 picture a prompt", "wanted: 80%")),
        ("ko", ("프롬프트 쌍", "프롬프트마다 그림 1장", "목표: 80%")),
    ],
)
def test_it_speaks_the_language_of_the_page(estimates, language, labels):
    with Words(language).speaking():
        axes = drawing.drawn(PowerCurve("Power", ""), estimates).axes[0]
    written = {text.get_text() for text in axes.get_legend().get_texts()}
    assert axes.get_xlabel() == labels[0]
    assert set(labels[1:]) <= written


@pytest.mark.parametrize(
    ("one", "extras"),
    [
        (Estimate("power", "plan", "replicates_1", 0.8, kind="power"), ()),
        (Estimate("pairs_needed", "plan", "replicates_1", 40.0, kind="pairs_needed"), ()),
        (
            Estimate("spread", "plan", "korean - english", 0.2, kind="spread"),
            ("Pictures", "Cannot tell"),
        ),
        (Estimate("power", "power", "korean - english", 0.8, kind="power"), ("Simulated runs",)),
    ],
    ids=["curve", "plan", "pilot", "calibration"],
)
def test_a_run_that_is_not_made_yet_has_no_pictures_to_count(one, extras):
    (table,) = tables([one], Words())
    assert table.extras == extras
