"""The page of a run: `report.html`, one file that opens from disk, and what lies beside it."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from markupsafe import Markup

from ksd_eval.reports import (
    drawing,
    gallery,
    markdown,
    responsible,
    rows,
    selection,
    style,
    templating,
)
from ksd_eval.reports.base import RunView
from ksd_eval.reports.contact_sheet import contact_sheet
from ksd_eval.reports.content import Content, gathered
from ksd_eval.reports.ledger_figure import Ledger
from ksd_eval.reports.rows import Row
from ksd_eval.reports.thumbnails import thumbnails
from ksd_eval.reports.words import LANGUAGES, Words

BOTH: Final = "both"
"""The language of two pages that lead to each other."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """The run's pictures, whatever the language of the page.

    Attributes:
        found: Every meaning.
        shown: Those of the gallery.
        thumbnails: WebP in base64, by image id.
    """

    found: Sequence[Row]
    shown: Sequence[Row]
    thumbnails: Mapping[str, str]

    @property
    def first(self) -> list[Row]:
        """Return the meanings that are shown at once."""
        return rows.first_of_each(self.found)

    @property
    def cut(self) -> int:
        """Return how many pictures the gallery is without."""
        return sum(row.size for row in self.found) - sum(row.size for row in self.shown)


def write(view: RunView) -> None:
    """Write the figures, `report.html` and `report.md` of a run into its folder.

    In both languages the first one's files have these names; the other page is `report.ko.html`,
    its short form `report.ko.md`, and its figures are in `figures/ko`.
    """
    responsible.put_beside(view.folder)
    pictures, stems = _pictures(view), files(view.language)
    for language in LANGUAGES:
        if language in stems:
            _write_in(replace(view, language=language), pictures, stems)
        if stems.get(language) != f"report.{language}":
            _clear(view.folder, language)


def files(language: str) -> dict[str, str]:
    """Return the name of each page that is written, without its ending, by its language.

    >>> files("ko"), files("both")
    ({'ko': 'report'}, {'en': 'report', 'ko': 'report.ko'})
    """
    if language != BOTH:
        return {language: "report"}
    first, *others = LANGUAGES
    return {first: "report", **{other: f"report.{other}" for other in others}}


def _clear(folder: Path, language: str) -> None:
    """Remove what an earlier page in both languages left: it would tell of another run."""
    for path in folder.glob(f"report.{language}.*"):
        path.unlink()
    shutil.rmtree(folder / "figures" / language, ignore_errors=True)


def _pictures(view: RunView) -> Pictures:
    found = rows.rows(view)
    tiles = [tile for row in found for tiles in row.noises for tile in tiles]
    # What stands on the page without a script comes first: it must not be what is left out.
    first = [tile for row in rows.first_of_each(found) for tiles in row.noises for tile in tiles]
    small = thumbnails({tile.image_id: tile.path for tile in [*first, *tiles]})
    return Pictures(found, gallery.shown(found, small), small)


def _write_in(view: RunView, pictures: Pictures, stems: Mapping[str, str]) -> None:
    """Write the page of one language."""
    words, stem = Words(view.language), stems[view.language]
    figures = "figures" if stem == "report" else f"figures/{view.language}"
    with words.speaking():
        _draw(view, pictures, words, view.folder / figures)
        content = gathered(view, pictures.found, words, f"{stem}.html")
        shown = gallery.block(view, pictures.shown, pictures.thumbnails, words)
    others = {other: f"{name}.html" for other, name in stems.items() if other != view.language}
    _write(view.folder / f"{stem}.md", markdown.markdown(content, figures))
    _write(
        view.folder / f"{stem}.html",
        html(content, pictures, shown if pictures.shown else "", others),
    )


def _draw(view: RunView, pictures: Pictures, words: Words, folder: Path) -> None:
    drawing.save(view.figures, view.estimates, folder, words)
    if view.verdicts["estimate"].notna().any():
        drawing.save({"ledger": Ledger(words("ledger.figure"))}, view.verdicts, folder, words)
    if pictures.found:
        sheet = contact_sheet(pictures.first, words)
        sheet.save(folder / "contact_sheet.png", optimize=True)


def html(content: Content, pictures: Pictures, shown: str, others: Mapping[str, str]) -> str:
    """Return a page.

    Args:
        content: What it says.
        pictures: What it shows.
        shown: The gallery's data, as JSON that can stand in a script element; empty for none.
        others: The page in other languages: file names by language.
    """
    rows_shown = pictures.shown
    return (
        templating.environment("ksd_eval.reports")
        .get_template("report.html")
        .render(
            content=content,
            t=content.words,
            first=pictures.first,
            thumbnails=pictures.thumbnails,
            cut=pictures.cut,
            gallery=Markup(shown),  # escaped for a script element by `gallery.block`
            shown={
                "rows": len(rows_shown),
                "pictures": sum(row.size for row in rows_shown),
                "roles": selection.arms(
                    tile.role for row in rows_shown for tiles in row.noises for tile in tiles
                ),
            },
            others=tuple(others.items()),
            themes=style.THEMES,
            responsible=responsible.TEXTS[content.words.language],
        )
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
