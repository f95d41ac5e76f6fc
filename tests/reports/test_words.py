import re
import string

import pytest

from ksd_eval.reports.words import LANGUAGES, Words

PREFIXES_OF_NAMES = ("label.", "value.", "measurement.", "attribute.")
"""Names that have a plain form of their own: a language gives those that need another one."""


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def sentences(language: str) -> dict[str, str]:
    texts = LANGUAGES[language]
    return {key: text for key, text in texts.items() if not key.startswith(PREFIXES_OF_NAMES)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence_with_the_same_holes(language):
    english, other = sentences("en"), sentences(language)
    assert english.keys() == other.keys()
    assert {key: holes(english[key]) for key in english} == {
        key: holes(other[key]) for key in other
    }


def test_korean_is_korean():
    english = {key for key, text in sentences("ko").items() if not re.search("[가-힣]", text)}
    own = {"again.code", "gallery.gap", "interval", "language.en", "points", "versus"}
    assert english == own
    assert Words("ko").arm("korean - english") == "한국어 − 영어"
    assert Words("ko").share("gender", "woman") == "여성 비율"


def test_a_language_without_words_is_refused():
    with pytest.raises(ValueError, match="no page can be written in 'fr'; choose one of: en, ko"):
        Words("fr")


def test_names_without_a_text_are_said_plainly():
    words = Words()
    assert words.value("occupation", "police_officer") == "police officer"
    assert words.label("mood", "very_happy") == "very happy"
    assert words.arm("some_role - english") == "some role − English"


def test_a_label_without_a_text_is_named_as_the_value_of_a_prompt_is():
    assert Words("ko").label("occupation", "doctor") == "의사"
    assert Words("ko").label("gender", "woman") == "여성"
    assert Words().label("occupation", "builder") == "construction worker"


def test_texts_are_handed_to_a_script_with_their_holes():
    assert Words().starting("gallery.")["page"] == "Page {page} of {pages}"


def test_figures_speak_the_language_of_the_block_only():
    with Words("ko").speaking():
        assert Words.spoken().arm("korean") == "한국어"
    assert Words.spoken().arm("korean") == "Korean"
