import json
import pickle
from collections import Counter

import numpy as np
import pytest

from ksd_eval.models.planted import Planted
from ksd_eval.records import Request
from ksd_eval.world import planted, vocabulary
from ksd_eval.world.answering import Answer, Luck
from ksd_eval.world.beliefs import Beliefs
from ksd_eval.world.painter import paint
from ksd_eval.world.scenes import Scene, Solid
from ksd_eval.world.understanding import parse

NONE = Beliefs()
MANY = 1500
ERROR = 0.045
"""Four standard errors and more of a share of 1500 pictures."""


def scenes(prompt, beliefs=NONE, many=MANY):
    asked = parse(prompt)
    return [Answer(asked, beliefs, Luck(seed)).scene() for seed in range(many)]


def share(prompt, see, beliefs=NONE):
    return np.mean([see(scene) for scene in scenes(prompt, beliefs)])


def woman(scene):
    return scene.people[0].gender == "woman"


def korean(scene):
    return scene.culture == "korean"


@pytest.mark.parametrize("occupation", ["doctor", "nurse", "barista"])
def test_women_are_drawn_at_the_planted_rate_in_both_languages(occupation):
    word = vocabulary.OCCUPATIONS[occupation]
    for text in (word.en, word.ko):
        assert share(f"a {text}" if text == word.en else text, woman) == pytest.approx(
            planted.women(occupation), abs=ERROR
        )


@pytest.mark.parametrize(
    ("prompt", "kind"), [("a house", "building"), ("저녁 식사", "meal"), ("결혼식 사진", "wedding")]
)
def test_places_are_of_the_planted_culture(prompt, kind):
    rate = planted.rates("culture", f"subject={kind}")["korean"]
    assert share(prompt, korean) == pytest.approx(rate, abs=ERROR)


def test_a_shift_is_seen_in_its_language_and_where_nothing_is_named():
    beliefs = Beliefs(shift={"ko": {"woman": 0.15, "korean": 0.2}})
    assert share("의사 사진", woman, beliefs) == pytest.approx(0.35, abs=ERROR)
    assert share("a photo of a doctor", woman, beliefs) == pytest.approx(0.2, abs=ERROR)
    assert share("집", korean, beliefs) == pytest.approx(0.35, abs=ERROR)
    assert share("사람", korean, beliefs) == pytest.approx(0.32, abs=ERROR)
    assert share("서양식 집", korean, beliefs) == 0
    assert share("남자 의사", woman, beliefs) == 0


def test_a_row_of_the_table_can_be_replaced():
    beliefs = Beliefs(rates={"en": {"gender": {"occupation=doctor": {"woman": 0.5}}}})
    assert share("a doctor", woman, beliefs) == pytest.approx(0.5, abs=ERROR)
    assert share("a nurse", woman, beliefs) == pytest.approx(0.92, abs=ERROR)
    assert share("의사", woman, beliefs) == pytest.approx(0.2, abs=ERROR)
    # A condition that the table does not have takes the rest from the row it would have fallen to.
    teachers = Beliefs(rates={"en": {"skin": {"occupation=teacher": {"5": 0.53}}}})
    assert teachers.distribution("en", "skin", "occupation=teacher")["1"] == pytest.approx(0.2)
    assert teachers.distribution("en", "skin", "occupation=singer")["5"] == 0.18


@pytest.mark.parametrize(
    ("prompt", "what", "see"),
    [
        ("a doctor", "occupation", lambda scene: scene.people[0].occupation == "doctor"),
        ("a man", "gender", lambda scene: scene.people[0].gender == "man"),
        ("a dark-skinned person", "skin", lambda scene: scene.people[0].skin == "5"),
        ("a person in hanbok", "dress", korean),
        ("a Korean house", "culture", korean),
        ("a red cube", "shape", lambda scene: scene.solids[0].shape == "cube"),
        ("a red cube", "colour", lambda scene: scene.solids[0].colour == "red"),
        ("three red cubes", "count", lambda scene: len(scene.solids) == 3),
        ("two people", "count", lambda scene: len(scene.people) == 2),
        ('a sign that says "CAFE"', "word", lambda scene: scene.word == "CAFE"),
        (
            "a red cube on top of a blue sphere",
            "relation",
            lambda scene: scene.stacked and scene.solids[0].shape == "cube",
        ),
    ],
)
def test_what_is_named_is_drawn_as_often_as_set(prompt, what, see):
    assert share(prompt, see) == 1
    beliefs = Beliefs(faithful={"en": {what: 0.7}})
    assert share(prompt, see, beliefs) == pytest.approx(0.7, abs=ERROR)


