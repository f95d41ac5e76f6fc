"""Prompt pairs from a CSV file, read strictly: what is wrong is named, never guessed around."""

import csv
import io
import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Final

from ksd_eval.prompts.base import PromptError, PromptSource
from ksd_eval.records import PromptPair

PACKAGE: Final = "package:"
"""What a path begins with that means a file beside this one, named with or without `.csv`."""

COLUMNS: Final = ("pair_id", "ko", "en")
"""The columns that a file must have; every other one is an attribute to group by."""

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class CsvPrompts(PromptSource):
    """Prompt pairs from a CSV file, in the order of its lines.

    The first line names the columns: `pair_id`, `ko`, `en`, and any attributes. A pair has the
    attributes whose cells are not empty. Texts are stripped of blanks at the ends and brought into
    Unicode's composed form (NFC), so that Hangul from a Mac and from Windows is one and the same.
    UTF-8 is expected; CP949 and EUC-KR, as Korean spreadsheets write them, are read and said so.

    Attributes:
        path: The file, or `package:NAME` for one that comes with this package.
        keep: Attribute, and the value or values of the pairs to keep. `{kind: occupation}` keeps
            the occupations; pairs without the attribute are not kept.
        limit: How many pairs at most, the first of those kept; None: all.
    """

    path: str
    keep: Mapping[str, str | Sequence[str]] = field(default_factory=dict[str, str | Sequence[str]])
    limit: int | None = None

    def __post_init__(self) -> None:
        """Refuse a limit that leaves nothing."""
        if self.limit is not None and self.limit < 1:
            raise PromptError(f"limit is {self.limit}; give 1 or more, or leave it out to keep all")

    def __call__(self) -> Sequence[PromptPair]:
        """Return the pairs.

        Raises:
            PromptError: If the file cannot be used; the message names the line and the cure.
        """
        rows = list(_rows(self.path, _text(self.path, _content(self.path))))
        _refuse_duplicates(self.path, rows)
        kept = [pair for _, pair in rows]
        attributes = {name for pair in kept for name in pair.attributes}
        for name, wanted in self.keep.items():
            kept = self._kept(kept, name, _values(wanted), attributes)
        return kept[: self.limit]

    def _kept(
        self, pairs: Sequence[PromptPair], name: str, wanted: Sequence[str], attributes: set[str]
    ) -> list[PromptPair]:
        if name not in attributes:
            known = ", ".join(sorted(attributes)) or "none"
            raise PromptError(
                f"{self.path}: keep names the attribute {name!r}; the file has: {known}"
            )
        present = {pair.attributes.get(name, "") for pair in pairs} - {""}
        missing = [value for value in wanted if value not in present]
        if missing or not wanted:
            asked = ", ".join(map(repr, missing)) or "of no value"
            raise PromptError(
                f"{self.path}: keep asks for {name} {asked}; "
                f"the pairs left to choose from have: {', '.join(sorted(present)) or 'none'}"
            )
        return [pair for pair in pairs if pair.attributes.get(name) in wanted]


def _values(wanted: str | Sequence[str]) -> list[str]:
    """Return one or several values as a list of strings; a configuration may bring numbers."""
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return [str(value) for value in wanted]
    return [str(wanted)]


def _content(path: str) -> bytes:
    try:
        if path.startswith(PACKAGE):
            name = path.removeprefix(PACKAGE).removesuffix(".csv") + ".csv"
            return (files("ksd_eval.prompts") / name).read_bytes()
        return Path(path).expanduser().read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # a path with a NUL, a ~ without a home
        reason = "it is a folder" if isinstance(error, IsADirectoryError) else _first_line(error)
        raise PromptError(f"{path!r} cannot be read as a file of prompts: {reason}") from error


def _first_line(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.partition("\n")[0]


def _text(path: str, content: bytes) -> str:
    """Decode a file: UTF-8 with or without its mark, else CP949, which includes EUC-KR."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PromptError(f"{path}: the file is UTF-16; save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        try:
            text = content.decode("cp949")
        except UnicodeDecodeError:
            text = ""
        # Many files of other encodings decode as CP949 by chance, but not into Hangul.
        if not any("가" <= letter <= "힣" for letter in text):
            raise PromptError(
                f"{path}, line {line}: byte 0x{content[error.start]:02x} is neither UTF-8 "
                "nor CP949; save the file as UTF-8"
            ) from error
    LOGGER.warning("%s is CP949, not UTF-8, and was read as such; save it as UTF-8", path)
    return text


def _rows(path: str, text: str) -> Iterator[tuple[int, PromptPair]]:
    """Yield every pair with the line it ends on."""
    reader = csv.reader(io.StringIO(unicodedata.normalize("NFC", text), newline=""), strict=True)
    header: list[str] = []
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if not any(row):
                continue
            if header:
                yield reader.line_num, _pair(f"{path}, line {reader.line_num}", header, row)
            else:
                header = _header(path, row)
    except csv.Error as error:
        raise PromptError(
            f"{path}, line {reader.line_num}: not CSV ({error}); "
            'put texts that hold a comma or a quote in double quotes, and write a quote as ""'
        ) from error
    if not header:
        raise PromptError(f"{path} is empty; the first line must name {', '.join(COLUMNS)}")


def _header(path: str, names: list[str]) -> list[str]:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        hint = "; separate the columns by commas" if len(names) == 1 else ""
        raise PromptError(
            f"{path}, line 1: no column {' and no column '.join(map(repr, missing))}; it has "
            f"{', '.join(map(repr, names))}, and must have {', '.join(COLUMNS)}{hint}"
        )
    for name in names:
        if not name or names.count(name) > 1:
            fault = f"the column {name!r} stands twice" if name else "a column has no name"
            raise PromptError(f"{path}, line 1: {fault}; give every column a name of its own")
    return names


def _pair(where: str, header: list[str], row: list[str]) -> PromptPair:
    if len(row) != len(header):
        raise PromptError(
            f"{where}: {len(row)} cells where line 1 names {len(header)} columns; "
            "put a text that holds a comma in double quotes, and keep empty cells"
        )
    cells = dict(zip(header, row, strict=True))
    for name in COLUMNS:
        if not cells[name]:
            raise PromptError(f"{where}: {name!r} is empty; fill it in or remove the line")
    pair_id, ko, en = (cells.pop(name) for name in COLUMNS)
    if not re.fullmatch(r"\w[\w.-]{0,79}", pair_id):
        raise PromptError(
            f"{where}: pair_id {pair_id!r} cannot stand in a file name; use at most 80 letters, "
            "digits, '-', '_' and '.', and begin with a letter or digit"
        )
    return PromptPair(pair_id, ko, en, {name: cell for name, cell in cells.items() if cell})


def _refuse_duplicates(path: str, rows: Sequence[tuple[int, PromptPair]]) -> None:
    if not rows:
        raise PromptError(f"{path} names its columns but holds no pairs; add a line for each")
    lines: dict[tuple[str, ...], int] = {}
    for line, pair in rows:
        for key, what in (
            ((pair.pair_id,), f"pair_id {pair.pair_id!r}"),
            ((pair.ko, pair.en), f"the pair {pair.ko!r} and {pair.en!r}"),
        ):
            if key in lines:
                raise PromptError(
                    f"{path}, line {line}: {what} stands in line {lines[key]} already; "
                    "every pair must be there once, ask for replicates to draw it more often"
                )
            lines[key] = line
