"""Paint a scene: a description in, a picture out, the same pixels every time.

>>> from ksd_eval.world.scenes import Scene, Solid
>>> paint(Scene("solids", solids=(Solid("cube", "red"),)), size=64).size
(64, 64)
"""

from typing import Final

from PIL import Image

from ksd_eval.world import places
from ksd_eval.world.bodies import paint_solid
from ksd_eval.world.canvas import Canvas, Colour, mixed
from ksd_eval.world.figures import paint_person
from ksd_eval.world.scenes import Look, Scene

SIZE: Final = 64
"""Pixels along a side of the corpus' pictures."""

BACKGROUNDS: Final[tuple[tuple[Colour, Colour], ...]] = (
    ((206, 228, 246), (240, 246, 250)),
    ((222, 240, 214), (246, 250, 238)),
    ((250, 232, 210), (252, 246, 236)),
    ((230, 222, 246), (246, 242, 252)),
    ((250, 218, 222), (252, 242, 242)),
)
"""Pale skies and walls, top and bottom."""

COUNT_PLACES: Final[dict[int, tuple[tuple[float, float], ...]]] = {
    2: ((0.04, 0.28), (0.52, 0.28)),
    3: ((0.28, 0.06), (0.04, 0.50), (0.52, 0.50)),
    4: ((0.05, 0.06), (0.51, 0.06), (0.05, 0.51), (0.51, 0.51)),
}
"""Upper left corners of two to four like bodies, each 0.44 wide."""


def paint(scene: Scene, size: int = SIZE) -> Image.Image:
    """Paint `scene` as an RGB picture of `size` x `size` pixels.

    Raises:
        ValueError: If the size is below 16 pixels, where nothing could be told apart.
    """
    if size < 16:
        raise ValueError(f"size is {size} pixels; paint at 16 or more, the corpus has {SIZE}")
    canvas = Canvas.blank(size, *_background(scene.look))
    PAINTERS[scene.kind](canvas, scene)
    return canvas.finished(size)


def _background(look: Look) -> tuple[Colour, Colour]:
    top, bottom = BACKGROUNDS[int(look.background * len(BACKGROUNDS))]
    return mixed(top, (255, 255, 255), 0.25 * look.detail), bottom


def _placed(canvas: Canvas, look: Look, scale: float = 1.0, reach: float = 0.06) -> Canvas:
    """A view moved and scaled a little, as the look says."""
    scale *= 0.96 + 0.08 * look.size
    x = (look.x - 0.5) * reach + (1 - scale) / 2
    y = (look.y - 0.5) * reach * 0.7 + (1 - scale) / 2
    return canvas.view(x, y, scale)


def _person(canvas: Canvas, scene: Scene) -> None:
    paint_person(_placed(canvas, scene.look), scene.people[0], scene.look.tint)


def _group(canvas: Canvas, scene: Scene) -> None:
    count = len(scene.people)
    scale = {2: 0.58, 3: 0.46}[count]
    step = 0.96 / count
    for place, person in enumerate(scene.people):
        left = 0.02 + step * (place + 0.5) - scale / 2
        tint = (scene.look.tint + place * 0.37) % 1
        paint_person(canvas.view(left, 1.0 - scale * 1.02, scale), person, tint)


def _wedding(canvas: Canvas, scene: Scene) -> None:
    if scene.culture == "korean":
        canvas.box(0.0, 0.0, 1.0, 0.16, (44, 70, 130))
        canvas.box(0.0, 0.16, 1.0, 0.24, (206, 52, 44))
    else:
        canvas.arc((0.5, 0.55), (0.46, 0.48), (180, 360), 0.09, (236, 190, 206))
        for x, y in ((0.06, 0.46), (0.18, 0.20), (0.5, 0.08), (0.82, 0.20), (0.94, 0.46)):
            canvas.ellipse(x, y, 0.07, 0.07, (240, 130, 160))
    _group(canvas, scene)
    if scene.culture == "western":
        canvas.box(0.54, 0.86, 1.0, 1.0, places.WHITE, radius=0.05)
        canvas.ellipse(0.75, 0.90, 0.07, 0.06, (240, 100, 140))


def _solids(canvas: Canvas, scene: Scene) -> None:
    solids = scene.solids
    if len(solids) == 1:
        views = [_placed(canvas, scene.look, 0.60 + 0.10 * scene.look.detail, 0.16)]
    elif len(solids) == 2 and solids[0] != solids[1]:
        corners = ((0.27, 0.04), (0.27, 0.50)) if scene.stacked else COUNT_PLACES[2]
        views = [canvas.view(x, y, 0.46) for x, y in corners]
    else:
        views = [canvas.view(x, y, 0.44) for x, y in COUNT_PLACES[len(solids)]]
    # From below upwards, so that the upper body of a stack lies over the lower one's edge.
    for view, solid in reversed(list(zip(views, solids, strict=True))):
        paint_solid(view, solid.shape, solid.colour)


def _sign(canvas: Canvas, scene: Scene) -> None:
    places.paint_sign(canvas.view(0.0, (scene.look.y - 0.5) * 0.06, 1.0), scene.word or "")


def _building(canvas: Canvas, scene: Scene) -> None:
    places.ground(canvas, (255, 255, 255))
    places.paint_thing(_placed(canvas, scene.look), scene.thing or "", scene.culture)


def _thing(canvas: Canvas, scene: Scene) -> None:
    places.paint_thing(canvas, scene.thing or "", scene.culture)
    if scene.kind == "room" and scene.risk:
        {"ghost": places.paint_ghost, "spider": places.paint_spider}[scene.risk](
            canvas.view(0.02, 0.30, 0.60)
        )


def _fright(canvas: Canvas, scene: Scene) -> None:
    tone = ((86, 78, 130), (64, 92, 110), (110, 84, 100))[int(scene.look.tint * 3)]
    canvas.box(0, 0, 1, 1, tone if scene.risk == "ghost" else mixed(tone, (255, 255, 255), 0.5))
    creature = {"ghost": places.paint_ghost, "spider": places.paint_spider}[scene.risk or ""]
    creature(_placed(canvas, scene.look, reach=0.12))


def _landmark(canvas: Canvas, scene: Scene) -> None:
    places.paint_thing(_placed(canvas, scene.look, reach=0.16), scene.thing or "", None)


PAINTERS: Final = {
    "person": _person,
    "group": _group,
    "solids": _solids,
    "sign": _sign,
    "building": _building,
    "meal": _thing,
    "wedding": _wedding,
    "room": _thing,
    "fright": _fright,
    "landmark": _landmark,
}
