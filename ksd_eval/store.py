"""Where records rest: pictures by their recipe, tables by their run, the manifest last.

    results/images/ab/abcdef….png          shared by all runs
    results/references/<fingerprint>.npy   features of reference sets, shared too
    results/<experiment>/<run id>/         one run

Every file is written beside its place and renamed into it, so what can be read is whole.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import UnionType
from typing import IO, Any, get_args, get_type_hints

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from ksd_eval.records import fingerprint

try:
    import fcntl
except ImportError:  # Windows has none: there, two runs of one run id are not kept apart
    fcntl = None  # type: ignore[assignment]

MANIFEST = "manifest.json"
SCHEMA = 1
"""Version of the files of a run; a reader refuses a newer one."""

RLE = 3
"""zlib's strategy for PNG: four times faster than Pillow's default at the same size."""


class StoreError(OSError):
    """Results cannot be written or read; the message is one clear sentence with the cure."""


def write(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Write a file so that it is there whole or not at all.

    Args:
        path: Where; folders above it are made.
        fill: Writes the content into the open file that it is given.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Hidden, and another name for every writer, so that two of them cannot mix.
    file, partial_name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    unfinished = Path(partial_name)
    try:
        with os.fdopen(file, "wb") as stream:
            fill(stream)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.chmod(0o644)  # mkstemp makes files that only their owner can read
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write text as UTF-8, whole or not at all."""
    write(path, lambda stream: stream.write(text.encode()))


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array as `.npy`, whole or not at all."""
    write(path, partial(np.save, arr=array))


def sha256(path: Path) -> str:
    """Return the hash of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_writable(folder: Path) -> None:
    """Make a folder and see that it can be written.

    Raises:
        StoreError: It cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StoreError(
            f"the results folder {str(folder)!r} cannot be written ({error.strerror}); "
            "choose another: execution.results_dir=FOLDER"
        ) from error


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a picture on disk.

    Attributes:
        sha256: Hash of the decoded pixels with their size.
        flagged: Whether the model's own checker flagged it; None where it has none.
    """

    sha256: str
    flagged: bool | None


def pixels_sha256(image: Image.Image) -> str:
    """Return the hash of a picture's pixels, whatever file they rest in."""
    size = f"{image.mode} {image.width}x{image.height} "
    return hashlib.sha256(size.encode() + image.tobytes()).hexdigest()


@dataclass(frozen=True)
class ImageStore:
    """Pictures, each under the id of its recipe, which it carries within.

    Attributes:
        folder: `results/images`.
    """

    folder: Path

    def path(self, image_id: str) -> Path:
        """Return where a picture is, or would be."""
        return self.folder / image_id[:2] / f"{image_id}.png"

    def write(
        self, image_id: str, image: Image.Image, flagged: bool | None, recipe: Mapping[str, Any]
    ) -> Stored:
        """Write a picture with its recipe, and return what is known of it."""
        image = image.convert("RGB")
        stored = Stored(pixels_sha256(image), flagged)
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("recipe", json.dumps(recipe, ensure_ascii=False), zip=True)
        chunks.add_itxt("outcome", json.dumps({"sha256": stored.sha256, "flagged": flagged}))
        save = partial(
            image.save, format="PNG", pnginfo=chunks, compress_level=1, compress_type=RLE
        )
        write(self.path(image_id), save)
        return stored

    def find(self, image_id: str) -> Stored | None:
        """Return what is known of a picture; None if it is not there, or damaged."""
        try:
            with Image.open(self.path(image_id)) as image:
                image.load()
                # Of text chunks only PNG knows, and these files are ours.
                outcome = json.loads(image.info["outcome"])
                stored = Stored(outcome["sha256"], outcome["flagged"])
                return stored if pixels_sha256(image) == stored.sha256 else None
        except (OSError, SyntaxError, ValueError, KeyError):
            return None

    def stored(self, image_id: str) -> Stored:
        """Return what is known of a picture that was just written.

        Raises:
            StoreError: It is not there, or damaged.
        """
        stored = self.find(image_id)
        if stored is None:
            raise StoreError(
                f"the picture {self.path(image_id)} was written but cannot be read back; "
                "see to the disk and run the same command again"
            )
        return stored

    def read(self, image_id: str) -> Image.Image:
        """Return a picture's pixels.

        Raises:
            StoreError: It is not there, or damaged.
        """
        path = self.path(image_id)
        try:
            with Image.open(path) as image:
                image.load()
                return image.convert("RGB")
        except (OSError, SyntaxError) as error:
            raise StoreError(
                f"the picture {path} cannot be read ({error}); "
                "run the same command again and it is painted anew"
            ) from error


