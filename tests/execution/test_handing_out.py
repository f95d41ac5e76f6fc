"""The queue, with workers that are a list of what happens to them."""

from collections import deque
from dataclasses import dataclass, field

import pytest

from ksd_eval.execution.base import PaintError
from ksd_eval.execution.handing_out import AHEAD, Failed, Finished, Joined, Lost, hand_out
from ksd_eval.execution.orders import Batch, Order
from ksd_eval.records import Request


def batch(name):
    return Batch("m", (Order(name, Request(f"prompt {name}", 0), {}),))


WORK = [batch(f"{number:02}") for number in range(20)]


@dataclass
class Fakes:
    """Workers that take turns, and do what `fate` says when they have finished so many batches.

    Attributes:
        fate: By worker: after how many batches it dies; batches that kill whoever begins them, or
            on which the model raises.
        late: Workers that are ready only after so many batches were painted by others.
        slow: Workers that come to their turn every so many rounds.
    """

    count: int
    dies_after: dict = field(default_factory=dict)
    deadly: tuple = ()
    refused: tuple = ()
    late: dict = field(default_factory=dict)
    slow: dict = field(default_factory=dict)
    stopped_after: int | None = None

    def __post_init__(self):
        self.inbox = {worker: deque() for worker in range(self.count)}
        self.joined, self.dead = set(), set()
        self.done, self.most, self.given = [], 0, []
        self.turn = 0

    def workers(self):
        return set(range(self.count))

    def give(self, worker, batch):
        assert worker in self.joined - self.dead
        self.given.append((worker, batch))
        self.inbox[worker].append(batch)
        self.most = max(self.most, len(self.inbox[worker]))

    def news(self):
        if self.stopped_after is not None and len(self.done) >= self.stopped_after:
            self.stopped_after = None
            raise KeyboardInterrupt
        for _ in range(1000):
            self.turn += 1
            worker = self.turn % self.count
            if worker in self.dead or self.turn // self.count % self.slow.get(worker, 1):
                continue
            if (news := self.happens(worker)) is not None:
                return news
        raise AssertionError("the run waits for ever")

    def happens(self, worker):
        mine = [one for who, one in self.done if who == worker]
        if worker not in self.joined:
            if len(self.done) < self.late.get(worker, 0):
                return None
            self.joined.add(worker)
            return Joined(worker)
        if len(mine) >= self.dies_after.get(worker, 10**9):
            self.dead.add(worker)
            return Lost(worker, "its machine is gone")
        if not self.inbox[worker]:
            return None
        batch = self.inbox[worker].popleft()
        name = batch.orders[0].image_id
        if name in self.deadly:
            self.dead.add(worker)
            return Lost(worker, "memory ran out")
        if name in self.refused:
            return Failed(worker, batch, PaintError(f"no {name} today"))
        self.done.append((worker, batch))
        return Finished(worker, batch, len(batch.orders))


def painted(crew):
    return sorted(batch.orders[0].image_id for _, batch in crew.done)


ALL = [batch.orders[0].image_id for batch in WORK]


@pytest.mark.parametrize(
    "crew",
    [
        Fakes(1),
        Fakes(3),
        Fakes(3, dies_after={1: 0}),
        Fakes(3, dies_after={0: 2, 2: 4}),
        Fakes(3, late={2: 10}),
        Fakes(3, late={1: 10**9}),
        Fakes(3, slow={0: 50}),
        Fakes(3, slow={0: 7}, dies_after={0: 1, 1: 3}),
    ],
    ids=[
        *("one", "three", "one never paints", "two die", "one is late", "one never comes"),
        *("one slow", "one slow, two die"),
    ],
)
def test_every_batch_is_painted_once_whoever_dies(crew):
    counts = []
    hand_out(crew, WORK, counts.append)
    assert painted(crew) == ALL
    assert counts == [1] * len(WORK)
    assert crew.most <= AHEAD


def test_batches_of_a_dead_worker_go_to_living_ones_first():
    crew = Fakes(2, dies_after={1: 1})
    hand_out(crew, WORK, int)
    lost = [one for who, one in crew.given if who == 1 and (1, one) not in crew.done]
    assert len(lost) == AHEAD
    after = [one for who, one in crew.given if who == 0]
    assert {one.orders[0].image_id for one in lost} <= {one.orders[0].image_id for one in after}
    # Put back in front: what nobody had yet comes later.
    assert max(after.index(one) for one in lost) < len(after) - 5


def test_every_worker_has_one_before_any_has_two():
    crew = Fakes(3)
    hand_out(crew, WORK[:3], int)
    assert sorted(worker for worker, _ in crew.given) == [0, 1, 2]


def test_a_slow_worker_keeps_nobody_waiting():
    crew = Fakes(2, slow={0: 40})
    hand_out(crew, WORK, int)
    assert sum(worker == 0 for worker, _ in crew.done) <= 4


def test_when_all_are_dead_it_is_said_how_to_go_on():
    crew = Fakes(3, dies_after={0: 1, 1: 2, 2: 3})
    with pytest.raises(PaintError) as caught:
        hand_out(crew, WORK, int)
    assert "no painting worker is left (the last one: its machine is gone)" in str(caught.value)
    assert "run the same command again" in str(caught.value)
    assert len(crew.done) == 6


def test_a_batch_that_kills_is_not_given_to_everybody():
    crew = Fakes(8, deadly=("05",))
    with pytest.raises(
        PaintError, match=r"3 workers died one after another of the same 1 pict.*05"
    ):
        hand_out(crew, WORK, int)
    assert len(crew.dead) == 3


def test_a_model_that_raises_stops_the_run_and_what_is_under_way_is_finished():
    crew, counts = Fakes(3, refused=("04", "05")), []
    with pytest.raises(PaintError, match="no 04 today"):
        hand_out(crew, WORK, counts.append)
    given = {one.orders[0].image_id for _, one in crew.given}
    assert set(painted(crew)) == given - {"04", "05"}
    assert len(counts) == len(crew.done)
    assert len(given) < len(WORK)


def test_ctrl_c_finishes_what_is_under_way_and_begins_nothing():
    crew, counts = Fakes(2, stopped_after=3), []
    with pytest.raises(KeyboardInterrupt):
        hand_out(crew, WORK, counts.append)
    assert len(crew.done) == len(crew.given) == len(counts)
    assert 3 <= len(crew.done) <= 3 + 2 * AHEAD


def test_ctrl_c_does_not_wait_for_those_that_die_meanwhile():
    crew = Fakes(2, stopped_after=3, dies_after={0: 2, 1: 2})
    with pytest.raises(KeyboardInterrupt):
        hand_out(crew, WORK, int)
    assert len(crew.done) <= 4
