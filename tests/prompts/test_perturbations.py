import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import CLIPTokenizer

import ksd_eval.miniature
from ksd_eval.prompts.base import PromptError
from ksd_eval.prompts.forms import perturbed
from ksd_eval.prompts.perturbations import PERTURBATIONS
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.records import PromptPair

PAIRS = TablePrompts(path="package:worlds_people_and_places")()


@pytest.fixture(scope="module")
def tokenizer():
    folder = f"{ksd_eval.miniature.__path__[0]}/weights/miniature/tokenizer"
    return CLIPTokenizer.from_pretrained(folder)


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_only_negative_controls_have_the_same_tokens(tokenizer, name):
    change = PERTURBATIONS[name]
    texts = [pair.ko for pair in PAIRS[:60]] + ["TV를 보는 사람이 없는 방 사진 2"]
    changed = [(text, change.change(text)) for text in texts if change.change(text) != text]
    assert changed
    same = [tokenizer(old)["input_ids"] == tokenizer(new)["input_ids"] for old, new in changed]
    assert all(same) if change.expected == "identical" else not any(same)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("spacing", "우주인 사진", "우주인사진"),
        ("detached_josa", "직업으로 요리하는 사람 사진", "직업 으로 요리하는 사람 사진"),
        ("josa_dropped", "사과를 든 손 사진", "사과 든 손 사진"),
        ("josa_swapped", "꽃이 핀 들판 사진", "꽃은 핀 들판 사진"),
        ("compatibility_jamo", "닭 값", "ㄷㅏㄺ ㄱㅏㅄ"),
        ("ending_formal", "화가", "화가입니다"),
        ("honorific", "사람의 손 사진", "분의 손 사진"),
        ("honorific", "사람들 사진", "사람들 사진"),
        ("romanise", "독립문 사진", "dongnimmun sajin"),
        ("code_switch", "학교 앞 거리", "school 앞 거리"),
        ("loanword", "의사당 사진", "의사당 사진"),
    ],
)
def test_known_changes(name, old, new):
    assert PERTURBATIONS[name].change(old) == new


@given(
    st.text("abc XYZ123", max_size=12), st.sampled_from(["spacing", "josa_dropped", "honorific"])
)
def test_what_is_no_hangul_stays(text, name):
    assert PERTURBATIONS[name].change(text) == text


@given(st.text("가힣각뷁 의사", max_size=8))
def test_pieces_can_be_put_together_again(text):
    assert unicodedata.normalize("NFC", PERTURBATIONS["nfd"].change(text)) == text


def test_forms_follow_their_pair_and_share_its_noise():
    pair = PromptPair("house", "집 사진", "a photo of a house", {"noise": "n"})
    plain, form = perturbed([pair], ["spacing", "honorific"])
    assert plain.attributes["perturbation"] == "none"
    assert (form.pair_id, form.ko, form.en, form.noise) == (
        "house.spacing",
        "집사진",
        pair.en,
        "n",
    )
    assert (form.attributes["perturbs"], form.attributes["expected"]) == ("house", "equivalent")


def test_a_set_is_perturbed_by_names_and_refuses_others():
    path = "package:general"
    pairs = TablePrompts(path=path, limit=3, perturb=["spacing", "romanise"])()
    assert [pair.attributes["perturbation"] for pair in pairs[:3]] == [
        "none",
        "spacing",
        "romanise",
    ]
    assert len({pair.pair_id for pair in pairs}) == len(pairs) == 9
    with pytest.raises(PromptError, match="perturb names spaces; there are: nfd, "):
        TablePrompts(path=path, perturb=["spaces"])
