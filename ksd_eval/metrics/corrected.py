"""Shares corrected for the judge's errors, each beside the raw one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ksd_eval.metrics import inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Floats, Keep, PerPair, Pictures
from ksd_eval.numerics import adjusted_count, corrections
from ksd_eval.numerics.error_rates import Corrected
from ksd_eval.numerics.intervals import Interval
from ksd_eval.numerics.prediction_powered import (
    PartlyLabelled,
    PredictionPowered,
    prediction_powered,
    prediction_powered_difference,
)
from ksd_eval.records import Estimate

ABSTAINED: Final = "abstained"
"""The reading in a confusion matrix that is none."""

KINDS: Final = ("human", "simulated")
"""Who may have labelled pictures; the two are never mixed."""


@dataclass(frozen=True)
class CorrectedShare(Inference, Metric):
    """Share of pictures with a label, raw and corrected for how the judge errs.

    For each category, group and arm, and for each contrast of two arms, all over prompts:

    - `raw_share`: what the judge says, as `Share` has it; `reference` is empty.
    - `corrected_share` by the judge's error rates, one a condition in which they were counted, with
      the condition in `reference`. Method `rogan_gladen` for two classes, `adjusted_count` for
      more. How far the conditions lie apart is how much depends on generated pictures being like
      the validation pictures. Without error rates it is None, with a note.
    - `corrected_share` by prediction-powered inference, where people have labelled some of the
      pictures: method `prediction_powered`, reference `human labels`, or `simulated labels`.

    All are of the pictures of which the judge could tell, so its error rates are those of the
    pictures of which it could. The same rates correct both arms of a contrast: they suppose that
    the judge errs alike in both, which prediction-powered inference does not.

    Attributes:
        measurement: What was judged: "gender".
        categories: The labels whose shares are wanted.
        conditions: Conditions of the error rates: "clean", "autoencoder", "denoised", …
        contrasts: Roles of the two arms, as "korean - english".
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    categories: Sequence[str]
    conditions: Sequence[str] = ("clean",)
    contrasts: Sequence[str] = pairs.CONTRASTS
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""

    def __post_init__(self) -> None:
        """Refuse a contrast that no run can have, and a category that is no label."""
        pairs.check_contrasts(self.contrasts)
        asked = [name for name in map(str, self.categories) if name.startswith("prompt.")]
        if asked:
            raise ValueError(
                f"category {asked[0]!r} is another label for every prompt, which error rates of "
                "one label cannot correct; name labels, as 'woman'"
            )

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the raw and corrected shares of every group and arm, then those of contrasts."""
        pictures = pairs.judged(evidence, self.measurement, "label", self.keep, self.judge)
        matrices = [_matrix(evidence, pictures, self.measurement, name) for name in self.conditions]
        labels = _labels(evidence, self.measurement)
        found: list[Estimate] = []
        for about, sides in self._sides(evidence, pictures):
            by_rates = [(matrix, self._by_rates(matrix, sides, rng)) for matrix in matrices]
            for category in map(str, self.categories):
                named = replace(about, category=category, note=pictures.why_never(category))
                raw = self._raw(named, sides, rng)
                found.append(raw)
                shell = _shell(named, raw)
                found += [
                    self._of_rates(shell, raw, matrix, classes) for matrix, classes in by_rates
                ]
                found += [
                    self._of_labels(shell, sides, kind, rows) for kind, rows in labels.items()
                ]
        return found

    def _sides(self, evidence: Evidence, pictures: Pictures) -> Iterator[tuple[Estimate, "_Sides"]]:
        """Yield what an estimate is about, and the pictures of its arm or of both its arms."""
        about = self.about("raw_share", self.measurement, pictures.trouble)
        for named, part in pairs.by_arm(evidence, pictures.table, self.by, about):
            yield named, _sides([part])
        there = list(pairs.contrasted(evidence, self.contrasts))
        for attribute, group, part in pairs.groups(pictures.table, self.by):
            for contrast, left, right in there:
                named = replace(about, by=attribute, group=group, arm=contrast)
                yield named, _sides([part[part["role"] == role] for role in (left, right)])

    def _raw(self, about: Estimate, sides: "_Sides", rng: np.random.Generator) -> Estimate:
        shares = sides.shares(about.category)
        values = shares[0] if len(shares) == 1 else shares[0] - shares[1]
        found = PerPair(values, sides.n_images, sides.n_abstained, sides.counts)
        return self.over_prompts(about, found, rng, _bounds(about))

    def _by_rates(
        self, matrix: "_Matrix", sides: "_Sides", rng: np.random.Generator
    ) -> Mapping[str, Corrected]:
        """Return the corrected share of each class, where there are more than two."""
        if matrix.trouble or len(matrix.classes) == 2 or not sides.n_images:
            return {}
        observed = np.stack([sides.shares(name) for name in matrix.classes], axis=-1)
        found = adjusted_count.adjusted_count(
            observed[0], matrix.counts, self.level, self.resamples, rng, *observed[1:]
        )
        return dict(zip(matrix.classes, found, strict=True))

    def _of_rates(
        self, shell: Estimate, raw: Estimate, matrix: "_Matrix", classes: Mapping[str, Corrected]
    ) -> Estimate:
        shell = replace(shell, reference=matrix.condition, method=matrix.method)
        trouble = shell.note if raw.estimate is None else matrix.why_not(shell.category)
        if trouble or raw.estimate is None:
            return inference.nothing(inference.noted(replace(shell, note=""), trouble))
        if classes:
            return _filled(shell, classes[shell.category])
        counts = matrix.counts if matrix.classes[0] == shell.category else matrix.counts[::-1, ::-1]
        interval = _interval(raw)
        if " - " in shell.arm:
            found = corrections.rogan_gladen_difference(raw.estimate, interval, counts, self.level)
        else:
            found = corrections.rogan_gladen(raw.estimate, interval, counts, self.level)
        return _filled(shell, found)

    def _of_labels(
        self, shell: Estimate, sides: "_Sides", kind: str, labels: pd.DataFrame
    ) -> Estimate:
        shell = replace(shell, reference=f"{kind} labels", method="prediction_powered")
        if not shell.n_images:
            return inference.nothing(shell)
        arms = [_partly_labelled(side, labels, shell.category) for side in sides.told]
        if len(arms) == 1:
            found = prediction_powered(arms[0], self.level)
        else:
            found = prediction_powered_difference(arms[0], arms[1], self.level)
        if found.estimate is not None:
            count = sum(int(arm.answered.sum()) for arm in arms)
            shell = inference.noted(shell, f"{count} labels")
        return _filled(shell, _cut(found, _bounds(shell)))


@dataclass(frozen=True, eq=False)
class _Sides:
    """The pictures of an arm, or of both arms of a contrast, of which the judge could tell.

    Attributes:
        told: The pictures of each arm, of pairs that have one in every arm.
        n_abstained: How many more there are of which it could not.
    """

    told: tuple[pd.DataFrame, ...]
    n_abstained: int

    @property
    def n_images(self) -> int:
        return sum(map(len, self.told))

    @property
    def counts(self) -> Floats | None:
        """Return the pictures of every pair of one arm; a difference is no share and needs none."""
        if len(self.told) > 1:
            return None
        return np.unique(self.told[0]["pair_id"], return_counts=True)[1].astype(float)

    def shares(self, category: str) -> Floats:
        """Return the share of a label in every pair, shape [arms, pairs]."""
        labelled = [Pictures(part).with_label(category) for part in self.told]
        return np.stack([pairs.per_pair(part).values for part in labelled])  # noqa: PD011


def _sides(parts: Sequence[pd.DataFrame]) -> _Sides:
    told = [part[(part["status"] == "ok") & part["label"].notna()] for part in parts]
    both = set.intersection(*(set(part["pair_id"]) for part in told))
    silent = sum(map(len, parts)) - sum(map(len, told))
    return _Sides(tuple(part[part["pair_id"].isin(both)] for part in told), silent)


@dataclass(frozen=True, eq=False)
class _Matrix:
    """How often the judge read what as what, of validation pictures in one condition.

    Attributes:
        classes: The labels, sorted.
        counts: Shape [k, k]: row the truth, column the reading.
        trouble: Why nothing can be corrected with it; empty if it can.
    """

    condition: str
    classes: tuple[str, ...]
    counts: NDArray[np.int64]
    trouble: str

    @property
    def method(self) -> str:
        return "rogan_gladen" if len(self.classes) == 2 else "adjusted_count"

    def why_not(self, category: str) -> str:
        """Return why the share of a label cannot be corrected; empty if it can."""
        if self.trouble or category in self.classes:
            return self.trouble
        return f"no validation picture ({self.condition}) shows {category!r}"


def _matrix(evidence: Evidence, pictures: Pictures, measurement: str, condition: str) -> _Matrix:
    rows = evidence.confusions
    mine = (rows["measurement"] == measurement) & (rows["condition"] == condition)
    rows = rows[mine & rows["judge"].isin(pictures.table["judge"])]
    classes = sorted(rows["truth"].unique())
    answered = rows[rows["read"] != ABSTAINED]
    table = answered.pivot_table("count", "truth", "read", aggfunc="sum", fill_value=0)
    counts = table.reindex(index=classes, columns=classes, fill_value=0).to_numpy(dtype=np.int64)
    strange = sorted({*answered["read"], *pictures.table["label"].dropna()} - set(classes))
    untold = [name for name, row in zip(classes, counts, strict=True) if not row.sum()]
    trouble = ""
    if not classes:
        trouble = f"it is not known how the judge errs at {measurement!r} ({condition})"
    elif strange:
        trouble = f"no validation picture ({condition}) shows {', '.join(map(repr, strange))}"
    elif untold:
        trouble = f"the judge could tell of no validation picture ({condition}) of {untold[0]!r}"
    elif len(classes) < 2:
        trouble = f"all validation pictures ({condition}) show {classes[0]!r}"
    return _Matrix(condition, tuple(classes), counts, trouble)


def _labels(evidence: Evidence, measurement: str) -> dict[str, pd.DataFrame]:
    """Return the labels of a measurement by who gave them, of those who gave any."""
    labels = evidence.labels[evidence.labels["measurement"] == measurement]
    found = {kind: labels[labels["kind"] == kind] for kind in KINDS}
    return {kind: rows for kind, rows in found.items() if len(rows)}


def _partly_labelled(told: pd.DataFrame, labels: pd.DataFrame, category: str) -> PartlyLabelled:
    """Return readings and labels of one arm; where several looked at a picture, their mean."""
    said = labels[["image_id"]].assign(
        told=labels["label"].notna(), yes=labels["label"] == category
    )
    looked = said.groupby("image_id")[["told", "yes"]].sum().reindex(told["image_id"])
    could = looked["told"].fillna(0).to_numpy(dtype=float)
    yes = looked["yes"].fillna(0).to_numpy(dtype=float)
    return PartlyLabelled(
        np.asarray(told["label"] == category, dtype=np.float64),
        yes / np.maximum(could, 1),
        looked["told"].notna().to_numpy(dtype=bool),
        told["pair_id"].to_numpy(dtype=str),
        could > 0,
    )


def _shell(about: Estimate, raw: Estimate) -> Estimate:
    """Return what a corrected share is about: the pictures of the raw one."""
    return replace(
        about,
        metric="corrected_share",
        n_pairs=raw.n_pairs,
        n_images=raw.n_images,
        n_abstained=raw.n_abstained,
    )


def _interval(raw: Estimate) -> Interval | None:
    if raw.ci_low is None or raw.ci_high is None:
        return None
    return Interval(raw.ci_low, raw.ci_high, raw.level, raw.method)


def _bounds(about: Estimate) -> tuple[float, float]:
    return (-1.0, 1.0) if " - " in about.arm else inference.SHARE


def _cut(found: PredictionPowered, bounds: tuple[float, float]) -> Corrected:
    estimate, interval = found.estimate, found.interval
    if estimate is not None:
        estimate = float(np.clip(estimate, *bounds))
    if interval is not None:
        low, high = (float(end) for end in np.clip([interval.low, interval.high], *bounds))
        interval = replace(interval, low=low, high=high)
    return Corrected(estimate, interval, found.reason)


def _filled(shell: Estimate, found: Corrected) -> Estimate:
    shell = inference.noted(replace(shell, estimate=found.estimate), found.reason)
    return inference.within(shell, found.interval) if found.interval else shell
