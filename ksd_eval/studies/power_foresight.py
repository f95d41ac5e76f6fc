"""What a run will be able to see, said before its first picture."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from ksd_eval.claims import Claim
from ksd_eval.metrics.base import Metric
from ksd_eval.metrics.pairs import Keep
from ksd_eval.numerics import planning
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
        population: What prompts are drawn from; a share is held against its mean share.
    """

    source: str
    population: Population

    def power(self, kind: Kind, effect: float, pairs: int, replicates: int, level: float) -> float:
        """Return how likely the interval of such a number is to leave out the value of no effect.

        Arguments as for `foresee`.
        """
        model = replace(self.population, paired=kind == "difference")
        spread = model.spread(replicates, effect)
        if kind == "difference":
            return planning.planned_power(spread, effect, pairs, level)
        reference = model.mean_share
        return planning.planned_share_power(spread, reference, effect, pairs, replicates, level)

    @property
    def most(self) -> float:
        """Return about the greatest effect that there can be."""
        return 0.999 * (1 - self.population.mean_share)


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
        return "one prompt says nothing of others"


def foresee(
    kind: Kind,
    effect: float,
    pairs: int,
    replicates: int,
    level: float,
    assumption: Assumption = ASSUMED,
) -> Foresight:
    """Return what a run will be able to see of one number.

    For a claim with a margin, effects are what lies beyond it.

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
    if pairs < 2:
        return about

    def power(effect: float) -> float:
        return assumption.power(kind, effect, pairs, replicates, level)

    smallest = planning.smallest_effect(power, POWER, assumption.most)
    # No assumed share has room for a larger effect, which is found at least as surely.
    return replace(about, smallest=smallest, power=power(min(effect, assumption.most)))


def foreseen(
    claims: Mapping[str, Claim],
    metrics: Mapping[str, Metric],
    pairs: Sequence[PromptPair],
    replicates: int,
    level: float,
) -> Iterator[str]:
    """Yield a sentence for each claim about shares: what this run will be able to see of it.

    Nothing is said of what the two-level model does not describe: other numbers than shares,
    differences of differences, and claims about these very wordings.

    Args:
        claims: Those that the run decides.
        metrics: By name; one that says which prompts it keeps tells how many there are.
        pairs: All prompt pairs of the run.
        replicates: Pictures of each.
        level: That all verdicts of a family hold at once; a claim is planned for the first of
            Holm's steps, at which as many intervals as it has claims must hold.
    """
    families = Counter(claim.family for claim in claims.values())
    for name, claim in claims.items():
        keep, kind = getattr(metrics.get(claim.metric), "keep", None), _kind(claim)
        if keep is None or kind is None:
            continue
        count = sum(1 for pair in pairs if _kept(pair, {**keep, **_group(claim)}))
        beyond = claim.planned_effect - claim.margin
        first = 1 - (1 - level) / families[claim.family]
        found = foresee(kind, beyond, count, replicates, first)
        yield f"{name}, beyond its margin of {100 * claim.margin:g} points: {found.sentence}"


def _kind(claim: Claim) -> Kind | None:
    """Return what kind of number decides a claim; None for what is not foreseen."""
    if claim.unit != "points" or claim.about.get("estimand", "over_prompts") != "over_prompts":
        return None
    kinds: dict[int, Kind] = {0: "share", 1: "difference"}
    return kinds.get(claim.about.get("arm", "").count(" - "))


def _group(claim: Claim) -> dict[str, str]:
    """Return the attribute that a claim is about one group of, and its value."""
    by = claim.about.get("by", "")
    return {by: claim.about.get("group", "")} if by else {}


def _kept(pair: PromptPair, keep: Keep) -> bool:
    """Whether a metric is about a prompt pair."""
    return all(
        pair.attributes.get(name, "") in ([wanted] if isinstance(wanted, str) else wanted)
        for name, wanted in keep.items()
    )
