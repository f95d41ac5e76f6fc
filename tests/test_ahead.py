"""Judging beside painting changes when a judge is asked, and nothing else."""

import json
import os
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image, PngImagePlugin

from ksd_eval import ahead
from ksd_eval.__main__ import main
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.experiment import Work, planned
from ksd_eval.needs import Need

WORDS = ["experiment=tiny", "prompts.count=30", "generation.batch_shape=16"]
WAITING = "model.pipeline.awaited=diary"
"""So that the other process, which has libraries to import, is there before painting is over."""


def tables(results):
    """Return the bytes of everything that a run must give again."""
    [home] = [path.parent for path in results.glob("tiny/*/manifest.json")]
    paths = [*home.glob("*.parquet"), *home.glob("features/*.npy")]
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in paths}


def diary(path):
    """Return the process and the number of pictures of each call of the judge."""
    return [tuple(map(int, line.split())) for line in Path(path).read_text().splitlines()]


def run(results, judge_ahead, *more):
    where = [f"execution.results_dir={results}", f"execution.judge_ahead={judge_ahead}"]
    return main([*WORDS, "execution.workers=1", *where, *more])


@pytest.fixture
def watched(here, plain_page, monkeypatch):
    """Have the judge write down in which process it works."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([*map(str, sys.path)]))
    return ["judges.brightness.diary=diary", "judges.brightness.signed=true"]


def test_a_run_that_is_judged_ahead_has_the_same_bytes(here, watched):
    assert run("plain", "false", *watched) == 0
    assert {process for process, _ in diary("diary")} == {os.getpid()}
    Path("diary").unlink()
    assert run("ahead", "true", *watched, WAITING) == 0
    said = diary("diary")
    assert {process for process, _ in said} - {os.getpid()}, "another process was asked"
    assert sum(count for _, count in said) == 180, "and no picture twice"
    assert tables(here / "ahead") == tables(here / "plain")


def test_what_was_not_judged_ahead_is_judged_after(here, watched, monkeypatch):
    assert run("plain", "false") == 0
    monkeypatch.setattr(ahead, "_judge", os._exit)  # it dies at once
    assert run("ahead", "true", *watched) == 0
    assert {process for process, _ in diary("diary")} == {os.getpid()}
    assert tables(here / "ahead") == tables(here / "plain")


def test_a_damaged_picture_is_waited_for_until_it_is_painted_anew(here, watched):
    assert run("plain", "false") == 0
    shutil.copytree("plain", "ahead")
    for path in here.glob("ahead/tiny"):
        shutil.rmtree(path)
    shutil.rmtree("ahead/answers")
    [hurt, *_] = sorted(here.glob("ahead/images/*/*.png"))
    # Whole as a file, with the right name, and another picture.
    outcome = json.dumps({"sha256": "0" * 64, "flagged": None})
    chunks = PngImagePlugin.PngInfo()
    chunks.add_itxt("outcome", outcome)
    chunks.add_itxt("recipe", "{}")
    Image.new("RGB", (8, 8)).save(hurt, pnginfo=chunks)
    assert run("ahead", "true", *watched) == 0
    assert tables(here / "ahead") == tables(here / "plain")
    rows = pd.read_parquet(next(here.glob("ahead/tiny/*/measurements.parquet")))
    assert set(rows["status"]) == {"ok"}


def test_a_judge_that_cannot_travel_is_asked_in_the_run_itself(here, watched, monkeypatch):
    from ksd_fakes.plugins import Brightness

    def stuck(self):
        raise TypeError("cannot pickle")

    monkeypatch.setattr(Brightness, "__reduce__", stuck)
    assert run("stuck", "true", *watched) == 0
    assert {process for process, _ in diary("diary")} == {os.getpid()}


def test_where_nothing_is_painted_nobody_is_started(here, monkeypatch):
    assert run("plain", "true") == 0
    monkeypatch.setattr(ahead, "_start", lambda other: pytest.fail("started"))
    assert run("plain", "true", "analysis.seed=1") == 0


def test_it_is_done_where_there_is_a_core_to_spare(here):
    def pays(*words):
        experiment = built(composed([*WORDS, *words]))
        return ahead._pays(Work(experiment, planned(experiment)))

    assert not pays("execution.workers=1")
    assert pays("execution.workers=2")
    assert pays("execution.workers=1", "execution.judge_ahead=true")
    assert not pays("execution.workers=2", "execution.judge_ahead=false")


def test_judges_on_a_gpu_and_heavy_ones_are_left_for_afterwards(here, monkeypatch):
    experiment = built(composed(WORDS))
    work = Work(experiment, planned(experiment))
    assert len({one.place.folder for one in ahead._wanted(work, ())}) == 2
    for identity in ({"device": "a GPU"}, {"members": {"one": {"device": "a GPU"}}}):
        work.plan.identities["judges"]["brightness"] = identity
        assert len({one.place.folder for one in ahead._wanted(work, ())}) == 1
    work.plan.identities["judges"]["brightness"] = {"weights": None}
    assert len({one.place.folder for one in ahead._wanted(work, ())}) == 1
    monkeypatch.setattr(ahead, "needs_of", lambda plugin, name: [Need("weights", size=2**32)])
    monkeypatch.setattr(ahead.host, "available", lambda: 64.0)
    assert ahead._wanted(work, ()) != []
    monkeypatch.setattr(ahead.host, "available", lambda: 16.0)
    assert ahead._wanted(work, ()) == []


def test_an_answer_that_is_neither_yes_nor_no_is_refused(here, capsys):
    assert run("results", "maybe") == 2
    assert "execution.judge_ahead=maybe is neither true, false nor null" in capsys.readouterr().err
