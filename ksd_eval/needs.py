"""What a plug-in cannot do without that may not be on this machine, and how to ask for it.

A plug-in that knows says so by `needs()`, from names and file systems alone: nothing is fetched,
opened or imported for it. One that is made of others need not speak for them, and one that says
nothing is asked for its identity.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a plug-in cannot do without.

    Attributes:
        what: What it is got by: `owner/name` on the hub, a package, a program, a file.
        lacking: Why it is of no use as it is now, as one sentence; empty where it is ready.
        cure: What to do about that.
        fetched: Whether a run fetches it by itself.
        stops: Whether a run stops without it; else it only leaves out what needs it.
        part: What of a repository is needed, such as "safety_checker"; empty for a whole.
        size: Bytes of it on this disk; None where that is not known.
    """

    what: str
    lacking: str = ""
    cure: str = ""
    fetched: bool = False
    stops: bool = False
    part: str = ""
    size: int | None = None

    @property
    def ready(self) -> bool:
        """Whether it is there."""
        return not self.lacking


@runtime_checkable
class Needing(Protocol):
    """A plug-in that knows what it cannot do without."""

    def needs(self) -> Sequence[Need]:
        """Return it. Must not import torch, ask the network, or read more than heads of files."""
        ...


def needs_of(plugin: object, name: str, *, told: bool = False) -> list[Need]:
    """Return what a plug-in and those that it is made of need, each once.

    Args:
        plugin: Of any kind.
        name: What it is called in its experiment, for one that only its identity tells of.
        told: Whether None in its identity means something that is not there, as it does in that of
            a judge or an extractor.
    """
    found = list(_spoken(plugin))
    if not found and hasattr(plugin, "identity"):
        found = _by_identity(plugin, name, told=told)
    return list(dict.fromkeys(found))


def _spoken(plugin: object) -> Iterator[Need]:
    if isinstance(plugin, Needing) and not isinstance(plugin, type):
        yield from plugin.needs()
    if is_dataclass(plugin) and not isinstance(plugin, type):
        for item in fields(plugin):
            yield from _spoken(getattr(plugin, item.name))
    elif isinstance(plugin, Mapping):
        for part in plugin.values():
            yield from _spoken(part)
    elif isinstance(plugin, list | tuple):
        for part in plugin:
            yield from _spoken(part)


def _by_identity(plugin: Any, name: str, *, told: bool) -> list[Need]:  # noqa: ANN401
    try:
        identity = plugin.identity()
    except (OSError, ImportError, ValueError, TypeError) as error:
        return [Need(name, one_line(error), stops=True)]
    unknown = next(_nones(identity, ""), None) if told else None
    return [Need(name, f"its {unknown} is not there")] if unknown else []


def _nones(value: object, where: str) -> Iterator[str]:
    if value is None:
        yield where
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _nones(item, str(key))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _nones(item, where)


def one_line(error: Exception) -> str:
    """Return what an error says, on one line and without the stop at its end."""
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
