"""What a run would take: pictures, disk and time; the last two as runs on this machine took them.

Nothing is loaded, and nothing large is hashed: a picture whose model is told from its definition
alone counts once however many experiments ask for it, but is not looked up among those painted.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from ksd_eval.doctor.machine import Machine
from ksd_eval.execution import orders
from ksd_eval.experiment import Experiment
from ksd_eval.models.base import Model
from ksd_eval.needs import Need
from ksd_eval.records import PromptPair
from ksd_eval.store import ImageStore, RunStore

HASHED: Final = 2**31
"""Bytes of weights up to which a model is asked for its identity: some seconds of hashing."""

BYTES: Final = 1.5
"""A pixel, in a PNG as the store writes it: 388 KB at 512 x 512, measured on photographs."""

SIDE: Final = 512
"""Pixels along a side where a model does not tell: what Stable Diffusion v1 was trained for."""

SAMPLED: Final = 200
"""Pictures of an earlier run whose sizes are averaged."""

GENERATION: Final = ("batch_shape", "threads", "steps", "scheduler")
"""What of a run's generation decides its speed, beside the models."""

USUAL: Final = "ksd_eval.execution.local.LocalEngine"
"""What painted before there was a choice, and where none was made."""


@dataclass(frozen=True)
class Asked:
    """What one experiment asks for.

    Attributes:
        pictures: The model of each picture, by id.
        there: Those that are painted already, as far as that was looked up.
        unsure: Models whose pictures were not looked up.
        sides: Pixels along a side, by model; None where the model does not tell.
    """

    pictures: Mapping[str, str]
    there: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()
    sides: Mapping[str, int | None] | None = None


def asked(
    experiment: Experiment, pairs: Sequence[PromptPair], needs: Mapping[str, Sequence[Need]]
) -> Asked:
    """Return the pictures that an experiment asks for.

    Args:
        experiment: One that is no card.
        pairs: Its prompts.
        needs: Of each of its models, by name.

    Raises:
        ValueError: A model that has its pictures already lacks some, or a pair has no seed.
    """
    if experiment.study is not None:
        return Asked({})
    generation = experiment.settings.generation
    sure = {name for name in experiment.models if _is_quick(needs.get(name, ()))}
    identities: dict[str, Mapping[str, Any]] = {
        name: model.identity() if name in sure else {"defined": repr(model)}
        for name, model in experiment.models.items()
    }
    found = orders.asked(experiment.arms, pairs, identities, generation, experiment.models)
    pictures = {order.image_id: record.model for record, order in found}
    store = ImageStore(Path(experiment.settings.results_dir) / "images")
    return Asked(
        pictures,
        frozenset(one for one, name in pictures.items() if name in sure and store.has(one)),
        frozenset(set(experiment.models) - sure),
        {name: side(model) for name, model in experiment.models.items()},
    )


def _is_quick(needs: Sequence[Need]) -> bool:
    known = all(need.ready for need in needs)
    return known and sum(need.size or 0 for need in needs) <= HASHED


def side(model: Model) -> int | None:
    """Return the pixels along a side of a model's pictures; None where it does not tell."""
    inner = getattr(model, "pipeline", model)
    told = inner.side() if hasattr(inner, "side") else getattr(inner, "size", None)
    return told if isinstance(told, int) else None


@dataclass(frozen=True, slots=True)
class Rate:
    """What a picture of a model took in an earlier run.

    Attributes:
        seconds: Painting it, start-up and all, in as many processes as then.
        bytes: On disk; None where its pictures are not there any more.
        run: The experiment, and when it was finished.
    """

    seconds: float
    bytes: float | None
    run: str


@dataclass(frozen=True)
class Effort:
    """What is left to do.

    Attributes:
        pictures: All that are asked for, each once.
        there: Painted already.
        unsure: Whether some were not looked up.
        gigabytes: Of disk for what is not there, 10^9 bytes.
        measured: Whether those follow from pictures of the same models.
        seconds: Of painting; None where a model was never timed here.
        untimed: The models that were not.
        after: Seconds of judging, analysing and drawing; None where an experiment was never run.
        unrun: The experiments that were not.
        runs: The earlier runs that the time is taken from.
    """

    pictures: int
    there: int
    unsure: bool
    gigabytes: float
    measured: bool
    seconds: float | None
    untimed: tuple[str, ...]
    after: float | None
    unrun: tuple[str, ...]
    runs: tuple[str, ...]


