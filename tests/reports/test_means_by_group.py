from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from ksd_eval.records import Estimate, columns
from ksd_eval.reports.means_by_group import MeansByGroup
from ksd_eval.reports.tables import tables
from ksd_eval.reports.words import Words

FOUND = [
    Estimate(
        "alignment",
        "alignment",
        arm,
        mean,
        by="place",
        group=place,
        ci_low=mean - 0.05,
        ci_high=mean + 0.05,
        floor=mean / 2,
        n_pairs=12,
        kind="alignment",
    )
    for place, means in (("end", (0.9, 0.6)), ("content", (0.7, 0.5)))
    for arm, mean in zip(("korean", "foreign"), means, strict=True)
]
CONTRAST = Estimate(
    *("rank_correlation", "image_gap", "original - korean", -0.4),
    **{"by": "predictor", "group": "end", "ci_low": -0.6, "ci_high": -0.1, "n_pairs": 12},
    kind="rank_correlation",
)


def drawn(figure, estimates):
    axes = Figure().subplots()
    table = pd.DataFrame([asdict(one) for one in estimates], columns=columns(Estimate))
    return figure(table, axes)


def lines(axes, kind):
    named = [line for line in axes.lines if str(line.get_gid()).startswith(kind)]
    return {line.get_gid().partition(" ")[2]: line for line in named}


ALIGNMENT = MeansByGroup("Alignment", "One row each.", "alignment", "place", floor=True)


def test_each_arm_has_its_dots_and_floors_in_the_row_of_their_group():
    axes = drawn(ALIGNMENT, [*FOUND, CONTRAST])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["end (pooled)", "words"]
    dots, floors = lines(axes, "estimates"), lines(axes, "floors")
    assert list(dots) == list(floors) == ["korean", "foreign"]
    np.testing.assert_array_equal(dots["korean"].get_xdata(), [0.9, 0.7])
    np.testing.assert_array_equal(floors["korean"].get_xdata(), [0.45, 0.35])
    np.testing.assert_array_equal(dots["korean"].get_ydata(), floors["korean"].get_ydata())
    assert [round(height) for height in dots["foreign"].get_ydata()] == [0, 1]


def test_contrasts_and_all_prompts_together_are_left_out():
    more = [Estimate("alignment", "alignment", "korean - foreign", 0.3, by="place", group="end")]
    more += [Estimate("alignment", "alignment", "korean", 0.8)]
    assert len(lines(drawn(ALIGNMENT, [*FOUND, *more]), "estimates")) == 2


def test_a_number_with_a_sign_lies_about_zero_and_is_written_beside():
    figure = MeansByGroup("Rank", "One row each.", "rank_correlation", "predictor", centred=True)
    axes = drawn(figure, [*FOUND, CONTRAST])
    low, high = axes.get_xlim()
    assert -low == pytest.approx(high)
    assert high > 0.6
    assert [text.get_text() for text in axes.texts] == ["−0.400  (−0.600 to −0.100)"]


@pytest.mark.parametrize("centred", [False, True])
def test_nothing_to_draw_is_an_empty_figure(centred):
    figure = MeansByGroup("None", "Nothing.", "no_such", "place", centred=centred)
    assert lines(drawn(figure, FOUND), "estimates") == {}


def test_a_table_of_texts_counts_prompts_and_no_pictures():
    [table] = tables(FOUND, Words())
    assert table.extras == ("Floor", "Prompts", "Cannot tell")
    assert table.first
    assert table.rows[0].extras[1:] == ("12", "0")
