"""Feature vectors of pictures: whose they are, and which of them may be compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ksd_eval.metrics import pairs, protocols
from ksd_eval.metrics.base import Evidence, FeatureSet
from ksd_eval.metrics.pairs import Floats, Keep, Pictures

Names: TypeAlias = NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Vectors:
    """Feature vectors that come in clusters: the pictures of one prompt pair, or single ones.

    Attributes:
        rows: Shape [n, d].
        clusters: The cluster of each row, shape [n].
    """

    rows: Floats
    clusters: Names

    @property
    def count(self) -> int:
        """Number of clusters."""
        return len(np.unique(self.clusters))

    def of(self, clusters: Names) -> "Vectors":
        """Return the rows of some clusters."""
        there = np.isin(self.clusters, clusters)
        return Vectors(self.rows[there], self.clusters[there])

    def without(self, clusters: Names) -> "Vectors":
        """Return the rows of all other clusters."""
        return self.of(np.setdiff1d(self.clusters, clusters))

    def joined(self, other: "Vectors") -> "Vectors":
        """Return the rows of both."""
        return Vectors(
            np.concatenate([self.rows, other.rows]),
            np.concatenate([self.clusters, other.clusters]),
        )


def shared(x: Vectors, y: Vectors) -> tuple[Vectors, Vectors]:
    """Return the rows of the clusters that both sets have."""
    both = np.intersect1d(x.clusters, y.clusters)
    return x.of(both), y.of(both)


NONE = Vectors(np.empty((0, 1)), np.empty(0, dtype=str))
"""What an arm has of which no picture is wanted, or usable."""


def pictured(evidence: Evidence, extractor: str, keep: Keep) -> Pictures:
    """Return the pictures that have features, in a column `row` the number of their vector.

    A picture without a usable vector (none, zero or not finite) has NaN there.
    """
    if extractor not in evidence.features:
        why = evidence.missing.get(extractor, "it was not asked for")
        return Pictures(
            evidence.images.iloc[:0].assign(row=np.nan),
            f"this run has no features of {extractor!r}: {why}",
        )
    features = evidence.features[extractor]
    vectors = features.vectors
    usable = np.isfinite(vectors).all(axis=1) & (vectors != 0).any(axis=1)
    # By name, not by place, so that the tables may come in any order.
    row = {name: i for i, name in enumerate(features.image_ids) if usable[i]}
    table = evidence.images.assign(row=evidence.images["image_id"].map(row).astype(float))
    return pairs.kept(table, keep)


def of_arm(features: FeatureSet, part: pd.DataFrame) -> Vectors:
    """Return the vectors of one arm's pictures, clustered by prompt pair."""
    there = part[part["row"].notna()]
    rows = features.vectors[there["row"].to_numpy(dtype=int)]
    return Vectors(rows.astype(float), there["pair_id"].to_numpy(dtype=str))


def of_reference(features: FeatureSet) -> Vectors:
    """Return the vectors of a reference set, each its own cluster."""
    names = [f"reference picture {i}" for i in range(len(features.vectors))]
    return Vectors(features.vectors.astype(float), np.array(names, dtype=str))


@dataclass(frozen=True, eq=False)
class Sets:
    """The sets of pictures of a run, as one extractor sees them.

    Attributes:
        evidence: The run.
        extractor: Whose features.
        pictures: The arms' pictures, in a column `row` the number of each one's vector.
        arms: Role -> the vectors of its pictures, clustered by prompt pair.
    """

    evidence: Evidence
    extractor: str
    pictures: Pictures
    arms: Mapping[str, Vectors]

    @property
    def protocol(self) -> Mapping[str, Any]:
        """The extractor's protocol; all arms of a run have the same."""
        return self.evidence.features[self.extractor].protocol

    def references(self, names: Sequence[str]) -> Iterator[tuple[str, Vectors, str]]:
        """Yield reference sets: name, vectors, and why these must not be used, as a sentence.

        Args:
            names: Which; all that the run has where none is named.
        """
        there = sorted(name for name, by in self.evidence.references if by == self.extractor)
        for name in names or there:
            trouble = self.pictures.trouble or self._refusal(name)
            if trouble:
                yield name, NONE, trouble
            else:
                yield name, of_reference(self.evidence.references[name, self.extractor]), ""

    def _refusal(self, name: str) -> str:
        if (name, self.extractor) not in self.evidence.references:
            return f"this run has no features of reference {name!r} by {self.extractor!r}"
        theirs = self.evidence.references[name, self.extractor].protocol
        unlike = protocols.unlike(self.protocol, theirs)
        return unlike and f"this run and reference {name!r} must not be compared: {unlike}"


def sets(evidence: Evidence, extractor: str, keep: Keep) -> Sets:
    """Return the sets of pictures of a run; an arm without usable pictures has an empty one."""
    pictures = pictured(evidence, extractor, keep)
    arms = dict.fromkeys(pairs.roles(evidence), NONE) | {
        str(role): of_arm(evidence.features[extractor], part)
        for role, part in pictures.table.groupby("role")
    }
    return Sets(evidence, extractor, pictures, arms)
