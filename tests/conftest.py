"""A toy package of plug-ins, as if it were installed, and commands given in an empty folder."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

# Before anything imports numpy or torch: two processes of two threads each are slower than one.
os.environ.update({"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"})

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from ksd_eval import store
from ksd_eval.__main__ import main
from ksd_eval.records import (
    Estimate,
    ImageRecord,
    Measurement,
    Verdict,
    fingerprint,
    noise_seed,
)
from ksd_eval.reports import page
from ksd_eval.store import RunStore

FAKES = Path(__file__).parent / "fakes"


@pytest.fixture
def here(monkeypatch, tmp_path):
    """An empty folder to give commands in, with the toy package installed."""
    monkeypatch.syspath_prepend(str(FAKES))
    monkeypatch.chdir(tmp_path)
    with mock.patch.dict(os.environ):  # a run fixes the threads of its process there
        yield tmp_path


@pytest.fixture(scope="session")
def ocr():
    """Skip where Tesseract, its Korean, or what finds lines of text is not installed."""
    if shutil.which("tesseract") is None or find_spec("rapidocr") is None:
        pytest.skip("Tesseract or rapidocr is not installed")
    said = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True)
    if not {"kor", "eng"} <= set(said.stdout.split()):
        pytest.skip("Tesseract has not both Korean and English")


@pytest.fixture
def plain_page(monkeypatch):
    """A page that takes no time to draw; the list that is returned gets each view."""
    views = []

    def write(view):
        views.append(view)
        (view.folder / "report.html").write_text(view.language, encoding="utf-8")

    monkeypatch.setattr(page, "write", write)
    return views


@pytest.fixture
def tiny(here, plain_page):
    """Give `experiment=tiny` with further options, in this process, and return the run's folder."""

    def run(*options: str) -> Path:
        words = ["experiment=tiny", "execution.workers=1", *options]
        assert main(words) == 0
        results = next((o.partition("=")[2] for o in options if "results_dir" in o), "results")
        manifests = (here / results).glob("tiny/*/manifest.json")
        return max(manifests, key=lambda path: path.stat().st_mtime_ns).parent

    return run


def command(*words: str) -> list[str]:
    """Return `python -m ksd_eval WORDS` as a process can be given it."""
    return [sys.executable, "-m", "ksd_eval", *words]


