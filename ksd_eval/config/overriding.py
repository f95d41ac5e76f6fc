"""Words of a command line, `KEY=VALUE` and the like, and what is meant by them."""

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, cast

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from ksd_eval.extensions import ConfigError, unknown


def parsed(words: Sequence[str]) -> list[Override]:
    """Return the overrides of a command line.

    Raises:
        ConfigError: A word is none.
    """
    return [_parsed(word) for word in words]


def _parsed(word: str) -> Override:
    misunderstood = ConfigError(
        f"{word!r} is not understood; write KEY=VALUE, with quotes around a value that has spaces "
        "or commas in it"
    )
    try:
        [item] = OverridesParser.create().parse_overrides([_quoted(word)])
    except HydraException as error:
        raise misunderstood from error
    if not item.key_or_group:  # Hydra lets `+=1` in, and fails later
        raise misunderstood
    return item


def _quoted(word: str) -> str:
    """Return an option with its value in quotes, where that is in letters Hydra does not know.

    A shell leaves `~` after `=` as it is, so that a home folder is found here.

    >>> _quoted("photographs.people=사진/인물")
    "photographs.people='사진/인물'"
    """
    name, _, value = word.partition("=")
    if value.startswith("~/"):
        return f"{name}='{Path(value).expanduser()}'"
    plain = not set(value) & set("'\"\\[]{}(),")
    return f"{name}='{value}'" if plain and not value.isascii() else word


def sweep(words: Sequence[str]) -> list[list[str]]:
    """Return one command line for each combination of values with commas between them.

    >>> sweep(["experiment=bias", "model=a,b"])
    [['experiment=bias', 'model=a'], ['experiment=bias', 'model=b']]
    """
    choices = [
        [f"{item.get_key_element()}={value}" for value in item.sweep_string_iterator()]
        if item.is_sweep_override()
        else [line(item)]
        for item in parsed(words)
    ]
    return [list(line) for line in product(*choices)]


def line(item: Override) -> str:
    """Return the word as it was given."""
    return cast(str, item.input_line)


def settled(item: Override, known: object) -> str:
    """Return the override as Hydra shall see it.

    A plug-in's option need not stand in its YAML to be set: its defaults are the fields of its
    class, which says later whether it has such an option. What a model's file says of its pipeline
    can be set as the model's own: `model.repo` is `model.pipeline.repo`.
    """
    if item.key_or_group.startswith("hydra."):
        return line(item)
    *above, last = item.key_or_group.split(".")
    added = item.is_add() or item.is_force_add()
    node, plugin = _reached(above, known, added=added)
    if not plugin and node.get(last, "") is None and isinstance(item.value(), dict):
        raise _unset([*above, last])
    if added or last in node:
        return line(item)
    if plugin and not item.is_delete():
        return f"++{line(item)}"
    if last in (node.get("pipeline") or ()):
        return line(item).replace(item.key_or_group, ".".join([*above, "pipeline", last]), 1)
    raise unknown_option(above, last, node)


def _reached(above: Sequence[str], known: object, *, added: bool) -> tuple[Any, bool]:
    """Return the node that an option stands in, and whether that is a plug-in or within one."""
    node: Any = known
    plugin = False
    for depth, key in enumerate(above):
        if not isinstance(node, Mapping) or (key not in node and not plugin and not added):
            raise unknown_option(above[:depth], key, node)
        if node.get(key, "") is None:
            raise _unset(above[: depth + 1])
        plugin = plugin or "_target_" in node.get(key, ())
        node = node.get(key, {})
    return node, plugin


def _unset(keys: Sequence[str]) -> ConfigError:
    key = ".".join(keys)
    return ConfigError(
        f"{key} is not set, so no part of it can be; name a file for it: +{keys[0]}@{key}=NAME"
    )


def unknown_option(above: Sequence[str], key: str, node: object) -> ConfigError:
    """Return the error for an option that a section has not."""
    allowed = [
        ".".join([*above, str(name)]) for name in (node if isinstance(node, Mapping) else ())
    ]
    return unknown("option", ".".join([*above, key]), allowed)
