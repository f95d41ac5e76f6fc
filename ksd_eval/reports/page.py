"""The page of a run: `report.html`, one file that opens from disk, and what lies beside it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment
from PIL import Image

from ksd_eval.reports import drawing, markdown, rows, style, templating
from ksd_eval.reports.base import RunView
from ksd_eval.reports.contact_sheet import contact_sheet
from ksd_eval.reports.content import gathered
from ksd_eval.reports.ledger_figure import Ledger
from ksd_eval.reports.rows import Row
from ksd_eval.reports.words import Words

EDGE: Final = 144
"""Pixels along a side of a picture on the page; a smaller picture is left as small as it is."""

MOST: Final = 1500
"""Pictures on a page: beyond, it would be slow to open and to send."""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of the contact sheet that are shown on demand together."""

    attribute: str
    rows: tuple[Row, ...]


def write(view: RunView) -> None:
    """Write the figures, `report.html` and `report.md` of a run into its folder."""
    words = Words(view.language)
    found = rows.rows(view)
    first = rows.first_of_each(found)
    with words.speaking():
        figures = view.folder / "figures"
        drawing.save(view.figures, view.estimates, figures)
        if view.verdicts["estimate"].notna().any():
            drawing.save({"ledger": Ledger(words("ledger.figure"))}, view.verdicts, figures)
        if found:
            contact_sheet(first, words).save(figures / "contact_sheet.png", optimize=True)
        content = gathered(view, found, words)
    _write(view.folder / "report.md", markdown.markdown(content))
    shown = kept(found)
    page = (
        environment()
        .get_template("report.html")
        .render(
            content=content,
            t=words,
            first=first,
            groups=tuple(grouped(shown)),
            cut=sum(row.size for row in found) - sum(row.size for row in shown),
            themes=style.THEMES,
        )
    )
    _write(view.folder / "report.html", page)


def environment() -> Environment:
    """Return the templates; what comes from prompts and models is escaped everywhere."""
    found = templating.environment("ksd_eval.reports")
    found.globals["thumbnail"] = thumbnail
    return found


def thumbnail(path: Path) -> str:
    """Return a picture, small, as a `data:` address. A browser smooths what it shows larger."""
    with Image.open(path) as image:
        small = image.convert("RGB")
    small.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    return drawing.embedded(small)


def kept(found: Sequence[Row], most: int = MOST) -> list[Row]:
    """Return the rows from the start that hold at most so many pictures."""
    shown, pictures = [], 0
    for row in found:
        pictures += row.size
        if pictures > most:
            break
        shown.append(row)
    return shown


def grouped(found: Iterable[Row]) -> Iterator[Group]:
    """Yield the rows of each attribute that prompts are grouped by."""
    members: dict[str, list[Row]] = {}
    for row in found:
        members.setdefault(row.attribute, []).append(row)
    yield from (Group(attribute, tuple(rows)) for attribute, rows in members.items())


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
