"""In what two runs differ, beside their numbers, and what that means for comparing them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ksd_eval.comparison.base import Term, Weight
from ksd_eval.comparison.opposed import Opened, Opposed

ASKED: Final = ("steps", "guidance", "negative_prompt", "size", "scheduler")
"""How a model was asked, where a model's identity says so."""
MACHINE: Final = ("device", "dtype", "versions")
"""On what it painted."""
DRAWN: Final = ("noise", "seed", "replicates", "batch_shape", "threads")
"""Options of `generation` beside those that are a model's own."""
PACKAGES: Final = ("torch", "diffusers", "transformers", "open_clip_torch", "numpy")
NOTHING: Final = "–"


def terms(opposed: Opposed) -> list[Term]:
    """Return everything in which two runs differ that could make a number another one."""
    return [
        *_models(opposed),
        *_prompts(opposed),
        *_identities(opposed),
        *_options(opposed),
        *_code(opposed),
    ]


def unlike(first: object, second: object) -> Iterator[tuple[str, str, str]]:
    """Yield each dotted name at which two containers differ, and what stands there.

    >>> list(unlike({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2}))
    [('a.b', '1', '3')]
    """
    ours, theirs = dict(_flat(first)), dict(_flat(second))
    for name in dict.fromkeys([*ours, *theirs]):
        left, right = ours.get(name, NOTHING), theirs.get(name, NOTHING)
        if left != right:
            yield name, str(left), str(right)


def _flat(node: object, where: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from _flat(value, f"{where}.{key}".lstrip("."))
    elif isinstance(node, list | tuple):
        yield where, ", ".join(map(str, node))
    else:
        yield where, node


def _models(opposed: Opposed) -> Iterator[Term]:
    ours, theirs = (_painters(one) for one in (opposed.first, opposed.second))
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for role in dict.fromkeys([*ours, *theirs]):
        (arm, first), (other, second) = (side.get(role, (NOTHING, {})) for side in (ours, theirs))
        if arm != other:
            yield Term("arm", role, arm, other, "compared")
        for name, left, right in unlike(first, second):
            # Of two models of unlike kinds, what only one of them tells is no setting.
            if arm == other or NOTHING not in (left, right):
                found.setdefault((_kind(name), name, left, right), []).append(role)
    for (key, name, left, right), roles in found.items():
        weight: Weight = "compared" if key == "weights" else "caution"
        yield Term(key, f"{name} ({', '.join(roles)})", left, right, weight)


def _kind(name: str) -> str:
    """Return what kind of thing a field of a model's identity is."""
    first = name.partition(".")[0]
    return "asked" if first in ASKED else "machine" if first in MACHINE else "weights"


def _painters(opened: Opened) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Return each role's arm, and what its model said of itself."""
    models = opened.identities("models")
    arms = opened.run.manifest.get("arms") or {}
    return {role: (arm, models.get(arm.rpartition("/")[0], {})) for role, arm in arms.items()}


def _prompts(opposed: Opposed) -> Iterator[Term]:
    counts = [len(one.run.prompts) for one in (opposed.first, opposed.second)]
    shared = len(opposed.shared)
    if not counts[0] == counts[1] == shared:
        weight: Weight = "caution" if shared else "refused"
        yield Term("prompts", f"{shared}", f"{counts[0]}", f"{counts[1]}", weight)
    if shared and not opposed.noise:
        yield Term("noise", "", NOTHING, NOTHING, "caution")


def _identities(opposed: Opposed) -> Iterator[Term]:
    weights: Mapping[str, Weight] = {
        **dict.fromkeys(("judges", "extractors", "references", "matched"), "refused"),
        "labels": "caution",
        "shares": "caution",
    }
    for kind, weight in weights.items():
        ours, theirs = (one.identities(kind) for one in (opposed.first, opposed.second))
        for name in dict.fromkeys([*ours, *theirs]):
            if name not in ours or name not in theirs:
                left, right = (name if name in side else NOTHING for side in (ours, theirs))
                yield Term(kind, name, left, right, weight)
            else:
                for field, left, right in unlike(ours[name], theirs[name]):
                    yield Term(kind, f"{name}: {field}", left, right, weight)


def _options(opposed: Opposed) -> Iterator[Term]:
    ours, theirs = (
        one.run.config.get("generation") or {} for one in (opposed.first, opposed.second)
    )
    for name in DRAWN:
        left, right = ours.get(name, NOTHING), theirs.get(name, NOTHING)
        if left != right:
            yield Term("generation", name, str(left), str(right), "caution")
    levels = [one.run.level for one in (opposed.first, opposed.second)]
    if levels[0] != levels[1]:
        yield Term("level", "", f"{levels[0]:g}", f"{levels[1]:g}", "caution")


def _code(opposed: Opposed) -> Iterator[Term]:
    manifests = [one.run.manifest for one in (opposed.first, opposed.second)]
    ours, theirs = (manifest.get("code") or {} for manifest in manifests)
    if ours.get("source") != theirs.get("source"):
        yield Term("code", "", _version(ours), _version(theirs), "caution")
    packages = [manifest.get("packages") or {} for manifest in manifests]
    for name in PACKAGES:
        left, right = (str(known.get(name) or NOTHING) for known in packages)
        if left != right:
            yield Term("package", name, left, right, "caution")
    here, there = (str((manifest.get("host") or {}).get("cpu", NOTHING)) for manifest in manifests)
    if here != there:
        yield Term("host", "", here, there, "caution")


def _version(code: Mapping[str, Any]) -> str:
    return f"{code.get('version', NOTHING)} ({code.get('source', NOTHING)})"