def effort(parts: Sequence[tuple[Experiment, Asked]], machine: Machine) -> Effort:
    """Return what several experiments would take together; what two ask for is painted once."""
    pictures: dict[str, tuple[str, Experiment]] = {}
    there: set[str] = set()
    sides: dict[str, int | None] = {}
    for experiment, found in parts:
        pictures.update({one: (name, experiment) for one, name in found.pictures.items()})
        there |= found.there
        sides |= found.sides or {}
    counts: dict[tuple[str, int], int] = {}
    by_place = {id(experiment): experiment for experiment, _ in parts}
    for one, (name, experiment) in pictures.items():
        if one not in there:
            key = (name, id(experiment))
            counts[key] = counts.get(key, 0) + 1
    rates = {key: rate(by_place[key[1]], key[0], machine) for key in counts}
    size, seconds = 0.0, 0.0
    for key, count in counts.items():
        found_rate = rates[key]
        seconds += count * found_rate.seconds if found_rate else 0.0
        known = found_rate.bytes if found_rate else None
        size += count * (known or BYTES * (sides.get(key[0]) or SIDE) ** 2)
    afters = {one.name: after(one, len(found.pictures), machine) for one, found in parts}
    unrun = tuple(name for name, one in afters.items() if one is None)
    untimed = tuple(dict.fromkeys(name for (name, _), one in rates.items() if one is None))
    return Effort(
        pictures=len(pictures),
        there=len(there),
        unsure=any(found.unsure for _, found in parts),
        gigabytes=size / 1e9,
        measured=all(one is not None and one.bytes is not None for one in rates.values()),
        seconds=None if untimed else seconds,
        untimed=untimed,
        after=None if unrun else sum(one or 0.0 for one in afters.values()),
        unrun=unrun,
        runs=tuple(dict.fromkeys(one.run for one in rates.values() if one)),
    )


def rate(experiment: Experiment, model: str, machine: Machine) -> Rate | None:
    """Return what a picture took in the newest run of the same model on this machine, if any."""
    results = Path(experiment.settings.results_dir)
    wanted = definitions(experiment.config)
    for folder, manifest in past(results):
        painted = manifest["painted"].get(model) and _here(manifest, model, machine)
        if painted and _same(folder, wanted, [model]):
            seconds = manifest["seconds"]["ask"] / sum(manifest["painted"].values())
            run = f"{manifest['name']} on {manifest['finished'][:10]}"
            return Rate(seconds, _bytes(str(folder), str(results), model), run)
    return None


def after(experiment: Experiment, count: int, machine: Machine) -> float | None:
    """Return the seconds of judging and what follows for `count` pictures, as in the newest run.

    It is the newest of the same experiment and models on this machine; None if there is none.
    """
    wanted = definitions(experiment.config)
    for folder, manifest in past(Path(experiment.settings.results_dir)):
        alike = manifest["name"] == experiment.name and _same(folder, wanted, experiment.models)
        if alike and all(_here(manifest, name, machine) for name in experiment.models):
            seconds = sum(manifest["seconds"].values()) - manifest["seconds"].get("ask", 0.0)
            return float(seconds * count / manifest["images"] if manifest["images"] else seconds)
    return None


def _same(folder: Path, wanted: Mapping[str, Any], names: Iterable[str]) -> bool:
    """Whether a run had models of these names that paint as is wanted."""
    try:
        there = definitions((folder / "config.yaml").read_text(encoding="utf-8"))
    except (OSError, KeyError, TypeError, yaml.YAMLError):
        return False
    return all(there.get(name) == wanted.get(name) for name in names)


def _here(manifest: Mapping[str, Any], model: str, machine: Machine) -> bool:
    """Whether a run painted on what is here: the same processor and cores, and a GPU or none."""
    host = manifest.get("host", {})
    device = manifest.get("identities", {}).get("models", {}).get(model, {}).get("device", "cpu")
    same = (host.get("cpu"), host.get("cores")) == (machine.cpu, machine.cores)
    return same and (device != "cpu") == machine.seen


@cache
def definitions(config: str) -> dict[str, Any]:
    """Return, by name, how each model of a configuration paints and is made to."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = yaml.load(config, Loader=loader)
    engine = {"_target_": USUAL, "workers": None, **found["execution"]}
    for key in (
        "results_dir",
        "judge_ahead",
        "pictures",
    ):  # which say nothing of how fast it paints
        engine.pop(key, None)
    how = [[found["generation"][key] for key in GENERATION], engine]
    model = found["model"]
    known = (model, model.get("counterpart"), model.get("translated"))
    return {one["name"]: [one["pipeline"], how] for one in known if one}


def past(results: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the finished runs that say how much they painted, the newest first."""
    found = []
    for path in results.glob("*/*/manifest.json"):
        try:
            manifest = json.loads(path.read_text(encoding="utf-8"))
            if {"name", "seconds", "images", "painted"} <= manifest.keys():
                found.append((manifest["finished"], path.parent, manifest))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # of an older version, or no manifest of a run
    for _, folder, manifest in sorted(found, key=lambda one: (one[0], str(one[1])), reverse=True):
        yield folder, manifest


@cache
def _bytes(folder: str, results: str, model: str) -> float | None:
    try:
        table = RunStore(Path(folder)).read_table("images")
    except (OSError, ValueError):
        return None
    store = ImageStore(Path(results) / "images")
    mine = table["image_id"][table["model"] == model].unique()[:SAMPLED]
    sizes = [store.path(one).stat().st_size for one in mine if store.has(one)]
    return sum(sizes) / len(sizes) if sizes else None
