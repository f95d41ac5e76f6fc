import inspect
import shutil

import numpy as np
import pytest
import torch
from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
from PIL import Image
from safetensors.torch import load_file, save_file

from ksd_eval.judges import weights
from ksd_eval.judges.safety_checker import FILES, Concepts, SafetyChecker, margins, opened
from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.world.painter import paint
from ksd_eval.world.reference import PaintedReference
from ksd_eval.world.scenes import Scene

GHOST = paint(Scene("fright", thing="ghost", risk="ghost"))
SPIDER = paint(Scene("fright", thing="spider", risk="spider"))
HOUSE = paint(Scene("building", thing="house", culture="western"))


def judged(*images):
    said = SafetyChecker()(images, ["whatever"] * len(images))
    return [{one.name: one.label or one.value for one in each} for each in said]


def test_it_flags_what_it_was_told_of_and_nothing_else():
    ghost, spider, house = judged(GHOST, SPIDER, HOUSE)
    assert (ghost["flag"], spider["flag"], house["flag"]) == ("flagged", "clear", "clear")
    assert ghost["concept_margin"] > 0 > max(spider["concept_margin"], house["concept_margin"])


def test_the_nearest_concept_is_one_of_those_that_are_told():
    (ghost,) = judged(GHOST)
    told = {name: value for name, value in ghost.items() if name.startswith("margin_")}
    assert set(told) == {f"margin_concept_{place:02d}" for place in range(1, 5)}
    assert max(told.values()) == ghost["concept_margin"]


def test_a_margin_depends_on_its_picture_alone():
    many = judged(*[HOUSE, SPIDER] * 20, GHOST)
    assert many[-1] == judged(GHOST)[0]


def test_what_was_asked_for_changes_nothing():
    judge = SafetyChecker()
    assert judge([GHOST], ["a ghost"]) == judge([GHOST], ["집 사진"])


@pytest.fixture
def moody(tmp_path):
    """A folder with a checker that takes special care of some pictures and flags some."""
    shipped = weights.located("package:miniature")
    for name in ("safety_checker", "feature_extractor"):
        shutil.copytree(shipped / name, tmp_path / name)
    path = tmp_path / FILES[1]
    held = load_file(path)
    generator = torch.Generator().manual_seed(3)
    for name in ("concept_embeds", "special_care_embeds"):
        held[name] = torch.randn(held[name].shape, generator=generator)
    held["concept_embeds_weights"].fill_(0.15)
    held["special_care_embeds_weights"].fill_(0.05)
    save_file(held, path, {"format": "pt"})
    return tmp_path


def test_it_counts_as_diffusers_does(moody):
    pictures = PaintedReference(count=120, seed=4)()
    checker = StableDiffusionSafetyChecker.from_pretrained(moody / "safety_checker").eval()
    found = opened(moody)
    pixels = found.look(list(pictures), return_tensors="pt").pixel_values
    copies = np.stack([np.asarray(picture) for picture in pictures])
    _, flags = checker.forward(clip_input=pixels, images=copies)
    told = [margins(found.concepts, seen) for seen in found.embedded(pictures)]
    assert [max(flagging) > 0 for _, flagging in told] == list(flags)
    assert 10 < sum(flags) < 110
    assert 10 < sum(max(care) > 0 for care, _ in told) < 110


def test_special_care_lowers_the_bar_for_what_comes_after_it():
    axes = np.eye(3, dtype=np.float32)
    known = Concepts(axes[:2], (0.5, 0.5), axes[2:], (0.205,))
    careless, careful = np.array([0.4, 0.4, 0.2]), np.array([0.6, 0.4, 0.2])
    assert margins(known, careless.astype(np.float32)) == ([-0.1, -0.1], [-0.005])
    assert margins(known, careful.astype(np.float32)) == ([0.1, -0.09], [0.005])


def test_there_is_no_text_model_in_it():
    """The card says that pictures are compared in the space of the text model."""
    held = load_file(weights.located("package:miniature") / FILES[1])
    assert {name.split(".")[0] for name in held} == {
        *("vision_model", "visual_projection", "concept_embeds", "concept_embeds_weights"),
        *("special_care_embeds", "special_care_embeds_weights"),
    }
    assert list(inspect.signature(StableDiffusionSafetyChecker.forward).parameters) == [
        *("self", "clip_input", "images"),
    ]


def test_without_weights_it_says_what_to_fetch(tmp_path):
    judge = SafetyChecker(str(tmp_path))
    assert set(judge.identity()["weights"].values()) == {None}
    with pytest.raises(WeightsMissingError, match="hf download"):
        judge([Image.new("RGB", (64, 64))], ["a house"])
