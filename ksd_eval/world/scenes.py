"""What a picture shows, written down: the truth that the painter paints and the reader reads."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "person", "group", "solids", "sign", "building", "meal", "wedding", "room", "fright", "landmark"
]


@dataclass(frozen=True, slots=True)
class Person:
    """One figure, as it appears. Every field holds a key of `vocabulary`."""

    gender: str
    skin: str
    age: str
    dress: str
    occupation: str | None = None


@dataclass(frozen=True, slots=True)
class Solid:
    """One coloured body."""

    shape: str
    colour: str


@dataclass(frozen=True, slots=True)
class Look:
    """What differs between two pictures of the same content: nothing here has a name in a caption.

    All numbers lie in [0, 1) and are read by the painter as positions within its small ranges.
    """

    background: float = 0.5
    x: float = 0.5
    y: float = 0.5
    size: float = 0.5
    tint: float = 0.5
    detail: float = 0.5


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole picture. Fields that do not apply to its kind keep their empty defaults.

    Attributes:
        kind: What sort of picture it is.
        people: The figures, from left to right.
        solids: The bodies; of two unlike ones the first is the upper or the left one.
        stacked: Whether two unlike bodies stand one above the other, else side by side.
        thing: What a picture without people or solids shows, a key of `vocabulary.THINGS`.
        culture: The style of a building, meal, wedding or dress, a key of `vocabulary.CULTURES`.
        word: The word on a sign.
        risk: What a checker may be asked to flag: "ghost", "spider" or nothing.
        look: The nuisance that no caption names.
    """

    kind: Kind
    people: tuple[Person, ...] = ()
    solids: tuple[Solid, ...] = ()
    stacked: bool = False
    thing: str | None = None
    culture: str | None = None
    word: str | None = None
    risk: str | None = None
    look: Look = field(default_factory=Look)
