"""What a run is made of once everything is constructed, and what it is going to do."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from ksd_eval import store
from ksd_eval.claims import Admission, Claim
from ksd_eval.execution import host, orders
from ksd_eval.execution.base import Engine
from ksd_eval.execution.orders import Generation, Order, SeedError
from ksd_eval.judges.base import Extractor, Judge, Matched, Reference
from ksd_eval.labels.base import LabelSource
from ksd_eval.metrics.base import Metric
from ksd_eval.models.base import Model
from ksd_eval.prompts.base import PromptError, PromptSource
from ksd_eval.records import Arm, ImageRecord, PromptPair, fingerprint
from ksd_eval.reports.base import Figure
from ksd_eval.shares.base import ShareSource
from ksd_eval.store import ImageStore, MirroredImages, RunStore
from ksd_eval.studies.base import Study

IDENTIFIED = ("models", "judges", "extractors", "references", "matched", "labels", "shares")
"""Kinds of plug-ins that say of themselves what decides their answers."""


class PlanError(ValueError):
    """A run that cannot begin; the message is one clear sentence with the cure."""


class Identified(Protocol):
    """A plug-in that says what decides its answers."""

    def identity(self) -> Mapping[str, Any]:
        """Return it, JSON-like."""
        ...


@dataclass(frozen=True)
class Settings:
    """What `ksd_eval.config.schema` explains, without defaults."""

    generation: Generation
    analysis_seed: int
    level: float
    results_dir: str
    judge_ahead: bool | None
    pictures: str | None
    engine: Engine
    language: str
    record: bool = False
    against: str | None = None
    beside: str = ""


@dataclass(frozen=True, eq=False)
class Experiment:
    """Everything that a run needs, constructed.

    Attributes:
        arms: In the order they are asked.
        models: By name; an arm names its own.
        study: What is found out about the instrument, in a run that asks no model.
        parts: Experiments that are done one after another in the place of this one: a card.
        config: The configuration as composed, YAML text.
        decisive: The part of it that decides numbers, as plain containers.
        lacking: What of it was left out, and what the user has to give to have it.
        command: What gives this run again.
    """

    name: str
    prompts: PromptSource
    arms: tuple[Arm, ...]
    models: Mapping[str, Model]
    judges: Mapping[str, Judge]
    extractors: Mapping[str, Extractor]
    references: Mapping[str, Reference]
    matched: Mapping[str, Matched]
    labels: Mapping[str, LabelSource]
    shares: Mapping[str, ShareSource]
    metrics: Mapping[str, Metric]
    claims: Mapping[str, Claim | Admission]
    figures: Mapping[str, Figure]
    study: Study | None
    settings: Settings
    config: str
    decisive: Mapping[str, Any]
    lacking: Mapping[str, str] = field(default_factory=dict[str, str])
    command: str = ""
    parts: "tuple[Experiment, ...]" = ()


@dataclass(frozen=True, eq=False)
class Plan:
    """What a run will do, known before the first picture.

    Attributes:
        run_id: Fingerprint of everything that decides its numbers.
        pairs: The prompt pairs.
        identities: What models, judges, extractors and references say of themselves.
        pictures: Every picture of every arm, with what has to be painted for it.
    """

    run_id: str
    pairs: tuple[PromptPair, ...]
    identities: Mapping[str, Mapping[str, Mapping[str, Any]]]
    pictures: Sequence[tuple[ImageRecord, Order]]


def planned(experiment: Experiment) -> Plan:
    """Return what a run will do. Nothing is loaded but the prompts, though files are hashed.

    Raises:
        PromptError: The prompts cannot be used.
        PlanError: Something that the run needs is not there.
    """
    pairs = pairs_of(experiment)
    identities = {
        kind: {name: _identity(name, plugin) for name, plugin in getattr(experiment, kind).items()}
        for kind in IDENTIFIED
    }
    if experiment.study is not None:
        identities["studies"] = {"study": _identity("the study", experiment.study)}
    other = other_record(experiment)
    if other is not None:
        identities["records"] = {"against": _record_identity(other)}
    decisive = {
        "config": experiment.decisive,
        "prompts": [[pair.pair_id, pair.ko, pair.en, dict(pair.attributes)] for pair in pairs],
        "identities": identities,
        "source": host.source(),
    }
    arms = () if experiment.study else experiment.arms
    pictures = _asked(
        arms, pairs, identities["models"], experiment.settings.generation, experiment.models
    )
    return Plan(fingerprint(decisive), pairs, identities, pictures)


def pairs_of(experiment: Experiment) -> tuple[PromptPair, ...]:
    """Return an experiment's prompt pairs.

    Raises:
        PromptError: They cannot be used.
    """
    pairs = tuple(experiment.prompts())
    if not pairs:
        raise PromptError("the prompt set has no pairs; give it at least one")
    if len({pair.pair_id for pair in pairs}) < len(pairs):
        raise PromptError("the prompt set has two pairs of one pair_id; each needs its own")
    return pairs


def _identity(name: str, plugin: Identified) -> Mapping[str, Any]:
    try:
        identity = plugin.identity()
        fingerprint(identity)
    except (OSError, ImportError, ValueError, TypeError) as error:
        raise PlanError(f"{name} is not ready: {error}") from error
    return identity


def own_record(experiment: Experiment) -> Path:
    """Return where the experiment's own record is, or would be."""
    return Path(experiment.settings.results_dir) / experiment.name / "record.jsonl"


