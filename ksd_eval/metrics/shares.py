"""Shares: of the pictures in which a judge could tell, how many have a label."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import optimize

from ksd_eval.metrics import inference, pairs, scans
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Keep, PerPair
from ksd_eval.numerics import intervals
from ksd_eval.numerics.confidence import has_spread
from ksd_eval.records import Estimate

_LEAST_P = 1e-9
"""Below this, a p value says more of its approximation than of the pictures."""
_MOST_P = 1 - 1e-6
"""Above this it is 1: t quantiles so near the middle are lost to rounding (of 6 degrees, 0)."""


@dataclass(frozen=True)
class Share(Inference, Metric):
    """Share of pictures with a label, for each arm, over all pictures and by group.

    Two estimates each. `over_prompts`: each pair counts once, and pairs are what is resampled.
    `over_seeds`: the pictures of exactly these prompts, pooled, with Wilson's interval.
    Pictures of pairs that share a noise are taken for independent there: where such pairs are kept
    together it is too narrow (.86 for .95 with three alike pairs a noise).

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
        return [
            estimate
            for about, part in self.parts(evidence)
            for estimate in (
                self.over_prompts(about, pairs.per_pair(part), rng, inference.SHARE),
                self.pooled(about, part),
            )
        ]

    def parts(self, evidence: Evidence) -> Iterator[tuple[Estimate, pd.DataFrame]]:
        """Yield, for each category, group and arm, what a share is about and its pictures."""
        pictures = pairs.judged(evidence, self.measurement, "label", self.keep, self.judge)
        about = self.about("share", self.measurement)
        for category in map(str, self.categories):
            named = replace(about, category=category, note=pictures.why_never(category))
            yield from pairs.by_arm(evidence, pictures.with_label(category), self.by, named)

    def pooled(self, about: Estimate, part: pd.DataFrame) -> Estimate:
        """Return the share of one arm's pictures over seeds, each picture counted alike."""
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

    Held against what a model learnt from, or against the world, it is called amplification. Two
    estimates each, as of `Share`; over prompts also a p value, see `p_of_share`, and for groups the
    q value of their scan.

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
            interval=self.interval,
        )
        found: list[Estimate] = []
        for about, part in share.parts(evidence):
            of_pairs, usual = pairs.per_pair(part), self._usual(about.category)
            over_prompts = share.over_prompts(about, of_pairs, rng, inference.SHARE)
            p_value = p_of_share(of_pairs, usual)
            found.append(replace(self._beyond(over_prompts), p_value=p_value))
            found.append(self._beyond(share.pooled(about, part)))
        return scans.scanned(found)

    def _beyond(self, share: Estimate) -> Estimate:
        found = inference.beyond(share, self._usual(share.category))
        return replace(found, metric="excess", reference=self.reference_name)

    def _usual(self, category: str) -> float:
        # YAML reads a label such as 1 as a number.
        return {str(label): share for label, share in self.reference.items()}[category]


def p_of_share(found: PerPair, usual: float) -> float | None:
    """Return the p value of "the mean share over prompts is the usual one", two-sided.

    It inverts `intervals.share_over_prompts`: the interval of level 1 - p ends at the usual share,
    so p < .05 just where the interval of level .95 excludes it. With one picture a pair it is twice
    the binomial tail. If all pairs are alike, p is twice the chance that prompts of the usual mean
    would be so; twice, as it could have been on either side.

    Sign flips would not do, since shares are symmetric about no reference but 1/2. Of groups of six
    prompts with one picture each, drawn by a model that is like a reference of .1, they call 53 %
    remarkable at the .05 level, and of 30 prompts 19 %; this calls 2 % and 1 %.

    Args:
        found: One share a pair.
        usual: The share held against, in [0, 1].

    Returns:
        At least 1e-9; None below 2 pairs.

    >>> rare = PerPair(np.array([0.0, 0.5, 0.0, 0.25, 0.0, 0.25]), n_images=24, n_abstained=0)
    >>> round(p_of_share(rare, 0.5), 3), round(p_of_share(rare, 0.2), 1)
    (0.045, 1.0)
    """
    if len(found.values) < 2:
        return None
    mean = float(np.mean(found.values))
    if not has_spread(found.values):
        return max(_LEAST_P, min(1.0, 2 * _chance_of_alike(mean, usual) ** len(found.values)))

    def beyond(p: float) -> float:
        interval = intervals.share_over_prompts(found.values, found.even_images, 1 - p)
        assert interval is not None  # there is spread
        return interval.low - usual if usual < mean else usual - interval.high

    if beyond(_LEAST_P) >= 0:
        return _LEAST_P
    if beyond(_MOST_P) <= 0:
        return 1.0
    return float(optimize.brentq(beyond, _LEAST_P, _MOST_P))


def _chance_of_alike(same: float, usual: float) -> float:
    """Return how many prompts can have the same share, at most, if the mean is the usual one."""
    if usual < same:
        return usual / same
    return (1 - usual) / (1 - same) if same < 1 else 1.0


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
