import importlib.util

import pytest
from PIL import Image

from ksd_eval.judges import inception
from ksd_eval.judges.base import Extractor
from ksd_eval.judges.inception import FILE, Inception
from ksd_eval.judges.weights import WeightsMissingError

PICTURE = Image.new("RGB", (64, 64), "red")


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(inception, "find_spec", lambda name: name)


def test_the_file_is_looked_for_in_torchs_hub_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    checkpoints = tmp_path / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    assert Inception().identity()["weights"] == {FILE: None}
    (checkpoints / FILE).write_bytes(b"anything")
    assert len(Inception().identity()["weights"][FILE]) == 64


def test_missing_weights_are_named_with_the_cure(installed, tmp_path):
    with pytest.raises(WeightsMissingError, match="download weights-inception"):
        Inception(str(tmp_path / FILE))([PICTURE])


def test_a_file_of_other_content_is_not_opened(installed, tmp_path):
    (tmp_path / FILE).write_bytes(b"not the weights")
    with pytest.raises(WeightsMissingError, match="not 6726825d"):
        Inception(str(tmp_path / FILE))([PICTURE])


@pytest.mark.skipif(
    importlib.util.find_spec("torch_fidelity") is not None, reason="torch-fidelity is installed"
)
def test_without_torch_fidelity_it_says_so(tmp_path):
    with pytest.raises(WeightsMissingError, match="pip install torch-fidelity"):
        Inception(str(tmp_path / FILE))([PICTURE])


def test_it_is_an_extractor():
    assert isinstance(Inception(), Extractor)


def test_pictures_go_in_as_bytes_in_full_batches(monkeypatch):
    shapes = []

    def network(pixels):
        shapes.append((tuple(pixels.shape), str(pixels.dtype)))
        return pixels.float().mean((1, 2, 3))[:, None].expand(-1, 2048)

    monkeypatch.setattr(inception, "_opened", lambda _: network)
    greys = [Image.new("RGB", (8, 8), (level, level, level)) for level in range(18)]
    rows = Inception()(greys)
    assert rows.shape == (18, 2048)
    assert rows[:, 0].tolist() == list(range(18))
    assert shapes == [((16, 3, 8, 8), "torch.uint8")] * 2
