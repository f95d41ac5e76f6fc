"""AltDiffusion: XLM-R as the text encoder, in the layout of BAAI/AltDiffusion-m9."""

import json

import numpy as np
import pandas as pd
import pytest

from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.records import Request

REQUEST = Request("의사 사진", 3)


@pytest.fixture(scope="session")
def m9(tmp_path_factory, checkpoint):
    """A repository as it was written in 2022: a SentencePiece model, a pickle, an old module."""
    pieces = pytest.importorskip("sentencepiece")
    import torch
    from diffusers import AltDiffusionPipeline, StableDiffusionPipeline
    from diffusers.pipelines.deprecated.alt_diffusion import modeling_roberta_series as roberta
    from safetensors.torch import load_file
    from transformers import XLMRobertaTokenizer

    home = tmp_path_factory.mktemp("altdiffusion")
    tokenizer_folder = home / "tokenizer"
    tokenizer_folder.mkdir()
    pieces.SentencePieceTrainer.train(
        sentence_iterator=iter(["의사 사진", "a photo of a doctor", "간호사", "a house"] * 20),
        model_prefix=str(tokenizer_folder / "sentencepiece.bpe"),
        vocab_size=60,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (tokenizer_folder / "sentencepiece.bpe.vocab").unlink()
    settings = {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 77}
    (tokenizer_folder / "tokenizer_config.json").write_text(json.dumps(settings))
    tokenizer = XLMRobertaTokenizer.from_pretrained(tokenizer_folder)
    torch.manual_seed(5)
    configuration = roberta.RobertaSeriesConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=90,
        type_vocab_size=1,
        project_dim=128,
    )
    parts = StableDiffusionPipeline.from_pretrained(checkpoint, requires_safety_checker=False)
    folder = home / "m9"
    AltDiffusionPipeline(
        vae=parts.vae,
        text_encoder=roberta.RobertaSeriesModelWithTransformation(configuration),
        tokenizer=tokenizer,
        unet=parts.unet,
        scheduler=parts.scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    for written in (folder / "tokenizer").iterdir():
        written.unlink()
    for old in tokenizer_folder.iterdir():
        old.rename(folder / "tokenizer" / old.name)
    weights = folder / "text_encoder" / "model.safetensors"
    torch.save(load_file(weights), weights.with_name("pytorch_model.bin"))
    weights.unlink()
    index = json.loads((folder / "model_index.json").read_text())
    index["text_encoder"] = ["alt_diffusion", "RobertaSeriesModelWithTransformation"]
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def pixels(picture):
    return np.asarray(picture.image).tobytes()


def test_it_paints_and_neighbours_change_nothing(m9):
    model = DiffusersModel(str(m9), steps=2)
    [alone] = model.paint([REQUEST], 2)
    other = Request("a house", 9)
    beside = model.paint([other, REQUEST], 2)
    assert pixels(alone) == pixels(beside[1]) != pixels(beside[0])
    assert (alone.given.text, alone.given.truncated) == ("의사 사진", False)


def test_the_text_encoder_is_asked_as_its_own_pipeline_asks_it(m9):
    """Its hidden states, projected, with the padding masked out."""
    import torch

    model = DiffusersModel(str(m9), steps=1)
    parts = model._loaded._pipeline
    given = parts.tokenizer(
        "의사 사진", padding="max_length", max_length=77, truncation=True, return_tensors="pt"
    )
    with torch.no_grad():
        states = parts.text_encoder(**given).projection_state
    assert torch.equal(model._loaded._encoded("의사 사진", None)["prompt_embeds"], states)
    assert states.shape == (1, 77, 128)


def test_an_encoder_of_another_width_is_refused(m9, tmp_path, edited):
    import shutil

    folder = shutil.copytree(m9, tmp_path / "copy")
    edited(folder / "text_encoder" / "config.json", project_dim=96)
    with pytest.raises(ValueError, match="is 96 wide and the denoiser"):
        DiffusersModel(str(folder)).identity()


def test_a_library_that_is_not_installed_is_named(m9, monkeypatch):
    from ksd_eval.models import checkpoints

    monkeypatch.setattr(
        checkpoints, "find_spec", lambda name: None if name == "sentencepiece" else object()
    )
    with pytest.raises(ModuleNotFoundError, match=r"sentencepiece is not installed: pip install"):
        checkpoints.require_readable(m9 / "tokenizer")


def test_the_experiment_runs_offline_from_the_cache(filled, painted, m9, capfd):
    filled.put("BAAI/AltDiffusion-m9", m9)
    folder, _ = painted("model=altdiffusion_m9", "arms=[korean,english,original]")
    images = pd.read_parquet(folder / "images.parquet")
    assert set(images["arm"]) == {"altdiffusion_m9/ko", "altdiffusion_m9/en", "sd15/en"}
    said = capfd.readouterr().out
    assert "pytorch_model.bin is a pickle and no safetensors" in said
    assert "BAAI/AltDiffusion-m9 at 'main' is the commit 0123456789abcdef" in said
