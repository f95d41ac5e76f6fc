import pytest

from ksd_eval.records import Estimate
from ksd_eval.studies.tallies import Tallies, added, rates

ABOUT = Estimate("share", "gender", "korean", 0.3, category="woman", ci_low=0.2, ci_high=0.4)


def counted(*found):
    tallies = Tallies()
    for estimate, truth in found:
        tallies.add("usual", estimate, truth)
    return tallies.frame()


def told(frame):
    [row] = frame.to_dict("records")
    return rates(row, 0.95)


def with_ends(low, high, **more):
    return Estimate("share", "gender", "korean", (low + high) / 2, "over_prompts", "woman",
                    ci_low=low, ci_high=high, **more)  # fmt: skip


def test_coverage_is_of_the_intervals_that_were_given():
    silent = Estimate("share", "gender", "korean", 0.3, category="woman")
    found = told(counted((ABOUT, 0.3), (ABOUT, 0.2), (ABOUT, 0.45), (silent, 0.3)))
    assert (found["studies"], found["intervals"]) == (4, 3)
    assert found["coverage"] == pytest.approx(2 / 3)
    assert found["coverage_low"] < 2 / 3 < found["coverage_high"]
    assert found["width"] == pytest.approx(0.2)


def test_an_estimate_that_cannot_be_had_counts_as_asked_and_nothing_else():
    nothing = Estimate("share", "gender", "korean", None, category="woman", note="no picture")
    found = told(counted((ABOUT, 0.3), (nothing, 0.3)))
    assert (found["studies"], found["intervals"], found["bias"]) == (2, 1, 0.0)


def test_bias_and_error_are_those_of_the_estimates():
    found = told(counted((with_ends(0.1, 0.3), 0.3), (with_ends(0.3, 0.5), 0.3)))
    assert found["bias"] == pytest.approx(0.0)
    assert found["rmse"] == pytest.approx(0.1)


def test_an_alarm_is_an_interval_that_leaves_out_zero():
    found = told(
        counted(
            (with_ends(-0.1, 0.1, p_value=0.8), 0.0),
            (with_ends(0.01, 0.2, p_value=0.04), 0.0),
            (with_ends(-0.2, -0.01, p_value=0.06), 0.0),
            (with_ends(0.0, 0.2), 0.0),
        )
    )
    assert found["alarms"] == 0.5
    assert found["p_alarms"] == pytest.approx(1 / 3)


def test_lots_add_up_to_the_whole():
    every = [(with_ends(0.1 * k, 0.1 * k + 0.2), 0.3) for k in range(5)]
    parts = added([counted(*every[:2]), counted(*every[2:])])
    whole = counted(*every)
    assert told(parts) == pytest.approx(told(whole))
    assert len(parts) == 1
