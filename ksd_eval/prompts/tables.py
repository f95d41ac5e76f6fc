"""Files of prompts as tables of text, read strictly: what is wrong is named, never guessed around.

Nothing is composed, stripped or dropped here: an audit wants to see a file as it stands.
"""

import csv
import io
import json
import logging
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, Final

from ksd_eval.prompts import korean
from ksd_eval.prompts.base import PromptError

PACKAGE: Final = "package:"
"""What a path begins with that means a file beside this one, named with or without `.csv`."""

HUB: Final = "hf://datasets/"
"""What a path begins with that means a file of a data set on the Hugging Face hub."""

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows.

    Attributes:
        columns: Names, in their order.
        rows: Where each row stands, and its cells by column; a missing value is empty.
        notes: What was noticed while reading, a sentence each.
    """

    columns: Sequence[str]
    rows: Sequence[tuple[str, Mapping[str, str]]]
    notes: Sequence[str] = ()


def read(path: str) -> Table:
    """Return the table that a path names.

    Args:
        path: A file ending in .csv, .tsv, .jsonl, .json (a list of objects, or an object of equally
            long lists) or .parquet; `package:NAME` for one that comes with this package; or
            `hf://datasets/OWNER/NAME[@REVISION]/FILE` for one on the hub.

    Raises:
        PromptError: It is not there, or is not what its ending says.
    """
    suffix = ".csv" if path.startswith(PACKAGE) else PurePosixPath(path).suffix.lower()
    if suffix not in READERS:
        raise PromptError(
            f"{path!r} ends in {suffix or 'nothing'!r}; prompts are read from {', '.join(READERS)}"
        )
    table = READERS[suffix](path, content(path))
    if any(
        not unicodedata.is_normalized("NFC", text) for _, row in table.rows for text in row.values()
    ):
        note = f"{path}: some letters are in pieces (not NFC); they are put together when read"
        return Table(table.columns, table.rows, [*table.notes, note])
    return table


def require(path: str, table: Table, columns: Sequence[str]) -> None:
    """Refuse a table that lacks a column.

    Raises:
        PromptError: The first that it lacks is named, and those it has.
    """
    for column in columns:
        if column not in table.columns:
            raise PromptError(
                f"{path} has no column {column!r}; it has {', '.join(table.columns)}. "
                "Give the file that its owners publish, as it is"
            )


def content(path: str) -> bytes:
    """Return what a file holds.

    Raises:
        PromptError: It cannot be read.
    """
    if path.startswith(HUB):
        path = _downloaded(path)
    try:
        if path.startswith(PACKAGE):
            name = path.removeprefix(PACKAGE).removesuffix(".csv") + ".csv"
            return (files("ksd_eval.prompts") / name).read_bytes()
        return Path(path).expanduser().read_bytes()
    except (OSError, ValueError, RuntimeError) as error:  # a path with a NUL, a ~ without a home
        reason = "it is a folder" if isinstance(error, IsADirectoryError) else _first_line(error)
        raise PromptError(f"{path!r} cannot be read as a file of prompts: {reason}") from error


def _downloaded(path: str) -> str:
    """Return where a file of the hub lies on this machine."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, LocalEntryNotFoundError

    owner, _, rest = path.removeprefix(HUB).partition("/")
    name, _, inside = rest.partition("/")
    name, _, revision = name.partition("@")
    if not (owner and name and inside):
        raise PromptError(f"{path!r} names no file; write {HUB}OWNER/NAME/FILE")
    try:
        return str(
            hf_hub_download(
                f"{owner}/{name}", inside, repo_type="dataset", revision=revision or None
            )
        )
    except GatedRepoError as error:
        raise PromptError(
            f"{path}: its owner lets in only those who asked; ask on the page of {owner}/{name}, "
            "then run `hf auth login`"
        ) from error
    except (LocalEntryNotFoundError, OSError, ValueError, HfHubHTTPError) as error:
        raise PromptError(
            f"{path} cannot be had ({_first_line(error)}); connect to the network, or download the "
            "file elsewhere and give its path"
        ) from error


def _first_line(error: Exception) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.strip().partition("\n")[0]


