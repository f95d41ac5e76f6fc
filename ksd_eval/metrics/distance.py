"""How far apart two sets of pictures are: arms from each other, and from reference pictures."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeAlias

import numpy as np

from ksd_eval.metrics import features, inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.features import Vectors
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import Keep
from ksd_eval.numerics import frechet, intervals, kernel
from ksd_eval.numerics.intervals import Interval
from ksd_eval.records import Estimate, fingerprint

FRECHET_FROM = 2048
"""Pictures a side from which a Fréchet distance is read as it is; below, its bias is large."""

SWAPS = 19
"""Draws of the null: a distance that is nothing special exceeds all of 19 once in twenty."""

GROUPS = 20
"""Groups in which pairs are left out, where one by one would take too long."""

FEWEST = 4
"""Pairs of an arm from which leaving some out leaves enough."""

Arms: TypeAlias = Mapping[str, Vectors]
"""The vectors of each role."""


@dataclass(frozen=True)
class _Distance(Inference, Metric):
    """What distances share: which sets are compared, and which must not be."""

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
        pictures = features.pictured(evidence, self.extractor, self.keep)
        kind, measured = f"{self.name}.{self.extractor}", f"features.{self.extractor}"
        about = self.about(kind, measured, pictures.trouble)
        arms = dict.fromkeys(pairs.roles(evidence), features.NONE) | {
            str(role): features.of_arm(evidence.features[self.extractor], part)
            for role, part in pictures.table.groupby("role")
        }
        return [
            *self._between_arms(evidence, arms, about, rng),
            *self._from_references(evidence, arms, about),
        ]

    @abstractmethod
    def _distance(self, x: Vectors, y: Vectors) -> tuple[float, Interval | None]:
        """Return the distance between two sets, with its interval if it has one."""

    @abstractmethod
    def _nothing_between(self, draws: Sequence[float]) -> float | None:
        """Return the floor, given distances between arms that differ by chance alone."""

    @abstractmethod
    def _caution(self, x: Vectors, y: Vectors) -> str:
        """Return what a reader of the distance must know; empty for nothing."""

    @abstractmethod
    def _differences(
        self, evidence: Evidence, arms: Arms, about: Estimate, reference: Vectors
    ) -> Iterator[Estimate]:
        """Yield how much farther from a reference one arm is than another, where that is known."""

    def _between_arms(
        self, evidence: Evidence, arms: Arms, about: Estimate, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        for _, left, right in pairs.contrasted(evidence, self.contrasts):
            x, y = arms[left], arms[right]
            found = self._estimate(evidence, replace(about, arm=left, reference=right), x, y)
            if found.estimate is not None:
                null = [self._distance(*_swapped(x, y, rng))[0] for _ in range(SWAPS)]
                found = replace(found, floor=self._nothing_between(null), null_p95=max(null))
                found = replace(found, n_images=len(x.rows) + len(y.rows))
            yield found

    def _from_references(
        self, evidence: Evidence, arms: Arms, about: Estimate
    ) -> Iterator[Estimate]:
        there = sorted(name for name, by in evidence.references if by == self.extractor)
        for name in self.references or there:
            held = replace(about, reference=name)
            trouble = about.note or self._refusal(evidence, name)
            if trouble:
                yield from (replace(held, arm=role, note=trouble) for role in arms)
                continue
            pictures = features.of_reference(evidence.references[name, self.extractor])
            for role, vectors in arms.items():
                yield self._estimate(evidence, replace(held, arm=role), vectors, pictures)
            yield from self._differences(evidence, arms, held, pictures)

    def _refusal(self, evidence: Evidence, reference: str) -> str:
        if (reference, self.extractor) not in evidence.references:
            return f"this run has no features of reference {reference!r} by {self.extractor!r}"
        ours = evidence.features[self.extractor].protocol
        theirs = evidence.references[reference, self.extractor].protocol
        unlike = features.unlike(ours, theirs)
        return unlike and f"this run and reference {reference!r} must not be compared: {unlike}"

    def _estimate(self, evidence: Evidence, about: Estimate, x: Vectors, y: Vectors) -> Estimate:
        about = replace(about, n_pairs=x.count, n_images=len(x.rows))
        if min(x.count, y.count) < 2:
            return about if about.note else inference.noted(about, "pictures of under two prompts")
        value, interval = self._distance(x, y)
        protocol = dict(evidence.features[self.extractor].protocol)
        about = replace(about, estimate=value, note=f"protocol {fingerprint(protocol)}")
        about = inference.noted(about, f"{len(x.rows)} and {len(y.rows)} pictures")
        about = inference.noted(about, self._caution(x, y))
        return inference.within(about, interval) if interval else about


@dataclass(frozen=True)
class KernelDistance(_Distance):
    """Kernel distance (squared MMD, the KID's kernel), named `kernel.<extractor>`.

    Between arms: `arm` is the one, `reference` the other. From reference pictures: `reference` is
    their name. For each contrast, how much farther from the reference the one arm is: both arms
    lose the same pairs together, so what they share cancels.

    Unbiased at any number of pictures: it is the headline below 2048. `null_p95` is what arms show
    that differ by chance alone. Unlike protocols are not compared, and the note says why.

    Attributes:
        extractor: Whose features.
        contrasts: Roles of two arms.
        references: Names of reference pictures; empty for all that the run has.
        keep: Attribute -> value or values that a prompt must have.
    """

    name: ClassVar[str] = "kernel"

    def _distance(self, x: Vectors, y: Vectors) -> tuple[float, Interval | None]:
        found = kernel.kernel_distance_clustered(x.rows, y.rows, x.clusters, y.clusters, self.level)
        return found.value, found.interval

    def _nothing_between(self, draws: Sequence[float]) -> float | None:
        return None  # unbiased: alike arms show 0 on average

    def _caution(self, x: Vectors, y: Vectors) -> str:
        return ""

    def _differences(
        self, evidence: Evidence, arms: Arms, about: Estimate, reference: Vectors
    ) -> Iterator[Estimate]:
        """Yield Student's intervals of the jackknife's pseudo-values, groups of pairs left out."""
        names = np.unique(np.concatenate([arm.clusters for arm in arms.values()]))
        fewest = max(FEWEST, len(names) / 2)
        many = {role: arm for role, arm in arms.items() if arm.count >= fewest}
        k = min(GROUPS, len(names))
        left_out = [names[:0], *(names[start::k] for start in range(k))]
        distances = {
            role: np.array([self._distance(arm.without(gone), reference)[0] for gone in left_out])
            for role, arm in many.items()
        }
        for contrast, left, right in pairs.contrasted(evidence, self.contrasts):
            if left not in many or right not in many:
                continue
            whole, *without = distances[left] - distances[right]
            interval = intervals.student(k * whole - (k - 1) * np.array(without), self.level)
            found = replace(
                about,
                arm=contrast,
                estimate=float(whole),
                n_pairs=np.union1d(arms[left].clusters, arms[right].clusters).size,
                n_images=len(arms[left].rows) + len(arms[right].rows),
                note="the reference is held fixed",
            )
            yield inference.within(found, interval) if interval else found


@dataclass(frozen=True)
class FrechetDistance(_Distance):
    """Fréchet distance, named `frechet.<extractor>`; with Inception as extractor it is the FID.

    Between arms: `arm` is the one, `reference` the other. From reference pictures: `reference` is
    their name. Its bias falls with the number of pictures: below 2048 the note says so, and the
    kernel distance is to be read. `floor` and `null_p95` are what arms show that differ by chance
    alone. Unlike protocols are not compared, and the note says why. It has no interval.

    Attributes:
        extractor: Whose features.
        contrasts: Roles of two arms.
        references: Names of reference pictures; empty for all that the run has.
        keep: Attribute -> value or values that a prompt must have.
    """

    name: ClassVar[str] = "frechet"

    def _distance(self, x: Vectors, y: Vectors) -> tuple[float, Interval | None]:
        return frechet.frechet_distance(x.rows, y.rows), None

    def _nothing_between(self, draws: Sequence[float]) -> float | None:
        return float(np.mean(draws))

    def _caution(self, x: Vectors, y: Vectors) -> str:
        if min(len(x.rows), len(y.rows)) >= FRECHET_FROM:
            return ""
        return f"biased upward below {FRECHET_FROM} pictures: read the kernel distance instead"

    def _differences(
        self, evidence: Evidence, arms: Arms, about: Estimate, reference: Vectors
    ) -> Iterator[Estimate]:
        return iter(())  # its bias depends on the arm, and would pass for a difference


def _swapped(x: Vectors, y: Vectors, rng: np.random.Generator) -> tuple[Vectors, Vectors]:
    """Return the sets with the arms of about half of the pairs swapped, pairs kept whole."""
    both = np.intersect1d(x.clusters, y.clusters)
    moved = both[rng.random(len(both)) < 0.5]
    stay_x, stay_y = (x.without(moved), y.without(moved))
    return stay_x.joined(y.of(moved)), stay_y.joined(x.of(moved))
