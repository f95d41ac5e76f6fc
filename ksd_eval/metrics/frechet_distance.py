"""Fréchet distance between sets of pictures: the FID, where the features are Inception's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import ClassVar, Final

import numpy as np

from ksd_eval.metrics import inference, protocols
from ksd_eval.metrics.base import Metric
from ksd_eval.metrics.comparison import FEWEST, FIXED, Comparison
from ksd_eval.metrics.features import Sets, Vectors
from ksd_eval.numerics import frechet, jackknife
from ksd_eval.numerics.jackknife import Jackknife
from ksd_eval.records import Estimate

FRECHET_FROM: Final = 2048
"""Pictures a side from which a Fréchet distance is read as it is; below, its bias is large."""

GROUPS: Final = 20
"""Groups in which pairs are left out; one by one would take too long."""

TOLERATED: Final = 0.25
"""Bias left, in standard errors, that an interval may have: it costs half a point of 95 %."""


@dataclass(frozen=True)
class FrechetDistance(Comparison, Metric):
    """Fréchet distance, named `frechet.<extractor>`; with Inception as extractor it is the FID.

    Between arms: `arm` is the one, `reference` the other. From reference pictures: `reference` is
    their name. Its bias falls with the number of pictures: below 2048 the note says so, and the
    kernel distance is to be read. `floor` and `null_p95` are what arms show that differ by chance
    alone. Unlike protocols are not compared, and the note says why.

    The interval of a distance is the jackknife's, and is for what as many pairs show on average,
    bias included; it says nothing of the distance that ever more pictures would tend to. At level
    .95 it covered 96 to 99 % of normal features from half a pair a dimension on, but 88 to 92 % of
    heavy-tailed ones (kurtosis 4.5); between arms 95 to 99 %, and over 99 % of equal ones.

    A difference of two arms' distances from a reference is for ever more pairs. The bias depends on
    the arm and would pass for a difference, so that of order 1/n is taken off, by the jackknife
    that leaves the same pairs out of both. Below 2 pairs a dimension that takes off too much or too
    little, and there is no difference. Nor is there an interval where the bias that may be left,
    `numerics.frechet.bias_left`, is over a quarter of the standard error. Intervals that were given
    covered 94 to 99 %, heavy tails included, and equal arms gave .5 to 4.5 % false alarms; with the
    bias left in, down to 27 % were covered. (`python benchmarks/jackknife_coverage.py`.)

    Attributes:
        extractor: Whose features.
        contrasts: Roles of two arms.
        references: Names of reference pictures; empty for all that the run has.
        keep: Attribute -> value or values that a prompt must have.
    """

    name: ClassVar[str] = "frechet"

    def distance(self, x: Vectors, y: Vectors) -> float:
        """Return the distance between two sets of two clusters or more each."""
        return frechet.frechet_distance(x.rows, y.rows)

    def floor(self, draws: Sequence[float]) -> float | None:
        """Return what equal arms show on average: it is never below 0."""
        return float(np.mean(draws))

    def stated(self, sets: Sets, x: Vectors, y: Vectors) -> str:
        """Return the protocol, the numbers of pictures in it, and a caution where they are few."""
        told = protocols.stated_at(sets.protocol, len(x.rows), len(y.rows))
        if min(len(x.rows), len(y.rows)) >= FRECHET_FROM:
            return told
        few = f"biased upward below {FRECHET_FROM} pictures: read the kernel distance instead"
        return f"{told}; {few}"

    def between(
        self, about: Estimate, x: Vectors, y: Vectors, rng: np.random.Generator
    ) -> Estimate:
        """Return the distance, with what it moves by when pairs are left out of both arms."""
        if min(x.count, y.count) < FEWEST:
            return self._alone(about, x, y)
        groups = jackknife.deal(np.concatenate([x.clusters, y.clusters]), GROUPS, rng)
        found = frechet.between_sets(x.rows, y.rows, x.clusters, y.clusters, groups)
        return self._at_this_number(about, found)

    def from_reference(
        self, about: Estimate, x: Vectors, reference: Vectors, rng: np.random.Generator
    ) -> Estimate:
        """Return the distance, with what it moves by when pairs are left out of the arm."""
        if x.count < FEWEST:
            return self._alone(about, x, reference)
        groups = jackknife.deal(x.clusters, GROUPS, rng)
        found = frechet.from_reference(x.rows, reference.rows, x.clusters, groups)
        return self._at_this_number(inference.noted(about, FIXED), found)

    def difference(
        self,
        about: Estimate,
        arms: tuple[Vectors, Vectors],
        reference: Vectors,
        rng: np.random.Generator,
    ) -> Estimate:
        """Return the difference less its bias of order 1/n, where that is most of the bias."""
        dimensions = min(reference.rows.shape[1], len(reference.rows) - 1)
        least = frechet.LEAST_RATIO * dimensions
        if arms[0].count < least:
            return inference.noted(
                about,
                f"the bias depends on the arm and can be taken off from {least} prompts on, "
                f"{frechet.LEAST_RATIO} a dimension: read the kernel distance instead",
            )
        groups = jackknife.deal(arms[0].clusters, GROUPS, rng)
        left, right = (
            frechet.from_reference(x.rows, reference.rows, x.clusters, groups) for x in arms
        )
        gap = left.minus(right)
        about = inference.noted(about, f"less a bias of order 1/n of {gap.bias:.3g}; {FIXED}")
        return self._without_bias(replace(about, estimate=gap.corrected), gap, dimensions)

    def _alone(self, about: Estimate, x: Vectors, y: Vectors) -> Estimate:
        about = replace(about, estimate=self.distance(x, y))
        return inference.noted(about, f"no interval: under {FEWEST} prompts")

    def _at_this_number(self, about: Estimate, found: Jackknife) -> Estimate:
        about = replace(about, estimate=found.whole)
        sure = self.jackknifed(about, found, bounds=(0.0, inf))
        if sure.ci_low is None:
            return sure
        return inference.noted(sure, "interval for as many pictures, bias included")

    def _without_bias(self, about: Estimate, gap: Jackknife, dimensions: int) -> Estimate:
        sure = self.jackknifed(about, gap, corrected=True)
        if sure.ci_low is None:
            return sure
        left = frechet.bias_left(gap.bias, dimensions, about.n_pairs)
        if left is None or left > TOLERATED * gap.error:
            return inference.noted(
                about, "no interval: bias of higher order may be over a quarter of its error"
            )
        return replace(sure, p_value=gap.p_value(corrected=True))
