"""What every metric says about a mean over prompt pairs: estimate, interval, counts, and why not.

An estimate that cannot be had is `None` with a note. It is never 0, and never NaN.
"""

from dataclasses import dataclass, replace
from math import inf, isfinite, isinf
from typing import Literal, TypeAlias

import numpy as np

from ksd_eval.metrics.pairs import PerPair
from ksd_eval.metrics.seeds import PerNoise
from ksd_eval.numerics import bootstrap, effects, intervals
from ksd_eval.numerics import pairs as numerics
from ksd_eval.numerics.intervals import Interval
from ksd_eval.numerics.jackknife import Jackknife
from ksd_eval.records import Estimate

Way: TypeAlias = Literal["automatic", "student", "percentile", "bca", "sign_flip"]
"""How an interval over prompts is made."""

UNBOUNDED = (-inf, inf)
SHARE = (0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Inference:
    """How sure a metric wants to be, and how it says so.

    Attributes:
        level: Nominal coverage of every interval, between 0 and 1.
        resamples: Number of sign flips, of draws of a null, and of bootstrap resamples.
        interval: How intervals over prompts are made. `automatic`, by what was found to hold: of
            shares after Korn and Graubard, of all else Student's. `percentile` and `bca` resample
            pairs whole; `sign_flip` is exact for symmetric differences, and for up to 20 pairs.
    """

    level: float = 0.95
    resamples: int = 2000
    interval: Way = "automatic"

    def about(self, metric: str, measurement: str, trouble: str = "") -> Estimate:
        """Return what an estimate is about, without its numbers."""
        return Estimate(metric, measurement, "", None, level=self.level, note=trouble)

    def over_prompts(
        self,
        about: Estimate,
        pairs: PerPair,
        rng: np.random.Generator,
        bounds: tuple[float, float] = UNBOUNDED,
    ) -> Estimate:
        """Return the mean over pairs with its interval over prompts.

        Args:
            about: What the estimate is about; its numbers are filled in.
            pairs: One value a pair.
            rng: The metric's stream, of which only a bootstrap draws.
            bounds: Least and greatest value that a pair can have; those of a share say that it is
                one, and has an interval of its own.
        """
        about = replace(
            about,
            estimand="over_prompts",
            n_pairs=len(pairs.values),
            n_images=pairs.n_images,
            n_abstained=pairs.n_abstained,
        )
        if not len(pairs.values):
            return nothing(about)
        about = replace(about, estimate=float(pairs.values.mean()))
        if self.interval == "sign_flip" and len(pairs.values) > intervals.SIGN_FLIP_UP_TO:
            most = intervals.SIGN_FLIP_UP_TO
            return noted(about, f"no interval: sign flips are for up to {most} prompt pairs")
        found = self._interval(pairs, rng, bounds)
        if found is None:
            return noted(about, f"no interval: {_why_no_interval(pairs)}")
        if isinf(found.width):
            return noted(about, "no interval: so few prompt pairs exclude nothing at this level")
        return within(about, found, bounds)

    def over_seeds(
        self, about: Estimate, found: PerNoise, bounds: tuple[float, float] = UNBOUNDED
    ) -> Estimate:
        """Return the mean over exactly these pairs with its interval over other noise.

        Args:
            about: What the estimate is about; its numbers are filled in.
            found: One value a noise and replicate.
            bounds: Least and greatest value that a pair can have.
        """
        about = replace(
            about,
            estimand="over_seeds",
            n_pairs=found.n_pairs,
            n_images=found.n_images,
            n_abstained=found.n_abstained,
        )
        if not len(found.values):
            return nothing(about)
        mean = numerics.mean_over_pairs(found.values, found.noises)
        about = replace(about, estimate=mean)
        interval = intervals.stratified(found.values, found.noises, self.level)
        if interval is None:
            return noted(about, f"no interval: {_why_not_over_seeds(found)}")
        return within(about, interval, bounds)

    def paired(
        self,
        about: Estimate,
        pairs: PerPair,
        rng: np.random.Generator,
        bounds: tuple[float, float] = UNBOUNDED,
    ) -> Estimate:
        """Return the mean of paired differences, with the p value of the sign-flip test.

        That test is exact for few pairs if differences are symmetric about 0, as they are where
        both arms draw alike, and holds whatever pictures of one pair have in common. It is not the
        interval's test, and may disagree with it.
        """
        found = self.over_prompts(about, pairs, rng, bounds)
        if len(pairs.values) < 2:
            return found
        return replace(found, p_value=effects.sign_flip_p(pairs.values, rng, self.resamples))

    def jackknifed(
        self,
        about: Estimate,
        found: Jackknife,
        *,
        corrected: bool = False,
        bounds: tuple[float, float] = UNBOUNDED,
    ) -> Estimate:
        """Return an estimate with the interval of what it moves by when prompts are left out.

        Args:
            about: The estimate, with its number.
            found: That number, and the same without each group of prompts.
            corrected: Whether the interval is about the number less its bias.
            bounds: Least and greatest value that the number can have.
        """
        interval = found.interval(self.level, corrected=corrected)
        if interval is None:
            return noted(about, "no interval: leaving prompts out changes nothing")
        return within(about, interval, bounds)

    def _interval(
        self, pairs: PerPair, rng: np.random.Generator, bounds: tuple[float, float]
    ) -> Interval | None:
        values = pairs.values
        if self.interval == "student":
            return intervals.over_prompts(values, self.level, bounds)
        if self.interval == "sign_flip":
            return intervals.sign_flip(values, self.level)
        if self.interval != "automatic":
            resampled = bootstrap.bca if self.interval == "bca" else bootstrap.percentile
            return resampled(values, self.level, self.resamples, rng)
        if bounds == SHARE:
            return intervals.share_over_prompts(values, pairs.even_images, self.level)
        return intervals.over_prompts(values, self.level, bounds)


def within(
    about: Estimate, interval: Interval, bounds: tuple[float, float] = UNBOUNDED
) -> Estimate:
    """Return the estimate with an interval, cut to the values that are possible at all.

    The true value lies within the bounds, so cutting loses no coverage.
    """
    low, high = max(interval.low, bounds[0]), min(interval.high, bounds[1])
    return replace(about, ci_low=low, ci_high=high, method=interval.method)


def beyond(share: Estimate, usual: float) -> Estimate:
    """Return how far a share, with its interval, lies above the usual one."""
    if share.estimate is None:
        return share
    found = replace(share, estimate=share.estimate - usual)
    if share.ci_low is None or share.ci_high is None:
        return found
    return replace(found, ci_low=share.ci_low - usual, ci_high=share.ci_high - usual)


def equivalent(
    difference: Estimate, pairs: PerPair, margin: float, bounds: tuple[float, float] = UNBOUNDED
) -> Estimate:
    """Return a difference over prompts with the p value of its being as large as the margin.

    Two one-sided t tests, of which the larger p counts. Where all pairs show one value, which has
    no spread to make a t test of, the bounds take its place, as in `intervals.all_alike`.

    Args:
        difference: The estimate, with its interval.
        pairs: One difference a pair.
        margin: How far from 0 a difference begins to matter, above 0.
        bounds: Least and greatest value that a pair can have.
    """
    about = replace(difference, metric="equivalence")
    if len(pairs.values) < 2:
        return about
    p = effects.equivalence_p(pairs.values, margin)
    if p is None:
        p = alike_within(pairs, margin, bounds)
    return noted(replace(about, p_value=p), f"p of a difference beyond {margin:g} either way")


def check_margin(margin: float | None) -> None:
    """Refuse a margin that nothing lies within; None is no margin.

    Raises:
        ValueError: It is not above 0 and finite.
    """
    if margin is not None and not 0 < margin < inf:
        raise ValueError(
            f"margin must be above 0 and finite, got {margin}; write five points of a share as 0.05"
        )


def nothing(about: Estimate) -> Estimate:
    """Return the estimate as one that cannot be had, with the reason."""
    if about.note:
        return about
    if about.n_abstained and " - " in about.arm:
        left_out = f"the judge could not tell of {about.n_abstained} pictures"
        return noted(about, f"no prompt pair has an answer in every arm; {left_out}")
    if about.n_abstained:
        return noted(about, f"no judge could tell of any of the {about.n_abstained} pictures")
    if about.by and not about.group:
        return noted(about, f"no prompt has the attribute {about.by!r}")
    return noted(about, "there are no such pictures")


def noted(about: Estimate, note: str) -> Estimate:
    """Return the estimate with one more note, if there is any."""
    return replace(about, note="; ".join(filter(None, [about.note, note])))


def alike_within(pairs: PerPair, margin: float, bounds: tuple[float, float]) -> float | None:
    """Return the chance of n alike pairs if their mean in truth lay at the margin.

    A fraction q of other prompts, at most at a bound, takes the mean from the value seen to the
    margin; n draws miss them with probability (1 - q)^n.
    """
    low, high = bounds
    same = float(np.clip(pairs.values.mean(), low, high))
    if not isfinite(low) or not isfinite(high):
        return None
    if not -margin < same < margin:
        return 1.0
    ways = ((margin - same, high - same), (margin + same, same - low))
    n = len(pairs.values)
    return max((1 - gap / room) ** n if gap < room else 0.0 for gap, room in ways)


def _why_no_interval(pairs: PerPair) -> str:
    if len(pairs.values) == 1:
        return "one prompt pair says nothing of other prompts"
    return "all pairs show the same value"


def _why_not_over_seeds(found: PerNoise) -> str:
    if found.alone:
        alone = f"{found.alone} of {found.n_noises} prompts have"
        if found.alone == found.n_noises:
            alone = "prompts have"
        return f"{alone} one usable picture, which says nothing of other noise"
    return "all pictures of a prompt show the same value"
