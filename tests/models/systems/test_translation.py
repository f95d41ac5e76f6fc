"""A translator before the model: a small mBART that has learnt some prompts by heart."""

import json
import pickle
import shutil

import pandas as pd
import pytest

from ksd_eval.models.translation import SequenceTranslator, _opened, _translated, is_korean

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:importlib._bootstrap")


@pytest.fixture
def translator(mbart):
    return SequenceTranslator(str(mbart), source="ko_KR", target="en_XX", beams=3)


def test_what_was_learnt_is_translated_whole(translator, learnt):
    assert translator(list(learnt)) == list(learnt.values())


def test_a_prompt_without_hangul_is_asked_as_it_is(translator, monkeypatch):
    texts = ["a doctor", "", "un médecin", "醫師の写真"]
    monkeypatch.setattr("ksd_eval.models.translation._translated", None)  # must not be asked
    assert translator(texts) == texts


@pytest.mark.parametrize(
    ("text", "korean"),
    [("집", True), ("a 집", True), ("\u1112\u1161\u11ab", True), ("ㅋ", True), ("家", False)],
)
def test_hangul_tells_korean_in_any_of_its_forms(text, korean):
    assert is_korean(text) is korean


def test_the_model_is_told_the_language(translator):
    _, tokenizer, options = _opened(translator)
    ids = tokenizer("집").input_ids
    assert tokenizer.convert_ids_to_tokens([ids[0], ids[-1]]) == ["ko_KR", "</s>"]
    assert options["forced_bos_token_id"] == tokenizer.convert_tokens_to_ids("en_XX")


def test_a_translation_does_not_depend_on_its_batch(translator, learnt):
    together = translator(list(learnt))
    _translated.cache_clear()
    assert [translator([text])[0] for text in reversed(learnt)] == together[::-1]


def test_padding_changes_what_the_encoder_says_by_rounding_alone(translator, learnt):
    """So a batch would do nearly as well, and one at a time does exactly."""
    import torch

    model, tokenizer, _ = _opened(translator)
    batch = tokenizer(list(learnt), return_tensors="pt", padding=True)
    short = list(learnt).index("집")
    with torch.no_grad():
        beside = model.get_encoder()(**batch).last_hidden_state[short]
        alone = model.get_encoder()(**tokenizer("집", return_tensors="pt")).last_hidden_state[0]
    assert len(alone) < len(beside)
    assert torch.allclose(beside[: len(alone)], alone, atol=1e-4)


@pytest.mark.parametrize("change", [{"source": "xx_XX"}, {"target": "xx_XX"}])
def test_an_unknown_language_is_named(mbart, change):
    codes = {"source": "ko_KR", "target": "en_XX"} | change
    with pytest.raises(ValueError, match="knows no language 'xx_XX'"):
        SequenceTranslator(str(mbart), **codes)(["집"])


def test_a_translation_that_does_not_end_is_said(mbart, caplog, learnt):
    short = SequenceTranslator(str(mbart), source="ko_KR", target="en_XX", most_tokens=5)
    [text] = short(["의사 사진"])
    assert text != learnt["의사 사진"]
    assert "was broken off after 5 tokens" in caplog.text


def test_a_prompt_longer_than_the_translator_reads_is_refused(translator):
    with pytest.raises(ValueError, match=r"tokens, and .* reads 64; shorten it"):
        translator(["의사 사진 " * 40])


def test_the_identity_names_files_language_and_search(translator, mbart, tmp_path):
    identity = translator.identity()
    assert json.loads(json.dumps(identity)) == identity
    assert (identity["source"], identity["target"], identity["beams"]) == ("ko_KR", "en_XX", 3)
    copied = shutil.copytree(mbart, tmp_path / "copy")
    same = SequenceTranslator(str(copied), source="ko_KR", target="en_XX", beams=3).identity()
    assert same["files"] == identity["files"]
    (copied / "sentencepiece.bpe.model").write_bytes(b"other")
    other = SequenceTranslator(str(copied), source="ko_KR", target="en_XX", beams=3).identity()
    assert other["files"] != identity["files"]
    assert pickle.loads(pickle.dumps(translator)) == translator


def test_a_translator_without_weights_is_missed(mbart, tmp_path):
    copied = shutil.copytree(mbart, tmp_path / "copy")
    (copied / "model.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match="lacks weights"):
        SequenceTranslator(str(copied)).identity()


def test_the_translated_arm_stands_beside_the_others(filled, painted, mbart, tmp_path):
    filled.put("facebook/mbart-large-50-many-to-one-mmt", mbart)
    (tmp_path / "mine.csv").write_text(
        "pair_id,ko,en,kind\n"
        "doctor,의사 사진,a photo of a doctor,occupation\n"
        "cube,빨간 정육면체,a red cube,thing\n",
        encoding="utf-8",
    )
    prompts = ["prompts=table", f"prompts.path={tmp_path / 'mine.csv'}", "~prompts.keep"]
    folder, _ = painted("model=korean_sd", *prompts)
    images = pd.read_parquet(folder / "images.parquet").set_index(["role", "pair_id"])
    assert set(images["arm"]) == {
        *("korean_sd/ko", "korean_sd/en", "sd15/en", "sd15/ko", "translated_sd15/ko"),
    }
    assert images.loc[("translated", "cube"), "prompt"] == "빨간 정육면체"
    assert images.loc[("translated", "cube"), "given"] == "a red cube"
    # It is the original, asked in English with the same noise.
    pixels = images["sha256"]
    assert pixels["translated", "cube"] == pixels["original", "cube"] != pixels["foreign", "cube"]
