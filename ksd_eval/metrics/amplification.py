"""Whether a model exaggerates: its shares, group by group, less those of a named reference."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import inference, pairs, scans
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import Floats, Keep, PerPair
from ksd_eval.metrics.shares import Share, p_of_share
from ksd_eval.numerics import effects, intervals
from ksd_eval.numerics.checks import Counts
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class Group:
    """One arm's pictures of a group of prompts, and what the reference says of it.

    Attributes:
        about: What its estimates are about.
        part: Pictures; `x` is 1 where they have the category, NaN where the judge could not tell.
        found: Share of each pair.
        usual: Share of the category in the reference.
        source: Where that is from.
    """

    about: Estimate
    part: pd.DataFrame
    found: PerPair
    usual: float
    source: str

    @property
    def leans(self) -> int:
        """1 where the category is the reference's majority, -1 its minority, 0 neither."""
        return int(np.sign(self.usual - 0.5))

    @property
    def excess(self) -> Floats:
        """Share of each pair less the usual one, shape [pairs]."""
        return np.subtract(self.found.values, self.usual)

    @property
    def share_towards(self) -> float:
        """Share of the pictures that are of the reference's majority."""
        share = float(self.part["x"].mean())
        return share if self.leans > 0 else 1 - share


@dataclass(frozen=True)
class Usual:
    """What a reference says of a category.

    Attributes:
        shares: Group -> share of the category, for the groups of which the source has one.
        sources: Group -> where its share is from.
        trouble: Why there are none, as a sentence; empty if there are some.
    """

    shares: Mapping[str, float] = field(default_factory=dict[str, float])
    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    trouble: str = ""

    def of(self, about: Estimate, part: pd.DataFrame) -> Group:
        """Return the pictures of a group together with what the reference says of it."""
        group = about.group
        return Group(about, part, pairs.per_pair(part), self.shares[group], self.sources[group])


