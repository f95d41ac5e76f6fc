"""Every file of `conf/` composes and builds, and every experiment runs on the painter."""

import json

import pandas as pd
import pytest
from PIL import Image

from ksd_eval import extensions, pipeline
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.experiment import Work, planned
from ksd_eval.extensions import ConfigError
from ksd_eval.judges.base import Extractor, Judge, Matched, Reference
from ksd_eval.labels.base import LabelSource
from ksd_eval.metrics.base import Metric
from ksd_eval.models.base import Model
from ksd_eval.prompts.base import PromptSource
from ksd_eval.reports import page
from ksd_eval.reports.base import Figure
from ksd_eval.shares.base import ShareSource
from ksd_eval.studies.autoencoder import AutoencoderStudy
from ksd_eval.studies.base import Study, StudyError

CONF = extensions.own_conf()
KINDS = {
    "models": Model,
    "judges": Judge,
    "extractors": Extractor,
    "references": Reference,
    "matched": Matched,
    "labels": LabelSource,
    "shares": ShareSource,
    "metrics": Metric,
    "figures": Figure,
}
STUDIES = ("autoencoder", "calibration", "power", "text_encoder")
"""Experiments that study the instrument instead of painting."""

CARDS = ("card",)
"""Experiments that are several others."""

KOREAN_ALONE = ("robustness",)
"""Experiments that change Korean prompts, and have nothing to ask in English."""

TABLES = ("prompts", "images", "measurements", "estimates", "verdicts")


def names(group):
    """Return what our own folder offers for a group."""
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


def experiment(*words):
    """Return an experiment, built from a command line."""
    return built(composed(list(words)))


def text(group, name):
    return (CONF / group / f"{name}.yaml").read_text(encoding="utf-8")


def test_there_is_something_to_build():
    assert "bias" in names("experiment")
    assert {"miniature", "planted"} <= set(names("model"))
    assert names("prompts")


@pytest.mark.parametrize("name", names("experiment"))
def test_an_experiment_is_built_of_what_it_promises(name):
    made = experiment(f"experiment={name}")
    assert made.name == name
    assert isinstance(made.prompts, PromptSource)
    roles = {arm.role for arm in made.arms}
    assert roles == {"korean"} if name in KOREAN_ALONE else roles >= {"korean", "english"}
    assert made.metrics or made.study or made.parts
    assert bool(made.parts) == (name in CARDS)
    assert made.study is None or isinstance(made.study, Study)
    assert (made.study is not None) == (name in STUDIES)
    for kind, protocol in KINDS.items():
        assert all(isinstance(plugin, protocol) for plugin in getattr(made, kind).values()), kind


@pytest.mark.parametrize("name", names("experiment"))
def test_an_experiment_begins_with_the_command_that_runs_it(name):
    lines = text("experiment", name).splitlines()
    assert (
        next(line for line in lines if "python -m" in line)
        == f"# python -m ksd_eval experiment={name}"
    )


MODELS_OF_FILES = [name for name in names("model") if "???" in text("model", name)]
"""Models that a person names a file or a repository of."""


@pytest.mark.parametrize("name", MODELS_OF_FILES)
def test_a_model_of_ones_own_asks_for_its_files(name):
    with pytest.raises(ConfigError, match=r"model\.pipeline\.\S+ is not set, and has no default"):
        experiment("experiment=bias", f"model={name}")


@pytest.mark.parametrize("name", sorted(set(names("model")) - set(MODELS_OF_FILES)))
def test_a_model_takes_the_place_of_another(name):
    made = experiment("experiment=bias", f"model={name}")
    assert {arm.model for arm in made.arms} == set(made.models)
    assert all(isinstance(model, Model) for model in made.models.values())


WITHOUT_FILES = [
    name
    for name in names("prompts")
    if "???" in (CONF / "prompts" / f"{name}.yaml").read_text(encoding="utf-8")
]
"""Sets of others, whose files a person brings."""


@pytest.mark.parametrize("name", sorted(set(names("prompts")) - set(WITHOUT_FILES)))
def test_a_prompt_set_is_read(name):
    pairs = experiment("experiment=bias", f"prompts={name}").prompts()
    assert len({pair.pair_id for pair in pairs}) == len(pairs) > 0


@pytest.mark.parametrize("name", WITHOUT_FILES)
def test_a_set_of_others_asks_for_its_files(name):
    with pytest.raises(ConfigError, match=r"prompts\.(path|ko) is not set, and has no default"):
        experiment("experiment=bias", f"prompts={name}")


