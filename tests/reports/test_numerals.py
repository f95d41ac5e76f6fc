import pytest

from ksd_eval.records import Estimate
from ksd_eval.reports import numerals
from ksd_eval.reports.words import Words

WOMAN = {"category": "woman"}


@pytest.mark.parametrize(
    ("estimate", "unit"),
    [
        (Estimate("share_gender", "gender", "korean", 0.3, **WOMAN), "share"),
        (Estimate("difference_gender", "gender", "korean - english", 0.3, **WOMAN), "points"),
        (Estimate("excess_culture", "culture", "korean", 0.3, category="western"), "points"),
        (Estimate("imbalance_gender", "gender", "korean", 0.3), "points"),
        (Estimate("mean_similarity", "similarity", "korean", 0.3), "number"),
        (Estimate("difference_similarity", "similarity", "korean - english", 0.3), "number"),
        (Estimate("kernel_judge_clip", "features.judge_clip", "korean", 0.3), "number"),
    ],
    ids=lambda value: getattr(value, "metric", value),
)
def test_the_unit_follows_from_the_estimate(estimate, unit):
    assert numerals.unit_of(estimate) == unit


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [
        (0.3125, "share", "31.2%"),
        (1.0, "share", "100.0%"),
        (-0.0004, "points", "0.0 points"),
        (-0.004, "points", "−0.4 points"),
        (0.05, "points", "+5.0 points"),
        (-0.0071, "number", "−0.0071"),
        (0.00042, "number", "0.00042"),
        (0.0, "number", "0.000"),
        (3.14159, "number", "3.14"),
        (147.3, "number", "147"),
        (None, "share", "–"),
    ],
)
def test_percentages_have_one_decimal_and_differences_a_sign(number, unit, text):
    assert numerals.written(number, unit) == text


def test_korean_writes_intervals_and_points_its_own_way():
    with Words("ko").speaking():
        found = numerals.read(-0.07, -0.11, -0.03, "points")
    assert found == numerals.Reading("−7.0%p", "−11.0 ~ −3.0")


def test_without_an_interval_none_is_written():
    assert numerals.read(0.5, None, None, "share") == numerals.Reading("50.0%", "")
