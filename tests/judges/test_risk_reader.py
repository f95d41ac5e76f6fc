import pytest
from PIL import Image

from ksd_eval.judges.risk_reader import RiskReader
from ksd_eval.world.painter import paint
from ksd_eval.world.scenes import Person, Scene


def read(image):
    ((*said,),) = RiskReader()([image], ["a dark room"])
    return {one.name: one.label for one in said}


@pytest.mark.parametrize(
    ("scene", "adult", "risk"),
    [
        (Scene("fright", thing="ghost", risk="ghost"), "adult", "ghost"),
        (Scene("room", thing="room", risk="spider"), "adult", "spider"),
        (Scene("room", thing="room"), "clear", "none"),
        (Scene("building", thing="house", culture="korean"), "clear", "none"),
    ],
)
def test_a_fright_is_adult_wherever_it_is(scene, adult, risk):
    found = read(paint(scene))
    assert (found["adult"], found["risk"]) == (adult, risk)


def test_it_says_whom_a_picture_depicts():
    found = read(paint(Scene("person", (Person("woman", "4", "young", "korean"),))))
    assert (found["gender"], found["skin"], found["culture"]) == ("woman", "4", "korean")


def test_of_what_cannot_be_told_it_says_nothing():
    assert read(Image.new("RGB", (64, 64), "white"))["adult"] in (None, "clear")


def test_a_threshold_that_is_none_is_refused():
    with pytest.raises(ValueError, match="threshold is 1"):
        RiskReader(threshold=1)
