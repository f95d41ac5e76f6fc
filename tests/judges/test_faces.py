import csv
from importlib.resources import files

import numpy as np
import pytest
from PIL import Image

from ksd_eval.judges import faces, mtcnn_faces, weights
from ksd_eval.judges.face_reader import FaceReader
from ksd_eval.judges.faces import NAMES, Face, asked
from ksd_eval.judges.mtcnn_faces import MtcnnFaces, plausible
from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.world.painter import paint
from ksd_eval.world.reference import PaintedReference
from ksd_eval.world.scenes import Person, Scene, Solid

PROMPTS = files("ksd_eval.prompts") / "people.csv"
SET = list(csv.DictReader(PROMPTS.read_text(encoding="utf-8-sig").splitlines()))
SOMEONE = Person("woman", "3", "young", "western")
LARGE = Image.new("RGB", (256, 256), "grey")
GOOD, BAD = Face(0.99, plausible=True), Face(0.91, plausible=False)


def told(measurements):
    assert [one.name for one in measurements] == list(NAMES)
    return {
        one.name: one.label if one.value is None else one.value
        for one in measurements
        if one.status == "ok"
    }


@pytest.mark.parametrize("row", SET, ids=lambda row: row["pair_id"])
def test_how_many_people_a_prompt_asks_for_is_read_off_it(row):
    assert asked(row["en"]) == (None if row["visible"] == "hands" else int(row["count"]))


@pytest.mark.parametrize(
    ("text", "found", "failure"),
    [
        ("a photo of a doctor", [], 1.0),
        ("a photo of a doctor", [GOOD], 0.0),
        ("a photo of a doctor", [GOOD, GOOD], 1.0),
        ("a photo of two people", [GOOD], 1.0),
        ("a photo of two people", [GOOD, BAD], 0.0),
    ],
)
def test_a_picture_fails_unless_it_has_as_many_faces_as_people_asked_for(text, found, failure):
    said = told(faces.answer(text, found))
    assert said["face_failure"] == failure
    assert said["faces"] == str(len(found))


def test_faces_hold_together_if_all_of_them_do():
    assert told(faces.answer("two people", [GOOD, GOOD]))["landmarks"] == "plausible"
    assert told(faces.answer("two people", [GOOD, BAD]))["landmarks"] == "implausible"
    assert told(faces.answer("two people", [GOOD, BAD]))["face_confidence"] == 0.95
    unknown = told(faces.answer("a person", [Face(0.9, plausible=None)]))
    assert "landmarks" not in unknown
    assert {"landmarks", "face_confidence"}.isdisjoint(told(faces.answer("a person", [])))


def test_a_crowd_is_many_and_hands_have_no_face():
    assert told(faces.answer("a person", [GOOD] * 9))["faces"] == "4+"
    assert told(faces.answer("a photo of an open palm", [GOOD])) == {}


def read(scene, text="a photo of a doctor"):
    ((*said,),) = FaceReader()([paint(scene)], [text])
    return told(said)


def test_painted_people_are_counted():
    assert read(Scene("person", (SOMEONE,)))["face_failure"] == 0.0
    assert read(Scene("person", (SOMEONE,)))["landmarks"] == "plausible"
    group = read(Scene("group", (SOMEONE,) * 3))
    assert (group["faces"], group["face_failure"]) == ("3", 1.0)
    assert read(Scene("group", (SOMEONE,) * 3), "a photo of three people")["face_failure"] == 0.0
    assert read(Scene("solids", solids=(Solid("cube", "red"),)))["faces"] == "0"


def test_painted_people_are_seldom_overlooked():
    painted = PaintedReference(count=100, seed=3, subjects=["occupation", "person"])
    said = FaceReader()(painted(), [english for _, english in painted.captions()])
    assert np.mean([each[0].value for each in said]) < 0.03


BOX = np.array([0.0, 0.0, 100.0, 120.0])
FACE = np.array([[30.0, 40], [70, 40], [50, 65], [35, 90], [65, 90]])


def turned(degrees):
    angle = np.deg2rad(degrees)
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (FACE - [50, 65]) @ spin.T + [50, 65]


@pytest.mark.parametrize("degrees", [0, 20, -45])
def test_a_face_is_a_face_however_it_is_turned(degrees):
    assert plausible(BOX, turned(degrees))


@pytest.mark.parametrize(
    "points",
    [
        FACE[[0, 1, 3, 2, 4]],
        FACE[[3, 4, 2, 0, 1]],
        FACE[[0, 1, 2, 4, 3]],
        FACE + np.array([200, 0]),
        FACE[[0, 0, 2, 3, 4]],
    ],
    ids=["nose-below-mouth", "upside-down", "mouth-turned", "outside", "one-eye"],
)
def test_parts_in_the_wrong_places_are_no_face(points):
    assert not plausible(BOX, points)


def test_faces_of_photographs_count_from_the_threshold(monkeypatch):
    found = (np.stack([BOX, BOX]), np.array([0.99, 0.8]), np.stack([FACE, FACE]))
    monkeypatch.setattr(mtcnn_faces, "detector", lambda: lambda image: found)
    ((*one,),) = MtcnnFaces()([LARGE], ["a person"])
    assert told(one) == {
        **{"face_failure": 0.0, "faces": "1", "face_confidence": 0.99},
        "landmarks": "plausible",
    }
    ((*both,),) = MtcnnFaces(threshold=0.5)([LARGE], ["a person"])
    assert told(both)["faces"] == "2"


def test_small_pictures_are_not_judged_by_a_detector_of_photographs():
    ((*said,),) = MtcnnFaces()([Image.new("RGB", (64, 64))], ["a person"])
    assert told(said) == {}


def test_without_its_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    mtcnn_faces.detector.cache_clear()
    with pytest.raises(WeightsMissingError, match="pip install --no-deps facenet-pytorch"):
        MtcnnFaces()([LARGE], ["a person"])
    mtcnn_faces.detector.cache_clear()


def test_the_networks_find_an_astronaut_and_no_face_on_a_cup():
    pytest.importorskip("facenet_pytorch")
    pytest.importorskip("skimage")
    folder = files("skimage") / "data"
    pictures = []
    for name in ("astronaut", "coffee"):
        with Image.open(folder / f"{name}.png") as picture:
            pictures.append(picture.convert("RGB"))
    someone, nobody = (told(said) for said in MtcnnFaces()(pictures, ["a photo of a person"] * 2))
    assert (someone["faces"], someone["landmarks"]) == ("1", "plausible")
    assert someone["face_confidence"] > 0.99
    assert nobody["faces"] == "0"


@pytest.mark.parametrize("threshold", [0, 1])
def test_a_threshold_that_is_none_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold"):
        MtcnnFaces(threshold=threshold)
    with pytest.raises(ValueError, match="threshold"):
        FaceReader(threshold=1 + threshold)
