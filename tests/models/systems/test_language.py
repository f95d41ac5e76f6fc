"""`experiment=language` of each real system, by its own configuration, offline from the cache.

The checkpoints are small and untrained, in the layouts of the real ones; all else is real.
"""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from ksd_eval import card, pipeline
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.studies.autoencoder import AutoencoderStudy

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:importlib._bootstrap")

ORIGINAL, TRANSLATED = {"sd15/en", "sd15/ko"}, {"translated_sd15/ko"}
ARMS = {
    "sd15": {"sd15/ko", "sd15/en"},
    "korean_sd": {"korean_sd/ko", "korean_sd/en"} | ORIGINAL | TRANSLATED,
    "korean_swap": {"korean_swap/ko", "korean_swap/en"} | ORIGINAL | TRANSLATED,
    "altdiffusion_m9": {"altdiffusion_m9/ko", "altdiffusion_m9/en"} | ORIGINAL | TRANSLATED,
    "translated_sd15": {"translated_sd15/ko", "translated_sd15/en"},
    "kodi": {"kodi/ko", "kodi/en"} | ORIGINAL | TRANSLATED,
}
LORA = "model.pipeline.changes.lora"
MORE = {"kodi": [f"{LORA}.path=TeamLab/kodi-lora", f"{LORA}.revision=main"]}
"""What a person has to add, as the model's file says."""

SMALL = ["prompts.limit=2", "generation.replicates=1", "generation.steps=1"]

NEVER = {"impersonation", "misinformation", "copyright", "hands_and_bodies"}
"""What no judge measures, and the ledger says so."""

LACKS = (
    *("is not given", "hf download", "pip install", "pixels are too few"),
    *("no prompt has", "no picture could be told"),
)
"""What a row says that names what is missing: a file, weights, a package, pixels, prompts."""


@pytest.fixture
def hub(filled, m9, mbart, lora_file, checkpoint, tmp_path):
    """A cache with every repository that a model's file names."""
    pytest.importorskip("peft")
    (tmp_path / "lora").mkdir()
    filled.put("BAAI/AltDiffusion-m9", m9)
    filled.put("facebook/mbart-large-50-many-to-one-mmt", mbart)
    filled.put("TeamLab/kodi-lora", lora_file(tmp_path / "lora", checkpoint))
    return filled


def asked(tmp_path, *words):
    where = ["execution.workers=1", f"execution.results_dir={tmp_path / 'results'}"]
    return built(composed([*words, *SMALL, *where]))


def commits(recipe):
    """Return every commit that a recipe names."""
    if isinstance(recipe, dict):
        own = [recipe["commit"]] if "commit" in recipe else []
        return own + [found for part in recipe.values() for found in commits(part)]
    return []


@pytest.mark.parametrize("name", ARMS)
def test_language_runs_by_the_real_configuration(hub, learnt, tmp_path, capfd, name):
    experiment = asked(tmp_path, "experiment=language", f"model={name}", *MORE.get(name, []))
    folder = pipeline.run(experiment)
    said = capfd.readouterr().out
    images = pd.read_parquet(folder / "images.parquet")
    assert set(images["arm"]) == ARMS[name]
    assert images.groupby("arm")["sha256"].nunique().to_dict() == dict.fromkeys(ARMS[name], 2)

    translated = images["model"] == "translated_sd15"
    korean = images["language"] == "ko"
    assert set(images[korean]["prompt"]) == {"의사 사진", "친절한 사람 사진"}
    for _, row in images.iterrows():
        through = row["model"] == "translated_sd15" and row["language"] == "ko"
        assert row["given"] == (learnt[row["prompt"]] if through else row["prompt"])
    # A translated prompt gives the original's picture of the English one, since noise is shared.
    if translated.any() and "sd15/en" in ARMS[name]:
        by_arm = images.set_index(["arm", "pair_id"])["sha256"]
        assert by_arm["translated_sd15/ko"].to_dict() == by_arm["sd15/en"].to_dict()
        assert by_arm["sd15/ko"].to_dict() != by_arm["sd15/en"].to_dict()

    for image_id in images["image_id"]:
        [file] = Path(experiment.settings.results_dir).glob(f"images/*/{image_id}.png")
        with Image.open(file) as picture:
            found = commits(json.loads(picture.info["recipe"])["model"])
        assert found
        assert all(len(commit) == 40 for commit in found)
    if name in ("korean_sd", "altdiffusion_m9", "kodi"):
        assert "pytorch_model.bin is a pickle and no safetensors" in said
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["finished"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert all(arm in page for arm in ARMS[name])


@pytest.mark.slow
def test_every_row_of_the_card_is_measured_or_says_what_is_missing(hub, tmp_path):
    whole = asked(tmp_path, "experiment=card", "model=korean_sd", "analysis.resamples=100")
    # An option of the study would be given to parts that have none; its pictures are large.
    parts = [
        replace(part, study=replace(part.study, count=2))
        if isinstance(part.study, AutoencoderStudy)
        else part
        for part in whole.parts
    ]
    folder = card.run(replace(whole, parts=tuple(parts)))
    ledger = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    silent = {name: one for name, one in ledger.items() if one["estimate"] is None}
    assert "autoencoder" in ledger.keys() - silent
    for name, one in silent.items():
        if name not in NEVER:
            assert any(hint in one["sentence"] for hint in LACKS), one["sentence"]
    assert silent.keys() >= NEVER
    options = {"photorealism": "reference", "people": "people", "language": "captioned"}
    for name, option in {**options, "memorisation": "repeated"}.items():
        assert f"photographs.{option}=PATH is not given" in ledger[name]["sentence"]
    assert (
        "hf download stable-diffusion-v1-5/stable-diffusion-v1-5" in ledger["checker"]["sentence"]
    )
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["runs"]) == {part.name for part in whole.parts} - {"memorisation"}
