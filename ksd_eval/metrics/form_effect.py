"""What a change of wording does to pictures: each form held against the plain prompt's picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import ceilings, forms, inference, pairs, scans
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import Keep, PerPair
from ksd_eval.numerics import intervals
from ksd_eval.records import Estimate

EFFECT, EQUIVALENCE = "form_effect", "form_equivalence"
BETWEEN = (-1.0, 1.0)
"""Least and greatest difference of two shares."""


@dataclass(frozen=True)
class FormEffect(Inference, Metric):
    """Mean over prompts of a measurement of a form less that of its plain prompt, in one arm.

    Both start from the same noise and are judged by the same English text, so that only the wording
    differs. For each form:

    - `form_effect`: the mean difference and its interval. Forms that may change something have the
      sign-flip test's p value, and its q value among all of them. Forms that must change nothing
      have none: whether they do is no question of chance, see `IdenticalPixels`.
    - `form_equivalence`, with a margin, of forms that a reader would call unchanged: the same
      difference with the p value of two one-sided t tests, and its q value among them.

    Forms share their plain pictures, so their p values depend on each other, positively, which
    Benjamini and Hochberg's procedure bears: simulated where nothing has an effect (31 prompts, 15
    forms of 9 to 31 of them, 2000 runs), some form has q <= .05 in 2 % of the runs, whether half of
    the variance is that of the plain picture or nine tenths.

    Attributes:
        measurement: What was judged: "similarity", "occupation".
        categories: The labels whose shares are compared, as for `Share`; none for a measured value.
        forms: Forms that were asked for, in the order they are to have; one that changes nothing in
            any prompt is an estimate that cannot be had.
        floor: The measurement with an unlike text, "similarity_floor". With it effects are told as
            a part of what matched pictures gain by their own text over an unlike one, which is
            taken as known: of 200 pictures it is known to a hundredth or two.
        margin: An effect that is too small to matter, above 0, in the unit of the estimates; None
            for no test of equivalence.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
        matched: The matched set, where a run has several.
    """

    measurement: str
    categories: Sequence[str] = ()
    forms: Sequence[str] = ()
    floor: str = ""
    margin: float | None = None
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""
    matched: str = ""

    def __post_init__(self) -> None:
        """Refuse a margin that nothing lies within, and a share as a part of a text's worth."""
        inference.check_margin(self.margin)
        if self.floor and self.categories:
            raise ValueError(
                f"floor is {self.floor!r}, which shares of {', '.join(self.categories)} have no "
                "use for; leave out floor or categories"
            )

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the effects of every category, arm and form."""
        return scans.scanned(
            [
                estimate
                for about, table in self._tables(evidence)
                for named, outcome, part in self._forms(evidence, about, table)
                for estimate in self._estimates(named, outcome, part, rng)
            ]
        )

    def _unit(self, evidence: Evidence) -> tuple[float, str]:
        """Return what effects are divided by, or why that is not known."""
        if not self.floor:
            return 1.0, ""
        worth = ceilings.worth(evidence, self.measurement, self.floor, self.judge, self.matched)
        if worth.trouble:
            return 1.0, worth.trouble
        gains = worth.table["gain"].to_numpy(dtype=float)
        around = intervals.student(gains, self.level)
        if around is None or around.low <= 0:
            return 1.0, "the judge does not tell a fitting text from another on matched pictures"
        return float(gains.mean()), ""

    def _tables(self, evidence: Evidence) -> Iterator[tuple[Estimate, pd.DataFrame]]:
        unit, trouble = self._unit(evidence)
        answer: pairs.Answer = "label" if self.categories else "value"
        pictures = pairs.judged(evidence, self.measurement, answer, self.keep, self.judge)
        about = self.about(EFFECT, self.measurement, pictures.trouble or trouble)
        if about.note:
            yield about, pictures.table.iloc[:0]
            return
        if not self.categories:
            table = pictures.with_value()
            yield about, table.assign(x=table["x"] / unit)
        for category in map(str, self.categories):
            named = replace(about, category=category, note=pictures.why_never(category))
            yield named, pictures.with_label(category)

    def _forms(
        self, evidence: Evidence, about: Estimate, table: pd.DataFrame
    ) -> Iterator[tuple[Estimate, str, pd.DataFrame]]:
        """Yield, for each arm and form, what an estimate is about, what is expected, and pictures.

        What cannot be had at all is said once.
        """
        there = forms.found(table, self.forms)
        if there.trouble:
            yield (about if about.note else replace(about, note=there.trouble)), "", table.iloc[:0]
            return
        for role in pairs.roles(evidence):
            mine = table[table["role"] == role]
            for form, outcome in there.expected.items():
                kind = forms.kind(EFFECT, outcome)
                named = replace(about, arm=role, by=forms.CHANGE, group=form, kind=kind)
                yield named, outcome, forms.beside_plain(mine, [form])

    def _estimates(
        self, about: Estimate, outcome: str, part: pd.DataFrame, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        found = PerPair(np.empty(0), 0, 0)
        if about.group:
            about = inference.noted(about, forms.left_alone(part))
            found = pairs.differences(part, forms.SIDES)
        bounds = BETWEEN if self.categories else inference.UNBOUNDED
        if outcome == "identical":
            yield _unchanged(self.over_prompts(about, found, rng, bounds))
            return
        effect = self.paired(about, found, rng, bounds)
        yield effect
        if outcome == "equivalent" and self.margin is not None:
            same = inference.equivalent(effect, found, self.margin, bounds)
            yield replace(same, metric=EQUIVALENCE, kind=forms.kind(EQUIVALENCE, outcome))


def _unchanged(effect: Estimate) -> Estimate:
    """Return the effect of a form that must have none: exactly 0 needs no interval, nor a note."""
    if effect.estimate != 0 or effect.method == "student":
        return effect
    return replace(effect, ci_low=None, ci_high=None, method="", note="")
