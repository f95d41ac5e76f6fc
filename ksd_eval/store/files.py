"""Files that are there whole or not at all: written beside their place and renamed into it."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray


class StoreError(OSError):
    """Results cannot be written or read; the message is one clear sentence with the cure."""


class WriteError(StoreError):
    """A file could not be written although its folder could: a full disk, a quota, a pulled plug.

    `strerror` is the system's own word for it.
    """


def write(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Write a file so that it is there whole or not at all.

    Args:
        path: Where; folders above it are made.
        fill: Writes the content into the open file that it is given.

    Raises:
        WriteError: It cannot be written; what was there before is there still.
    """
    try:
        _write(path, fill)
    except OSError as error:
        raise unwritten(path, error) from error


def unwritten(path: Path, error: OSError) -> WriteError:
    """Return what is to be said of a file that cannot be written."""
    reason = error.strerror or str(error)
    found = WriteError(
        f"{path} cannot be written ({reason}); see to the disk and give the same command again, "
        "which goes on from what is finished, or choose another: execution.results_dir=FOLDER"
    )
    found.strerror = reason
    return found


def _write(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
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


def kept_array(path: Path, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
    """Return the array of a file; make it and keep it there first if it is not, or is damaged."""
    array = read_array(path)
    if array is None:
        write_array(path, make())
        array = np.load(path)
    return array


def read_array(path: Path) -> NDArray[Any] | None:
    """Return the array of a file; None if it is not there, or damaged."""
    try:
        array: NDArray[Any] = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError, SyntaxError):
        return None
    return array
