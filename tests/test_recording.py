"""The record of what was painted, on a model that a change of version moves by a known amount."""

import json
import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from math import log10

import pandas as pd
import pytest

from ksd_eval import pipeline, store
from ksd_eval.__main__ import main
from ksd_eval.execution.local import LocalEngine
from ksd_eval.recording import book

DRIFTING = ("record.keep=true", "model.pipeline._target_=ksd_fakes.plugins.Drifting")
CHANGED = ("model.pipeline.version='2'", "model.pipeline.moved=['그림 1','picture 2']")


@pytest.fixture
def kept(tiny):
    """Run with a record; return its table."""

    def run(*options):
        return pd.read_parquet(tiny(*DRIFTING, *options) / "recorded.parquet")

    return run


@pytest.fixture
def path(here):
    return here / "results" / "tiny" / "record.jsonl"


def written(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def outcomes(table):
    return table["outcome"].value_counts().to_dict()


def test_what_is_painted_first_is_written_down(kept, path):
    table = kept()
    assert outcomes(table) == {"first time": 18}
    lines = written(path)
    assert len(lines) == 18
    assert {line["image_id"] for line in lines} == set(table["image_id"])
    one = next(line for line in lines if line["model"] == "patches")
    assert one["versions"] == {"painter": "1"}
    assert one["device"] == "cpu"
    assert one["drawn"]["model"] == {"model": "patches", "tint": 0}
    assert "versions" not in one["drawn"]["model"]


def test_a_picture_from_the_store_confirms_nothing(kept, path):
    kept()
    table = kept("analysis.seed=1")
    assert outcomes(table) == {"not painted": 18}
    assert table["difference"].isna().all()
    assert len(written(path)) == 18


def test_an_emptied_store_is_painted_again_and_is_the_same(kept, path, here):
    kept()
    shutil.rmtree(here / "results" / "images")
    table = kept()
    assert outcomes(table) == {"same": 18}
    assert (table["difference"] == 0).all()
    assert len(written(path)) == 36
    assert kept().equals(table)
    assert len(written(path)) == 36


def test_a_version_that_moves_pictures_is_found_with_which_and_by_how_much(kept):
    kept()
    table = kept(*CHANGED)
    moved = table[table["outcome"] == "differs"]
    assert set(zip(moved["arm"], moved["pair_id"], strict=True)) == {
        ("patches/ko", "p1"),
        ("patches/en", "p2"),
    }
    assert moved["difference"].unique() == [3.0]
    assert moved["psnr"].to_numpy() == pytest.approx(20 * log10(255 / 3))
    assert moved["sentence"].str.contains("mean absolute difference 3 of 255").all()
    assert moved["sentence"].str.contains(r"'versions.painter' ('1' and '2')", regex=False).all()
    # The other model is of no other version, so that its pictures are in the store.
    assert outcomes(table) == {"same": 8, "differs": 4, "not painted": 6}


def test_a_version_that_moves_nothing_is_not_accused(kept):
    kept()
    table = kept("model.pipeline.version='2'")
    assert outcomes(table) == {"same": 12, "not painted": 6}
    assert table["sentence"].str.contains("same to the last bit").sum() == 12


def test_a_difference_from_a_picture_that_is_gone_has_no_size(kept, here):
    kept()
    shutil.rmtree(here / "results" / "images")
    table = kept(*CHANGED)
    moved = table[table["outcome"] == "differs"]
    assert len(moved) == 4
    assert moved["difference"].isna().all()
    assert moved["sentence"].str.contains("not there any more").all()


def test_one_line_of_the_record_that_was_changed_is_the_picture_that_differs(kept, path, here):
    first = kept()
    lines = written(path)
    lines[7]["sha256"] = "0" * 64
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    shutil.rmtree(here / "results" / "images")
    table = kept()
    assert list(table[table["outcome"] == "differs"]["image_id"]) == [first["image_id"][7]]


def test_other_settings_under_one_name_are_told_apart(kept):
    kept()
    table = kept("model.pipeline.tint=9")
    other = table[table["outcome"] == "drawn otherwise"]
    assert len(other) == 12
    assert other["sentence"].str.contains("'model.tint' (0 and 9)", regex=False).all()
    assert (other["difference"] > 10).all()


def test_a_record_that_was_cut_off_is_read_as_far_as_it_goes(kept, path, here, capsys):
    kept()
    whole = path.read_bytes()
    path.write_bytes(whole[:-25])
    shutil.rmtree(here / "results" / "images")
    table = kept()
    assert outcomes(table) == {"same": 17, "first time": 1}
    assert "cannot be read, and are passed over: 1\n" in capsys.readouterr().out
    assert len(store.lines(path).found) == 17 + 18
    assert store.lines(path).damaged == 1
    assert path.read_bytes().startswith(whole[:-25] + b"\n")


def test_lines_of_a_newer_kind_are_passed_over(kept, path, here):
    kept()
    newer = [{**line, "schema": 99} for line in written(path)]
    path.write_text("".join(json.dumps(line) + "\n" for line in newer), encoding="utf-8")
    shutil.rmtree(here / "results" / "images")
    assert outcomes(kept()) == {"first time": 18}


def test_a_run_that_was_stopped_while_painting_still_painted_what_it_had(kept, here, monkeypatch):
    kept()
    shutil.rmtree(here / "results" / "images")
    paint = LocalEngine.paint

    def stopped(engine, studio, work, advance):
        paint(engine, studio, work[:2], advance)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LocalEngine, "paint", stopped)
        assert main(["experiment=tiny", "execution.workers=1", *DRIFTING]) == 130
    assert outcomes(kept()) == {"same": 18}


