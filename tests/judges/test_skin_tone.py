from importlib.resources import files
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ksd_eval.judges import mtcnn_faces
from ksd_eval.judges.skin_tone import MONK, SkinTone, angle
from ksd_eval.numerics import colour

POINTS = np.array([[100.0, 100], [156, 100], [128, 130], [106, 160], [150, 160]])
BOX = np.array([80.0, 60, 176, 190])
LEFT = (60, 60, 128, 200)


def swatch(tone):
    return tuple(bytes.fromhex(MONK[tone - 1]))


def portrait(tone, other=None):
    picture = Image.new("RGB", (256, 256), swatch(tone))
    if other:
        ImageDraw.Draw(picture).rectangle(LEFT, fill=other)
    return picture


@pytest.fixture
def told(monkeypatch):
    def judged(picture, boxes=(BOX,)):
        found = np.array(boxes), np.full(len(boxes), 0.99), np.array([POINTS] * len(boxes))
        monkeypatch.setattr(mtcnn_faces, "detector", lambda: lambda image: found)
        [said] = SkinTone()([picture], [""])
        return said

    return judged


@pytest.mark.parametrize("tone", range(1, 11))
def test_each_tone_of_the_scale_is_read_as_itself(told, tone):
    skin, monk, ita = told(portrait(tone))
    assert monk.label == str(tone)
    assert skin.label == str((tone + 1) // 2)
    [lab] = colour.lab(np.array([swatch(tone)], dtype=np.uint8))
    assert ita.value == pytest.approx(angle(lab), abs=1e-3)


def test_lighter_skin_has_the_greater_angle(told):
    # Beyond the seventh the scale's tones are nearly black, and their hue decides the angle.
    angles = [told(portrait(tone))[2].value for tone in range(4, 9)]
    assert angles == sorted(angles, reverse=True)


def test_cheeks_in_unlike_light_are_not_told(told):
    said = told(portrait(5, other=(60, 70, 160)))
    assert {one.status for one in said} == {"abstained"}
    assert "the light is coloured" in said[0].reason


def test_a_cheek_in_a_highlight_is_not_told(told):
    said = told(portrait(5, other=(255, 255, 255)))
    assert "in shadow, in a highlight" in said[0].reason


def test_without_a_face_nothing_is_told(told):
    boxes = np.empty((0, 4))
    found = told(portrait(5), boxes)
    assert {one.reason for one in found} == {"no face is seen"}
    [small] = SkinTone()([Image.new("RGB", (64, 64))], [""])
    assert {one.status for one in small} == {"abstained"}


@pytest.mark.parametrize("apart", [0, 181])
def test_a_difference_that_makes_no_sense_is_refused(apart):
    with pytest.raises(ValueError, match="apart is"):
        SkinTone(apart=apart)


@pytest.mark.skipif(find_spec("facenet_pytorch") is None, reason="needs facenet-pytorch")
def test_an_astronauts_skin_is_light():
    pytest.importorskip("skimage")
    with Image.open(files("skimage") / "data" / "astronaut.png") as picture:
        skin, monk, ita = SkinTone()([picture], [""])[0]
    assert skin.label in ("1", "2")
    assert int(monk.label) <= 4
    assert ita.value > 41  # "light" or "very light" by Chardon's bounds
