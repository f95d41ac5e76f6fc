"""A batch shape that does not fit an accelerator: all arms at half of it, never a mixture."""

import json

import pandas as pd
import pytest

from ksd_eval import pipeline
from ksd_eval.__main__ import main
from ksd_eval.config import attempts
from ksd_eval.execution import base, orders
from ksd_eval.execution.base import MemoryFullError
from ksd_eval.execution.orders import Batch

WORDS = ["experiment=tiny", "execution.workers=1", "generation.batch_shape=16", "prompts.count=20"]


def finished(here):
    return [path.parent for path in (here / "results" / "tiny").glob("*/manifest.json")]


@pytest.mark.parametrize("after", [0, 2], ids=["at once", "after two batches"])
def test_a_batch_that_does_not_fit_is_halved_in_all_arms(here, plain_page, capsys, after):
    words = [*WORDS, "model.pipeline.room=5", f"model.pipeline.room_after={after}"]
    assert main(words) == 0
    [folder] = finished(here)
    assert list((here / "results" / "tiny").iterdir()) == [folder]
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["command"].endswith("generation.batch_shape=4")
    assert "batch_shape: 4" in (folder / "config.yaml").read_text()
    images = pd.read_parquet(folder / "images.parquet")
    assert len(images) == 120
    shapes = {shape_of(here, image_id) for image_id in images["image_id"]}
    assert shapes == {4}
    said = capsys.readouterr().out
    assert said.count("all arms are painted again, in batches of") == 2
    assert "OutOfMemoryError" in said


def test_what_fitted_is_remembered_and_the_command_is_the_same_run(here, plain_page, capsys):
    words = [*WORDS, "model.pipeline.room=5"]
    assert main(words) == 0
    [before] = finished(here)
    capsys.readouterr()
    assert main(words) == 0
    assert finished(here) == [before]
    said = capsys.readouterr().out
    assert "batches of 4: 16 pictures did not fit the memory before; remove" in said
    assert "nothing is left to do" in said
    (here / "results" / attempts.REMEMBERED).write_text("damaged")
    assert main(words) == 0
    assert finished(here) == [before]


def test_what_does_not_fit_alone_ends_with_the_reason(here, plain_page, capsys):
    assert main([*WORDS, "model.pipeline.room=-1"]) == 1
    assert "OutOfMemoryError" in capsys.readouterr().err
    assert list((here / "results" / "tiny").iterdir()) == [], "no run is left that nobody can give"
    assert not (here / "results" / attempts.REMEMBERED).exists(), "what did not fit is no answer"


def test_a_run_that_had_room_before_is_kept_when_another_program_takes_it(
    here, plain_page, capsys, monkeypatch
):
    assert main(WORDS) == 0
    [folder] = finished(here)
    (folder / "manifest.json").unlink()

    def full(work):
        raise MemoryFullError("CUDA out of memory")

    monkeypatch.setattr(pipeline, "carry_out", full)
    assert main(WORDS) == 1
    said = capsys.readouterr()
    assert "another program holds the memory now: give the same command again" in said.err
    assert "painted again" not in said.out
    assert (folder / "images.parquet").exists()
    assert not (here / "results" / attempts.REMEMBERED).exists()


def test_other_errors_are_no_lack_of_memory(here, plain_page, capsys):
    assert main([*WORDS, "model.pipeline.refused='picture 2'"]) == 1
    assert "painted again" not in capsys.readouterr().out
    assert not (here / "results" / attempts.REMEMBERED).exists()


def test_a_lack_of_memory_is_told_by_torchs_own_error():
    import torch

    assert base.out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    within = ValueError("could not be loaded")
    within.__cause__ = torch.OutOfMemoryError("CUDA out of memory")
    assert not base.out_of_memory(within), "weights that have no room have none in smaller batches"
    assert not base.out_of_memory(RuntimeError("out of ideas"))


def test_the_first_batch_of_each_model_comes_first():
    first, second = Batch("x", ("1",)), Batch("x", ("2",))
    other, last = Batch("y", ("3",)), Batch("y", ("4",))
    found = orders.each_model_first([first, second, other, last])
    assert found == [first, other, second, last]
    assert orders.each_model_first([]) == []


def shape_of(here, image_id):
    from PIL import Image

    with Image.open(here / "results" / "images" / image_id[:2] / f"{image_id}.png") as picture:
        return json.loads(picture.info["recipe"])["batch_shape"]


def test_another_device_tries_the_shape_that_was_asked_for(tmp_path, monkeypatch):
    model = {"name": "m"}
    attempts.remember(tmp_path, model, 16, 4)
    assert attempts.fitting(tmp_path, model, 16) == 4
    assert attempts.fitting(tmp_path, model, 8) == 8
    monkeypatch.setattr(attempts.devices, "best", lambda: "another GPU")
    assert attempts.fitting(tmp_path, model, 16) == 16
