"""What a metric promises, and the evidence it is given."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ksd_eval.records import (
    Confusion,
    Estimate,
    Label,
    Measurement,
    Recorded,
    ReferenceShare,
    columns,
)

MATCHED = ("matched", "picture", "language", "judge", *columns(Measurement))
"""Columns of `Evidence.matched`: the set's name, the picture's number in it, the language of the
text that the judge was given ("en", and "ko" too for a judge of native text), and what it said."""


@dataclass(frozen=True, eq=False)
class FeatureSet:
    """The feature vectors of a set of pictures.

    Attributes:
        vectors: float32 `[n, d]`.
        protocol: The extractor's identity; sets of unlike protocols must not be compared.
        image_ids: The picture of each row, in order; empty for a reference set.
    """

    vectors: NDArray[np.float32]
    protocol: Mapping[str, Any]
    image_ids: tuple[str, ...] = ()


def _empty(*names: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(names))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything that a run knows about its pictures. Metrics read it and never change it.

    Attributes:
        images: One row for each picture of each arm: the columns of `ImageRecord`, `ko` and `en`
            (both wordings of the pair) and `prompt.<attribute>` columns, "" where a pair lacks an
            attribute. A row is named by `image_id` and `arm`.
        measurements: Long form: all columns of `images`, then `judge`, `name`, `value`, `label`,
            `confidence`, `status` and `reason`. Labels and values that are absent are missing.
        features: By extractor's name; rows are in the order of `images`.
        references: By reference's name and extractor's name.
        confusions: How judges err on pictures whose truth is known: `judge`, then the columns of
            `Confusion`.
        labels: What people said of some of the pictures: the columns of `Label`.
        matched: What judges said of matched pictures, each with a text that is known to fit: the
            columns `MATCHED`.
        shares: Named shares to hold others against: the columns of `ReferenceShare`.
        missing: What the run is without, and why: extractors by name, other plug-ins by their key,
            such as "matched.people".
        recorded: What the same models painted before: the columns of `Recorded`.
    """

    images: pd.DataFrame
    measurements: pd.DataFrame
    features: Mapping[str, FeatureSet] = field(default_factory=dict[str, FeatureSet])
    references: Mapping[tuple[str, str], FeatureSet] = field(
        default_factory=dict[tuple[str, str], FeatureSet]
    )
    confusions: pd.DataFrame = field(default_factory=lambda: _empty("judge", *columns(Confusion)))
    labels: pd.DataFrame = field(default_factory=lambda: _empty(*columns(Label)))
    matched: pd.DataFrame = field(default_factory=lambda: _empty(*MATCHED))
    shares: pd.DataFrame = field(default_factory=lambda: _empty(*columns(ReferenceShare)))
    missing: Mapping[str, str] = field(default_factory=dict[str, str])

    def why_without(self, section: str) -> str:
        """Return why a section's plug-ins are missing, to follow a sentence; empty if none is.

        >>> Evidence(_empty(), _empty(), missing={"matched.people": "none was given"}).why_without(
        ...     "matched"
        ... )
        ' (none was given)'
        """
        mine = [why for key, why in self.missing.items() if key.partition(".")[0] == section]
        return f" ({'; '.join(dict.fromkeys(mine))})" if mine else ""

    recorded: pd.DataFrame = field(default_factory=lambda: _empty(*columns(Recorded)))


@runtime_checkable
class Metric(Protocol):
    """A pure function of the evidence and a random generator; a frozen dataclass plug-in."""

    @abstractmethod
    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the estimates, in a stable order that is the same whatever the order of rows.

        Args:
            evidence: The tables and features of a run.
            rng: The metric's own stream: adding another metric changes no number of this one.
        """
        ...
