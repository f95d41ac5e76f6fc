"""A study gives its models back, and what a model cannot do ends it with one sentence."""

import json
import shutil
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from ksd_eval import card, pipeline, studying
from ksd_eval.__main__ import main
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.execution import host
from ksd_eval.experiment import Work, planned
from ksd_eval.judges import weights
from ksd_eval.models.base import Autoencoder, Encoding, Heavy, Model, TextEncoder
from ksd_eval.reports import page
from ksd_eval.studies.base import StudyError

SMALL = ("execution.workers=1", "prompts.limit=4", "analysis.resamples=100")
SENT = ("experiment=autoencoder", "study.count=2", "study.photograph_size=64", *SMALL)
READ = ("experiment=text_encoder", *SMALL)


@dataclass(frozen=True)
class Counting(Model, Autoencoder, TextEncoder, Heavy):
    """Weights that a list tells of: when they are used, and when they are given back."""

    log: list[str] = field(default_factory=list)
    name: str = "model"
    error: Exception | None = None
    size: int = 0

    def identity(self):
        return {"counting": self.name}

    def paint(self, requests, batch_shape):
        raise AssertionError("a study paints nothing")

    def round_trip(self, images):
        self._use()
        return [image.rotate(180) for image in images]

    def encodings(self, texts):
        self._use()
        states = np.ones((3, 2), np.float32)
        return [Encoding(3, ("start", "content", "end"), states) for _ in texts]

    def _use(self):
        if self.error is not None:
            raise self.error
        said = f"{self.name} used"
        if self.log[-1:] != [said]:
            self.log.append(said)

    def remarks(self):
        return []

    def footprint(self):
        return self.size

    def release(self):
        self.log.append(f"{self.name} released")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Make the work of a study whose models are replaced, each by one of its name."""
    monkeypatch.setattr(page, "write", lambda view: None)

    def made(words, **options):
        experiment = built(composed([*words, f"execution.results_dir={tmp_path}"]))
        log = []
        models = {name: Counting(log, name, **options) for name in experiment.models}
        experiment = replace(experiment, models=models)
        return Work(experiment, planned(experiment)), log

    return made


def test_a_study_gives_its_model_back_and_deciding_it_loads_none(work):
    sent, log = work(SENT)
    pipeline.run(sent.experiment)
    used = [said for said in log if said.endswith("used")]
    assert used == ["miniature used"], "verdicts come of what was found"
    assert log[:2] == ["miniature used", "miniature released"]
    assert (sent.home.folder / "figures" / "before_after.png").is_file()
    log.clear()
    claim = sent.experiment.claims["autoencoder"]
    [found] = claim.chosen(pipeline.estimates_at(sent)(claim, 0.9))
    assert found.estimate is not None
    assert "miniature used" not in log


def test_where_a_table_is_gone_deciding_looks_again_and_gives_the_model_back(work):
    sent, log = work(SENT)
    pipeline.run(sent.experiment)
    for file in sent.home.folder.glob("round_trips.*"):
        file.unlink()
    log.clear()
    claim = sent.experiment.claims["autoencoder"]
    decided = pipeline.estimates_at(sent)
    assert decided(claim, 0.9)
    assert decided(claim, 0.99)
    mine = [said for said in log if said.startswith("miniature ")]
    assert mine == ["miniature used", "miniature released", "miniature released"]


def test_no_two_text_encoders_are_in_memory_and_judges_are_closed_in_the_end(work, monkeypatch):
    read, log = work(READ)
    monkeypatch.setattr(studying.device, "close", lambda: log.append("judges closed"))
    studying.conduct(read)
    assert log.pop() == "judges closed"
    names = list(read.experiment.models)
    assert len(names) == 2
    first, second = names
    assert log[:4] == [
        *(f"{first} used", f"{first} released", f"{second} used", f"{second} released")
    ]
    assert log[4:] == [f"{name} released" for name in names]


def lack_of_memory():
    import torch

    return torch.OutOfMemoryError("CUDA out of memory.\nTried to allocate 2 GiB.")


@pytest.mark.parametrize("words", [SENT, READ], ids=["autoencoder", "text_encoder"])
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (lambda: ValueError("it has none"), "model 'miniature': it has none"),
        (lambda: OSError("gone."), "model 'miniature': it stopped with OSError: gone"),
        (lambda: RuntimeError("bad\nshape"), "it stopped with RuntimeError: bad shape"),
        (lack_of_memory, "a GPU has no memory for it (CUDA out of memory. Tried to allocate 2 GiB"),
    ],
)
def test_what_a_model_raises_is_one_sentence_and_its_memory_is_given_back(
    work, words, error, sentence
):
    made, log = work(words, error=error())
    with pytest.raises(StudyError) as caught:
        pipeline.run(made.experiment)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert set(log) == {f"{name} released" for name in made.experiment.models}


@pytest.mark.parametrize("words", [SENT, READ], ids=["autoencoder", "text_encoder"])
def test_a_model_that_has_no_room_is_not_loaded(work, words, monkeypatch):
    monkeypatch.setattr(host, "available", lambda: 2.0)
    made, log = work(words, size=2 * 2**30)
    with pytest.raises(
        StudyError, match=r"'miniature' needs about 2\.5 GiB of memory and 2\.0 GiB"
    ):
        pipeline.run(made.experiment)
    assert not [said for said in log if said.endswith("used")]


@pytest.fixture
def broken(tmp_path):
    """The miniature with an autoencoder whose configuration is cut off."""
    folder = shutil.copytree(weights.located("package:miniature"), tmp_path / "broken")
    (folder / "vae" / "config.json").write_text('{"_class_name": ', encoding="utf-8")
    return folder


def test_a_damaged_autoencoder_is_one_line_of_the_command(broken, tmp_path, capsys):
    words = [*SENT, f"model.repo={broken}", f"execution.results_dir={tmp_path / 'results'}"]
    assert main(words) == 2
    [line] = capsys.readouterr().err.strip().splitlines()
    assert "model 'miniature': " in line
    assert "could not be loaded" in line
    assert "vae/config.json' is not a valid JSON file" in line


def test_a_card_goes_on_past_a_study_whose_model_is_damaged(broken, tmp_path, capsys):
    words = [*("experiment=card", "parts=[autoencoder,text_encoder]", f"model.repo={broken}")]
    words += ["execution.workers=1", f"execution.results_dir={tmp_path / 'results'}"]
    folder = card.run(built(composed(words)))
    said = capsys.readouterr().out
    for part in ("autoencoder", "text_encoder"):
        assert f"{part} could not be done: model 'miniature': {broken} could not be loaded" in said
    ledger = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    assert ledger["autoencoder"]["sentence"].startswith("Not measured: model 'miniature': ")
