from ksd_eval.prompts import worlds_repeated as grammar
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.world import vocabulary
from ksd_eval.world.understanding import parse

PAIRS = TablePrompts(path="package:worlds_repeated")()


def test_the_file_is_what_the_grammar_says():
    said = [(pair.pair_id, pair.ko, pair.en) for pair in grammar.pairs()]
    assert said == [(pair.pair_id, pair.ko, pair.en) for pair in PAIRS]


def test_both_languages_ask_for_the_same_picture():
    for pair in PAIRS:
        korean, english = parse(pair.ko), parse(pair.en)
        assert korean.duplicate == english.duplicate == (pair.attributes.get("picture") or None)
        assert korean.thing == english.thing == pair.attributes["thing"]


def test_the_captions_of_the_corpus_come_first():
    captions = [tuple(word) for word in vocabulary.DUPLICATES.values()]
    assert [(pair.en, pair.ko) for pair in PAIRS[:4]] == captions
