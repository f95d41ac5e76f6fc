import pytest

from ksd_eval.judges import spelling


@pytest.mark.parametrize(
    ("read", "asked", "error"),
    [
        ("책방", "책방", 0.0),
        ("책상", "책방", 0.5),
        ("", "책방", 1.0),
        ("꽃집꽃집꽃집", "책방", 1.0),  # more edits than characters
        ("CAFES", "CAFE", 0.25),
        ("cafe", "CAFE", 1.0),
        ("한국식당", "한국 식당", 0.0),
        ("\u110e\u1162\u11a8방", "책방", 0.0),  # the first syllable in jamo
    ],
)
def test_the_rate_counts_edits_of_syllables_and_letters(read, asked, error):
    assert spelling.character_error(read, asked) == pytest.approx(error)


def test_nothing_asked_has_no_error_rate():
    with pytest.raises(ValueError, match="asked is ' '; an error rate needs a character"):
        spelling.character_error("책방", " ")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ('a photo of a sign that says "꽃"', "꽃"),
        ("“1층”이라고 적힌 간판", "1층"),
        ("a sign that says 'OPEN 24'", "OPEN 24"),
        ('a "red" sign that says "STOP"', "red"),
        ('a sign that says ""', ""),
        ("a photo of a doctor", ""),
    ],
)
def test_what_is_asked_for_is_what_is_quoted_first(text, asked):
    assert spelling.quoted(text) == asked


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("카페", "hangul"),
        ("ㅋㅋ", "hangul"),
        ("Café", "latin"),
        ("１층", "mixed"),
        ("4,500", "digits"),
        ("茶", "other"),
        ("Привет", "other"),
        (" ", "none"),
    ],
)
def test_a_script_is_that_of_the_letters(text, script):
    assert spelling.script_of(text) == script
