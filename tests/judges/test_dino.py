import numpy as np
import pytest
import torch
from PIL import Image
from transformers import BitImageProcessor, Dinov2Config, Dinov2Model

from ksd_eval.judges.dino import DinoFeatures
from ksd_eval.judges.weights import WeightsMissingError

PICTURES = [Image.new("RGB", (40, 30), colour) for colour in ("red", "white", "blue")]


@pytest.fixture
def tower(tmp_path):
    torch.manual_seed(0)
    config = Dinov2Config(
        hidden_size=16, num_hidden_layers=2, num_attention_heads=2, image_size=28, patch_size=14
    )
    model = Dinov2Model(config).eval()
    model.save_pretrained(tmp_path)
    look = BitImageProcessor(
        size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28}, do_convert_rgb=True
    )
    look.save_pretrained(tmp_path)
    return tmp_path, model, look


def test_a_row_is_the_class_token_of_transformers_own_call(tower):
    folder, model, look = tower
    rows = DinoFeatures(str(folder))(PICTURES)
    with torch.inference_mode():
        pixels = look(PICTURES, return_tensors="pt").pixel_values
        wanted = model(pixels).last_hidden_state[:, 0].numpy()
    assert rows.shape == (3, 16)
    np.testing.assert_allclose(rows, wanted, atol=1e-5)
    assert not np.allclose(rows[0], rows[2], atol=1e-3)


def test_of_no_picture_there_is_no_row(tower):
    assert DinoFeatures(str(tower[0]))([]).shape == (0, 16)


def test_other_weights_are_another_protocol(tower):
    folder, model, _ = tower
    before = DinoFeatures(str(folder)).identity()
    with torch.no_grad():
        next(model.parameters()).add_(1)
    model.save_pretrained(folder)
    assert DinoFeatures(str(folder)).identity() != before


def test_weights_that_are_not_there_are_named_with_the_cure():
    with pytest.raises(WeightsMissingError, match="`hf download facebook/dinov2-nowhere`"):
        DinoFeatures("facebook/dinov2-nowhere")(PICTURES)
