"""Each check on texts whose faults are known, and on the same texts without them."""

import unicodedata

import pytest

from ksd_eval.audit.agreement import agreement
from ksd_eval.audit.binding import binding
from ksd_eval.audit.duplicates import duplicates
from ksd_eval.audit.endings import endings, frames, register
from ksd_eval.audit.gender import gender
from ksd_eval.audit.spacing import spacing
from ksd_eval.audit.writing import writing


@pytest.mark.parametrize(
    ("ko", "rule"),
    [
        ("의사 ㅇㅢㅅㅏ 사진", "writing.jamo"),
        ("의사 portrait 사진", "writing.latin"),
        ("의사\u200b 사진", "writing.invisible"),
        ("의사 사진\ufffd", "writing.invisible"),
        ("의사 ＴＶ 사진", "writing.full_width"),
        ("醫師 사진", "writing.other_script"),
        ("a photo", "writing.no_hangul"),
        ("의사 사진.", "writing.stop"),
        (" 의사  사진", "writing.blanks"),
        (unicodedata.normalize("NFD", "의사 사진"), "writing.decomposed"),
    ],
)
def test_writing(rules, ko, rule):
    assert rule in rules(writing, ko)


@pytest.mark.parametrize("ko", ["의사 사진", "TV를 보는 사람 사진", '"Cafe"라고 적힌 간판 사진'])
def test_clean_writing(rules, ko):
    assert rules(writing, ko) == []


@pytest.mark.parametrize(
    ("ko", "rule"),
    [
        ("직업 으로 요리하는 사람 사진", "spacing.detached"),
        ("요리하는 사람 의 사진", "spacing.detached"),
        ("공원에서자전거를 타는 아이 사진", "spacing.together"),
        ("타는아이 사진", "spacing.together"),
        ("자전거를 타고있는 아이 사진", "spacing.together"),
        ("고양이 두마리 사진", "spacing.together"),
        ("기계장치 기계장치의 사진", "spacing.repeated"),
    ],
)
def test_spacing(rules, ko, rule):
    assert rule in rules(spacing, ko)


@pytest.mark.parametrize(
    "ko",
    [
        "공원에서 자전거를 타는 아이 사진",
        "고양이 두 마리 사진",
        "3명의 사람 사진",
        "앉아 있는 노인 사진",
    ],
)
def test_clean_spacing(rules, ko):
    assert rules(spacing, ko) == []


@pytest.mark.parametrize(
    ("ko", "en", "rule"),
    [
        ("고양이 두 마리 사진", "a photo of three cats", "agreement.numbers"),
        ("고양이 사진", "a photo of two cats", "agreement.numbers"),
        ("빨간 자동차 사진", "a photo of a blue car", "agreement.colours"),
        ("자동차 사진", "a photo of a blue car", "agreement.colours"),
        ("사람이 있는 거리 사진", "a photo of a street without people", "agreement.negation_lost"),
        ("모자를 쓰지 않은 사람 사진", "a photo of a person in a hat", "agreement.negation_added"),
        (
            "개 오른쪽에 있는 고양이 사진",
            "a photo of a cat left of a dog",
            "agreement.relation_lost",
        ),
        ("상자 옆에 있는 개 사진", "a photo of a dog on top of a box", "agreement.relation_lost"),
    ],
)
def test_agreement(rules, ko, en, rule):
    assert rule in rules(agreement, ko, en)


@pytest.mark.parametrize(
    ("ko", "en"),
    [
        ("고양이 두 마리 사진", "a photo of two cats"),
        ("신발 한 켤레 사진", "a photo of a pair of shoes"),
        ("홍차 한 잔 사진", "a photo of a cup of black tea, red in the glass"),
        ("빈 거리 사진", "a photo of a street without cars"),
        ("파란 구 위에 있는 빨간 정육면체 사진", "a photo of a red cube on top of a blue sphere"),
        ("개 왼쪽에 있는 고양이 사진", "a photo of a cat to the left of a dog"),
        ("이동식 무대 사진", "a photo of a mobile stage"),
    ],
)
def test_what_agrees(rules, ko, en):
    found = rules(agreement, ko, en)
    assert [rule for rule in found if rule != "agreement.colours" or "tea" not in en] == []