def surroundings() -> dict[str, str]:
    """Return an environment in which the toy package is installed."""
    places = [str(FAKES), str(FAKES.parents[1]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}


def _hears_ctrl_c():
    """Undo what a shell does to a test run in the background: its children ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def process(here):
    """Start `python -m ksd_eval WORDS` as a process of its own."""
    started: list[subprocess.Popen[str]] = []

    def start(words: Sequence[str]) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                command(*words),
                cwd=here,
                env=surroundings(),
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                preexec_fn=_hears_ctrl_c,
            )
        )
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()


@pytest.fixture(scope="session")
def runs_made(tmp_path_factory):
    """Runs that were made already, by what they were made of: each takes a second."""
    return tmp_path_factory.mktemp("made"), {}


@pytest.fixture
def made(tmp_path, runs_made):
    """Make a finished run of two arms without a model: what was measured is given, pair by pair.

    Its estimates are those of real metrics, its verdicts those of real claims.
    """
    home, there = runs_made

    def make(*args, **options):
        key = fingerprint(repr((args, sorted(options.items()))))
        if key not in there:
            there[key] = make_run(home / key, *args, **options)
        folder = there[key]
        shutil.copytree(home / key, tmp_path / "results", dirs_exist_ok=True)
        return tmp_path / "results" / folder.parent.name / folder.name

    return make


METRICS = {
    "share_gender": {
        "_target_": "ksd_eval.metrics.shares.Share",
        "measurement": "gender",
        "categories": ["woman"],
        "by": "kind",
    },
    "mean_likeness": {"_target_": "ksd_eval.metrics.means.Mean", "measurement": "likeness"},
    "difference_likeness": {
        "_target_": "ksd_eval.metrics.differences.PairedDifference",
        "measurement": "likeness",
        "contrasts": ["korean - english"],
    },
    "excess_gender": {
        "_target_": "ksd_eval.metrics.shares.Excess",
        "measurement": "gender",
        "categories": ["woman"],
        "reference": {"woman": 0.5, "man": 0.5},
    },
    "abstentions": {"_target_": "ksd_eval.metrics.abstentions.Abstentions"},
}
CLAIMS = {
    "culture": {
        "_target_": "ksd_eval.claims.Claim",
        "admission": "Women are the default.",
        "subject": "the share of women, less one half",
        "about": {"metric": "excess_gender", "category": "woman", "arm": "korean"},
        "margin": 0.05,
        "experiment": "bias",
    },
    "text": {
        "_target_": "ksd_eval.claims.Claim",
        "admission": "It cannot render legible text.",
        "subject": "the error",
        "about": {"metric": "error"},
        "margin": 0.1,
        "experiment": "text",
    },
    "copyright": {
        "_target_": "ksd_eval.claims.Admission",
        "admission": "It can copy.",
        "reason": "that is for a court to say",
    },
}
MODEL = {
    "name": "painter",
    "pipeline": {"_target_": "ksd_eval.models.pipelines.DiffusersModel", "repo": "someone/painter"},
    "counterpart": None,
    "translated": None,
}


def make_run(
    results,
    run_id="a",
    women=(0.5,) * 12,
    likeness=None,
    *,
    seed=0,
    pair="pair",
    text="그림",
    name="bias",
    metrics=METRICS,
    claims=CLAIMS,
    judge=None,
    steps=20,
    pictures=False,
    spoilt=False,
    blind=False,
    unsure=(),
    model=MODEL,
    manifest=None,
):
    """Write a finished run: `women[j]` of pair j's two Korean pictures show a woman.

    The judge cannot tell the gender of `unsure[j]` of them, the first ones.

    `likeness[role][j]` is the value of both of its pictures; `spoilt` writes estimates of others.
    The judge of a `blind` run had no weights.
    """
    likeness = likeness or {role: [0.0] * len(women) for role in ("korean", "english")}
    home = RunStore(results / name / run_id)
    prompts = pd.DataFrame(
        {
            "pair_id": [f"{pair}-{j:03d}" for j in range(len(women))],
            "ko": [f"{text} {j}" for j in range(len(women))],
            "en": [f"picture {j}" for j in range(len(women))],
            "prompt.kind": ["even" if j % 2 == 0 else "odd" for j in range(len(women))],
        }
    )
    images, measured = [], []
    for role in ("korean", "english"):
        for j, pair_id in enumerate(prompts["pair_id"]):
            for replicate in range(2):
                one, said = _picture(
                    results, role, pair_id, replicate, seed, run_id, pictures=pictures
                )
                woman = replicate < round(2 * (women[j] if role == "korean" else 0.5))
                gender = Measurement("gender", label="woman" if woman else "man")
                if role == "korean" and replicate < (*unsure, *[0] * len(women))[j]:
                    gender = Measurement("gender", status="abstained", reason="no face")
                images.append(one)
                measured += [
                    {**said, **asdict(gender)},
                    {**said, **asdict(Measurement("likeness", value=likeness[role][j]))},
                ]
    if blind:
        gone = {"label": None, "value": None, "status": "missing", "reason": "no weights"}
        measured = [one | gone for one in measured]
    home.write_table("prompts", prompts, {})
    home.write_table("images", pd.DataFrame(images), store.types_of(ImageRecord))
    home.write_table("measurements", pd.DataFrame(measured), store.types_of(Measurement))
    config = {"name": name, "model": model, "metrics": metrics, "claims": claims}
    config |= {"analysis": {"level": 0.95}, "generation": {"seed": seed, "steps": steps}}
    _decide(home, config, spoilt)
    home.finish(
        {
            "name": name,
            "run_id": run_id,
            "finished": "2026-11-25T00:00:00+00:00",
            "command": f"python -m ksd_eval experiment={name}",
            "arms": {"korean": "painter/ko", "english": "painter/en"},
            "identities": {
                "models": {"painter": {"components": {"unet": run_id}, "steps": steps}},
                "judges": {"reader": judge or {"judge": "reader", "weights": "1"}},
            },
            "code": {"version": "0.1.0", "source": "s"},
            **(manifest or {}),
        }
    )
    return home.folder


def _picture(results, role, pair_id, replicate, seed, run_id, *, pictures):
    image_id = fingerprint([role, pair_id, replicate, seed, run_id])
    sha256 = ""
    if pictures:
        pixels = np.random.default_rng(int(image_id, 16)).integers(0, 256, (8, 8, 3), np.uint8)
        recipe = {"prompt": pair_id}
        images = store.ImageStore(results / "images")
        sha256 = images.write(image_id, Image.fromarray(pixels), None, recipe).sha256
    language = "ko" if role == "korean" else "en"
    drawn = noise_seed(pair_id, replicate, seed)
    arm = f"painter/{language}"
    asked = (image_id, pair_id, replicate, arm, role, "painter", language, f"of {pair_id}")
    record = ImageRecord(*asked, drawn, sha256, None)
    return asdict(record), {"image_id": image_id, "judge": "reader"}


def _decide(home, config, spoilt):
    from ksd_eval import evidence, verdicts
    from ksd_eval.config import building
    from ksd_eval.metrics.base import Evidence

    images = evidence.asked_images(home)
    measured = evidence.measured_images(home, images)
    if spoilt:
        measured = measured.assign(value=measured["value"] + 0.5)
    metrics = building.plugins_of(config["metrics"], "metrics")

    def estimates(names, level):
        return [
            dataclasses.replace(one, metric=name, kind=one.kind or one.metric)
            for name in names
            for metric in [metrics[name]]
            if hasattr(metric, "level") or level == 0.95
            for one in (
                dataclasses.replace(metric, level=level) if hasattr(metric, "level") else metric
            )(Evidence(images, measured), np.random.default_rng(0))
        ]

    frame = evidence.frame_of(estimates(metrics, 0.95), Estimate)
    home.write_table("estimates", frame, store.types_of(Estimate))
    found = verdicts.decide(
        building.plugins_of(config["claims"], "claims"),
        [config["name"]],
        lambda claim, level: estimates([claim.metric], level) if claim.metric in metrics else [],
        0.95,
    )
    home.write_table("verdicts", evidence.frame_of(found, Verdict), store.types_of(Verdict))
    store.write_text(home.folder / "config.yaml", yaml.safe_dump(config, allow_unicode=True))