@dataclass(frozen=True)
class Amplification(Inference, Metric):
    """Share of a label less its share in a reference that has one for each group.

    A model that draws as many women among its doctors as there are has 0. For each arm, of the
    groups of which the reference has a share (others are left out, and counted in the note):

    - `amplification` of each group, over prompts and over seeds, with the intervals and the p value
      of a share (`shares.p_of_share`), and the q value of the scan of groups.
    - `amplification` of all groups together, which bears neither attribute nor group: the mean over
      pairs, or over seeds over pictures, of the share less the usual share of the group.
    - `exaggeration`, which bears the attribute and no group: the mean over groups of the same,
      positive in the direction in which the reference leans, which is away from 1/2. Above 0 the
      model makes majorities larger than they are. A group of which the reference has just 1/2 leans
      neither way and counts as 0. Over prompts its interval is over groups: what another occupation
      would add. Over seeds it is for just these groups, see `interval_over_groups`.

    The two means have a p value by flipping signs, of pairs or of groups. Measured at the .05 level
    with 6 to 30 groups of 2 to 16 pictures, of a model that is like its reference: false alarms of
    2 to 7 % where references differ as those of occupations do. If all are extreme, the excess is
    skewed: 14 % for .1, 25 % for .05 and .95, with 2 pictures a group. The intervals miss 0 in 0 to
    8 % throughout.

    That a model ought to draw what a reference counts is a norm, which is chosen with the
    reference. If it is what the model learnt from, this is bias amplification in the first sense of
    the word.

    Source: Zhao et al., Men also like shopping (2017), section 3, mean bias amplification, for a
        category against all others.

    Attributes:
        measurement: What was judged: "gender".
        category: The label whose share it is: "woman".
        reference: The name of the set of shares: "us_labour".
        by: The attribute whose values the set has shares of: "occupation".
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    category: str
    reference: str
    by: str
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""

    def __post_init__(self) -> None:
        """Refuse a question without groups, before the first picture."""
        if not self.by:
            raise ValueError(
                f"by must name the attribute whose values {self.reference!r} has shares of, "
                "such as 'occupation'; it is empty"
            )

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return, for each arm, every group's amplification, that of all, and the exaggeration."""
        usual = self._usual(evidence.shares)
        parts = [
            (replace(about, metric="amplification", reference=self.reference), part)
            for about, part in self._share.parts(evidence)
        ]
        found: list[Estimate] = []
        for whole in [about for about, _ in parts if not about.by]:
            mine = [each for each in parts if each[0].group and each[0].arm == whole.arm]
            groups = [usual.of(about, part) for about, part in mine if about.group in usual.shares]
            remark = self._remark(usual, groups, len(mine)) if mine or not whole.note else ""
            found += self._of_arm(whole, groups, remark, rng)
        return scans.scanned(found)

    @property
    def _share(self) -> Share:
        wanted = (self.measurement, [self.category], self.by, self.keep, self.judge)
        sure = {"level": self.level, "resamples": self.resamples, "interval": self.interval}
        return Share(*wanted, **sure)  # type: ignore[arg-type]

    def _usual(self, table: pd.DataFrame) -> Usual:
        """Return the shares of the reference that bear on the question."""
        asked = table[
            (table["reference"] == self.reference)
            & (table["measurement"] == self.measurement)
            & (table["by"] == self.by)
            & (table["category"] == self.category)
        ]
        share = pd.to_numeric(asked["share"]).astype(float)
        told = asked.assign(share=share)[share.notna()].set_index("group")
        if told.empty:
            there = ", ".join(sorted(map(repr, table["reference"].unique()))) or "none"
            return Usual(
                trouble=f"{self.reference!r} has no share of {self.category!r} for any "
                f"{self.by!r}; references in this run: {there}"
            )
        if not told.index.is_unique:
            twice = told.index[told.index.duplicated()][0]
            return Usual(trouble=f"{self.reference!r} has more than one share for {twice!r}")
        groups = told.index.astype(str)
        shares, sources = (dict(zip(groups, told[x], strict=True)) for x in ("share", "source"))
        return Usual(shares, sources)

    def _remark(self, usual: Usual, groups: Sequence[Group], there: int) -> str:
        """Return what a reader must know of the groups that an arm has."""
        if usual.trouble:
            return usual.trouble
        if not there:
            return f"no prompt has the attribute {self.by!r}"
        sources = {group.source for group in groups}
        cited = next(iter(sources)) if len(sources) == 1 else f"{len(sources)} sources, see groups"
        left_out = f"{there - len(groups)} of {there} groups have no share in {self.reference!r}"
        known = [f"reference: {cited}"] if groups else []
        return "; ".join(known + [left_out] * (there > len(groups)))

    def _of_arm(
        self, whole: Estimate, groups: Sequence[Group], remark: str, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        for group in groups:
            for share in self._of_group(group, rng):
                yield inference.noted(share, f"reference: {group.source}")
        n_abstained = sum(group.found.n_abstained for group in groups)
        whole = replace(whole, n_abstained=n_abstained)
        mean = replace(whole, metric="exaggeration", by=self.by)
        told = [group for group in groups if group.found.n_images]
        if told:
            made = [*self._of_all(whole, told, rng), *self._exaggeration(mean, told, rng)]
        else:
            silent = [inference.nothing(one) if groups else one for one in (whole, mean)]
            made = [one for about in silent for one in _both(about)]
        for one in made:
            yield inference.noted(replace(one, n_abstained=n_abstained), remark)

    def _of_group(self, group: Group, rng: np.random.Generator) -> Iterator[Estimate]:
        share = self.over_prompts(group.about, group.found, rng, inference.SHARE)
        share = replace(share, p_value=p_of_share(group.found, group.usual))
        yield inference.beyond(share, group.usual)
        yield inference.beyond(self._share.pooled(group.about, group.part), group.usual)

    def _of_all(
        self, about: Estimate, groups: Sequence[Group], rng: np.random.Generator
    ) -> Iterator[Estimate]:
        usual = [group.usual for group in groups]
        n_images = [group.found.n_images for group in groups]
        excess = np.concatenate([group.excess for group in groups])
        bounds = (-max(usual), 1 - min(usual))
        yield self.paired(about, PerPair(excess, sum(n_images), 0), rng, bounds)
        pooled = self._share.pooled(about, pd.concat([group.part for group in groups]))
        yield inference.beyond(pooled, float(np.average(usual, weights=n_images)))

    def _exaggeration(
        self, about: Estimate, groups: Sequence[Group], rng: np.random.Generator
    ) -> Iterator[Estimate]:
        leaning = [group for group in groups if group.leans]
        about = replace(
            about,
            n_pairs=sum(len(group.excess) for group in groups),
            n_images=sum(group.found.n_images for group in groups),
        )
        about = inference.noted(about, f"mean over {len(groups)} group{'s' * (len(groups) > 1)}")
        if leaning:
            yield self._over_groups(about, groups, rng)
            yield self._over_seeds(about, leaning, len(leaning) / len(groups))
        else:
            yield from _both(inference.noted(about, "the reference leans in none of them"))

    def _over_groups(
        self, about: Estimate, groups: Sequence[Group], rng: np.random.Generator
    ) -> Estimate:
        values = np.array([group.leans * float(group.excess.mean()) for group in groups])
        majority = [max(group.usual, 1 - group.usual) for group in groups]
        bounds = (-max(majority), 1 - min(majority))
        about = replace(about, estimate=float(values.mean()))
        interval = intervals.over_prompts(values, self.level, bounds)
        if interval is None:
            return inference.noted(about, "no interval: one group says nothing of others")
        p_value = effects.sign_flip_p(values, rng, self.resamples)
        return replace(inference.within(about, interval, bounds), p_value=p_value)

    def _over_seeds(self, about: Estimate, leaning: Sequence[Group], fraction: float) -> Estimate:
        """Return the exaggeration of these very prompts, of whose groups a fraction leans."""
        shares = np.array([group.share_towards for group in leaning])
        n_images = np.array([group.found.n_images for group in leaning])
        low, high = interval_over_groups(shares, n_images, self.level)
        usual = float(np.mean([max(group.usual, 1 - group.usual) for group in leaning]))
        return replace(
            about,
            estimand="over_seeds",
            estimate=fraction * (float(shares.mean()) - usual),
            ci_low=fraction * (low - usual),
            ci_high=fraction * (high - usual),
            method="wilson",
        )


def interval_over_groups(shares: Floats, n_images: Counts, level: float) -> tuple[float, float]:
    """Return Wilson's interval over seeds of the mean of the shares of these very groups.

    The number of images is G^2 / sum(1 / n_g), with which a mean over G groups of like shares has
    the right variance. Groups whose shares differ scatter less than that, so it is conservative.
    Measured with 6 to 30 groups of 2 to 16 pictures: coverage .94 to .99 of .95. (Adding up the
    groups' own intervals by the method of variance estimates recovery covers .84 to .98.)

    Args:
        shares: Share of each group, shape [G].
        n_images: Pictures of each group, at least 1.
        level: Nominal coverage, between 0 and 1.

    >>> low, high = interval_over_groups(np.array([1.0, 0.5]), np.array([4, 4]), 0.95)
    >>> round(low, 3), round(high, 3)
    (0.409, 0.929)
    """
    size = len(shares) ** 2 / float((1 / n_images).sum())
    low, high = intervals.score_ends(float(shares.mean()), size, level)
    return max(0.0, low), min(1.0, high)


def _both(about: Estimate) -> tuple[Estimate, Estimate]:
    """Return an estimate that cannot be had, over prompts and over seeds."""
    return about, replace(about, estimand="over_seeds")
