"""Two runs of one experiment, opened for being held against each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import pandas as pd

from ksd_eval.comparison.readings import Key, Reading, readings
from ksd_eval.evidence import asked_images, measured_images
from ksd_eval.extensions import ConfigError
from ksd_eval.loading import Run
from ksd_eval.metrics import features
from ksd_eval.metrics.base import Evidence, FeatureSet
from ksd_eval.metrics.features import Sets
from ksd_eval.metrics.pairs import Keep
from ksd_eval.records import fingerprint
from ksd_eval.store import RunStore

Construct: TypeAlias = Callable[[dict[str, Any]], object]
"""From a metric's node in the configuration to the metric."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A run, with what its metrics were given.

    Attributes:
        run: The run.
        construct: Makes its metrics of their nodes again.
    """

    run: Run
    construct: Construct
    _sets: dict[str, Sets] = field(default_factory=dict[str, Sets])

    def sets(self, extractor: str, keep: Keep) -> Sets:
        """Return its pictures as an extractor sees them, found once."""
        name = fingerprint([extractor, dict(keep)])
        if name not in self._sets:
            self._sets[name] = features.sets(self.evidence, extractor, keep)
        return self._sets[name]

    @cached_property
    def evidence(self) -> Evidence:
        """Return its tables joined, and its features as far as they are here."""
        home = RunStore(self.run.folder)
        images = asked_images(home)
        ids = tuple(images["image_id"])
        protocols = self.identities("extractors")
        seen, references = {}, {}
        for name, protocol in protocols.items():
            vectors = self.run.features(name)
            if vectors is not None and len(vectors) == len(ids):
                seen[name] = FeatureSet(vectors, protocol, ids)
            for other in self.identities("references"):
                vectors = self.run.features(name, other)
                if vectors is not None:
                    references[other, name] = FeatureSet(vectors, protocol)
        found = Evidence(images, measured_images(home, images), seen, references)
        if not home.has_table("matched"):
            return found
        return replace(found, matched=home.read_table("matched"))

    def identities(self, kind: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what plug-ins of a kind said of themselves, by name."""
        return (self.run.manifest.get("identities") or {}).get(kind) or {}

    @cached_property
    def judges(self) -> dict[str, frozenset[str]]:
        """Return the names of the judges that took each measurement, by the measurement's name."""
        found: dict[str, frozenset[str]] = {}
        table = self.run.measurements[["name", "judge"]].drop_duplicates().astype(str)
        for name, judge in table.itertuples(index=False, name=None):
            found[name] = found.get(name, frozenset()) | {judge}
        return found

    @property
    def nodes(self) -> Mapping[str, dict[str, Any]]:
        """Return the metrics' nodes by name."""
        found = self.run.config.get("metrics") or {}
        return {name: node for name, node in found.items() if node}

    @cached_property
    def metrics(self) -> dict[str, object]:
        """Return the metrics that can still be constructed, by name."""
        found = {}
        for name, node in self.nodes.items():
            try:
                found[name] = self.construct(dict(node))
            except ConfigError:  # of another version, or of a package that is not installed
                continue
        return found

    @cached_property
    def readings(self) -> dict[Key, Reading]:
        """Return what is behind its estimates over prompts, by key."""
        return {
            key: reading
            for name, metric in self.metrics.items()
            for key, reading in readings(name, metric, self.evidence).items()
        }


@dataclass(frozen=True, eq=False)
class Opposed:
    """Two runs, the first and another one."""

    first: Opened
    second: Opened

    @cached_property
    def shared(self) -> frozenset[str]:
        """Return the ids of the prompt pairs that both asked in the same words."""
        tables = (self.first.run.prompts, self.second.run.prompts)
        ours, theirs = (_texts(table) for table in tables)
        return frozenset(name for name, _, _ in ours & theirs)

    @cached_property
    def noise(self) -> bool:
        """Whether pictures of shared pairs began with the same noise, as far as both have them."""
        tables = (self.first.run.images, self.second.run.images)
        key = ["pair_id", "replicate"]
        ours, theirs = (
            table[table["pair_id"].isin(self.shared)].drop_duplicates(key).set_index(key)["seed"]
            for table in tables
        )
        both = pd.concat([ours, theirs], axis=1, join="inner", keys=["ours", "theirs"])
        same = (both["ours"].astype(str) == both["theirs"].astype(str)).all()
        whole = len(both) == len(ours) == len(theirs)
        drawn = [
            (opened.run.config.get("generation") or {}).get("noise")
            for opened in (self.first, self.second)
        ]
        return bool(same and whole and drawn[0] == drawn[1])


def _texts(prompts: pd.DataFrame) -> set[tuple[str, str, str]]:
    named = prompts[["pair_id", "ko", "en"]].astype(str)
    return set(named.itertuples(index=False, name=None))
