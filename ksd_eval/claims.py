"""The card, claim by claim: what it admits, which number answers it, and by which rule.

A claim names one estimate and one margin, both before the run. Its verdict follows from one
interval: *supported* if that lies wholly beyond the margin, *refuted* if wholly inside it, else
*undecided*. Never both, and never by looking at the numbers first. Which estimate answers which
admission, and why, stands beside each in `conf/claims/card.yaml`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import inf, sqrt
from typing import Final, Literal, TypeAlias

from scipy import stats

from ksd_eval.numerics import effects
from ksd_eval.records import Estimate, Outcome, Verdict, columns

Direction: TypeAlias = Literal["above", "below", "either"]
Unit: TypeAlias = Literal["points", "number"]

FEWEST_PAIRS: Final = 9
"""Prompt pairs below which there is no verdict: the interval of so few is itself too unsure."""
MOST_UNTOLD: Final = 0.2
"""Share of the pictures above which there is no verdict if no judge could tell of them: with a
fifth missing, as trials are read, what is missing may decide (Schulz and Grimes, Lancet 2002)."""


@dataclass(frozen=True)
class Admission:
    """Something the card says that nothing here can measure, and why.

    Attributes:
        admission: What the card says, in our words.
        reason: Why no judge can measure it.
    """

    admission: str
    reason: str


@dataclass(frozen=True)
class Claim:
    """An admission of the card, with the estimate and the margin that decide about it.

    Attributes:
        admission: What the card admits, in our words.
        subject: What the estimate is, as the subject of a sentence.
        about: Column of the estimates -> value, of the one estimate that decides. Unless it says
            otherwise: over prompts, and all pictures together.
        margin: How far from 0 an effect begins to matter, in the unit of the estimate.
        direction: Where the admission lies: above the margin, below minus it, or either.
        unit: How numbers are said: a share's as percentage points, or as they are.
        experiment: The experiment that measures it; empty for any that names the claim.
        family: Claims that are decided together.
        effect: How large an effect the run is planned to find, in the unit of the estimate; twice
            the margin where nothing is said.
    """

    admission: str
    subject: str
    about: Mapping[str, str]
    margin: float
    direction: Direction = "above"
    unit: Unit = "points"
    experiment: str = ""
    family: str = "card"
    effect: float | None = None

    def __post_init__(self) -> None:
        """Refuse a claim that could not be decided, before the first picture."""
        unknown = sorted(set(self.about) - set(columns(Estimate)))
        if unknown or "metric" not in self.about:
            wrong = f"not {unknown[0]!r}" if unknown else "and 'metric' among them"
            raise ValueError(f"a claim's 'about' names columns of the estimates, {wrong}")
        if not 0 <= self.margin < inf:
            raise ValueError(f"a claim's margin must be 0 or more, got {self.margin}")
        if self.direction not in ("above", "below", "either"):
            raise ValueError(f"a claim's direction is above, below or either: {self.direction!r}")
        if self.effect is not None and not self.margin < self.effect < inf:
            raise ValueError(
                f"a claim's effect must lie beyond its margin of {self.margin}, got {self.effect}"
            )

    @property
    def metric(self) -> str:
        """Return the name of the metric whose estimate decides."""
        return self.about["metric"]

    @property
    def planned_effect(self) -> float:
        """Return the effect that a run is planned to find."""
        return 2 * self.margin if self.effect is None else self.effect

    def __call__(self, claim: str, estimates: Sequence[Estimate], level: float) -> Verdict:
        """Return the verdict.

        Args:
            claim: The claim's id.
            estimates: Of the metric that decides; others do no harm.
            level: Nominal coverage that the interval must have.
        """
        chosen = self.chosen(estimates)
        if len(chosen) != 1:
            reason = _none_or_several(chosen)
            verdict = Verdict(claim, self.admission, "undecided", f"Cannot tell: {reason}.")
            verdict = replace(verdict, reason=reason, family=self.family, unit=self.unit)
            return replace(verdict, level=level, margin=self.margin)
        found = chosen[0]
        reason = _why_no_verdict(found, level)
        outcome = "undecided" if reason else self._outcome(found)
        if outcome == "undecided" and not reason:
            reason = "the interval crosses the margin"
        return Verdict(
            claim,
            self.admission,
            outcome,
            self._sentence(found, outcome, reason),
            arm=found.arm,
            estimand=found.estimand,
            unit=self.unit,
            family=self.family,
            estimate=found.estimate,
            ci_low=found.ci_low,
            ci_high=found.ci_high,
            level=level,
            margin=self.margin,
            n_pairs=found.n_pairs,
            n_images=found.n_images,
            n_abstained=found.n_abstained,
            smallest_detectable=self._smallest(found),
            reason=reason,
        )

    def _smallest(self, found: Estimate) -> float | None:
        """Return the smallest effect that the run would have supported at 80 % power."""
        beyond = smallest_detectable(found)
        return None if beyond is None else self.margin + beyond

    def chosen(self, estimates: Sequence[Estimate]) -> list[Estimate]:
        """Return the estimates that the claim means: one, if all is well."""
        wanted = {"estimand": "over_prompts", "by": "", "group": ""} | dict(self.about)
        return [
            estimate
            for estimate in estimates
            if all(getattr(estimate, name) == value for name, value in wanted.items())
        ]

    def beyond(self, truth: float) -> bool:
        """Whether an effect lies beyond the margin, on the side of the admission."""
        above, below = truth > self.margin, truth < -self.margin
        return {"above": above, "below": below, "either": above or below}[self.direction]

    def _outcome(self, found: Estimate) -> Outcome:
        low, high = _ends(found)
        above, below = low > self.margin, high < -self.margin
        beyond = {"above": above, "below": below, "either": above or below}[self.direction]
        if beyond:
            return "supported"
        least = -inf if self.direction == "above" else -self.margin
        greatest = inf if self.direction == "below" else self.margin
        return "refuted" if least < low and high < greatest else "undecided"

    def _sentence(self, found: Estimate, outcome: Outcome, reason: str) -> str:
        if found.estimate is None:
            return f"Cannot tell: {reason}."
        basis = f"{found.n_pairs} prompts, {found.n_images} pictures"
        if found.n_abstained:
            basis = f"{basis}; {found.n_abstained} more could not be told"
        if found.ci_low is not None and found.ci_high is not None:
            ends = f"{self._number(found.ci_low)} to {self._number(found.ci_high)}"
            basis = f"{100 * found.level:.3g}% interval {ends}; {basis}"
        points = " points" if self.unit == "points" else ""
        said = f"{self.subject} is {self._number(found.estimate)}{points} ({basis})"
        margin = self._number(self.margin).lstrip("+") + points
        ending = {
            "supported": f"all of that is beyond the margin of {margin}",
            "refuted": f"none of that is beyond the margin of {margin}",
            "undecided": reason,
        }[outcome]
        first = "Cannot tell" if outcome == "undecided" else outcome.capitalize()
        return f"{first}: {said}; {ending}."

    def _number(self, number: float) -> str:
        return f"{100 * number:+.1f}" if self.unit == "points" else f"{number:+.3g}"


def smallest_detectable(found: Estimate) -> float | None:
    """Return how far from a value an effect must lie to be told from it at 80 % power.

    The spread between pairs is read back from the interval, which is that of a mean of pairs; the
    longer arm of it is taken, as the other may have been cut at the end of what is possible.
    """
    if found.ci_low is None or found.estimate is None or found.method == "all_alike":
        return None
    if found.estimand != "over_prompts" or found.n_pairs < 2:
        return None  # of other noise for these prompts, it is no spread between pairs
    low, high = _ends(found)
    reach = max(found.estimate - low, high - found.estimate)
    quantile = float(stats.t.ppf((1 + found.level) / 2, found.n_pairs - 1))
    return effects.smallest_detectable(
        reach * sqrt(found.n_pairs) / quantile, found.n_pairs, found.level
    )


def _ends(found: Estimate) -> tuple[float, float]:
    low = -inf if found.ci_low is None else found.ci_low
    return low, inf if found.ci_high is None else found.ci_high


def _none_or_several(chosen: Sequence[Estimate]) -> str:
    if not chosen:
        return "this run has no such estimate"
    differ = [
        item.name
        for item in fields(Estimate)
        if len({getattr(estimate, item.name) for estimate in chosen}) > 1
    ]
    return f"{len(chosen)} estimates are meant, which differ in {', '.join(differ)}"


def _why_no_verdict(found: Estimate, level: float) -> str:
    if found.estimate is None:
        return found.note or "the estimate cannot be had"
    if found.n_pairs < FEWEST_PAIRS:
        return f"{found.n_pairs} prompt pairs are too few for a verdict, which needs {FEWEST_PAIRS}"
    asked = found.n_images + found.n_abstained
    if found.n_abstained > MOST_UNTOLD * asked:
        return (
            f"of {found.n_abstained} of {asked} pictures no judge could tell, and a verdict needs "
            f"all but {100 * MOST_UNTOLD:.0f}%"
        )
    if found.ci_low is None or found.ci_high is None:
        return found.note or "the estimate has no interval"
    if abs(found.level - level) > 1e-12:
        return f"the interval is of level {found.level:g}, and the claim asks for {level:g}"
    return ""
