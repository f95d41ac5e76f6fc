"""Where configuration comes from, ours and third parties', and whose classes it may name.

A package brings its own experiments, models and prompt sets by an entry point:

    [project.entry-points."ksd_eval.conf"]
    warmth = "ksd_eval_warmth.conf"
"""

import difflib
import importlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

GROUP = "ksd_eval.conf"
PACKAGE = Path(__file__).parent


class ConfigError(ValueError):
    """A configuration that cannot be run; the message is one clear sentence with the cure."""


def own_conf() -> Path:
    """Return our own configuration: inside the package in a wheel, beside it in a checkout."""
    packed = PACKAGE / "conf"
    return packed if packed.is_dir() else PACKAGE.parent / "conf"


def declared() -> list[EntryPoint]:
    """Return what installed packages declare, in a stable order."""
    return _declared(tuple(sys.path))


@cache
def _declared(places: tuple[str, ...]) -> list[EntryPoint]:
    """Return the same, looked for once in the places that modules are imported from."""
    del places
    return sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))


def folders(also: Iterable[Path] = ()) -> list[Path]:
    """Return every folder that configuration is looked for in: ours, third parties', then `also`.

    Raises:
        ConfigError: A package declares a folder that is not there, or `also` names one.
    """
    found = [own_conf()]
    for point in declared():
        try:
            spec = importlib.util.find_spec(point.value)
        except ImportError:
            spec = None
        if spec is None or not spec.submodule_search_locations:
            raise ConfigError(
                f"an installed package declares its configuration in {point.value!r} (entry point "
                f"{GROUP}: {point.name}), which is not there; mend or uninstall that package"
            )
        found += map(Path, spec.submodule_search_locations)
    for folder in also:
        if not folder.is_dir():
            raise ConfigError(f"--config-dir {str(folder)!r} is no folder; name one that exists")
        found.append(folder)
    return found


def groups(also: Iterable[Path] = ()) -> dict[str, list[str]]:
    """Return the options of each configuration group, by the files that are there."""
    options: dict[str, set[str]] = {}
    for folder in folders(also):
        for path in folder.glob("*/*.yaml"):
            options.setdefault(path.parent.name, set()).add(path.stem)
    return {group: sorted(names) for group, names in sorted(options.items())}


def unknown(thing: str, value: str, allowed: Iterable[str]) -> ConfigError:
    """Return the error for a name that is none of those allowed.

    >>> print(unknown("experiment", "bia", ["bias", "text"]))
    unknown experiment 'bia', did you mean 'bias'? There are: bias, text
    """
    names = sorted(allowed)
    # By the last part of a dotted key: what is above it is shared and would make all look alike.
    lasts = {name.rpartition(".")[2]: name for name in names}
    close = difflib.get_close_matches(value.rpartition(".")[2], lasts, n=1)
    question = f", did you mean {lasts[close[0]]!r}?" if close else "."
    listed = ", ".join(names) or "none"
    return ConfigError(f"unknown {thing} {value!r}{question} There are: {listed}")


def check_plugins(node: object, where: str = "") -> None:
    """Refuse configuration that names a class it may not, or arguments that the class has not.

    Args:
        node: Plain containers, resolved.
        where: The dotted key of the node, for messages.

    Raises:
        ConfigError: A `_target_` is foreign, is no class, or is given what it does not take.
    """
    if isinstance(node, list):
        for place, item in enumerate(node):
            check_plugins(item, f"{where}[{place}]")
    if not isinstance(node, Mapping):
        return
    if "_target_" in node:
        _check_arguments(plugin_class(str(node["_target_"]), where), node, where)
    for key, item in node.items():
        check_plugins(item, f"{where}.{key}".lstrip("."))


def plugin_class(target: str, where: str) -> type:
    """Return the class that a `_target_` names, imported.

    Only classes are let in, and only those defined in this package or in one that declares the
    entry point: a configuration file cannot run anything of its own choice.

    Raises:
        ConfigError: It is foreign, not there, or no class.
    """
    homes = ["ksd_eval", *(point.value.partition(".")[0] for point in declared())]
    module, _, name = target.rpartition(".")
    refused = ConfigError(
        f"{where}._target_={target} is not let in: it must be a class of {', '.join(homes)}, or "
        f"of an installed package that declares the entry point {GROUP!r}"
    )
    if target.partition(".")[0] not in homes or not module:
        raise refused
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ImportError as error:
        raise ConfigError(f"{where}._target_={target} cannot be imported: {error}") from error
    if found is None:
        raise ConfigError(f"{where}._target_={target}: there is no {name!r} in {module}")
    # A module of ours has names of others in it, such as those it imports.
    if not isinstance(found, type) or found.__module__.partition(".")[0] not in homes:
        raise refused
    return found


def _check_arguments(cls: type, node: Mapping[str, Any], where: str) -> None:
    if not is_dataclass(cls):
        return
    takes = {item.name: item for item in fields(cls) if item.init}
    hints = get_type_hints(cls)
    for key, value in node.items():
        if key == "_target_":
            continue
        if key not in takes:
            raise unknown(f"option of {where} ({cls.__name__})", str(key), takes)
        if not fits(value, hints[key]):
            wrong = "is unknown" if get_origin(hints[key]) is Literal else "is of the wrong type"
            raise ConfigError(
                f"{where}.{key}={value!r} {wrong}; {cls.__name__} wants {_spelt(hints[key])}"
            )
    for name, item in takes.items():
        required = item.default is MISSING and item.default_factory is MISSING
        if required and name not in node:
            raise ConfigError(f"{where}.{name} is not set, and has no default; give it")


def fits(value: object, hint: object) -> bool:
    """Whether a value from YAML can stand where a plain type is wanted; others are not judged.

    >>> fits(1, float), fits(None, int | None), fits("many", int), fits(True, int)
    (True, True, False, False)
    >>> fits("bca", Literal["student", "bca"]), fits("bcb", Literal["student", "bca"])
    (True, False)
    """
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    options = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if not all(option in (int, float, str, bool, NoneType) for option in options):
        return True
    if isinstance(value, int) and not isinstance(value, bool) and float in options:
        return True
    return type(value) in options


def _spelt(hint: object) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(map(str, get_args(hint)))
    return getattr(hint, "__name__", None) or str(hint)
