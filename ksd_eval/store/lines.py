"""JSON Lines that only grow: every line whole, whoever else writes, whenever it is stopped."""

import errno
import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from ksd_eval.store.files import unwritten, write

try:
    import fcntl
except ImportError:  # Windows has none: there, two processes are not kept apart
    fcntl = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Lines:
    """What a file of JSON Lines holds.

    Attributes:
        found: Each line that is a JSON object, in order.
        damaged: How many others there are, such as the end of a copy that was cut off.
    """

    found: Sequence[Mapping[str, Any]]
    damaged: int = 0


def lines(path: Path) -> Lines:
    """Return the lines of a file; none where there is no file."""
    if not path.exists():
        return Lines(())
    texts = path.read_bytes().splitlines()
    found = [line for line in map(_read, texts) if line is not None]
    return Lines(found, sum(bool(text.strip()) for text in texts) - len(found))


def _read(text: bytes) -> Mapping[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def append(path: Path, added: Sequence[Mapping[str, Any]], key: str) -> None:
    """Add lines to a file, each once: a line whose `key` is there already is left out.

    The file is written anew beside its place, with what it had, and renamed into it: a process that
    is killed leaves it as it was. Another one that would add to it waits. What is damaged stays,
    on a line of its own.

    Args:
        path: The file, made if it is not there.
        added: JSON-like.
        key: The name of each line's id.
    """
    with locked(path.with_name(f".{path.name}.lock")):
        there = {line.get(key) for line in lines(path).found}
        new = {line[key]: line for line in added if line[key] not in there}
        if not new:
            return
        before = path.read_bytes() if path.exists() else b""
        if before and not before.endswith(b"\n"):
            before += b"\n"
        # Some schedulers are configured with an infinity, which Python writes and reads back.
        texts = [json.dumps(line, ensure_ascii=False) for line in new.values()]
        text = "".join(f"{line}\n" for line in texts)
        write(path, lambda stream: stream.write(before + text.encode()))


HELD: Final = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}
"""What the system says of a lock that another process holds."""


def is_held(path: Path) -> bool:
    """Whether a process keeps something to itself by this file; never on Windows."""
    if fcntl is None or not path.exists():
        return False
    try:
        opened = path.open("a")
    except OSError:  # nobody could be writing there
        return False
    with opened as file:
        return not _taken(file, fcntl.LOCK_SH)


@contextmanager
def locked(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Keep something to this process while the block lasts; others wait.

    Args:
        path: The file that stands for it. It stays: removing it would let a third process lock a
            new one beside the second.
        waiting: Called once if there is something to wait for.

    Raises:
        WriteError: The file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("a")
    except OSError as error:
        raise unwritten(path, error) from error
    with opened as file:
        if fcntl is not None and not _taken(file, fcntl.LOCK_EX):
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _taken(file: IO[str], how: int) -> bool:
    """Take a file's lock if nobody holds it; whether that was so.

    Some shared file systems have no locks: there nobody can hold one, and two runs of one folder
    are not kept apart, as on Windows.
    """
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in HELD:
            return False
        warnings.warn(
            f"{file.name} cannot be locked ({error.strerror}), so that two runs into this folder "
            "at once are not kept apart; give one command at a time",
            stacklevel=3,
        )
    return True
