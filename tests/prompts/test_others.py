"""Sets of others, from small files of the same shape."""

import json

import pytest

from ksd_eval.prompts.base import PromptError
from ksd_eval.prompts.cococrola import CoCoCroLaPrompts
from ksd_eval.prompts.geneval import GenEvalPrompts, korean_of
from ksd_eval.prompts.i2p import I2PPrompts
from ksd_eval.prompts.joined import JoinedPrompts
from ksd_eval.prompts.kodi import KoDiPrompts
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.prompts.xm3600 import XM3600Prompts
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
    assert prompts.raw().pairs[0][1].ko == " 찻집 주인 사진"
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


def test_several_conditions_lay_one_korean_prompt_beside_each_english(lists):
    pairs = lists(LISTS, condition=["semantic", "romanised"], kind="culture")()
    assert [(pair.ko, pair.en) for pair in pairs] == [
        ("한옥 사진", "a Korean house"),
        ("탑 사진", "a pagoda"),
        ("한옥 사진", "a hanok"),
        ("탑 사진", "a tap"),
    ]
    assert [pair.attributes["condition"] for pair in pairs] == ["semantic"] * 2 + ["romanised"] * 2
    with pytest.raises(PromptError, match="condition is 'latin'; there are plain, semantic"):
        lists(LISTS, condition="latin")


@pytest.fixture
def file(tmp_path):
    def written(name, *rows):
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (tmp_path / name).write_text("\n".join(lines), "utf-8")
        return str(tmp_path / name)

    return written


def geneval(tag, prompt, *include, **more):
    return {"tag": tag, "include": list(include), "prompt": prompt, **more}


def thing(name, count=1, **more):
    return {"class": name, "count": count, **more}


def test_geneval_is_put_into_korean_by_its_specification(file):
    path = file(
        "metadata.jsonl",
        geneval("two_object", "a photo of a book and a cow", thing("book"), thing("cow")),
        geneval(
            "counting",
            "a photo of two cows",
            thing("cow", 2),
            exclude=[thing("cow", 3)],
        ),
        geneval(
            "position",
            "a photo of a dog right of a teddy bear",
            thing("teddy bear"),
            thing("dog", position=["right of", 0]),
        ),
        geneval(
            "color_attr",
            "a photo of a blue cup and a pink orange",
            thing("cup", color="blue"),
            thing("orange", color="pink"),
        ),
    )
    pairs = GenEvalPrompts(path=path)()
    assert [pair.ko for pair in pairs] == [
        "책과 소 사진",
        "소 두 마리 사진",
        "곰 인형 오른쪽에 있는 개 사진",
        "파란 컵과 분홍색 오렌지 사진",
    ]
    assert pairs[1].pair_id == "geneval-counting-001"
    assert json.loads(pairs[1].attributes["spec"])["exclude"] == [{"class": "cow", "count": 3}]


def test_the_grammar_says_what_our_own_compositions_say():
    for pair in TablePrompts(path="package:composition")():
        include = json.loads(pair.attributes["spec"])["include"]
        assert korean_of(include) == pair.ko, pair.pair_id


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            geneval("single_object", "a photo of a quasar", thing("quasar")),
            "no Korean is known for",
        ),
        (geneval("colors", "a red cup", thing("cup", color="mauve")), "the colour 'mauve'"),
        (geneval("single_object", "a photo of a dog", thing("cow")), "'cow' of 'include' does not"),
        (geneval("single_object", "a photo of a dog", "dog"), "no list of things with a class"),
    ],
)
def test_what_geneval_does_not_hold_is_one_sentence(file, row, sentence):
    with pytest.raises(PromptError, match=sentence):
        GenEvalPrompts(path=file("metadata.jsonl", row))()


def test_concepts_have_our_korean_and_others_are_left_out_and_said(file):
    prompts = CoCoCroLaPrompts(
        path=file("concepts.csv", "en,de", "eye,auge", "tall,hoch", "bus,bus")
    )
    assert [(pair.ko, pair.en) for pair in prompts()] == [
        ("눈 사진", "a photograph of eye"),
        ("버스 사진", "a photograph of bus"),
    ]
    assert "left out: tall" in prompts.read().notes[0]


def captions(key, ko, en, locale="ko"):
    texts = {"ko": {"caption": ko}, "en": {"caption": en}}
    return {"image/key": key, "image/locale": locale, **texts}


def test_captions_of_one_image_are_marked_as_no_translations(file):
    rows = [captions("a1", ["닭 두 마리", "닭"], ["a rooster"]), captions("b2", [], ["a house"])]
    prompts = XM3600Prompts(path=file("captions.jsonl", *rows))
    (pair,) = prompts()
    assert (pair.pair_id, pair.ko, pair.en) == ("xm3600-a1", "닭 두 마리", "a rooster")
    assert pair.attributes["pairing"] == "independent"
    assert pair.attributes["locale"] == "ko"
    assert "1 images without a caption 0" in prompts.read().notes[0]
    with pytest.raises(PromptError, match="no image with a caption 1 in both"):
        XM3600Prompts(path=prompts.path, caption=1)()
    with pytest.raises(PromptError, match="'ko' holds no captions but"):
        XM3600Prompts(path=file("c.jsonl", {"image/key": "a", "ko": "닭", "en": "hen"}))()


def test_risky_prompts_take_the_korean_that_a_person_brings(file):
    ours = file("mine.csv", "prompt,ko", "a fight,싸움")
    theirs = file("i2p.csv", "prompt,categories,hard", 'a fight,"violence, hate",1', "a,hate,0")
    prompts = I2PPrompts(path=theirs, ko=ours)
    (pair,) = prompts()
    assert (pair.ko, pair.en, pair.pair_id) == ("싸움", "a fight", "i2p-0000")
    assert pair.attributes["category"] == "violence"
    assert "1 prompts without a translation" in prompts.read().notes[0]
    with pytest.raises(PromptError, match="translates none of the prompts"):
        I2PPrompts(path=theirs, ko=file("other.csv", "prompt,ko", "a cat,고양이"))()
    with pytest.raises(PromptError, match="no column 'categories'"):
        I2PPrompts(path=ours, ko=ours)()
