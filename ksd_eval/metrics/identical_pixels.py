"""Whether a changed form of a prompt gives the plain prompt's very picture, to the last bit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import forms, inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.pairs import Keep
from ksd_eval.records import Estimate

FIRST = 3
"""How many wrong pictures are named."""


@dataclass(frozen=True)
class IdenticalPixels(Metric):
    """Share of a form's pictures whose pixels are those of the plain prompt's picture.

    No population is meant: it is a count of these pictures, by what is expected of forms and by
    form. Where they are expected to be identical the tokens are the same, the noise is, and so must
    the pixels be: any share but 1 is a mistake of the pipeline (or a tokenizer that does not tidy
    as CLIP's does), and a note names the first pictures. Elsewhere it says how much of a change
    reaches the picture at all.

    Attributes:
        forms: Forms that were asked for, in the order they are to have; one that changes nothing in
            any prompt is an estimate that cannot be had.
        keep: Attribute -> value or values that a prompt must have.
    """

    forms: Sequence[str] = ()
    keep: Keep = field(default_factory=dict[str, str])

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the shares of every arm, by what is expected, then by form."""
        pictures = pairs.kept(evidence.images, self.keep)
        there = forms.found(pictures.table, self.forms)
        about = Estimate("identical_pixels", "pixels", "", None, estimand="descriptive")
        trouble = pictures.trouble or there.trouble
        if trouble:
            return [replace(about, note=trouble)]
        return [
            _share(replace(about, arm=role, by=by, group=group), part, outcome)
            for role in pairs.roles(evidence)
            for by, group, outcome, members in _groups(there)
            for part in [
                forms.beside_plain(pictures.table[pictures.table["role"] == role], members)
            ]
        ]


def _groups(there: forms.Forms) -> Iterator[tuple[str, str, str, Iterable[str]]]:
    """Yield attribute, value, what is expected and the forms of each group."""
    for outcome in forms.OUTCOMES:
        members = [form for form, expected in there.expected.items() if expected == outcome]
        if members:
            yield "expected", outcome, outcome, members
    for form, expected in there.expected.items():
        yield forms.CHANGE, form, expected, [form]


def _share(about: Estimate, part: pd.DataFrame, outcome: str) -> Estimate:
    sides = [part[part["role"] == side] for side in forms.SIDES]
    keys = ["pair_id", "replicate"]
    both = sides[0].merge(sides[1][[*keys, "sha256"]], on=keys, suffixes=("", "_plain"))
    about = replace(
        about,
        kind=forms.kind(about.metric, outcome),
        n_pairs=both["pair_id"].nunique(),
        n_images=len(both),
    )
    about = inference.noted(about, forms.left_alone(part))
    if both.empty:
        return about
    other = both[both["sha256"] != both["sha256_plain"]]
    about = replace(about, estimate=1 - len(other) / len(both))
    if outcome != "identical" or other.empty:
        return about
    return inference.noted(about, _mistake(other, len(both)))


def _mistake(other: pd.DataFrame, count: int) -> str:
    form = other[f"prompt.{forms.CHANGE}"]
    names = sorted(other["pair_id"] + "." + form + ", replicate " + other["replicate"].astype(str))
    more = " and others" if len(names) > FIRST else ""
    named = "; ".join(names[:FIRST])
    return (
        f"{len(other)} of {count} pictures have other pixels than the plain prompt's although they "
        f"must be the same: {named}{more}"
    )
