import subprocess
import tomllib
from importlib.machinery import ModuleSpec
from pathlib import Path
from re import split

import pytest

from ksd_eval.doctor import machine as machines
from ksd_eval.doctor.machine import EXTRAS, Gpu

GPU = Gpu("NVIDIA H200", 139.7, 139.0)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "no GPU is seen, so pictures are painted on the CPU"),
        ({"cuda": "13.0"}, "on the CPU (torch is built for CUDA 13.0, which does no harm)"),
        ({"gpus": (GPU,)}, "torch is a build for the CPU and sees no GPU: install the CUDA build"),
        ({"gpus": (GPU,), "cuda": "13.0"}, "torch is built for CUDA 13.0, and cannot use the GPU"),
        ({"gpus": (GPU,), "cuda": "13.0", "seen": True}, "pictures are painted on the GPU"),
    ],
)
def test_a_machine_says_what_it_paints_on_and_why(machine, given, sentence):
    assert sentence in machine(**given).accelerator


def test_the_driver_is_asked_for_gpus(monkeypatch):
    said = "NVIDIA H100 80GB HBM3, 81559, 80994\nNVIDIA A100, MIG 1g, [N/A], [N/A]\n"
    done = subprocess.CompletedProcess([], 0, stdout=said)
    monkeypatch.setattr(machines.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    monkeypatch.setattr(machines.subprocess, "run", lambda *_, **__: done)
    first, second = machines.gpus()
    assert (first.name, round(first.memory, 1)) == ("NVIDIA H100 80GB HBM3", 79.6)
    assert second == Gpu("NVIDIA A100, MIG 1g", 0.0, 0.0)


def test_a_driver_that_fails_tells_of_no_gpu(monkeypatch):
    def fails(*_, **__):
        raise subprocess.CalledProcessError(9, "nvidia-smi")

    monkeypatch.setattr(machines.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    monkeypatch.setattr(machines.subprocess, "run", fails)
    assert machines.gpus() == ()


@pytest.mark.parametrize(
    ("line", "version"),
    [("cuda: Optional[str] = '12.8'", "12.8"), ("cuda = '11.8'", "11.8"), ("cuda = None", None)],
)
def test_the_cuda_of_torch_is_read_without_importing_it(monkeypatch, tmp_path, line, version):
    (tmp_path / "version.py").write_text(f"__version__ = '2.14.1'\n{line}\nhip = 'no'\n")
    spec = ModuleSpec("torch", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(machines, "find_spec", lambda name: spec)
    assert machines.cuda() == version


def test_the_extras_are_those_of_the_package():
    project = Path(__file__).parents[2] / "pyproject.toml"
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    for extra, packages in EXTRAS.items():
        wanted = declared["optional-dependencies"][extra]
        assert sorted(packages) == sorted(split("[=><;]", one)[0] for one in wanted)


def test_a_folder_that_is_not_there_yet_is_on_the_disk_of_the_one_above_it(tmp_path):
    found = machines.looked_at(tmp_path / "not" / "there")
    assert found.results_free > 0
    assert found.results_writable
    assert not machines.looked_at(Path("/proc/1/not/there")).results_writable
    (tmp_path / "file").touch()
    assert not machines.looked_at(tmp_path / "file" / "results").results_writable
