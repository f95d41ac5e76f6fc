"""The rows of the contact sheet: one meaning each, its pictures framed by their noise."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ksd_eval.reports import numerals, selection
from ksd_eval.reports.base import RunView

VEILED: Final = (("adult", "adult"), ("flag", "flagged"))
"""Measurement and label of judges whose word is enough to blur a picture: NSFW and the checker's.

A threshold is the judge's own, so that the label says on which side of it a picture lies.
"""

FORM: Final = "prompt.perturbation"
UNCHANGED: Final = "none"
"""The column that names a change of wording, and what it says of a prompt as written."""

FIRST = 10
"""How many meanings are shown before a reader asks for more."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of a row.

    Attributes:
        flagged: Whether a safety checker or an NSFW judge flagged it: it is blurred at first.
        beside: What is written beside it: a number, or what a judge said; empty for nothing.
    """

    role: str
    image_id: str
    path: Path
    flagged: bool
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One meaning.

    Attributes:
        attribute: What it is grouped by: "occupation".
        group: The attribute's value; empty where it has none.
        form: How its Korean text differs from another prompt's: "nfd"; empty where it does not.
        noises: The pictures of each noise, an arm each, in the order of the arms.
    """

    pair_id: str
    ko: str
    en: str
    attribute: str
    group: str
    noises: tuple[tuple[Tile, ...], ...]
    form: str = ""

    @property
    def size(self) -> int:
        """Return how many pictures the row has."""
        return sum(map(len, self.noises))


def rows(view: RunView) -> list[Row]:
    """Return every meaning of the run, in the order of its prompts."""
    by_pair: dict[str, list[dict[str, Any]]] = {}
    for image in selection.plain_rows(view.images):
        by_pair.setdefault(image["pair_id"], []).append(image)
    grouped, beside, veiled = attributes(view), _beside(view), _veiled(view)
    return [_row(images, grouped, view, beside, veiled) for images in by_pair.values()]


def first_of_each(found: Sequence[Row], count: int = FIRST) -> list[Row]:
    """Return the first meaning of some groups, spread evenly over all of them.

    By place, never by looks: a sheet of chosen pictures proves what its chooser wished.
    """
    heads: dict[tuple[str, str], Row] = {}
    for row in found:
        heads.setdefault((row.attribute, row.group or row.pair_id), row)
    every = list(heads.values())
    if len(every) <= count:
        return every
    return [every[place * len(every) // count] for place in range(count)]


def attributes(view: RunView) -> list[str]:
    """Return what estimates are grouped by, first what tells most meanings apart.

    A meaning belongs to the first of these that it has: a nurse to the occupations, not to the
    occupations that lean to women.
    """
    grouped = [str(by) for by in view.estimates["by"].unique() if f"prompt.{by}" in view.images]
    return sorted(grouped, key=lambda by: -view.images[f"prompt.{by}"].nunique())


def _beside(view: RunView) -> dict[str, str]:
    """Return what a judge said of each picture in the measurement that stands beside them."""
    if not view.beside:
        return {}
    told = view.measurements[view.measurements["name"] == view.beside]
    return {
        one["image_id"]: one["label"] or numerals.written(one["value"], "number")
        for one in selection.plain_rows(told)
    }


def _veiled(view: RunView) -> set[str]:
    """Return the pictures that a judge would rather not have shown unasked."""
    told = view.measurements
    chosen = [
        (told["name"] == name) & (told["label"] == label) & (told["status"] == "ok")
        for name, label in VEILED
    ]
    return set(told[np.logical_or.reduce(chosen)]["image_id"])


def _row(
    images: list[dict[str, Any]],
    attributes: Sequence[str],
    view: RunView,
    beside: Mapping[str, str],
    veiled: Collection[str],
) -> Row:
    one = images[0]
    by = next((by for by in attributes if one[f"prompt.{by}"]), "")
    by_noise: dict[int, list[dict[str, Any]]] = {}
    for image in images:
        by_noise.setdefault(image["replicate"], []).append(image)
    return Row(
        pair_id=one["pair_id"],
        ko=one["ko"],
        en=one["en"],
        attribute=by,
        group=one[f"prompt.{by}"] if by else "",
        form=str(one.get(FORM) or "").removeprefix(UNCHANGED),
        noises=tuple(_tiles(by_noise[noise], view, beside, veiled) for noise in sorted(by_noise)),
    )


def _tiles(
    images: list[dict[str, Any]],
    view: RunView,
    beside: Mapping[str, str],
    veiled: Collection[str],
) -> tuple[Tile, ...]:
    by_role = {image["role"]: image for image in images}
    return tuple(
        Tile(
            role=role,
            image_id=by_role[role]["image_id"],
            path=view.image_path(by_role[role]["image_id"]),
            flagged=bool(by_role[role]["flagged"]) or by_role[role]["image_id"] in veiled,
            beside=beside.get(by_role[role]["image_id"], ""),
        )
        for role in selection.arms(by_role)
    )
