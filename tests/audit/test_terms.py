"""Published errors of a public set are found, and our own sets are not called wrong for nothing."""

import csv
from importlib.resources import files

import pytest

from ksd_eval.audit import auditing
from ksd_eval.audit.base import Examined
from ksd_eval.audit.duplicates import duplicates
from ksd_eval.audit.terms import named, terminology, terms
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.records import PromptPair

PUBLISHED = {
    **{
        "baker": "빵집",
        "courier": "택배",
        "dishwasher": "식기세척기",
        "dispatcher": "디스플레이어",
    },
    **{"stocker": "스토커", "housekeeper": "집주인", "underwriter": "보험계약자"},
    **{"payroll clerk": "임대 직원", "radiologic technician": "방사선 전문의"},
    **{"hairdresser": "이발사", "aide": "보조", "data entry keyer": "데이터 입력 키"},
}
"""English occupations and what MAGBIG's Korean calls them: a bakery, a parcel, a machine, …"""


@pytest.mark.parametrize(("en", "ko"), PUBLISHED.items())
def test_a_wrong_referent_is_found(rules, en, ko):
    text = f"a photo of the face of {'an' if en[0] in 'aeiou' else 'a'} {en}"
    assert "term.unlisted" in rules(terminology, f"{ko}의 얼굴 사진", text)


@pytest.mark.parametrize(("en", "ko"), [("baker", "제빵사"), ("two bakers", "제빵사 두 명")])
def test_a_right_one_is_not(rules, en, ko):
    assert rules(terminology, f"{ko} 사진", f"a photo of {'a ' if en[0] == 'b' else ''}{en}") == []


def test_a_piece_of_another_word_is_said(rules):
    assert rules(terminology, "의사당 사진", "a photo of a doctor") == ["term.part_of_another"]


@pytest.mark.parametrize(
    ("en", "wanted"),
    [
        ("a photo of a police officer and two dogs", ["police officer", "dog"]),
        ("a photo of a kitchen table", []),  # no kitchen, and a table of the list only by its head
        ("a person walking", ["person"]),
        ("people train for a race", []),
    ],
)
def test_only_heads_of_phrases_are_terms(en, wanted):
    found = [term.en for term in named(Examined(PromptPair("a", "", en)))]
    assert [name for name in found if name != "table"] == wanted


def test_the_lists_are_in_order_and_have_no_noun_twice():
    for name in ("occupations", "things"):
        text = (files("ksd_eval.prompts") / "words" / f"{name}.csv").read_text(encoding="utf-8")
        nouns = [row["en"] for row in csv.DictReader(text.splitlines())]
        assert nouns == sorted(set(nouns))
    assert all(form.strip() == form and form for term in terms().values() for form in term.ko)


SETS = (
    *("occupations", "adjectives", "culture", "people", "composition", "text", "general"),
    *("benign_risky", "card_examples", "worlds_people_and_places"),
)


@pytest.mark.parametrize(
    "without",
    [
        pytest.param({"tokens", "similarity"}, id="fast"),
        pytest.param({"tokens"}, id="all", marks=pytest.mark.slow),
    ],
)
def test_few_of_our_own_pairs_are_flagged(without):
    flagged = total = 0
    for name in SETS:
        pairs = [
            pair
            for pair in TablePrompts(path=f"package:{name}")()
            if pair.attributes.get("kind") != "check"  # there to be found
        ]
        checks = [check for check in auditing.CHECKS if check.__name__ not in without]
        flagged += len(auditing.audited(name, pairs, checks).flagged)
        total += len(pairs)
    assert flagged <= 0.05 * total


def test_one_english_noun_may_be_put_two_ways_by_two_kinds():
    pairs = [
        Examined(PromptPair("a", "농업인 사진", "a photo of a farmer", {"kind": "occupation"})),
        Examined(PromptPair("b", "농부 사진", "a photo of a farmer", {"kind": "check"})),
    ]
    assert list(duplicates(pairs)) == []
