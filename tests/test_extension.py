"""A third party's package, installed as theirs would be, brings a judge and an experiment."""

import subprocess
import sys

import pandas as pd
import pytest

pytest.importorskip(
    "ksd_eval_warmth",
    reason="the toy third party is not installed: pip install --no-deps ./tests/extension_package",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The folder of a small run of the third party's experiment on the painter."""
    results = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "ksd_eval", "experiment=warmth", "model=planted"]
    small = ["prompts.limit=3", "generation.replicates=1", "analysis.resamples=50"]
    subprocess.run([*command, *small, f"execution.results_dir={results}"], check=True, timeout=300)
    [manifest] = results.glob("warmth/*/manifest.json")
    return manifest.parent


def test_its_judge_looked_at_every_picture(run):
    measurements = pd.read_parquet(run / "measurements.parquet")
    images = pd.read_parquet(run / "images.parquet")
    assert set(measurements["judge"]) == {"warmth"}
    assert set(measurements["image_id"]) == set(images["image_id"])


def test_its_metric_is_in_the_estimates(run):
    assert "warmth" in set(pd.read_parquet(run / "estimates.parquet")["measurement"])


def test_its_experiment_is_offered():
    command = [sys.executable, "-m", "ksd_eval", "experiment=no_such"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "warmth" in done.stdout + done.stderr
