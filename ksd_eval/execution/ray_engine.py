"""Painting with Ray: on this machine, or on all machines of a cluster.

Workers are actors, each of which holds the loaded models. The run keeps the queue
(`handing_out`), so that a lost machine costs the batches that it had and nothing more. Actors put
pictures on the shelf themselves: what travels is prompts, and the number of pictures that came of
them. So the folder that the command is given in, and the results folder, must be the same place on
every machine.
"""

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ksd_eval.execution import announcements, host, local, threads
from ksd_eval.execution.base import Engine, MemoryFullError, PaintError, Studio
from ksd_eval.execution.handing_out import (
    Crew,
    Failed,
    Finished,
    Joined,
    Lost,
    News,
    Task,
    hand_out,
)
from ksd_eval.execution.orders import Batch
from ksd_eval.execution.painter import Painter
from ksd_eval.execution.progress import say, tracked
from ksd_eval.needs import Need

HERE: Final = "local"
"""The address of a Ray of our own on this machine."""

OBJECTS: Final = 100_000_000
"""Bytes of its object store: no picture travels by it."""

PATIENCE: Final = 60.0
"""Seconds in which a picture that another machine wrote must be seen here: NFS keeps what it knows
of a folder for up to a minute."""

SILENCE: Final = 60.0
"""Seconds without a ready worker after which it is said what is waited for."""


@dataclass(frozen=True)
class RayEngine(Engine):
    """Paints with Ray's actors.

    Attributes:
        workers: Actors; None for as many as the cluster has room for, and on this machine alone as
            many as `LocalEngine` would take.
        address: "local": a Ray of our own on this machine. "auto": the cluster that this machine
            belongs to. Else `HOST:PORT` of its head.
        gpus: GPUs of each actor, in [0, …), such as .5 for two on one; None for one where a model
            was planned on an accelerator, and none elsewhere.
        patience: Seconds in which a picture that a worker wrote must be seen here.
    """

    workers: int | None = None
    address: str = HERE
    gpus: float | None = None
    patience: float = PATIENCE

    def __post_init__(self) -> None:
        """Refuse a number of GPUs that is none."""
        if self.gpus is not None and self.gpus < 0:
            raise ValueError(f"gpus is {self.gpus}; give 0 or more")

    def paint(self, studio: Studio, work: Sequence[Batch], advance: Callable[[int], None]) -> None:
        """Paint all batches.

        Raises:
            PaintError: Ray is not there, a model raised, no worker is left, or what workers write
                is not seen here.
        """
        if not work:
            return
        wants = self._wants(studio, work)
        ray = self._connected(studio, len(work), wants)
        count = self._count(ray, studio, len(work), wants)
        if self.address == HERE:
            count = announcements.fitting(count, studio.models, work)
        crew = _RayCrew(ray, studio, count, wants)
        seen = _Seen(studio, self.patience)

        def finished(count: int) -> None:
            advance(count)
            if isinstance(crew.last, Batch):
                seen.once(crew.last)

        try:
            hand_out(crew, work, finished)
            seen.all_of(work)
        finally:
            crew.dismiss()

    def judge(self, studio: Studio, work: Iterable[Task]) -> None:
        """Have chunks judged by actors, which write what was said into the shared results.

        Where pictures rest at an address no folder need be shared, and nothing is done.

        Raises:
            PaintError: Ray is not there, or no worker is left.
        """
        chunks = [] if studio.shelf.anywhere else list(work)
        if not chunks:
            return
        wants = self._wants(studio, ())
        ray = self._connected(studio, len(chunks), wants)
        crew = _RayCrew(ray, studio, self._count(ray, studio, len(chunks), wants), wants)
        try:
            with tracked("judging by workers", len(chunks), "chunks") as advance:
                hand_out(crew, chunks, lambda pictures: advance(1))
        finally:
            crew.dismiss()

    def needs(self) -> Sequence[Need]:
        """Return that Ray is needed, and whether it is there."""
        if find_spec("ray") is not None:
            return [Need("ray")]
        cure = "`pip install 'ksd-eval[ray]'`, or paint without it: execution=local"
        return [Need("ray", "it is not installed", cure, stops=True)]

    def processes(self) -> int:
        """Return how many processes of this machine a study may use: those of no engine."""
        return local.LocalEngine().processes()

    def _wants(self, studio: Studio, work: Sequence[Batch]) -> dict[str, float]:
        """Return what Ray sets aside for each actor."""
        gpus = float(studio.on_accelerator) if self.gpus is None else self.gpus
        sizes = [one.footprint() or 0 for one in announcements.heavy(studio.models, work).values()]
        memory = max(sizes, default=0) * announcements.ROOM
        wants = {"CPU": float(studio.generation.threads), "GPU": gpus, "memory": memory}
        return {name: amount for name, amount in wants.items() if amount}

    def _connected(self, studio: Studio, work: int, wants: Mapping[str, float]) -> Any:  # noqa: ANN401
        """Return the module, connected to a cluster; one that was connected before is kept."""
        [need] = self.needs()
        if not need.ready:
            raise PaintError(f"execution=ray needs {need.what}: {need.lacking}; {need.cure}")
        # Read while Ray is imported. Without the second, a machine's outer address is taken, which
        # may lead nowhere; it concerns a Ray of our own only.
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        if self.address == HERE:
            os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
        import ray

        if ray.is_initialized():
            return ray
        options: dict[str, Any] = {"address": self.address, "logging_level": "ERROR"}
        if self.address == HERE:
            actors = local.count_workers(self.workers, studio, work)
            cores = max(host.cores(), actors * int(wants["CPU"]))
            options |= {"num_cpus": cores, "object_store_memory": OBJECTS}
            options["include_dashboard"] = False
        try:
            ray.init(**options)
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise PaintError(
                f"execution.address={self.address} cannot be used ({type(error).__name__}: "
                f"{_line(error)}); start a cluster by `ray start --head`, or leave the address out"
            ) from error
        return ray

    def _count(
        self,
        ray: Any,  # noqa: ANN401
        studio: Studio,
        work: int,
        wants: Mapping[str, float],
    ) -> int:
        """Return how many actors to hire for so many batches."""
        if self.workers is None and (self.address != HERE or "GPU" in wants):
            room = sum(
                min(int(node["Resources"].get(name, 0) / amount) for name, amount in wants.items())
                for node in ray.nodes()
                if node["Alive"]
            )
            if not room:
                wanted = ", ".join(f"{name} {amount:g}" for name, amount in wants.items())
                raise PaintError(
                    f"no machine of the cluster has what a worker takes ({wanted}); add machines, "
                    "or say execution.workers=N to wait for them"
                )
            return min(room, work)
        return local.count_workers(self.workers, studio, work)


