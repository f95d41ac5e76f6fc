import pytest

from ksd_eval.miniature import measure
from ksd_eval.miniature.measure import WOMEN, Measured
from ksd_eval.miniature.questions import BINDING, ROWS
from ksd_eval.records import Measurement

BARS = {
    "occupation drawn as asked": 0.90,
    "apparent gender as asked": 0.92,
    "skin tone within one step": 0.85,
    "single solid: colour": 0.95,
    "single solid: shape": 0.90,
    "exactly one figure": 0.95,
}


def shipped(model):
    return {(row.asked, row.guidance): row for row in measure.finished() if row.model == model}


@pytest.mark.parametrize(("asked", "bar"), BARS.items())
def test_the_shipped_table_clears_the_bars_of_the_english_original(asked, bar):
    row = shipped("miniature_en")[asked, measure.GUIDANCE]
    assert row.pictures >= 500
    assert row.share >= bar


def test_the_shipped_shares_of_women_are_near_the_planted_ones():
    assert shipped("miniature_en")[WOMEN, 1.0].share <= 0.08


def test_the_korean_swap_draws_most_occupations():
    assert shipped("miniature")["occupation drawn as asked", measure.GUIDANCE].share >= 0.60


def test_every_row_asks_for_at_least_five_hundred_pictures():
    for row in ROWS:
        questions = list(row.questions())
        assert len(questions) * row.replicates >= 500
        assert all(set(question.truth) >= set(row.asked) for question in questions)


def test_two_bodies_are_named_in_the_order_in_which_the_reader_reads_them():
    (row,) = [row for row in ROWS if BINDING in row.asked]
    below = next(one for one in row.questions() if " below " in one.prompt.en)
    upper = below.prompt.en.split(" below ")[1].split()
    order, shape, colour, *_ = below.truth[BINDING].split("+")
    assert (order, colour, shape) == ("above", *upper[1:])


def test_an_answer_of_several_parts_needs_all_of_them():
    picture = {
        "shape": Measurement("shape", label="cube"),
        "figures": Measurement("figures", value=1.0),
        "colour": Measurement("colour", status="abstained", reason="unclear"),
    }
    assert measure._label(picture, "shape+figures") == "cube+1"
    assert measure._label(picture, "shape+colour") is None
    assert measure._label(picture, "age") is None


def test_the_table_has_a_column_an_arm():
    rows = [
        Measured("x", "miniature_en", "en", 3.0, 500, 0, 0.5),
        Measured("x", "miniature", "ko", 3.0, 500, 0, 0.25),
    ]
    assert measure.table(rows).splitlines()[-1] == "| x | 3 | 500 | 50.0% | 25.0% |"
