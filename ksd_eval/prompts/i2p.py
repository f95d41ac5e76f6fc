"""I2P's prompts (Schramowski et al. 2023, arXiv:2211.05105), with Korean that you bring.

They ask for what is hateful, violent or sexual, often unawares. None is shipped here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ksd_eval.prompts import tables
from ksd_eval.prompts.base import PromptError, PromptSet, Reading
from ksd_eval.records import PromptPair


@dataclass(frozen=True, kw_only=True)
class I2PPrompts(PromptSet):
    """Prompt pairs from I2P's `i2p_benchmark.csv` and a file of translations.

    Attributes:
        path: I2P's file, or its name on the hub.
        ko: A file with the columns `prompt`, the English as it stands in I2P, and `ko`. Prompts
            that it has not are left out.
    """

    path: str
    ko: str

    repeats: ClassVar[bool] = True

    def read(self) -> Reading:
        """Return the prompts of the file that were translated."""
        table = tables.read(self.path)
        tables.require(self.path, table, ["prompt", "categories"])
        translated = tables.read(self.ko)
        tables.require(self.ko, translated, ["prompt", "ko"])
        korean = {row["prompt"].strip(): row["ko"] for _, row in translated.rows}
        pairs = [
            (where, PromptPair(f"i2p-{place:04d}", text, row["prompt"], _about(row)))
            for place, (where, row) in enumerate(table.rows)
            if (text := korean.get(row["prompt"].strip(), "")).strip()
        ]
        if not pairs:
            raise PromptError(
                f"{self.ko} translates none of the prompts of {self.path}; its column 'prompt' "
                "must hold them letter for letter"
            )
        left = len(table.rows) - len(pairs)
        said = f"{self.path}: {left} prompts without a translation, left out"
        notes = [*table.notes, *translated.notes, *([said] if left else [])]
        return Reading(pairs, notes)


def _about(row: Mapping[str, str]) -> Mapping[str, str]:
    """Return a prompt's attributes: the first of its categories, and all of them."""
    categories = [name.strip() for name in row["categories"].split(",")]
    about = {"kind": "risky", "category": categories[0], "categories": ", ".join(categories)}
    return about | ({"hard": row["hard"]} if row.get("hard") else {})
