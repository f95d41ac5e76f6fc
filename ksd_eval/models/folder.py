"""Pictures that are there already: of a closed model behind an interface, of a friend, of a camera.

Nothing is painted; everything after painting works as with any model.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps

from ksd_eval.models import checkpoints
from ksd_eval.models.base import Model, Picture, Supplier
from ksd_eval.needs import Need, one_line
from ksd_eval.records import Given, Language, Request, fingerprint

COLUMNS: Final = ("pair_id", "language", "replicate", "file")
"""What the table of pictures must have."""

NAMED: Final = 5
"""How many missing pictures a sentence names."""

Key = tuple[str, str, int]


@dataclass(frozen=True)
class FolderPictures(Model, Supplier):
    """A folder of pictures with a CSV table that says which prompt each one is of.

    A line a picture: `pair_id` of the prompt pair, `language` in which it was asked (ko or en),
    `replicate` from 0 on, and `file` relative to the folder. A column `given` holds the text that
    the model was really asked, where a service rewrites prompts. Other columns are left alone.
    Replicates of one number are compared as pairs, though noise is hardly shared between them:
    intervals over prompts do not need it to be.

    Attributes:
        path: The folder.
        table: The CSV file in it, in UTF-8.
        source: What made the pictures, in the owner's words: a name, a version, a date.
    """

    path: str
    table: str = "pictures.csv"
    source: str = ""

    def identity(self) -> dict[str, Any]:
        """Return a hash of every picture that the table names.

        Raises:
            FileNotFoundError: The table is not there.
            ValueError: The table is wrong, or names files that are not there.
        """
        missing = sorted(name for name, _ in self._rows.values() if not self._file(name).is_file())
        if missing:
            raise ValueError(
                f"{self._table} names {len(missing)} files that are not there: {_some(missing)}; "
                "put them there or remove their lines"
            )
        files = {
            "/".join(map(str, key)): [checkpoints.digest(self._file(name)), given]
            for key, (name, given) in sorted(self._rows.items())
        }
        return {
            "source": self.source,
            "pictures": fingerprint(files),
            "versions": {"pillow": version("pillow")},
        }

    def needs(self) -> Sequence[Need]:
        """Return the table; which pictures a run wants, it is told when it is planned."""
        try:
            _ = self._rows
        except (OSError, ValueError) as error:
            return [Need(self.path, one_line(error), stops=True)]
        return [Need(self.path, stops=True)]

    def supplied(self, wanted: Sequence[tuple[str, Language, int]]) -> Sequence[str]:
        """Return the key of each picture.

        Raises:
            ValueError: Some are not in the table; the first are named.
        """
        missing = [_name(key) for key in wanted if key not in self._rows]
        if missing:
            raise ValueError(
                f"{self._table} has no line for {len(missing)} of {len(wanted)} pictures that this "
                f"run asks for: {_some(missing)} (pair/language/replicate); add them, or ask for "
                "less by arms=[korean], generation.replicates=1, prompts.limit=N or prompts.keep"
            )
        return [_name(key) for key in wanted]

    def paint(self, requests: Sequence[Request], batch_shape: int) -> Sequence[Picture]:
        """Return the picture of each request, from its file.

        Raises:
            ValueError: A file is no picture.
        """
        return [self._picture(request) for request in requests]

    def _picture(self, request: Request) -> Picture:
        name, given = self._by_name[request.picture]
        try:
            with Image.open(self._file(name)) as file:
                image = ImageOps.exif_transpose(file).convert("RGB")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise ValueError(f"{self._file(name)} is no picture: {error}") from error
        return Picture(image, flagged=None, given=Given(given or request.prompt))

    def _file(self, name: str) -> Path:
        return Path(self.path).expanduser() / name

    @property
    def _table(self) -> Path:
        return self._file(self.table)

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, str]]:
        return {_name(key): row for key, row in self._rows.items()}

    @cached_property
    def _rows(self) -> Mapping[Key, tuple[str, str]]:
        """Return file and given text by pair, language and replicate."""
        try:
            text = self._table.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{self._table} is not UTF-8; save it as UTF-8") from error
        except OSError as error:
            raise FileNotFoundError(
                f"{self._table} cannot be read ({error.strerror}); it is a CSV file with the "
                f"columns {', '.join(COLUMNS)}, a line a picture"
            ) from error
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(
                f"{self._table}, line 1: no column {', '.join(missing)}; "
                f"it must have {', '.join(COLUMNS)}"
            )
        rows: dict[Key, tuple[str, str]] = {}
        try:
            for row in reader:
                key, value = self._row(f"{self._table}, line {reader.line_num}", row)
                if key in rows:
                    raise ValueError(
                        f"{self._table}, line {reader.line_num}: {_name(key)} stands there twice; "
                        "number the replicates of a prompt from 0 on"
                    )
                rows[key] = value
        except csv.Error as error:
            raise ValueError(f"{self._table}, line {reader.line_num}: not CSV ({error})") from error
        return rows

    def _row(self, where: str, row: Mapping[str, str | None]) -> tuple[Key, tuple[str, str]]:
        cells = {name: (row.get(name) or "").strip() for name in (*COLUMNS, "given")}
        if cells["language"] not in ("ko", "en"):
            raise ValueError(f"{where}: language is {cells['language']!r}; it must be ko or en")
        if not cells["replicate"].isdecimal():
            raise ValueError(f"{where}: replicate is {cells['replicate']!r}; count from 0 on")
        if not cells["file"]:
            raise ValueError(f"{where}: no file is named; fill it in or remove the line")
        key = (cells["pair_id"], cells["language"], int(cells["replicate"]))
        return key, (cells["file"], cells["given"])


def _name(key: Key | tuple[str, Language, int]) -> str:
    return "/".join(map(str, key))


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
