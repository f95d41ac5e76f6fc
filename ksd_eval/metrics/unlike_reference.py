"""Pictures unlike any picture of a reference set, less what other pictures of that set are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ksd_eval.metrics import features, inference, pairs, protocols
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.excess_error import less_own
from ksd_eval.metrics.features import Sets
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import Floats, Keep
from ksd_eval.numerics import manifold
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class UnlikeReference(Inference, Metric):
    """The share of an arm's pictures outside the reference, less that of held-out reference ones.

    No set of photographs covers another one wholly, so a model is never held against 0. The
    reference is dealt into two halves by chance. The balls of the one half are the region of what
    is like it (Kynkäänniemi et al. 2019, equation 1: 1 less precision); the other half is put to
    the same test, and is the estimate's `floor`. The interval carries that half's sampling too. It
    is about this deal, as both sides are held against the same balls.

    Attributes:
        extractor: Whose features.
        reference: The reference's name; empty for the only one of the run.
        keep: Attribute -> value or values that a prompt must have.
        k: Which nearest other picture a ball reaches to.
    """

    extractor: str
    reference: str = ""
    keep: Keep = field(default_factory=dict[str, str])
    k: int = manifold.NEIGHBOURS

    def __post_init__(self) -> None:
        """Refuse balls that reach nowhere."""
        if self.k < 1:
            raise ValueError(f"k is {self.k}; a ball reaches to the nearest other row, 1, or on")

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the excess of each arm."""
        sets = features.sets(evidence, self.extractor, self.keep)
        found = list(sets.references([self.reference] if self.reference else []))
        about = self.about("unlike_reference", f"features.{self.extractor}")
        if len(found) != 1:
            names = ", ".join(name for name, _, _ in found) or "none"
            why = evidence.why_without("references")
            note = f"one reference is needed and this run has {names}{why}; name it by 'reference'"
            return [replace(about, arm=role, note=note) for role in sets.arms]
        name, reference, trouble = found[0]
        about = replace(about, reference=name, note=trouble)
        order = rng.permutation(len(reference.rows))
        half = len(order) // 2
        balls, held = reference.rows[order[:half]], reference.rows[order[half : 2 * half]]
        return list(self._estimates(sets, about, balls, held, rng))

    def _estimates(
        self, sets: Sets, about: Estimate, balls: Floats, held: Floats, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        table = sets.pictures.table.assign(x=np.nan)
        small = not about.note and len(balls) <= self.k
        if small:
            few = f"half the reference has {len(balls)} pictures, needs {self.k + 1}"
            about = inference.noted(about, few)
        own = np.empty(0) if about.note else self._outside(held, balls)
        for role, x in sets.arms.items():
            named = replace(about, arm=role)
            of_arm = (table["role"] == role) & table["row"].notna()
            if not about.note and len(x.rows) > self.k:
                table.loc[of_arm, "x"] = self._outside(x.rows, balls)
                stated = protocols.stated_at(sets.protocol, len(x.rows), len(balls))
                named = inference.noted(named, f"{stated}, k = {self.k}")
            part = pairs.per_pair(table[table["role"] == role])
            arm = self.over_prompts(named, part, rng, inference.SHARE)
            yield less_own(arm, own, self.level)

    def _outside(self, rows: Floats, balls: Floats) -> Floats:
        return 1 - manifold.membership(rows, balls, self.k).precise.astype(float)
