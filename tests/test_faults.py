"""What may go wrong beneath a run, each told in one sentence, and gone on from."""

import errno
import os
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ksd_eval import store
from ksd_eval.__main__ import main
from ksd_eval.config import building, composing
from ksd_eval.execution import orders
from ksd_eval.experiment import planned
from ksd_eval.models.base import Picture
from ksd_eval.store import ImageStore, WriteError
from ksd_eval.store import files as store_files

WORDS = ["experiment=tiny", "execution.workers=1"]


def bits(results):
    found = [*results.glob("tiny/*/*.parquet"), *results.glob("tiny/*/*.csv")]
    found += [*results.glob("images/*/*.png"), *results.glob("tiny/*/features/*")]
    return {str(path.relative_to(results)): path.read_bytes() for path in found}


class Disk:
    """A disk that refuses to finish files of some name."""

    def __init__(self, patch, name, number):
        self.patch, self.name, self.number = patch, name, number
        self.real = os.fsync

    def __enter__(self):
        self.patch.setattr(store_files.os, "fsync", self.fsync)

    def __exit__(self, *_):
        self.patch.setattr(store_files.os, "fsync", self.real)

    def fsync(self, file):
        if self.name in str(Path(f"/proc/self/fd/{file}").readlink()):
            raise OSError(self.number, os.strerror(self.number))
        self.real(file)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks /proc for names of files")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("/results/images/", errno.ENOSPC),
        (".images.parquet", errno.ENOSPC),
        (".images.parquet", errno.EROFS),
        (".images.parquet", errno.EDQUOT),
        (".estimates.csv", errno.ENOSPC),
        (".manifest.json", errno.ENOSPC),
    ],
)
def test_a_disk_that_refuses_is_one_sentence_and_the_run_goes_on_later(
    tiny, here, monkeypatch, capsys, name, number
):
    with Disk(monkeypatch, name, number):
        assert main(WORDS) == 1
    said = capsys.readouterr().err
    assert said.startswith("ksd_eval: ")
    assert said.count("\n") == 1
    assert f"cannot be written ({os.strerror(number)}); see to the disk" in said
    assert not list((here / "results").glob("**/.*.png.*")), "no half of a file is left"
    tiny()
    tiny("execution.results_dir=whole")
    assert bits(here / "results") == bits(here / "whole")


def test_what_a_worker_could_not_write_is_said_by_the_process_that_started_it():
    error = store_files.unwritten(Path("a.png"), OSError(errno.ENOSPC, "No space left on device"))
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, WriteError)
    assert str(again) == str(error)
    assert "a.png cannot be written (No space left on device)" in str(again)


@pytest.mark.usefixtures("here")
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_is_read_only_is_told_before_anything_is_painted(here, capsys):
    (here / "results").mkdir(mode=0o500)
    assert main(WORDS) == 2
    assert "cannot be written (Permission denied); choose another" in capsys.readouterr().err


def test_a_finished_run_is_read_where_nothing_can_be_written(tiny, here, monkeypatch):
    tiny()

    def refuse(*_, **__):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(store_files.tempfile, "mkstemp", refuse)
    monkeypatch.setattr(store_files.tempfile, "TemporaryFile", refuse)
    assert main(WORDS) == 0


@pytest.mark.parametrize(
    "content", [lambda data: data[:-30], lambda data: data[::-1], lambda _: b""]
)
@pytest.mark.parametrize("name", ["images", "measurements", "estimates"])
def test_a_damaged_table_of_a_finished_run_is_made_again(tiny, here, name, content):
    folder = tiny()
    before = bits(here / "results")
    path = folder / f"{name}.parquet"
    path.write_bytes(content(path.read_bytes()))
    tiny()
    assert bits(here / "results") == before


@pytest.mark.parametrize("kind", ["parquet", "npy"])
def test_a_damaged_part_of_a_run_that_was_stopped_is_made_again(tmp_path, kind):
    path = tmp_path / f"part.{kind}"
    for content in (b"", b"PAR1", b"\x93NUMPY\x01\x00v\x00{", b"half a file"):
        path.write_bytes(content)
        if kind == "npy":
            assert store.kept_array(path, lambda: np.arange(3)).tolist() == [0, 1, 2]
        else:
            kept = store.kept_frame(path, None, lambda: pd.DataFrame({"a": [1, 2]}))
            assert kept["a"].tolist() == [1, 2]


