import json
from dataclasses import replace

import pandas as pd
import pytest

from ksd_eval import pipeline
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed


@pytest.fixture
def ran(tmp_path):
    """Run an experiment on the painter; return its ledger and its estimates over all prompts."""

    def run(name, *words, only=()):
        asked = [f"experiment={name}", "model=planted", "analysis.resamples=20"]
        where = ["execution.workers=1", f"execution.results_dir={tmp_path}"]
        experiment = built(composed([*asked, *words, *where]))
        if only:  # these metrics, of an experiment that has many
            metrics = {metric: experiment.metrics[metric] for metric in only}
            bare = {"extractors": {}, "references": {}, "matched": {}, "figures": {}}
            experiment = replace(experiment, metrics=metrics, **bare)
        folder = pipeline.run(experiment)
        ledger = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
        table = pd.read_parquet(folder / "estimates.parquet")
        table = table[(table["by"] == "") & (table["estimand"] != "over_seeds")]
        return ledger, table.set_index(["metric", "category", "arm"])["estimate"]

    return run
