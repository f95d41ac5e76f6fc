"""CoCo-CroLa's concepts (Saxon and Wang 2023, arXiv:2306.01735), with a Korean column of ours."""

from dataclasses import dataclass

from ksd_eval.prompts import nouns, tables
from ksd_eval.prompts.base import PromptSet, Reading
from ksd_eval.records import PromptPair


@dataclass(frozen=True, kw_only=True)
class CoCoCroLaPrompts(PromptSet):
    """Prompt pairs from CoCo-CroLa's `concepts.csv`, in its words: "a photograph of dog".

    The Korean nouns are those of `words/things.csv`. A concept that is no noun ("tall") is left
    out, and said so.

    Attributes:
        path: The file.
        english: The English prompt, with `{}` for the concept; theirs has no article.
    """

    path: str
    english: str = "a photograph of {}"

    def read(self) -> Reading:
        """Return the concepts of the file that our list has Korean for."""
        table = tables.read(self.path)
        tables.require(self.path, table, ["en"])
        known = nouns.things()
        concepts = [(where, row["en"].strip()) for where, row in table.rows]
        missing = [concept for _, concept in concepts if concept not in known]
        pairs = [
            (
                where,
                PromptPair(
                    f"concept-{concept.replace(' ', '-')}",
                    f"{known[concept].ko} 사진",
                    self.english.format(concept),
                    {"kind": "concept", "concept": concept},
                ),
            )
            for where, concept in concepts
            if concept in known
        ]
        left = f"{self.path}: without Korean, left out: {', '.join(missing)}"
        return Reading(pairs, [*table.notes, *([left] if missing else [])])
