import csv
import io
from collections import Counter
from dataclasses import replace
from importlib.resources import files

import pytest

from ksd_eval.prompts import worlds_people_and_places as grammar
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.world import vocabulary
from ksd_eval.world.understanding import parse

NAME = "worlds_people_and_places"
PAIRS = TablePrompts(path=f"package:{NAME}")()


def of(kind):
    return [pair for pair in PAIRS if pair.attributes["kind"] == kind]


def test_the_file_is_what_the_grammar_says():
    assert grammar.pairs() == PAIRS
    text = (files("ksd_eval.prompts") / f"{NAME}.csv").read_text(encoding="utf-8")
    assert next(csv.reader(io.StringIO(text))) == ["pair_id", "ko", "en", *grammar.ATTRIBUTES]


def test_every_pair_means_the_same_in_both_languages_and_is_understood():
    for pair in PAIRS:
        english, korean = parse(pair.en), parse(pair.ko)
        assert english is not None, pair
        assert replace(english, language="ko") == korean, pair


def test_what_a_pair_names_is_in_its_attributes_and_nothing_else():
    for pair in PAIRS:
        asked, attributes = parse(pair.en), pair.attributes
        marked = attributes.get("mark", "agnostic")
        assert asked.occupation == attributes.get("occupation")
        assert asked.adjective == attributes.get("adjective")
        assert asked.gender == attributes.get("gender")
        assert (asked.culture or asked.dress or "agnostic") == marked
        assert (asked.skin, asked.age) == (None, None)


def test_every_occupation_is_asked_for_unmarked_in_at_least_six_wordings_and_marked():
    wordings = Counter(pair.attributes["occupation"] for pair in of("occupation"))
    assert set(wordings) == set(vocabulary.OCCUPATIONS)
    assert min(wordings.values()) >= 6
    marked = Counter((p.attributes["occupation"], p.attributes["gender"]) for p in of("marked"))
    assert len(marked) == 2 * len(vocabulary.OCCUPATIONS)


def test_a_scene_comes_in_three_marks_of_one_wording():
    triplets = Counter((p.attributes["concept"], p.attributes["wording"]) for p in of("culture"))
    assert set(triplets.values()) == {3}
    assert len(triplets) == 24


@pytest.mark.parametrize("kind", ["occupation", "adjective", "culture", "marked"])
def test_the_first_lines_hold_every_kind(kind):
    assert kind in {pair.attributes["kind"] for pair in PAIRS[:74]}
