"""The page that pictures are labelled on: one file that opens from disk and asks for nothing."""

import io
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image

from ksd_eval.labels import words
from ksd_eval.labels.csv_file import COLUMNS, Kind
from ksd_eval.records import fingerprint
from ksd_eval.reports import style, templating

KEYS: Final = "123456789abcdefghijklmnopqrstuvwxyz"
"""A key for each label, in their order; labels beyond have a button only."""

EXACT: Final = 256
"""Pixels along a side up to which a picture is kept to the last bit, and not smoothed."""

EDGE: Final = 1024
"""Pixels along a side at most; larger pictures are made smaller."""

SPOKEN: Final = (
    *("picture", "answered", "chosen", "unreadable", "undone", "saved", "kept", "lost", "end"),
)
"""Texts that the script fills in."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be labelled.

    Attributes:
        measurement: What is asked: "gender".
        labels: The answers to choose from; "cannot tell" is always one more.
        pictures: Id and `data:` address of each picture, in the order they are shown.
    """

    measurement: str
    labels: tuple[str, ...]
    pictures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A label as its button shows it."""

    key: str
    text: str


def html(sheet: Sheet, language: str = "en", kind: Kind = "human") -> str:
    """Return the page. The same sheet gives the same bytes.

    Args:
        sheet: What is to be labelled.
        language: "en" or "ko".
        kind: What the rows of the file are called; a page that a program fills in is "simulated".
    """
    texts = words.LANGUAGES[language]
    name = words.name(language, sheet.measurement)
    return (
        templating.environment("ksd_eval.labels")
        .get_template("label.html")
        .render(
            language=language,
            t=texts,
            title=texts["title"].format(measurement=name),
            question=words.question(language, sheet.measurement),
            labels=[
                Choice(key, words.answer(language, sheet.measurement, label))
                for key, label in zip(_keys(sheet), sheet.labels, strict=True)
            ],
            sheet=sheet,
            data=_data(sheet, language, kind),
            themes=style.THEMES,
        )
    )


def embedded(image: Image.Image) -> str:
    """Return a picture as a `data:` address, with its pixels and nothing else of its file.

    A stored picture carries its recipe, which names model and prompt.
    """
    bare = Image.frombytes("RGB", image.size, image.convert("RGB").tobytes())
    stream = io.BytesIO()
    if max(bare.size) <= EXACT:
        bare.save(stream, "WEBP", lossless=True, method=4)
    else:
        bare.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
        bare.save(stream, "WEBP", quality=90, method=4)
    return f"data:image/webp;base64,{b64encode(stream.getvalue()).decode()}"


def _data(sheet: Sheet, language: str, kind: Kind) -> dict[str, Any]:
    """Return what the script is given."""
    ids = [image_id for image_id, _ in sheet.pictures]
    return {
        # What a browser keeps answers under: another sheet has others.
        "id": fingerprint([sheet.measurement, sheet.labels, ids, kind]),
        "measurement": sheet.measurement,
        "labels": sheet.labels,
        "keys": [key for key in _keys(sheet) if key],
        "columns": COLUMNS,
        "exact": EXACT,
        "kind": kind,
        "pictures": [{"id": image_id, "src": source} for image_id, source in sheet.pictures],
        "words": {key: words.LANGUAGES[language][key] for key in SPOKEN},
    }


def _keys(sheet: Sheet) -> list[str]:
    return [KEYS[place : place + 1] for place in range(len(sheet.labels))]
