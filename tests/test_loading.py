import json
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

import ksd_eval
from ksd_eval import store
from ksd_eval.store import StoreError


def refused(path):
    with pytest.raises(StoreError) as caught:
        ksd_eval.load_run(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_run_is_its_tables_its_configuration_and_its_manifest(made):
    folder = made("a")
    run = ksd_eval.load_run(str(folder))
    for name in ("prompts", "images", "measurements", "estimates", "verdicts"):
        expected = pd.read_parquet(folder / f"{name}.parquet")
        pd.testing.assert_frame_equal(getattr(run, name), expected)
        pd.testing.assert_frame_equal(run.table(name), expected)
    assert run.name == "bias/a"
    assert run.config["metrics"]["mean_likeness"]["measurement"] == "likeness"
    assert run.manifest["arms"] == {"korean": "painter/ko", "english": "painter/en"}
    assert (run.level, run.parts) == (0.95, {})


def test_a_picture_is_the_one_that_was_judged(made):
    run = ksd_eval.load_run(made("a", pictures=True))
    image_id = run.images["image_id"][0]
    with Image.open(run.path(image_id)) as file:
        assert run.picture(image_id).tobytes() == file.convert("RGB").tobytes()


def test_a_picture_that_is_none_of_the_runs_or_not_there_any_more_is_refused(made):
    run = ksd_eval.load_run(made("a", pictures=True))
    first, second = run.images["image_id"][:2]
    with pytest.raises(StoreError, match="run bias/a has no picture 'x'"):
        run.picture("x")
    run.path(first).unlink()
    with pytest.raises(StoreError, match=r"is not there, or is damaged; to make it again: python"):
        run.picture(first)
    images = store.ImageStore(run.path(second).parents[1])
    images.write(second, Image.new("RGB", (8, 8)), None, {})
    with pytest.raises(StoreError, match="is another one by now"):
        run.picture(second)


def test_a_table_that_a_run_has_not_names_those_that_it_has(made):
    run = ksd_eval.load_run(made("a"))
    with pytest.raises(StoreError, match="no table 'matchd'; it has: estimates, images, measure"):
        run.table("matchd")


def test_a_figure_that_a_run_has_not_names_those_that_it_has(made):
    folder = made("a")
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / "culture.png").touch()
    run = ksd_eval.load_run(folder)
    assert "culture" in run.figures
    assert run.figure("culture").name == "culture.png"
    with pytest.raises(StoreError, match=r"run bias/a has no figure 'cultur'; it has: .*culture"):
        run.figure("cultur")


def finished_at(folder, when):
    text = json.dumps(store.manifest_in(folder) | {"finished": when})
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def test_the_newest_run_is_the_one_that_finished_last(made):
    earlier, later, damaged = (made(name) for name in "bac")
    finished_at(earlier, "2026-11-23T10:00:00+00:00")
    finished_at(later, "2026-11-23T11:00:00+00:00")
    (damaged / "manifest.json").write_text("{", encoding="utf-8")
    assert ksd_eval.newest(later.parents[1], "bias") == later


def test_without_a_run_the_command_that_makes_one_is_said(tmp_path):
    with pytest.raises(StoreError, match="make one with: python -m ksd_eval experiment=text"):
        ksd_eval.newest(tmp_path, "text")


def test_there_has_to_be_a_folder(tmp_path):
    assert "there is no folder" in refused(tmp_path / "none")


def test_an_unfinished_run_is_refused(made):
    folder = made("a")
    (folder / "manifest.json").unlink()
    assert "goes on where it stopped" in refused(folder)


@pytest.mark.parametrize("text", ["{", "[]", ""], ids=str)
def test_a_damaged_manifest_is_refused(made, text):
    folder = made("a")
    (folder / "manifest.json").write_text(text)
    assert "manifest.json is damaged" in refused(folder)


def test_an_altered_table_is_refused_and_named(made):
    folder = made("a")
    table = pd.read_parquet(folder / "estimates.parquet")
    table.assign(estimate=0.5).to_parquet(folder / "estimates.parquet")
    said = refused(folder)
    assert said.startswith("estimates.parquet in ")
    assert "store repair execution.results_dir=" in said


def test_a_lost_table_is_refused_and_a_changed_csv_is_not(made):
    folder = made("a")
    (folder / "estimates.csv").write_text("opened in a spreadsheet")
    ksd_eval.load_run(folder)
    (folder / "images.parquet").unlink()
    assert refused(folder).startswith("images.parquet in ")


def test_a_run_of_a_newer_version_is_refused(made):
    folder = made("a")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"schema": 99}))
    assert "written by a newer ksd_eval (schema 99" in refused(folder)


def test_a_damaged_configuration_is_refused(made):
    folder = made("a")
    (folder / "config.yaml").write_text("a: [")
    assert "config.yaml is damaged" in refused(folder)


def test_the_published_run_can_be_read():
    """Its features stayed behind, and it was written by an older version."""
    run = ksd_eval.load_run(Path(__file__).parents[1] / "results/published/bias")
    assert len(run.images) == run.manifest["images"]
    assert run.features("judge_clip") is None