def decoded(path: str, data: bytes) -> tuple[str, list[str]]:
    """Decode a file: UTF-8 with or without its mark, else CP949, which includes EUC-KR.

    Returns:
        The text, and what is to be said of it.

    Raises:
        PromptError: It is neither.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PromptError(f"{path}: the file is UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        try:
            text = data.decode("cp949")
        except UnicodeDecodeError:
            text = ""
        # Many files of other encodings decode as CP949 by chance, but not into Hangul.
        if not any(map(korean.is_hangul, text)):
            raise PromptError(
                f"{path}, line {line}: byte 0x{data[error.start]:02x} is neither UTF-8 "
                "nor CP949; save the file as UTF-8"
            ) from error
    note = f"{path} is CP949, not UTF-8, and was read as such; save it as UTF-8"
    LOGGER.warning("%s", note)
    return text, [note]


def _separated(path: str, data: bytes, delimiter: str = ",") -> Table:
    text, notes = decoded(path, data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    rows: list[tuple[str, Mapping[str, str]]] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{path}, line {reader.line_num}"
            if not header:
                header = _header(where, cells)
            elif len(cells) != len(header):
                raise PromptError(
                    f"{where}: {len(cells)} cells where line 1 names {len(header)} columns; "
                    "put a text that holds a comma in double quotes, and keep empty cells"
                )
            else:
                rows.append((where, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        raise PromptError(
            f"{path}, line {reader.line_num}: not CSV ({error}); "
            'put texts that hold a comma or a quote in double quotes, and write a quote as ""'
        ) from error
    if not header:
        raise PromptError(f"{path} is empty; the first line must name the columns")
    return Table(header, rows, notes)


def _header(where: str, cells: Sequence[str]) -> list[str]:
    names = [korean.composed(cell).strip() for cell in cells]
    for name in names:
        if not name or names.count(name) > 1:
            fault = f"the column {name!r} stands twice" if name else "a column has no name"
            raise PromptError(f"{where}: {fault}; give every column a name of its own")
    return names


def _tab_separated(path: str, data: bytes) -> Table:
    return _separated(path, data, "\t")


def _json_lines(path: str, data: bytes) -> Table:
    text, notes = decoded(path, data)
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            where = f"{path}, line {number}"
            rows.append((where, _object(where, _parsed(where, line))))
    return _of_objects(path, rows, notes)


def _json(path: str, data: bytes) -> Table:
    text, notes = decoded(path, data)
    value = _parsed(path, text)
    if isinstance(value, dict) and value and all(isinstance(item, list) for item in value.values()):
        lengths = {name: len(item) for name, item in value.items()}
        if len(set(lengths.values())) > 1:
            raise PromptError(
                f"{path}: its lists are of unlike length ({lengths}); a row is an item of each"
            )
        value = [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
    if not isinstance(value, list):
        raise PromptError(f"{path} holds neither a list of objects nor an object of lists")
    rows = [(f"{path}, item {place}", item) for place, item in enumerate(value)]
    return _of_objects(path, [(where, _object(where, item)) for where, item in rows], notes)


def _parsed(where: str, text: str) -> Any:  # noqa: ANN401  anything that JSON can say
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PromptError(f"{where}: not JSON ({_first_line(error)})") from error


def _object(where: str, value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise PromptError(f"{where} is no object with named values but {str(value)[:40]!r}")
    return {str(name).strip(): _cell(item) for name, item in value.items()}


def _cell(value: object) -> str:
    """Return a value as text: as it is, nothing as empty, and what has parts as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _of_objects(
    path: str, rows: Sequence[tuple[str, Mapping[str, str]]], notes: Sequence[str]
) -> Table:
    columns = list(dict.fromkeys(name for _, row in rows for name in row))
    if not columns:
        raise PromptError(f"{path} is empty; give an object with named texts for every pair")
    empty = dict.fromkeys(columns, "")
    return Table(columns, [(where, empty | dict(row)) for where, row in rows], notes)


def _parquet(path: str, data: bytes) -> Table:
    import pyarrow as arrow
    from pyarrow import parquet

    try:
        table = parquet.read_table(arrow.BufferReader(data))
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise PromptError(f"{path}: not parquet ({_first_line(error)})") from error
    rows: Iterator[Mapping[str, object]] = iter(table.to_pylist())
    named = [(f"{path}, row {place}", _object(path, row)) for place, row in enumerate(rows)]
    return _of_objects(path, named, [])


READERS: Final = {
    ".csv": _separated,
    ".tsv": _tab_separated,
    ".jsonl": _json_lines,
    ".json": _json,
    ".parquet": _parquet,
}
"""What reads a file, by the ending of its name."""
