import re
import string

import pytest

from ksd_eval.labels import words
from ksd_eval.labels.words import LANGUAGES


def holes(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def sentences(language):
    return {key: text for key, text in LANGUAGES[language].items() if not key.startswith("label.")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence_with_the_same_holes(language):
    english, other = sentences("en"), sentences(language)
    assert english.keys() == other.keys()
    assert all(holes(english[key]) == holes(other[key]) for key in english)


def test_korean_is_korean():
    other = {key for key, text in LANGUAGES["ko"].items() if not re.search("[가-힣]", text)}
    assert other == {"chosen"}


def test_what_has_no_words_is_said_plainly():
    assert words.question("ko", "second_shape") == "그림에 무엇이 보이나요? (second shape)"
    assert words.answer("ko", "mood", "very_happy") == "very happy"
    assert words.answer("ko", "gender", "woman") == "여성"
