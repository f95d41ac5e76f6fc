"""How often each judge could not tell."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ksd_eval.metrics import pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class Abstentions(Metric):
    """Share of pictures without an answer, for each judge (in `category`), measurement and arm.

    Whatever the reason: the judge abstained, it failed, or its weights were not there. The counts
    are in `n_abstained` and `n_images`, which here are all pictures asked about; the reasons, the
    commonest first, are in the note.

    Attributes:
        reasons: How many reasons to name.
    """

    reasons: int = 3

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return one descriptive estimate a judge, measurement and arm."""
        return [
            self._of(part[part["role"] == role], str(judge), str(name), role)
            for (judge, name), part in evidence.measurements.groupby(["judge", "name"])
            for role in pairs.roles(evidence)
            if (part["role"] == role).any()
        ]

    def _of(self, part: pd.DataFrame, judge: str, name: str, role: str) -> Estimate:
        silent = part[part["status"] != "ok"]
        return Estimate(
            "abstentions",
            name,
            role,
            len(silent) / len(part),
            estimand="descriptive",
            category=judge,
            n_pairs=part["pair_id"].nunique(),
            n_images=len(part),
            n_abstained=len(silent),
            note=self._why(silent),
        )

    def _why(self, silent: pd.DataFrame) -> str:
        counts = Counter(zip(silent["status"], silent["reason"], strict=True))
        commonest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return "; ".join(
            f"{status} {count} times: {reason}"
            for (status, reason), count in commonest[: self.reasons]
        )
