"""What a study of the instrument promises, and what it works with."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import pandas as pd
from PIL.Image import Image

from ksd_eval.claims import Admission, Claim
from ksd_eval.judges.base import Judge
from ksd_eval.metrics.base import Metric
from ksd_eval.models.base import Model
from ksd_eval.records import Arm, Estimate, PromptPair


class StudyError(ValueError):
    """A study that cannot be done; the message is one clear sentence with the cure."""


@dataclass(frozen=True, eq=False)
class Bench:
    """What a study works with: the parts of a run, constructed, and a place to keep its own.

    Attributes:
        pairs: The prompt pairs.
        arms: In the order they are asked.
        models: By name; an arm names its own.
        judges: By name.
        metrics: By name.
        claims: By id.
        level: Nominal coverage of intervals.
        seed: Of everything that is drawn.
        workers: Processes that may be used.
        kept: From a name and a function that makes a table to that table; a study that was stopped
            finds there what it had made.
        tracked: From a name and a total to a progress display, as of `execution.progress`.
    """

    pairs: Sequence[PromptPair]
    arms: Sequence[Arm]
    models: Mapping[str, Model]
    judges: Mapping[str, Judge]
    metrics: Mapping[str, Metric]
    claims: Mapping[str, Claim | Admission]
    level: float
    seed: int
    workers: int
    kept: Callable[[str, Callable[[], pd.DataFrame]], pd.DataFrame]
    tracked: Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True, eq=False)
class Findings:
    """What a study found.

    Attributes:
        estimates: For the page, its figures and tables.
        tables: By name, what is stored besides, as `<name>.parquet` and `.csv`.
        sentences: What is said at the end, a line each.
        pictures: By name, what makes a picture to show besides, as `figures/<name>.png`; it is
            called where the page is to have it, and not where only estimates are asked for.
    """

    estimates: Sequence[Estimate]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict[str, pd.DataFrame])
    sentences: Sequence[str] = ()
    pictures: Mapping[str, Callable[[], Image]] = field(
        default_factory=dict[str, Callable[[], Image]]
    )


@runtime_checkable
class Study(Protocol):
    """Something to find out about the instrument; a frozen dataclass plug-in.

    A run with a study paints nothing for itself: instead of asking, scoring and analysing, it does
    the study.
    """

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return everything that decides the findings beside the plug-in's own fields, JSON-like.

        Called before anything is done, so it must not import torch.

        Raises:
            OSError: Something that the study needs is not there; one sentence with the cure.
        """
        ...

    @abstractmethod
    def __call__(self, bench: Bench) -> Findings:
        """Do the study.

        Where a claim names the experiment it is asked again, at the level that the claim needs.

        Raises:
            StudyError: It cannot be done.
        """
        ...
