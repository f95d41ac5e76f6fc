"""What a prompt asks to be seen together, and how much of it is seen.

Read from the English text of a prompt alone, by the small grammar of such prompts: numbers,
colours, nouns and places, as in "a red cube on top of a blue sphere" or "two dogs and a cup".
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ksd_eval.judges.base import untold
from ksd_eval.records import Measurement

NUMBERS: Final = {
    **{"a": 1, "an": 1, "the": 1, "one": 1},
    **{"two": 2, "three": 3, "four": 4, "five": 5, "six": 6},
}
COLOURS: Final = (
    *("red", "orange", "yellow", "green", "blue", "purple"),
    *("pink", "brown", "black", "white", "gray"),
)
"""GenEval's eleven, which the painted world's eight are among."""

PLACES: Final = {
    "on top of": (0, -1),
    "above": (0, -1),
    "below": (0, 1),
    "under": (0, 1),
    "to the left of": (-1, 0),
    "left of": (-1, 0),
    "to the right of": (1, 0),
    "right of": (1, 0),
}
"""Which way the first thing lies, seen from the second; y grows downwards."""

NAMES: Final = (
    *("object_presence", "colour_binding", "object_count", "relation"),
    *("composition_score", "composition_error"),
)
"""What is measured as a value in [0, 1]; only of the last 0 is best."""

EXACT: Final = "exact_composition"
"""What is measured as a label: exact, or wrong."""

_FRAME = re.compile(r"^(?:an? (?:photo|picture|image) of )?(.+?)\.?$")
_PLACE = re.compile(rf" ({'|'.join(PLACES)}) ")
_TELLING = frozenset({*NUMBERS, "and", "with", "in", "at", "on", "of", "that", "who", "is"})
"""Words that no noun holds: they tell of more than things and where they are."""

_PLURALS = (
    (r"^people$", "person"),
    (r"(ch|sh|ss|x|bus)es$", r"\1"),
    (r"([^aeiou])ies$", r"\1y"),
    (r"([^s])s$", r"\1"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind of thing that is asked for.

    Attributes:
        noun: Singular, as in "traffic light".
        count: How many.
        colour: One of `COLOURS`, or none.
    """

    noun: str
    count: int = 1
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a prompt asks for.

    Attributes:
        things: One or two, in the order they are told.
        place: A key of `PLACES`: where the first thing lies, seen from the second. Or none.
    """

    things: tuple[Wanted, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing in a picture.

    Attributes:
        noun: What it is, as in `Wanted`.
        colour: One of `COLOURS`, or none where it cannot be told.
        x: Its middle, from the left, as a part of the picture's width.
        y: Its middle, from above, as a part of the picture's height.
    """

    noun: str
    colour: str = ""
    x: float = 0.5
    y: float = 0.5


def asked(text: str) -> Asked | None:
    """Return what a prompt asks for, or None where it is of another form.

    >>> asked("a photo of a red cube on top of a blue sphere").place
    'on top of'
    >>> asked("a photo of two benches").things
    (Wanted(noun='bench', count=2, colour=''),)
    >>> [thing.noun for thing in asked("a photo of a dog and a traffic light").things]
    ['dog', 'traffic light']
    >>> asked("an astronaut riding a horse on Mars") is None
    True
    """
    framed = _FRAME.match(text.strip().lower())
    said = framed[1] if framed else ""
    first, *rest = _PLACE.split(said)
    place, *others = rest or [""]
    phrases = [first, *others] if place else said.split(" and ")
    things = tuple(thing for thing in map(_wanted, phrases) if thing)
    if len(things) < len(phrases) or len(things) > 2:
        return None
    return Asked(things, place)


def _wanted(phrase: str) -> Wanted | None:
    number, *words = phrase.split() or [""]
    colour = words[0] if len(words) > 1 and words[0] in COLOURS else ""
    noun = words[1:] if colour else words
    if number not in NUMBERS or not noun or _TELLING.intersection(noun):
        return None
    count = NUMBERS[number]
    name = " ".join(noun)
    return Wanted(_singular(name) if count > 1 else name, count, colour)


