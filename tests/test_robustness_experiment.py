"""The experiment `robustness` on the painter, which forgives what a tokenizer forgives."""

import unicodedata

import pandas as pd
import pytest

from ksd_eval import pipeline
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.models import planted

IDENTICAL = ["nfd", "double_space", "newline", "nbsp", "leading_space", "letter_case"]


def ran(folder, *words):
    """Return the run's estimates by metric, kind and form, and its page in short."""
    asked = ["experiment=robustness", "model=planted", "analysis.resamples=200"]
    where = ["execution.workers=1", f"execution.results_dir={folder}"]
    pipeline.run(built(composed([*asked, *words, *where])))
    [home] = folder.glob("robustness/*/")
    table = pd.read_parquet(home / "estimates.parquet")
    table = table[table["by"].isin(["perturbation", "expected"])]
    kinds = table["kind"].str.partition(".")[0]
    page = (home / "report.md").read_text(encoding="utf-8")
    return table.set_index(["metric", kinds, "group"]).sort_index(), page


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return ran(tmp_path_factory.mktemp("planted"), "prompts.limit=12")


def test_what_a_tokenizer_forgives_gives_the_same_pixels_and_no_effect(run):
    found, page = run
    pixels = found.loc["identical_pixels", "identical_pixels"]
    effects = found.loc["form_effect_similarity", "form_effect"]
    assert (pixels.loc[IDENTICAL, "estimate"] == 1).all()
    assert (effects.loc[IDENTICAL, "estimate"] == 0).all()
    assert pixels.loc["identical", "n_images"] == 5 * 12 + 3
    assert "all 63 pictures are those of the plain prompt, to the last bit" in page
    assert "Something is wrong" not in page


@pytest.mark.parametrize("form", ["romanise", "spacing", "compatibility_jamo", "ending_polite"])
def test_what_puts_a_prompt_beyond_the_model_is_found(run, form):
    # Out of the grammar, the planted model answers with anything: nothing is left of the prompt.
    found, page = run
    effect = found.loc["form_effect_similarity", "form_effect", form]
    assert effect["ci_high"] < -0.2
    assert -1.3 < effect["estimate"] < -0.6
    assert effect["q_value"] < 0.05
    assert found.loc["identical_pixels", "identical_pixels", form]["estimate"] < 0.1
    assert "With an effect beyond what luck explains, of 15 changes" in page


def test_a_form_is_not_called_equivalent_for_want_of_evidence(run):
    found, _ = run
    tested = found.loc["form_effect_similarity", "form_equivalence"]["q_value"].dropna()
    assert "spacing" in tested.index
    assert (tested > 0.05).all()


def test_every_form_and_its_plain_picture_is_asked_of_every_measurement(run):
    found, page = run
    for metric in ("similarity", "occupation", "gender", "age"):
        assert len(found.loc[f"form_effect_{metric}", "form_effect"]) == 21
    assert "12 prompts, each written" in page
    assert "192 in all, of 21 kinds" in page


def test_a_pipeline_that_sees_how_hangul_is_composed_is_found_out(tmp_path, monkeypatch):
    understood = planted.parse

    def literal(text):
        return understood(text) if unicodedata.is_normalized("NFC", text) else None

    monkeypatch.setattr(planted, "parse", literal)
    found, page = ran(tmp_path, "prompts.limit=4", "prompts.perturb=[nfd,newline]")
    pixels = found.loc["identical_pixels", "identical_pixels"]
    assert pixels.loc["nfd", "estimate"] == 0
    assert pixels.loc["newline", "estimate"] == 1
    assert pixels.loc["identical", "note"].startswith("4 of 8 pictures have other pixels")
    assert "Something is wrong: of 8 pictures of changes that must change nothing, 4 differ" in page
    assert "to the last bit, as they have to be" not in page
