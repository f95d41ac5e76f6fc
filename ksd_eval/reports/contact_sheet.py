"""The contact sheet as one picture: Korean and English of the same noise, side by side."""

from collections.abc import Sequence
from importlib.resources import files
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ksd_eval.reports import numerals, style
from ksd_eval.reports.rows import Row, Tile
from ksd_eval.reports.words import Words

EDGE: Final = 128
"""Pixels along a side of a picture."""
CAPTION: Final = 330
"""Pixels that the prompts may take at the left."""
GAP: Final = 4
BETWEEN: Final = 18
"""Pixels between the arms of one noise, and between two noises."""
MARGIN: Final = 24
HEAD: Final = 40
LINE: Final = 22
"""Pixels for what stands below the pictures, where anything does."""
MOST_NOISES: Final = 2
BLUR: Final = EDGE // 8
"""Pixels of the blur over what is flagged: as much of a side as on the page."""


def contact_sheet(rows: Sequence[Row], words: Words) -> Image.Image:
    """Return a picture of some meanings: the prompts, then the arms, noise by noise."""
    shown = [row.noises[:MOST_NOISES] for row in rows]
    widest = max(shown, key=_width, default=())
    below = LINE if any(tile.beside for row in shown for tiles in row for tile in tiles) else 0
    step = EDGE + below + BETWEEN
    size = (
        2 * MARGIN + CAPTION + _width(widest),
        2 * MARGIN + HEAD + len(rows) * step - BETWEEN,
    )
    sheet = Image.new("RGB", size, style.LIGHT.paper)
    pen = ImageDraw.Draw(sheet)
    _headings(pen, widest, words)
    for place, (row, noises) in enumerate(zip(rows, shown, strict=True)):
        top = MARGIN + HEAD + place * step
        _caption(pen, row, top)
        for left, tile in _places(noises):
            sheet.paste(_picture(tile), (left, top))
            under = (left + EDGE / 2, top + EDGE + LINE - 5)
            said = tile.beside.replace(numerals.MINUS, "-")  # the font has no minus sign
            pen.text(under, said, style.LIGHT.muted, lettering(15), anchor="ms")
    return sheet


def _places(noises: Sequence[Sequence[Tile]]) -> list[tuple[int, Tile]]:
    places, left = [], MARGIN + CAPTION
    for tiles in noises:
        for tile in tiles:
            places.append((left, tile))
            left += EDGE + GAP
        left += BETWEEN - GAP
    return places


def _width(noises: Sequence[Sequence[Tile]]) -> int:
    tiles = sum(map(len, noises))
    return tiles * (EDGE + GAP) + max(len(noises) - 1, 0) * (BETWEEN - GAP) - GAP


def _headings(pen: ImageDraw.ImageDraw, noises: Sequence[Sequence[Tile]], words: Words) -> None:
    font = lettering(17, bold=True)
    for left, tile in _places(noises):
        middle = (left + EDGE / 2, MARGIN + HEAD - 12)
        colour = style.LIGHT.roles.get(tile.role, style.LIGHT.muted)
        pen.text(middle, words.arm(tile.role), colour, font, anchor="ms")


def _caption(pen: ImageDraw.ImageDraw, row: Row, top: int) -> None:
    width = CAPTION - BETWEEN
    strong, plain = lettering(20, bold=True), lettering(16)
    lines = [(line, strong, style.LIGHT.ink) for line in wrapped(row.ko, strong, width)]
    lines += [(line, plain, style.LIGHT.muted) for line in wrapped(row.en, plain, width)]
    height = 26
    y = top + (EDGE - height * len(lines)) / 2
    for line, font, colour in lines:
        pen.text((MARGIN, y), line, colour, font)
        y += height


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int, most: int = 2) -> list[str]:
    """Break a text into lines that fit, and end it with … where it is longer than `most` lines."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]} …"]
    return [_cut(line, font, width) for line in lines]


def _cut(line: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    while font.getlength(line) > width:
        line = f"{line.removesuffix('…')[:-1]}…"
    return line


def _picture(tile: Tile) -> Image.Image:
    with Image.open(tile.path) as image:
        small = image.convert("RGB").resize((EDGE, EDGE), Image.Resampling.BICUBIC)
    return small.filter(ImageFilter.GaussianBlur(BLUR)) if tile.flagged else small


def lettering(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the package's font, which has Hangul."""
    name = style.FONTS[bold]
    return ImageFont.truetype(BytesIO((files("ksd_eval") / "fonts" / name).read_bytes()), size)