@pytest.mark.parametrize("seed", range(20))
def test_a_picture_with_any_byte_altered_is_whole_or_not_found(tmp_path, seed):
    """Never other pixels, another flag or an error of the library that reads it."""
    images, drawn = ImageStore(tmp_path), np.random.default_rng(seed)
    picture = Image.fromarray(drawn.integers(0, 256, (8, 8, 3), dtype=np.uint8))
    stored = images.write("abcd", picture, True, {"prompt": "그림", "given": None})
    whole = images.path("abcd").read_bytes()
    for _ in range(40):
        content = bytearray(whole)
        for place in drawn.integers(0, len(content), drawn.integers(1, 4)):
            content[place] = drawn.integers(256)
        images.path("abcd").write_bytes(content[: drawn.integers(1, len(content) + 1)])
        assert images.find("abcd") in (stored, None)


def test_black_pictures_are_kept_counted_and_said(tiny, here, monkeypatch, capsys):
    from ksd_fakes.plugins import Patches

    def paint(self, requests, batch_shape):
        black = [Picture(Image.new("RGB", (8, 8)), False) for _ in requests]
        return black if self.tint else [self._picture(request) for request in requests]

    monkeypatch.setattr(Patches, "paint", paint)
    folder = tiny()
    said = capsys.readouterr().out
    assert "pictures that are black all over: 6 of patches_en/en; they are kept" in said
    assert "model.pipeline.dtype=float32" in said
    measurements = pd.read_parquet(folder / "measurements.parquet")
    assert len(measurements) == 18
    assert (measurements["value"] == 0).sum() == 6
    assert set(measurements["status"]) == {"ok"}


def test_nothing_is_said_of_black_pictures_where_there_are_none(tiny, capsys):
    tiny()
    assert "black" not in capsys.readouterr().out


ODD = {
    "long": "긴 " * 10_000,
    "nul": "의\0사",
    "right to left": "\u202e의사\u202c \u200f사진",
    "emoji": "👩🏽‍⚕️ 의사 🇰🇷",
    "path": "../../etc/passwd",
    "markup": "<script>alert('의사')</script> & \"<b>\"",
    "template": "{{ 7 * 7 }} ${oc.env:HOME} %s",
    "lines": "의사\n사진\r끝",
    "formula": "=HYPERLINK(1)",
}


@pytest.mark.usefixtures("here")
def test_odd_prompts_go_through_the_whole_run_as_they_are(here, capsys):
    frame = pd.DataFrame(
        {
            "pair_id": [f"o{place}" for place in range(len(ODD))],
            "ko": ODD.values(),
            "en": [f"{text} in English" for text in ODD.values()],
            "kind": ODD.values(),
        }
    )
    frame.to_csv("mine.csv", index=False)
    words = [*WORDS, "prompts=table", "prompts.path=mine.csv", "generation.replicates=1"]
    assert main(words) == 0, capsys.readouterr().err
    [folder] = (here / "results" / "tiny").iterdir()
    images = pd.read_parquet(folder / "images.parquet")
    asked = images.query("arm == 'patches/ko'")["prompt"]
    composed = [" ".join(text.split()) for text in ODD.values()]
    assert [" ".join(text.split()) for text in asked] == composed
    assert len(pd.read_csv(folder / "images.csv")) == len(images) == 3 * len(ODD)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert ">49 " not in page
    assert main(words) == 0
    assert "nothing is left to do" in capsys.readouterr().out
    assert {path.name for path in here.iterdir()} == {"results", "mine.csv"}


def test_100_000_prompts_are_planned_in_little_memory(here):
    """A picture that is planned takes about a kilobyte, whatever its model says of itself."""
    import tracemalloc

    words = ["experiment=tiny", "generation.replicates=1", "arms=[korean]"]
    [small, large] = [
        building.built(composing.composed([*words, f"prompts.count={count}"]))
        for count in (1_000, 100_000)
    ]
    tracemalloc.start()
    planned(small)
    few = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    plan = planned(large)
    assert len(plan.pictures) == len({order.image_id for _, order in plan.pictures}) == 100_000
    batches = orders.batches(plan.pictures, (), 4)
    assert len(batches) == 25_000
    assert few < 1_000 * 3_000
    assert plan.pictures[0][1].recipe["model"] is plan.pictures[-1][1].recipe["model"]
