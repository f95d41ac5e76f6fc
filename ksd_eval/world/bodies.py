"""How solids are painted: four shapes with a light from the upper left."""

from typing import Final

from ksd_eval.world.canvas import Canvas, Colour, mixed

PAINTS: Final[dict[str, Colour]] = {
    "red": (220, 40, 40),
    "blue": (40, 84, 214),
    "green": (40, 160, 70),
    "yellow": (250, 220, 40),
    "purple": (140, 50, 180),
    "orange": (250, 134, 20),
    "white": (250, 250, 250),
    "black": (36, 36, 40),
}


def paint_solid(canvas: Canvas, shape: str, colour: str) -> None:
    """Paint one body that fills the view's unit square."""
    paint = PAINTS[colour]
    light = mixed(paint, (255, 255, 255), 0.30)
    dark = mixed(paint, (20, 20, 50), 0.30)
    canvas.ellipse(0.5, 0.93, 0.42, 0.07, (150, 150, 160))
    {"cube": _cube, "sphere": _sphere, "cone": _cone, "cylinder": _cylinder}[shape](
        canvas, paint, light, dark
    )


def _cube(canvas: Canvas, paint: Colour, light: Colour, dark: Colour) -> None:
    canvas.polygon([(0.08, 0.30), (0.30, 0.08), (0.94, 0.08), (0.72, 0.30)], light)
    canvas.polygon([(0.72, 0.30), (0.94, 0.08), (0.94, 0.72), (0.72, 0.94)], dark)
    canvas.box(0.08, 0.30, 0.72, 0.94, paint)


def _sphere(canvas: Canvas, paint: Colour, light: Colour, dark: Colour) -> None:
    canvas.ellipse(0.5, 0.5, 0.45, 0.45, dark)
    canvas.ellipse(0.47, 0.47, 0.41, 0.41, paint)
    canvas.ellipse(0.36, 0.34, 0.13, 0.11, light)


def _cone(canvas: Canvas, paint: Colour, light: Colour, dark: Colour) -> None:
    canvas.ellipse(0.5, 0.85, 0.42, 0.10, dark)
    canvas.polygon([(0.5, 0.04), (0.08, 0.85), (0.92, 0.85)], paint)
    canvas.polygon([(0.5, 0.04), (0.66, 0.93), (0.92, 0.85)], dark)
    canvas.polygon([(0.5, 0.04), (0.22, 0.88), (0.34, 0.91)], light)


def _cylinder(canvas: Canvas, paint: Colour, light: Colour, dark: Colour) -> None:
    canvas.ellipse(0.5, 0.85, 0.32, 0.10, paint)
    canvas.box(0.18, 0.17, 0.82, 0.85, paint)
    canvas.box(0.64, 0.17, 0.82, 0.86, dark)
    canvas.ellipse(0.5, 0.17, 0.32, 0.11, light)
