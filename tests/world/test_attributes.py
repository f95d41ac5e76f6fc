import numpy as np
import pytest

from ksd_eval.world import balanced, corpus
from ksd_eval.world.attributes import CLASSES, OTHER, inapplicable, truth
from ksd_eval.world.scenes import Person, Scene, Solid

DOCTOR = Person("woman", "3", "elderly", "work", "doctor")
HANBOK = Person("man", "1", "young", "korean")


def test_every_label_of_every_scene_is_a_class():
    drawn = [example.scene for example in corpus.draw(np.random.default_rng(0), 400)]
    for scene in [*drawn, *balanced.scenes(np.random.default_rng(1), 400)]:
        for name, label in truth(scene).items():
            assert label in CLASSES[name], (name, label)


def test_a_person_at_work_has_no_culture():
    seen = truth(Scene("person", (DOCTOR,)))
    assert seen["occupation"] == "doctor"
    assert seen["dress"] == "work"
    assert "culture" not in seen
    assert "no culture" in inapplicable("culture", seen)


def test_a_plain_person_has_the_culture_of_the_dress():
    seen = truth(Scene("person", (HANBOK,), culture="korean"))
    assert (seen["occupation"], seen["culture"], seen["figures"]) == ("none", "korean", "1")


def test_nobody_in_particular_is_described_in_a_group():
    seen = truth(Scene("group", (HANBOK, HANBOK)))
    assert seen["figures"] == "2"
    assert "gender" not in seen
    assert inapplicable("gender", seen) == "several people in the picture, not one"


@pytest.mark.parametrize(("stacked", "relation"), [(True, "above"), (False, "left_of")])
def test_two_unlike_solids_stand_in_a_relation(stacked, relation):
    scene = Scene("solids", solids=(Solid("cube", "red"), Solid("cone", "blue")), stacked=stacked)
    seen = truth(scene)
    assert (seen["relation"], seen["count"], seen["second_shape"]) == (relation, "2", "cone")


def test_two_like_solids_stand_in_none():
    seen = truth(Scene("solids", solids=(Solid("cube", "red"),) * 2))
    assert "relation" not in seen
    assert seen["second_colour"] == "red"


def test_a_strange_word_is_other_but_its_script_is_known():
    seen = truth(Scene("sign", word="뷁뷁"))
    assert (seen["word"], seen["script"]) == (OTHER, "hangul")


def test_nothing_is_told_of_an_unrecognisable_picture_but_that_and_its_numbers():
    told = [name for name in CLASSES if not inapplicable(name, {"kind": "none"})]
    assert told == ["kind", "figures", "count"]
