"""What the text encoder of a checkpoint of the layout of Stable Diffusion 1.5 makes of texts."""

import numpy as np
import pytest

from ksd_eval.models.base import Encoding, TextEncoder
from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.models.planted import Planted

TEXT = "a photo of a doctor"
LONG = "a doctor and a nurse " * 40


@pytest.fixture(scope="module")
def model(checkpoint):
    return DiffusersModel(str(checkpoint))


@pytest.fixture(scope="module")
def own(checkpoint):
    """The checkpoint's tokenizer and tower, opened by transformers alone."""
    from transformers import AutoTokenizer, CLIPTextModel

    return (
        AutoTokenizer.from_pretrained(checkpoint / "tokenizer"),
        CLIPTextModel.from_pretrained(checkpoint / "text_encoder").eval(),
    )


@pytest.mark.parametrize("text", [TEXT, "의사 사진", "", LONG])
def test_states_are_those_of_transformers_own_forward(model, own, text):
    import torch

    tokenizer, tower = own
    given = tokenizer(
        text, padding="max_length", max_length=77, truncation=True, return_tensors="pt"
    )
    with torch.no_grad():
        expected = tower(given.input_ids)  # as diffusers asks it: without a mask
    [found] = model.encodings([text])
    assert found.states.dtype == np.float32
    np.testing.assert_allclose(found.states, expected.last_hidden_state[0], atol=1e-6)
    np.testing.assert_allclose(found.pooled, expected.pooler_output[0], atol=1e-6)


def test_positions_are_told_apart(model, own):
    [found] = model.encodings([TEXT])
    content = len(own[0](TEXT, add_special_tokens=False).input_ids)
    assert found.tokens == content + 2
    assert found.limit == 77
    assert not found.truncated
    padding = 77 - content - 2
    assert found.places == ("start", *["content"] * content, "end", *["padding"] * padding)
    np.testing.assert_array_equal(found.mean("content"), found.states[1 : 1 + content].mean(axis=0))


def test_a_text_that_is_too_long_is_counted_whole(model, own):
    [found] = model.encodings([LONG])
    assert found.truncated
    assert found.tokens == len(own[0](LONG, verbose=False).input_ids) > 200
    assert found.places == ("start", *["content"] * 75, "end")
    assert found.mean("padding") is None


def test_an_empty_text_has_no_words(model):
    [found] = model.encodings([""])
    assert found.tokens == 2
    assert found.mean("content") is None


def test_a_text_is_read_alike_whatever_is_read_with_it(model):
    alone, together = model.encodings([TEXT])[0], model.encodings([LONG, TEXT, ""])[1]
    np.testing.assert_array_equal(alone.states, together.states)


def test_several_encoders_are_refused(xl_checkpoint):
    with pytest.raises(
        ValueError, match=r"StableDiffusionXLPipeline has 2 \(text_encoder, text_encoder_2\)"
    ):
        DiffusersModel(str(xl_checkpoint)).encodings([TEXT])


def test_an_encoder_that_is_no_clip_tower_is_refused(checkpoint, monkeypatch):
    from torch import nn

    model = DiffusersModel(str(checkpoint))
    monkeypatch.setattr(model._loaded._pipeline, "text_encoder", nn.Linear(1, 1))
    with pytest.raises(ValueError, match="is a Linear, whose positions are not known here"):
        model.encodings([TEXT])


def test_who_has_a_text_encoder(model):
    assert isinstance(model, TextEncoder)
    assert not isinstance(Planted(), TextEncoder)


def test_states_are_of_the_positions_they_are_said_to_be_of():
    with pytest.raises(ValueError, match=r"shape \[3, 4\] are not one row for each of 2 positions"):
        Encoding(2, ("start", "end"), np.zeros((3, 4), np.float32))