@pytest.mark.parametrize("name", sorted(set(names("experiment")) - {*STUDIES, *CARDS}))
def test_an_experiment_runs_end_to_end_on_the_painter(name, tmp_path):
    made = experiment(
        f"experiment={name}",
        "model=planted",
        "prompts.limit=4",
        "generation.replicates=1",
        "analysis.resamples=20",
        "execution.workers=1",
        f"execution.results_dir={tmp_path}",
    )
    pipeline.run(made)
    [manifest] = tmp_path.glob(f"{name}/*/manifest.json")
    assert json.loads(manifest.read_text(encoding="utf-8"))["name"] == name
    for table in TABLES:
        assert (manifest.parent / f"{table}.parquet").stat().st_size > 0
        assert (manifest.parent / f"{table}.csv").stat().st_size > 0
    page = (manifest.parent / "report.html").read_text(encoding="utf-8")
    assert "<html" in page
    assert "data:image/" in page


def test_calibration_simulates_counts_and_writes_its_table(tmp_path):
    words = ["experiment=calibration", "study.at_most=3", "execution.workers=1"]
    pipeline.run(experiment(*words, f"execution.results_dir={tmp_path}"))
    [manifest] = tmp_path.glob("calibration/*/manifest.json")
    table = pd.read_parquet(manifest.parent / "calibration.parquet")
    assert {"coverage", "false_alarms", "power", "planned_power", "finding"} <= set(table.columns)
    assert table["coverage"].dropna().between(0, 1).all()
    assert set(table["way"]) == {"ours", "usual"}
    assert table["pixels"].any()
    page = (manifest.parent / "report.html").read_text(encoding="utf-8")
    assert "How often 95 % intervals hold the truth" in page
    assert json.loads((manifest.parent / "verdicts.json").read_text()) == {}


def test_the_round_trip_of_the_miniature_decides_its_claim(tmp_path):
    words = ["experiment=autoencoder", "study.count=12", "study.photograph_size=64"]
    pipeline.run(experiment(*words, f"execution.results_dir={tmp_path}"))
    [manifest] = tmp_path.glob("autoencoder/*/manifest.json")
    verdicts = json.loads((manifest.parent / "verdicts.json").read_text(encoding="utf-8"))
    decided = {name for name, one in verdicts.items() if one["outcome"] != "not measured"}
    assert decided == {"autoencoder"}
    assert verdicts["autoencoder"]["n_images"] == 36
    table = pd.read_parquet(manifest.parent / "round_trips.parquet")
    psnr = table[table["name"] == "psnr"].dropna().groupby("kind")["value"].mean()
    assert psnr[["people", "signs", "solids"]].between(18, 40).all()
    with Image.open(manifest.parent / "figures" / "before_after.png") as sheet:
        assert sheet.width > 8 * 128
    page = (manifest.parent / "report.html").read_text(encoding="utf-8")
    assert "What is read otherwise after the round trip" in page


def test_a_finished_study_is_asked_again_without_a_second_look(tmp_path, monkeypatch):
    words = ["experiment=autoencoder", "study.count=12", "study.photograph_size=64"]
    made = experiment(*words, f"execution.results_dir={tmp_path}")
    pipeline.run(made)

    def refuse(*_):
        raise AssertionError("the pictures were sent again")

    monkeypatch.setattr(AutoencoderStudy, "_measured", refuse)
    estimates_at = pipeline.estimates_at(Work(made, planned(made)))
    claim = made.claims["autoencoder"]
    narrow, wide = (claim.chosen(estimates_at(claim, level))[0] for level in (0.9, 0.999))
    assert narrow.estimate == wide.estimate
    assert narrow.ci_high < wide.ci_high


def test_a_model_without_an_autoencoder_has_no_round_trip(tmp_path):
    words = ["experiment=autoencoder", "model=planted", f"execution.results_dir={tmp_path}"]
    with pytest.raises(StudyError, match="'planted' has no autoencoder; choose one that paints in"):
        pipeline.run(experiment(*words))


def test_a_plan_is_made_from_a_finished_run(tmp_path, monkeypatch):
    small = [
        *("experiment=bias", "model=planted", "prompts.limit=60", "generation.replicates=2"),
        *("analysis.resamples=20", "execution.workers=1", f"execution.results_dir={tmp_path}"),
    ]
    with monkeypatch.context() as patched:
        patched.setattr(page, "write", lambda view: None)
        pipeline.run(experiment(*small))
    pipeline.run(experiment("experiment=power", f"execution.results_dir={tmp_path}"))
    [manifest] = tmp_path.glob("power/*/manifest.json")
    plan = pd.read_parquet(manifest.parent / "plan.parquet")
    assert {"effect", "replicates", "pairs", "power", "pictures"} <= set(plan.columns)
    known = plan.dropna(subset=["pairs"]).sort_values("effect")
    assert len(known)
    written = (manifest.parent / "report.html").read_text(encoding="utf-8")
    assert "data:image/" in written
