"""KoDi's benchmark files: lists of Korean and English prompts side by side.

KoDi (Yang et al. 2025, doi 10.1109/ACCESS.2025.3633798) publishes three: B-KC of Korean culture in
Korean and two kinds of English, DrawBench in Korean, and captions of XM3600.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from ksd_eval.prompts import tables
from ksd_eval.prompts.base import PromptError, PromptSet, Reading
from ksd_eval.records import PAIRING, PromptPair

CATEGORIES: Final = (("architecture", 186), ("landmark", 247), ("food", 396), ("clothes", 520))
"""Categories of B-KC, and the place in the list where each ends."""

ENGLISH: Final = {"plain": "en", "semantic": "en_sem", "romanised": "en_rom"}
"""The list of English texts of each condition."""


@dataclass(frozen=True, kw_only=True)
class KoDiPrompts(PromptSet):
    """Prompt pairs from one of KoDi's JSON files; what stands there twice is kept once.

    Attributes:
        path: The file.
        condition: Which English: `plain` (the list `en`), or in B-KC `semantic` (names translated,
            `en_sem`) or `romanised` (names in Latin letters, `en_rom`). Of `[semantic, romanised]`
            each Korean prompt has a pair with either, so that one run asks in all three ways.
        kind: What each pair is: "culture".
        independent: Whether the two texts were written apart, as XM3600's captions were.
    """

    path: str
    condition: str | Sequence[str] = "plain"
    kind: str = "general"
    independent: bool = False

    repeats: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse a condition that there is not."""
        super().__post_init__()
        for name in self._conditions:
            if name not in ENGLISH:
                raise PromptError(
                    f"condition is {name!r}; there are {', '.join(ENGLISH)}, or several in a list"
                )

    @property
    def _conditions(self) -> Sequence[str]:
        return [self.condition] if isinstance(self.condition, str) else self.condition

    def read(self) -> Reading:
        """Return the set as it stands in the file, condition after condition."""
        table = tables.read(self.path)
        pairs = [pair for name in self._conditions for pair in self._under(name, table)]
        distinct = len({(pair.ko, pair.en) for _, pair in pairs})
        notes = list(table.notes)
        if distinct < len(pairs):
            notes.append(f"{self.path}: {len(pairs) - distinct} pairs stand there twice, kept once")
        return Reading(pairs, notes)

    def _under(self, condition: str, table: tables.Table) -> Iterator[tuple[str, PromptPair]]:
        english = ENGLISH[condition]
        for column in ("ko", english):
            if column not in table.columns:
                raise PromptError(
                    f"{self.path} has no list {column!r}; it has {', '.join(table.columns)}. "
                    f"Choose another condition: {', '.join(ENGLISH)}"
                )
        several = f"-{condition}" if len(self._conditions) > 1 else ""
        for place, (where, row) in enumerate(table.rows):
            name = f"{self.kind}-{place:04d}{several}"
            about = self._about(place, condition)
            yield where, PromptPair(name, row["ko"], row[english], about)

    def _about(self, place: int, condition: str) -> Mapping[str, str]:
        found = {"kind": self.kind, "condition": condition}
        if self.kind == "culture":
            category = next((name for name, end in CATEGORIES if place < end), "other")
            found["category"] = category
        return found | ({PAIRING: "independent"} if self.independent else {})
