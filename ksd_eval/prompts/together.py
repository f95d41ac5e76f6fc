"""Several sets of prompts as one."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest

from ksd_eval.prompts.base import PromptSet, Reading


@dataclass(frozen=True, kw_only=True)
class TogetherPrompts(PromptSet):
    """The pairs of several sets: the first of each, the second of each, and so on.

    So a `limit` leaves some of every set. A set's own `keep` and `limit` are done first.

    Attributes:
        sets: By name; the names only tell them apart in a configuration.
    """

    sets: Mapping[str, PromptSet]

    def read(self) -> Reading:
        """Return the pairs of all sets, in turn."""
        readings = [one.raw() for one in self.sets.values()]
        turns = chain.from_iterable(zip_longest(*(reading.pairs for reading in readings)))
        notes = [note for reading in readings for note in reading.notes]
        return Reading([pair for pair in turns if pair is not None], notes)
