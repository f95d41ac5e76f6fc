import json
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ksd_eval import pipeline
from ksd_eval.__main__ import main
from ksd_eval.config import building, composing
from ksd_eval.experiment import planned

TABLES = ("prompts", "images", "measurements", "estimates", "verdicts")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of everything that a run must give again."""
    paths = [*folder.glob("*.parquet"), *folder.glob("*.csv"), *folder.glob("features/*.npy")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def state(folder: Path) -> dict[str, int]:
    """Return when each file below a folder was changed."""
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}


def pictures(results: Path) -> dict[str, bytes]:
    """Return the pixels of every picture below a folder of results."""
    return {path.name: Image.open(path).tobytes() for path in results.glob("images/*/*.png")}


def run_id(*options: str) -> str:
    """Return the id that a run with these options would have."""
    words = ["experiment=tiny", *options]
    return planned(building.built(composing.composed(words))).run_id


def test_a_run_leaves_the_files_that_are_promised(tiny):
    folder = tiny()
    promised = {f"{name}.{end}" for name in TABLES for end in ("parquet", "csv")}
    promised |= {
        "verdicts.json",
        "config.yaml",
        "report.html",
        "manifest.json",
        "features",
        ".lock",
    }
    assert {path.name for path in folder.iterdir()} == promised
    assert sorted(contents(folder / "features") | contents(folder)) != []
    assert np.load(folder / "features" / "colour.npy").shape == (18, 3)
    assert np.load(folder / "features" / "colour.greys.npy").shape == (70, 3)


def test_arms_share_seeds_and_have_their_own_wording(tiny):
    images = pd.read_parquet(tiny() / "images.parquet")
    assert list(images["arm"].unique()) == ["patches/ko", "patches/en", "patches_en/en"]
    assert list(images["role"].unique()) == ["korean", "english", "original"]
    assert len(images.drop_duplicates(["pair_id", "replicate", "seed"])) == 6
    assert images["seed"].nunique() == 6
    assert set(images.query("language == 'ko'")["prompt"]) == {"그림 0", "그림 1", "그림 2"}


def test_a_picture_carries_everything_that_decided_it(tiny, here):
    images = pd.read_parquet(tiny() / "images.parquet")
    first = images.iloc[0]
    path = here / "results" / "images" / first["image_id"][:2] / f"{first['image_id']}.png"
    with Image.open(path) as image:
        recipe = json.loads(image.info["recipe"])
    assert recipe["prompt"] == first["prompt"]
    assert recipe["seed"] == first["seed"]
    assert recipe["model"]["model"] == "patches"
    assert (recipe["batch_shape"], recipe["threads"]) == (4, 1)


def test_features_are_in_the_order_of_the_images(tiny, here):
    folder = tiny()
    images = pd.read_parquet(folder / "images.parquet")
    vectors = np.load(folder / "features" / "colour.npy")
    for place in (0, 7, 17):
        name = images["image_id"][place]
        with Image.open(here / "results" / "images" / name[:2] / f"{name}.png") as image:
            assert np.allclose(vectors[place], np.asarray(image).mean((0, 1)))


def test_tables_are_joined_for_the_page(tiny, plain_page):
    tiny()
    [view] = plain_page
    assert {"prompt.parity", "ko", "en", "sha256"} <= set(view.images.columns)
    assert {"prompt.parity", "role", "judge", "value", "status"} <= set(view.measurements.columns)
    assert len(view.measurements) == len(view.images) == 18
    assert set(view.estimates["arm"]) == {"korean", "english", "original"}
    assert view.image_path(view.images["image_id"][0]).is_file()


def test_an_estimate_has_the_name_of_its_metric_in_the_experiment(tiny):
    assert set(pd.read_parquet(tiny() / "estimates.parquet")["metric"]) == {"brightness"}


def test_another_metric_changes_no_number(tiny):
    one = pd.read_parquet(tiny() / "estimates.parquet")
    two = pd.read_parquet(
        tiny("+metrics.again._target_=ksd_fakes.plugins.MeanOf") / "estimates.parquet"
    )
    assert two.query("metric == 'brightness'").equals(one)
    again = two.query("metric == 'again'").reset_index(drop=True)
    assert not again["estimate"].equals(one["estimate"])


def test_a_finished_run_given_again_changes_nothing(tiny, here, capsys):
    tiny()
    before = state(here)
    tiny()
    assert state(here) == before
    said = capsys.readouterr().out
    assert "nothing is left to do" in said
    assert "report.html" in said


def test_a_table_that_was_changed_is_made_again(tiny):
    folder = tiny()
    before = contents(folder)
    (folder / "estimates.csv").write_text("changed\n")
    assert contents(tiny()) == before


def test_a_damaged_picture_is_painted_again(tiny, here):
    folder = tiny()
    before, painted = contents(folder), pictures(here / "results")
    path = next((here / "results" / "images").glob("*/*.png"))
    path.write_bytes(path.read_bytes()[:30])
    (folder / "manifest.json").unlink()
    assert contents(tiny()) == before
    assert pictures(here / "results") == painted


def test_another_language_of_the_page_is_the_same_run(tiny, plain_page):
    folder = tiny()
    before = contents(folder)
    assert tiny("report.language=ko") == folder
    assert (folder / "report.html").read_text() == "ko"
    assert contents(folder) == before
    assert len(plain_page) == 2
    tiny("report.language=ko")
    assert len(plain_page) == 2


def test_workers_change_no_picture_and_no_table(tiny, here):
    one = tiny("execution.results_dir=one")
    two = tiny("execution.results_dir=two", "execution.workers=2")
    assert one.name == two.name
    assert contents(one) == contents(two)
    assert pictures(here / "one") == pictures(here / "two")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("option", ["report.language=ko", "execution.workers=3", "execution=ray"])
def test_what_decides_no_number_keeps_the_run_id(option):
    assert run_id(option) == run_id()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "option",
    [
        "generation.seed=1",
        "generation.batch_shape=8",
        "generation.threads=2",
        "generation.replicates=3",
        "analysis.resamples=100",
        "prompts.count=4",
        "model.pipeline.tint=9",
        "judges.brightness.refused=x",
        "references.greys.count=3",
    ],
)
def test_what_decides_a_number_changes_the_run_id(option):
    assert run_id(option) != run_id()


def test_pictures_are_shared_between_runs(tiny, here):
    tiny()
    before = state(here / "results" / "images")
    tiny("analysis.seed=1")
    assert state(here / "results" / "images") == before


def test_a_recipe_that_two_arms_share_is_painted_and_judged_once(tiny, here):
    folder = tiny("model.counterpart.pipeline.tint=0", f"judges.brightness.diary={here / 'diary'}")
    images = pd.read_parquet(folder / "images.parquet")
    assert len(images) == 18
    assert images["image_id"].nunique() == 12
    assert len(pictures(here / "results")) == 12
    assert len(pd.read_parquet(folder / "measurements.parquet")) == 12
    assert (here / "diary").read_text().split() == ["12"]
    assert np.load(folder / "features" / "colour.npy").shape == (18, 3)


def test_a_judge_that_raises_on_one_text_fails_there_alone(tiny):
    measurements = pd.read_parquet(
        tiny("judges.brightness.refused='picture 1'") / "measurements.parquet"
    )
    failed = measurements.query("status == 'failed'")
    assert len(measurements) == 18
    assert len(failed) == 6
    assert set(failed["reason"]) == {"ValueError: cannot look at picture 1"}
    assert failed["value"].isna().all()


def test_an_extractor_without_weights_is_left_out_and_said_so(tiny, plain_page):
    folder = tiny("+extractors.inception._target_=ksd_fakes.plugins.NoWeights")
    assert plain_page[0].manifest["missing"] == {"inception": "inception.pth is not there"}
    assert not (folder / "features" / "inception.npy").exists()


def test_a_metric_may_not_answer_with_no_number(here, plain_page):
    words = ["experiment=tiny", "execution.workers=1", "metrics.brightness.bad=true"]
    with pytest.raises(ValueError, match=r"metric 'brightness' estimates .* must be None"):
        main(words)


def test_a_model_that_raises_says_so_and_keeps_what_it_painted(here, plain_page, capsys):
    words = ["experiment=tiny", "execution.workers=1", "model.pipeline.refused='picture 2'"]
    assert main(words) == 1
    said = capsys.readouterr().err
    assert "model 'patches' stopped with RuntimeError: no picture 2 today" in said
    assert "Traceback" not in said
    assert len(pictures(here / "results")) == 8


def test_answers_are_kept_by_a_run_that_is_stopped(tiny, here, monkeypatch, capsys):
    def stop(work):
        raise KeyboardInterrupt

    diary = f"judges.brightness.diary={here / 'diary'}"
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "analyse", stop)
        assert main(["experiment=tiny", "execution.workers=1", diary]) == 130
    assert "Give the same command again" in capsys.readouterr().err
    tiny(diary)
    assert (here / "diary").read_text().split() == ["18"]


SLOWLY = ("experiment=tiny", "model.pipeline.seconds=0.5", "prompts.count=6")


def kill_half_way(process: subprocess.Popen[str], images: Path, count: int) -> None:
    """Kill a run once it has painted something, before it has painted everything."""
    until = time.monotonic() + 120
    while len(list(images.glob("*/*.png"))) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_killed_run_goes_on_and_gives_the_same_bytes(process, tiny, here):
    kill_half_way(process([*SLOWLY, "execution.workers=1"]), here / "results" / "images", 8)
    left = len(pictures(here / "results"))
    assert 8 <= left < 36
    assert not list(here.glob("results/tiny/*/manifest.json"))
    resumed = tiny(*SLOWLY[1:])
    whole = tiny(*SLOWLY[1:], "execution.results_dir=whole")
    assert contents(resumed) == contents(whole)
    assert pictures(here / "results") == pictures(here / "whole")


def test_workers_do_not_outlive_a_run_that_is_killed(process, here):
    run = process([*SLOWLY, "execution.workers=2"])
    listed = Path(f"/proc/{run.pid}/task/{run.pid}/children")
    if not listed.exists():
        pytest.skip("this system does not list a process's children")
    images = here / "results" / "images"
    while not list(images.glob("*/*.png")):
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)
    children = listed.read_text().split()
    kill_half_way(run, images, 1)
    assert len(children) >= 2
    until = time.monotonic() + 60
    while any(Path(f"/proc/{child}/exe").exists() for child in children):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_ctrl_c_says_how_to_go_on(process, here):
    # So slowly that a busy machine cannot finish it between the first picture and the signal.
    run = process([*SLOWLY, "model.pipeline.seconds=1.5", "execution.workers=2"])
    while not list((here / "results" / "images").glob("*/*.png")):
        assert run.poll() is None, run.communicate()
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=120)
    assert run.returncode == 130
    assert "Give the same command again" in errors
    assert "Traceback" not in errors
