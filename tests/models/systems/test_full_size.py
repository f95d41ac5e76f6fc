"""A checkpoint of Stable Diffusion v1.5's own size, in half precision on disk, asked on a CPU."""

import json
import shutil

import pandas as pd
import pytest

WORDS = 49_408
"""Entries of CLIP's vocabulary."""


def tokenizer(folder):
    """Write a tokenizer of CLIP's size: the miniature's entries, fillers, start and end."""
    from transformers import CLIPTokenizer

    from ksd_eval.miniature import tokenizers

    tokenizers.train(tokenizers.captions("en", 300), 700, folder)
    known = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    names = sorted(known["vocab"], key=known["vocab"].get)[:-2]
    names += [f"<{number}>" for number in range(WORDS - 2 - len(names))]
    names += [tokenizers.START, tokenizers.END]
    return CLIPTokenizer(
        vocab={name: number for number, name in enumerate(names)},
        merges=[tuple(pair) for pair in known["merges"]],
        bos_token=tokenizers.START,
        eos_token=tokenizers.END,
        unk_token=tokenizers.END,
        pad_token=tokenizers.END,
        model_max_length=77,
    )


def filled(build, seed):
    """Return a model with small random weights in half precision, built without a first set."""
    import torch

    torch.manual_seed(seed)
    with torch.device("meta"):
        model = build()
    model = model.half().to_empty(device="cpu")
    for name, weight in model.state_dict().items():
        if name.endswith("position_ids"):
            weight.copy_(torch.arange(weight.numel()).view_as(weight))
        else:
            is_scale = "norm" in name and name.endswith("weight")
            weight.normal_(1.0 if is_scale else 0.0, 0.0 if is_scale else 0.02)
    return model


@pytest.fixture
def full_size(tmp_path):
    """The folder of such a checkpoint: 2 GB."""
    from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline
    from diffusers import UNet2DConditionModel as Denoiser
    from transformers import CLIPTextConfig, CLIPTextModel

    text = CLIPTextConfig(
        vocab_size=WORDS,
        hidden_size=768,
        intermediate_size=3072,
        num_hidden_layers=12,
        num_attention_heads=12,
        bos_token_id=0,
        eos_token_id=2,  # as every configuration of that year has it
        pad_token_id=1,
    )
    schedule = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    parts = StableDiffusionPipeline(
        vae=filled(
            lambda: AutoencoderKL(
                block_out_channels=(128, 256, 512, 512),
                down_block_types=("DownEncoderBlock2D",) * 4,
                up_block_types=("UpDecoderBlock2D",) * 4,
                layers_per_block=2,
                latent_channels=4,
                sample_size=512,
            ),
            0,
        ),
        text_encoder=filled(lambda: CLIPTextModel(text), 1),
        tokenizer=tokenizer(tmp_path / "tokenizer"),
        unet=filled(lambda: Denoiser(sample_size=64, cross_attention_dim=768), 2),
        scheduler=PNDMScheduler(**schedule, skip_prk_steps=True, steps_offset=1),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    assert 859e6 < sum(weight.numel() for weight in parts.unet.parameters()) < 860e6
    parts.save_pretrained(tmp_path / "full")
    yield tmp_path / "full"
    shutil.rmtree(tmp_path / "full")


@pytest.mark.slow
def test_a_checkpoint_of_full_size_loads_and_paints_on_a_cpu(full_size, painted):
    files = full_size.rglob("*.safetensors")
    assert sum(file.stat().st_size for file in files) == pytest.approx(2.13e9, rel=0.01)
    options = ["steps=2", "size=256", "device=cpu", "scheduler=EulerAncestralDiscreteScheduler"]
    folder, experiment = painted(
        "model=hub",
        f"model.pipeline.repo={full_size}",
        *(f"model.pipeline.{option}" for option in options),
        *("arms=[korean,english]", "prompts.limit=1", "generation.batch_shape=1"),
    )
    images = pd.read_parquet(folder / "images.parquet")
    assert list(images["arm"]) == ["hub/ko", "hub/en"]
    assert images["sha256"].nunique() == 2
    assert experiment.models["hub"].footprint() == pytest.approx(4 * 1.066e9, rel=0.01)
    assert experiment.models["hub"].identity()["dtype"] == "float32"
