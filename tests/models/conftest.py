"""A checkpoint with untrained weights: the miniature's classes, so small that it paints at once."""

import copy

import pytest


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    """The folder of a checkpoint that draws 32 pixels of noise, without a safety checker."""
    folder = tmp_path_factory.mktemp("checkpoints") / "tiny"
    _pipeline(tmp_path_factory.mktemp("tokenizer")).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def checked_checkpoint(tmp_path_factory, checkpoint):
    """The same with a safety checker that flags whatever it is shown."""
    folder = tmp_path_factory.mktemp("checkpoints") / "checked"
    _with_checker(checkpoint).save_pretrained(folder)
    return folder


def _pipeline(tokenizer_folder):
    import torch
    from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextModel

    from ksd_eval.miniature import architecture, tokenizers

    torch.manual_seed(0)
    tokenizer = tokenizers.train(tokenizers.captions("en", 300), 700, tokenizer_folder)
    text = architecture.text_config(len(tokenizer))
    text.num_hidden_layers = 1
    return StableDiffusionPipeline(
        vae=AutoencoderKL(
            block_out_channels=(8,) * 4,
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            layers_per_block=1,
            norm_num_groups=4,
            latent_channels=4,
            sample_size=32,
        ),
        text_encoder=CLIPTextModel(text),
        tokenizer=tokenizer,
        unet=UNet2DConditionModel(
            sample_size=4,
            block_out_channels=(16, 16),
            layers_per_block=1,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            cross_attention_dim=text.hidden_size,
            attention_head_dim=4,
            norm_num_groups=4,
        ),
        scheduler=architecture.scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _with_checker(checkpoint):
    import torch
    from diffusers import StableDiffusionPipeline
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPImageProcessor

    from ksd_eval.miniature import architecture

    config = copy.deepcopy(architecture.clip(700).config)
    config.vision_config.num_hidden_layers = 1
    config._attn_implementation = "eager"  # the class knows no other
    torch.manual_seed(0)
    checker = StableDiffusionSafetyChecker(config)
    checker.concept_embeds_weights[:] = -2.0  # below every cosine
    side = {"height": architecture.SIZE, "width": architecture.SIZE}
    return StableDiffusionPipeline.from_pretrained(
        checkpoint,
        safety_checker=checker,
        feature_extractor=CLIPImageProcessor(size={"shortest_edge": 64}, crop_size=side),
        requires_safety_checker=True,
    )


@pytest.fixture(scope="session")
def xl_checkpoint(tmp_path_factory, checkpoint):
    """A checkpoint of the XL family, with two text encoders, from the same parts."""
    import torch
    from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
    from transformers import CLIPTextModelWithProjection

    from ksd_eval.miniature import architecture

    parts = _opened(checkpoint)
    torch.manual_seed(0)
    text = architecture.text_config(len(parts.tokenizer))
    text.num_hidden_layers = 2
    folder = tmp_path_factory.mktemp("checkpoints") / "xl"
    StableDiffusionXLPipeline(
        vae=parts.vae,
        text_encoder=CLIPTextModelWithProjection(text),
        text_encoder_2=CLIPTextModelWithProjection(text),
        tokenizer=parts.tokenizer,
        tokenizer_2=parts.tokenizer,
        unet=UNet2DConditionModel(
            sample_size=4,
            block_out_channels=(16, 16),
            layers_per_block=1,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
            cross_attention_dim=2 * text.hidden_size,
            attention_head_dim=4,
            norm_num_groups=4,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=6 * 8 + text.projection_dim,
        ),
        scheduler=architecture.scheduler(),
        add_watermarker=False,
    ).save_pretrained(folder)
    return folder


def _opened(checkpoint):
    from diffusers import StableDiffusionPipeline

    return StableDiffusionPipeline.from_pretrained(checkpoint, requires_safety_checker=False)
