from dataclasses import asdict

import pandas as pd
import pytest

from ksd_eval.records import Estimate
from ksd_eval.reports import drawing
from ksd_eval.reports.calibration import Coverage


def estimate(name, scenario, coverage):
    group = f"{name} · {scenario}"
    return Estimate("coverage", "coverage", "korean", coverage, by="estimator", group=group)


@pytest.fixture
def axes():
    rows = [
        estimate("share, over_prompts", "usual_size", 0.951),
        estimate("share, over_prompts", "eight_prompts", 0.98),
        estimate("independent_images, over_prompts", "few_prompts", 0.31),
        estimate("mean, over_prompts", "usual_size", None),
    ]
    table = pd.DataFrame([asdict(row) for row in rows])
    return drawing.drawn(Coverage("Coverage", ""), table).axes[0]


def test_a_dot_a_kind_of_run_and_the_usual_ways_last_and_hollow(axes):
    drawn = {line.get_gid(): line for line in axes.lines}
    ours = drawn["coverage share, over_prompts"]
    assert sorted(ours.get_xdata()) == pytest.approx([0.951, 0.98])
    usual = drawn["coverage independent_images, over_prompts"]
    assert usual.get_markerfacecolor() == "none"
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["share, over prompts", "independent images, over prompts"]


def test_the_worst_failure_of_a_row_is_named(axes):
    assert [text.get_text() for text in axes.texts] == ["few prompts"]
