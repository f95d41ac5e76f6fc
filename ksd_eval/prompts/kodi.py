"""KoDi's benchmark files: lists of Korean and English prompts side by side.

KoDi (Yang et al. 2025, doi 10.1109/ACCESS.2025.3633798) publishes three: B-KC of Korean culture in
Korean and two kinds of English, DrawBench in Korean, and captions of XM3600.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from ksd_eval.prompts import tables
from ksd_eval.prompts.base import PAIRING, PromptError, PromptSet, Reading
from ksd_eval.records import PromptPair

CATEGORIES: Final = (("architecture", 186), ("landmark", 247), ("food", 396), ("clothes", 520))
"""Categories of B-KC, and the place in the list where each ends."""


@dataclass(frozen=True, kw_only=True)
class KoDiPrompts(PromptSet):
    """Prompt pairs from one of KoDi's JSON files; what stands there twice is kept once.

    Attributes:
        path: The file.
        condition: Which English: `plain` (the list `en`), or in B-KC `semantic` (names translated,
            `en_sem`) or `romanised` (names in Latin letters, `en_rom`).
        kind: What each pair is: "culture".
        independent: Whether the two texts were written apart, as XM3600's captions were.
    """

    path: str
    condition: Literal["plain", "semantic", "romanised"] = "plain"
    kind: str = "general"
    independent: bool = False

    repeats: ClassVar[bool] = True

    def read(self) -> Reading:
        """Return the set as it stands in the file."""
        table = tables.read(self.path)
        english = {"plain": "en", "semantic": "en_sem", "romanised": "en_rom"}[self.condition]
        for column in ("ko", english):
            if column not in table.columns:
                raise PromptError(
                    f"{self.path} has no list {column!r}; it has {', '.join(table.columns)}. "
                    "Choose another condition: plain, semantic or romanised"
                )
        pairs = [
            (
                where,
                PromptPair(f"{self.kind}-{place:04d}", row["ko"], row[english], self._about(place)),
            )
            for place, (where, row) in enumerate(table.rows)
        ]
        distinct = len({(pair.ko, pair.en) for _, pair in pairs})
        notes = list(table.notes)
        if distinct < len(pairs):
            notes.append(f"{self.path}: {len(pairs) - distinct} pairs stand there twice, kept once")
        return Reading(pairs, notes)

    def _about(self, place: int) -> Mapping[str, str]:
        found = {"kind": self.kind, "condition": self.condition}
        if self.kind == "culture":
            category = next((name for name, end in CATEGORIES if place < end), "other")
            found["category"] = category
        return found | ({PAIRING: "independent"} if self.independent else {})
