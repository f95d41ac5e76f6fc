import pytest

from ksd_eval.judges.base import Matched
from ksd_eval.world.attributes import WORDS
from ksd_eval.world.signs import PaintedSigns
from ksd_eval.world.understanding import parse


def test_every_word_is_painted_and_said_in_both_languages():
    signs = PaintedSigns(each=2)
    assert isinstance(signs, Matched)
    assert len(signs()) == len(signs.captions()) == 2 * len(WORDS)
    for word, (korean, english) in zip(WORDS, signs.captions()[::2], strict=True):
        assert parse(korean).word == parse(english).word == word


def test_the_same_seed_paints_the_same_signs():
    one, same, other = (PaintedSigns(each=2, seed=seed)() for seed in (1, 1, 2))
    assert [image.tobytes() for image in one] == [image.tobytes() for image in same]
    assert [image.tobytes() for image in one] != [image.tobytes() for image in other]
    assert one[0].tobytes() != one[1].tobytes()


def test_the_texts_of_a_set_of_prompts_are_painted_once_each(tmp_path):
    signs = PaintedSigns(table="package:text", each=1, size=256)
    assert len(signs()) == len(set(signs.captions())) > 100
    table = tmp_path / "mine.csv"
    table.write_text("target\n커피\n커피\nTEA\n", encoding="utf-8")
    mine = PaintedSigns(table=str(table), each=1)
    assert mine.identity()["words"] == ["커피", "TEA"]


def test_a_table_without_texts_is_refused(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("word\n커피\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no text in a column 'target'"):
        PaintedSigns(table=str(table))()
    with pytest.raises(FileNotFoundError, match="no_such"):
        PaintedSigns(table="package:no_such").identity()


@pytest.mark.parametrize(("field", "value"), [("each", 0), ("size", 8)])
def test_what_could_not_be_painted_is_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} is {value}"):
        PaintedSigns(**{field: value})
