from dataclasses import replace

import pytest

from ksd_eval.miniature.fitting import Plan
from ksd_eval.miniature.train import STAGES, Recipe

SHORT = Plan(steps=2)


@pytest.mark.slow
def test_every_stage_runs_and_the_result_opens_as_a_pipeline(tmp_path):
    from diffusers import StableDiffusionPipeline

    recipe = Recipe(build=tmp_path / "build", weights=tmp_path / "weights", corpus=300)
    plans = ("autoencoder", "clip", "denoiser", "korean", "judge", "reader")
    recipe = replace(recipe, **dict.fromkeys(plans, SHORT))
    for stage in STAGES.values():
        stage(recipe)
    for name in ("miniature", "miniature_en"):
        assert StableDiffusionPipeline.from_pretrained(recipe.weights / name).safety_checker
    assert (recipe.weights / "judge" / "open_clip_config.json").is_file()
    assert (recipe.weights / "reader" / "reader.safetensors").is_file()


@pytest.mark.slow
def test_a_stage_that_is_done_is_not_done_again(tmp_path):
    recipe = Recipe(build=tmp_path, weights=tmp_path / "weights", autoencoder=SHORT)
    STAGES["autoencoder"](recipe)
    log = (tmp_path / "autoencoder" / "log.jsonl").read_text()
    STAGES["autoencoder"](recipe)
    assert (tmp_path / "autoencoder" / "log.jsonl").read_text() == log
