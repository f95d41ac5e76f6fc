import re
import string
from pathlib import Path

import pytest

from ksd_eval import comparison
from ksd_eval.comparison.words import LANGUAGES


def holes(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_sentence_with_the_same_holes(language):
    english, other = LANGUAGES["en"], LANGUAGES[language]
    assert english.keys() == other.keys()
    assert [key for key in english if holes(english[key]) != holes(other[key])] == []


def test_korean_is_korean():
    other = {key for key, text in LANGUAGES["ko"].items() if not re.search("[가-힣]", text)}
    assert other == set()


def test_every_reason_that_is_given_has_a_sentence():
    sources = [path.read_text("utf-8") for path in Path(comparison.__file__).parent.glob("*.py")]
    named = {key for source in sources for key in re.findall(r'Reason\("([\w.]+)"', source)}
    assert len(named) > 20
    assert {f"reason.{key}" for key in named} <= LANGUAGES["en"].keys()