ARROW = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


def arrow_type(annotation: object) -> pa.DataType:
    """Return the column type of a record's field: a number stays one where all rows lack it."""
    options = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    # A field that takes one of a few words is a column of text.
    return next((ARROW[option] for option in options if option in ARROW), pa.string())


def types_of(record: type) -> dict[str, pa.DataType]:
    """Return the column types of a record's table."""
    return {name: arrow_type(hint) for name, hint in get_type_hints(record).items()}


def to_arrow(frame: pd.DataFrame, types: Mapping[str, pa.DataType]) -> pa.Table:
    """Return a frame in fixed column types; columns without a type are text."""
    fields = [(str(name), types.get(str(name), pa.string())) for name in frame.columns]
    table = pa.Table.from_pandas(frame, schema=pa.schema(fields), preserve_index=False)
    # Pandas' own notes name its version, and the same rows should be the same bytes.
    return table.replace_schema_metadata(None)


def write_parquet(path: Path, frame: pd.DataFrame, types: Mapping[str, pa.DataType]) -> None:
    """Write a frame as parquet; equal rows give equal bytes."""
    write(path, partial(pq.write_table, to_arrow(frame, types), compression="zstd"))


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as CSV for people: ten digits are enough."""
    text = frame.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    write_text(path, text)


def kept_array(path: Path, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
    """Return the array of a file; make it and keep it there first if it is not."""
    if not path.exists():
        write_array(path, make())
    array: NDArray[Any] = np.load(path)
    return array


def kept_frame(
    path: Path, types: Mapping[str, pa.DataType], make: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    """Return the frame of a parquet file; make it and keep it there first if it is not."""
    if not path.exists():
        write_parquet(path, make(), types)
    return pd.read_parquet(path)


@dataclass(frozen=True)
class RunStore:
    """The folder of one run.

    Attributes:
        folder: `results/<experiment>/<run id>`.
    """

    folder: Path

    @property
    def parts(self) -> Path:
        """Return where unfinished steps keep what they have; gone when the run is finished."""
        return self.folder / "parts"

    def part(self, name: str, image_ids: Sequence[str], suffix: str) -> Path:
        """Return where one judge's or extractor's answers for one chunk of pictures are kept."""
        return self.parts / f"{name}.{fingerprint(list(image_ids))}.{suffix}"

    def features(self, extractor: str, reference: str = "") -> Path:
        """Return where an extractor's features of the run's pictures, or of a reference, are."""
        name = f"{extractor}.{reference}" if reference else extractor
        return self.folder / "features" / f"{name}.npy"

    def write_table(
        self, name: str, frame: pd.DataFrame, types: Mapping[str, pa.DataType]
    ) -> pd.DataFrame:
        """Write a table as parquet and CSV, and return it as the next step will read it."""
        write_parquet(self.folder / f"{name}.parquet", frame, types)
        write_csv(self.folder / f"{name}.csv", frame)
        return self.read_table(name)

    def read_table(self, name: str) -> pd.DataFrame:
        """Return a table of the run."""
        return pd.read_parquet(self.folder / f"{name}.parquet")

    def hashes(self) -> dict[str, str]:
        """Return the hash of every table and feature file, by its path within the folder."""
        found = [path for end in ("*.parquet", "*.csv") for path in self.folder.glob(end)]
        found += (self.folder / "features").glob("*.npy")
        return {path.relative_to(self.folder).as_posix(): sha256(path) for path in sorted(found)}

    def manifest(self) -> dict[str, Any] | None:
        """Return the manifest if the run is finished and nothing in it was changed since."""
        try:
            manifest = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        whole = isinstance(manifest, dict) and manifest.get("files") == self.hashes()
        return manifest if whole else None

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest, last, and throw away what was kept for a run that is stopped."""
        content = {"schema": SCHEMA, **manifest, "files": self.hashes()}
        text = json.dumps(content, indent=1, ensure_ascii=False)
        write_text(self.folder / MANIFEST, text + "\n")
        shutil.rmtree(self.parts, ignore_errors=True)

    @contextmanager
    def locked(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Keep the folder to this process; a second run of the same id waits for the first.

        Args:
            waiting: Called once if there is something to wait for.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        # The file stays: removing it would let a third run lock a new one beside the second.
        with (self.folder / ".lock").open("a") as file:
            if fcntl is not None:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    waiting()
                    fcntl.flock(file, fcntl.LOCK_EX)
            yield
