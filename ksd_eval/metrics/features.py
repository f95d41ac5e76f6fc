"""Feature vectors of pictures: whose they are, and which of them may be compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ksd_eval.metrics import pairs
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


NONE = Vectors(np.empty((0, 1)), np.empty(0, dtype=str))
"""What an arm has of which no picture is wanted, or usable."""


def pictured(evidence: Evidence, extractor: str, keep: Keep) -> Pictures:
    """Return the pictures that have features, in a column `row` the number of their vector.

    A picture without a usable vector (none, zero or not finite) has NaN there.
    """
    if extractor not in evidence.features:
        return Pictures(
            evidence.images.iloc[:0].assign(row=np.nan),
            f"this run has no features of {extractor!r}: it was not asked for, or has no weights",
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


def unlike(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> str:
    """Return in which fields two protocols differ, as a sentence; empty if in none.

    >>> unlike({"extractor": "inception", "size": 299}, {"extractor": "inception", "size": 224})
    "they differ in 'size' (299 and 224)"
    """
    ours, theirs = _flat(ours), _flat(theirs)
    fields = sorted(ours.keys() | theirs.keys())
    found = [
        f"{name!r} ({ours.get(name)!r} and {theirs.get(name)!r})"
        for name in fields
        if ours.get(name) != theirs.get(name)
    ]
    return f"they differ in {', '.join(found)}" if found else ""


def _flat(protocol: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in protocol.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": deep for inner, deep in _flat(value).items()}
        else:
            flat[name] = list(value) if isinstance(value, tuple) else value
    return flat
