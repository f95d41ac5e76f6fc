"""AltDiffusion: XLM-R as the text encoder, in the layout of BAAI/AltDiffusion-m9."""

import numpy as np
import pytest

from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.records import Request

REQUEST = Request("의사 사진", 3)


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
