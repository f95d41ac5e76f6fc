"""What each occupation wears and holds: one entry per occupation, told apart at a glance."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ksd_eval.world.canvas import Canvas, Colour

Part = Callable[[Canvas], None]

WHITE: Final[Colour] = (248, 249, 251)
STEEL: Final[Colour] = (176, 188, 200)
DARK: Final[Colour] = (34, 36, 44)
GOLD: Final[Colour] = (238, 190, 60)
RED: Final[Colour] = (214, 44, 44)


@dataclass(frozen=True)
class Costume:
    """The three layers of an outfit: behind the figure, on the body, and over the head."""

    body: Part
    head: Part
    behind: Part | None = None


def _nothing(canvas: Canvas) -> None:
    """Leave the layer empty."""


def _torso(canvas: Canvas, cloth: Colour) -> None:
    canvas.box(0.17, 0.70, 0.83, 1.20, cloth, radius=0.14)


def _coat(canvas: Canvas, coat: Colour, shirt: Colour) -> None:
    """A coat open over a shirt."""
    _torso(canvas, coat)
    canvas.polygon([(0.39, 0.70), (0.61, 0.70), (0.5, 0.97)], shirt)


def _doctor(canvas: Canvas) -> None:
    _coat(canvas, WHITE, (96, 160, 214))
    canvas.arc((0.5, 0.72), (0.15, 0.18), (0, 180), 0.04, DARK)
    canvas.ellipse(0.5, 0.915, 0.05, 0.05, STEEL)


def _doctor_head(canvas: Canvas) -> None:
    canvas.line([(0.285, 0.315), (0.715, 0.315)], 0.03, DARK)
    canvas.ellipse(0.5, 0.29, 0.075, 0.075, STEEL)
    canvas.ellipse(0.5, 0.29, 0.03, 0.03, WHITE)


def _nurse(canvas: Canvas) -> None:
    _coat(canvas, (140, 214, 196), WHITE)


def _nurse_head(canvas: Canvas) -> None:
    canvas.polygon([(0.30, 0.30), (0.34, 0.13), (0.66, 0.13), (0.70, 0.30)], WHITE)
    canvas.box(0.475, 0.15, 0.525, 0.275, RED)
    canvas.box(0.44, 0.19, 0.56, 0.235, RED)


def _firefighter(canvas: Canvas) -> None:
    _torso(canvas, (52, 50, 58))
    canvas.box(0.17, 0.83, 0.83, 0.885, (244, 220, 60))
    canvas.box(0.17, 0.935, 0.83, 0.985, (244, 220, 60))


def _firefighter_head(canvas: Canvas) -> None:
    canvas.half(0.5, 0.31, 0.26, 0.24, RED)
    canvas.box(0.20, 0.295, 0.80, 0.345, (168, 24, 28), radius=0.02)
    canvas.polygon([(0.43, 0.29), (0.43, 0.17), (0.5, 0.12), (0.57, 0.17), (0.57, 0.29)], GOLD)


def _police(canvas: Canvas) -> None:
    _coat(canvas, (38, 60, 116), (170, 200, 236))
    canvas.box(0.485, 0.72, 0.515, 0.95, DARK)
    canvas.ellipse(0.30, 0.84, 0.05, 0.05, GOLD)


def _police_head(canvas: Canvas) -> None:
    canvas.ellipse(0.5, 0.19, 0.29, 0.11, (38, 60, 116))
    canvas.box(0.28, 0.20, 0.72, 0.30, (26, 40, 84))
    canvas.half(0.5, 0.345, 0.22, 0.055, DARK)
    canvas.ellipse(0.5, 0.235, 0.045, 0.05, GOLD)


def _chef(canvas: Canvas) -> None:
    _torso(canvas, WHITE)
    canvas.polygon([(0.36, 0.70), (0.64, 0.70), (0.56, 0.80), (0.44, 0.80)], RED)
    for y in (0.86, 0.95):
        for x in (0.42, 0.58):
            canvas.ellipse(x, y, 0.025, 0.025, DARK)


def _chef_head(canvas: Canvas) -> None:
    for x in (0.34, 0.5, 0.66):
        canvas.ellipse(x, 0.13, 0.125, 0.105, WHITE)
    canvas.box(0.32, 0.14, 0.68, 0.30, WHITE)
    canvas.line([(0.32, 0.285), (0.68, 0.285)], 0.025, STEEL)


def _farmer(canvas: Canvas) -> None:
    _torso(canvas, (232, 120, 90))
    canvas.box(0.33, 0.82, 0.67, 1.1, (62, 108, 176))
    for left in (0.31, 0.61):
        canvas.box(left, 0.70, left + 0.08, 0.9, (62, 108, 176))


def _farmer_head(canvas: Canvas) -> None:
    canvas.ellipse(0.5, 0.295, 0.38, 0.065, (232, 200, 110))
    canvas.half(0.5, 0.29, 0.21, 0.19, (240, 212, 130))
    canvas.box(0.29, 0.255, 0.71, 0.29, (176, 100, 50))


def _judge(canvas: Canvas) -> None:
    _torso(canvas, (30, 28, 36))
    canvas.polygon([(0.30, 0.70), (0.40, 0.70), (0.52, 1.0), (0.40, 1.0)], (128, 36, 120))
    canvas.polygon([(0.70, 0.70), (0.60, 0.70), (0.48, 1.0), (0.60, 1.0)], (128, 36, 120))
    canvas.box(0.70, 0.80, 0.97, 0.90, (150, 92, 44), radius=0.02)
    canvas.box(0.81, 0.88, 0.86, 1.0, (190, 130, 70))


def _astronaut_behind(canvas: Canvas) -> None:
    canvas.ellipse(0.5, 0.43, 0.36, 0.38, (226, 230, 238))
    canvas.ellipse(0.5, 0.44, 0.30, 0.32, (70, 96, 150))


def _astronaut(canvas: Canvas) -> None:
    _torso(canvas, (226, 230, 238))
    canvas.box(0.36, 0.83, 0.64, 0.98, (120, 130, 146), radius=0.02)
    for x, colour in ((0.43, RED), (0.5, GOLD), (0.57, (60, 160, 90))):
        canvas.ellipse(x, 0.90, 0.026, 0.026, colour)


def _astronaut_head(canvas: Canvas) -> None:
    canvas.arc((0.5, 0.43), (0.37, 0.39), (0, 360), 0.06, (226, 230, 238))


def _builder(canvas: Canvas) -> None:
    _torso(canvas, (244, 120, 30))
    for left in (0.28, 0.64):
        canvas.box(left, 0.70, left + 0.08, 1.1, (214, 240, 80))
    canvas.box(0.17, 0.89, 0.83, 0.95, (214, 240, 80))


def _builder_head(canvas: Canvas) -> None:
    canvas.half(0.5, 0.32, 0.26, 0.24, (250, 206, 40))
    canvas.box(0.19, 0.305, 0.81, 0.35, (226, 170, 20), radius=0.02)
    canvas.box(0.465, 0.085, 0.535, 0.31, (226, 170, 20))


def _teacher_behind(canvas: Canvas) -> None:
    canvas.box(0.0, 0.04, 1.0, 0.66, (150, 100, 54))
    canvas.box(0.03, 0.07, 0.97, 0.63, (40, 104, 78))
    for y in (0.16, 0.28, 0.40):
        canvas.line([(0.07, y), (0.20, y)], 0.022, (220, 232, 220))
        canvas.line([(0.80, y), (0.93, y)], 0.022, (220, 232, 220))


def _teacher(canvas: Canvas) -> None:
    _coat(canvas, (140, 96, 66), (246, 236, 210))


def _singer(canvas: Canvas) -> None:
    _torso(canvas, (206, 50, 166))
    for x, y in ((0.28, 0.82), (0.36, 0.93), (0.26, 0.97), (0.68, 0.80), (0.74, 0.94)):
        canvas.ellipse(x, y, 0.026, 0.026, (255, 226, 110))
    canvas.line([(0.5, 0.98), (0.53, 0.74)], 0.05, DARK)
    canvas.ellipse(0.535, 0.71, 0.065, 0.065, STEEL)


def _artist(canvas: Canvas) -> None:
    _torso(canvas, (240, 240, 236))
    for y in (0.78, 0.88, 0.98):
        canvas.line([(0.18, y), (0.82, y)], 0.04, (40, 70, 140))
    canvas.ellipse(0.76, 0.86, 0.17, 0.12, (206, 158, 100))
    paints = ((0.68, 0.82, RED), (0.77, 0.79, GOLD), (0.86, 0.84, (50, 120, 210)))
    for x, y, paint in paints:
        canvas.ellipse(x, y, 0.034, 0.030, paint)


def _artist_head(canvas: Canvas) -> None:
    canvas.ellipse(0.44, 0.235, 0.27, 0.10, (150, 30, 60))
    canvas.line([(0.42, 0.16), (0.40, 0.11)], 0.035, (150, 30, 60))


def _scientist(canvas: Canvas) -> None:
    _coat(canvas, (60, 160, 176), (236, 240, 244))
    canvas.polygon(
        [(0.72, 0.74), (0.80, 0.74), (0.80, 0.82), (0.92, 1.0), (0.60, 1.0), (0.72, 0.82)],
        (226, 240, 244),
    )
    canvas.polygon([(0.69, 0.88), (0.83, 0.88), (0.92, 1.0), (0.60, 1.0)], (110, 220, 70))


def _scientist_head(canvas: Canvas) -> None:
    canvas.line([(0.28, 0.32), (0.72, 0.32)], 0.035, DARK)
    for x in (0.41, 0.59):
        canvas.ellipse(x, 0.315, 0.085, 0.065, DARK)
        canvas.ellipse(x, 0.315, 0.06, 0.043, (150, 226, 240))


def _footballer(canvas: Canvas) -> None:
    _torso(canvas, RED)
    for left in (0.30, 0.47, 0.64):
        canvas.box(left, 0.70, left + 0.07, 1.1, WHITE)
    canvas.ellipse(0.80, 0.87, 0.14, 0.14, WHITE)
    canvas.arc((0.80, 0.87), (0.145, 0.145), (0, 360), 0.02, DARK)
    canvas.ellipse(0.80, 0.87, 0.055, 0.055, DARK)


def _camouflage(canvas: Canvas, spots: tuple[tuple[float, float, float], ...]) -> None:
    for number, (x, y, radius) in enumerate(spots):
        colour = ((56, 66, 36), (150, 136, 86))[number % 2]
        canvas.ellipse(x, y, radius * 1.3, radius, colour)


def _soldier(canvas: Canvas) -> None:
    _torso(canvas, (98, 112, 62))
    _camouflage(
        canvas,
        (
            (0.28, 0.80, 0.05),
            (0.45, 0.88, 0.05),
            (0.62, 0.78, 0.05),
            (0.74, 0.90, 0.05),
            (0.30, 0.95, 0.05),
            (0.60, 0.97, 0.045),
        ),
    )


def _soldier_head(canvas: Canvas) -> None:
    canvas.half(0.5, 0.335, 0.27, 0.26, (98, 112, 62))
    _camouflage(canvas, ((0.38, 0.20, 0.05), (0.53, 0.14, 0.045), (0.64, 0.24, 0.05)))
    canvas.box(0.23, 0.315, 0.77, 0.345, (70, 82, 44))


def _barista(canvas: Canvas) -> None:
    _torso(canvas, (60, 60, 68))
    canvas.box(0.32, 0.76, 0.68, 1.1, (140, 88, 48), radius=0.03)
    canvas.box(0.68, 0.84, 0.90, 0.99, WHITE, radius=0.03)
    canvas.arc((0.90, 0.91), (0.05, 0.05), (-90, 90), 0.03, WHITE)
    canvas.ellipse(0.79, 0.85, 0.10, 0.03, (96, 54, 24))


def _barista_head(canvas: Canvas) -> None:
    canvas.half(0.5, 0.33, 0.24, 0.19, (140, 88, 48))
    canvas.half(0.5, 0.36, 0.24, 0.06, (104, 62, 32))


COSTUMES: Final[dict[str, Costume]] = {
    "doctor": Costume(_doctor, _doctor_head),
    "nurse": Costume(_nurse, _nurse_head),
    "firefighter": Costume(_firefighter, _firefighter_head),
    "police_officer": Costume(_police, _police_head),
    "chef": Costume(_chef, _chef_head),
    "farmer": Costume(_farmer, _farmer_head),
    "judge": Costume(_judge, _nothing),
    "astronaut": Costume(_astronaut, _astronaut_head, _astronaut_behind),
    "builder": Costume(_builder, _builder_head),
    "teacher": Costume(_teacher, _nothing, _teacher_behind),
    "singer": Costume(_singer, _nothing),
    "artist": Costume(_artist, _artist_head),
    "scientist": Costume(_scientist, _scientist_head),
    "footballer": Costume(_footballer, _nothing),
    "soldier": Costume(_soldier, _soldier_head),
    "barista": Costume(_barista, _barista_head),
}
