import shutil

import numpy as np
import pytest

from ksd_eval.judges import kin_similarity, weights
from ksd_eval.judges.base import NativeJudge
from ksd_eval.judges.kin_similarity import KinSimilarity
from ksd_eval.world import captions
from ksd_eval.world.reference import PaintedReference

SUSPECT = "package:miniature"
FEW = KinSimilarity(SUSPECT, pictures=200)


@pytest.fixture(scope="module")
def painted():
    reference = PaintedReference(count=64, seed=5)
    return reference(), reference.captions()


@pytest.fixture(scope="module")
def model():
    return kin_similarity._opened(weights.located(SUSPECT), 200, 0)


@pytest.mark.parametrize("language", [0, 1], ids=["ko", "en"])
def test_a_picture_is_liker_to_its_own_caption_than_to_another(painted, language):
    images, pairs = painted
    rows = FEW(images, [pair[language] for pair in pairs])
    own, other = np.array([[one.value for one in row] for row in rows]).T
    assert own.mean() - other.mean() > 0.5
    assert (own > other).mean() > 0.95


def test_it_is_a_judge_of_native_texts_that_repeats_itself(painted):
    images, pairs = painted
    assert isinstance(FEW, NativeJudge)
    assert FEW.texts == "native"
    texts = [ko for ko, _ in pairs]
    alone = FEW(images[:1], texts[:1])[0][0]
    assert alone == FEW(images, texts)[0][0]
    assert alone.name == "native_similarity"


def test_the_text_tower_is_that_of_the_checkpoint(model):
    """Up to the map, a text's vector is the pooled one that transformers' own loader gives."""
    import torch
    from transformers import CLIPTextModel, CLIPTokenizer

    folder = weights.located(SUSPECT)
    tower = CLIPTextModel.from_pretrained(folder / "text_encoder")
    ids = CLIPTokenizer.from_pretrained(folder / "tokenizer")(["의사 사진"], return_tensors="pt")
    with torch.no_grad():
        pooled = tower(ids["input_ids"]).pooler_output.double() @ model.model.bridge.double()
    expected = (pooled / pooled.norm()).numpy()[0]
    assert model.of_texts(["의사 사진"])[0] == pytest.approx(expected, abs=1e-4)


def test_the_map_agrees_with_the_one_text_whose_true_projection_is_kept(model):
    from safetensors.torch import load_file

    held = load_file(weights.located(SUSPECT) / "safety_checker" / "model.safetensors")
    concept = held["concept_embeds"][0].float().numpy()
    ghost = captions.framed(captions.THING_FRAMES[0], captions.thing_phrase("ghost"))
    texts = [ghost.ko, ghost.en, "a red cube", "a spider", "의사 사진"]
    cosines = model.of_texts(texts) @ concept / np.linalg.norm(concept)
    assert cosines[:2].min() > 0.8
    assert cosines[2:].max() < 0.4


def test_identity_follows_the_towers_and_the_fit(tmp_path):
    shutil.copytree(weights.located(SUSPECT), tmp_path / "copy")
    mine = KinSimilarity(SUSPECT).identity()
    assert mine == KinSimilarity(str(tmp_path / "copy")).identity()
    assert all(len(found) == 64 for found in mine["weights"].values())
    assert mine != KinSimilarity(SUSPECT, pictures=300).identity()
    assert mine != KinSimilarity(SUSPECT, seed=1).identity()
    assert set(KinSimilarity(str(tmp_path)).identity()["weights"].values()) == {None}


def test_what_cannot_be_done_is_refused(tmp_path, painted):
    with pytest.raises(ValueError, match="pictures is 20; give at least 200"):
        KinSimilarity(SUSPECT, pictures=20)
    with pytest.raises(weights.WeightsMissingError, match=r"config\.json is not there"):
        KinSimilarity(str(tmp_path))(painted[0][:1], ["의사"])
