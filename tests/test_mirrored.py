"""Pictures at an address: another shelf, and the same run."""

import pickle
from pathlib import Path

import fsspec
import pytest
from PIL import Image

from ksd_eval.__main__ import main
from ksd_eval.store import MirroredImages, StoreError, WriteError

PICTURE = Image.radial_gradient("L").convert("RGB")
NAME = "ab" + "0" * 14


@pytest.fixture(params=["memory", "file"])
def shelf(request, tmp_path):
    address = "memory://shelf" if request.param == "memory" else f"file://{tmp_path}/shelf"
    yield MirroredImages(tmp_path / "here", address)
    fsspec.filesystem("memory").store.clear()


def contents(folder):
    paths = [*folder.glob("*.parquet"), *folder.glob("*.csv"), *folder.glob("features/*.npy")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_picture_is_put_there_and_fetched_when_it_is_read(shelf):
    assert not shelf.has(NAME)
    assert shelf.find(NAME) is None
    stored = shelf.write(NAME, PICTURE, True, {"recipe": 1})
    assert not shelf.path(NAME).exists(), "a worker keeps nothing"
    assert shelf.has(NAME)
    assert shelf.find(NAME) == stored
    assert shelf.path(NAME).is_file()
    assert shelf.read(NAME).tobytes() == PICTURE.tobytes()
    other = MirroredImages(shelf.folder.with_name("there"), shelf.address)
    assert other.read(NAME).tobytes() == PICTURE.tobytes()


def test_a_copy_that_is_damaged_is_fetched_again(shelf):
    stored = shelf.write(NAME, PICTURE, None, {"recipe": 1})
    assert shelf.find(NAME) == stored
    shelf.path(NAME).write_bytes(b"no picture")
    assert shelf.find(NAME) == stored
    assert shelf.read(NAME).tobytes() == PICTURE.tobytes()


def test_what_is_nowhere_is_said_so(shelf):
    with pytest.raises(StoreError, match="cannot be read"):
        shelf.read(NAME)


def test_it_travels_to_a_worker(shelf):
    shelf.write(NAME, PICTURE, None, {"recipe": 1})
    assert pickle.loads(pickle.dumps(shelf)).has(NAME)


def test_nothing_half_written_has_a_name(tmp_path, monkeypatch):
    shelf = MirroredImages(tmp_path / "here", f"file://{tmp_path}/shelf")

    def full(self):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fsspec.implementations.local.LocalFileOpener, "commit", full)
    with pytest.raises(WriteError, match="No space left"):
        shelf.write(NAME, PICTURE, None, {"recipe": 1})
    assert not shelf.has(NAME)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("s4://bucket", "execution.pictures=s4://bucket cannot be written"),
        ("bucket", "execution.pictures=bucket is no URL; give one such as s3://bucket/pictures"),
    ],
)
def test_an_address_that_cannot_be_written_is_refused_before_painting(
    here, capsys, address, sentence
):
    words = ["experiment=tiny", "execution.workers=1", f"execution.pictures={address}"]
    assert main(words) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "painting" not in said.out


def test_a_run_is_the_same_whatever_its_pictures_rest_in(tiny, here, plain_page):
    plain = tiny()
    mirrored = tiny(f"execution.pictures=file://{here}/shelf", "execution.results_dir=others")
    assert plain.name == mirrored.name
    assert contents(plain) == contents(mirrored)
    names = {path.name for path in Path("shelf").glob("*/*.png")}
    assert names == {path.name for path in Path("results/images").glob("*/*.png")}
    assert len(names) == 18
    for path in Path("shelf").glob("*/*.png"):
        assert (
            path.read_bytes() == (Path("others/images") / path.parent.name / path.name).read_bytes()
        )