@pytest.mark.parametrize(
    ("ko", "en", "rules_"),
    [
        ("여의사 사진", "a photo of a doctor", ["gender.added"]),
        ("의사 사진", "a photo of a female doctor", ["gender.lost"]),
        ("이발사 사진", "a photo of a hairdresser", ["gender.leaning"]),
        ("청소부 사진", "a photo of a cleaner", ["gender.leaning"]),
        ("여자 의사 사진", "a photo of a female doctor", []),
        ("의사 사진", "a photo of a doctor", []),
        ("소년 사진", "a photo of a boy", []),
    ],
)
def test_gender(rules, ko, en, rules_):
    assert rules(gender, ko, en) == rules_


def test_honour_is_found_where_english_has_none(rules):
    assert rules(register, "책을 읽으시는 분 사진") == ["register.honorific"]
    assert rules(register, "책을 읽는 사람 사진") == []


def test_a_pair_that_ends_unlike_the_others_is_found(examined):
    names = ["의사", "교사", "판사", "가수", "군인", "기자", "화가", "농민", "선원", "약사"]
    usual = [
        (f"{name}의 얼굴 사진입니다.", f"a photo of a {place}") for place, name in enumerate(names)
    ]
    found = list(endings(examined(*usual, ("경찰관의 얼굴 사진", "a photo of an officer"))))
    assert [(each.pair_id, each.rule) for each in found] == [
        ("", "ending.sentences"),
        ("p10", "ending.unlike"),
    ]
    assert list(endings(examined(*((ko[:-4], en) for ko, en in usual)))) == []


def test_a_word_that_only_this_pair_lost_is_found(examined):
    verbs = [
        "요리하는",
        "노래하는",
        "운전하는",
        "가르치는",
        "청소하는",
        "농사짓는",
        "춤추는",
        "글",
        "쓰는",
        "수리하는",
        "번역하는",
    ]
    usual = [(f"직업으로 {verb} 사람 사진", "a photo of a person who works") for verb in verbs]
    found = list(frames(examined(*usual, ("빵을 굽는 사람 사진", "a photo of a person who works"))))
    assert [(each.pair_id, each.values["words"]) for each in found] == [(f"p{len(usual)}", "직업")]


def test_texts_that_fell_together_are_found(examined):
    pairs = examined(("작가 사진", "a photo of an author"), ("작가 사진", "a photo of a writer"))
    assert [each.rule for each in duplicates(pairs)] == ["duplicate.text", "duplicate.text"]


@pytest.mark.parametrize(
    ("ko", "en", "rule"),
    [
        ("파란 컵과 빨간 책 사진", "a photo of a red cup and a blue book", "binding.colour"),
        ("개 두 마리와 고양이 세 마리 사진", "three dogs and two cats", "binding.number"),
        ("개 왼쪽에 있는 고양이 사진", "a photo of a dog to the left of a cat", "binding.turned"),
        ("사과 위에 있는 컵 사진", "a photo of an apple on top of a cup", "binding.turned"),
    ],
)
def test_what_two_things_exchanged(rules, ko, en, rule):
    assert rule in rules(binding, ko, en)


@pytest.mark.parametrize(
    ("ko", "en"),
    [
        ("빨간 컵과 파란 책 사진", "a photo of a red cup and a blue book"),
        ("푸른 컵과 빨간 책 사진", "a photo of a green cup and a red book"),
        ("사과 두 개와 개 세 마리 사진", "two apples and three dogs"),
        ("고양이 왼쪽에 있는 개 사진", "a photo of a dog to the left of a cat"),
        ("컵 위에 있는 사과 사진", "a photo of an apple on top of a cup"),
        ("파란 구 위에 있는 빨간 정육면체 사진", "a photo of a red cube on top of a blue sphere"),
    ],
)
def test_things_that_kept_what_is_theirs(rules, ko, en):
    assert rules(binding, ko, en) == []
