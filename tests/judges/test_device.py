"""Judges on a GPU: what is moved, what is exact, and what an identity says of it.

There need be no GPU: what would be moved there is noted and stays, so that numbers are the CPU's.
"""

import json
import shutil
import weakref

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import BitImageProcessor, Dinov2Config, Dinov2Model

from ksd_eval import devices
from ksd_eval.judges import device, weights
from ksd_eval.judges.clip_features import ClipFeatures
from ksd_eval.judges.composition_detector import CompositionDetector
from ksd_eval.judges.dino import DinoFeatures
from ksd_eval.judges.efficientnet import EfficientNetLite0
from ksd_eval.judges.fairface import FairFace
from ksd_eval.judges.inception import Inception
from ksd_eval.judges.mtcnn_faces import MtcnnFaces
from ksd_eval.judges.safety_checker import SafetyChecker
from ksd_eval.judges.skin_tone import SkinTone
from ksd_eval.judges.world_reader import WorldReader

GPU = "NVIDIA Imaginary"
PICTURE, OTHER = (Image.new("RGB", (64, 64), colour) for colour in ("red", "blue"))


@pytest.fixture
def gpu(monkeypatch):
    """A machine with a GPU of an imaginary kind, as far as identities go."""
    monkeypatch.setattr(devices, "best", lambda: "cuda")
    monkeypatch.setattr(devices, "kind", lambda device: GPU if device == "cuda" else device)


@pytest.fixture
def judges(folder):
    """Judges and extractors whose networks may work on a GPU."""
    return [
        *(ClipFeatures(folder), SafetyChecker(folder), DinoFeatures(folder), Inception(folder)),
        *(
            FairFace(folder),
            SkinTone(),
            EfficientNetLite0(),
            MtcnnFaces(),
            CompositionDetector(folder, folder),
        ),
    ]


def test_without_signs_of_a_gpu_torch_is_not_asked(monkeypatch):
    monkeypatch.setattr(devices.shutil, "which", lambda name: None)
    monkeypatch.setattr(devices, "SIGNS", ())
    monkeypatch.setattr(torch.cuda, "is_available", None)  # must not be called
    assert devices.best() == "cpu"
    assert devices.kind("cpu") == "cpu"


@pytest.mark.parametrize(("usable", "wanted"), [(True, "cuda"), (False, "cpu")])
def test_a_driver_is_believed_only_where_torch_can_use_the_gpu(monkeypatch, usable, wanted):
    monkeypatch.setattr(devices.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: usable)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: GPU)
    assert devices.best() == wanted
    assert devices.kind("cuda") == GPU


def test_an_identity_has_the_kind_of_gpu_and_nothing_of_a_cpu(judges, monkeypatch, request):
    monkeypatch.setattr(devices, "best", lambda: "cpu")
    before = [judge.identity() for judge in judges]
    assert "device" not in json.dumps(before)
    request.getfixturevalue("gpu")
    for judge, of_cpu in zip(judges, before, strict=True):
        found = judge.identity()
        assert (found["device"], found["tf32"]) == (GPU, False)
        assert found != of_cpu
        assert of_cpu.items() <= found.items() or "colours" in of_cpu


def test_the_painted_worlds_own_networks_stay_where_their_errors_were_counted(gpu, folder):
    for own in (ClipFeatures(), SafetyChecker(), WorldReader()):
        assert "device" not in own.identity()
    assert device.device(weights.located("package:judge")) == "cpu"
    assert device.device(weights.located(folder)) == "cuda"


@pytest.fixture
def moves(gpu, monkeypatch):
    """What is moved to the GPU and back; the numbers stay where they are, for there is none."""
    found = []

    def spy(cls):
        honest = cls.to

        def to(self, *where, **more):
            if "cuda" not in where:
                return honest(self, *where, **more)
            found.append("network" if cls is torch.nn.Module else "pictures")
            return self

        monkeypatch.setattr(cls, "to", to)

    def cpu(tensor):
        found.append("back")
        return tensor

    spy(torch.nn.Module)
    spy(torch.Tensor)
    monkeypatch.setattr(torch.Tensor, "cpu", cpu)
    for each in device._remembered:
        each.cache_clear()
    yield found
    for each in device._remembered:
        each.cache_clear()


