"""The experiment `text_encoder` on the miniature, with and without pictures to explain."""

import json
from dataclasses import replace

import pandas as pd
import pytest

from ksd_eval import pipeline
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.studies.base import StudyError

SMALL = ("prompts.limit=8", "analysis.resamples=200", "execution.workers=1")


@pytest.fixture
def run(tmp_path):
    """Run an experiment on the miniature; return its folder."""

    def ran(name, *words):
        asked = [f"experiment={name}", *SMALL, *words, f"execution.results_dir={tmp_path}"]
        made = built(composed(asked))
        if made.study is None:  # its pictures and what judges say of them are all that is wanted
            kinds = ("metrics", "extractors", "matched", "claims", "figures")
            made = replace(made, **{kind: {} for kind in kinds})
        return pipeline.run(made)

    return ran


def estimates(folder):
    table = pd.read_parquet(folder / "estimates.parquet")
    return table.set_index(["metric", "by", "group", "arm"]).sort_index()


def test_texts_alone_tell_how_far_korean_is_english(run):
    folder = run("text_encoder")
    table = estimates(folder)
    alignment = table.loc["alignment", "place"]["estimate"]
    for place in ("content", "end", "padding"):
        assert alignment[place, "korean"] > alignment[place, "foreign"] + 0.02
    # It was distilled by the end, and its padding follows; its words have no such teacher.
    assert alignment["end", "korean"] > 0.98 > alignment["content", "korean"]
    tokens = table.loc["tokens", "", ""]["estimate"]
    assert tokens["korean"] < tokens["original"] < tokens["english"] < tokens["foreign"]
    assert table.loc["reciprocal_rank", "", "", "korean"]["ci_low"] > 0.4
    assert "rank_correlation" not in table.index.get_level_values("metric")
    assert (
        "python -m ksd_eval experiment=language model=miniature"
        in (table.loc["image_gap", "", "", "original - korean"]["note"])
    )
    assert json.loads((folder / "verdicts.json").read_text(encoding="utf-8")) == {}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "What does the text encoder of “miniature” make of Korean?" in page
    assert "experiment=language model=miniature" in page
    rows = pd.read_parquet(folder / "encodings.parquet")
    assert len(rows) == 4 * 8
    assert (rows["limit"] == 77).all()
    assert not rows["truncated"].any()


def test_beside_a_run_of_language_the_loss_of_pictures_is_explained(run):
    beside = run("language", "arms=[korean,original]", "generation.replicates=1")
    before = json.loads((beside / "manifest.json").read_text(encoding="utf-8"))
    folder = run("text_encoder")
    table = estimates(folder)
    loss = table.loc["image_gap", "", "", "original - korean"]
    assert f"language/{before['run_id']}" in loss["note"]
    assert (loss["n_pairs"], loss["n_images"]) == (8, 16)
    measured = pd.read_parquet(beside / "measurements.parquet")
    images = pd.read_parquet(beside / "images.parquet")
    said = images.merge(measured[measured["name"] == "similarity"], on="image_id")
    means = said.groupby("role")["value"].mean()
    assert loss["estimate"] == pytest.approx(means["original"] - means["korean"])
    found = table.loc["rank_correlation", "predictor"]
    assert {*found.index.get_level_values("group")} == {"tokens", "content", "end", "padding"}
    assert found["estimate"].dropna().between(-1, 1).all()
    assert found["q_value"].dropna().between(0, 1).all()
    gap = pd.read_parquet(folder / "image_gap.parquet")
    assert gap["gap"].mean() == pytest.approx(loss["estimate"])
    assert (folder / "figures" / "foretells_the_loss.png").exists()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    [pilot] = manifest["identities"]["studies"]["study"]["pilots"]
    assert pilot["pilot"] == before["run_id"]


def test_a_model_without_a_text_encoder_is_refused(run):
    with pytest.raises(StudyError, match="model 'planted' has no text encoder to ask"):
        run("text_encoder", "model=planted")


def test_the_english_original_alone_has_tokens_and_nothing_to_be_held_against(run):
    table = estimates(run("text_encoder", "model=miniature_en"))
    assert table.loc["tokens", "", "", "korean"]["estimate"] > 10
    assert "no counterpart" in table.loc["alignment", "", "", "korean"]["note"]
