"""Against reference pictures: how many of a model's pictures are like them, and how many it misses.

A distance says how far two sets are apart, and not why. A model that draws one flawless picture
over and over has high precision and low recall; one that draws all there is and much beside, the
contrary.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import inf
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from ksd_eval.metrics import features, inference, pairs, protocols
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.features import Sets, Vectors
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import Floats, Keep
from ksd_eval.numerics import jackknife, manifold
from ksd_eval.numerics.jackknife import Groups, Jackknife
from ksd_eval.numerics.manifold import Membership
from ksd_eval.records import Estimate

GROUPS: Final = 20
"""Groups in which pairs are left out; one by one would take too long."""


@dataclass(frozen=True)
class _Manifold(Inference, Metric):
    """Two numbers for each arm and contrast: one a mean over pictures, one over the reference."""

    extractor: str
    contrasts: Sequence[str] = pairs.CONTRASTS
    references: Sequence[str] = ()
    keep: Keep = field(default_factory=dict[str, str])
    k: int = manifold.NEIGHBOURS

    over_pictures: ClassVar[str]
    over_reference: ClassVar[str]
    most: ClassVar[float]

    def __post_init__(self) -> None:
        """Refuse a contrast that no run can have, and balls that reach nowhere."""
        pairs.check_contrasts(self.contrasts)
        if self.k < 1:
            raise ValueError(f"k is {self.k}; a ball reaches to the nearest other row, 1, or on")

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return both numbers for every reference, arm and contrast."""
        sets = features.sets(evidence, self.extractor, self.keep)
        found: list[Estimate] = []
        for name, reference, trouble in sets.references(self.references):
            held = replace(self.about("", f"features.{self.extractor}", trouble), reference=name)
            found += self._of_pictures(sets, held, reference, rng)
            found += self._of_reference(sets, held, reference, rng)
        return found

    @abstractmethod
    def _each(self, found: Membership) -> Floats:
        """Return a number for each picture, from 0 to `most`."""

    @abstractmethod
    def _share(self, x: Vectors, reference: Vectors, groups: Groups) -> Jackknife:
        """Return a share of the reference, and the same without each group of pairs."""

    def _named(self, about: Estimate, kind: str) -> Estimate:
        # One plug-in makes both, and a run gives all its estimates one name: hence the category.
        return replace(about, metric=f"{kind}.{self.extractor}", category=kind)

    def _of_pictures(
        self, sets: Sets, about: Estimate, reference: Vectors, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        about = self._named(about, self.over_pictures)
        table = self._table(sets, about, reference)
        for named, part in pairs.by_arm(sets.evidence, table, "", about):
            stated = self._stated(sets, named, reference, self.k + 1)
            yield self.over_prompts(stated, pairs.per_pair(part), rng, (0.0, self.most))
        for named, found in pairs.by_contrast(sets.evidence, table, "", self.contrasts, about):
            stated = self._stated(sets, named, reference, self.k + 1)
            yield self.paired(stated, found, rng, (-self.most, self.most))

    def _table(self, sets: Sets, about: Estimate, reference: Vectors) -> pd.DataFrame:
        """Return the pictures with `x` the number of each; NaN where it has no usable vector."""
        table = sets.pictures.table.assign(x=np.nan)
        for role, x in sets.arms.items():
            if not about.note and min(len(x.rows), len(reference.rows)) > self.k:
                of_arm = (table["role"] == role) & table["row"].notna()
                found = manifold.membership(x.rows, reference.rows, self.k)
                table.loc[of_arm, "x"] = self._each(found)
        # Of an arm too small to be told of, no picture is one that could not be told.
        return table[table["x"].notna() | table["row"].isna()]

    def _of_reference(
        self, sets: Sets, about: Estimate, reference: Vectors, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        about = self._named(about, self.over_reference)
        contrasts = [name for name, _, _ in pairs.contrasted(sets.evidence, self.contrasts)]
        for arm in (*sets.arms, *contrasts):
            arms = _arms(sets, arm)
            named = replace(about, arm=arm, n_pairs=arms[0].count)
            named = replace(named, n_images=sum(len(x.rows) for x in arms))
            # However they are dealt, more than k pictures then remain without a group.
            fewest = 2 * (self.k + 1)
            stated = self._stated(sets, named, reference, fewest)
            if not about.note and arms[0].count >= fewest and len(reference.rows) > self.k:
                stated = self._over_prompts(stated, arms, reference, rng)
            yield stated

    def _over_prompts(
        self,
        about: Estimate,
        arms: Sequence[Vectors],
        reference: Vectors,
        rng: np.random.Generator,
    ) -> Estimate:
        groups = jackknife.deal(arms[0].clusters, GROUPS, rng)
        found = reduce(Jackknife.minus, [self._share(x, reference, groups) for x in arms])
        about = replace(about, estimate=found.whole)
        about = self.jackknifed(about, found, bounds=(1.0 - len(arms), 1.0))
        if len(arms) > 1:
            about = replace(about, p_value=found.p_value(corrected=False))
        return about

    def _stated(self, sets: Sets, about: Estimate, reference: Vectors, fewest: int) -> Estimate:
        """Return an estimate with its protocol, or with why there can be none."""
        if about.note:
            return about
        arms = _arms(sets, about.arm)
        n, m = arms[0].count, len(reference.rows)
        if n < fewest or m <= self.k:
            few = f"{n} prompts and {m} reference pictures"
            return inference.noted(about, f"{few}: needs {fewest} and {self.k + 1} at the least")
        sizes = [len(x.rows) for x in arms]
        at = protocols.stated_at(sets.protocol, sizes[0], m)
        about = inference.noted(about, f"{at}, k = {self.k}")
        if len(set(sizes)) > 1:
            return inference.noted(about, f"the other arm has {sizes[1]} pictures")
        return about


@dataclass(frozen=True)
class PrecisionRecall(_Manifold):
    """Improved precision and recall, named `precision.<extractor>` and `recall.<extractor>`.

    Precision: the share of an arm's pictures that lie among the reference's; the reference is held
    fixed, so it is a mean over prompt pairs like any other, and a difference of arms is paired.
    Recall: the share of the reference that lies among the arm's pictures. It depends on all
    of these together, and its interval, for what as many pictures show on average, is the
    jackknife's that leaves the same pairs out of both arms. That interval is too wide: at level .95
    that of a difference covered 98 to 100 %, with a standard error half again as large as the true
    one. (`python benchmarks/jackknife_coverage.py`.)

    Both depend on the numbers of pictures and of reference pictures, which the note gives with the
    protocol: compare at equal numbers only. `category` says which of the two an estimate is.

    Source: Kynkäänniemi et al., Improved precision and recall metric for assessing generative
    models (NeurIPS 2019), equations 1 and 2.

    Attributes:
        extractor: Whose features.
        contrasts: Roles of two arms.
        references: Names of reference pictures; empty for all that the run has.
        keep: Attribute -> value or values that a prompt must have.
        k: Which nearest other picture a ball reaches to.
    """

    over_pictures: ClassVar[str] = "precision"
    over_reference: ClassVar[str] = "recall"
    most: ClassVar[float] = 1.0

    def _each(self, found: Membership) -> Floats:
        return found.precise.astype(float)

    def _share(self, x: Vectors, reference: Vectors, groups: Groups) -> Jackknife:
        return manifold.recall_and_coverage(x.rows, x.clusters, reference.rows, groups, self.k)[0]


@dataclass(frozen=True)
class DensityCoverage(_Manifold):
    """Density and coverage, named `density.<extractor>` and `coverage.<extractor>`.

    As precision and recall, but an outlier of the reference counts little. Density: in how many
    balls of the reference a picture lies, over k; about 1 for a perfect model, and it may be more.
    Coverage: the share of the reference with a picture of the arm's as near as its k-th nearest of
    its own. At level .95 the interval of a difference of coverages covered 95 to 99 %.

    Source: Naeem et al., Reliable fidelity and diversity metrics for generative models (ICML 2020),
    equations 3 and 4.

    Attributes:
        extractor: Whose features.
        contrasts: Roles of two arms.
        references: Names of reference pictures; empty for all that the run has.
        keep: Attribute -> value or values that a prompt must have.
        k: Which nearest other picture a ball reaches to; 5 in the source.
    """

    k: int = 5

    over_pictures: ClassVar[str] = "density"
    over_reference: ClassVar[str] = "coverage"
    most: ClassVar[float] = inf

    def _each(self, found: Membership) -> Floats:
        return found.density

    def _share(self, x: Vectors, reference: Vectors, groups: Groups) -> Jackknife:
        return manifold.recall_and_coverage(x.rows, x.clusters, reference.rows, groups, self.k)[1]


def _arms(sets: Sets, arm: str) -> tuple[Vectors, ...]:
    """Return the vectors of a role, or those of both roles of a contrast in shared pairs."""
    left, _, right = arm.partition(" - ")
    if not right:
        return (sets.arms[left],)
    return features.shared(sets.arms[left], sets.arms[right])
