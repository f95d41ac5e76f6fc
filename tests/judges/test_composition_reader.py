from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ksd_eval.judges.composition_reader import CompositionReader
from ksd_eval.judges.compositions import NAMES
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.world import corpus
from ksd_eval.world.painter import paint
from ksd_eval.world.reference import PaintedReference
from ksd_eval.world.scenes import Person, Scene, Solid

CARD = "a photo of a red cube on top of a blue sphere"
STACK = Scene("solids", solids=(Solid("cube", "red"), Solid("sphere", "blue")), stacked=True)
SOMEONE = Person("woman", "3", "young", "western")


def read(scene, text):
    (said,) = CompositionReader()([paint(scene)], [text])
    return {one.name: one.value for one in said if one.status == "ok"}


def test_paintings_of_what_the_captions_say_are_seldom_called_wrong():
    painted = PaintedReference(count=120, seed=5, subjects=["solid", "pair", "several"])
    said = CompositionReader()(painted(), [english for _, english in painted.captions()])
    errors = [one.value for each in said for one in each if one.name == "composition_error"]
    assert len(errors) == 120
    assert np.mean(errors) < 0.05


@pytest.mark.parametrize(
    ("scene", "wrong"),
    [
        (STACK, set()),
        (replace(STACK, stacked=False), {"relation"}),
        (replace(STACK, solids=STACK.solids[::-1]), {"relation"}),
        (
            replace(STACK, solids=(Solid("cube", "blue"), Solid("sphere", "red"))),
            {"colour_binding"},
        ),
        (
            replace(STACK, solids=(Solid("cube", "red"), Solid("cone", "blue"))),
            {"object_presence", "colour_binding", "relation"},
        ),
        (Scene("person", (SOMEONE,)), {"object_presence", "colour_binding", "relation"}),
    ],
    ids=["as-asked", "beside", "upside-down", "colours", "another", "nothing-of-it"],
)
def test_the_card_s_own_example_is_read_fault_by_fault(scene, wrong):
    found = read(scene, CARD)
    graded = {name for name in NAMES[:4] if found.get(name, 1.0) < 1.0}
    assert graded == wrong
    assert found["composition_error"] == float(bool(wrong))


def test_three_are_not_four_and_people_are_counted_too():
    three = Scene("solids", solids=(Solid("cone", "green"),) * 3)
    assert read(three, "four green cones")["object_count"] == 0.75
    assert read(three, "three green cones")["composition_error"] == 0.0
    group = Scene("group", (SOMEONE,) * 3, look=corpus.look(np.random.default_rng(0)))
    assert read(group, "a photo of three people")["composition_error"] == 0.0


def test_it_abstains_from_what_the_world_has_not():
    texts = ["a photo of a cat", "an astronaut riding a horse on Mars"]
    for said in CompositionReader()([Image.new("RGB", (64, 64))] * 2, texts):
        assert {one.status for one in said} == {"abstained"}


def test_the_prompts_are_all_understood():
    texts = [pair.en for pair in TablePrompts(path="package:worlds_compositions")()]
    blank = Image.new("RGB", (64, 64), "white")
    said = CompositionReader()([blank] * len(texts), texts)
    assert {each[0].label for each in said} == {"wrong"}


def test_a_threshold_that_is_none_is_refused():
    with pytest.raises(ValueError, match="threshold is 1"):
        CompositionReader(threshold=1)
