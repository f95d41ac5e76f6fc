"""The queue of batches: kept by the run itself, and handed out to workers that may die.

A batch is of pictures to paint, or to judge, and no worker is promised one. What a dead worker had
is put back in front of the queue and goes to a living one, so that a run ends as long as one lives.
(Where calls are bound to workers instead, a lost machine leaves a run waiting for ever.)
"""

from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from ksd_eval.execution.base import PaintError, Studio
from ksd_eval.execution.progress import say

AHEAD: Final = 2
"""Batches that a worker has at most: one that it paints, and one that it begins without waiting."""

MOST_DEATHS: Final = 3
"""Workers that may die of one batch: after that the batch is what kills them."""


class Task(Protocol):
    """What a worker is given: a batch of pictures to paint, or to judge."""

    @property
    def key(self) -> str:
        """Return what tells it from all others."""
        ...

    @property
    def told(self) -> str:
        """Return what it is, in the words of a sentence."""
        ...

    def done_in(self, studio: Studio) -> int:
        """Do it in a worker's studio, and return how many pictures it was about."""
        ...


@dataclass(frozen=True, slots=True)
class Joined:
    """A worker is ready for its first batch."""

    worker: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A worker has done a batch, of `count` pictures, and put away what came of it."""

    worker: int
    batch: Task
    count: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A worker's model raised while it painted a batch; the worker itself is well."""

    worker: int
    batch: Task
    error: PaintError


@dataclass(frozen=True, slots=True)
class Lost:
    """A worker is of no use any more, or never was; nothing more is heard from it."""

    worker: int
    why: str


News: TypeAlias = Joined | Finished | Failed | Lost


class Crew(Protocol):
    """Workers elsewhere, by number, each of which paints one batch after another."""

    def workers(self) -> Collection[int]:
        """Return those that were hired, whether they are ready or not."""
        ...

    def give(self, worker: int, batch: Task) -> None:
        """Give a worker a batch, and do not wait for it."""
        ...

    def news(self) -> News:
        """Wait for the next thing that happens."""
        ...


@dataclass
class _Desk:
    """Who has what.

    Attributes:
        queue: What nobody has.
        had: What each ready worker has, in the order that it paints them.
        hired: Workers that are not lost.
        deaths: How many workers died of a batch, by its key.
    """

    crew: Crew
    queue: deque[Task]
    hired: set[int]
    had: dict[int, list[Task]] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)

    @property
    def under_way(self) -> bool:
        """Whether a worker has a batch."""
        return any(self.had.values())

    @property
    def idle(self) -> int:
        """How many workers have nothing, ready or not."""
        return len(self.hired) - sum(bool(mine) for mine in self.had.values())

    def hand_out(self) -> None:
        """Give every worker one batch before any has a second; what is left waits for the others.

        Who never gets ready keeps nothing: it goes to whoever has nothing to do.
        """
        for load in range(AHEAD):
            for worker, mine in self.had.items():
                kept = self.idle if load else 0
                if len(mine) == load and len(self.queue) > kept:
                    batch = self.queue.popleft()
                    mine.append(batch)
                    self.crew.give(worker, batch)

    def heed(self, news: News) -> int:
        """Note what happened, and return how many pictures were finished by it.

        Raises:
            PaintError: A model raised, one batch killed several workers, or nobody is left.
        """
        match news:
            case Joined(worker):
                self.had[worker] = []
            case Finished(worker, batch, count):
                self.had[worker].remove(batch)
                return count
            case Failed(worker, batch, error):
                self.had[worker].remove(batch)
                raise error
            case Lost(worker, why):
                self._bury(worker, why)
        return 0

    def listen(self, advance: Callable[[int], None]) -> None:
        """Wait for news, and heed it."""
        if count := self.heed(self.crew.news()):
            advance(count)

    def _bury(self, worker: int, why: str) -> None:
        self.hired.discard(worker)
        left = self.had.pop(worker, [])
        self.queue.extendleft(reversed(left))
        say(f"a painting worker is lost: {why}; {len(self.hired)} are left")
        if left:
            self._blame(left[0], why)
        if not self.hired:
            raise PaintError(
                f"no painting worker is left (the last one: {why}); finished pictures are kept, "
                "so see to the machines and run the same command again"
            )

    def _blame(self, batch: Task, why: str) -> None:
        self.deaths[batch.key] += 1
        if self.deaths[batch.key] >= MOST_DEATHS:
            raise PaintError(
                f"{MOST_DEATHS} workers died one after another of the same {batch.told} "
                f"(the last one: {why}); finished pictures are kept. Most often memory ran "
                "out: give fewer workers a machine, or larger machines, and the same command"
            )

    def finish(self, advance: Callable[[int], None]) -> None:
        """Wait for what is under way, and begin nothing."""
        while self.under_way:
            # What is told is why it was stopped, not what goes wrong after that.
            with suppress(PaintError):
                self.listen(advance)


def hand_out(crew: Crew, work: Sequence[Task], advance: Callable[[int], None]) -> None:
    """Have a crew do all batches.

    Args:
        crew: The workers.
        work: What to paint.
        advance: Called with the number of pictures after each batch, once for each.

    Raises:
        PaintError: A model raised, one batch killed several workers, or no worker is left.
    """
    desk = _Desk(crew, deque(work), set(crew.workers()))
    try:
        while desk.queue or desk.under_way:
            desk.hand_out()
            desk.listen(advance)
    except PaintError:
        desk.finish(advance)
        raise
    except KeyboardInterrupt:
        say("stopping; pictures that are under way are finished first")
        desk.finish(advance)
        raise
