"""Kernel distance between sets of pictures: the one that is read where pictures are few."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ksd_eval.metrics import inference, protocols
from ksd_eval.metrics.base import Metric
from ksd_eval.metrics.comparison import FIXED, Comparison
from ksd_eval.metrics.features import Sets, Vectors
from ksd_eval.numerics import kernel
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class KernelDistance(Comparison, Metric):
    """Kernel distance (squared MMD, the KID's kernel), named `kernel.<extractor>`.

    Between arms: `arm` is the one, `reference` the other. From reference pictures: `reference` is
    their name. For each contrast, how much farther from the reference the one arm is: both arms
    lose the same pairs together, so what they share cancels.

    Unbiased at any number of pictures: it is the headline below 2048. `null_p95` is what arms show
    that differ by chance alone. Unlike protocols are not compared, and the note says why.

    Intervals are the jackknife's. At level .95, that of a difference covered 95 to 99 % from 12
    pairs on, where one arm lay .3 standard deviations off in every dimension. At .6 it covered 94
    to 97 % in 16 dimensions and 89 to 91 % in 4, where the cube in the kernel gives few pictures
    most of the weight. That between arms covered 93 to 97 % of arms that differ. Both are too wide
    for equal arms, with 99 %. (`python benchmarks/jackknife_coverage.py`.)

    Attributes:
        extractor: Whose features.
        contrasts: Roles of two arms.
        references: Names of reference pictures; empty for all that the run has.
        keep: Attribute -> value or values that a prompt must have.
    """

    name: ClassVar[str] = "kernel"

    def distance(self, x: Vectors, y: Vectors) -> float:
        """Return the distance between two sets of two clusters or more each."""
        found = kernel.kernel_distance_clustered(x.rows, y.rows, x.clusters, y.clusters, self.level)
        return found.value

    def floor(self, draws: Sequence[float]) -> float | None:
        """Return None: unbiased, so that equal arms show 0 on average."""
        return None

    def stated(self, sets: Sets, x: Vectors, y: Vectors) -> str:
        """Return the protocol and the numbers of pictures."""
        return f"{protocols.stated(sets.protocol)}; {len(x.rows)} and {len(y.rows)} pictures"

    def between(
        self, about: Estimate, x: Vectors, y: Vectors, rng: np.random.Generator
    ) -> Estimate:
        """Return the distance with its interval."""
        found = kernel.kernel_distance_clustered(x.rows, y.rows, x.clusters, y.clusters, self.level)
        about = replace(about, estimate=found.value)
        if found.interval is None:
            few = "under 3 prompts" if x.count < 3 else "leaving prompts out changes nothing"
            return inference.noted(about, f"no interval: {few}")
        return inference.within(about, found.interval)

    def from_reference(
        self, about: Estimate, x: Vectors, reference: Vectors, rng: np.random.Generator
    ) -> Estimate:
        """Return the distance with its interval, reference pictures left out one by one too."""
        return self.between(about, x, reference, rng)

    def difference(
        self,
        about: Estimate,
        arms: tuple[Vectors, Vectors],
        reference: Vectors,
        rng: np.random.Generator,
    ) -> Estimate:
        """Return the difference, each pair left out of both arms at once."""
        left, right = (kernel.from_reference(x.rows, reference.rows, x.clusters) for x in arms)
        gap = left.minus(right)
        about = inference.noted(replace(about, estimate=gap.whole), FIXED)
        # The p value is None just where there is no interval.
        return replace(self.jackknifed(about, gap), p_value=gap.p_value(corrected=False))
