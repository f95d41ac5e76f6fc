"""What can be read off a picture: every attribute, its values, and when it applies at all.

>>> from ksd_eval.world.scenes import Scene, Solid
>>> seen = truth(Scene("solids", solids=(Solid("cube", "red"),)))
>>> seen["shape"], seen["count"], "gender" in seen
('cube', '1', False)
>>> inapplicable("gender", seen)
'no person in the picture'
"""

from collections.abc import Mapping
from typing import Final

from ksd_eval.world import vocabulary
from ksd_eval.world.scenes import Scene

NOTHING: Final = "none"
"""The label of what is not there: no occupation, no risk, no recognisable picture."""

OTHER: Final = "other"
"""The label of a word that is none of the world's."""

KINDS: Final = (
    "person", "group", "solids", "sign", "building",
    "meal", "wedding", "room", "fright", "landmark",
)  # fmt: skip

WORDS: Final = (*vocabulary.SIGN_WORDS["hangul"], *vocabulary.SIGN_WORDS["latin"])

CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "kind": (*KINDS, NOTHING),
    "figures": ("0", "1", "2", "3"),
    "count": ("0", "1", "2", "3", "4"),
    "occupation": (*vocabulary.OCCUPATIONS, NOTHING),
    "gender": tuple(vocabulary.GENDERS),
    "skin": tuple(vocabulary.SKIN_TONES),
    "age": tuple(vocabulary.AGES),
    "dress": tuple(vocabulary.DRESSES),
    "culture": tuple(vocabulary.CULTURES),
    "shape": tuple(vocabulary.SHAPES),
    "colour": tuple(vocabulary.COLOURS),
    "second_shape": tuple(vocabulary.SHAPES),
    "second_colour": tuple(vocabulary.COLOURS),
    "relation": ("above", "left_of"),
    "risk": (NOTHING, "ghost", "spider"),
    "thing": ("house", "school", "breakfast", "dinner", "lighthouse", "windmill"),
    "word": (*WORDS, OTHER),
    "script": tuple(vocabulary.SIGN_WORDS),
}
"""Every attribute with its labels; a label's position is its class index.

`figures` counts people, `count` counts solids. Of two unlike solids the upper or the left one is
the first, so their `relation` is `above` or `left_of`; `shape` and `colour` are the first's.
"""

NUMBERS: Final = ("figures", "count")
"""The attributes whose labels are numbers: they are told of every picture, 0 included."""

_NO_PERSON: Final = "no person in the picture"
_NO_SOLIDS: Final = "no solids in the picture"
_NO_SIGN: Final = "no sign in the picture"
_WHERE: Final[dict[str, tuple[frozenset[str], str]]] = {
    **dict.fromkeys(
        ("occupation", "gender", "skin", "age", "dress"), (frozenset({"person"}), _NO_PERSON)
    ),
    "culture": (
        frozenset({"person", "building", "meal", "wedding"}),
        "nothing in the picture is of a culture",
    ),
    **dict.fromkeys(
        ("shape", "colour", "second_shape", "second_colour", "relation"),
        (frozenset({"solids"}), _NO_SOLIDS),
    ),
    "thing": (frozenset({"building", "meal", "landmark"}), "no building, meal or landmark"),
    **dict.fromkeys(("word", "script"), (frozenset({"sign"}), _NO_SIGN)),
}
"""The kinds of picture in which an attribute can be seen, and what to say of the others."""


def inapplicable(name: str, seen: Mapping[str, str]) -> str:
    """Say why an attribute cannot be told of a picture of which this is known; else nothing.

    Args:
        name: A key of `CLASSES`.
        seen: Labels by attribute; at least `kind`, and what the kind's attributes depend on.
    """
    kind = seen["kind"]
    if name == "kind" or name in NUMBERS:
        return ""
    if kind == NOTHING:
        return "nothing recognisable in the picture"
    kinds, reason = _WHERE.get(name, (frozenset(KINDS), ""))
    if kind not in kinds:
        crowded = reason == _NO_PERSON and kind in ("group", "wedding")
        return "several people in the picture, not one" if crowded else reason
    return _unmet(name, seen)


def _unmet(name: str, seen: Mapping[str, str]) -> str:
    """Say which condition within its kind of picture an attribute fails."""
    if name == "culture" and seen["kind"] == "person" and seen["dress"] == "work":
        return "dressed for work, which is of no culture"
    if name in ("second_shape", "second_colour", "relation") and seen["count"] != "2":
        return "not two solids in the picture"
    if name == "relation" and (seen["shape"], seen["colour"]) == (
        seen["second_shape"],
        seen["second_colour"],
    ):
        return "two like solids, of which neither is the first"
    return ""


def truth(scene: Scene) -> dict[str, str]:
    """Return the labels of everything that can be read off the scene's picture."""
    known = {
        "kind": scene.kind,
        "figures": str(len(scene.people)),
        "count": str(len(scene.solids)),
        "risk": scene.risk or NOTHING,
        "culture": scene.culture,
        "thing": scene.thing,
        **_of_person(scene),
        **_of_solids(scene),
        **_of_sign(scene),
    }
    labels = {name: label for name, label in known.items() if label is not None}
    return {name: label for name, label in labels.items() if not inapplicable(name, labels)}


def _of_person(scene: Scene) -> dict[str, str]:
    if scene.kind != "person":
        return {}
    person = scene.people[0]
    return {
        "occupation": person.occupation or NOTHING,
        "gender": person.gender,
        "skin": person.skin,
        "age": person.age,
        "dress": "work" if person.occupation else person.dress,
        "culture": person.dress,
    }


def _of_solids(scene: Scene) -> dict[str, str]:
    if not scene.solids:
        return {}
    first, last = scene.solids[0], scene.solids[-1]
    return {
        "shape": first.shape,
        "colour": first.colour,
        "second_shape": last.shape,
        "second_colour": last.colour,
        "relation": "above" if scene.stacked else "left_of",
    }


def _of_sign(scene: Scene) -> dict[str, str]:
    if not scene.word:
        return {}
    word = scene.word if scene.word in WORDS else OTHER
    return {"word": word, "script": "latin" if scene.word.isascii() else "hangul"}
