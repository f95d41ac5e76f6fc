"""Paired differences: what changes when the language or the text encoder does, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import contrasts, inference, pairs, scans, seeds
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep, Weights
from ksd_eval.records import Estimate

RARE = 0.05
ENOUGH = 100
"""Share of an arm below (or above one less) which, and prompt pairs below which, a few prompts can
make a difference that a run may not meet: see the table of `intervals.over_prompts`."""

RARELY = "rare in an arm: with few prompts the interval claims too much"


@dataclass(frozen=True)
class PairedDifference(Inference, Metric):
    """Difference of a share or a mean between arms that started from the same noise.

    Two estimates each. `over_prompts`: for each pair, the mean of its pictures in one arm less that
    in the other; then the mean over the pairs of which the judge could tell something in both, with
    the sign-flip test's p value and, for groups, the q value of their scan. `over_seeds`: the
    difference picture by picture, of those that began with the same noise; no interval where each
    prompt has one picture.

    A contrast may be a difference of differences, `(korean - english) - (translated - original)`;
    pairs are then those answered in all four arms. A contrast with an arm that the run lacks is
    left out.

    With a margin, a third estimate named `equivalence`: the difference over prompts again, with the
    p value of two one-sided tests. At p <= .05 one may say that the true difference is smaller than
    the margin, either way; the interval that says the same has level .90, not .95. Measured where
    the true difference is at the margin of .05 or .10, that is said of at most 8 % of runs if the
    smaller share is .5 (12 to 300 pairs, 1 to 20 pictures). A rare label lies in few prompts, which
    a run may not meet: at .02 against .07 it is said of 22 % with 12 pairs, 15 % with 30, 12 % with
    95 and 11 % with 300. There one needs more prompts, or a smaller alpha.

    Attributes:
        measurement: What was judged: "gender", "similarity".
        categories: The labels whose shares are compared, as for `Share`; none for a measured value.
        contrasts: Roles of the arms, as "korean - english", or two such in brackets.
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
        margin: A difference that is too small to matter, above 0, in the unit of the measurement
            (0.05 is five points of a share); None for no test of equivalence.
    """

    measurement: str
    categories: Sequence[str] = ()
    contrasts: Sequence[str] = pairs.CONTRASTS
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""
    margin: float | None = None

    def __post_init__(self) -> None:
        """Refuse a contrast that no run can have, and a margin that nothing lies within."""
        contrasts.check_contrasts(self.contrasts, nested=True)
        inference.check_margin(self.margin)

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the differences of every category, group and contrast."""
        found = [
            estimate
            for about, table in self._tables(evidence)
            for named, weights, part in pairs.parts_by_contrast(
                evidence, table, self.by, self.contrasts, about
            )
            for estimate in self._estimates(named, weights, part, rng)
        ]
        return scans.scanned(found)

    def _estimates(
        self, about: Estimate, weights: Weights, part: pd.DataFrame, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        arm = inference.SHARE if self.categories else inference.UNBOUNDED
        bounds = contrasts.bounds(weights, arm)
        of_pairs = pairs.differences(part, weights)
        over_prompts = self.paired(about, of_pairs, rng, bounds)
        if self.categories and is_rare(over_prompts, part):
            over_prompts = inference.noted(over_prompts, RARELY)
        yield over_prompts
        yield self.over_seeds(about, seeds.per_noise(part, weights), bounds)
        if self.margin is not None:
            yield inference.equivalent(over_prompts, of_pairs, self.margin, bounds)

    def _tables(self, evidence: Evidence) -> Iterator[tuple[Estimate, pd.DataFrame]]:
        answer: pairs.Answer = "label" if self.categories else "value"
        pictures = pairs.judged(evidence, self.measurement, answer, self.keep, self.judge)
        about = self.about("difference", self.measurement, pictures.trouble)
        if not self.categories:
            yield about, pictures.with_value()
        for category in map(str, self.categories):
            named = replace(about, category=category, note=pictures.why_never(category))
            yield named, pictures.with_label(category)


def is_rare(found: Estimate, part: pd.DataFrame) -> bool:
    """Whether the interval of a difference of shares may claim too much.

    Args:
        found: The difference over prompts.
        part: Its pictures, with `x`.
    """
    if found.method in ("", "all_alike") or found.n_pairs >= ENOUGH:
        return False
    shares = part.groupby("role")["x"].mean()
    return bool(min(*shares, *(1 - shares)) < RARE)
