import subprocess

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ksd_eval.execution.judging import answers
from ksd_eval.judges import ocr_text, weights
from ksd_eval.judges.ocr_text import OcrText, line
from ksd_eval.world.signs import PaintedSigns

BLANK = Image.new("RGB", (256, 256), "white")
ASKED = 'a photo of a sign that says "카페"'
CORNERS = np.array([(60.0, 100.0), (200.0, 100.0), (200.0, 150.0), (60.0, 150.0)])


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """A machine that has Tesseract, whose answers a test gives."""
    for name in ("kor", "eng"):
        (tmp_path / f"{name}.traineddata").write_bytes(name.encode())
    monkeypatch.setattr(ocr_text, "_tesseract", lambda program: ("tesseract 5", tmp_path))
    monkeypatch.setattr(ocr_text, "_detector", lambda: lambda image: [CORNERS + 70, CORNERS])
    return tmp_path


def answering(monkeypatch, *texts):
    said = iter(texts)

    def run(words, **given):
        assert words[:5] == ["tesseract", "stdin", "stdout", "-l", "kor+eng"]
        return subprocess.CompletedProcess(words, 0, next(said).encode(), b"")

    monkeypatch.setattr(ocr_text.subprocess, "run", run)


def read(image=BLANK, text=ASKED, judge=None):
    (said,) = (judge or OcrText())([image], [text])
    return {one.name: one for one in said}


def test_lines_are_read_from_above_and_compared(monkeypatch, installed):
    answering(monkeypatch, "카\n", "페 A\n")
    said = read()
    assert said["text_read"].label == "카 페 A"
    assert said["character_error"].value == 0.5
    assert said["exact_match"].label == "wrong"
    assert said["script"].label == "mixed"


def test_a_picture_in_which_nothing_is_read_is_an_error(monkeypatch, installed):
    answering(monkeypatch, "", " \n\f")
    said = read()
    assert said["character_error"].value == 1.0
    assert said["script"].label == "none"
    assert (said["text_read"].status, said["text_read"].reason) == ("abstained", "no text found")


@pytest.mark.parametrize(
    ("image", "text", "reason"),
    [
        (BLANK, "a photo of a doctor", "the prompt quotes no text"),
        (BLANK.resize((64, 64)), ASKED, "64 x 64 pixels are too few for OCR, which is given 192"),
    ],
)
def test_it_abstains_without_a_text_or_enough_pixels(image, text, reason):
    said = read(image, text)
    assert {one.status for one in said.values()} == {"abstained"}
    assert all(one.reason.startswith(reason) for one in said.values())


def test_without_tesseract_answers_are_missing_with_the_cure():
    judge = OcrText(program="no-such-program")
    assert judge.identity()["tesseract"] is None
    assert judge.identity()["languages"] == {"kor": None, "eng": None}
    [[said]] = answers("ocr", judge, [BLANK], [ASKED])
    assert said.status == "missing"
    assert "'no-such-program' is not installed; apt-get install tesseract-ocr" in said.reason


def test_without_a_language_answers_are_missing(installed):
    (installed / "kor.traineddata").unlink()
    [[said]] = answers("ocr", OcrText(), [BLANK], [ASKED])
    assert said.status == "missing"
    assert "Tesseract has no language 'kor'" in said.reason


def test_without_a_detector_answers_are_missing(monkeypatch, installed):
    monkeypatch.undo()
    ocr_text._detector.cache_clear()
    monkeypatch.setattr(ocr_text, "_tesseract", lambda program: ("tesseract 5", installed))
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    [[said]] = answers("ocr", OcrText(), [BLANK], [ASKED])
    assert said.status == "missing"
    assert "`pip install rapidocr onnxruntime`, or set detector to 'none'" in said.reason


def test_a_program_that_fails_is_a_failure_and_not_an_empty_sign(monkeypatch, installed):
    def run(words, **given):
        return subprocess.CompletedProcess(words, 1, b"", b"out of\nmemory")

    monkeypatch.setattr(ocr_text.subprocess, "run", run)
    [[said]] = answers("ocr", OcrText(), [BLANK], [ASKED])
    assert said.status == "failed"
    assert "failed with code 1: out of memory" in said.reason


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"languages": ()}, "languages is empty"),
        ({"detector": "east"}, "detector is 'east'; give 'rapidocr' or 'none'"),
    ],
)
def test_what_nothing_could_be_read_with_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        OcrText(**options)


@pytest.mark.parametrize(("ink", "ground"), [("black", "white"), ("white", "navy")])
def test_a_line_is_cut_out_dark_on_light_and_without_its_frame(ink, ground):
    picture = Image.new("RGB", (256, 256), ground)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 98, 220, 152), outline=ink, width=5)  # a frame, in part within the line
    draw.rectangle((100, 115, 140, 135), fill=ink)  # a letter
    pixels = np.asarray(line(picture, CORNERS))
    assert pixels.shape[0] == ocr_text.HEIGHT + 2 * ocr_text.PADDING
    dark = pixels < np.median(pixels) - 60
    rows, columns = np.nonzero(dark)
    assert 0.02 < dark.mean() < 0.06
    assert np.ptp(rows) < 25
    assert abs(np.ptp(columns) / np.ptp(rows) - 2) < 0.25


def test_a_tilted_line_is_turned_upright():
    picture = Image.new("L", (256, 256), 255)
    ImageDraw.Draw(picture).line((60, 80, 200, 160), fill=0, width=12)
    along = np.array([140.0, 80.0])
    across = np.array([-80.0, 140.0]) / np.hypot(80, 140) * 20
    start = np.array([60.0, 80.0]) - along * 0.1
    end = np.array([60.0, 80.0]) + along * 1.1
    pixels = np.asarray(
        line(picture, np.array([start - across, end - across, end + across, start + across]))
    )
    rows, columns = np.nonzero(pixels < 128)
    assert np.ptp(rows) < 16
    assert np.ptp(columns) > 100


@pytest.mark.slow
@pytest.mark.usefixtures("ocr")
@pytest.mark.parametrize("size", [256, 512])
def test_words_on_large_signs_are_read_and_its_own_error_is_small(size):
    signs = PaintedSigns(each=1, size=size)
    said = OcrText()(signs(), [english for _, english in signs.captions()])
    errors = [error.value for error, *_ in said]
    assert np.mean(errors[:8]) < 0.3
    assert np.mean(errors[8:]) < 0.05
