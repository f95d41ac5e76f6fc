"""Several experiments, one ledger."""

import json

import pandas as pd
import pytest

from ksd_eval import card
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.experiment import PlanError
from ksd_eval.extensions import ConfigError

WORDS = [
    *("experiment=card", "model=planted", "prompts.limit=12", "analysis.resamples=20"),
    *("generation.replicates=1", "execution.workers=1"),
]


def made(tmp_path, *words):
    words = [*WORDS, f"execution.results_dir={tmp_path}", *words]
    return built(composed(words), "python -m ksd_eval experiment=card model=planted")


def test_every_experiment_is_done_and_all_claims_stand_in_one_ledger(tmp_path):
    folder = card.run(made(tmp_path, "parts=[bias,photorealism]"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert list(manifest["runs"]) == ["bias", "photorealism"]
    ledger = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert ledger["photorealism"]["outcome"] != "not measured"
    assert ledger["text"]["outcome"] == "not measured"
    deciding = pd.read_parquet(folder / "estimates.parquet")
    assert {"unlike_photographs", "excess_culture_by_default"} <= set(deciding["metric"])
    page = (folder / "report.html").read_text(encoding="utf-8")
    for name, run_id in manifest["runs"].items():
        assert f"../../{name}/{run_id}/report.html" in page
        assert (tmp_path / name / run_id / "report.html").is_file()
    part = json.loads((tmp_path / "bias" / manifest["runs"]["bias"] / "manifest.json").read_text())
    assert part["command"] == "python -m ksd_eval experiment=bias model=planted"


def test_a_card_given_again_changes_nothing(tmp_path):
    folder = card.run(made(tmp_path, "parts=[bias]"))
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert card.run(made(tmp_path, "parts=[bias]")) == folder
    after = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert {path: at for path, at in after.items() if path.name != ".lock"} == {
        path: at for path, at in before.items() if path.name != ".lock"
    }


def test_an_experiment_that_cannot_be_done_does_not_fail_the_card(tmp_path, monkeypatch):
    def refuse(experiment):
        raise PlanError("its photographs are not there; give a folder")

    monkeypatch.setattr(card.pipeline, "run", refuse)
    folder = card.run(made(tmp_path, "parts=[photorealism]"))
    ledger = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert ledger["photorealism"]["sentence"] == (
        "Not measured: its photographs are not there; give a folder."
    )
    assert "its photographs are not there" in (folder / "report.html").read_text(encoding="utf-8")


def test_a_card_given_again_in_both_languages_is_written_anew(tmp_path, monkeypatch):
    def refuse(experiment):
        raise PlanError("its photographs are not there; give a folder")

    monkeypatch.setattr(card.pipeline, "run", refuse)
    folder = card.run(made(tmp_path, "parts=[photorealism]"))
    assert not (folder / "report.ko.html").exists()
    assert card.run(made(tmp_path, "parts=[photorealism]", "report.language=both")) == folder
    assert '<html lang="ko">' in (folder / "report.ko.html").read_text(encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["language"] == "both"


def test_an_unknown_experiment_is_named(tmp_path):
    with pytest.raises(ConfigError, match="of the experiments to do, bia: unknown experiment"):
        made(tmp_path, "parts=[bia]")
