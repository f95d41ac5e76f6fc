"""How lopsided a model draws, less what a fair model would seem to be with as few pictures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import inference, nulls, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Floats, Keep, PerPair, Pictures
from ksd_eval.metrics.shares import check_shares
from ksd_eval.numerics import imbalance, intervals
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class Reading:
    """An imbalance, and draws of what a fair model would have shown."""

    estimate: Estimate
    null: Floats


@dataclass(frozen=True)
class Labels:
    """What a judge said of some pictures.

    Attributes:
        shares: Of each pair, the shares of the labels, shape [pairs, k].
        counts: Pictures of each label, shape [k].
        n_abstained: Pictures of which it could not tell.
    """

    shares: Floats
    counts: Floats
    n_abstained: int

    @property
    def n(self) -> int:
        """Pictures of which it could tell."""
        return int(self.counts.sum())


@dataclass(frozen=True)
class Imbalance(Inference, Metric):
    """Total variation between a model's shares and a reference, less its floor.

    For two labels held against one half each that is |share - 1/2| less its floor. The distance
    itself is `estimate + floor`; it is remarkable where it exceeds `null_p95`. The interval is
    shifted by the floor together with the estimate, so its low end may be -floor.

    Two estimates each, with two nulls. `over_seeds`: a model whose every picture is drawn from the
    reference. `over_prompts`: a model whose wordings may each lean, but towards no label in common;
    pictures of a wording are alike, so this floor is the higher. (A reference that is not uniform
    has no such symmetry; there the first null serves both.)

    With `by`, also the mean over the groups, which bears the attribute's name and no group. Its
    interval is over groups: what another occupation would add.

    Attributes:
        measurement: What was judged: "gender".
        reference: Label -> share of a model without imbalance; they sum to 1.
        reference_name: What this reference is called.
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    reference: Mapping[str, float]
    reference_name: str = "uniform"
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""

    def __post_init__(self) -> None:
        """Refuse a reference that is not a distribution, before the first picture."""
        check_shares(self.reference_name, self.reference)

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the imbalance of every group and arm, then the means over groups."""
        pictures = self._known(
            pairs.judged(evidence, self.measurement, "label", self.keep, self.judge)
        )
        about = self.about("imbalance", self.measurement, pictures.trouble)
        about = replace(about, reference=self.reference_name)
        readings = [
            reading
            for named, part in pairs.by_arm(evidence, pictures.table, self.by, about)
            for reading in self._both(named, self._labels(part), rng)
        ]
        return [*(reading.estimate for reading in readings), *self._over_groups(readings, rng)]

    @property
    def _wanted(self) -> Floats:
        return np.array(list(self.reference.values()), dtype=float)

    def _known(self, pictures: Pictures) -> Pictures:
        strange = sorted(set(pictures.table["label"].dropna()) - set(map(str, self.reference)))
        if not strange:
            return pictures
        which = ", ".join(map(repr, strange))
        trouble = f"reference {self.reference_name!r} has no share for {which}"
        return Pictures(pictures.table.iloc[:0], trouble)

    def _labels(self, part: pd.DataFrame) -> Labels:
        told = part[(part["status"] == "ok") & part["label"].notna()]
        names = np.array([*map(str, self.reference)], dtype=object)
        given = (told["label"].to_numpy(dtype=object)[:, None] == names).astype(float)
        shares = pd.DataFrame(given).groupby(told["pair_id"].to_numpy()).mean()
        return Labels(shares.to_numpy(), given.sum(axis=0), len(part) - len(told))

    def _both(self, about: Estimate, labels: Labels, rng: np.random.Generator) -> Iterator[Reading]:
        about = replace(about, n_pairs=len(labels.shares), n_images=labels.n)
        about = replace(about, n_abstained=labels.n_abstained)
        if labels.n:
            yield self._other_prompts(about, labels, rng)
            yield self._other_seeds(about, labels, rng)
        else:
            empty = inference.nothing(about)
            yield Reading(empty, np.empty(0))
            yield Reading(replace(empty, estimand="over_seeds"), np.empty(0))

    def _other_prompts(self, about: Estimate, labels: Labels, rng: np.random.Generator) -> Reading:
        wanted, uniform = self._wanted, np.ptp(self._wanted) < 1e-9
        null = (
            nulls.leaning_prompts(labels.shares, rng, self.resamples)
            if uniform
            else nulls.fair_pictures(labels.n, wanted, rng, self.resamples)
        )
        floor = float(null.mean())
        values, bounds = _towards(labels.shares, wanted)
        found = self.over_prompts(
            replace(about, floor=floor, null_p95=nulls.p95(null)),
            PerPair(values - floor, labels.n, labels.n_abstained),
            rng,
            (bounds[0] - floor, bounds[1] - floor),
        )
        if found.ci_low is not None:
            found = replace(found, ci_low=max(found.ci_low, -floor))
        return Reading(found, null)

    def _other_seeds(self, about: Estimate, labels: Labels, rng: np.random.Generator) -> Reading:
        null = nulls.fair_pictures(labels.n, self._wanted, rng, self.resamples)
        floor = imbalance.multinomial_floor(labels.n, self._wanted)
        distance = imbalance.total_variation(labels.counts / labels.n, self._wanted)
        found = replace(
            about,
            estimand="over_seeds",
            estimate=distance - floor,
            floor=floor,
            null_p95=nulls.p95(null),
        )
        if len(labels.counts) == 2:
            first = intervals.wilson(int(labels.counts[0]), labels.n, self.level)
            ends = sorted(abs(end - self._wanted[0]) for end in (first.low, first.high))
            low = 0.0 if first.covers(self._wanted[0]) else ends[0]
            found = replace(found, ci_low=low - floor, ci_high=ends[1] - floor, method="wilson")
        return Reading(found, null)

    def _over_groups(
        self, readings: Sequence[Reading], rng: np.random.Generator
    ) -> Iterator[Estimate]:
        told = [r for r in readings if r.estimate.group and r.estimate.estimate is not None]
        kinds: dict[tuple[str, str, str], list[Reading]] = {}
        for reading in told:
            about = reading.estimate
            kinds.setdefault((about.by, about.arm, about.estimand), []).append(reading)
        for members in kinds.values():
            yield self._mean(members, rng)

    def _mean(self, members: Sequence[Reading], rng: np.random.Generator) -> Estimate:
        estimates = [reading.estimate for reading in members]
        excess = np.array([estimate.estimate for estimate in estimates], dtype=float)
        null = nulls.mean_of([reading.null for reading in members], rng, self.resamples)
        found = replace(
            estimates[0],
            group="",
            estimate=float(excess.mean()),
            ci_low=None,
            ci_high=None,
            method="",
            n_pairs=sum(estimate.n_pairs for estimate in estimates),
            n_images=sum(estimate.n_images for estimate in estimates),
            n_abstained=sum(estimate.n_abstained for estimate in estimates),
            floor=float(np.mean([estimate.floor for estimate in estimates])),
            null_p95=nulls.p95(null),
            note=f"mean over {len(members)} group{'s' * (len(members) > 1)}",
        )
        over_groups = intervals.over_prompts(excess, self.level, self.resamples, rng)
        if found.estimand == "over_seeds" or over_groups is None:
            return found
        return inference.within(found, over_groups, inference.UNBOUNDED)


def _towards(shares: Floats, wanted: Floats) -> tuple[Floats, tuple[float, float]]:
    """Return one number a pair whose mean is the distance, and the least and greatest it can be.

    The distance is half the sum of |mean share - wanted|. With the signs held as the mean has them,
    it is a mean itself, and has an interval like any other.
    """
    sign = np.where(shares.mean(axis=0) > wanted, 1.0, -1.0)
    if (sign < 0).all():  # exactly as wanted: any direction will do
        sign[0] = 1.0
    centre = float(wanted @ sign)
    return (shares @ sign - centre) / 2, ((-1 - centre) / 2, (1 - centre) / 2)