def test_a_relation_told_from_the_other_side_is_the_same_picture():
    [above] = scenes("a red cube on top of a blue sphere", many=1)
    assert (above.solids, above.stacked) == ((Solid("cube", "red"), Solid("sphere", "blue")), True)
    assert scenes("빨간 정육면체 아래에 있는 파란 공", many=1) == [above]
    [left] = scenes("파란 공 왼쪽에 있는 빨간 정육면체", many=1)
    assert (left.solids, left.stacked) == (above.solids, False)
    assert scenes("a blue sphere to the right of a red cube", many=1) == [left]


def test_a_seed_is_the_same_luck_in_both_languages():
    beliefs = Beliefs(shift={"ko": {"woman": 0.15}})
    english = scenes("a photo of a doctor", beliefs, 300)
    korean_ones = scenes("의사 사진", beliefs, 300)
    changed = Counter(
        (a.people[0].gender, b.people[0].gender)
        for a, b in zip(english, korean_ones, strict=True)
        if a != b
    )
    assert set(changed) == {("man", "woman")}
    assert scenes("a nurse", many=50) == scenes("간호사", many=50)


def test_pictures_depend_on_prompt_and_seed_alone():
    model = Planted()
    requests = [
        Request("의사 사진", 1),
        Request("a wedding", 2),
        Request("a dragon", 3),
        Request("", 4),
    ]
    together = [picture.image.tobytes() for picture in model.paint(requests, 16)]
    alone = [model.paint([request], 1)[0].image.tobytes() for request in requests]
    assert together == alone
    assert len(set(together)) == 4
    assert model.paint([Request("의사 사진", 2)], 1)[0].image.tobytes() != together[0]


def test_every_sort_of_prompt_can_be_painted():
    prompts = [
        *(
            "a person",
            "two people",
            "세 사람",
            "a doctor in hanbok",
            "a red cube",
            "네 개",
            "a ghost",
        ),
        *("파란 공 네 개", '"책방" 글자가 적힌 간판', "a dark room", "a windmill", "눈 속의 풍차"),
    ]
    pictures = Planted(size=96).paint([Request(text, n) for n, text in enumerate(prompts)], 16)
    assert {(p.image.size, p.image.mode, p.flagged) for p in pictures} == {((96, 96), "RGB", None)}


def test_a_duplicate_is_always_the_same_picture():
    pictures = Planted().paint([Request("the lighthouse at dawn", seed) for seed in (1, 2)], 2)
    assert pictures[0].image.tobytes() == pictures[1].image.tobytes()


def test_the_identity_is_json_and_tells_settings_apart():
    plain = Planted().identity()
    assert json.loads(json.dumps(plain)) == plain
    others = [
        Planted(shift={"ko": {"woman": 0.1}}),
        Planted(rates={"ko": {"gender": {"": {"woman": 0.1}}}}),
        Planted(faithful={"ko": {"word": 0.1}}),
        Planted(size=32),
    ]
    identities = [json.dumps(model.identity(), sort_keys=True) for model in (Planted(), *others)]
    assert len(set(identities)) == 5
    # A configuration file writes the skin tone 5 as a number.
    assert (
        Planted(shift={"ko": {5: 0.1}}).identity() == Planted(shift={"ko": {"5": 0.1}}).identity()
    )


def test_a_model_can_be_sent_to_another_process():
    model = Planted(shift={"ko": {"woman": 0.1}})
    assert pickle.loads(pickle.dumps(model)).identity() == model.identity()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"shift": {"kr": {"woman": 0.1}}}, "shift: language 'kr' is unknown; choose from en, ko"),
        ({"shift": {"ko": {"women": 0.1}}}, "shift.ko: value 'women' is unknown; choose from 1, 2"),
        ({"shift": {"ko": {"woman": 15}}}, "shift.ko.woman is 15; give a share from -1 to 1"),
        (
            {"faithful": {"ko": {"job": 0.5}}},
            "faithful.ko: attribute 'job' is unknown; choose from",
        ),
        ({"faithful": {"ko": {"word": -1}}}, "faithful.ko.word is -1; give a share from 0 to 1"),
        ({"rates": {"ko": {"sex": {}}}}, "rates.ko: what 'sex' is unknown; choose from age, "),
        (
            {"rates": {"ko": {"gender": {"occupation=docter": {}}}}},
            "'occupation=docter' is unknown",
        ),
        (
            {"rates": {"ko": {"gender": {"": {"girl": 1}}}}},
            "value 'girl' is unknown; .* man, woman",
        ),
        ({"rates": {"ko": {"gender": {"": {"woman": 0.9, "man": 0.9}}}}}, "adds up to 1.8"),
        ({"size": 8}, "size is 8 pixels"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_refused_in_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Planted(**settings)


def test_too_many_requests_are_refused():
    with pytest.raises(ValueError, match="2 requests do not fit the batch shape of 1"):
        Planted().paint([Request("a cat", 1)] * 2, 1)


def test_an_answer_is_a_scene_that_the_painter_knows():
    for scene in scenes("a doctor", many=3):
        assert isinstance(scene, Scene)
        assert paint(scene).size == (64, 64)
