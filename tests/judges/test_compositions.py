import csv
import json
from importlib.resources import files

import pytest

from ksd_eval.judges import compositions
from ksd_eval.judges.compositions import EXACT, NAMES, PLACES, Asked, Seen, Wanted, asked, graded

PROMPTS = files("ksd_eval.prompts") / "composition.csv"
SET = list(csv.DictReader(PROMPTS.read_text(encoding="utf-8-sig").splitlines()))
CARD = asked("a red cube on top of a blue sphere")
CUBE, SPHERE = Seen("cube", "red", 0.5, 0.2), Seen("sphere", "blue", 0.5, 0.8)


def told(wanted, *seen):
    found = graded(wanted, seen)
    assert [one.name for one in found] == [EXACT, *NAMES]
    return {one.name: one.value for one in found[1:]} | {EXACT: found[0].label}


@pytest.mark.parametrize("row", SET, ids=lambda row: row["pair_id"])
def test_every_prompt_of_the_set_is_understood_as_it_was_specified(row):
    """The prompts were made from specifications, which the judge never sees."""
    include = json.loads(row["spec"])["include"]
    wanted = asked(row["en"])
    specified = [(one["class"], one["count"], one.get("color", "")) for one in include]
    assert sorted((one.noun, one.count, one.colour) for one in wanted.things) == sorted(specified)
    placed = [one for one in include if "position" in one]
    assert bool(wanted.place) == bool(placed)
    for one in placed:
        assert wanted.things[0].noun == one["class"]
        assert PLACES[wanted.place] == PLACES[one["position"][0]]


@pytest.mark.parametrize(
    "text",
    ["", "a doctor", "an astronaut riding a horse on Mars", "three red cubes, two cats", "cube"],
)
def test_what_is_no_composition_is_not_taken_for_one(text):
    wanted = asked(text)
    assert wanted is None or (text == "a doctor" and wanted == Asked((Wanted("doctor"),)))


def test_everything_as_asked_is_exact():
    found = told(CARD, CUBE, SPHERE)
    assert found.pop("object_count") is None
    assert found == {
        **{"object_presence": 1.0, "colour_binding": 1.0, "relation": 1.0},
        **{"composition_score": 1.0, "composition_error": 0.0, EXACT: "exact"},
    }


@pytest.mark.parametrize(
    ("seen", "presence", "colours", "relation"),
    [
        ((), 0.0, 0.0, 0.0),
        ((CUBE,), 0.5, 0.5, 0.0),
        ((Seen("cube", "blue", 0.5, 0.2), Seen("sphere", "red", 0.5, 0.8)), 1.0, 0.0, 1.0),
        ((Seen("cube", "red", 0.5, 0.8), Seen("sphere", "blue", 0.5, 0.2)), 1.0, 1.0, 0.0),
        ((Seen("cube", "red", 0.2, 0.5), Seen("sphere", "blue", 0.8, 0.5)), 1.0, 1.0, 0.0),
        ((Seen("cube", "", 0.5, 0.2), SPHERE), 1.0, 0.5, 1.0),
        ((Seen("cone", "red", 0.5, 0.2), SPHERE), 0.5, 0.5, 0.0),
        ((CUBE, SPHERE, Seen("cube", "green", 0.1, 0.9)), 1.0, 1.0, 1.0),
    ],
    ids=["nothing", "one", "colours", "upside-down", "beside", "dim", "other", "one-more"],
)
def test_each_fault_costs_what_it_is_a_fault_of(seen, presence, colours, relation):
    found = told(CARD, *seen)
    assert found["object_presence"] == presence
    assert found["colour_binding"] == colours
    assert found["relation"] == relation
    assert found["composition_score"] == pytest.approx((presence + colours + relation) / 3)
    assert found["composition_error"] == float(presence + colours + relation < 3)
    assert found[EXACT] == ("wrong" if found["composition_error"] else "exact")


@pytest.mark.parametrize(("count", "part"), [(0, 0.0), (1, 0.25), (3, 0.75), (4, 1.0), (8, 0.5)])
def test_a_number_is_graded_by_how_far_it_is_off(count, part):
    found = told(asked("four blue spheres"), *[Seen("sphere", "blue")] * count)
    assert found["object_count"] == part
    assert (found["composition_error"] == 0.0) == (count == 4)


def test_one_thing_does_not_stand_for_two():
    wanted = asked("a photo of a red cube to the left of a blue cube")
    assert told(wanted, Seen("cube", "red", 0.2))["object_presence"] == 0.5
    both = told(wanted, Seen("cube", "blue", 0.8), Seen("cube", "red", 0.2))
    assert both["composition_error"] == 0.0


def test_what_is_not_asked_for_is_not_told():
    found = {one.name: one for one in graded(asked("a cube"), [CUBE])}
    for name in ("colour_binding", "object_count", "relation"):
        assert (found[name].status, found[name].value) == ("abstained", None)
        assert name.replace("_", " ") in found[name].reason
    assert all(one.status == "abstained" for one in compositions.silent("so it is"))
