from dataclasses import asdict

import pandas as pd
import pytest
from matplotlib.figure import Figure

from ksd_eval.records import Estimate, columns
from ksd_eval.reports.forest import Forest


def drawn(estimate, shares):
    """Return what is written in a forest of one estimate."""
    axes = Figure().subplots()
    table = pd.DataFrame([asdict(estimate)], columns=columns(Estimate))
    Forest("Differences", "One row each.", shares=shares)(table, axes)
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("category", ["", "woman"], ids=["value", "share"])
def test_a_difference_and_its_interval_are_both_in_points(category):
    about = {"ci_low": -0.0993, "ci_high": 0.018, "category": category, "kind": "difference"}
    one = Estimate("difference", "gender", "korean - english", -0.0412, "over_prompts", **about)
    assert "−4.1  (−9.9 to +1.8)" in drawn(one, {"gender": [category]})