def test_a_run_that_was_killed_goes_on_as_the_one_that_painted(kept, path, process, here):
    slow = ("model.pipeline.seconds=0.5", "generation.batch_shape=2")
    run = process(["experiment=tiny", "execution.workers=1", *DRIFTING, *slow])
    until = time.monotonic() + 120
    while len(list((here / "results" / "images").glob("*/*.png"))) < 4:
        assert run.poll() is None, run.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not path.exists()
    assert outcomes(kept(*slow)) == {"first time": 18}
    assert len(written(path)) == 18


@pytest.mark.parametrize("step", ["score", "decide"])
def test_a_run_that_was_stopped_does_not_find_its_own_lines(kept, path, monkeypatch, step):
    def stop(work):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, step, stop)
        assert main(["experiment=tiny", "execution.workers=1", *DRIFTING]) == 130
    assert len(written(path)) == 18
    assert outcomes(kept()) == {"first time": 18}
    assert len(written(path)) == 18


def test_a_colleagues_record_is_held_against_with_the_pictures_beside_it(kept, path, here):
    kept()
    shutil.copytree(here / "results", here / "theirs")
    shutil.rmtree(here / "results")
    against = f"record.against={here / 'theirs' / 'tiny' / 'record.jsonl'}"
    table = kept(*CHANGED, against)
    assert outcomes(table) == {"same": 14, "differs": 4}
    assert table["difference"].max() == 3.0
    assert len(written(path)) == 18
    assert len(written(here / "theirs" / "tiny" / "record.jsonl")) == 18


def test_ones_own_record_is_not_anothers(kept, here):
    first = kept()
    assert kept("record.against=results/tiny/record.jsonl").equals(first)  # it is the same run


@pytest.mark.parametrize(
    ("content", "said"), [(None, "is no file"), ("no record\n", "holds no line of a record")]
)
def test_a_record_that_is_none_is_refused_before_anything_is_painted(here, capsys, content, said):
    if content is not None:
        (here / "mine.jsonl").write_text(content)
    assert main(["experiment=tiny", *DRIFTING, "record.against=mine.jsonl"]) == 2
    assert f"record.against=mine.jsonl {said}" in capsys.readouterr().err
    assert not (here / "results").exists()


def test_a_recipe_that_two_arms_share_is_one_line(kept, path):
    table = kept("model.counterpart.pipeline={_target_:ksd_fakes.plugins.Drifting,tint:0}")
    assert outcomes(table) == {"first time": 18}
    assert len(written(path)) == table["image_id"].nunique() == 12


def test_without_a_record_nothing_is_written(tiny, path):
    folder = tiny()
    assert not path.exists()
    assert not (folder / "recorded.parquet").exists()


def test_two_writers_lose_no_line(path):
    def write(writer):
        for number in range(12):
            store.append(path, [{"id": f"{writer}.{number}", "text": "가" * 500}], "id")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert sorted(line["id"] for line in written(path)) == sorted(
        f"{writer}.{number}" for writer in range(8) for number in range(12)
    )


def test_a_line_is_added_once(path):
    store.append(path, [{"id": "a", "n": 1}], "id")
    store.append(path, [{"id": "a", "n": 2}, {"id": "b", "n": 3}, {"id": "b", "n": 3}], "id")
    assert written(path) == [{"id": "a", "n": 1}, {"id": "b", "n": 3}]


def test_a_writer_that_dies_leaves_the_record_as_it_was(path, monkeypatch):
    store.append(path, [{"id": "a"}], "id")
    before = path.read_bytes()

    def die(file):
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", die)
        with pytest.raises(OSError, match="no space"):
            store.append(path, [{"id": "b"}], "id")
    assert path.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} == {path.name, f".{path.name}.lock"}


def test_versions_and_device_are_taken_apart_at_any_depth():
    translated = {"steps": 2, "device": "cpu", "translated_by": {"versions": {"torch": "1"}}}
    drawn, apart = book.taken_apart({"model": translated, "seed": 3})
    assert drawn == {"model": {"steps": 2, "translated_by": {}}, "seed": 3}
    assert apart == {"device": "cpu", "versions": {"torch": "1"}}
