import json

import pandas as pd
import pytest

from ksd_eval.reports import reading

TABLES = ("prompts", "images", "measurements", "estimates", "verdicts")


def make_run(folder, finished):
    folder.mkdir(parents=True)
    for name in TABLES:
        pd.DataFrame({"name": [name]}).to_parquet(folder / f"{name}.parquet")
    if finished:
        (folder / "manifest.json").write_text(json.dumps({"finished": finished}), encoding="utf-8")
    return folder


def test_the_newest_run_is_the_one_that_finished_last(tmp_path):
    make_run(tmp_path / "bias" / "b", "2026-11-23T10:00:00+00:00")
    newest = make_run(tmp_path / "bias" / "a", "2026-11-23T11:00:00+00:00")
    make_run(tmp_path / "bias" / "c", "")
    make_run(tmp_path / "safety" / "d", "2026-11-23T12:00:00+00:00")
    assert reading.newest(tmp_path, "bias") == newest


def test_without_a_run_the_command_that_makes_one_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m ksd_eval experiment=bias"):
        reading.newest(tmp_path, "bias")


def test_a_run_is_read_whole(tmp_path):
    run = reading.load_run(make_run(tmp_path / "run", "2026-11-23T10:00:00+00:00"))
    assert all(getattr(run, name)["name"].item() == name for name in TABLES)
    assert run.manifest == {"finished": "2026-11-23T10:00:00+00:00"}


def test_an_unfinished_run_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="goes on where it stopped"):
        reading.load_run(make_run(tmp_path / "run", ""))


def test_a_figure_that_is_not_there_names_those_that_are(tmp_path):
    folder = make_run(tmp_path / "run", "2026-11-23T10:00:00+00:00")
    (folder / "figures").mkdir()
    (folder / "figures" / "culture.png").touch()
    run = reading.load_run(folder)
    assert run.figures == ["culture"]
    assert run.figure("culture").name == "culture.png"
    with pytest.raises(FileNotFoundError, match="no figure 'cultur'; it has: culture"):
        run.figure("cultur")
