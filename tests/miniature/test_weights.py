import json
import re

import pytest
from safetensors import safe_open
from transformers import CLIPTokenizer

from ksd_eval.miniature.train import WEIGHTS
from ksd_eval.world import captions, vocabulary

CHECKPOINTS = ("miniature_en", "miniature")
PARTS = {
    "vae",
    "unet",
    "text_encoder",
    "tokenizer",
    "scheduler",
    "safety_checker",
    "feature_extractor",
}


def same_bytes(name):
    return len({(WEIGHTS / one / name).read_bytes() for one in CHECKPOINTS}) == 1


def test_all_weights_together_are_small_enough_for_a_package():
    assert sum(path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file()) <= 40e6


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_checkpoint_has_the_layout_of_stable_diffusion(name):
    index = json.loads((WEIGHTS / name / "model_index.json").read_text())
    assert index["_class_name"] == "StableDiffusionPipeline"
    assert {key for key, value in index.items() if isinstance(value, list) and value[0]} == PARTS
    assert not list((WEIGHTS / name).rglob("*.bin"))


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_the_official_pipeline_opens_it_and_paints(name):
    import numpy as np
    from diffusers import StableDiffusionPipeline

    pipeline = StableDiffusionPipeline.from_pretrained(WEIGHTS / name)
    pipeline.set_progress_bar_config(disable=True)
    (image,) = pipeline("a photo of a doctor", num_inference_steps=2).images
    assert image.size == (64, 64)
    assert np.asarray(image).std() > 1


def test_the_two_checkpoints_differ_in_tokenizer_and_text_encoder_alone():
    assert same_bytes("unet/diffusion_pytorch_model.safetensors")
    assert same_bytes("vae/diffusion_pytorch_model.safetensors")
    assert same_bytes("scheduler/scheduler_config.json")
    assert not same_bytes("text_encoder/model.safetensors")
    assert not same_bytes("tokenizer/tokenizer.json")


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_the_end_of_text_has_the_highest_id_and_the_embedding_table_fits(name):
    tokenizer = CLIPTokenizer.from_pretrained(WEIGHTS / name / "tokenizer")
    assert tokenizer.eos_token_id == len(tokenizer) - 1
    file = WEIGHTS / name / "text_encoder" / "model.safetensors"
    with safe_open(file, "pt") as weights:
        (table,) = [key for key in weights.keys() if key.endswith("token_embedding.weight")]  # noqa: SIM118
        assert weights.get_slice(table).get_shape()[0] == len(tokenizer)


def test_each_tokenizer_reads_its_own_language_in_few_tokens():
    english, korean = (
        CLIPTokenizer.from_pretrained(WEIGHTS / one / "tokenizer") for one in CHECKPOINTS
    )
    for word in vocabulary.OCCUPATIONS.values():
        assert len(english(f"a photo of a {word.en}")["input_ids"]) <= 8
        assert len(korean(f"{word.ko} 사진")["input_ids"]) <= 6
        assert len(english(f"{word.ko} 사진")["input_ids"]) > 8


def test_a_tokenizer_gives_the_words_back():
    korean = CLIPTokenizer.from_pretrained(WEIGHTS / "miniature" / "tokenizer")
    text = captions.thing_phrase("breakfast", "korean").ko
    assert re.sub(
        r"\s", "", korean.decode(korean(text)["input_ids"], skip_special_tokens=True)
    ) == (text.replace(" ", ""))
