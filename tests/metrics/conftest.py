from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ksd_eval.metrics.base import Evidence, FeatureSet
from ksd_eval.records import Estimate

ROLES = ("korean", "english", "original")
PROTOCOL = {"extractor": "judge", "weights": {"sha256": "ab"}, "resizer": "bicubic"}

Answers = Callable[[str, str, int], Mapping[str, str | float | None]]
Features = Callable[[str, str, int], Sequence[float]]


def images_of(
    prompts: Mapping[str, Mapping[str, str]], roles: Sequence[str], replicates: int
) -> pd.DataFrame:
    attributes = sorted({name for prompt in prompts.values() for name in prompt})
    return pd.DataFrame(
        [
            {
                "image_id": f"{pair}/{role}/{replicate}",
                "pair_id": pair,
                "replicate": replicate,
                "arm": f"model/{role}",
                "role": role,
                **{f"prompt.{name}": prompts[pair].get(name, "") for name in attributes},
            }
            for role, pair, replicate in product(roles, prompts, range(replicates))
        ]
    )


def measurement(answer: str | float | None) -> dict[str, Any]:
    told = answer is not None
    return {
        "value": answer if isinstance(answer, float) else None,
        "label": answer if isinstance(answer, str) else None,
        "status": "ok" if told else "abstained",
        "reason": "" if told else "too dark",
    }


@pytest.fixture
def study():
    """Return a function that makes the evidence of a run from what a judge would say."""

    def make(
        prompts: Mapping[str, Mapping[str, str]],
        answers: Answers = lambda *_: {},
        roles: Sequence[str] = ROLES,
        replicates: int = 4,
        features: Features | None = None,
        judge: str = "reader",
    ) -> Evidence:
        images = images_of(prompts, roles, replicates)
        rows = [
            image | {"judge": judge, "name": name} | measurement(answer)
            for image in images.to_dict("records")
            for name, answer in answers(image["pair_id"], image["role"], image["replicate"]).items()
        ]
        kinds = ["judge", "name", "value", "label", "status", "reason"]
        measured = pd.DataFrame(rows, columns=[*images.columns, *kinds])
        if features is None:
            return Evidence(images, measured)
        vectors = [
            features(row["pair_id"], row["role"], row["replicate"])
            for row in images.to_dict("records")
        ]
        found = FeatureSet(np.array(vectors, dtype=np.float32), PROTOCOL, tuple(images["image_id"]))
        return Evidence(images, measured, {"judge": found})

    return make


@pytest.fixture
def shuffled():
    """Return a function that puts the rows of every table into another order."""

    def make(evidence: Evidence) -> Evidence:
        images = evidence.images.sample(frac=1, random_state=1)
        measured = evidence.measurements.sample(frac=1, random_state=2)
        assert list(images.index) != list(evidence.images.index)
        return Evidence(images, measured, evidence.features, evidence.references)

    return make


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def one():
    """Return a function that picks the one estimate with the given columns."""

    def pick(estimates: Sequence[Estimate], **wanted: Any) -> Estimate:
        wanted = {"by": "", "group": "", "estimand": "over_prompts"} | wanted
        found = [
            estimate
            for estimate in estimates
            if all(getattr(estimate, name) == value for name, value in wanted.items())
        ]
        assert len(found) == 1, f"{len(found)} of {len(estimates)} estimates have {wanted}"
        return found[0]

    return pick
