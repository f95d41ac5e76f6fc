"""How a person is painted: body, head, hair, face, and clothes of Korean or western kind.

A figure fills the unit square of its view: the head is centred at (0.5, 0.44), the body runs out
at the bottom. Gender shows in the hair and the lips, age in the colour of the hair and in lines
and glasses, skin in five tones.
"""

from typing import Final

from ksd_eval.world.canvas import Canvas, Colour, mixed
from ksd_eval.world.costumes import COSTUMES
from ksd_eval.world.scenes import Person

SKIN: Final[dict[str, Colour]] = {
    "1": (255, 226, 204),
    "2": (243, 194, 154),
    "3": (207, 148, 100),
    "4": (148, 94, 58),
    "5": (88, 54, 38),
}
YOUNG_HAIR: Final[tuple[Colour, ...]] = ((30, 24, 24), (72, 42, 24), (112, 62, 28))
HAIR: Final[dict[str, Colour]] = {"middle_aged": (128, 126, 128), "elderly": (240, 240, 242)}
WESTERN: Final[tuple[Colour, ...]] = ((46, 88, 150), (60, 130, 90), (150, 60, 70))
HANBOK: Final[dict[str, tuple[Colour, Colour]]] = {
    "woman": ((250, 214, 90), (214, 40, 90)),
    "man": ((170, 206, 236), (44, 74, 150)),
}
"""Jacket and ribbon of Korean dress."""

INK: Final[Colour] = (38, 30, 30)


def paint_person(canvas: Canvas, person: Person, tint: float) -> None:
    """Paint one figure; `tint` in [0, 1) chooses among equally good hair and cloth colours."""
    costume = COSTUMES.get(person.occupation or "")
    hair = HAIR.get(person.age) or YOUNG_HAIR[int(tint * len(YOUNG_HAIR))]
    if costume and costume.behind:
        costume.behind(canvas)
    if person.gender == "woman":
        canvas.box(0.245, 0.34, 0.755, 0.76, hair, radius=0.12)
    _neck(canvas, person)
    if costume:
        costume.body(canvas)
    elif person.dress == "korean":
        _hanbok(canvas, person.gender)
    else:
        _western(canvas, person.gender, WESTERN[int(tint * len(WESTERN))])
    _head(canvas, person, hair)
    if costume:
        costume.head(canvas)
    elif person.dress == "korean":
        _korean_headwear(canvas, person.gender)


def _neck(canvas: Canvas, person: Person) -> None:
    shade = mixed(SKIN[person.skin], (60, 30, 20), 0.18)
    canvas.box(0.43, 0.58, 0.57, 0.76, shade)


def _head(canvas: Canvas, person: Person, hair: Colour) -> None:
    skin = SKIN[person.skin]
    for x in (0.29, 0.71):
        canvas.ellipse(x, 0.47, 0.045, 0.06, mixed(skin, (60, 30, 20), 0.12))
    canvas.ellipse(0.5, 0.45, 0.21, 0.23, skin)
    if person.gender == "woman":
        canvas.half(0.5, 0.40, 0.235, 0.21, hair)
        canvas.polygon([(0.265, 0.38), (0.35, 0.38), (0.30, 0.60), (0.265, 0.62)], hair)
        canvas.polygon([(0.735, 0.38), (0.65, 0.38), (0.70, 0.60), (0.735, 0.62)], hair)
    else:
        canvas.half(0.5, 0.36, 0.22, 0.17, hair)
        for left in (0.28, 0.675):
            canvas.box(left, 0.34, left + 0.045, 0.45, hair)
    _face(canvas, person, skin)


def _face(canvas: Canvas, person: Person, skin: Colour) -> None:
    woman = person.gender == "woman"
    light = person.skin in "123"
    ink = INK if light else (16, 10, 10)
    for x in (0.42, 0.58):
        canvas.ellipse(x, 0.47, 0.034, 0.040, (250, 250, 250))
        canvas.ellipse(x, 0.475, 0.023, 0.030, ink)
        cheek = mixed(skin, (240, 90, 90), 0.35 if woman else 0.12)
        canvas.ellipse(x + (0.06 if x > 0.5 else -0.06), 0.545, 0.035, 0.025, cheek)
    if woman:
        canvas.ellipse(0.5, 0.585, 0.058, 0.026, (206, 34, 58))
    else:
        canvas.arc((0.5, 0.555), (0.07, 0.045), (20, 160), 0.022, ink)
        for x in (0.42, 0.58):
            canvas.line([(x - 0.045, 0.415), (x + 0.045, 0.415)], 0.022, ink)
    _age(canvas, person.age, mixed(skin, ink, 0.45))


def _age(canvas: Canvas, age: str, line: Colour) -> None:
    if age == "young":
        return
    for x, angles in ((0.37, (-30, 60)), (0.63, (120, 210))):
        canvas.arc((x, 0.56), (0.035, 0.05), angles, 0.012, line)
    if age == "elderly":
        for x in (0.415, 0.585):
            canvas.arc((x, 0.472), (0.068, 0.066), (0, 360), 0.02, (70, 70, 84))
        canvas.line([(0.48, 0.465), (0.52, 0.465)], 0.02, (70, 70, 84))


def shoulders(canvas: Canvas, cloth: Colour) -> None:
    """Paint the body that every costume stands on."""
    canvas.box(0.19, 0.70, 0.81, 1.20, cloth, radius=0.14)


def _western(canvas: Canvas, gender: str, cloth: Colour) -> None:
    shoulders(canvas, cloth)
    if gender == "woman":
        canvas.ellipse(0.5, 0.72, 0.13, 0.09, mixed(cloth, (255, 255, 255), 0.75))
        return
    canvas.polygon([(0.40, 0.70), (0.60, 0.70), (0.5, 0.95)], (246, 246, 248))
    canvas.polygon([(0.475, 0.72), (0.525, 0.72), (0.54, 0.92), (0.5, 0.98), (0.46, 0.92)], INK)


def _hanbok(canvas: Canvas, gender: str) -> None:
    jacket, ribbon = HANBOK[gender]
    shoulders(canvas, jacket)
    canvas.line([(0.40, 0.69), (0.54, 0.90)], 0.055, (255, 255, 255))
    canvas.line([(0.60, 0.69), (0.50, 0.86)], 0.055, (255, 255, 255))
    canvas.line([(0.53, 0.89), (0.60, 1.0)], 0.05, ribbon)
    canvas.line([(0.53, 0.89), (0.47, 1.0)], 0.05, ribbon)
    for left in (0.19, 0.72):
        canvas.box(left, 0.92, left + 0.09, 1.1, ribbon)


def _korean_headwear(canvas: Canvas, gender: str) -> None:
    if gender == "woman":
        canvas.ellipse(0.5, 0.215, 0.085, 0.045, (214, 40, 90))
        canvas.ellipse(0.5, 0.215, 0.035, 0.025, (250, 214, 90))
        return
    canvas.ellipse(0.5, 0.275, 0.32, 0.055, (26, 24, 28))
    canvas.box(0.365, 0.07, 0.635, 0.28, (40, 37, 42), radius=0.03)
