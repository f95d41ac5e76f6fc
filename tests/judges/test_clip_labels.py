from collections import Counter

import numpy as np
import pytest
from scipy.special import softmax

from ksd_eval.judges import clip, weights
from ksd_eval.judges.base import Judge
from ksd_eval.judges.clip_labels import ClipLabels
from ksd_eval.world import balanced
from ksd_eval.world.attributes import truth
from ksd_eval.world.painter import paint

SIZES = {"size": {"small": "a small cat", "large": "a large cat", "huge": "a huge cat"}}
PEOPLE = {
    "gender": {"man": "a photo of a male person", "woman": "a photo of a female person"},
    "culture": {"korean": "Korean style", "western": "western style"},
}


def _confidences(folder, images, texts):
    model = clip.opened(weights.located(folder))
    cosines = model.of_images(images) @ model.of_texts(texts).T
    return softmax(float(model.model.logit_scale.exp().detach()) * cosines.astype(float), axis=1)


def test_the_label_is_that_of_the_likest_text_at_the_models_own_scale(folder, images):
    found = [row[0] for row in ClipLabels(SIZES, folder, margin=0)(images, [""] * 4)]
    chances = _confidences(folder, images, list(SIZES["size"].values()))
    assert [one.label for one in found] == [list(SIZES["size"])[row.argmax()] for row in chances]
    assert [one.confidence for one in found] == pytest.approx(chances.max(1), abs=1e-4)
    assert np.ptp(chances.max(1)) > 1e-3


def test_it_abstains_where_the_second_label_is_within_the_margin(folder, images):
    leads = np.sort(_confidences(folder, images, list(SIZES["size"].values())), axis=1)
    leads = leads[:, -1] - leads[:, -2]
    middle = float(np.median(leads))
    assert leads.min() < middle < leads.max()
    found = [row[0] for row in ClipLabels(SIZES, folder, margin=middle)(images, [""] * 4)]
    assert [one.status == "ok" for one in found] == [lead >= middle for lead in leads]
    silent = next(one for one in found if one.status != "ok")
    assert (silent.status, silent.label, silent.value) == ("abstained", None, None)
    assert "size unclear: most like" in silent.reason
    assert silent.confidence > 1 / 3


def test_questions_are_answered_in_their_order_whatever_was_asked_for(folder, images):
    judge = ClipLabels({**SIZES, **PEOPLE}, folder, margin=0)
    answers = judge(images, ["a red cube"] * 4)
    assert answers == judge(images, ["a nurse"] * 4)
    assert [[one.name for one in row] for row in answers] == [["size", "gender", "culture"]] * 4
    assert judge([], []) == []


def test_the_order_of_labels_decides_nothing(folder, images):
    turned = {"size": dict(reversed(SIZES["size"].items()))}
    first, other = (ClipLabels(q, folder, margin=0)(images, [""] * 4) for q in (SIZES, turned))
    assert first == other


def test_the_packages_clip_tells_gender_and_culture_as_the_table_says():
    """Shares right and answered, each within four standard errors of the class's table."""
    table = {("gender", 0.0): (0.950, 1.0), ("gender", 0.5): (0.973, 0.882)}
    table |= {("culture", 0.0): (0.904, 1.0), ("culture", 0.5): (0.933, 0.920)}
    subjects = {
        "gender": ("occupation", "person"),
        "culture": ("person", "building", "meal", "wedding"),
    }
    for (name, margin), expected in table.items():
        scenes = balanced.scenes(np.random.default_rng(9), 900, subjects[name])
        known = [scene for scene in scenes if name in truth(scene)][:200]
        assert len(known) == 200
        judge = ClipLabels({name: PEOPLE[name]}, margin=margin)
        said = [row[0].label for row in judge([paint(one) for one in known], [""] * 200)]
        counts = Counter(
            "none" if label is None else label == truth(one)[name]
            for label, one in zip(said, known, strict=True)
        )
        answered = 200 - counts["none"]
        for share, aim, n in (
            (counts[True] / answered, *expected[:1], answered),
            (answered / 200, expected[1], 200),
        ):
            assert abs(share - aim) <= 4 * (aim * (1 - aim) / n) ** 0.5, (name, margin)


def test_identity_names_weights_questions_and_margin(folder):
    found = ClipLabels(SIZES, folder).identity()
    assert found["questions"] == SIZES
    assert found["margin"] == 0.5
    assert len(found["weights"]["open_clip_model.safetensors"]) == 64
    assert found != ClipLabels(SIZES, folder, margin=0.2).identity()
    assert isinstance(ClipLabels(SIZES), Judge)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"questions": {}}, "questions is empty"),
        ({"questions": {"gender": {"man": "a man"}}}, r"questions\.gender .* two labels or more"),
        ({"questions": {"gender": {"man": "one", "woman": "one"}}}, "a text of its own"),
        ({"questions": SIZES, "margin": 1.0}, "margin is 1; give one from 0 to below 1"),
        ({"questions": SIZES, "margin": -0.1}, r"margin is -0\.1"),
    ],
)
def test_wrong_wishes_are_refused(wish, message):
    with pytest.raises(ValueError, match=message):
        ClipLabels(**wish)


def test_without_weights_it_says_what_is_missing(tmp_path, images):
    with pytest.raises(weights.WeightsMissingError, match=r"open_clip_config\.json is not there"):
        ClipLabels(SIZES, str(tmp_path))(images, [""] * 4)
