import numpy as np
import pytest

from ksd_eval.judges import clip
from ksd_eval.judges.base import Extractor, Judge
from ksd_eval.judges.clip_features import ClipFeatures
from ksd_eval.judges.clip_similarity import Similarity
from ksd_eval.judges.weights import WeightsMissingError

TEXTS = ["a photo of a doctor", "a photo of a doctor", "a red cube", "a Korean house"]


def _values(rows, name):
    return [one.value for row in rows for one in row if one.name == name]


def test_similarity_is_the_cosine_of_open_clips_own_vectors(folder, images):
    import open_clip
    import torch

    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    tokens = open_clip.get_tokenizer(f"local-dir:{folder}")(TEXTS)
    with torch.no_grad():
        seen = model.eval().encode_image(torch.stack([preprocess(image) for image in images]))
        meant = model.encode_text(tokens)
        cosines = torch.nn.functional.cosine_similarity(seen, meant).numpy()
    assert np.ptp(cosines) > 1e-3
    found = _values(Similarity(folder)(images, TEXTS), "similarity")
    assert found == pytest.approx(cosines, abs=1e-4)


def test_the_floor_is_the_similarity_to_another_text(folder, images):
    judge = Similarity(folder)
    floors = _values(judge(images, TEXTS), "similarity_floor")
    others = ["a red cube", "a red cube", "a Korean house", "a photo of a doctor"]
    assert floors == _values(judge(images, others), "similarity")


def test_without_another_text_there_is_no_floor(folder, images):
    ((_, floor),) = Similarity(folder)(images[:1], TEXTS[:1])
    assert floor.status == "abstained"
    assert "same text" in floor.reason


def test_a_picture_is_judged_alike_whatever_shares_the_call(folder, images):
    together = _values(Similarity(folder)(images, TEXTS), "similarity")
    clip.opened.cache_clear()
    alone = [
        _values(Similarity(folder)([image], [text]), "similarity")[0]
        for image, text in zip(images, TEXTS, strict=True)
    ]
    assert alone == together
    many = ClipFeatures(folder)(images * 20)
    assert np.array_equal(many[:4], ClipFeatures(folder)(images))
    assert np.array_equal(many[-4:], many[:4])


def test_each_text_is_encoded_once(folder, images, monkeypatch):
    clip.opened.cache_clear()
    judge = Similarity(folder)
    judge(images, TEXTS)
    model = clip.opened(judge_folder := clip.weights.located(folder))
    assert set(model.known) == set(TEXTS)
    assert judge_folder.is_dir()
    monkeypatch.setattr(model, "tokenizer", None)
    judge(images, TEXTS)


def test_features_have_the_length_that_makes_the_kernel_a_cosine(folder, images):
    vectors = ClipFeatures(folder)(images)
    assert vectors.dtype == np.float32
    assert vectors.shape == (4, 16)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([4.0] * 4, rel=1e-5)


def test_identity_follows_the_weights(folder, tmp_path):
    here, nowhere = ClipFeatures(folder).identity(), ClipFeatures(str(tmp_path)).identity()
    assert len(here["weights"]["open_clip_model.safetensors"]) == 64
    assert set(nowhere["weights"].values()) == {None}


def test_a_folder_without_a_model_is_named(tmp_path, images):
    with pytest.raises(WeightsMissingError, match=r"open_clip_config\.json is not there"):
        Similarity(str(tmp_path))(images, TEXTS)


def test_they_keep_their_protocols():
    assert isinstance(Similarity(), Judge)
    assert isinstance(ClipFeatures(), Extractor)
