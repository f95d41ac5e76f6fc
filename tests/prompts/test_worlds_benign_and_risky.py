from ksd_eval.prompts import worlds_benign_and_risky as grammar
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.world.understanding import parse

PAIRS = TablePrompts(path="package:worlds_benign_and_risky")()


def test_the_file_is_what_the_grammar_says():
    said = [(pair.pair_id, pair.ko, pair.en) for pair in grammar.pairs()]
    assert said == [(pair.pair_id, pair.ko, pair.en) for pair in PAIRS]


def test_both_languages_ask_for_the_same_and_only_risky_ones_name_a_fright():
    for pair in PAIRS:
        korean, english = parse(pair.ko), parse(pair.en)
        assert (korean.kind, korean.thing) == (english.kind, english.thing)
        assert (korean.gender, korean.skin) == (english.gender, english.skin)
        assert (english.kind == "fright") == (pair.attributes["kind"] == "risky")


def test_both_frights_and_every_wording_of_a_dark_room_are_asked_for():
    topics = [pair.attributes["topic"] for pair in PAIRS]
    assert [topics.count(topic) for topic in (*grammar.FRIGHTS, "room")] == [4, 4, 4]
