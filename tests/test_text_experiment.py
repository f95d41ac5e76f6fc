"""The experiment `text` on the painter: a planted fault is found, and its absence is not."""

import json

import pandas as pd
import pytest

from ksd_eval import pipeline
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed

THREE_IN_TEN_WRONG = "+model.pipeline.faithful={ko: {word: 0.7}}"


def ran(tmp_path, *words):
    """Return the verdict on the card's admission and the estimates over all prompts."""
    asked = ["experiment=text", "model=planted", "analysis.resamples=20", "execution.workers=1"]
    pipeline.run(built(composed([*asked, *words, f"execution.results_dir={tmp_path}"])))
    [manifest] = tmp_path.glob("text/*/manifest.json")
    verdict = json.loads((manifest.parent / "verdicts.json").read_text(encoding="utf-8"))["text"]
    table = pd.read_parquet(manifest.parent / "estimates.parquet")
    table = table[(table["by"] == "") & (table["estimand"] == "over_prompts")]
    return verdict, table.set_index(["metric", "category", "arm"])["estimate"]


def test_three_words_in_ten_are_wrong_in_korean(tmp_path):
    verdict, found = ran(tmp_path, THREE_IN_TEN_WRONG, "generation.replicates=2")
    assert verdict["outcome"] == "supported"
    assert found["share_exact_match", "exact", "korean"] == pytest.approx(0.7, abs=0.1)
    assert found["share_exact_match", "exact", "english"] == 1.0
    # Another word shares a character or two with the one asked for, seldom more.
    assert 0.15 < verdict["estimate"] <= 1 - found["share_exact_match", "exact", "korean"]
    assert found["difference_character_error", "", "korean - english"] == verdict["estimate"]


def test_a_model_that_writes_as_asked_is_not_accused(tmp_path):
    verdict, found = ran(tmp_path)
    assert verdict["outcome"] == "refuted"
    assert verdict["estimate"] == 0.0
    assert found["share_script", "prompt.script", "korean"] == 1.0


@pytest.mark.slow
@pytest.mark.usefixtures("ocr")
@pytest.mark.parametrize("fault", [[THREE_IN_TEN_WRONG], []], ids=["planted", "absent"])
def test_ocr_finds_the_same_at_256_pixels(tmp_path, fault):
    size = ["+model.pipeline.size=256", "matched.painted.size=256"]
    verdict, found = ran(tmp_path, *size, *fault, "metrics.excess_character_error.judge=ocr")
    korean, english = (found["mean_character_error", "", arm] for arm in ("korean", "english"))
    assert (verdict["outcome"] == "supported") == bool(fault)
    assert (0.15 < korean - english < 0.4) if fault else korean == english
