import errno
import json
import os
import threading

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image, PngImagePlugin

from ksd_eval import store
from ksd_eval.records import Estimate, ImageRecord, Measurement
from ksd_eval.store import ImageStore, RunStore, Stored, StoreError
from ksd_eval.store.images import pixels_sha256

RECIPE = {"prompt": "의사 사진", "seed": 2**62, "model": {"steps": 20}}


@pytest.fixture
def noise():
    pixels = np.random.default_rng(0).integers(0, 256, (16, 12, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.fixture
def images(tmp_path):
    return ImageStore(tmp_path / "images")


def test_a_picture_comes_back_as_it_was(images, noise):
    stored = images.write("abcdef", noise, True, RECIPE)
    assert images.read("abcdef").tobytes() == noise.tobytes()
    assert images.find("abcdef") == stored == Stored(pixels_sha256(noise), True)


def test_a_picture_is_found_by_the_first_two_of_its_id(images):
    assert images.path("abcdef") == images.folder / "ab" / "abcdef.png"


@pytest.mark.parametrize("flagged", [True, False, None])
def test_a_flag_is_kept_as_given(images, noise, flagged):
    images.write("abcdef", noise, flagged, RECIPE)
    assert images.stored("abcdef").flagged is flagged


def test_a_picture_carries_its_recipe(images, noise):
    images.write("abcdef", noise, None, RECIPE)
    with Image.open(images.path("abcdef")) as image:
        assert json.loads(image.info["recipe"]) == RECIPE


def test_a_picture_that_is_not_there_is_not_found(images):
    assert images.find("abcdef") is None
    with pytest.raises(StoreError, match=r"cannot be read .* run the same command again"):
        images.read("abcdef")


def test_a_half_written_picture_is_not_found(images, noise):
    images.write("abcdef", noise, None, RECIPE)
    path = images.path("abcdef")
    path.write_bytes(path.read_bytes()[:-40])
    assert images.find("abcdef") is None


def test_a_picture_with_other_pixels_than_it_says_is_not_found(images, noise):
    images.write("abcdef", noise, None, RECIPE)
    with Image.open(images.path("abcdef")) as image:
        outcome = image.info["outcome"]
    chunks = PngImagePlugin.PngInfo()
    chunks.add_itxt("outcome", outcome)
    Image.new("RGB", noise.size).save(images.path("abcdef"), pnginfo=chunks)
    assert images.find("abcdef") is None


def test_a_file_of_another_program_is_not_taken_for_a_picture(images, noise):
    images.write("abcdef", noise, None, RECIPE)
    noise.save(images.path("abcdef"))
    assert images.find("abcdef") is None


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    path = tmp_path / "file"
    store.write_text(path, "before")

    def fill(stream):
        stream.write(b"half")
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        store.write(path, fill)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot be written .* execution.results_dir=FOLDER"):
        store.check_writable(tmp_path / "file" / "results")


def frame(**changes):
    estimate = {"metric": "m", "measurement": "성별", "arm": "korean", "estimate": 1 / 3, **changes}
    return pd.DataFrame([estimate | dict.fromkeys(("ci_low", "ci_high"))])


def test_equal_tables_are_equal_bytes(tmp_path):
    types = store.types_of(Estimate)
    for name in ("one", "two"):
        RunStore(tmp_path / name).write_table("estimates", frame(), types)
    for end in ("parquet", "csv"):
        one, two = (tmp_path / name / f"estimates.{end}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_a_column_of_numbers_stays_one_where_all_are_absent(tmp_path):
    back = RunStore(tmp_path).write_table("estimates", frame(), store.types_of(Estimate))
    assert back["ci_low"].dtype == np.float64
    assert back["ci_low"].isna().all()
    assert back["estimate"][0] == 1 / 3


def test_columns_have_the_types_of_the_record():
    types = {name: str(kind) for name, kind in store.types_of(ImageRecord).items()}
    assert types["seed"] == "int64"
    assert types["flagged"] == "bool"
    assert str(store.types_of(Measurement)["status"]) == "string"
    assert str(store.types_of(Measurement)["value"]) == "double"


def test_an_empty_table_has_its_columns_and_types(tmp_path):
    types = store.types_of(Estimate)
    RunStore(tmp_path).write_table("estimates", pd.DataFrame(columns=list(types)), types)
    schema = pq.read_schema(tmp_path / "estimates.parquet")
    assert dict(zip(schema.names, schema.types, strict=True)) == types


def test_csv_is_for_people(tmp_path):
    RunStore(tmp_path).write_table("estimates", frame(), store.types_of(Estimate))
    _, line = (tmp_path / "estimates.csv").read_text(encoding="utf-8").splitlines()
    assert line == "m,성별,korean,0.3333333333,,"


def test_a_run_is_finished_by_its_manifest(tmp_path):
    run = RunStore(tmp_path)
    run.write_table("estimates", frame(), store.types_of(Estimate))
    store.write_text(run.parts / "part", "kept for a run that is stopped")
    assert run.manifest() is None
    run.finish({"name": "tiny"})
    assert run.manifest()["name"] == "tiny"
    assert not run.parts.exists()


def test_a_run_is_not_finished_if_a_table_was_changed(tmp_path):
    run = RunStore(tmp_path)
    run.write_table("estimates", frame(), store.types_of(Estimate))
    run.finish({})
    run.write_table("estimates", frame(estimate=0.5), store.types_of(Estimate))
    assert run.manifest() is None


def test_what_was_made_once_is_kept(tmp_path):
    made = []

    def make():
        made.append(1)
        return np.arange(3.0)

    for _ in range(2):
        assert store.kept_array(tmp_path / "a.npy", make).tolist() == [0, 1, 2]
    assert len(made) == 1


def test_a_second_run_into_the_same_folder_waits_for_the_first(tmp_path):
    run, waiting, order = RunStore(tmp_path / "run"), threading.Event(), []

    def second():
        with run.locked(waiting.set):
            order.append("second")

    with run.locked(lambda: pytest.fail("there is nothing to wait for")):
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no flock")
def test_where_nothing_can_be_locked_it_is_said_and_the_work_goes_on(tmp_path, monkeypatch):
    import fcntl

    def nothing(*_):
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", nothing)
    path = tmp_path / ".lock"
    with (
        pytest.warns(UserWarning, match=r"not implemented.*one command at a time"),
        store.locked(path, lambda: pytest.fail("nobody holds it")),
    ):
        assert path.exists()
    with pytest.warns(UserWarning, match="cannot be locked"):
        assert not store.is_held(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no flock")
def test_what_is_locked_is_held(tmp_path):
    path = tmp_path / ".lock"
    with store.locked(path):
        assert store.is_held(path)
    assert not store.is_held(path)
