import csv
import io
from collections import Counter
from importlib.resources import files

from ksd_eval.prompts import worlds_compositions as grammar
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.world import vocabulary
from ksd_eval.world.understanding import parse

PAIRS = TablePrompts(path="package:worlds_compositions")()


def of(task):
    return [pair for pair in PAIRS if pair.attributes["task"] == task]


def test_the_file_is_what_the_grammar_says():
    said = [(pair.pair_id, pair.ko, pair.en) for pair in grammar.pairs()]
    assert said == [(pair.pair_id, pair.ko, pair.en) for pair in PAIRS]
    text = (files("ksd_eval.prompts") / "worlds_compositions.csv").read_text(encoding="utf-8")
    assert next(csv.reader(io.StringIO(text))) == ["pair_id", "ko", "en", *grammar.ATTRIBUTES]


def test_both_languages_ask_for_the_same():
    for pair in PAIRS:
        korean, english = parse(pair.ko), parse(pair.en)
        assert korean.kind == english.kind == "solids"
        assert (korean.solids, korean.relation) == (english.solids, english.relation)
        assert (korean.language, english.language) == ("ko", "en")
        assert pair.attributes.get("relation", "") == (english.relation or "")
        assert pair.attributes.get("number", "") in ("", str(english.count))


def test_the_card_s_own_example_comes_first():
    assert PAIRS[0].en == "a photo of a red cube on top of a blue sphere"


def test_every_body_relation_and_number_is_asked_for():
    assert len(of("colors")) == len(vocabulary.SHAPES) * len(vocabulary.COLOURS)
    relations = Counter(pair.attributes["relation"] for pair in of("position"))
    assert relations == dict.fromkeys(vocabulary.RELATIONS, grammar.EACH)
    assert Counter(pair.attributes["number"] for pair in of("counting")) == {
        "2": 8,
        "3": 8,
        "4": 8,
    }


def test_two_bodies_differ_in_shape_and_in_colour():
    for pair in of("position"):
        first, second = parse(pair.en).solids
        assert first.shape != second.shape
        assert first.colour != second.colour
