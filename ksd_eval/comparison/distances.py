"""Estimates that are no means over prompts: of distances from a reference, the difference."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from ksd_eval.comparison.base import Reason, Row
from ksd_eval.comparison.opposed import Opposed
from ksd_eval.comparison.terms import unlike
from ksd_eval.metrics import features
from ksd_eval.metrics.comparison import FEWEST, Comparison
from ksd_eval.records import Estimate

KINDS = {
    "judges": "judge",
    "extractors": "protocol",
    "references": "reference",
    "matched": "matched",
}
"""Which sentence says that plug-ins of a kind are unlike."""


def row(opposed: Opposed, first: Estimate, second: Estimate) -> Row:
    """Return two estimates side by side, and of distances from one reference the difference.

    That is the one that a run has between two of its arms: each pair is left out of both runs at
    once, and the reference is held fixed.
    """
    strange = tuple(_strange(opposed, first))
    if strange:
        return Row(first, second, "beside", reasons=strange)
    metric = opposed.first.metrics.get(first.metric)
    if not isinstance(metric, Comparison) or " - " in first.arm:
        return _beside(first, second, Reason("kind", {"kind": first.kind or first.metric}))
    if (first.reference, metric.extractor) not in opposed.first.evidence.references:
        key = "features" if first.reference in opposed.first.identities("references") else "arms"
        return _beside(first, second, Reason(key))
    trouble = _lacking(opposed, metric.extractor, first.reference)
    if trouble is not None:
        return _beside(first, second, trouble)
    ours, theirs = (
        one.sets(metric.extractor, metric.keep) for one in (opposed.first, opposed.second)
    )
    shared = np.array(sorted(opposed.shared), dtype=str)
    x, y = features.shared(theirs.arms[first.arm].of(shared), ours.arms[first.arm].of(shared))
    if x.count < FEWEST:
        return _beside(first, second, Reason("few", {"count": x.count, "fewest": FEWEST}))
    reference = opposed.first.evidence.references[first.reference, metric.extractor]
    about = replace(
        first, estimate=None, ci_low=None, ci_high=None, floor=None, null_p95=None, note=""
    )
    about = replace(about, n_pairs=x.count, n_images=len(x.rows) + len(y.rows), method="")
    vectors = features.of_reference(reference)
    found = metric.difference(about, (x, y), vectors, np.random.default_rng(0))
    if found.estimate is None:
        return _beside(first, second, Reason("bias"))
    reasons = [] if opposed.noise else [Reason("noise")]
    if found.ci_low is None:
        reasons.append(Reason("alike"))
    return Row(first, second, "paired", replace(found, note=""), (*reasons, Reason("fixed")))


def _beside(first: Estimate, second: Estimate, reason: Reason) -> Row:
    return Row(first, second, "beside", reasons=(reason,))


def _strange(opposed: Opposed, about: Estimate) -> Iterator[Reason]:
    """Yield in what plug-ins that an estimate hangs on are not the same in two runs."""
    both = (opposed.first, opposed.second)
    named = {
        "judges": {judge for one in both for judge in one.judges.get(about.measurement, ())},
        "references": {about.reference},
    }
    mentioned = set(_texts(opposed.first.nodes.get(about.metric, {})))
    for kind in ("judges", "extractors", "references", "matched"):
        ours, theirs = (one.identities(kind) for one in both)
        for name in sorted((mentioned | named.get(kind, set())) & (ours.keys() | theirs.keys())):
            fields = [field for field, _, _ in unlike(ours.get(name), theirs.get(name))]
            if fields:
                yield Reason(KINDS[kind], {"name": name, "fields": ", ".join(fields)})


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
    elif isinstance(node, str):
        yield node


def _lacking(opposed: Opposed, extractor: str, reference: str) -> Reason | None:
    """Return why the features of two runs cannot be held against one reference."""
    key = (reference, extractor)
    ours, theirs = (one.evidence for one in (opposed.first, opposed.second))
    if not all(extractor in side.features and key in side.references for side in (ours, theirs)):
        return Reason("features")
    if not np.array_equal(ours.references[key].vectors, theirs.references[key].vectors):
        return Reason("reference", {"name": reference, "fields": "features"})
    return None
