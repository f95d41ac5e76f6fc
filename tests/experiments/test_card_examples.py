"""The experiment `card_examples` on the painter and on the miniature, changed by a known fault."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ksd_eval import pipeline
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.models import checkpoints
from ksd_eval.prompts.base import PromptError

SEEDS = [23957, 46399, 12345, 1234246]


@pytest.fixture
def drawn(tmp_path):
    """Run the experiment and return its folder."""

    def run(*words, results="results"):
        asked = ["experiment=card_examples", "execution.workers=1", *words]
        return pipeline.run(
            built(composed([*asked, f"execution.results_dir={tmp_path / results}"]))
        )

    return run


def table(folder, name):
    return pd.read_parquet(folder / f"{name}.parquet")


def estimates(folder):
    return table(folder, "estimates").set_index(["metric", "kind", "group", "arm"])


def test_the_painter_is_asked_with_the_cards_seeds_and_says_why_it_is_not_the_card(drawn):
    folder = drawn("model=planted")
    images = table(folder, "images")
    assert list(images[images["role"] == "korean"]["seed"]) == SEEDS
    assert json.loads((folder / "verdicts.json").read_text()) == {}
    found = estimates(folder)
    for seed in SEEDS:
        assert found["estimate"]["mean_similarity", "each_picture", str(seed), "korean"] is not None
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "it has no verdict" in page
    assert "These are not the card’s pictures" in page
    assert "steps none (the card: 25)" in page
    assert table(folder, "recorded")["card"].str.contains("These are not the card’s").all()


def test_pictures_painted_again_are_the_same_and_the_page_says_so(drawn, tmp_path):
    drawn("model=planted")
    shutil.rmtree(tmp_path / "results" / "images")
    folder = drawn("model=planted")
    found = estimates(folder)
    assert found["estimate"]["recorded", "same_as_recorded", "", "korean"] == 1.0
    assert found["estimate"]["recorded", "recorded_difference", "12345", "english"] == 0.0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Of 8 pictures, 8 were painted anew" in page
    assert "8 of these are the same to the last bit" in page


MINIATURE = ("prompts.limit=1", "generation.steps=3", "arms=[korean,english,original]")


def changed(folder: Path) -> Path:
    """Copy the miniature, with one tensor of its text encoder a fifth larger."""
    from safetensors.torch import load_file, save_file

    shutil.copytree(checkpoints.locate("package:miniature", None), folder)
    [file] = (folder / "text_encoder").glob("*.safetensors")
    weights = load_file(file)
    name = next(name for name in weights if "final_layer_norm.weight" in name)
    weights[name] = weights[name] * 1.2
    save_file(weights, file, metadata={"format": "pt"})
    return folder


def test_a_changed_weight_of_the_miniature_is_found_in_the_arms_that_have_it(drawn, tmp_path):
    drawn(*MINIATURE)
    copy = changed(tmp_path / "copy")
    recorded = table(drawn(*MINIATURE, f"model.pipeline.repo={copy}"), "recorded")
    of = recorded.set_index("role")
    assert of["outcome"].to_dict() == {
        "korean": "drawn otherwise",
        "english": "drawn otherwise",
        "original": "not painted",
    }
    for role in ("korean", "english"):
        assert "they differ in 'model.components.text_encoder' (" in of["sentence"][role]
        assert "unet" not in of["sentence"][role]
        assert of["difference"][role] > 1
    shutil.rmtree(tmp_path / "results" / "images")
    again = table(drawn(*MINIATURE), "recorded")
    assert set(again["outcome"]) == {"same"}


def test_the_miniature_draws_an_example_with_every_arm(drawn):
    folder = drawn("prompts.limit=1")
    images = table(folder, "images")
    assert list(images["role"]) == ["korean", "english", "original", "translated", "foreign"]
    assert set(images["seed"]) == {23957}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for identity in manifest["identities"]["models"].values():
        assert identity["steps"] == 25
        assert identity["scheduler"]["class"] == "EulerAncestralDiscreteScheduler"
    recorded = table(folder, "recorded")
    assert set(recorded["steps"]) == {25}
    assert "device cpu (the card: CUDA)" in recorded["card"][0]
    assert "steps" not in recorded["card"][0]
    assert "<dt>Steps</dt><dd><code>25</code>" in (folder / "report.html").read_text()


@pytest.mark.slow
def test_the_whole_experiment_on_the_miniature_comes_out_the_same_twice(drawn, tmp_path):
    drawn()
    again = drawn(
        "record.against=" + str(tmp_path / "results/card_examples/record.jsonl"), results="b"
    )
    recorded = table(again, "recorded")
    assert len(recorded) == 20
    assert set(recorded["outcome"]) == {"same"}
    assert list(recorded[recorded["role"] == "korean"]["seed"]) == SEEDS


def test_prompts_without_seeds_are_refused(drawn):
    with pytest.raises(PromptError, match=r"has no seed, and generation\.noise=card"):
        drawn("model=planted", "prompts=general")


def test_a_card_that_asks_for_more_pictures_has_one_of_each_seed(drawn):
    images = table(drawn("model=planted", "generation.replicates=2"), "images")
    assert set(images["replicate"]) == {0}
    assert list(images[images["role"] == "korean"]["seed"]) == SEEDS
