import numpy as np
import pandas as pd
import pytest

from ksd_eval.comparison import differences, readings
from ksd_eval.metrics.base import MATCHED, Evidence
from ksd_eval.metrics.excess_error import ExcessError
from ksd_eval.metrics.relative_loss import RelativeLoss
from ksd_eval.numerics import intervals, recovered

PAIRS = 20
RNG = np.random.default_rng(2)
ORIGINAL = RNG.normal(0.9, 0.05, PAIRS)
GAINS = RNG.normal(0.5, 0.05, 40)


def evidence(korean, gains=GAINS, name="likeness"):
    """A run of two arms, and of matched pictures with their own text and with another."""
    images = pd.DataFrame(
        {
            "image_id": [f"{role}{j}" for role in ("korean", "original") for j in range(PAIRS)],
            "pair_id": [f"p{j:02d}" for j in range(PAIRS)] * 2,
            "replicate": 0,
            "role": ["korean"] * PAIRS + ["original"] * PAIRS,
            "arm": "any",
        }
    )
    said = {"judge": "clip", "label": None, "confidence": None, "status": "ok", "reason": ""}
    measured = images.assign(name=name, value=[*korean, *ORIGINAL], **said)
    rows = [
        {"matched": "m", "picture": j, "language": "en", "name": one, "value": value, **said}
        for j, gain in enumerate(gains)
        for one, value in ((name, 0.2 + gain), (f"{name}_floor", 0.2))
    ]
    return Evidence(images, measured, matched=pd.DataFrame(rows, columns=list(MATCHED)))


def both(metric, *sides):
    found = [readings.readings("metric", metric, one) for one in sides]
    return [{key: one for key, one in each.items() if key[4:6] == ("", "")} for each in found]


def test_a_difference_of_losses_is_a_part_of_what_a_fitting_text_is_worth():
    """The losses differ by that of the Korean arms, and what they are a part of is the same."""
    korean = [RNG.normal(0.7, 0.1, PAIRS), RNG.normal(0.6, 0.1, PAIRS)]
    metric = RelativeLoss("likeness", "likeness_floor")
    sides = [evidence(one) for one in korean]
    [[first], [second]] = (list(one.values()) for one in both(metric, *sides))
    found = differences.difference(first, second, first.table["pair_id"])
    losses = [metric(one, np.random.default_rng(0))[0].estimate for one in sides]
    assert found.estimate == pytest.approx(losses[1] - losses[0])
    of_loss = intervals.student(korean[0] - korean[1], 0.95)
    expected = recovered.ratio(
        float((korean[0] - korean[1]).mean()),
        of_loss,
        float(GAINS.mean()),
        intervals.student(GAINS, 0.95),
    )
    assert (found.ci_low, found.ci_high) == pytest.approx((expected.low, expected.high))
    assert first.about.reference == "m"


def test_a_text_that_is_worth_something_else_is_another_measure():
    sides = [evidence(ORIGINAL), evidence(ORIGINAL, GAINS + 0.1)]
    [[first], [second]] = (
        list(one.values()) for one in both(RelativeLoss("likeness", "likeness_floor"), *sides)
    )
    assert not np.array_equal(first.worth, second.worth)


def test_what_a_judge_finds_wrong_by_itself_cancels():
    errors = [RNG.uniform(0, 0.5, PAIRS), RNG.uniform(0, 0.5, PAIRS)]
    sides = [evidence(one, GAINS * 0, name="error") for one in errors]
    firsts, seconds = both(ExcessError("error"), *sides)
    key = next(key for key in firsts if key[6] == "korean")
    found = differences.difference(firsts[key], seconds[key], firsts[key].table["pair_id"])
    assert found.estimate == pytest.approx((errors[1] - errors[0]).mean())
    # A share has bounds, so its difference has, too.
    assert firsts[key].bounds == (0.0, 1.0)


def test_of_a_metric_that_is_no_mean_over_prompts_there_is_nothing():
    assert readings.readings("metric", object(), evidence(ORIGINAL)) == {}
