import shutil
from types import SimpleNamespace

import pytest

from ksd_eval.models import memory
from ksd_eval.models.memory import Size
from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.records import Request

GIB = 2**30


@pytest.mark.parametrize(
    ("free", "where"),
    [
        (100.0, "resident"),
        (3.0, "resident"),
        (2.99, "part by part"),
        (2.25, "part by part"),
        (2.2, "layer by layer"),
        (0.0, "layer by layer"),
    ],
)
def test_weights_are_put_where_there_is_room(free, where):
    """Two GiB in all, one and a half of them the denoiser's."""
    size = Size(2 * GIB, int(1.5 * GIB))
    assert memory.placement(size, int(free * GIB)) == where
    said = memory.remarks("owner/name", size, int(free * GIB))
    assert (said == []) is (where == "resident")
    assert all(f"are put there {where}" in sentence for sentence in said)


def test_a_size_is_that_of_the_weights_in_memory(checkpoint):
    parts = DiffusersModel(str(checkpoint), steps=1)._loaded._pipeline
    wanted = [
        sum(one.numel() for one in part.state_dict().values())
        for part in (parts.text_encoder, parts.unet, parts.vae)
    ]
    assert memory.read(checkpoint, "float32") == Size(4 * sum(wanted), 4 * max(wanted))
    assert memory.read(checkpoint, "float16") == Size(2 * sum(wanted), 2 * max(wanted))
    assert DiffusersModel(str(checkpoint), device="cpu").footprint() == 4 * sum(wanted)


def test_a_pickle_is_taken_for_float32(tmp_path):
    import torch

    torch.save({"weight": torch.zeros(5000)}, tmp_path / "pytorch_model.bin")
    assert memory.of_folder(tmp_path, "float16") == pytest.approx(10_000, rel=0.2)


def test_weights_that_were_released_load_again(checkpoint):
    model = DiffusersModel(str(checkpoint), steps=1)
    [before] = model.paint([Request("a doctor", 1)], 1)
    model.release()
    assert "_loaded" not in vars(model)
    model.release()
    [after] = model.paint([Request("a doctor", 1)], 1)
    assert before.image.tobytes() == after.image.tobytes()


@pytest.mark.parametrize("keep", [4, 2000])
def test_a_file_that_was_not_fetched_whole_is_named(checkpoint, tmp_path, keep):
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    file = folder / "unet" / "diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"diffusion_pytorch_model\.safetensors is damaged"):
        DiffusersModel(str(folder)).identity()


@pytest.mark.parametrize(("side", "sliced"), [(512, True), (64, False)])
def test_large_pictures_are_decoded_one_by_one_where_there_is_no_gpu(side, sliced):
    calls = []
    autoencoder = SimpleNamespace(
        config={"sample_size": side}, enable_slicing=lambda: calls.append(side)
    )
    pipeline = SimpleNamespace(vae=autoencoder, to=lambda device: device)
    assert memory.put(pipeline, "cpu", memory.Size(1, 1)) == "cpu"
    assert bool(calls) == sliced
    assert memory.put(SimpleNamespace(to=str), "cpu", memory.Size(1, 1)) == "cpu"
