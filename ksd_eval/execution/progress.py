"""What a person sees while a run is under way."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

EVERY = 10.0
"""Seconds between two lines where there is no terminal to draw a bar on."""

Advance = Callable[[int], None]
"""Called with the number of things done since the last call."""


def say(text: str) -> None:
    """Say one line on the standard output: as it is, not taken for markup, not wrapped."""
    Console().print(text, markup=False, highlight=False, soft_wrap=True)


class _Speed(ProgressColumn):
    """How many things a second."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit

    def render(self, task: Task) -> Text:
        """Draw the column."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f} {self.unit}/s" if speed else "", style="progress.data.speed")


_around: ContextVar[str] = ContextVar("around", default="")


@contextmanager
def within(title: str) -> Iterator[None]:
    """Put a title before that of every step in the block: which of several runs it belongs to."""
    token = _around.set(f"{title} · ")
    try:
        yield
    finally:
        _around.reset(token)


@contextmanager
def tracked(title: str, total: int, unit: str = "images") -> Iterator[Advance]:
    """Show how far a step is: a bar on a terminal, elsewhere a line every ten seconds.

    Args:
        title: What is being done, in a word or two.
        total: How many things there are to do; where there are none, nothing is shown.
        unit: What they are, in the plural.
    """
    title = _around.get() + title
    if total == 0:
        yield lambda count: None
    elif Console().is_terminal:
        columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, _Speed(unit), TimeRemainingColumn(), console=Console()) as bar:
            task = bar.add_task(title, total=total)
            yield lambda count: bar.advance(task, count)
    else:
        yield _Lines(title, total, unit).advance


def lasting(seconds: float) -> str:
    """Return a length of time as a person says it.

    >>> lasting(49), lasting(600), lasting(9000)
    ('49 s', '10 min', '2.5 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


class _Lines:
    """Progress as lines of text, for logs."""

    def __init__(self, title: str, total: int, unit: str) -> None:
        self.title, self.total, self.unit = title, total, unit
        self.done = 0
        self.began = self.spoke = time.monotonic()

    def advance(self, count: int) -> None:
        """Count, and say so if it has been a while."""
        self.done += count
        now = time.monotonic()
        if now - self.spoke < EVERY and self.done < self.total:
            return
        self.spoke = now
        speed = self.done / max(now - self.began, 1e-9)
        left = (self.total - self.done) / speed if speed else 0.0
        ahead = f", {lasting(left)} left" if self.done < self.total else ""
        counted = f"{self.done}/{self.total} {self.unit}"
        say(f"{self.title}: {counted}, {speed:.1f} {self.unit}/s{ahead}")
