"""What distances share: which sets of pictures are held against each other, and in what order."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

import numpy as np

from ksd_eval.metrics import features, inference, pairs, protocols
from ksd_eval.metrics.base import Evidence
from ksd_eval.metrics.features import Sets, Vectors
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import Keep
from ksd_eval.records import Estimate

SWAPS: Final = 19
"""Draws of the null: a distance that is nothing special exceeds all of 19 once in twenty."""

FEWEST: Final = 4
"""Prompt pairs from which leaving some out says how sure a number is."""

FIXED: Final = "the reference is held fixed"
"""What is supposed of reference pictures where only prompts are left out."""


@dataclass(frozen=True)
class Comparison(Inference):
    """Fields of a distance, and the order of its estimates.

    Attributes:
        extractor: Whose features.
        contrasts: Roles of two arms.
        references: Names of reference pictures; empty for all that the run has.
        keep: Attribute -> value or values that a prompt must have.
    """

    extractor: str
    contrasts: Sequence[str] = pairs.CONTRASTS
    references: Sequence[str] = ()
    keep: Keep = field(default_factory=dict[str, str])

    name: ClassVar[str]

    def __post_init__(self) -> None:
        """Refuse a contrast that no run can have."""
        pairs.check_contrasts(self.contrasts)

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the distances between arms, those from references, and what these differ by."""
        sets = features.sets(evidence, self.extractor, self.keep)
        about = self.about(f"{self.name}.{self.extractor}", f"features.{self.extractor}")
        return [
            *self._arms(sets, replace(about, note=sets.pictures.trouble), rng),
            *self._references(sets, about, rng),
        ]

    @abstractmethod
    def distance(self, x: Vectors, y: Vectors) -> float:
        """Return the distance between two sets of two clusters or more each."""

    @abstractmethod
    def floor(self, draws: Sequence[float]) -> float | None:
        """Return the floor, given distances between arms that differ by chance alone."""

    @abstractmethod
    def stated(self, sets: Sets, x: Vectors, y: Vectors) -> str:
        """Return what a reader must know of a distance, its protocol first."""

    @abstractmethod
    def between(
        self, about: Estimate, x: Vectors, y: Vectors, rng: np.random.Generator
    ) -> Estimate:
        """Return the distance between two arms, with its interval or why there is none."""

    @abstractmethod
    def from_reference(
        self, about: Estimate, x: Vectors, reference: Vectors, rng: np.random.Generator
    ) -> Estimate:
        """Return the distance of an arm from a reference, likewise."""

    @abstractmethod
    def difference(
        self,
        about: Estimate,
        arms: tuple[Vectors, Vectors],
        reference: Vectors,
        rng: np.random.Generator,
    ) -> Estimate:
        """Return how much farther from a reference one arm is than another, pair for pair."""

    def _arms(self, sets: Sets, about: Estimate, rng: np.random.Generator) -> Iterator[Estimate]:
        for _, left, right in pairs.contrasted(sets.evidence, self.contrasts):
            x, y = sets.arms[left], sets.arms[right]
            found = self._sized(replace(about, arm=left, reference=right), x, y)
            if not found.note:
                found = replace(found, n_images=len(x.rows) + len(y.rows))
                found = replace(found, note=self.stated(sets, x, y))
                found = self.between(found, x, y, rng)
                null = [self.distance(*_swapped(x, y, rng)) for _ in range(SWAPS)]
                found = replace(found, floor=self.floor(null), null_p95=max(null))
            yield found

    def _references(
        self, sets: Sets, about: Estimate, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        for name, reference, trouble in sets.references(self.references):
            held = replace(about, reference=name, note=trouble)
            for role, x in sets.arms.items():
                found = self._sized(replace(held, arm=role), x, reference)
                if not found.note:
                    found = replace(found, note=self.stated(sets, x, reference))
                    found = self.from_reference(found, x, reference, rng)
                yield found
            yield from self._differences(sets, held, reference, rng)

    def _differences(
        self, sets: Sets, about: Estimate, reference: Vectors, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        """Yield differences over the pairs that both arms have: of those alone both lose alike."""
        for contrast, left, right in pairs.contrasted(sets.evidence, self.contrasts):
            named = replace(about, arm=contrast)
            x, y = features.shared(sets.arms[left], sets.arms[right])
            named = replace(named, n_pairs=x.count, n_images=len(x.rows) + len(y.rows))
            if not named.note and x.count < FEWEST:
                named = inference.noted(named, f"pictures of under {FEWEST} prompts in both arms")
            if not named.note:
                named = replace(named, note=protocols.stated(sets.protocol))
                named = self.difference(named, (x, y), reference, rng)
            yield named

    def _sized(self, about: Estimate, x: Vectors, y: Vectors) -> Estimate:
        about = replace(about, n_pairs=x.count, n_images=len(x.rows))
        if about.note or min(x.count, y.count) >= 2:
            return about
        return inference.noted(about, "pictures of under two prompts")


def _swapped(x: Vectors, y: Vectors, rng: np.random.Generator) -> tuple[Vectors, Vectors]:
    """Return the sets with the arms of about half of the pairs swapped, pairs kept whole."""
    both = np.intersect1d(x.clusters, y.clusters)
    moved = both[rng.random(len(both)) < 0.5]
    stay_x, stay_y = (x.without(moved), y.without(moved))
    return stay_x.joined(y.of(moved)), stay_y.joined(x.of(moved))
