"""Sets of others, from small files of the same shape."""

import json

import pytest

from ksd_eval.prompts.base import PromptError
from ksd_eval.prompts.joined import JoinedPrompts
from ksd_eval.prompts.kodi import KoDiPrompts
from ksd_eval.records import PromptPair


@pytest.fixture
def two(tmp_path):
    def written(ko, en):
        for name, text in (("ko", ko), ("en", en)):
            (tmp_path / f"{name}.csv").write_text("name,prompt\n" + text, "utf-8")
        return JoinedPrompts(ko=str(tmp_path / "ko.csv"), en=str(tmp_path / "en.csv"))

    return written


def test_two_files_are_joined_by_their_key(two):
    prompts = two("tea seller, 찻집 주인 사진\ncook,요리사 사진\n", "cook,a cook\ntea seller,one\n")
    attributes = {"kind": "occupation", "occupation": "tea_seller"}
    assert prompts()[0] == PromptPair("tea-seller", "찻집 주인 사진", "one", attributes)
    assert prompts.raw()[0].ko == " 찻집 주인 사진"
    assert [pair.pair_id for pair in prompts()] == ["tea-seller", "cook"]


def test_rows_of_one_file_alone_are_passed_over_and_said(two):
    prompts = two("cook,요리사\nbaker,제빵사\n", "cook,a cook\n")
    assert [pair.pair_id for pair in prompts()] == ["cook"]
    assert "1 of the other file's rows are missing, such as baker" in prompts.read().notes[0]


@pytest.mark.parametrize(
    ("ko", "en", "sentence"),
    [
        ("cook,요리사\ncook,조리사\n", "cook,a cook\n", "'cook' stands in .*line 2 already"),
        ("cook,\n", "cook,a cook\n", "line 2: 'name' or 'prompt' is empty"),
        ("cook,요리사\n", "baker,a baker\n", "have no 'name' in common"),
    ],
)
def test_what_cannot_be_joined_is_one_sentence(two, ko, en, sentence):
    with pytest.raises(PromptError, match=sentence):
        two(ko, en)()


def test_another_column_is_asked_for_by_name(two, tmp_path):
    two("cook,요리사\n", "cook,a cook\n")
    wrong = JoinedPrompts(ko=str(tmp_path / "ko.csv"), en=str(tmp_path / "en.csv"), text="line")
    with pytest.raises(PromptError, match="no column 'line'; it has name, prompt"):
        wrong()


@pytest.fixture
def lists(tmp_path):
    def written(value, **options):
        (tmp_path / "b.json").write_text(json.dumps(value), "utf-8")
        return KoDiPrompts(path=str(tmp_path / "b.json"), **options)

    return written


LISTS = {
    "ko": ["한옥 사진", "탑 사진", "탑 사진"],
    "en_rom": ["a hanok", "a tap", "a tap"],
    "en_sem": ["a Korean house", "a pagoda", "a pagoda"],
}


def test_each_condition_has_an_english_of_its_own_and_repeats_are_kept_once(lists):
    for condition, english in (("semantic", "a pagoda"), ("romanised", "a tap")):
        prompts = lists(LISTS, condition=condition, kind="culture")
        assert [pair.en for pair in prompts()][1:] == [english]
        assert prompts()[1].attributes["category"] == "architecture"
        assert "1 pairs stand there twice" in prompts.read().notes[0]


def test_a_condition_that_is_not_there_is_refused(lists):
    with pytest.raises(PromptError, match="has no list 'en'; it has ko, en_rom, en_sem"):
        lists(LISTS)()


def test_captions_written_apart_are_marked(lists):
    prompts = lists({"ko": ["닭"], "en": ["a rooster"]}, independent=True)
    assert prompts()[0].attributes["pairing"] == "independent"


def test_lists_of_unlike_length_are_refused(lists):
    with pytest.raises(PromptError, match="lists are of unlike length"):
        lists({"ko": ["닭"], "en": []})()
