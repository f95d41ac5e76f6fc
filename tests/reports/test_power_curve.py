from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from ksd_eval.records import Estimate
from ksd_eval.reports import drawing
from ksd_eval.reports.power_curve import PowerCurve
from ksd_eval.reports.words import Words


@pytest.fixture
def estimates():
    rows = [
        Estimate(
            "power",
            "plan",
            f"replicates_{replicates}",
            min(1.0, pairs * replicates / 100),
            category=effect,
            by="pairs",
            group=str(pairs),
            kind="power",
            ci_low=0.1,
            ci_high=0.9,
        )
        for effect in ("5", "10")
        for replicates in (1, 2)
        for pairs in (100, 10, 40)
    ]
    other = Estimate("pairs_needed", "plan", "replicates_1", 40.0, by="effect", group="5 points")
    return pd.DataFrame([asdict(row) for row in [*rows, other]])


def test_a_line_a_number_of_replicates_as_the_table_has_it(estimates):
    axes = drawing.drawn(PowerCurve("Power", "", effect=0.05), estimates).axes[0]
    lines = {line.get_gid(): line for line in axes.lines}
    assert {"estimates replicates_1", "estimates replicates_2", "power"} <= lines.keys()
    line = lines["estimates replicates_2"]
    np.testing.assert_array_equal(line.get_xdata(), [10, 40, 100])
    np.testing.assert_allclose(line.get_ydata(), [0.2, 0.8, 1.0])
    assert lines["power"].get_ydata() == [0.8, 0.8]


@pytest.mark.parametrize(("language", "label"), [("en", "prompt pairs"), ("ko", "프롬프트 쌍")])
def test_it_speaks_the_language_of_the_page(estimates, language, label):
    with Words(language).speaking():
        axes = drawing.drawn(PowerCurve("Power", ""), estimates).axes[0]
    assert axes.get_xlabel() == label
