"""What a run will be able to see, said before its first picture."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Final, Literal, TypeAlias

from ksd_eval.claims import Claim
from ksd_eval.metrics.base import Metric
from ksd_eval.metrics.pairs import Keep
from ksd_eval.numerics import planning
from ksd_eval.numerics.components import Components
from ksd_eval.numerics.population import Population
from ksd_eval.records import PromptPair

Kind: TypeAlias = Literal["share", "difference"]
"""One arm's share, held against a reference, or the difference between two arms."""

POWER: Final = 0.8
"""Probability of finding the smallest effect that is said to be detectable."""


@dataclass(frozen=True)
class Assumption:
    """How far pairs are supposed to spread, and who says so.

    Attributes:
        source: Ends the sentence "if ...".
        spreads: A two-level model, or what a pilot showed of the very number that is planned.
    """

    source: str
    spreads: Population | Components

    def spread(self, kind: Kind, replicates: int) -> Callable[[float], float] | None:
        """Return the standard deviation of pair values, as a function of the effect.

        None where a pilot cannot tell it, or told of no spread. A difference that a pilot did not
        have adds to the spread of its pairs what the pictures that turn bring at least: values come
        in steps of 1 / replicates, so that their mean square is no less than effect / replicates.
        """
        if isinstance(self.spreads, Population):
            model = replace(self.spreads, paired=kind == "difference")
            return lambda effect: model.spread(replicates, effect)
        known = self.spreads.spread(replicates)
        if not known:
            return None
        turned = 1.0 if kind == "difference" else 0.0
        return lambda effect: sqrt(known**2 + turned * max(effect / replicates - effect**2, 0.0))

    @property
    def most(self) -> float:
        """Return the greatest effect that there can be."""
        if isinstance(self.spreads, Population):
            return 0.999 * (1 - self.spreads.mean_share)
        return 1.0


ASSUMED: Final = Assumption(
    "logits differ with a standard deviation of 2.5 between prompts and 1 between the languages of "
    "a prompt, as is assumed without a pilot",
    Population(),
)
"""What is supposed where nothing is known: prompts of which many come out mostly one way, as
occupations do, around a share of one half, and arms whose noise is independent. With the shared
noise of `ksd_eval` differences spread less, so this errs on the side of too many pairs."""


@dataclass(frozen=True)
class Foresight:
    """What a run will be able to see of one number.

    Attributes:
        kind: What kind of number.
        pairs: Prompt pairs.
        replicates: Pictures of each prompt and arm.
        effect: The planned effect, in shares.
        smallest: The smallest effect found with a probability of 80 %; None if there is none.
        power: Probability of finding the planned effect; None if it cannot be told.
        source: What that rests on.
    """

    kind: Kind
    pairs: int
    replicates: int
    effect: float
    smallest: float | None
    power: float | None
    source: str

    @property
    def sentence(self) -> str:
        """Return it as one sentence for a person."""
        prompts = "prompt" if self.pairs == 1 else "prompts"
        pictures = "picture" if self.replicates == 1 else "pictures"
        basis = f"{self.pairs} {prompts} of {self.replicates} {pictures}"
        if self.power is None:
            return f"What {basis} can find cannot be told: {self._why}."
        smallest = "no effect is so large that it is found with a probability of 80%"
        if self.smallest is not None:
            size = f"{100 * self.smallest:.1f} points or more"
            number = f"a difference of {size}"
            if self.kind == "share":
                number = f"a share that is {size} from its reference"
            smallest = f"{number} is found with a probability of {100 * POWER:.0f}%"
        return (
            f"With {basis}, {smallest}, and one of {100 * self.effect:g} points with "
            f"{100 * self.power:.0f}%, if {self.source}."
        )

    @property
    def _why(self) -> str:
        if self.pairs == 0:
            return "this run has no such prompt"
        if self.pairs == 1:
            return "one prompt says nothing of others"
        return f"if {self.source}, they do not tell how far pairs of these spread"


def foresee(
    kind: Kind,
    effect: float,
    pairs: int,
    replicates: int,
    level: float,
    assumption: Assumption = ASSUMED,
) -> Foresight:
    """Return what a run will be able to see of one number.

    By the t distribution. For a claim with a margin, effects are what lies beyond it. The harness's
    interval of a share is somewhat wider for few pairs (see `intervals.share_over_prompts`).

    Args:
        kind: One arm's share, or the difference between two.
        effect: Planned, in shares: .05 is five points.
        pairs: Number of prompt pairs.
        replicates: Pictures of each prompt and arm, at least 1.
        level: Coverage of the interval.
        assumption: How far pairs spread.

    >>> found = foresee("difference", 0.05, 20, 50, 0.95)
    >>> round(found.smallest, 3), round(found.power, 2)
    (0.118, 0.24)
    """
    about = Foresight(kind, pairs, replicates, effect, None, None, assumption.source)
    spread = assumption.spread(kind, replicates) if pairs > 1 else None
    if spread is None:
        return about
    return replace(
        about,
        smallest=planning.smallest_effect(spread, pairs, level, POWER, assumption.most),
        power=planning.planned_power(spread(effect), effect, pairs, level),
    )


def foreseen(
    claims: Mapping[str, Claim],
    metrics: Mapping[str, Metric],
    pairs: Sequence[PromptPair],
    replicates: int,
    level: float,
) -> Iterator[str]:
    """Yield a sentence for each claim about shares: what this run will be able to see of it.

    Args:
        claims: Those that the run decides.
        metrics: By name; one that says which prompts it keeps tells how many there are.
        pairs: All prompt pairs of the run.
        replicates: Pictures of each.
        level: That all verdicts of a family hold at once; a claim is planned for the first of
            Holm's steps, at which as many intervals as it has claims must hold.
    """
    for name, claim in claims.items():
        keep = getattr(metrics.get(claim.metric), "keep", None)
        if keep is None or claim.unit != "points":
            continue
        kind: Kind = "difference" if " - " in claim.about.get("arm", "") else "share"
        count = sum(1 for pair in pairs if _kept(pair, keep))
        beyond = claim.planned_effect - claim.margin
        family = sum(1 for other in claims.values() if other.family == claim.family)
        found = foresee(kind, beyond, count, replicates, 1 - (1 - level) / family)
        yield f"{name}, beyond its margin of {100 * claim.margin:g} points: {found.sentence}"


def _kept(pair: PromptPair, keep: Keep) -> bool:
    """Whether a metric is about a prompt pair."""
    return all(
        pair.attributes.get(name, "") in ([wanted] if isinstance(wanted, str) else wanted)
        for name, wanted in keep.items()
    )
