"""What a figure promises, and what a page is written from."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import pandas as pd
from matplotlib.axes import Axes

from ksd_eval.records import Arm


@runtime_checkable
class Figure(Protocol):
    """One figure of the page; a frozen dataclass plug-in with `title` and `caption` fields."""

    title: str
    caption: str

    @abstractmethod
    def __call__(self, estimates: pd.DataFrame, axes: Axes) -> Axes:
        """Draw the estimates on the axes and return them.

        Args:
            estimates: The columns of `Estimate`, one row for each; roles in the column `arm`.
            axes: Where to draw. No global state of matplotlib is touched.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Chapter:
    """One experiment of a card.

    Attributes:
        name: The experiment's name.
        page: Its page, from the card's folder; empty where there is none.
        hindrance: What kept it from being done; empty where it was.
        claims: Of the card's claims those that it decides.
        figures: Its figures; the card shows the first one.
        estimates: What they are drawn from: the columns of `Estimate`.
    """

    name: str
    page: str
    hindrance: str = ""
    claims: Sequence[str] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict[str, Figure])
    estimates: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True, eq=False)
class RunView:
    """A run as a page sees it. Nothing of it is changed by writing the page.

    Attributes:
        name: The experiment's name.
        run_id: The run's id.
        folder: The run's own folder: `figures/`, `report.html` and `report.md` are written into it.
        config: The configuration as composed, YAML text.
        arms: The arms in the order they were asked: korean, english, original, translated.
        images: The columns of `ImageRecord`, `ko`, `en` and `prompt.<attribute>` columns.
        measurements: All columns of `images`, then judge, name, value, label, confidence, status,
            reason.
        estimates: The columns of `Estimate`.
        verdicts: The columns of `Verdict`.
        manifest: What the manifest will say, as far as it is known: seconds by step, packages,
            version, commit, host, identities.
        image_path: From an `image_id` to the picture's file.
        figures: The experiment's figures by name, in the order of the experiment's file.
        recorded: The columns of `Recorded`; no rows where the run keeps no record.
        beside: The measurement that stands beside each picture of the sheet; empty: none.
        chapters: The experiments whose verdicts these are; none on an experiment's own page.
        language: The page's language, "en" or "ko", or "both" for a page in each.
    """

    name: str
    run_id: str
    folder: Path
    config: str
    arms: Sequence[Arm]
    images: pd.DataFrame
    measurements: pd.DataFrame
    estimates: pd.DataFrame
    verdicts: pd.DataFrame
    manifest: Mapping[str, Any]
    image_path: Callable[[str], Path]
    figures: Mapping[str, Figure] = field(default_factory=dict[str, Figure])
    recorded: pd.DataFrame = field(default_factory=pd.DataFrame)
    beside: str = ""
    chapters: Sequence[Chapter] = ()
    language: str = "en"
