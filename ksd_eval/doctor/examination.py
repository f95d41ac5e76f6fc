"""An experiment, looked at: what it needs, what would be left out, whether it can be run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ksd_eval.doctor import downloads, effort
from ksd_eval.doctor.effort import Asked, Effort
from ksd_eval.doctor.machine import Machine
from ksd_eval.execution.announcements import ROOM
from ksd_eval.experiment import IDENTIFIED, Experiment, pairs_of
from ksd_eval.models.base import Heavy, Model
from ksd_eval.needs import Need, needs_of, one_line

LOOKING = ("judges", "extractors")
"""Kinds whose identity has None for what is not there, and that a run can do without."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a model's weights take while it paints, in GiB, and whether that is a guess."""

    needed: float
    about: bool


@dataclass(frozen=True)
class Part:
    """One experiment, looked at.

    Attributes:
        needs: What each plug-in needs, by kind and name: "judges.similarity".
        left_out: What the user has not given, and how to give it, by the plug-in it is for.
        hindered: Why it cannot be done, whatever is downloaded; empty if it can.
        asked: The pictures that it asks for.
        memory: What each model takes, by name, where that is known and not on a GPU.
    """

    name: str
    needs: Mapping[str, Sequence[Need]]
    left_out: Mapping[str, str] = field(default_factory=dict[str, str])
    hindered: str = ""
    asked: Asked = field(default_factory=lambda: Asked({}))
    memory: Mapping[str, Memory] = field(default_factory=dict[str, Memory])

    @property
    def fetched(self) -> list[Need]:
        """Return what a run would download first."""
        return [need for need in _flat(self.needs) if need.fetched and not need.ready]

    @property
    def silent(self) -> list[str]:
        """Return the judges and extractors that would not have all to say that they could."""
        return [
            plugin.partition(".")[2] or f"some of the {plugin}"
            for plugin, needs in self.needs.items()
            if any(not need.ready and not need.stops for need in needs)
        ]


@dataclass(frozen=True)
class Examination:
    """A command, looked at.

    Attributes:
        parts: Its experiments: one, or those of a card.
        effort: What all of them would take.
        obstacles: Why nothing of it can be done, a sentence each.
    """

    machine: Machine
    parts: tuple[Part, ...]
    effort: Effort
    obstacles: tuple[str, ...]

    @property
    def needs(self) -> dict[Need, list[str]]:
        """Return everything that is needed, each once, with the parts that need it."""
        found: dict[Need, list[str]] = {}
        for part in self.parts:
            for need in dict.fromkeys(_flat(part.needs)):
                found.setdefault(need, []).append(part.name)
        return found

    @property
    def fetched(self) -> list[Need]:
        """Return what a run would download first."""
        parts = [part for part in self.parts if not part.hindered]
        return list(dict.fromkeys(need for part in parts for need in part.fetched))

    @property
    def runs_now(self) -> bool:
        """Whether a run could begin here and now, without a download."""
        return not self.obstacles and not self.fetched


def _flat(needs: Mapping[str, Sequence[Need]]) -> Iterator[Need]:
    for mine in needs.values():
        yield from mine


def examined(experiment: Experiment, machine: Machine) -> Examination:
    """Return what there is to say of an experiment, or of a card's, before it is run."""
    experiments = experiment.parts or (experiment,)
    parts = tuple(looked_at(one, machine) for one in experiments)
    both = [
        (one, part.asked) for one, part in zip(experiments, parts, strict=True) if not part.hindered
    ]
    total = effort.effort(both, machine)
    return Examination(machine, parts, total, tuple(_obstacles(machine, parts, total)))


