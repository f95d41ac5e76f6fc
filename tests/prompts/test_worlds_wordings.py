import csv
import io
from collections import Counter
from importlib.resources import files

import pytest

from ksd_eval.prompts import worlds_people_and_places, worlds_signs
from ksd_eval.prompts import worlds_wordings as chosen
from ksd_eval.prompts.perturbations import PERTURBATIONS
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.world.understanding import parse

PATH = "package:worlds_wordings"
PAIRS = TablePrompts(path=PATH)()
FORMS = TablePrompts(path=PATH, perturb=list(PERTURBATIONS))()


def test_the_file_is_what_is_chosen():
    assert chosen.pairs() == PAIRS
    text = (files("ksd_eval.prompts") / "worlds_wordings.csv").read_text(encoding="utf-8")
    columns = ["pair_id", "ko", "en", *chosen.ATTRIBUTES, "noise"]
    assert next(csv.reader(io.StringIO(text))) == columns


def test_pairs_are_those_of_other_sets_with_their_noise():
    others = [*worlds_people_and_places.pairs(), *worlds_signs.pairs()]
    theirs = {pair.pair_id: (pair.ko, pair.en, pair.noise) for pair in others}
    assert all((pair.ko, pair.en, pair.noise) == theirs[pair.pair_id] for pair in PAIRS)


def test_the_first_lines_hold_a_bit_of_all():
    kinds = [pair.attributes["kind"] for pair in PAIRS[:4]]
    assert kinds == ["occupation", "adjective", "culture", "text"]


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_every_change_finds_something_in_nine_prompts_or_more(name):
    # Below nine there is no verdict in this house.
    assert Counter(pair.attributes["perturbation"] for pair in FORMS)[name] >= 9


def test_the_planted_model_understands_what_a_tokenizer_forgives_and_not_what_it_does_not():
    plain = {pair.pair_id: parse(pair.ko) for pair in PAIRS}
    assert None not in plain.values()
    forms = [pair for pair in FORMS if pair.attributes["perturbation"] != "none"]
    same = Counter()
    for pair in forms:
        same[pair.attributes["expected"], parse(pair.ko) == plain[pair.attributes["perturbs"]]] += 1
    assert same["identical", True] == sum(
        pair.attributes["expected"] == "identical" for pair in forms
    )
    assert same["free", False] > 0.9 * (same["free", False] + same["free", True])