def other_record(experiment: Experiment) -> Path | None:
    """Return the record that pictures are held against instead; None where it is the own one."""
    given = experiment.settings.against if experiment.settings.record else None
    if not given or Path(given).resolve() == own_record(experiment).resolve():
        return None
    return Path(given)


def _record_identity(path: Path) -> Mapping[str, Any]:
    """Return what tells a record that pictures are held against from another one."""
    if not path.is_file():
        raise PlanError(f"record.against={path} is no file; give the record.jsonl of a run")
    if not store.lines(path).found:
        raise PlanError(f"record.against={path} holds no line of a record; give another file")
    return {"sha256": store.sha256(path)}


def _asked(
    arms: Sequence[Arm],
    pairs: Sequence[PromptPair],
    identities: Mapping[str, Mapping[str, Any]],
    generation: Generation,
    models: Mapping[str, Model],
) -> Sequence[tuple[ImageRecord, Order]]:
    try:
        return orders.asked(arms, pairs, identities, generation, models)
    except SeedError as error:
        raise PromptError(str(error)) from error
    except ValueError as error:
        raise PlanError(str(error)) from error


def now() -> str:
    """Return the time by the clock, in the world's time."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, eq=False)
class Work:
    """A run under way.

    Attributes:
        began: When, by the clock.
        seconds: By step, as far as it has come.
        painted: How many pictures of each model were painted, by this process and not an earlier
            one that was stopped.
        missing: What is left out, and why: extractors that could not answer, and what the
            experiment lacks.
        shared: Names of the files in `references/` that it uses.
        answers: Names of the folders in `answers/` that it uses.
        pixels: The hash of each picture's pixels, by image id, once it is there.
    """

    experiment: Experiment
    plan: Plan
    began: str = field(default_factory=now)
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    painted: dict[str, int] = field(default_factory=dict[str, int])
    missing: dict[str, str] = field(default_factory=dict[str, str])
    shared: set[str] = field(default_factory=set[str])
    answers: set[str] = field(default_factory=set[str])
    pixels: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Begin with what is lacking from the first."""
        self.missing.update(self.experiment.lacking)

    @property
    def results(self) -> Path:
        """Return the folder of all results."""
        return Path(self.experiment.settings.results_dir)

    @cached_property
    def images(self) -> ImageStore:
        """Return where all runs' pictures are."""
        folder, address = self.results / "images", self.experiment.settings.pictures
        return MirroredImages(folder, address) if address else ImageStore(folder)

    @property
    def home(self) -> RunStore:
        """Return where this run's tables go."""
        return RunStore(self.results / self.experiment.name / self.plan.run_id)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        start = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - start, 3)

    def manifest(self) -> dict[str, Any]:
        """Return what there is to say of the run, as far as it has come."""
        arms = self.experiment.arms
        return {
            "name": self.experiment.name,
            "run_id": self.plan.run_id,
            "command": self.experiment.command,
            "language": self.experiment.settings.language,
            "began": self.began,
            "finished": now(),
            "seconds": self.seconds,
            "arms": {arm.role: arm.name for arm in arms},
            "pairs": len(self.plan.pairs),
            "images": len(self.plan.pictures),
            "painted": self.painted,
            "missing": self.missing,
            "references": sorted(self.shared),
            "answers": sorted(self.answers),
            "identities": self.plan.identities,
            **host.describe(),
        }
