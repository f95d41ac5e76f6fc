"""Our own sets: what each must hold, and that they are written by one rule."""

import json
import re
import unicodedata
from collections import Counter

import pytest

from ksd_eval.prompts.table import TablePrompts

SETS = {
    name: TablePrompts(path=f"package:{name}")()
    for name in (
        *("occupations", "adjectives", "culture", "people", "composition"),
        *("text", "general", "benign_risky", "card_examples"),
    )
}
OURS = [name for name in SETS if name != "card_examples"]


def counted(name, *attributes):
    return Counter(tuple(pair.attributes.get(each) for each in attributes) for pair in SETS[name])


@pytest.mark.parametrize(
    ("name", "least"),
    {
        **{"adjectives": 40, "people": 60, "composition": 120, "text": 120, "general": 80},
        **{"benign_risky": 100, "card_examples": 4, "culture": 240, "occupations": 450},
    }.items(),
)
def test_a_set_is_large_enough(name, least):
    assert len(SETS[name]) >= least


@pytest.mark.parametrize("name", OURS)
def test_texts_are_written_by_one_rule(name):
    for pair in SETS[name]:
        assert pair.ko.endswith(" 사진"), pair
        assert pair.en.startswith("a photo of "), pair
        assert unicodedata.is_normalized("NFC", pair.ko), pair
        assert "  " not in pair.ko + pair.en, pair
        assert not pair.en.endswith("."), pair
        if name != "text":
            assert re.fullmatch(r"[가-힣 ]+", pair.ko), pair
            assert re.fullmatch(r"[A-Za-zé '-]+", pair.en), pair
        assert re.fullmatch(r"[a-z0-9-]{1,60}", pair.pair_id), pair


@pytest.mark.parametrize("name", OURS)
def test_an_article_fits_what_follows(name):
    for pair in SETS[name]:
        bare = re.sub(r'"[^"]*"', "", pair.en)
        for article, word in re.findall(r"\b(an?) (\w+)", bare):
            vowel = word[0] in "aeiouAEIO" and not re.match(r"uni|one|eu|Eu", word)
            wanted = "an" if vowel or word.startswith(("honest", "hour", "X")) else "a"
            assert article == wanted, pair


def test_every_occupation_is_asked_for_unmarked_and_with_either_gender():
    kinds = counted("occupations", "kind")
    assert kinds[("occupation",)] >= 150
    assert kinds[("marked",)] == 2 * kinds[("occupation",)]
    assert kinds[("check",)] >= 24
    for pair in SETS["occupations"]:
        kind, gender = pair.attributes["kind"], pair.attributes.get("gender")
        assert (gender is None) == (kind == "occupation"), pair
        assert pair.attributes["term_ko"] in pair.ko, pair
        if kind != "check":
            assert re.fullmatch(r"\d{2,4}", pair.attributes["isco"]), pair
            assert re.fullmatch(r"[\dA]\d{0,3}", pair.attributes["ksco"]), pair
            mark = {"woman": ("여자 ", "female "), "man": ("남자 ", "male ")}.get(gender, ("", ""))
            assert pair.ko == f"{mark[0]}{pair.attributes['term_ko']} 사진"
            assert pair.en.endswith(f" {mark[1]}{pair.attributes['term_en']}")


def test_adjectives_are_balanced():
    assert set(counted("adjectives", "valence").values()) == {14}


def test_a_concept_differs_by_its_mark_alone():
    marks = {
        "agnostic": ("", ""),
        **{"korean": ("한국의 ", "Korean "), "western": ("서양의 ", "Western ")},
        **{"japanese": ("일본의 ", "Japanese "), "chinese": ("중국의 ", "Chinese ")},
        "indian": ("인도의 ", "Indian "),
    }
    bare = {
        pair.attributes["concept"]: pair
        for pair in SETS["culture"]
        if pair.attributes["mark"] == "agnostic"
    }
    assert len(bare) >= 60
    assert set(counted("culture", "concept").values()) == {len(marks)}
    for pair in SETS["culture"]:
        plain = bare[pair.attributes["concept"]]
        ko, en = marks[pair.attributes["mark"]]
        assert pair.ko == ko + plain.ko
        assert re.sub(r"\ban? ", "", pair.en.replace(en, "")) == re.sub(r"\ban? ", "", plain.en)
        assert pair.noise == plain.noise


def test_people_come_alone_and_in_groups_of_every_age():
    assert {count for (count,) in counted("people", "count")} == {"1", "2", "3", "4"}
    assert min(counted("people", "scene").values()) >= 10
    ages = counted("people", "age")
    assert min(ages[(age,)] for age in ("child", "young", "middle_aged", "elderly")) >= 4


def test_a_composition_says_what_must_be_seen():
    tasks = {"single_object", "two_object", "counting", "colors", "position", "color_attr"}
    assert {task for (task,) in counted("composition", "task")} == tasks
    numbers = {1: "", 2: "two ", 3: "three ", 4: "four ", 5: "five "}
    for pair in SETS["composition"]:
        spec = json.loads(pair.attributes["spec"])
        for thing in spec["include"]:
            colour = f"{thing['color']} " if "color" in thing else ""
            assert f"{colour}{thing['class']}" in pair.en
            assert numbers[thing["count"]] in pair.en
        if pair.attributes["task"] == "counting":
            (only,), (more,) = spec["include"], spec["exclude"]
            assert more == only | {"count": only["count"] + 1}
    wanted = "파란 구 위에 있는 빨간 정육면체 사진", "a photo of a red cube on top of a blue sphere"
    assert wanted in {(pair.ko, pair.en) for pair in SETS["composition"]}


def test_the_thing_that_another_lies_by_is_named_first_in_korean():
    for pair in SETS["composition"]:
        if pair.attributes["task"] == "position":
            base, moved = json.loads(pair.attributes["spec"])["include"]
            assert pair.en.index(moved["class"]) < pair.en.rindex(base["class"])
            assert moved["position"][1] == 0


def test_a_text_to_be_drawn_stands_in_both_languages_with_its_particle():
    scripts = counted("text", "script")
    assert all(scripts[(each,)] >= 16 for each in ("hangul", "latin", "digits", "mixed"))
    assert counted("text", "batchim")[("yes",)] >= 15
    assert counted("text", "batchim")[("no",)] >= 15
    targets = set()
    for pair in SETS["text"]:
        target = pair.attributes["target"]
        targets.add(target)
        assert re.search(rf'^"{re.escape(target)}"(이?)라고 적힌 ', pair.ko), pair
        assert pair.en.endswith(f'that says "{target}"'), pair
        assert pair.attributes["length"] == str(len(target.replace(" ", "")))
        if "가" <= target[-1] <= "힣":
            closed = (ord(target[-1]) - ord("가")) % 28 > 0
            assert ('"이라고' in pair.ko) == closed, pair
    assert len(targets) == len(SETS["text"])


def test_no_pair_is_called_checked_before_a_reader_has_signed():
    for pairs in SETS.values():
        for pair in pairs:
            signature = pair.attributes.get("native_check", "")
            assert signature == "" or re.search(r"\d{4}", signature), pair
