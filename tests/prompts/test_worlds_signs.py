import csv
import io
from collections import Counter
from importlib.resources import files

from ksd_eval.prompts import worlds_signs as grammar
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.world import vocabulary
from ksd_eval.world.understanding import parse

PAIRS = TablePrompts(path="package:worlds_signs")()


def test_the_file_is_what_the_grammar_says():
    assert grammar.pairs() == PAIRS
    text = (files("ksd_eval.prompts") / "worlds_signs.csv").read_text(encoding="utf-8")
    assert next(csv.reader(io.StringIO(text))) == ["pair_id", "ko", "en", *grammar.ATTRIBUTES]


def test_every_pair_asks_for_its_word_in_both_languages():
    for pair in PAIRS:
        assert parse(pair.ko).word == parse(pair.en).word == pair.attributes["target"]
        assert (parse(pair.ko).language, parse(pair.en).language) == ("ko", "en")
        assert pair.attributes["length"] == str(len(pair.attributes["target"]))


def test_every_word_is_asked_for_in_every_wording():
    words = Counter((pair.attributes["script"], pair.attributes["target"]) for pair in PAIRS)
    written = {(script, word) for script, all_ in vocabulary.SIGN_WORDS.items() for word in all_}
    assert words == dict.fromkeys(written, 4)


def test_the_first_lines_hold_both_scripts():
    assert [pair.attributes["script"] for pair in PAIRS[:4]] == ["hangul", "latin"] * 2
