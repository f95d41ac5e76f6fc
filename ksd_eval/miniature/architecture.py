"""The shapes of the miniature's parts: the same classes as a Stable Diffusion v1.5, made small."""

from typing import Final

from diffusers import AutoencoderKL, EulerAncestralDiscreteScheduler, UNet2DConditionModel
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig

SIZE: Final = 64
"""Pixels along a side."""
LATENT: Final = 8
"""Latent cells along a side: the autoencoder shrinks eightfold."""
TEXT_WIDTH: Final = 128
CONTEXT: Final = 77
"""Tokens of a prompt, as in every CLIP of the Stable Diffusion family."""


def autoencoder() -> AutoencoderKL:
    """Return an untrained autoencoder: 64x64x3 to 8x8x4 and back."""
    return AutoencoderKL(
        block_out_channels=(8, 24, 48, 64),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=8,
        sample_size=SIZE,
    )


def clip_config(vocabulary: int) -> CLIPConfig:
    """Return the configuration of a CLIP for a tokenizer of `vocabulary` entries, EOS the last."""
    text = {
        "vocab_size": vocabulary,
        "hidden_size": TEXT_WIDTH,
        "intermediate_size": 4 * TEXT_WIDTH,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "max_position_embeddings": CONTEXT,
        "hidden_act": "quick_gelu",
        "bos_token_id": vocabulary - 2,
        "eos_token_id": vocabulary - 1,
        "pad_token_id": vocabulary - 1,
        "projection_dim": TEXT_WIDTH,
    }
    vision = {
        "hidden_size": TEXT_WIDTH,
        "intermediate_size": 4 * TEXT_WIDTH,
        "num_hidden_layers": 4,
        "num_attention_heads": 4,
        "image_size": SIZE,
        "patch_size": 8,
        "hidden_act": "quick_gelu",
        "projection_dim": TEXT_WIDTH,
    }
    return CLIPConfig(text_config=text, vision_config=vision, projection_dim=TEXT_WIDTH)


def clip(vocabulary: int) -> CLIPModel:
    """Return an untrained CLIP."""
    return CLIPModel(clip_config(vocabulary))


def text_config(vocabulary: int) -> CLIPTextConfig:
    """Return the configuration of a text tower alone."""
    return clip_config(vocabulary).text_config


def unet() -> UNet2DConditionModel:
    """Return an untrained denoiser of 8x8x4 latents, with cross-attention at both levels."""
    return UNet2DConditionModel(
        sample_size=LATENT,
        in_channels=4,
        out_channels=4,
        block_out_channels=(64, 128),
        layers_per_block=1,
        down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=TEXT_WIDTH,
        attention_head_dim=4,
        norm_num_groups=16,
    )


def scheduler() -> EulerAncestralDiscreteScheduler:
    """Return the noise schedule that the denoiser is trained on and asked with."""
    return EulerAncestralDiscreteScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        timestep_spacing="trailing",
        steps_offset=1,
    )
