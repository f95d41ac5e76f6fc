"""What every metric says about a mean over prompt pairs: estimate, interval, counts, and why not.

An estimate that cannot be had is `None` with a note. It is never 0, and never NaN.
"""

from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np

from ksd_eval.metrics.pairs import PerPair
from ksd_eval.numerics import effects, intervals
from ksd_eval.numerics.intervals import Interval
from ksd_eval.records import Estimate

UNBOUNDED = (-inf, inf)
SHARE = (0.0, 1.0)
DIFFERENCE_OF_SHARES = (-1.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Inference:
    """How sure a metric wants to be, and how it says so.

    Attributes:
        level: Nominal coverage of every interval, between 0 and 1.
        resamples: Number of bootstrap resamples, sign flips and draws of a null.
    """

    level: float = 0.95
    resamples: int = 2000

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
            rng: Source of the resamples.
            bounds: Least and greatest value that a pair can have.
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
        found = intervals.over_prompts(pairs.values, self.level, self.resamples, rng)
        if found is None:
            found = all_alike(pairs, self.level, bounds)
        if found is None:
            return noted(about, f"no interval: {_why_no_interval(pairs)}")
        return within(about, found, bounds)

    def paired(
        self,
        about: Estimate,
        pairs: PerPair,
        rng: np.random.Generator,
        bounds: tuple[float, float] = UNBOUNDED,
    ) -> Estimate:
        """Return the mean of paired differences; the note has the p value of the sign-flip test.

        That test is exact for few pairs, and holds whatever pictures of one pair have in common.
        """
        found = self.over_prompts(about, pairs, rng, bounds)
        if len(pairs.values) < 2:
            return found
        p = effects.sign_flip_p(pairs.values, rng, self.resamples)
        return noted(found, f"sign-flip p = {p:.3g}")


def within(
    about: Estimate, interval: Interval, bounds: tuple[float, float] = UNBOUNDED
) -> Estimate:
    """Return the estimate with an interval, cut to the values that are possible at all.

    The true value lies within the bounds, so cutting loses no coverage.
    """
    low, high = max(interval.low, bounds[0]), min(interval.high, bounds[1])
    return replace(about, ci_low=low, ci_high=high, method=interval.method)


def all_alike(pairs: PerPair, level: float, bounds: tuple[float, float]) -> Interval | None:
    """Return the exact interval of a bounded mean, where all n >= 2 pairs show the same value c.

    If a fraction q of all prompts showed another value, n draws would miss them with probability
    (1 - q)^n. So q is at most 1 - (1 - level)^(1/n), and these could lie as far as a bound. That
    supposes nothing but the bounds: thirty prompts of a kind that all come out one way do say
    something, though they have no spread to make a usual interval of.
    """
    if len(pairs.values) < 2 or not all(isfinite(bound) for bound in bounds):
        return None
    low, high = bounds
    same = float(np.clip(pairs.values.mean(), low, high))
    unseen = 1 - (1 - level) ** (1 / len(pairs.values))
    return Interval(same - unseen * (same - low), same + unseen * (high - same), level, "all_alike")


def nothing(about: Estimate) -> Estimate:
    """Return the estimate as one that cannot be had, with the reason."""
    if about.note:
        return about
    if about.n_abstained:
        return noted(about, f"no judge could tell of any of the {about.n_abstained} pictures")
    if about.by and not about.group:
        return noted(about, f"no prompt has the attribute {about.by!r}")
    return noted(about, "there are no such pictures")


def noted(about: Estimate, note: str) -> Estimate:
    """Return the estimate with one more note, if there is any."""
    return replace(about, note="; ".join(filter(None, [about.note, note])))


def _why_no_interval(pairs: PerPair) -> str:
    if len(pairs.values) == 1:
        return "one prompt pair says nothing of other prompts"
    return "all pairs show the same value"