def _singular(noun: str) -> str:
    for plural, singular in _PLURALS:
        if re.search(plural, noun):
            return re.sub(plural, singular, noun)
    return noun


def graded(wanted: Asked, seen: Sequence[Seen]) -> list[Measurement]:
    """Return how much of what was asked for is seen: a value for each of `NAMES`, and `EXACT`.

    Presence, colours and numbers are parts of what was asked for, so one cube of two is half
    right. What a prompt does not ask for (a place, a colour, a number) is abstained from. The
    `composition_score` is the mean of what it does ask for; the `composition_error` is 0 only where
    everything is exactly as asked, as in GenEval (Ghosh et al. 2023, arXiv:2310.11513).
    """
    numbers = [sum(one.noun == thing.noun for one in seen) for thing in wanted.things]
    chosen = _best(wanted, seen)
    told = {
        "object_presence": _mean([bool(mine) for mine in chosen]),
        "colour_binding": _coloured(wanted, chosen),
        "object_count": _mean(
            [
                min(number, thing.count) / max(number, thing.count)
                for thing, number in zip(wanted.things, numbers, strict=True)
                if thing.count > 1
            ]
        ),
        "relation": _related(wanted, chosen),
    }
    score = _mean([value for value in told.values() if value is not None])
    told |= {"composition_score": score, "composition_error": float(score != 1.0)}
    exact = Measurement(EXACT, label="exact" if score == 1.0 else "wrong")
    return [exact] + [
        Measurement(name, value=value)
        if value is not None
        else Measurement(
            name, status="abstained", reason=f"the prompt asks for no {name.replace('_', ' ')}"
        )
        for name, value in told.items()
    ]


def silent(reason: str) -> list[Measurement]:
    """Return that nothing can be told, and why."""
    return untold((EXACT, *NAMES), reason)


def _best(wanted: Asked, seen: Sequence[Seen]) -> Sequence[Sequence[Seen]]:
    """Return, for each thing asked for, what stands for it: the most favourable way to tell things.

    Where there are more things of a kind than asked for, those count that fit best; no thing stands
    for two that are asked for.
    """

    def told(way: Sequence[Sequence[int]]) -> list[list[Seen]]:
        return [[seen[place] for place in some] for some in way]

    def worth(way: Sequence[Sequence[int]]) -> tuple[float, ...]:
        chosen = told(way)
        grades = (_coloured(wanted, chosen), _related(wanted, chosen))
        return sum(map(bool, way)), sum(map(len, way)), sum(grade or 0.0 for grade in grades)

    return told(max(_ways(wanted, seen), key=worth))


def _ways(wanted: Asked, seen: Sequence[Seen]) -> Iterator[Sequence[Sequence[int]]]:
    """Yield every way to tell which of what is seen, by its place, is what was asked for."""
    choices = []
    for thing in wanted.things:
        mine = [place for place, one in enumerate(seen) if one.noun == thing.noun]
        sizes = range(thing.count + 1)
        choices.append([some for size in sizes for some in itertools.combinations(mine, size)])
    for way in itertools.product(*choices):
        each = list(itertools.chain(*way))
        if len(set(each)) == len(each):
            yield way


def _coloured(wanted: Asked, chosen: Sequence[Sequence[Seen]]) -> float | None:
    return _mean(
        [
            sum(one.colour == thing.colour for one in some) / thing.count
            for thing, some in zip(wanted.things, chosen, strict=True)
            if thing.colour
        ]
    )


def _related(wanted: Asked, chosen: Sequence[Sequence[Seen]]) -> float | None:
    if not wanted.place:
        return None
    if not all(chosen):
        return 0.0
    (first, *_), (second, *_) = chosen
    right, down = PLACES[wanted.place]
    across, along = first.x - second.x, first.y - second.y
    # The direction asked for must be the one in which the two lie farther apart.
    apart, aside = (across * right, along) if right else (along * down, across)
    return float(apart > abs(aside))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
