import json
import os
import shutil
import time

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ksd_eval import store
from ksd_eval.__main__ import main
from ksd_eval.execution import host
from ksd_eval.store import ImageStore, RunStore

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder to keep the results of the plain run in, which most tests begin with."""
    return tmp_path_factory.mktemp("made") / "results"


@pytest.fixture
def finished(tiny, here, made):
    """The folder of a finished run, alone in `results`."""
    if made.exists():
        shutil.copytree(made, here / "results")
        [manifest] = (here / "results").glob("tiny/*/manifest.json")
        return manifest.parent
    folder = tiny()
    shutil.copytree(here / "results", made)
    return folder


@pytest.fixture
def said(capsys):
    """Give `store` with further words; return the exit code and what was said."""

    def give(*words):
        capsys.readouterr()
        code = main(["store", *words])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return give


def bits(folder):
    """Return the bytes of every file but those that hold the time."""
    apart = ("manifest.json", "report.html", "report.md")
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name not in apart)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def first_picture(here):
    return min((here / "results" / "images").glob("*/*.png"))


def truncated(path):
    path.write_bytes(path.read_bytes()[:-40])


def repainted(path):
    """Put another picture in the place of one, whole in itself."""
    Image.new("RGB", (8, 8), "red").save(path)
    images = ImageStore(path.parents[1])
    images.write(path.stem, Image.new("RGB", (8, 8), "red"), None, {})


def removed(path):
    path.unlink()


def changed(path):
    path.write_bytes(path.read_bytes() + b"\n")


BREAKS = {
    "a truncated picture": ("images/*/*.png", truncated, "is damaged (of tiny/"),
    "a lost picture": ("images/*/*.png", removed, "is not there (of tiny/"),
    "another picture": ("images/*/*.png", repainted, "is another one than its run was judged on"),
    "a changed table": ("tiny/*/estimates.csv", changed, "estimates.csv was changed since"),
    "a truncated table": ("tiny/*/images.parquet", truncated, "images.parquet was changed since"),
    "a lost table": ("tiny/*/measurements.parquet", removed, "measurements.parquet is not there"),
    "lost features": ("tiny/*/features/colour.npy", removed, "colour.npy is not there"),
}


def test_sizes_are_said_by_what_it_is(finished, said):
    code, text = said()
    assert code == 0
    counts = {" ".join(line.split()[:-3]): line.split()[-3] for line in text.splitlines()}
    assert counts == {"pictures": "18", "references": "1", "runs of tiny": "1"} | {
        "judges' answers": "2",
        "unfinished writes": "0",
    }


def test_what_is_whole_is_said_to_be(finished, said, here):
    before = bits(here)
    code, text = said("verify")
    assert (code, "everything is as it was made" in text) == (0, True)
    assert bits(here) == before


@pytest.mark.parametrize(("where", "hurt", "sentence"), BREAKS.values(), ids=BREAKS)
def test_what_is_broken_is_named_and_made_again_to_the_same_bits(
    finished, said, here, where, hurt, sentence
):
    before = bits(here / "results")
    path = min((here / "results").glob(where))
    hurt(path)
    broken = bits(here / "results")
    assert broken != before
    code, text = said("verify")
    assert (code, sentence in text) == (1, True), text
    assert "python -m ksd_eval store repair" in text
    assert bits(here / "results") == broken
    code, text = said("repair")
    assert (code, "everything was repaired" in text) == (0, True), text
    assert bits(here / "results") == before
    assert said("verify")[0] == 0


def test_a_picture_is_painted_again_and_nothing_else_is_done_again(tiny, said, here):
    diary = here / "diary"
    tiny(f"judges.brightness.diary={diary}")
    path, asked = first_picture(here), diary.read_text()
    times = {p: p.stat().st_mtime_ns for p in (here / "results").rglob("*.*") if p != path}
    truncated(path)
    assert said("repair")[0] == 0
    assert diary.read_text() == asked
    assert {p: p.stat().st_mtime_ns for p in times} == times


@pytest.mark.parametrize("broken", [truncated, repainted, removed], ids=lambda one: one.__name__)
def test_what_rests_at_an_address_is_fetched_and_not_painted(tiny, said, here, broken, capsys):
    tiny(f"execution.pictures=file://{here / 'shelf'}")
    before = bits(here / "results" / "images")
    broken(first_picture(here))
    assert said("verify")[0] != 0
    code, text = said("repair")
    assert (code, "painting" in text) == (0, False), text
    assert bits(here / "results" / "images") == before


def test_what_an_address_lost_too_is_painted(tiny, said, here):
    tiny(f"execution.pictures=file://{here / 'shelf'}")
    before = bits(here / "results" / "images")
    path = first_picture(here)
    removed(path)
    removed(next((here / "shelf").rglob(path.name)))
    code, text = said("repair")
    assert (code, "painting 1 pictures again" in text) == (0, True), text
    assert bits(here / "results" / "images") == before


def test_several_faults_of_several_runs_are_repaired_at_once(finished, tiny, said, here):
    tiny("analysis.seed=1")
    before = bits(here / "results")
    removed(first_picture(here))
    for path in (here / "results").glob("tiny/*/verdicts.csv"):
        changed(path)
    assert "3 broken" in said("verify")[1]
    assert said("repair")[0] == 0
    assert bits(here / "results") == before


def test_a_card_and_its_experiments_are_repaired_each_by_its_own_command(here, said, plain_page):
    assert main(["experiment=card", "parts=[tiny]", "execution.workers=1"]) == 0
    before = bits(here / "results")
    for path in (here / "results").glob("*/*/estimates.csv"):
        changed(path)
    removed(first_picture(here))
    assert "3 broken" in said("verify")[1]
    code, text = said("repair")
    assert code == 0, text
    assert bits(here / "results") == before
    assert "nothing to remove" in said("tidy")[1]


def test_results_that_were_carried_elsewhere_are_repaired_where_they_are(tiny, said, here):
    tiny("execution.results_dir=old")
    before = bits(here / "old")
    (here / "old").rename(here / "new")
    removed(min((here / "new" / "images").glob("*/*.png")))
    assert said("repair", "execution.results_dir=new")[0] == 0
    assert bits(here / "new") == before
    assert not (here / "old").exists()


def test_a_damaged_reference_and_a_damaged_picture_of_no_run_are_removed(
    finished, tiny, said, here
):
    [reference] = (here / "results" / "references").glob("*.npy")
    before = reference.read_bytes()
    truncated(reference)
    orphan = here / "results" / "images" / "zz" / "zzzz.png"
    store.write_text(orphan, "no picture")
    assert "is damaged (of no run)" in said("verify")[1]
    assert said("repair")[0] == 0
    assert not orphan.exists()
    tiny("analysis.seed=1")
    assert reference.read_bytes() == before


def unsaid(manifest):
    del manifest["command"]


def by_other_code(manifest):
    manifest["code"]["source"] = "another"


def with_another_option(manifest):
    manifest["command"] += " model.pipeline.tint=9"


def with_an_option_that_is_gone(manifest):
    manifest["command"] += " model.pipeline.tant=9"


@pytest.mark.parametrize(
    ("edit", "where", "sentence"),
    [
        (unsaid, "tiny/*/estimates.csv", "its manifest does not say what made it"),
        (by_other_code, "tiny/*/estimates.csv", "other code made it"),
        (with_another_option, "tiny/*/estimates.csv", "its command makes the run"),
        (with_another_option, "images/*/*.png", "its command paints others by now"),
        (with_an_option_that_is_gone, "images/*/*.png", "did you mean 'tint'"),
    ],
)
def test_what_cannot_be_made_again_is_said_with_the_reason(
    finished, said, here, edit, where, sentence
):
    path = finished / "manifest.json"
    manifest = json.loads(path.read_text())
    edit(manifest)
    path.write_text(json.dumps(manifest))
    images = pd.read_parquet(path.parent / "images.parquet").query("arm == 'patches/ko'")
    if where.startswith("images"):
        hurt = ImageStore(here / "results" / "images").path(images["image_id"].iloc[0])
    else:
        [hurt] = (here / "results").glob(where)
    truncated(hurt)
    code, text = said("repair")
    assert (code, sentence in text, "still broken" in text) == (1, True, True), text
    assert "Traceback" not in text
    assert len(list((here / "results").glob("tiny/*"))) == 1


def test_a_picture_painted_by_older_code_is_painted_again(finished, said, here, monkeypatch):
    before = bits(here / "results")
    removed(first_picture(here))
    monkeypatch.setattr(host, "source", lambda: "newer")
    assert said("repair")[0] == 0
    assert bits(here / "results") == before


def test_a_model_that_raises_leaves_what_is_broken_and_says_so(finished, said, here, monkeypatch):
    from ksd_fakes.plugins import Patches

    removed(first_picture(here))

    def paint(self, requests, batch_shape):
        raise RuntimeError("no paint")

    monkeypatch.setattr(Patches, "paint", paint)
    code, text = said("repair")
    assert (code, "cannot be painted again: model " in text) == (1, True), text


@pytest.mark.parametrize("content", ["", "[]", "{", '{"files": 3}', "[" * 3000, "\0"])
def test_a_damaged_manifest_is_named(finished, said, content):
    (finished / "manifest.json").write_text(content)
    code, text = said("verify")
    assert (code, "manifest.json" in text) == (1, True), text
    code, text = said("repair")
    assert (code, "give the run's command again" in text) == (1, True), text


def test_a_copy_of_a_run_needs_no_pictures(finished, said, here):
    (here / "results" / "published").mkdir()
    finished.rename(here / "results" / "published" / "tiny")
    for path in (here / "results" / "images").glob("*/*.png"):
        path.unlink()
    assert said("verify")[0] == 0
    changed(here / "results" / "published" / "tiny" / "estimates.csv")
    assert "was changed since" in said("verify")[1]
    assert "it is a copy of a run" in said("repair")[1]


def old(*paths):
    for path in paths:
        os.utime(path, (1e9, 1e9))


def names(folder):
    return {path.name for path in folder.glob("*/*.png")}


def test_tidying_says_first_and_removes_what_no_run_refers_to_when_told(finished, tiny, said, here):
    images = here / "results" / "images"
    kept = finished
    mine = names(images)
    other = tiny("generation.seed=5", "+extractors.again._target_=ksd_fakes.plugins.MeanColour")
    assert len(names(images)) == 36
    for path in sorted(other.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    other.rmdir()
    unfinished = images / "ab" / ".abcd.png.a1b2c3_4"
    store.write_text(unfinished, "half")
    old(unfinished)
    store.write_text(kept / "parts" / "left.npy", "left by a run killed while it finished")
    old(kept / "parts" / "left.npy")
    before = bits(here)
    code, text = said("tidy")
    assert code == 0
    assert bits(here) == before
    lines = {line[:32].strip(): line[32:41].strip() for line in text.splitlines()}
    assert lines["pictures that no run refers to"] == "18"
    assert lines["unfinished writes"] == lines["parts of finished runs"] == "1"
    assert "add --yes to remove it" in text
    assert "removed" in said("tidy", "--yes")[1]
    assert names(images) == mine
    assert not unfinished.exists()
    assert not (kept / "parts").exists()
    assert said("verify")[0] == 0
    assert "nothing to remove" in said("tidy", "yes=true")[1]


def test_references_that_no_run_uses_go_and_those_in_use_stay(finished, said, here):
    before = set((here / "results" / "references").iterdir())
    store.write_array(here / "results" / "references" / "other.npy", np.zeros(3))
    assert said("tidy", "--yes")[0] == 0
    assert set((here / "results" / "references").iterdir()) == before


def test_answers_that_no_run_has_go_and_those_in_use_stay(finished, said, here):
    before = set((here / "results" / "answers").rglob("*"))
    assert len(before) > 2
    store.write_array(here / "results" / "answers" / "other" / "one.npy", np.zeros(3))
    text = said("tidy", "--yes")[1]
    assert "judges' answers that no run has" in text
    assert set((here / "results" / "answers").rglob("*")) == before


def test_answers_of_a_run_that_was_stopped_while_it_was_judged_stay(tiny, said, here):
    folder = tiny()
    before = set((here / "results" / "answers").rglob("*"))
    for path in [*folder.glob("manifest.json"), *folder.glob("measurements.*")]:
        path.unlink()
    assert "is not finished and stays" in said("tidy", "--yes")[1]
    assert set((here / "results" / "answers").rglob("*")) == before


def test_answers_that_cannot_be_read_are_asked_for_again(finished, said, here):
    [path, *_] = sorted((here / "results" / "answers").glob("*/*.parquet"))
    path.write_bytes(b"no table")
    assert "is damaged" in said("verify")[1]
    assert said("repair")[0] == 0
    assert not path.exists()
    assert said("verify")[0] == 0


def test_a_run_that_was_stopped_keeps_its_pictures(tiny, said, here, plain_page):
    words = ["experiment=tiny", "execution.workers=1", "model.pipeline.refused='picture 2'"]
    assert main(words) == 1
    painted = names(here / "results" / "images")
    assert len(painted) == 8
    text = said("tidy", "--yes")[1]
    assert "is not finished and stays" in text
    assert names(here / "results" / "images") == painted


@pytest.mark.parametrize("age", [-100, 100])
def test_nothing_younger_than_a_running_lock_is_touched(finished, said, here, age):
    running = RunStore(here / "results" / "tiny" / "running")
    orphan = here / "results" / "images" / "zz" / "zzzz.png"
    write = here / "results" / "images" / "zz" / ".zzzy.png.a1b2c3d4"
    for path in (orphan, write):
        store.write_text(path, "of a run under way")
    with running.locked(lambda: None):
        began = time.time() - 1000
        os.utime(running.folder / ".lock", (began, began))
        for path in (orphan, write):
            os.utime(path, (began + age, began + age))
        text = said("tidy", "--yes")[1]
        assert orphan.exists() == write.exists() == (age > 0), text
    assert said()[1].splitlines()[-1] == "tiny/running is not finished"


def test_what_a_run_under_way_asked_for_is_not_touched_however_old(finished, said, here):
    orphan = here / "results" / "images" / "zz" / "zzzz.png"
    store.write_text(orphan, "found there by a run under way")
    old(orphan)
    running = RunStore(here / "results" / "tiny" / "running")
    with running.locked(lambda: None):
        running.write_asked(["zzzz"])
        said("tidy", "--yes")
        assert orphan.exists()
        assert "tiny/running is under way" in said()[1]


def test_tidying_wants_to_know_what_every_run_refers_to(finished, said):
    truncated(finished / "images.parquet")
    code, text = said("tidy", "--yes")
    assert (code, "first give: python -m ksd_eval store repair" in text) == (2, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["tidyy"], "unknown command of store 'tidyy', did you mean 'tidy'?"),
        (["verify", "tidy"], "unknown command of store 'tidy'"),
        (["results_dir=x"], "unknown option of store 'results_dir'"),
        (["execution.results_dir="], "has no value; write execution.results_dir=VALUE"),
        (["execution.results_dir=none"], "there is no folder 'none'; name one"),
        (["tidy", "yes=maybe"], "unknown value of yes 'maybe'. There are: false, true"),
        (["repair", "--yes"], "yes is for store tidy"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_sentence(said, words, sentence):
    code, text = said(*words)
    assert (code, sentence in text, text.count("\n")) == (2, True, 1), text