def looked_at(experiment: Experiment, machine: Machine) -> Part:
    """Return what there is to say of one experiment."""
    needs = {
        f"{kind}.{name}": needs_of(plugin, name, told=kind in LOOKING)
        for kind in IDENTIFIED
        for name, plugin in getattr(experiment, kind).items()
    }
    if experiment.study is not None:
        needs["study"] = needs_of(experiment.study, "the study")
    if spoken := needs_of(experiment.settings.engine, "the engine"):
        needs["execution"] = spoken
    mine = {name: needs[f"models.{name}"] for name in experiment.models}
    memory = dict(_memories(experiment.models, mine, machine))
    hindered = next(_hindrances(needs, memory, machine), "")
    asked = Asked({})
    try:
        asked = effort.asked(experiment, pairs_of(experiment), mine)
    except (OSError, ImportError, ValueError) as error:  # of prompts, or of pictures that lack
        hindered = hindered or one_line(error)
    return Part(experiment.name, needs, experiment.lacking, hindered, asked, memory)


def _hindrances(
    needs: Mapping[str, Sequence[Need]], memory: Mapping[str, Memory], machine: Machine
) -> Iterator[str]:
    for need in _flat(needs):
        if need.stops and not need.ready and not need.fetched:
            yield sentence(need)
    for name, one in memory.items():
        if machine.available is not None and one.needed > machine.available:
            yield too_large(name, one, machine.available)


def sentence(need: Need) -> str:
    """Return what is lacking of a need, and what to do.

    >>> sentence(Need("peft", "it is not installed", "`pip install peft`"))
    'peft: it is not installed; `pip install peft`'
    """
    # Many a sentence names the thing itself, and has the cure in it.
    named = need.lacking if need.what in need.lacking else f"{need.what}: {need.lacking}"
    return f"{named}; {need.cure}" if need.cure else named


def too_large(name: str, memory: Memory, available: float) -> str:
    """Return that a model does not fit this machine's memory."""
    about = "about " if memory.about else ""
    return (
        f"the model {name!r} needs {about}{memory.needed:.1f} GiB of memory and {available:.1f} "
        "GiB are free; close other programs, or take a machine with more memory or a GPU"
    )


def _memories(
    models: Mapping[str, Model], needs: Mapping[str, Sequence[Need]], machine: Machine
) -> Iterator[tuple[str, Memory]]:
    """Yield what each model takes of this machine's memory; those on a GPU take little of it."""
    if machine.seen:
        return
    for name, model in models.items():
        found = memory_of(model, needs[name])
        if found is not None:
            yield name, found


def memory_of(model: Model, needs: Sequence[Need]) -> Memory | None:
    """Return what a model takes: by its weights where they are there, else by their known size."""
    if all(need.ready for need in needs):
        if not isinstance(model, Heavy):
            return None
        try:
            return Memory(model.footprint() * ROOM / 2**30, about=False)
        except (OSError, ValueError):
            return None
    sizes = [need.size or (downloads.of(need).gigabytes or 0.0) * 1e9 for need in needs]
    return Memory(sum(sizes) * ROOM / 2**30, about=True) if all(sizes) else None


def _obstacles(machine: Machine, parts: Sequence[Part], total: Effort) -> Iterator[str]:
    if machine.uninstalled:
        names = " ".join(machine.uninstalled)
        yield f"not installed: {', '.join(machine.uninstalled)}; `pip install {names}`"
    if not machine.results_writable:
        yield (
            f"the folder {machine.results!r} cannot be written; choose another: "
            "execution.results_dir=FOLDER"
        )
    if total.gigabytes * 1e9 > machine.results_free * 2**30:
        yield (
            f"the pictures take about {total.gigabytes:.1f} GB, and the disk of "
            f"{machine.results!r} has {machine.results_free:.1f} GiB free; choose another: "
            "execution.results_dir=FOLDER"
        )
    wanted = [need for part in parts if not part.hindered for need in part.fetched]
    gigabytes, _ = downloads.total(wanted)
    if gigabytes * 1e9 > machine.cache_free * 2**30:
        yield (
            f"the downloads take about {gigabytes:.1f} GB, and the disk of {machine.cache} has "
            f"{machine.cache_free:.1f} GiB free; make room, or set HF_HOME"
        )
    if all(part.hindered for part in parts):
        yield from dict.fromkeys(part.hindered for part in parts)
