"""Labels as a CSV file: what the page saves, read strictly."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from ksd_eval.labels.base import LabelError, LabelSource
from ksd_eval.records import Label, columns

COLUMNS: Final = tuple(columns(Label))
"""The columns of the file, in this order when it is written and in any when it is read."""

Kind = Literal["human", "simulated"]

MOST: Final = 64_000_000
"""Bytes; a row takes about 60, so this is a million labels. Whatever is larger is no such file."""


@dataclass(frozen=True)
class HumanLabels(LabelSource):
    """What people said of pictures, from the file that the page of `label` saves.

    Several labellers may stand in one file; of each, every row is kept. The file is UTF-8, with or
    without its mark at the start, and lines end as on any system. An empty label is "cannot tell".

    Attributes:
        path: The file, from the folder that the command is given in.
        allowed: By measurement, the labels that may stand there, so that a slip of the pen is not
            taken for one more category: `{gender: [man, woman]}`. Of other measurements, any may.
    """

    path: str
    allowed: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def identity(self) -> dict[str, Any]:
        """Return the hash of the file's content, after reading it: mistakes are told at once.

        Raises:
            FileNotFoundError: The file is not there.
            LabelError: It cannot be used.
        """
        self()
        return {"labels": "csv", "sha256": sha256(_content(self.path)).hexdigest()}

    def __call__(self) -> Sequence[Label]:
        """Return the labels in the order of the file.

        Raises:
            FileNotFoundError: The file is not there.
            LabelError: It cannot be used; the message names the line and the cure.
        """
        found: list[Label] = []
        lines: dict[tuple[str, str, str], int] = {}
        for line, label in _rows(self.path, _text(self.path, _content(self.path))):
            where = f"{self.path}, line {line}"
            self._refuse_other(where, label)
            key = (label.image_id, label.measurement, label.labeller)
            if key in lines:
                raise LabelError(
                    f"{where}: {label.labeller!r} labelled {label.measurement!r} of picture "
                    f"{label.image_id!r} in line {lines[key]} already; keep one of the two lines"
                )
            lines[key] = line
            found.append(label)
        if not found:
            raise LabelError(f"{self.path} names its columns but holds no labels; label a picture")
        return found

    def _refuse_other(self, where: str, label: Label) -> None:
        allowed = [str(name) for name in self.allowed.get(label.measurement, ())]
        if allowed and label.label is not None and label.label not in allowed:
            raise LabelError(
                f"{where}: label {label.label!r} is none of {label.measurement!r}; write "
                f"{', '.join(allowed)}, or leave it empty for 'cannot tell'"
            )


def written(labels: Iterable[Label]) -> str:
    r"""Return labels as the text of a CSV file.

    >>> written([Label("5f", "gender", None, "Kim, J.")])
    'image_id,measurement,label,labeller,kind\n5f,gender,,"Kim, J.",human\n'
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(label) for label in labels)
    return stream.getvalue()


def _content(path: str) -> bytes:
    try:
        place = Path(path).expanduser()
        size = place.stat().st_size
        content = place.read_bytes() if size <= MOST else b""
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"there is no file of labels {path!r}; make one with the page that "
            "`python -m ksd_eval label` writes, and give `path` the CSV file that it saves"
        ) from error
    except (OSError, RuntimeError, ValueError) as error:  # a ~ without a home, a path with a NUL
        reason = error.strerror if isinstance(error, OSError) else error
        raise LabelError(
            f"{path!r} cannot be read as a file of labels ({reason}); "
            "give `path` a CSV file that you may read"
        ) from error
    if size > MOST:
        raise LabelError(
            f"{path} has {size:,} bytes, too many for a file of labels; "
            f"give `path` one of at most {MOST:,}"
        )
    return content


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise LabelError(
            f"{path}, line {line}: byte 0x{content[error.start]:02x} is not UTF-8; give the file "
            "as the page saved it, or save it as 'CSV UTF-8'"
        ) from error


def _rows(path: str, text: str) -> Iterator[tuple[int, Label]]:
    """Yield every label with the line it ends on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] = []
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if not any(row):
                continue
            if header:
                yield reader.line_num, _label(f"{path}, line {reader.line_num}", header, row)
            else:
                header = _header(f"{path}, line {reader.line_num}", row)
    except csv.Error as error:
        raise LabelError(
            f"{path}, line {reader.line_num}: not CSV ({error}); put a text that holds a comma or "
            'a quote in double quotes, and write a quote as ""'
        ) from error
    if not header:
        raise LabelError(f"{path} is empty; its first line must be {','.join(COLUMNS)}")


def _header(where: str, names: list[str]) -> list[str]:
    if sorted(names) != sorted(COLUMNS):
        raise LabelError(
            f"{where}: the columns are {', '.join(map(repr, names))}; they must be "
            f"{', '.join(COLUMNS)}, each once, with commas between them"
        )
    return names


def _label(where: str, header: list[str], row: list[str]) -> Label:
    if len(row) != len(header):
        raise LabelError(
            f"{where}: {len(row)} cells where there are {len(header)} columns; "
            "put a text that holds a comma in double quotes, and keep empty cells"
        )
    cells = dict(zip(header, row, strict=True))
    for name in ("image_id", "measurement", "labeller"):
        if not cells[name]:
            raise LabelError(f"{where}: {name} is empty; fill it in or remove the line")
    if "+" in cells["image_id"] or " " in cells["image_id"]:
        raise LabelError(
            f"{where}: image_id {cells['image_id']!r} names no picture, a spreadsheet may have "
            "made a number of it; give the file as the page saved it"
        )
    if cells["kind"] not in get_args(Kind):
        raise LabelError(
            f"{where}: kind {cells['kind']!r} is unknown; write {' or '.join(get_args(Kind))}"
        )
    return Label(
        image_id=cells["image_id"],
        measurement=cells["measurement"],
        label=cells["label"] or None,
        # One name however a system spells its Hangul.
        labeller=unicodedata.normalize("NFC", cells["labeller"]),
        kind=cast(Kind, cells["kind"]),
    )
