"""Prompt pairs from one file with named columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ksd_eval.prompts import tables
from ksd_eval.prompts.base import PromptError, PromptSet, Reading
from ksd_eval.records import PromptPair, fingerprint

TEXTS = ("ko", "en")


@dataclass(frozen=True, kw_only=True)
class TablePrompts(PromptSet):
    """Prompt pairs from a CSV, TSV, JSONL, JSON or parquet file, in the order of its rows.

    A file has a column of Korean and one of English texts; `pair_id` names a pair, and where there
    is none, its texts' fingerprint does. All others are attributes to group by, of which a pair has
    those whose cells are not empty. CSV is expected in UTF-8; CP949 and EUC-KR, as Korean
    spreadsheets write them, are read and said so.

    Attributes:
        path: The file, `package:NAME` for one that comes with this package, or
            `hf://datasets/OWNER/NAME/FILE` for one on the hub.
        columns: What the columns `ko`, `en` and `pair_id` are called in the file, where otherwise:
            `{ko: korean}`.
    """

    path: str
    columns: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse names of columns that are none of ours."""
        super().__post_init__()
        unknown = set(self.columns) - {"pair_id", *TEXTS}
        if unknown:
            raise PromptError(
                f"columns names {', '.join(sorted(unknown))}; "
                "it says what the columns pair_id, ko and en are called in the file"
            )

    def read(self) -> Reading:
        """Return the set as it stands in the file."""
        table = tables.read(self.path)
        names = {name: self.columns.get(name, name) for name in ("pair_id", *TEXTS)}
        missing = [names[text] for text in TEXTS if names[text] not in table.columns]
        if "pair_id" in self.columns and names["pair_id"] not in table.columns:
            missing.append(names["pair_id"])
        if missing:
            hint = "; separate the columns by commas" if len(table.columns) == 1 else ""
            raise PromptError(
                f"{self.path}, line 1: no column {' and no column '.join(map(repr, missing))}; it "
                f"has {', '.join(map(repr, table.columns))}, and must have ko, en; name them by "
                f"columns.ko=NAME columns.en=NAME{hint}"
            )
        if not table.rows:
            raise PromptError(
                f"{self.path} names its columns but holds no pairs; add a line for each"
            )
        return Reading(
            [(where, _pair(where, row, names)) for where, row in table.rows], table.notes
        )


def _pair(where: str, row: Mapping[str, str], names: Mapping[str, str]) -> PromptPair:
    ko, en = (row[names[text]] for text in TEXTS)
    pair_id = row[names["pair_id"]].strip() if names["pair_id"] in row else named_by_texts(ko, en)
    for name, cell in (("pair_id", pair_id), ("ko", ko), ("en", en)):
        if not cell.strip():
            raise PromptError(f"{where}: {names[name]!r} is empty; fill it in or remove the line")
    if not re.fullmatch(r"\w[\w.-]{0,79}", pair_id):
        raise PromptError(
            f"{where}: pair_id {pair_id!r} cannot stand in a file name; use at most 80 letters, "
            "digits, '-', '_' and '.', and begin with a letter or digit"
        )
    others = {name: cell.strip() for name, cell in row.items() if name not in names.values()}
    return PromptPair(pair_id, ko, en, {name: cell for name, cell in others.items() if cell})


def named_by_texts(ko: str, en: str) -> str:
    """Return a name for a pair that has none; it stays when rows change places.

    >>> named_by_texts("의사 사진", "a photo of a doctor")
    'p-4db3c252c8'
    """
    return f"p-{fingerprint([ko.strip(), en.strip()], 10)}"
