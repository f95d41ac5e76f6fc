import json
import shutil

import pytest
from PIL import Image

import ksd_eval
from ksd_eval.extensions import ConfigError
from ksd_eval.labels.command import label, understood
from ksd_eval.store import ImageStore, RunStore


def refused(*words):
    with pytest.raises(ConfigError) as caught:
        label(words)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_page_goes_into_the_folder_of_the_run_and_leaves_it_as_it_was(own_run, capsys):
    assert label([f"run={own_run}"]) == 0
    path = own_run / "label" / "gender.html"
    assert capsys.readouterr().out == f"33 pictures to label, in a browser: {path}\n"
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    # By which a finished run is known.
    assert RunStore(own_run).manifest() is not None


def test_without_a_folder_it_is_the_newest_run_of_bias(own_run, tmp_path, monkeypatch):
    older = shutil.copytree(own_run, own_run.with_name("older"))
    manifest = json.loads((older / "manifest.json").read_text())
    text = json.dumps(manifest | {"finished": "2025-01-01T00:00:00+00:00"})
    (older / "manifest.json").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert label([]) == 0
    assert (own_run / "label" / "gender.html").exists()
    assert not (older / "label").exists()


@pytest.mark.parametrize(("count", "each"), [("9", 3), ("11", 3), ("999", 12)])
def test_every_arm_has_as_many_pictures(run_folder, tmp_path, sheet_in, count, each):
    out = tmp_path / "deep" / "page.html"
    assert label([f"run={run_folder}", f"count={count}", f"out={out}"]) == 0
    ids = {one["id"] for one in sheet_in(out.read_text(encoding="utf-8"))["pictures"]}
    images = ksd_eval.load_run(run_folder).images
    drawn = images[images["image_id"].isin(ids)].groupby("role").size().to_dict()
    assert drawn == {"korean": each, "english": each, "original": each}


def test_language_measurement_and_seed_are_heard(run_folder, tmp_path, sheet_in):
    def made(*words):
        label([f"run={run_folder}", "count=12", f"out={tmp_path / 'page.html'}", *words])
        return (tmp_path / "page.html").read_text(encoding="utf-8")

    assert '<html lang="ko">' in made("language=ko")
    assert sheet_in(made("measurement=mood"))["measurement"] == "mood"
    assert made() == made("seed=0") != made("seed=1")


MISTAKES = {
    "cuont=3": "unknown option of label 'cuont', did you mean 'count'? There are: count, language",
    "gender": "unknown option of label 'gender'",
    "count": "'count' has no value; write count=VALUE",
    "out=": "'out=' has no value; write out=VALUE",
    "count=many": "count=many must be a whole number of at least 1",
    "count=0": "count=0 must be a whole number of at least 1",
    "seed=-1": "seed=-1 must be a whole number of at least 0",
    "language=fr": "unknown language 'fr'. There are: en, ko",
    "run=no/such": "there is no folder 'no/such'; finished runs are in results/<experiment>/<run",
}


@pytest.mark.parametrize(("word", "sentence"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_in_the_command_is_one_sentence(word, sentence):
    assert sentence in refused(word)


def test_a_word_given_twice_is_refused():
    with pytest.raises(ConfigError, match="count is given twice, '3' and '4'; give it once"):
        understood(["count=3", "count=4"])


def test_without_any_run_the_command_that_makes_one_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "no finished run of 'bias' in 'results'; make one with: python -m" in refused()


def test_a_measurement_must_be_one_that_has_labels(run_folder):
    said = refused(f"run={run_folder}", "measurement=similarity")
    assert said == "unknown measurement 'similarity'. There are: gender, mood"
    assert "did you mean 'gender'?" in refused(f"run={run_folder}", "measurement=gneder")


def test_fewer_pictures_than_arms_are_refused(run_folder):
    assert refused(f"run={run_folder}", "count=2") == (
        "count=2 is too small for 3 arms; give 3 or more"
    )


def picture_of(run):
    return sorted((run.parents[1] / "images").glob("*/*.png"))[0]


def test_a_picture_that_is_not_there_is_told_with_the_command_that_paints_it(own_run):
    picture_of(own_run).unlink()
    said = refused(f"run={own_run}")
    assert "png of run bias/5f2c is not there, or is damaged; to make it again: python -m" in said
    assert said.endswith(f"store repair execution.results_dir={own_run.parents[1]}")
    assert not (own_run / "label").exists()


@pytest.mark.parametrize("content", [b"", b"no picture"])
def test_a_damaged_picture_is_told(own_run, content):
    picture_of(own_run).write_bytes(content)
    assert "is not there, or is damaged" in refused(f"run={own_run}")


def test_a_picture_that_is_not_the_one_the_judges_saw_is_told(own_run):
    path = picture_of(own_run)
    ImageStore(path.parents[1]).write(path.stem, Image.new("RGB", (8, 8)), None, {})
    assert "is another one by now" in refused(f"run={own_run}")


def test_tables_that_cannot_be_read_are_told(own_run):
    (own_run / "images.parquet").write_bytes(b"nothing")
    assert "images.parquet in" in refused(f"run={own_run}")
    (own_run / "images.parquet").unlink()
    assert "images.parquet" in refused(f"run={own_run}")


def test_a_place_that_cannot_be_written_is_told(run_folder, tmp_path):
    (tmp_path / "file").touch()
    said = refused(f"run={run_folder}", f"out={tmp_path / 'file' / 'page.html'}")
    assert "cannot be written (" in said
    assert said.endswith("choose another file: out=FILE.html")
    assert "cannot be written" in refused(f"run={run_folder}", f"out={tmp_path}")