class _Seen:
    """Whether what workers write is seen here."""

    def __init__(self, studio: Studio, patience: float) -> None:
        self.studio, self.patience, self.any = studio, patience, False

    def once(self, batch: Batch) -> None:
        """See to the first batch that is finished: better early than after a day."""
        if not self.any:
            self.any = True
            self.all_of([batch])

    def all_of(self, work: Sequence[Batch]) -> None:
        """Wait until everything is seen.

        Raises:
            PaintError: It is not, for too long.
        """
        until = time.monotonic() + self.patience
        for order in (order for batch in work for order in batch.orders):
            while not self.studio.shelf.has(order.image_id):
                if time.monotonic() > until:
                    raise PaintError(
                        "workers wrote pictures that are not seen on this machine, such as "
                        f"{order.image_id}; the results folder must be one that all machines "
                        "share: execution.results_dir=FOLDER; or give execution.pictures=URL"
                    )
                time.sleep(0.2)


class _RayCrew(Crew):
    """Actors of a cluster."""

    def __init__(self, ray: Any, studio: Studio, count: int, wants: Mapping[str, float]) -> None:  # noqa: ANN401
        self.ray = ray
        self.last: Task | None = None
        hired = ray.remote(Painter).options(
            num_cpus=wants.get("CPU", 0),
            num_gpus=wants.get("GPU", 0),
            memory=int(wants["memory"]) if "memory" in wants else None,
            max_restarts=0,  # a lost one's batches go to others, whether it comes back or not
            max_task_retries=0,
            runtime_env={"env_vars": threads.environment(studio.generation.threads)},
        )
        self.actors = {number: hired.remote(studio.generation.threads) for number in range(count)}
        given = ray.put((studio, host.source(), str(Path.cwd())))
        self.waiting: dict[Any, tuple[int, Task | None]] = {
            actor.open.remote(given): (number, None) for number, actor in self.actors.items()
        }
        self.ready = False

    def workers(self) -> Collection[int]:
        return self.actors.keys()

    def give(self, worker: int, batch: Task) -> None:
        self.waiting[self.actors[worker].work.remote(batch)] = worker, batch

    def news(self) -> News:
        done: list[Any] = []
        while not done:
            limit = None if self.ready else SILENCE
            done, _ = self.ray.wait(list(self.waiting), num_returns=1, timeout=limit)
            if not done:
                say(f"waiting for room in the cluster: {self.ray.available_resources()} are free")
        worker, batch = self.waiting.pop(done[0])
        return self._told(done[0], worker, batch)

    def _told(self, ref: object, worker: int, batch: Task | None) -> News:
        """Return what became of a call."""
        try:
            count = self.ray.get(ref)
        except PaintError as error:  # Ray raises what is both its own and the actor's error
            if batch is None:
                return self._lost(worker, _line(error))
            kind = MemoryFullError if isinstance(error, MemoryFullError) else PaintError
            return Failed(worker, batch, kind(_line(_own(error))))
        except self.ray.exceptions.RayError as error:
            return self._lost(worker, _line(_own(error)))
        self.ready = True
        if batch is None:
            return Joined(worker)
        self.last = batch
        return Finished(worker, batch, count)

    def _lost(self, worker: int, why: str) -> News:
        """Drop a worker with all that it had. If it lives after all, it must not go on."""
        self.waiting = {ref: one for ref, one in self.waiting.items() if one[0] != worker}
        self._end(self.actors.pop(worker))
        return Lost(worker, why)

    def _end(self, actor: object) -> None:
        with suppress(self.ray.exceptions.RayError, ValueError):
            self.ray.kill(actor, no_restart=True)

    def dismiss(self) -> None:
        """Let all workers go: judges come next, on the same GPUs."""
        for actor in self.actors.values():
            self._end(actor)
        self.actors.clear()
        self.waiting.clear()


def _own(error: Exception) -> Exception:
    """Return the error that an actor raised, for Ray's own around it; else the error."""
    cause = getattr(error, "cause", None)
    return cause if isinstance(cause, Exception) else error


def _line(error: Exception) -> str:
    """Return the first line of what an error says."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
