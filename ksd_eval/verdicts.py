"""From claims to verdicts: those of one family are decided together, so that all hold at once.

Holm's rule steps down through a family, once towards *supported* and once towards *refuted*: with k
claims left to settle, each interval is one of level 1 - (1 - level) / k. A claim whose truth lies
inside its margin can only be supported falsely, one whose truth lies beyond only be refuted
falsely, either by one end of its interval. So, if intervals hold the truth as often as they say,
the chance of any false verdict in a family is at most 1 - level, whatever the claims have in common
(1.5 times that where claims look in either direction, as those are supported falsely by both ends).
Of a difference of a rare label with few prompts they do not, see `intervals.over_prompts`.

Source: Holm, A simple sequentially rejective multiple test procedure (1979).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from ksd_eval.claims import Admission, Claim
from ksd_eval.records import Estimate, Outcome, Verdict

EstimatesAt: TypeAlias = Callable[[Claim, float], Sequence[Estimate]]
"""From a claim and a level to the estimates of its metric, with intervals of that level."""


def decide(
    claims: Mapping[str, Claim | Admission],
    experiments: Collection[str],
    estimates_at: EstimatesAt,
    level: float,
    hindered: Mapping[str, str] | None = None,
) -> list[Verdict]:
    """Return the verdict on every claim, in the order of the ledger.

    Args:
        claims: By id. A claim that another experiment measures is *not measured* here, and neither
            is what no judge can measure.
        experiments: The names of those that were run.
        estimates_at: The run's metrics, asked for intervals of a level.
        level: That all verdicts of a family hold at once, in (0, 1).
        hindered: Why an experiment could not be done, by its name.
    """
    families: dict[str, dict[str, Claim]] = {}
    for name, claim in decided_by(claims, experiments).items():
        families.setdefault(claim.family, {})[name] = claim
    decided: dict[str, Verdict] = {}
    for members in families.values():
        decided |= together(members, estimates_at, level)
    return [
        decided.get(name) or _not_measured(name, claim, hindered or {})
        for name, claim in claims.items()
    ]


def decided_by(
    claims: Mapping[str, Claim | Admission], experiments: Collection[str]
) -> dict[str, Claim]:
    """Return the claims that experiments decide: those that name one of them, or none."""
    return {
        name: claim
        for name, claim in claims.items()
        if isinstance(claim, Claim) and claim.experiment in ("", *experiments)
    }


def together(
    members: Mapping[str, Claim], estimates_at: EstimatesAt, level: float
) -> dict[str, Verdict]:
    """Return the verdicts on the claims of one family, by Holm's rule in both directions."""
    settled: dict[str, Verdict] = {}
    levels = []
    for outcome in ("supported", "refuted"):
        *steps, last = _steps(members, outcome, estimates_at, level)
        settled |= {name: one for step in steps for name, one in step[1].items()}
        levels.append(last[0])
    # What is not settled is as unsure as the wider of the two last intervals says.
    left = {name: claim for name, claim in members.items() if name not in settled}
    return settled | _verdicts(left, estimates_at, max(levels))


def _steps(
    members: Mapping[str, Claim], outcome: Outcome, estimates_at: EstimatesAt, level: float
) -> Iterator[tuple[float, dict[str, Verdict]]]:
    """Yield each step's level and the verdicts that it settles; the last step settles none."""
    left = dict(members)
    found: dict[str, Verdict] = {}
    at = level
    while left:
        at = 1 - (1 - level) / len(left)
        verdicts = _verdicts(left, estimates_at, at)
        found = {name: one for name, one in verdicts.items() if one.outcome == outcome}
        if not found:
            break
        yield at, found
        left = {name: claim for name, claim in left.items() if name not in found}
    yield at, {}


def _verdicts(
    members: Mapping[str, Claim], estimates_at: EstimatesAt, level: float
) -> dict[str, Verdict]:
    return {name: claim(name, estimates_at(claim, level), level) for name, claim in members.items()}


def _not_measured(name: str, claim: Claim | Admission, hindered: Mapping[str, str]) -> Verdict:
    """Return the ledger's line of what this run does not measure."""
    if isinstance(claim, Admission):
        reason, family = claim.reason, ""
    elif claim.experiment in hindered:
        reason, family = hindered[claim.experiment], claim.family
    else:
        reason, family = (
            f"another experiment, {claim.experiment!r}, is to answer that",
            claim.family,
        )
    sentence = f"Not measured: {reason}."
    return Verdict(name, claim.admission, "not measured", sentence, family=family, reason=reason)
