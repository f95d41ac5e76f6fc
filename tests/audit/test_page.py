import csv
import io
import string

import pytest

from ksd_eval.audit import page, words
from ksd_eval.audit.auditing import audited
from ksd_eval.audit.base import Finding
from ksd_eval.audit.endings import endings
from ksd_eval.audit.gender import gender
from ksd_eval.audit.signatures import signatures
from ksd_eval.records import PromptPair

PAIRS = [
    PromptPair("a", "여의사 사진", "a photo of a doctor"),
    PromptPair("b", "<b>집</b> 사진", "a photo of a house", {"native_check": "Kim Minji 2026-11"}),
]


@pytest.fixture
def found():
    return audited("mine", PAIRS, [gender, endings, signatures])


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_shows_every_pair_and_what_was_found(found, language):
    html = page.html(found, language)
    assert "여의사 사진" in html
    assert "&lt;b&gt;집" in html
    assert "<b>집" not in html
    assert words.said(found.by_pair["a"][0], language) in html
    assert words.LANGUAGES[language]["unchecked"] in html
    assert "Kim Minji 2026-11" in html
    assert page.html(found, language) == html


def test_the_table_has_a_row_a_finding(found):
    rows = list(csv.DictReader(io.StringIO(page.table(found))))
    assert [(row["pair_id"], row["rule"]) for row in rows] == [
        ("", "signature.unchecked"),
        ("a", "gender.added"),
        ("b", ""),
    ]
    assert rows[2]["native_check"] == "Kim Minji 2026-11"


def test_faults_and_doubts_flag_a_pair_and_notes_do_not(found):
    assert found.flagged == ["a"]
    assert (found.worst("a"), found.worst("b"), found.signed) == ("fault", None, 1)


def test_both_languages_say_the_same_things():
    def holes(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert words.ENGLISH.keys() == words.KOREAN.keys()
    for key, text in words.ENGLISH.items():
        assert holes(text) == holes(words.KOREAN[key]), key


def test_a_finding_is_a_sentence():
    finding = Finding("a", "spacing", "spacing.detached", "fault", {"piece": "사람 의"})
    assert "“사람 의”" in words.said(finding, "en")
    assert "“사람 의”" in words.said(finding, "ko")
