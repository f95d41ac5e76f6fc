"""Machines that are made up, a cache of the hub that is filled by hand, and no network."""

import shutil
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.doctor.machine import Machine

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = Path(__file__).parents[2] / "ksd_eval" / "miniature" / "weights"

LARGE = Machine(
    cpu="A processor",
    cores=8,
    memory=64.0,
    available=60.0,
    results="results",
    results_free=500.0,
    results_writable=True,
    cache="/cache",
    cache_free=500.0,
    versions={"python": "3.11.7", "torch": "2.14.1"},
    extras={"systems": ()},
)


@pytest.fixture
def machine():
    """Make a machine up: a large one without a GPU, but for what is given."""
    return lambda **given: replace(LARGE, **given)


@pytest.fixture
def experiment(here):
    """Construct what a command line asks for."""
    return lambda *words: built(composed(list(words)))


class Cache:
    """The hub's cache, in which the miniature passes for any repository."""

    def __init__(self, hub):
        self.hub = hub

    def put(self, repo, folder=WEIGHTS / "miniature"):
        """Put a repository there as its branch main, and return the folder of its commit."""
        place = self.hub / f"models--{repo.replace('/', '--')}"
        snapshot = Path(shutil.copytree(folder, place / "snapshots" / COMMIT))
        (place / "refs").mkdir()
        (place / "refs" / "main").write_text(COMMIT)
        return snapshot


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache; a machine that is not told to be offline, on which every socket raises."""
    from huggingface_hub import constants

    def refused(*_, **__):
        raise AssertionError("the network was asked")

    found = Cache(tmp_path / "hub")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(found.hub))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    return found
