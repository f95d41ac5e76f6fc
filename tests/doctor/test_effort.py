import json
from pathlib import Path

import pytest

from ksd_eval.doctor import effort, page
from ksd_eval.doctor.examination import examined

TINY = "experiment=tiny"


def wrote(experiment, machine, **changes):
    """Write a finished run: 100 pictures of `patches` in 50 s, then 30 s of judging."""
    folder = experiment.settings.results_dir
    manifest = {
        "name": "tiny",
        "finished": "2026-01-02T03:04:05+00:00",
        "seconds": {"ask": 50.0, "score": 20.0, "report": 10.0},
        "images": 200,
        "painted": {"patches": 60, "patches_en": 40},
        "host": {"cpu": machine.cpu, "cores": machine.cores},
        "identities": {"models": {"patches": {"device": "cpu"}, "patches_en": {}}},
        **changes,
    }
    run = Path(folder) / "tiny" / manifest["finished"].replace(":", "")
    run.mkdir(parents=True)
    (run / "config.yaml").write_text(experiment.config, encoding="utf-8")
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return run


def took(experiment, machine):
    return examined(experiment, machine).effort


def test_pictures_are_pairs_by_arms_by_replicates(experiment, machine):
    found = took(experiment(TINY), machine())
    assert (found.pictures, found.there, found.unsure) == (3 * 3 * 2, 0, False)


def test_pictures_that_two_experiments_ask_for_are_painted_once(experiment, machine):
    words = ("experiment=card", "model=planted", "parts=[bias,people]")
    found = examined(experiment(*words), machine())
    bias, people = (len(part.asked.pictures) for part in found.parts)
    assert max(bias, people) <= found.effort.pictures < bias + people


def test_the_same_holds_of_models_whose_weights_are_not_here(experiment, machine, cache):
    words = ("experiment=card", "model=korean_sd", "parts=[bias,photorealism]", "prompts.limit=4")
    found = examined(experiment(*words), machine())
    counts = [len(part.asked.pictures) for part in found.parts]
    assert found.effort.pictures < sum(counts)
    assert found.effort.unsure


def test_pictures_that_are_there_are_seen(experiment, machine, tiny):
    tiny()
    found = examined(experiment(TINY), machine())
    assert (found.effort.pictures, found.effort.there) == (18, 18)
    said = {row.name: row.text for row in page.effort_rows(found)}
    assert said["painting"] == "nothing: every picture is there"


def test_a_run_that_was_never_done_here_is_not_guessed_at(experiment, machine):
    found = took(experiment(TINY), machine())
    assert (found.seconds, found.after) == (None, None)
    assert found.untimed == ("patches", "patches_en")
    assert found.unrun == ("tiny",)


def test_time_follows_from_the_newest_run_of_the_same_models(experiment, machine):
    asked, here = experiment(TINY), machine()
    wrote(asked, here)
    found = took(asked, here)
    assert found.seconds == pytest.approx(18 * 0.5)
    assert found.after == pytest.approx(30 * 18 / 200)
    assert found.runs == ("tiny on 2026-01-02",)
    wrote(asked, here, finished="2026-02-02T03:04:05+00:00", seconds={"ask": 200.0, "score": 2.0})
    newer = took(asked, here)
    assert newer.seconds == pytest.approx(18 * 2)
    assert newer.after == pytest.approx(2 * 18 / 200)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": {"cpu": "another", "cores": 8}},
        {"host": {"cpu": "A processor", "cores": 2}},
        {
            "identities": {
                "models": {"patches": {"device": "H200"}, "patches_en": {"device": "H200"}}
            }
        },
        {"painted": {}},
    ],
    ids=["processor", "cores", "GPU", "nothing painted"],
)
def test_a_run_elsewhere_or_of_nothing_tells_no_time(experiment, machine, changes):
    asked, here = experiment(TINY), machine()
    wrote(asked, here, **changes)
    assert took(asked, here).seconds is None


@pytest.mark.parametrize(
    "word", ["model.pipeline.seconds=1.0", "generation.batch_shape=2", "execution.workers=1"]
)
def test_a_run_made_otherwise_tells_no_time(experiment, machine, word):
    here = machine()
    wrote(experiment(TINY, word), here)
    assert took(experiment(TINY), here).seconds is None


def test_a_manifest_of_an_older_version_tells_no_time(experiment, machine):
    asked, here = experiment(TINY), machine()
    run = wrote(asked, here)
    manifest = json.loads((run / "manifest.json").read_text())
    del manifest["painted"]
    (run / "manifest.json").write_text(json.dumps(manifest))
    assert took(asked, here).seconds is None


def test_disk_is_estimated_by_pixels_and_then_by_pictures_of_the_same_model(
    experiment, machine, tiny
):
    words = ("experiment=people", "prompts.limit=2")
    bare = took(experiment(*words), machine())
    assert bare.gigabytes * 1e9 == pytest.approx(bare.pictures * effort.BYTES * 64 * 64)
    assert not bare.measured
    run = tiny("prompts.count=2")
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["painted"] == {"patches": 8, "patches_en": 4}
    here = machine(cpu=manifest["host"]["cpu"], cores=manifest["host"]["cores"])
    found = took(experiment(TINY, "execution.workers=1"), here)
    assert (found.pictures, found.there, found.measured) == (18, 12, True)
    images = (run.parents[1] / "images").rglob("*.png")
    sizes = [path.stat().st_size for path in images]
    assert found.gigabytes * 1e9 == pytest.approx(6 * sum(sizes) / len(sizes), rel=0.2)
