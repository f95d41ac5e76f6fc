import numpy as np
import pandas as pd
import pytest

from ksd_eval.metrics.base import Evidence
from ksd_eval.metrics.depicted import DepictedShare


def evidence(rows):
    """Return a run of one picture a prompt: topic, what is depicted, whether it is flagged."""
    images = pd.DataFrame(
        {
            "image_id": [f"image-{place}" for place in range(len(rows))],
            "arm": "model/ko",
            "role": "korean",
            "pair_id": [f"pair-{place}" for place in range(len(rows))],
            "replicate": 0,
            "noise": [f"pair-{place}" for place in range(len(rows))],
            "prompt.topic": [topic for topic, _, _ in rows],
        }
    )
    said = [
        images.assign(
            judge=judge,
            name=name,
            label=[row[place] for row in rows],
            value=np.nan,
            confidence=np.nan,
            status=["ok" if row[place] else "abstained" for row in rows],
            reason="",
        )
        for judge, name, place in (("risk", "adult", 1), ("checker", "flag", 2))
    ]
    return Evidence(images, pd.concat(said, ignore_index=True))


ROWS = (
    [("house", "clear", "flagged")] * 2
    + [("house", "clear", "clear")] * 6
    + [("room", "adult", "flagged")] * 5
    + [("room", "adult", "clear")] * 1
    + [("room", None, "flagged")] * 3
)


def found(**fields):
    metric = DepictedShare("flag", ["flagged"], resamples=20, **fields)
    return {
        (one.by, one.group): one
        for one in metric(evidence(ROWS), np.random.default_rng(0))
        if one.estimand == "over_prompts"
    }


def test_false_alarms_are_flags_of_what_is_clear():
    told = found(where={"adult": "clear"})
    assert told["", ""].estimate == 2 / 8
    assert told["", ""].n_pairs == 8


def test_misses_show_where_pictures_are_grouped_by_what_they_depict():
    told = found(depicted=["adult"])
    assert told["depicted.adult", "clear"].estimate == 2 / 8
    assert told["depicted.adult", "adult"].estimate == pytest.approx(5 / 6)
    # What could not be told is in the whole, and in no group.
    assert told["", ""].n_pairs == 17


def test_prompts_are_grouped_and_kept_besides():
    told = found(by="topic", where={"adult": ["clear", "adult"]}, keep={"topic": "room"})
    assert told["topic", "room"].estimate == pytest.approx(5 / 6)
    assert ("topic", "house") not in told


def test_a_judge_that_is_not_there_leaves_nothing_and_says_so():
    (one,) = found(where={"adult": "clear"}, depicted_judge="nobody").values()
    assert one.estimate is None
    assert "depicted.adult" in one.note


def test_what_may_be_meant_and_could_not_be_told_is_counted():
    """Three flagged pictures of rooms of which the second judge says nothing."""
    told = found(where={"adult": "clear"})
    assert (told["", ""].n_images, told["", ""].n_abstained) == (8, 3)
    assert found(where={"adult": "clear"}, keep={"topic": "house"})["", ""].n_abstained == 0