def checker(home):
    for name in ("safety_checker", "feature_extractor"):
        shutil.copytree(weights.located("package:miniature") / name, home / name)
    return SafetyChecker(str(home))


def tower(home):
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    Dinov2Model(Dinov2Config(image_size=28, patch_size=14, **size)).save_pretrained(home)
    sides = {"crop_size": {"height": 28, "width": 28}, "size": {"shortest_edge": 28}}
    BitImageProcessor(**sides).save_pretrained(home)
    return DinoFeatures(str(home))


@pytest.mark.parametrize("name", ["clip", "checker", "dino"])
def test_network_and_pictures_are_moved_to_the_gpu_and_numbers_back(
    name, folder, tmp_path, request
):
    makers = {"clip": lambda home: ClipFeatures(folder), "checker": checker, "dino": tower}
    judge = makers[name](tmp_path)
    asked = ([PICTURE, OTHER], [""] * 2) if name == "checker" else ([PICTURE, OTHER],)
    wanted = judge(*asked)
    moves = request.getfixturevalue("moves")
    found = judge(*asked)
    assert moves == ["network", "pictures", "back"]
    if name == "checker":
        assert found == wanted
    else:
        assert isinstance(found, np.ndarray)
        assert np.array_equal(found, wanted)
        assert not np.array_equal(found[0], found[1])


def test_a_network_of_the_painted_world_is_not_moved(moves):
    ClipFeatures()([PICTURE])
    SafetyChecker()([PICTURE], [""])
    assert "network" not in moves


def test_inference_is_in_full_float32_and_the_process_keeps_its_settings(gpu):
    torch.set_float32_matmul_precision("high")
    try:
        with device.inference():
            assert torch.is_inference_mode_enabled()
            assert torch.get_float32_matmul_precision() == "highest"
            cudnn = torch.backends.cudnn
            assert (cudnn.allow_tf32, cudnn.deterministic, cudnn.enabled) == (False, True, True)
        assert torch.get_float32_matmul_precision() == "high"
        assert (torch.backends.cudnn.allow_tf32, torch.backends.cudnn.deterministic) == (
            True,
            False,
        )
    finally:
        torch.set_float32_matmul_precision("highest")


@pytest.mark.parametrize(("free", "opened"), [(40, 2), (60, 1)])
def test_room_is_made_where_less_than_half_of_the_gpu_is_free(gpu, monkeypatch, free, opened):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (free, 100))
    monkeypatch.setattr(device, "_remembered", [])
    times = []

    @device.opened
    def network(folder):
        times.append(folder)
        return folder

    assert network("a") == network("a") == "a"
    device.make_room()
    network("a")
    assert len(times) == opened


@pytest.mark.parametrize(("free", "opened"), [(None, 1), (0.3, 1), (0.2, 2)])
def test_on_a_cpu_room_is_made_only_where_memory_is_short(monkeypatch, free, opened):
    times = counted(monkeypatch)
    device.make_room(free)
    device._remembered[0]("a")
    assert len(times) == opened


def test_on_a_cpu_what_is_open_is_closed_and_its_memory_given_back(monkeypatch):
    times = counted(monkeypatch)
    network = weakref.ref(device._remembered[0]("a"))
    assert network() is not None
    device.close()
    assert network() is None
    device._remembered[0]("a")
    assert len(times) == 2


def counted(monkeypatch):
    """Open a network on a machine without a GPU; return the list of when one is opened."""
    monkeypatch.setattr(devices, "best", lambda: "cpu")
    monkeypatch.setattr(device, "_remembered", [])
    times = []

    @device.opened
    def network(folder):
        times.append(folder)
        made = torch.nn.Linear(2, 2)
        made.itself = [made]  # held by itself, as networks that are wrapped are
        return made

    network("a")
    return times
