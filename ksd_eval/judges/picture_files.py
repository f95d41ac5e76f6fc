"""Reference pictures from files: a folder, a zip, a data set of the hub."""

import csv
import importlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from PIL import Image, UnidentifiedImageError

from ksd_eval.judges.base import Matched, Reference
from ksd_eval.needs import Need, one_line

ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
"""What a file of a picture ends in; others are passed over."""

TABLED: Final = ("file", "ko", "en")
"""Columns of a table of captions."""

HUB: Final = "hf://datasets/"
"""What a path begins with that means a data set on the Hugging Face hub."""


@dataclass(frozen=True)
class PictureFiles(Reference):
    """The pictures of a folder with its subfolders, of a zip file, or of a data set on the hub.

    In the order of their names, as RGB, cut to a square around the middle and scaled to `size`, as
    a model's pictures are square. What decides them is their content: the same photographs under
    other names are another reference only if the names change their order.

    Attributes:
        path: A folder, a file ending in .zip, or `hf://datasets/OWNER/NAME[@REVISION]:SPLIT`, for
            which the package `datasets` must be installed, read in its own order from the column
            `image`.
        count: How many at most, the first ones; None: all.
        size: Pixels along a side.
    """

    path: str
    count: int | None = None
    size: int = 512

    def __post_init__(self) -> None:
        """Refuse what could not be a set of pictures."""
        if self.size < 8:
            raise ValueError(f"size is {self.size} pixels; give 8 or more")
        if self.count is not None and self.count < 1:
            raise ValueError(f"count is {self.count}; give 1 or more, or leave it out for all")

    def identity(self) -> dict[str, Any]:
        """Return the hash of the pictures' files, in order; of a data set, its name.

        Raises:
            FileNotFoundError: There is no such folder or file, or no picture in it.
        """
        about: dict[str, Any] = {"reference": "files", "count": self.count, "size": self.size}
        if self.path.startswith(HUB):
            return {**about, "dataset": self.path.removeprefix(HUB)}
        digest = sha256()
        for _, data in self._files():
            digest.update(sha256(data).digest())
        return {**about, "files": digest.hexdigest()}

    def needs(self) -> Sequence[Need]:
        """Return the place of the pictures; a data set of the hub is fetched when it is read."""
        if self.path.startswith(HUB):
            if find_spec("datasets"):
                return [Need(self.path, stops=True)]
            gone = "the package datasets, which reads it, is not installed"
            return [Need(self.path, gone, "`pip install datasets`", stops=True)]
        try:
            _ = self._names
        except (OSError, ValueError) as error:
            return [Need(self.path, one_line(error), stops=True)]
        return [Need(self.path, stops=True)]

    def __call__(self) -> Sequence[Image.Image]:
        """Return the pictures.

        Raises:
            ValueError: A file is no picture; it is named.
        """
        if self.path.startswith(HUB):
            return [self._fitted(image) for image in self._of_hub()]
        return [self._fitted(_opened(name, data)) for name, data in self._files()]

    def _fitted(self, image: Image.Image) -> Image.Image:
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        square = image.convert("RGB").crop((left, top, left + side, top + side))
        return square.resize((self.size, self.size), Image.Resampling.BICUBIC)

    @property
    def _names(self) -> Sequence[str]:
        """The files of pictures, in the order in which they are taken."""
        found = sorted(name for name in self._all_names() if name.lower().endswith(ENDINGS))
        if not found:
            raise FileNotFoundError(
                f"{self.path!r} holds no pictures; files must end in {', '.join(ENDINGS)}"
            )
        return found[: self.count]

    def _all_names(self) -> set[str]:
        place = Path(self.path).expanduser()
        if place.suffix.lower() == ".zip" and place.is_file():
            with zipfile.ZipFile(place) as packed:
                return set(packed.namelist())
        if place.is_dir():
            return {one.relative_to(place).as_posix() for one in place.rglob("*")}
        raise FileNotFoundError(
            f"{self.path!r} is neither a folder nor a .zip file; give a folder of photographs, "
            f"a zip of them, or {HUB}OWNER/NAME:SPLIT"
        )

    def _files(self) -> Iterator[tuple[str, bytes]]:
        yield from self._read(self._names)

    def _read(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield each file with its content."""
        place = Path(self.path).expanduser()
        if place.is_dir():
            yield from ((name, (place / name).read_bytes()) for name in names)
            return
        with zipfile.ZipFile(place) as packed:
            yield from ((name, packed.read(name)) for name in names)

    def _of_hub(self) -> Iterator[Image.Image]:
        try:
            datasets = importlib.import_module("datasets")
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                f"{self.path} is read by the package datasets; `pip install datasets`"
            ) from error
        where, _, split = self.path.removeprefix(HUB).partition(":")
        name, _, revision = where.partition("@")
        rows = datasets.load_dataset(
            name, split=split or "train", revision=revision or None, streaming=True
        )
        for place, row in enumerate(rows):
            if self.count is not None and place >= self.count:
                return
            yield row["image"]


@dataclass(frozen=True, kw_only=True)
class CaptionedFiles(PictureFiles, Matched):
    """Pictures from files, of which one text is true: photographs of one person each, say.

    Attributes:
        ko: What every picture shows, in Korean.
        en: The same in English.
    """

    ko: str
    en: str

    def captions(self) -> Sequence[tuple[str, str]]:
        """Return the text, once for each picture."""
        return [(self.ko, self.en)] * len(self())

    def identity(self) -> dict[str, Any]:
        """Return what decides the pictures, and their text."""
        return {**super().identity(), "captions": [self.ko, self.en]}


@dataclass(frozen=True, kw_only=True)
class TabledFiles(PictureFiles, Matched):
    """Pictures from files, each with texts of its own, which a table beside them holds.

    Attributes:
        table: The table's name in the folder or zip: CSV in UTF-8 with the columns `file`, `ko` and
            `en`. Pictures come in its order; others in the folder are passed over.
    """

    table: str = "captions.csv"

    def captions(self) -> Sequence[tuple[str, str]]:
        """Return the texts of each picture."""
        return [(row["ko"], row["en"]) for row in self._rows]

    def identity(self) -> dict[str, Any]:
        """Return what decides the pictures, and a hash of their texts."""
        texts = repr(self.captions()).encode()
        return {**super().identity(), "captions": sha256(texts).hexdigest()}

    def __post_init__(self) -> None:
        """Refuse a data set of the hub, which has no table beside it."""
        super().__post_init__()
        if self.path.startswith(HUB):
            raise ValueError(
                f"path is {self.path!r}; pictures with a table are read from a folder or a zip file"
            )

    @cached_property
    def _rows(self) -> Sequence[Mapping[str, str]]:
        there = self._all_names()
        if self.table not in there:
            raise FileNotFoundError(
                f"{self.path!r} holds no {self.table}; write one, with the columns "
                f"{', '.join(TABLED)}, a line for each picture"
            )
        [(_, data)] = self._read([self.table])
        rows = _table(f"{self.path}/{self.table}", data)[: self.count]
        for line, row in enumerate(rows, 2):
            lacks = next((name for name in TABLED if not (row.get(name) or "").strip()), None)
            if lacks or row["file"] not in there:
                what = f"{lacks} is empty" if lacks else f"the picture {row['file']!r} is not there"
                raise ValueError(f"{self.path}/{self.table}, line {line}: {what}; mend the line")
        return rows

    @property
    def _names(self) -> Sequence[str]:
        return [row["file"] for row in self._rows]


def _table(name: str, data: bytes) -> list[Mapping[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    except UnicodeDecodeError as error:
        raise ValueError(f"{name} is not UTF-8; save it as UTF-8") from error
    lacking = [column for column in TABLED if column not in (reader.fieldnames or ())]
    if lacking:
        raise ValueError(
            f"{name}, line 1: no column {', '.join(lacking)}; it must have {', '.join(TABLED)}"
        )
    rows: list[Mapping[str, str]] = list(reader)
    if not rows:
        raise ValueError(f"{name} names no picture; give a line for each")
    return rows


def _opened(name: str, data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, OSError) as error:
        raise ValueError(f"{name} is no picture that can be read; remove it, or mend it") from error
