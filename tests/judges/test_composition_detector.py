import pytest
from PIL import Image, ImageDraw

from ksd_eval.judges import composition_detector
from ksd_eval.judges.composition_detector import MOST, Box, CompositionDetector, apart, boxes
from ksd_eval.judges.weights import WeightsMissingError

PICTURE = Image.new("RGB", (200, 100), "white")


def found(noun, score, left, upper, right, lower):
    """Return a finding as transformers' pipeline gives it."""
    edges = {"xmin": left, "ymin": upper, "xmax": right, "ymax": lower}
    return {"label": f"a photo of a {noun}", "score": score, "box": edges}


@pytest.fixture
def judge(monkeypatch, folder):
    """A judge whose detector finds what the test says, with a CLIP of random weights."""

    def made(*findings):
        def detect(image, queries):
            return [one for one in findings if one["label"] in queries]

        monkeypatch.setattr(composition_detector, "_opened", lambda folder: detect)
        return CompositionDetector(weights="anywhere", colours=folder)

    return made


def told(judge, text):
    ((*said,),) = judge([PICTURE], [text])
    return {one.name: one.value for one in said if one.value is not None}


def test_things_are_found_counted_and_placed(judge):
    pair = [found("dog", 0.9, 10, 40, 50, 90), found("cat", 0.8, 140, 40, 190, 90)]
    assert told(judge(*pair), "a photo of a dog left of a cat")["composition_error"] == 0.0
    assert told(judge(*pair), "a photo of a dog right of a cat")["relation"] == 0.0
    assert told(judge(*pair), "a photo of a dog and a bird")["object_presence"] == 0.5
    assert told(judge(*pair), "a photo of two dogs")["object_count"] == 0.5


def test_what_is_found_without_confidence_is_not_there(judge):
    assert told(judge(found("dog", 0.1, 0, 0, 9, 9)), "a dog")["object_presence"] == 0.0


def test_a_colour_is_named_by_the_clip_and_only_where_one_is_asked_for(judge, monkeypatch):
    dog = found("dog", 0.9, 10, 10, 60, 60)
    seen = []
    monkeypatch.setattr(
        CompositionDetector, "_colour", lambda self, image, box: seen.append(box.noun) or "red"
    )
    assert told(judge(dog), "a red dog")["colour_binding"] == 1.0
    assert told(judge(dog), "a blue dog")["colour_binding"] == 0.0
    assert len(seen) == 2
    told(judge(dog), "a dog")
    assert len(seen) == 2


def test_any_clip_names_one_of_the_colours(judge):
    ImageDraw.Draw(PICTURE).rectangle((10, 10, 60, 60), fill="red")
    value = told(judge(found("dog", 0.9, 10, 10, 10, 10)), "a red dog")["colour_binding"]
    assert value in (0.0, 1.0)


def test_two_boxes_of_one_thing_are_one_thing():
    box = Box("dog", 0.9, 0, 0, 10, 10)
    over, beside = box._replace(score=0.8, left=1), box._replace(score=0.5, left=20, right=30)
    assert apart([over, beside, box]) == [box, beside]
    row = [box._replace(left=20 * n, right=20 * n + 10) for n in range(MOST + 3)]
    assert len(apart(row)) == MOST


def test_findings_come_under_their_nouns():
    assert boxes([found("traffic light", 0.5, 1, 2, 3, 4)], ["traffic light"]) == [
        Box("traffic light", 0.5, 1, 2, 3, 4)
    ]


def test_without_weights_it_says_what_to_fetch(tmp_path):
    judge = CompositionDetector(weights=str(tmp_path), colours=str(tmp_path))
    assert judge.identity()["detector"]["model.safetensors"] is None
    with pytest.raises(WeightsMissingError, match="hf download google/owlv2"):
        judge([PICTURE], ["a dog"])


@pytest.mark.parametrize("threshold", [0, 1, -0.5])
def test_a_threshold_that_is_none_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold"):
        CompositionDetector(weights="", colours="", threshold=threshold)


@pytest.mark.slow
def test_transformers_own_pipeline_is_asked_as_it_wants_to_be(tmp_path, folder):
    """An OWLv2 of random weights: it finds nothing in particular, in the form that is expected."""
    from transformers import CLIPTokenizer, Owlv2Config, Owlv2ForObjectDetection, Owlv2Processor
    from transformers.models.owlv2.image_processing_owlv2 import Owlv2ImageProcessor

    tokenizer = CLIPTokenizer.from_pretrained(folder)
    size = {"hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1}
    config = Owlv2Config(
        text_config={**size, "num_attention_heads": 2, "vocab_size": len(tokenizer)},
        vision_config={**size, "num_attention_heads": 2, "image_size": 64, "patch_size": 16},
        projection_dim=32,
    )
    Owlv2ForObjectDetection(config).save_pretrained(tmp_path)
    looks = Owlv2ImageProcessor(size={"height": 64, "width": 64})
    Owlv2Processor(image_processor=looks, tokenizer=tokenizer).save_pretrained(tmp_path)
    looks.save_pretrained(tmp_path)
    detect = composition_detector._opened(tmp_path)
    findings = boxes(detect(PICTURE, ["a photo of a dog"]), ["dog"])
    assert all(isinstance(box, Box) and 0 <= box.score <= 1 for box in findings)
