"""Shares from a CSV file: ours of women at work, or anybody's."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from ksd_eval.records import ReferenceShare, columns
from ksd_eval.shares.base import ShareError, ShareSource

PACKED: Final = "package:"


@dataclass(frozen=True)
class CsvShares(ShareSource):
    """Shares from a CSV file with the columns of `records.ReferenceShare`.

    An empty share is one that the source does not have: it is left out of every estimate, and
    counted. Every share that is there names its source.

    Attributes:
        path: A file, or `package:women_at_work` for the one that comes along: women by occupation
            in the United States (2015 and 2016) and in Korea (2015 to 2023), where an official
            figure was found.
    """

    path: str = "package:women_at_work"

    def identity(self) -> dict[str, Any]:
        """Return the hash of the file."""
        return {"shares": "csv", "sha256": sha256(self._content()).hexdigest()}

    def __call__(self) -> Sequence[ReferenceShare]:
        """Read the shares."""
        try:
            text = self._content().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ShareError(
                f"{self.path} is not UTF-8 ({error.reason}); save it as such"
            ) from error
        rows = csv.DictReader(text.splitlines())
        lacking = [name for name in columns(ReferenceShare) if name not in (rows.fieldnames or [])]
        if lacking:
            raise ShareError(
                f"{self.path} has no column {lacking[0]!r}; it needs "
                f"{', '.join(columns(ReferenceShare))}"
            )
        found = list(_read(self.path, rows))
        _unlike(self.path, found)
        return found

    def _content(self) -> bytes:
        if self.path.startswith(PACKED):
            name = self.path.removeprefix(PACKED)
            return (files("ksd_eval.shares") / f"{name}.csv").read_bytes()
        if not Path(self.path).is_file():
            raise FileNotFoundError(
                f"there is no file of shares {self.path!r}; give `path` a CSV file that exists"
            )
        return Path(self.path).read_bytes()


def _read(path: str, rows: "csv.DictReader[str]") -> Iterator[ReferenceShare]:
    for row in rows:
        where = f"{path}, line {rows.line_num}"
        text = {name: (row[name] or "").strip() for name in columns(ReferenceShare)}
        lacking = [name for name in ("reference", "measurement", "category") if not text[name]]
        if lacking:
            raise ShareError(f"{where}: {lacking[0]} is empty; name it")
        share = _share(where, text)
        if share is not None and not text["source"]:
            raise ShareError(f"{where}: the share {share:g} has no source; cite table and year")
        yield ReferenceShare(**{**text, "share": share})  # type: ignore[arg-type]


def _share(where: str, text: Mapping[str, str]) -> float | None:
    if not text["share"]:
        return None
    try:
        share = float(text["share"])
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ShareError(
            f"{where}: share {text['share']!r} is none; give a number from 0 to 1, 40 % as 0.4, or "
            "leave it empty where the source has none"
        )
    return share


def _unlike(path: str, found: Sequence[ReferenceShare]) -> None:
    seen: set[tuple[str, ...]] = set()
    for one in found:
        key = (one.reference, one.measurement, one.by, one.group, one.category)
        if key in seen:
            raise ShareError(f"{path} has two shares of {', '.join(filter(None, key))}; keep one")
        seen.add(key)
