"""A model of photographs is asked and judged otherwise, and what only the user has is named."""

import json

import numpy as np
import pytest
from PIL import Image

from ksd_eval import card, extensions, pipeline
from ksd_eval.config import photographs as of_photographs
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.extensions import ConfigError
from ksd_eval.judges.picture_files import TabledFiles
from ksd_eval.prompts.base import PromptError

CONF = extensions.own_conf()
OF_PHOTOGRAPHS = sorted(path.stem for path in (CONF / of_photographs.GROUP).glob("*.yaml"))
ABOUT_THE_INSTRUMENT = {"calibration", "power"}
SMALL = [
    *("model=korean_sd", "model.pipeline.repo=package:miniature", "model.pipeline.revision=null"),
    *("model.counterpart.pipeline.repo=package:miniature_en", "model.pipeline.steps=1"),
    *("model.counterpart.pipeline.revision=null", "model.counterpart.pipeline.steps=1"),
    "model.translated=null",  # a translator of its own, which is not there
    *("prompts.limit=3", "generation.replicates=1", "analysis.resamples=20", "execution.workers=1"),
]
"""The real model's configuration, with the miniature's weights in the place of its own."""


def experiment(*words):
    return built(composed(list(words)))


def test_every_experiment_of_the_card_has_a_form_for_photographs():
    parts = {part.run.name for part in composed(["experiment=card"]).parts}
    assert parts <= set(OF_PHOTOGRAPHS)
    assert not ABOUT_THE_INSTRUMENT & set(OF_PHOTOGRAPHS)


@pytest.mark.parametrize("name", OF_PHOTOGRAPHS)
def test_nothing_of_the_painted_world_judges_photographs(name):
    text = composed([f"experiment={name}", "model=korean_sd"]).text
    # The autoencoder's round trip sends paintings beside photographs, through any model.
    if name != "autoencoder":
        assert "judges.world_reader" not in text
        assert "package:judge" not in text
        assert "PaintedReference" not in text
        assert "package:worlds_" not in text


@pytest.mark.parametrize("name", OF_PHOTOGRAPHS)
def test_a_model_of_paintings_is_asked_as_before(name):
    painted = composed([f"experiment={name}", "model=miniature"])
    assert "${photographs" not in painted.text
    assert painted.lacking == {}


def test_one_may_say_what_a_model_draws():
    words = ["experiment=people", "model=korean_sd", "model.draws=paintings"]
    assert "worlds_people_and_places" in composed(words).text
    words = ["experiment=people", "model=miniature", "model.draws=photographs"]
    assert "MtcnnFaces" in composed(words).text
    with pytest.raises(ConfigError, match=r"unknown model\.draws 'films'"):
        composed(["experiment=people", "model.draws=films"])


def test_the_command_line_has_the_last_word():
    words = ["experiment=people", "model=korean_sd", "prompts=general", "prompts.keep.kind=general"]
    assert {pair.attributes["kind"] for pair in experiment(*words).prompts()} == {"general"}


def test_what_the_user_gives_is_used(tmp_path):
    folder = photographs(tmp_path)
    words = ["experiment=people", "model=korean_sd"]
    without = experiment(*words)
    assert set(without.lacking) == {"matched.people"}
    assert without.matched == {}
    given = experiment(*words, f"photographs.people={folder}")
    assert given.lacking == {}
    assert len(given.matched["people"]()) == 3


def test_everything_that_one_can_give_is_asked_for_by_an_experiment():
    files = [
        path for group in (of_photographs.GROUP, "prompts") for path in (CONF / group).iterdir()
    ]
    texts = "".join(path.read_text(encoding="utf-8") for path in files)
    for own in of_photographs.WHAT:
        assert f"${{photographs.{own}}}" in texts
        assert of_photographs.sentence(own).startswith(f"photographs.{own}=PATH is not given: ")


def test_without_prompts_it_is_said_what_to_give():
    made = experiment("experiment=memorisation", "model=korean_sd")
    with pytest.raises(PromptError, match=r"photographs\.repeated=PATH is not given: a table"):
        pipeline.run(made)


def test_a_plug_in_that_is_null_is_left_out():
    assert "labels" not in experiment("experiment=bias", "judges.labels=null").judges


def photographs(tmp_path):
    folder = tmp_path / "photographs"
    folder.mkdir()
    for name in ("a", "b", "c"):
        noise = np.random.default_rng(ord(name)).integers(0, 255, (40, 60, 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / f"{name}.png")
    return folder


def captions(folder, *lines):
    (folder / "captions.csv").write_text("\n".join(["file,ko,en", *lines]), encoding="utf-8")
    return TabledFiles(path=str(folder), size=16)


def test_pictures_have_the_texts_of_their_table_in_its_order(tmp_path):
    folder = photographs(tmp_path)
    found = captions(folder, "c.png,셋,three", "a.png,하나,one")
    assert found.captions() == [("셋", "three"), ("하나", "one")]
    assert [picture.size for picture in found()] == [(16, 16)] * 2
    third = TabledFiles(path=str(folder), size=16, count=1)
    assert third.captions() == [("셋", "three")]
    assert np.array_equal(third()[0], found()[0])
    assert third.identity() != found.identity()
    assert captions(folder, "c.png,셋,3", "a.png,하나,one").identity() != found.identity()


@pytest.mark.parametrize(
    ("line", "word"),
    [("d.png,넷,four", "line 2: the picture 'd.png' is not there"), ("a.png,,one", "ko is empty")],
)
def test_a_table_that_is_wrong_is_named_by_its_line(tmp_path, line, word):
    with pytest.raises(ValueError, match=word):
        captions(photographs(tmp_path), line).identity()


def test_a_folder_without_its_table_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"holds no captions\.csv; write one"):
        TabledFiles(path=str(photographs(tmp_path))).identity()


def test_every_row_of_a_real_models_card_is_measured_or_says_what_is_missing(tmp_path):
    # The autoencoder alone needs nothing, and is long at the size of real pictures.
    parts = "parts=[bias,photorealism,composition,people,language,safety,memorisation]"
    words = ["experiment=card", *SMALL, parts, f"execution.results_dir={tmp_path}"]
    folder = card.run(experiment(*words))
    ledger = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    said = {name: one["sentence"] for name, one in ledger.items()}
    assert "photographs.reference=PATH is not given" in said["photorealism"]
    assert "google/owlv2-base-patch16-ensemble" in said["composition"]
    assert "photographs.people=PATH is not given" in said["people"]
    assert "photographs.captioned=PATH is not given" in said["language"]
    assert "photographs.repeated=PATH is not given" in said["memorisation"]
    assert "`hf download laion/CLIP-ViT-H-14-laion2B-s32B-b79K`" in said["culture"]
    assert "hf download stable-diffusion-v1-5/stable-diffusion-v1-5" in said["checker"]
    assert "pixels are too few" in said["adult"] or "pip install" in said["adult"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "photographs.people=PATH is not given" in page
