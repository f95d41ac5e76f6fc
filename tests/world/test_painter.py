import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ksd_eval.world import vocabulary
from ksd_eval.world.corpus import draw
from ksd_eval.world.painter import paint
from ksd_eval.world.scenes import Look, Person, Scene, Solid


def person(**changed):
    fields = {"gender": "man", "skin": "3", "age": "young", "dress": "work", "occupation": "doctor"}
    return Scene("person", people=(Person(**(fields | changed)),))


def difference(a, b):
    return np.abs(np.asarray(paint(a), float) - np.asarray(paint(b), float)).mean()


@given(seed=st.integers(0, 2**32 - 1), size=st.sampled_from((16, 64, 100, 256)))
@settings(max_examples=40, deadline=None)
def test_every_scene_of_the_corpus_can_be_painted_at_any_size_and_twice_alike(seed, size):
    (example,) = draw(np.random.default_rng(seed), 1)
    picture = paint(example.scene, size)
    assert picture.size == (size, size)
    assert picture.mode == "RGB"
    assert picture.tobytes() == paint(example.scene, size).tobytes()


def test_occupations_look_unlike():
    for one, other in itertools.combinations(vocabulary.OCCUPATIONS, 2):
        assert difference(person(occupation=one), person(occupation=other)) > 5, (one, other)


@pytest.mark.parametrize(
    ("attribute", "values"),
    [
        ("gender", tuple(vocabulary.GENDERS)),
        ("skin", tuple(vocabulary.SKIN_TONES)),
        ("age", tuple(vocabulary.AGES)),
    ],
)
def test_attributes_of_a_person_can_be_seen(attribute, values):
    for one, other in itertools.pairwise(values):
        assert difference(person(**{attribute: one}), person(**{attribute: other})) > 1


def test_the_order_of_two_bodies_can_be_seen():
    cube, sphere = Solid("cube", "red"), Solid("sphere", "blue")
    above = Scene("solids", solids=(cube, sphere), stacked=True)
    below = Scene("solids", solids=(sphere, cube), stacked=True)
    beside = Scene("solids", solids=(cube, sphere), stacked=False)
    assert min(difference(above, below), difference(above, beside)) > 5


def test_the_look_changes_the_picture_and_nothing_else_does():
    moved = Scene("sign", word="카페", look=Look(background=0.9))
    assert difference(Scene("sign", word="카페"), moved) > 1


def test_hangul_is_drawn_and_not_replaced_by_boxes():
    assert difference(Scene("sign", word="카페"), Scene("sign", word="서울")) > 0.5


def test_a_size_too_small_to_tell_anything_is_refused():
    with pytest.raises(ValueError, match="size is 8 pixels; paint at 16 or more"):
        paint(person(), size=8)
