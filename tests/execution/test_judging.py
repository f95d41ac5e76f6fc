from dataclasses import dataclass

import pytest
from PIL import Image

from ksd_eval.execution.judging import CHUNK, answers, chunks
from ksd_eval.records import Measurement

IMAGES = [Image.new("RGB", (1, 1), (n, 0, 0)) for n in range(3)]
TEXTS = ["a", "b", "c"]


@dataclass(frozen=True)
class Red:
    error: Exception | None = None
    refused: str = "-"
    value: float | None = None
    lost: int = 0

    def identity(self):
        return {}

    def __call__(self, images, texts):
        if self.error and (self.refused == "-" or self.refused in texts):
            raise self.error
        values = [self.value or image.getpixel((0, 0))[0] for image in images]
        return [[Measurement("red", value=value)] for value in values][self.lost :]


def test_answers_are_in_order():
    said = answers("red", Red(), IMAGES, TEXTS)
    assert [mine[0].value for mine in said] == [0, 1, 2]


def test_a_judge_that_raises_is_asked_again_picture_by_picture():
    said = answers("red", Red(ValueError("no\n b"), "b"), IMAGES, TEXTS)
    assert [mine[0].status for mine in said] == ["ok", "failed", "ok"]
    assert said[1] == [Measurement("red", status="failed", reason="ValueError: no b")]


@pytest.mark.parametrize("error", [FileNotFoundError("no weights"), ModuleNotFoundError("no onnx")])
def test_a_judge_without_its_weights_says_missing(error):
    said = answers("red", Red(error), IMAGES, TEXTS)
    assert [mine[0].status for mine in said] == ["missing"] * 3
    assert "no " in said[0][0].reason


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_an_answer_that_is_no_number_is_a_failure(value):
    [[answer]] = answers("red", Red(value=value), IMAGES[:1], TEXTS[:1])
    assert answer.status == "failed"
    assert answer.value is None
    assert "no number" in answer.reason


def test_a_judge_that_loses_a_picture_is_asked_again():
    said = answers("red", Red(lost=1), IMAGES, TEXTS)
    assert [mine[0].status for mine in said] == ["failed"] * 3
    assert "answered for 0 pictures of 1" in said[0][0].reason


def test_nothing_is_cut_into_no_chunks():
    assert list(chunks([])) == []
    assert [len(chunk) for chunk in chunks(range(CHUNK + 1))] == [CHUNK, 1]
