"""Yes or no, picture by picture: which pictures come out otherwise when only the arm changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from ksd_eval.metrics import contrasts, inference, pairs, scans, seeds
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.metrics.inference import Inference
from ksd_eval.metrics.pairs import By, Floats, Keep, PerPair
from ksd_eval.numerics import contingency, intervals
from ksd_eval.records import Estimate


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of pictures that started from the same noise, one a picture of each of two arms.

    Attributes:
        first: 1 for yes, 0 for no, in the first arm, shape [n].
        second: The same in the second.
        pairs: One value a prompt pair: the share of its pictures whose outcome differs.
        names: The two roles.
    """

    first: Floats
    second: Floats
    pairs: PerPair
    names: tuple[str, str]

    @property
    def only_first(self) -> int:
        """Pictures that are yes in the first arm alone."""
        return int((self.first > self.second).sum())

    @property
    def only_second(self) -> int:
        """Pictures that are yes in the second arm alone."""
        return int((self.second > self.first).sum())

    @property
    def tables(self) -> Floats:
        """Arm by outcome, yes before no, of each picture and its counterpart, shape [n, 2, 2]."""
        yes = np.stack([self.first, self.second], axis=1)
        return np.stack([yes, 1 - yes], axis=2)

    @property
    def counted(self) -> str:
        """How many pictures are yes in one arm alone, as words."""
        first, second = self.names
        return f"{self.only_first} only in {first}, {self.only_second} only in {second}"


@dataclass(frozen=True)
class PairedOutcomes(Inference, Metric):
    """A yes or no of pictures that started from the same noise, in two arms.

    Two shares may be equal while every picture has changed. So, for each contrast and group:

    * `discordance`, the share of pictures whose outcome differs between the arms, in [0, 1]. Over
      prompts each pair counts once, and pairs are the unit of the interval; over seeds the pictures
      of exactly these prompts are pooled, with Wilson's interval.
    * `odds_ratio`, over seeds: above 1 where it is rather the first arm that says yes; 1 is no
      difference. It is Mantel's and Haenszel's common odds ratio where each picture and its
      counterpart are one stratum, hence the number of pictures that are yes in the first arm alone
      by that in the second alone. It is conditional on the noise, and so farther from 1 than the
      odds ratio of the two shares, the more of an outcome the noise decides. Its interval of level
      .95 covered 95 to 96 % of the time (20 to 96 prompts of 2 to 20 pictures, a noise that decides
      nothing up to nearly all). Prompts as strata would cover 95 to 99.9 %, and their ratio would
      depend on the number of replicates. The p value is McNemar's exact one, and for groups there
      is the q value of their scan.

    Odds ratio and p take pictures for independent, which they are over seeds: these prompts, other
    noise. They ignore that pictures of a prompt are alike, and so say nothing of other prompts;
    `PairedDifference` does. Pictures that the judge could not tell in both arms are left out.

    Source: McNemar (Psychometrika 1947); Mantel and Haenszel (JNCI 1959); for matched pairs as
    strata Agresti, Categorical Data Analysis (2013), section 11.2.

    Attributes:
        measurement: What was judged: "gender".
        category: The label that is a yes, as for `Share`; any other is a no.
        contrasts: Roles of the two arms, as "korean - english".
        by: Attribute or attributes to group by, each by itself; empty for none.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
    """

    measurement: str
    category: str
    contrasts: Sequence[str] = pairs.CONTRASTS
    by: By = ""
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""

    def __post_init__(self) -> None:
        """Refuse a contrast that no run can have, or that is not of two arms."""
        contrasts.check_contrasts(self.contrasts)

    def __call__(self, evidence: Evidence, rng: np.random.Generator) -> Sequence[Estimate]:
        """Return discordance and odds ratio of every group and contrast."""
        category = str(self.category)
        pictures = pairs.judged(evidence, self.measurement, "label", self.keep, self.judge)
        about = self.about("discordance", self.measurement, pictures.why_never(category))
        table, about = pictures.with_label(category), replace(about, category=category)
        found = [
            estimate
            for named, weights, part in pairs.parts_by_contrast(
                evidence, table, self.by, self.contrasts, about
            )
            for estimate in self._estimates(named, _outcomes(part, *weights), rng)
        ]
        return scans.scanned(found)

    def _estimates(
        self, about: Estimate, outcomes: Outcomes, rng: np.random.Generator
    ) -> Iterator[Estimate]:
        images = 2 * outcomes.pairs.n_images
        over_prompts = self.over_prompts(about, outcomes.pairs, rng, inference.SHARE)
        over_prompts = replace(over_prompts, n_images=images)
        yield over_prompts
        seeds_of = replace(
            about,
            estimand="over_seeds",
            n_pairs=over_prompts.n_pairs,
            n_images=images,
            n_abstained=over_prompts.n_abstained,
        )
        if images:
            yield self._pooled(seeds_of, outcomes)
            yield self._odds_ratio(replace(seeds_of, metric="odds_ratio"), outcomes)
        else:
            yield inference.nothing(seeds_of)
            yield inference.nothing(replace(seeds_of, metric="odds_ratio"))

    def _pooled(self, about: Estimate, outcomes: Outcomes) -> Estimate:
        differ, n = outcomes.only_first + outcomes.only_second, len(outcomes.first)
        found = intervals.wilson(differ, n, self.level)
        return inference.within(replace(about, estimate=differ / n), found, inference.SHARE)

    def _odds_ratio(self, about: Estimate, outcomes: Outcomes) -> Estimate:
        p = contingency.mcnemar_p(outcomes.only_first, outcomes.only_second)
        about = inference.noted(replace(about, p_value=p), outcomes.counted)
        about = inference.noted(about, "McNemar's exact p, of pictures taken for independent")
        found = contingency.mantel_haenszel(outcomes.tables, self.level)
        if found is None or found.ratio is None or found.interval is None:
            return inference.noted(about, "no odds ratio: pictures differ in one way at most")
        return inference.within(replace(about, estimate=found.ratio), found.interval)


def _outcomes(part: pd.DataFrame, first: str, second: str) -> Outcomes:
    told = seeds.matched(part, {first: 1, second: -1})
    apart = pairs.per_pair(told.assign(x=told["x"].abs()))
    abstained = int(part["x"].isna().sum())
    return Outcomes(
        told[first].to_numpy(dtype=float),
        told[second].to_numpy(dtype=float),
        replace(apart, n_abstained=abstained),
        (first, second),
    )
