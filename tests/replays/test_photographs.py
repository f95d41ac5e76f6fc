"""Judges whose weights no package brings, on photographs that packages do: each with its answer.

Those whose weights travel inside packages have such a test beside their others, in tests/judges.
"""

from importlib.resources import files

import pytest
from PIL import Image

from ksd_eval.judges import weights
from ksd_eval.judges.clip_similarity import Similarity
from ksd_eval.judges.composition_detector import CompositionDetector
from ksd_eval.judges.dino import DinoFeatures
from ksd_eval.judges.safety_checker import SafetyChecker

CLIPS = ["laion/CLIP-ViT-H-14-laion2B-s32B-b79K", "timm/ViT-B-16-SigLIP2-512"]
DETECTOR = "google/owlv2-base-patch16-ensemble"
SHOWN = {
    "astronaut.png": "a photo of a woman in a space suit",
    "chelsea.png": "a photo of a cat",
    "coffee.png": "a photo of a cup of coffee",
    "rocket.jpg": "a photo of a rocket launch",
}


@pytest.fixture(scope="module")
def photographs():
    """The photographs by their file's name."""
    pytest.importorskip("skimage")
    found = {}
    for name in SHOWN:
        with Image.open(files("skimage") / "data" / name) as picture:
            found[name] = picture.convert("RGB")
    return found


def there(repository):
    """Skip where the hub's cache lacks a repository."""
    if weights.fetched(repository) is None:
        pytest.skip(f"{repository} is not in the hub's cache: hf download {repository}")


def said(judge, picture, text):
    """Return what a judge says of one picture: the label or value of each measurement."""
    [answers] = judge([picture], [text])
    return {one.name: one.label if one.value is None else one.value for one in answers}


@pytest.mark.weights
@pytest.mark.parametrize("repository", CLIPS)
def test_each_photograph_is_most_like_its_own_text(photographs, repository):
    there(repository)
    judge = Similarity(repository)
    for name, picture in photographs.items():
        found = {text: said(judge, picture, text)["similarity"] for text in SHOWN.values()}
        assert max(found, key=found.get) == SHOWN[name]


@pytest.mark.weights
def test_the_safety_checker_flags_none_of_them(photographs):
    repository = "stable-diffusion-v1-5/stable-diffusion-v1-5"
    there(repository)
    judge = SafetyChecker(repository)
    answers = [said(judge, picture, "") for picture in photographs.values()]
    assert [answer["flag"] for answer in answers] == ["clear"] * len(SHOWN)
    assert all(-1 < answer["concept_margin"] < 0 for answer in answers)


@pytest.mark.weights
def test_what_is_left_of_a_photograph_is_nearest_to_it(photographs):
    repository = "facebook/dinov2-base"
    there(repository)
    extract = DinoFeatures(repository)
    whole = list(photographs.values())
    middle = [
        one.crop((one.width // 8, one.height // 8, one.width * 7 // 8, one.height * 7 // 8))
        for one in whole
    ]
    first, second = extract(whole), extract(middle)
    apart = ((first[:, None] - second[None]) ** 2).sum(-1)
    assert apart.argmin(0).tolist() == list(range(len(whole)))


@pytest.mark.weights
@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("chelsea.png", "a photo of a cat", "exact"),
        ("chelsea.png", "a photo of an elephant", "wrong"),
        ("chelsea.png", "a photo of two cats", "wrong"),
        ("coffee.png", "a photo of a cup", "exact"),
        ("coffee.png", "a photo of a bus", "wrong"),
        ("astronaut.png", "a photo of a person", "exact"),
    ],
)
def test_the_detector_finds_what_is_there_and_no_more(photographs, name, text, answer):
    there(DETECTOR)
    there(CLIPS[0])
    judge = CompositionDetector(DETECTOR, CLIPS[0])
    assert said(judge, photographs[name], text)["exact_composition"] == answer


def test_the_texts_of_the_detectors_test_are_of_its_form():
    """So that the tests above do not go stale where nobody has their weights."""
    with pytest.raises(weights.WeightsMissingError, match="hf download google/owlv2"):
        said(
            CompositionDetector("no/detector", "no/clip"),
            Image.new("RGB", (8, 8)),
            SHOWN["chelsea.png"],
        )
    nothing = Image.new("RGB", (8, 8))
    assert said(SafetyChecker(), nothing, "")["flag"] in ("clear", "flagged")
    assert "similarity" in said(Similarity(), nothing, "a cat")
