"""What a check is given, and what it finds."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, Protocol

from ksd_eval.prompts import korean
from ksd_eval.prompts.korean import Morpheme
from ksd_eval.records import PromptPair

Severity = Literal["fault", "doubt", "note"]

SEVERITIES: Final[tuple[Severity, ...]] = ("fault", "doubt", "note")
"""From what should be mended, over what a reader should look at, to what is only said."""

QUOTED: Final = re.compile(r"\"[^\"]*\"|“[^”]*”|'[^']*'|‘[^’]*’")
"""Text that is to be drawn as it stands; what is written in it says nothing of the prompt."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a pair, or about the whole set.

    Attributes:
        pair_id: The pair; empty: the set.
        check: What was looked at: "spacing".
        rule: What was found, a key of `ksd_eval.audit.words`: "spacing.particle".
        severity: How much it matters. Faults and doubts flag a pair, notes do not.
        values: What stands in the holes of the rule's sentence.
    """

    pair_id: str
    check: str
    rule: str
    severity: Severity
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Examined:
    """A pair under audit: its texts as they stand in the file, and taken apart."""

    pair: PromptPair

    @cached_property
    def ko(self) -> str:
        """Return the Korean text, composed, without what it quotes."""
        return _bare(self.pair.ko)

    @cached_property
    def en(self) -> str:
        """Return the English text in lower case, without what it quotes."""
        return _bare(self.pair.en).lower()

    @cached_property
    def morphemes(self) -> Sequence[Morpheme]:
        """Return the morphemes of `ko`."""
        return korean.morphemes(self.ko)

    @cached_property
    def words(self) -> Sequence[str]:
        """Return the words of `en`.

        >>> Examined(PromptPair("a", "", "Two cats' beds, e.g. T-shirts")).words
        ['two', "cats'", 'beds', 'e', 'g', 't-shirts']
        """
        return words_of(self.en)

    def found(
        self, rule: str, severity: Severity = "doubt", /, **values: str | Iterable[str]
    ) -> Finding:
        """Return a finding about this pair; the check is named by the first part of the rule."""
        said = {
            name: value if isinstance(value, str) else ", ".join(value)
            for name, value in values.items()
        }
        return Finding(self.pair.pair_id, rule.partition(".")[0], rule, severity, said)


class Check(Protocol):
    """One thing that is looked at. Checks see the whole set, since some faults show only there."""

    def __call__(self, pairs: Sequence[Examined]) -> Iterable[Finding]:
        """Yield what was found, in the order of the pairs."""
        ...


def words_of(text: str) -> list[str]:
    """Return the words of an English text."""
    return re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*'?", text)


def about_set(rule: str, severity: Severity = "note", /, **values: str) -> Finding:
    """Return a finding about the whole set."""
    return Finding("", rule.partition(".")[0], rule, severity, values)


def common_words(texts: Iterable[Iterable[str]], share: float) -> set[str]:
    """Return the words that at least a share of the texts have.

    >>> sorted(common_words([["a", "cat"], ["a", "dog"], ["two", "dogs"]], 0.6))
    ['a']
    """
    sets = [set(words) for words in texts]
    counts = Counter(word for words in sets for word in words)
    return {word for word, count in counts.items() if count >= share * len(sets)}


def _bare(text: str) -> str:
    """Return a text with its quotations emptied: the marks stay, what they hold does not."""
    return QUOTED.sub('""', korean.composed(text).strip())
