"""All checks of a set, in order, and what they come to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from ksd_eval.audit.agreement import agreement
from ksd_eval.audit.base import SEVERITIES, Check, Examined, Finding, Severity
from ksd_eval.audit.binding import binding
from ksd_eval.audit.duplicates import duplicates
from ksd_eval.audit.endings import endings, frames, register
from ksd_eval.audit.gender import gender
from ksd_eval.audit.signatures import signatures
from ksd_eval.audit.similarity import similarity
from ksd_eval.audit.spacing import spacing
from ksd_eval.audit.terms import terminology
from ksd_eval.audit.tokens import tokens
from ksd_eval.audit.writing import writing
from ksd_eval.records import NATIVE_CHECK, PromptPair

CHECKS: Final[tuple[Check, ...]] = (
    *(writing, spacing, endings, frames, register),
    *(agreement, binding, gender, terminology, duplicates, similarity, tokens, signatures),
)


@dataclass(frozen=True)
class Audit:
    """A set and what was found in it.

    Attributes:
        name: Of the set.
        pairs: As they stand in their file.
        findings: In the order of the checks; those without a pair are about the set.
    """

    name: str
    pairs: Sequence[PromptPair]
    findings: Sequence[Finding]

    @cached_property
    def by_pair(self) -> Mapping[str, Sequence[Finding]]:
        """Return the findings of each pair, the gravest first."""
        found: dict[str, list[Finding]] = {pair.pair_id: [] for pair in self.pairs}
        for finding in sorted(self.findings, key=lambda each: SEVERITIES.index(each.severity)):
            if finding.pair_id:
                found[finding.pair_id].append(finding)
        return found

    @cached_property
    def of_set(self) -> Sequence[Finding]:
        """Return the findings about the whole set."""
        return [finding for finding in self.findings if not finding.pair_id]

    def worst(self, pair_id: str) -> Severity | None:
        """Return the gravest severity of a pair; None where nothing was found."""
        found = self.by_pair[pair_id]
        return found[0].severity if found else None

    @cached_property
    def flagged(self) -> Sequence[str]:
        """Return the pairs with a fault or a doubt."""
        return [
            pair_id
            for pair_id, found in self.by_pair.items()
            if found and found[0].severity != "note"
        ]

    @cached_property
    def signed(self) -> int:
        """Return how many pairs a named native reader has signed."""
        return sum(bool(pair.attributes.get(NATIVE_CHECK)) for pair in self.pairs)

    def counts(self) -> Mapping[tuple[str, Severity], int]:
        """Return the number of pairs by rule and severity."""
        return Counter(
            (rule, severity)
            for rule, severity, _ in {
                (each.rule, each.severity, each.pair_id) for each in self.findings if each.pair_id
            }
        )


def audited(
    name: str,
    pairs: Sequence[PromptPair],
    checks: Sequence[Check] = CHECKS,
    about: Sequence[Finding] = (),
) -> Audit:
    """Look at a set.

    Args:
        name: Of the set.
        pairs: As they stand in their file, not yet composed or stripped.
        checks: What is looked at.
        about: What is known of the whole set beforehand.
    """
    examined = [Examined(pair) for pair in pairs]
    findings = [finding for check in checks for finding in check(examined)]
    return Audit(name, pairs, [*about, *findings])
