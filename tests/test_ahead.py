"""Judging beside painting changes when a judge is asked, and nothing else."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

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
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([*map(str, __import__("sys").path)]))
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
    hurt.write_bytes(hurt.read_bytes()[:40])
    assert run("ahead", "true", *watched) == 0
    assert tables(here / "ahead") == tables(here / "plain")
    rows = pd.read_parquet(next(here.glob("ahead/tiny/*/measurements.parquet")))
    assert set(rows["status"]) == {"ok"}


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
    names = {Path(one.path).parent.name for one in ahead._wanted(work, ())}
    assert len(names) == 2
    work.plan.identities["judges"]["brightness"] = {"device": "a GPU"}
    assert len({Path(one.path).parent.name for one in ahead._wanted(work, ())}) == 1
    monkeypatch.setattr(ahead, "needs_of", lambda plugin, name: [Need("weights", size=2**32)])
    monkeypatch.setattr(ahead.host, "available", lambda: 64.0)
    assert ahead._wanted(work, ()) != []
    monkeypatch.setattr(ahead.host, "available", lambda: 16.0)
    assert ahead._wanted(work, ()) == []


def test_an_answer_that_is_neither_yes_nor_no_is_refused(here, capsys):
    assert run("results", "maybe") == 2
    assert "execution.judge_ahead=maybe is neither true, false nor null" in capsys.readouterr().err
