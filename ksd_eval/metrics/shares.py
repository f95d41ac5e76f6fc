"""Shares: of the pictures in which a judge could tell, how many have a label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import inference, pairs
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep
from ksd_eval.numerics import intervals
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class Share(Inference, Metric):
    """Share of pictures with a label, for each arm, over all pictures and by group.

    Two estimates each. `over_prompts`: each pair counts once, and pairs are what is resampled.
    `over_seeds`: the pictures of exactly these prompts, pooled, with Wilson's interval.

    Attributes:
        measurement: What was judged: "gender".
        categories: The labels whose shares are wanted. A label never given has share 0. The
            category `prompt.occupation` is the label that the prompt asked for.
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    categories: Sequence[str]
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the shares of every category, group and arm."""
        pictures = pairs.judged(evidence, self.measurement, "label", self.keep, self.judge)
        about = self.about("share", self.measurement)
        found: list[Estimate] = []
        for category in map(str, self.categories):
            named = replace(about, category=category, note=pictures.why_never(category))
            table = pictures.with_label(category)
            for arm, part in pairs.by_arm(evidence, table, self.by, named):
                found += self._both(arm, part, rng)
        return found

    def _both(
        self, about: Estimate, part: pd.DataFrame, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        yield self.over_prompts(about, pairs.per_pair(part), rng, inference.SHARE)
        yield self._over_seeds(about, part)

    def _over_seeds(self, about: Estimate, part: pd.DataFrame) -> Estimate:
        told = part[part["x"].notna()]
        about = replace(
            about,
            estimand="over_seeds",
            n_pairs=told["pair_id"].nunique(),
            n_images=len(told),
            n_abstained=len(part) - len(told),
        )
        if told.empty:
            return inference.nothing(about)
        interval = intervals.wilson(int(told["x"].sum()), len(told), self.level)
        about = replace(about, estimate=float(told["x"].mean()))
        return inference.within(about, interval, inference.SHARE)


@dataclass(frozen=True)
class Excess(Inference, Metric):
    """Share of a label less its share in a reference: 0 is a model that is like the reference.

    Held against what a model learnt from, or against the world, it is called amplification.

    Attributes:
        measurement: What was judged: "culture".
        reference: Label -> its share in the reference; they sum to 1.
        categories: The labels wanted; none for all of the reference.
        reference_name: What this reference is called.
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    reference: Mapping[str, float]
    categories: Sequence[str] = ()
    reference_name: str = "uniform"
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""

    def __post_init__(self) -> None:
        """Refuse a reference that is not a distribution, or says nothing of a label wanted."""
        check_shares(self.reference_name, self.reference)
        unknown = [name for name in self.categories if name not in self.reference]
        if unknown:
            raise ValueError(
                f"reference {self.reference_name!r} has no share for {unknown[0]!r}; "
                f"it has {', '.join(self.reference)}"
            )

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return the excess of every category, group and arm."""
        share = Share(
            self.measurement,
            self.categories or list(self.reference),
            self.by,
            self.keep,
            self.judge,
            level=self.level,
            resamples=self.resamples,
        )
        return [self._beyond(estimate) for estimate in share(evidence, rng)]

    def _beyond(self, share: Estimate) -> Estimate:
        found = replace(share, metric="excess", reference=self.reference_name)
        usual = self.reference[share.category]
        if share.estimate is not None:
            found = replace(found, estimate=share.estimate - usual)
        if share.ci_low is not None and share.ci_high is not None:
            found = replace(found, ci_low=share.ci_low - usual, ci_high=share.ci_high - usual)
        return found


def check_shares(name: str, shares: Mapping[str, float]) -> None:
    """Refuse a reference that is not a distribution over two labels or more.

    Raises:
        ValueError: If a share is negative, or they do not sum to 1.
    """
    total = sum(shares.values())
    if len(shares) < 2 or min(shares.values()) < 0 or abs(total - 1) > 1e-6:
        raise ValueError(
            f"reference {name!r} must be two or more shares that sum to 1, "
            f"got {dict(shares)} with sum {total:g}"
        )
