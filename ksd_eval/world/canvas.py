"""A square sheet to paint on, in coordinates of 0 to 1, at any size and without jagged edges."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]

SUPERSAMPLING = 4
"""Pixels painted per pixel kept, in each direction: edges come out smooth."""


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour `share` of the way from `a` to `b`.

    >>> mixed((0, 0, 0), (200, 100, 50), 0.5)
    (100, 50, 25)
    """
    return tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


@cache
def font(pixels: int) -> ImageFont.FreeTypeFont:
    """Return the package's Korean and Latin font at a height in pixels."""
    with as_file(files("ksd_eval") / "fonts" / "NanumSquareB.ttf") as path:
        return ImageFont.truetype(str(path), pixels)


@dataclass(frozen=True)
class Canvas:
    """A view of a sheet: shapes are given in the view's own unit square.

    >>> sheet = Canvas.blank(8, (255, 255, 255))
    >>> sheet.ellipse(0.5, 0.5, 0.4, 0.4, (0, 0, 0))
    >>> sheet.finished(8).getpixel((4, 4))
    (0, 0, 0)
    """

    image: Image.Image
    draw: ImageDraw.ImageDraw
    left: float
    top: float
    unit: float
    """Painted pixels per unit of this view."""

    @classmethod
    def blank(cls, size: int, top: Colour, bottom: Colour | None = None) -> "Canvas":
        """Return a sheet for a picture of `size` pixels, filled by a vertical gradient."""
        painted = size * SUPERSAMPLING
        if bottom is None:
            image = Image.new("RGB", (painted, painted), top)
        else:
            column = Image.new("RGB", (1, 2))
            column.putdata([top, bottom])
            image = column.resize((painted, painted), Image.Resampling.BILINEAR)
        return cls(image, ImageDraw.Draw(image), 0.0, 0.0, float(painted))

    def view(self, left: float, top: float, scale: float) -> "Canvas":
        """Return the part of this view that begins at (left, top) and is `scale` wide."""
        return Canvas(
            self.image,
            self.draw,
            self.left + left * self.unit,
            self.top + top * self.unit,
            self.unit * scale,
        )

    def finished(self, size: int) -> Image.Image:
        """Return the picture at its own size."""
        return self.image.reduce(self.image.width // size)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Fill an ellipse about (x, y)."""
        self.draw.ellipse(self._box(x - rx, y - ry, x + rx, y + ry), fill=fill)

    def half(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Fill the upper half of an ellipse about (x, y)."""
        self.draw.pieslice(self._box(x - rx, y - ry, x + rx, y + ry), 180, 360, fill=fill)

    def arc(  # the six numbers of an arc
        self, centre: Point, radii: Point, angles: tuple[float, float], width: float, fill: Colour
    ) -> None:
        """Draw a part of an ellipse; angles in degrees, clockwise from the right."""
        (x, y), (rx, ry) = centre, radii
        self.draw.arc(
            self._box(x - rx, y - ry, x + rx, y + ry), *angles, fill=fill, width=self._width(width)
        )

    def box(
        self, left: float, top: float, right: float, bottom: float, fill: Colour, radius: float = 0
    ) -> None:
        """Fill a rectangle, with rounded corners where `radius` is given."""
        edges = self._box(left, top, right, bottom)
        self.draw.rounded_rectangle(edges, radius * self.unit, fill=fill)

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon([self._point(point) for point in points], fill=fill)

    def line(self, points: Sequence[Point], width: float, fill: Colour) -> None:
        """Draw connected strokes."""
        self.draw.line(
            [self._point(point) for point in points],
            fill=fill,
            width=self._width(width),
            joint="curve",
        )

    def text(self, x: float, y: float, height: float, words: str, fill: Colour) -> None:
        """Write words centred on (x, y)."""
        pixels = max(1, round(height * self.unit))
        self.draw.text(self._point((x, y)), words, font=font(pixels), fill=fill, anchor="mm")

    def _point(self, point: Point) -> Point:
        return self.left + point[0] * self.unit, self.top + point[1] * self.unit

    def _box(self, x0: float, y0: float, x1: float, y1: float) -> list[float]:
        return [*self._point((x0, y0)), *self._point((x1, y1))]

    def _width(self, width: float) -> int:
        return max(1, round(width * self.unit))
