import numpy as np
import pytest
import torch
from transformers import CLIPTextModel

from ksd_eval.miniature import architecture, assembly, confusions, tokenizers
from ksd_eval.world import balanced, confusion, reader
from ksd_eval.world.attributes import CLASSES
from ksd_eval.world.painter import paint

# diffusers' scheduler turns a tensor into an array in a way that numpy 2 will not allow.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    """The miniature's parts with random weights."""
    torch.manual_seed(0)
    words = tokenizers.train(["a photo of a doctor"] * 3, 600, tmp_path_factory.mktemp("words"))
    tower = CLIPTextModel(architecture.text_config(len(words))).eval()
    return assembly.pipeline(architecture.autoencoder(), architecture.unet(), (tower, words))


@pytest.fixture(scope="module")
def random_reader():
    torch.manual_seed(0)
    return reader.Reader(reader.untrained().eval(), CLASSES, dict.fromkeys(CLASSES, 1.0))


@pytest.fixture(scope="module")
def painted():
    scenes = list(balanced.scenes(np.random.default_rng(0), 3))
    return [paint(scene) for scene in scenes], scenes


def test_clean_paintings_stay_as_they_are(painted):
    assert confusions.clean(*painted) == painted[0]


def test_a_round_trip_is_the_autoencoders_own(pipeline, painted):
    images, scenes = painted
    found = confusions.round_trip(pipeline.vae)(images, scenes)
    assert [image.size for image in found] == [(64, 64)] * 3
    assert found[0].tobytes() != images[0].tobytes()


def test_a_painting_is_partly_denoised_the_same_way_every_time(pipeline, painted):
    condition = confusions.partly_denoised(pipeline, strength=0.5, steps=4)
    first, again = condition(*painted), condition(*painted)
    assert [image.size for image in first] == [(64, 64)] * 3
    assert [image.tobytes() for image in first] == [image.tobytes() for image in again]


def test_a_caption_names_all_that_captions_can(painted):
    texts = {confusions.described(scene)
             for scene in balanced.scenes(np.random.default_rng(1), 300)}  # fmt: skip
    assert any("skinned" in text and "in hanbok" in text for text in texts)
    assert any("on top of" in text for text in texts)


def test_every_condition_whose_parts_are_there_is_counted(random_reader, pipeline, monkeypatch):
    monkeypatch.setattr(
        confusions, "partly_denoised", lambda pipeline: confusions.round_trip(pipeline.vae)
    )
    rows = confusions.everything(random_reader, pipeline.vae, pipeline, 10)
    assert {row.condition for row in rows} == {"clean", "autoencoder", "denoised", "ruined"}
    without = confusions.everything(random_reader, None, None, 10)
    assert {row.condition for row in without} == {"clean", "ruined"}
    kinds = [row.count for row in rows if (row.condition, row.measurement) == ("clean", "kind")]
    assert sum(kinds) == 10


def test_the_command_writes_the_table(random_reader, tmp_path, capsys):
    reader.save(random_reader, tmp_path / "reader")
    words = ["--reader", str(tmp_path / "reader"), "--pipeline", str(tmp_path), "--count", "5"]
    confusions.main([*words, "--out", str(tmp_path / "table.csv")])
    assert "conditions clean, ruined" in capsys.readouterr().out
    header = (tmp_path / "table.csv").read_text().splitlines()[0]
    assert header == "condition,measurement,truth,read,count"
    assert confusion.ABSTAINED in (tmp_path / "table.csv").read_text()
