"""GenEval's prompts (Ghosh et al. 2023, arXiv:2310.11513), with Korean by a grammar.

Each of its prompts is made from a specification of what must be seen, and so is the Korean: from
the same specification, never from the English sentence.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ksd_eval.prompts import nouns, tables
from ksd_eval.prompts.base import PromptError, PromptSet, Reading
from ksd_eval.records import PromptPair

COLUMNS: Final = ("tag", "include", "prompt")

Included = Mapping[str, Any]
"""A thing that must be seen: `class`, `count`, and where asked for `color` and `position`."""


@dataclass(frozen=True, kw_only=True)
class GenEvalPrompts(PromptSet):
    """Prompt pairs from GenEval's `evaluation_metadata.jsonl`; attributes `kind`, `task`, `spec`.

    The English stays as it stands there, odd plurals and all, so that numbers can be
    laid beside published ones.

    Attributes:
        path: The file.
    """

    path: str

    def read(self) -> Reading:
        """Return the set as it stands in the file, each prompt with a Korean of our own."""
        table = tables.read(self.path)
        tables.require(self.path, table, COLUMNS)
        pairs = []
        for place, (where, row) in enumerate(table.rows):
            include = _specified(where, row)
            spec = {name: json.loads(row[name]) for name in ("include", "exclude") if row.get(name)}
            about = {
                "kind": "composition",
                "task": row["tag"],
                "spec": json.dumps(spec, ensure_ascii=False, separators=(",", ":")),
            }
            name = f"geneval-{row['tag'].replace('_', '-')}-{place:03d}"
            pairs.append((where, PromptPair(name, korean_of(include), row["prompt"], about)))
        return Reading(pairs, table.notes)


def korean_of(include: Sequence[Included]) -> str:
    """Return the Korean prompt for what must be seen.

    >>> korean_of([{"class": "cow", "count": 3}])
    '소 세 마리 사진'
    >>> korean_of([{"class": "cup", "count": 1},
    ...            {"class": "dog", "count": 1, "color": "red", "position": ["right of", 0]}])
    '컵 오른쪽에 있는 빨간 개 사진'
    """
    phrases = [_phrase(each) for each in include]
    placed = [place for place, each in enumerate(include) if "position" in each]
    for place in placed:
        where, other = include[place]["position"]
        phrases[place] = f"{phrases[other]} {nouns.PLACES[where]}에 있는 {phrases[place]}"
    return f"{nouns.listed([phrases[place] for place in placed] or phrases)} 사진"


def _phrase(each: Included) -> str:
    thing = nouns.counted(nouns.things()[each["class"]], each.get("count", 1))
    return f"{nouns.COLOURS[each['color']]} {thing}" if "color" in each else thing


def _specified(where: str, row: Mapping[str, str]) -> Sequence[Included]:
    """Return what must be seen, if it can be said and the English says it too.

    Raises:
        PromptError: It cannot be read, names what our word list has not, or is of another prompt.
    """
    try:
        include = json.loads(row["include"])
        allowed = (
            [(each["class"], nouns.things(), "thing") for each in include]
            + [(each["color"], nouns.COLOURS, "colour") for each in include if "color" in each]
            + [
                (each["position"][0], nouns.PLACES, "place")
                for each in include
                if "position" in each
            ]
        )
    except (ValueError, TypeError, LookupError) as error:
        raise PromptError(
            f"{where}: 'include' is no list of things with a class each; "
            "give GenEval's evaluation_metadata.jsonl"
        ) from error
    for name, known, what in allowed:
        if name not in known:
            raise PromptError(
                f"{where}: no Korean is known for the {what} {name!r}; leave the line out, or give "
                "a table with Korean texts of your own: prompts=table"
            )
        if name not in row["prompt"]:
            raise PromptError(
                f"{where}: the {what} {name!r} of 'include' does not stand in the prompt "
                f"{row['prompt']!r}; one of the two belongs to another line"
            )
    return list(include)
