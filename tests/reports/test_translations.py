import re
import string
from pathlib import Path

import pandas as pd
import pytest
import yaml

from ksd_eval import extensions
from ksd_eval.claims import Claim
from ksd_eval.comparison import words as comparison
from ksd_eval.model_card import ledger_ko
from ksd_eval.records import Estimate
from ksd_eval.reports import ledger, translations
from ksd_eval.reports.translations import translated
from ksd_eval.reports.words import LANGUAGES, Words

KOREAN = Words("ko")
PUBLISHED = Path(__file__).parents[2] / "results" / "published" / "bias"


def holes(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def left_in_english(texts):
    return sorted(text for text in texts if not re.search("[가-힣]", translated(text, KOREAN)))


def written():
    """What our own files say to a reader: figures, admissions, and what is estimated of them."""
    for path in sorted(extensions.own_conf().rglob("*.yaml")):
        found = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for figure in (found.get("figures") or {}).values():
            yield from (figure[name] for name in ("title", "caption", "label") if name in figure)
        for one in found.values():
            if isinstance(one, dict):
                wanted = ("admission", "subject", "reason")
                yield from (str(one[name]) for name in wanted if name in one)


def said_in_korean():
    """What pages, comparisons, cards and documents say: a text each."""
    documents = sorted(Path(__file__).parents[2].glob("*.ko.md"))
    return [
        *(path.read_text(encoding="utf-8") for path in documents),
        *LANGUAGES["ko"].values(),
        *comparison.KOREAN.values(),
        *ledger_ko.KOREAN.values(),
        *translations.known("ko").values(),
    ]


@pytest.mark.parametrize(
    ("used", "not_used"),
    [
        ("안전 검사기", "안전 필터"),
        ("성인물", "성인용"),
        ("파란 구", "파란 공"),
        ("노이즈", "(?<!신호 대 )잡음"),
        ("판단할 수 없음", "판단 보류"),
    ],
)
def test_one_thing_has_one_korean_name(used, not_used):
    said = said_in_korean()
    assert any(used in text for text in said)
    assert [text for text in said if re.search(not_used, text)] == []


@pytest.mark.parametrize("language", translations.TABLES)
def test_both_sides_of_a_translation_have_the_same_holes(language):
    texts = translations.known(language)
    assert len(texts) > 100
    assert {text: holes(text) for text in texts} == {
        text: holes(other) for text, other in texts.items()
    }


def test_everything_that_our_experiments_and_claims_say_is_said_in_korean():
    texts = {" ".join(text.split()) for text in written()}
    assert len(texts) > 60
    assert [
        text for text in sorted(texts) if not re.search("[가-힣]", translated(text, KOREAN))
    ] == []


def test_notes_and_reasons_of_the_published_run_are_said_in_korean():
    notes = pd.read_csv(PUBLISHED / "estimates.csv")["note"].dropna().unique()
    reasons = pd.read_csv(PUBLISHED / "measurements.csv")["reason"].dropna().unique()
    every = [*notes, *reasons]
    assert len(every) > 30
    assert left_in_english(every) == []


def test_several_notes_are_translated_one_by_one():
    said = translated("mean over 16 groups; no such text; there are no such pictures", KOREAN)
    assert said == "그룹 16개의 평균; no such text; 그런 그림이 없음"


def test_what_fills_a_hole_may_hold_braces():
    assert translated("no picture is labelled '{x}'", KOREAN) == "“{x}”(이)라고 답한 그림이 없음"


CLAIM = Claim(
    admission="White and western cultures are the default.",
    subject="the western share of scenes that name no culture, asked in Korean, less one half",
    about={"metric": "excess"},
    margin=0.05,
)


@pytest.mark.parametrize(
    ("low", "high", "outcome", "said"),
    [
        (
            0.1,
            0.3,
            "확인됨",
            "95% 신뢰구간 +10.0 ~ +30.0, 프롬프트 24개, 그림 48장).",
        ),
        (-0.3, 0.01, "반박됨", "벗어나지 않습니다."),
        (-0.3, 0.3, "판단할 수 없음", "신뢰구간이 무시할 만한 범위의 경계에 걸쳐 있습니다."),
        (None, None, "판단할 수 없음", "추정값에 신뢰구간이 없습니다."),
    ],
)
def test_a_verdict_is_a_korean_sentence(low, high, outcome, said):
    known = {"ci_low": low, "ci_high": high, "n_pairs": 24, "n_images": 48}
    estimate = Estimate("excess", "culture", "korean", 0.2, estimand="over_prompts", **known)
    (found,) = ledger.verdicts([CLAIM("culture", [estimate], 0.95)], KOREAN)
    assert found.said == outcome
    assert said in found.sentence
    assert not re.search("[a-z]{2}", found.sentence)
    assert found.admission == "백인과 서양 문화가 기본값이다."


def test_a_sentence_of_somebody_elses_claim_stays_as_it_is():
    (plain,) = ledger.verdicts([CLAIM("mine", [], 0.95)], Words())
    assert plain.sentence == "This run has no such estimate."
