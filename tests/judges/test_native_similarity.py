import numpy as np
import pytest

from ksd_eval.execution.judging import answers
from ksd_eval.judges.base import NativeJudge
from ksd_eval.judges.clip_similarity import Similarity
from ksd_eval.judges.native_similarity import NativeSimilarity, strangers

ENGLISH = ["a photo of a doctor", "a red cube", "a Korean house", "a red cube"]
KOREAN = ["의사 사진", "빨간 정육면체", "한국식 집", "빨간 정육면체"]


def _values(rows, name):
    return [one.value for row in rows for one in row if one.name == name]


def test_it_is_the_cosine_of_open_clips_own_vectors_in_either_language(multilingual, images):
    import open_clip
    import torch

    name = f"local-dir:{multilingual}"
    model, _, preprocess = open_clip.create_model_and_transforms(name)
    for texts in (ENGLISH, KOREAN):
        tokens = open_clip.get_tokenizer(name)(texts)
        with torch.no_grad():
            seen = model.eval().encode_image(torch.stack([preprocess(image) for image in images]))
            meant = model.encode_text(tokens)
            cosines = torch.nn.functional.cosine_similarity(seen, meant).numpy()
        assert np.ptp(cosines) > 1e-3
        found = _values(NativeSimilarity(multilingual)(images, texts), "native_similarity")
        assert found == pytest.approx(cosines, abs=1e-4)


def test_of_english_texts_it_says_what_the_judge_of_english_texts_does(folder, images):
    native = NativeSimilarity(folder)(images, ENGLISH)
    english = Similarity(folder)(images, ENGLISH)
    assert _values(native, "native_similarity") == _values(english, "similarity")
    assert _values(native, "native_similarity_floor") == _values(english, "similarity_floor")


def test_what_shares_the_call_changes_no_similarity(multilingual, images):
    judge = NativeSimilarity(multilingual)
    together = judge(images, [ENGLISH[0], KOREAN[0], ENGLISH[1], KOREAN[1]])
    alone = [judge([images[1]], [KOREAN[0]])[0], judge([images[2]], [ENGLISH[1]])[0]]
    assert [together[1][0], together[2][0]] == [row[0] for row in alone]


def test_the_floor_is_a_text_of_the_same_language(multilingual, images):
    mixed = [ENGLISH[0], KOREAN[0], ENGLISH[1], KOREAN[1]]
    floors = _values(NativeSimilarity(multilingual)(images, mixed), "native_similarity_floor")
    others = [ENGLISH[1], KOREAN[1], ENGLISH[0], KOREAN[0]]
    assert strangers(mixed) == others
    assert floors == _values(NativeSimilarity(multilingual)(images, others), "native_similarity")


def test_without_another_text_of_the_language_there_is_no_floor(multilingual, images):
    rows = NativeSimilarity(multilingual)(images[:2], [ENGLISH[0], KOREAN[0]])
    assert [row[1].status for row in rows] == ["abstained", "abstained"]
    assert "same text" in rows[0][1].reason


def test_without_weights_it_is_missing_and_nothing_else(tmp_path, images):
    judge = NativeSimilarity(str(tmp_path))
    ((said,), *_) = answers("native", judge, images, KOREAN)
    assert (said.name, said.status) == ("native", "missing")
    assert "open_clip_config.json is not there" in said.reason
    assert set(judge.identity()["weights"].values()) == {None}


def test_it_is_given_the_prompt_as_it_was_asked(folder):
    assert isinstance(NativeSimilarity(folder), NativeJudge)
    assert NativeSimilarity.texts == "native"
    assert not isinstance(Similarity(folder), NativeJudge)
    assert NativeSimilarity(folder)([], []) == []
