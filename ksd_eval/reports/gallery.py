"""What the gallery's script is given: every picture, how it was made, and all that was measured."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pandas as pd
from jinja2.utils import htmlsafe_json_dumps

from ksd_eval.records import NATIVE_CHECK, PAIRING
from ksd_eval.reports import gallery_answers, selection
from ksd_eval.reports.base import RunView
from ksd_eval.reports.rows import Row, Tile, attributes
from ksd_eval.reports.words import Words

FIELDS: Final = (
    *("row", "arm", "noise", "id", "seed", "sha256", "veiled", "file"),
    *("given", "tokens", "truncated", "thumbnail"),
)
"""What is told of a picture, in this order."""

MOST_VALUES: Final = 80
"""An attribute with more values than this tells single prompts apart, and is no filter."""

NO_FILTERS: Final = (NATIVE_CHECK, PAIRING, "noise")
"""Attributes that are no property of what is asked for."""


def block(view: RunView, found: Sequence[Row], thumbnails: Mapping[str, str], words: Words) -> str:
    """Return the gallery's data as JSON that can stand inside a script element.

    Args:
        view: The run.
        found: The meanings that are shown, all with their thumbnails.
        thumbnails: WebP in base64, by image id.
        words: The page's language.
    """
    dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # What could end the element, or begin another one, is written as an escape of JSON.
    return htmlsafe_json_dumps(data(view, found, thumbnails, words), dumps=dumps)


def data(
    view: RunView, found: Sequence[Row], thumbnails: Mapping[str, str], words: Words
) -> dict[str, Any]:
    """Return the gallery's data, JSON-like."""
    tiles = [tile for _, _, tile in _places(found)]
    roles = selection.arms(tile.role for tile in tiles)
    filters = tuple(_filters(view, words))
    return {
        "arms": [_arm(role, view, words) for role in roles],
        "attributes": filters,
        "rows": list(_rows(found, filters, view.images, words)),
        "fields": FIELDS,
        "pictures": list(_pictures(view, found, roles, thumbnails)),
        **gallery_answers.answers(view.measurements, [one.image_id for one in tiles], words),
        "first": view.beside or next(iter(view.estimates["measurement"]), ""),
        "words": words.starting("gallery."),
    }


def shown(found: Sequence[Row], thumbnails: Mapping[str, str]) -> list[Row]:
    """Return the meanings all of whose pictures have a thumbnail."""
    return [row for row in found if all(t.image_id in thumbnails for _, _, t in _places([row]))]


def address(path: Path, folder: Path) -> str:
    """Return the way from a page's folder to a picture's file; empty where there is none.

    >>> address(Path("no such.png"), Path())
    ''
    """
    if not path.is_file():
        return ""
    try:
        return quote(Path(os.path.relpath(path, folder)).as_posix())
    except ValueError:  # on another drive
        return ""


def _arm(role: str, view: RunView, words: Words) -> dict[str, str]:
    arm = next((arm for arm in view.arms if arm.role == role), None)
    model, language = (arm.model, arm.language) if arm else ("", "en")
    return {"role": role, "name": words.arm(role), "model": model, "language": language}


def _filters(view: RunView, words: Words) -> Iterator[dict[str, Any]]:
    """Yield the attributes that prompts can be chosen by, first those that numbers are told by."""
    grouped = attributes(view)
    every = [name[7:] for name in map(str, view.images) if name.startswith("prompt.")]
    for name in dict.fromkeys([*grouped, *every]):
        values = [str(value) for value in view.images[f"prompt.{name}"].dropna().unique() if value]
        if name not in NO_FILTERS and 1 < len(values) <= MOST_VALUES:
            yield {
                "name": name,
                "title": words.attribute(name),
                "values": values,
                "titles": [words.value(name, value) for value in values],
            }


def _rows(
    found: Sequence[Row], filters: Sequence[Mapping[str, Any]], images: pd.DataFrame, words: Words
) -> Iterator[dict[str, Any]]:
    """Yield each meaning with the place of its value in every filter; null where it has none."""
    pairs = {pair["pair_id"]: pair for pair in selection.plain_rows(images)}
    for row in found:
        pair = pairs[row.pair_id]
        told = [(one["values"], pair[f"prompt.{one['name']}"]) for one in filters]
        values = [known.index(str(value)) if value else None for known, value in told]
        form = words.value("perturbation", row.form) if row.form else ""
        yield {"id": row.pair_id, "ko": row.ko, "en": row.en, "form": form, "values": values}


def _pictures(
    view: RunView, found: Sequence[Row], roles: Sequence[str], thumbnails: Mapping[str, str]
) -> Iterator[list[Any]]:
    """Yield what is told of each picture, in the order of `FIELDS`."""
    images = {image["image_id"]: image for image in selection.plain_rows(view.images)}
    for place, noise, tile in _places(found):
        image = images[tile.image_id]
        yield [
            place,
            roles.index(tile.role),
            noise,
            tile.image_id,
            str(image["seed"]),  # more digits than a number of JavaScript holds
            image["sha256"],
            int(tile.flagged),
            address(tile.path, view.folder),
            _given(image),
            image.get("tokens"),
            image.get("truncated"),
            thumbnails[tile.image_id],
        ]


def _places(found: Sequence[Row]) -> Iterator[tuple[int, int, Tile]]:
    """Yield every picture with the place of its meaning and the number of its noise."""
    for place, row in enumerate(found):
        for noise, tiles in enumerate(row.noises):
            for tile in tiles:
                yield place, noise, tile


def _given(image: Mapping[str, Any]) -> str:
    """Return what the text encoder was given where that is not the prompt: a translation."""
    given = str(image.get("given") or "")
    return "" if given == image["prompt"] else given
