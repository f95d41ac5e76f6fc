"""What is otherwise in a run where the model draws photographs.

An experiment takes a file of its name that changes its prompts, judges and references: those of the
painted world can tell nothing of photographs. Some of what it then needs no package can bring:
photographs like those a model should make, or what it learnt from. They are named in the section
`photographs`, and a plug-in refers to one as `${photographs.people}`. Where it is not given, the
plug-in is left out and the run says so; all else is measured.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import yaml
from omegaconf import DictConfig, OmegaConf

from ksd_eval.config.schema import Drawn, PhotographsConfig, Plugin
from ksd_eval.extensions import ConfigError, unknown

WHAT = {item.name: item.metadata["what"] for item in fields(PhotographsConfig) if item.metadata}
"""What each of the user's own files is."""


GROUP = "with_photographs"
"""The group of files that make an experiment of the same name one of photographs."""


def files(experiment: str, draws: str, options: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what a command line needs besides, so that an experiment fits what a model draws.

    Args:
        experiment: Its name.
        draws: What the model says of itself.
        options: The files of each group.

    Raises:
        ConfigError: The model says something unknown.
    """
    if draws not in get_args(Drawn):
        raise unknown("model.draws", draws, get_args(Drawn))
    there = draws == "photographs" and experiment in options.get(GROUP, ())
    return [f"+{GROUP}={experiment}"] if there else []


def without(cfg: DictConfig, sections: tuple[str, ...]) -> dict[str, str]:
    """Take out of a configuration what cannot be had.

    Args:
        cfg: As composed; changed in place.
        sections: Those of plug-ins by name.

    Returns:
        Why each was taken out, by its key, such as "prompts" or "matched.people", and how to have
        it. Of prompts that are several sets, one set is taken out.

    Raises:
        ConfigError: A section, or the prompts, are a word, which has no parts.
    """
    found = {}
    plain: Any = OmegaConf.to_container(cfg, resolve=False)
    _require_parts(plain, (*sections, "prompts"))
    for section in sections:
        for name, node in plain[section].items():
            for own in _unset(node, cfg):
                found[f"{section}.{name}"] = sentence(own)
                cfg[section][name] = None
    sets = dict(plain["prompts"].get("sets") or {})
    for name, node in list(sets.items()):
        for own in _unset(node, cfg):
            found[f"prompts.{name}"] = sentence(own)
            del sets[name]
    if sets:
        OmegaConf.update(cfg, "prompts.sets", sets, merge=False)
        plain["prompts"]["sets"] = sets
    for own in _unset(plain["prompts"], cfg):
        found["prompts"] = sentence(own)
        OmegaConf.update(cfg, "prompts", {}, merge=False)
    return found


def judges(folders: Sequence[Path]) -> dict[str, Plugin]:
    """Return what looks at photographs in any experiment, each once, by the name it has there.

    Files of configuration are read as they stand, so that it costs no composition: what is written
    there by other interpolations than of this section is left out.

    Args:
        folders: Of configuration.
    """
    found: dict[str, Plugin] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"{GROUP}/*.yaml")):
            experiment = _read(folder / "experiment" / path.name)
            both = _merged(experiment, _read(path))
            for section in ("judges", "extractors"):
                for name, node in both.get(section, {}).items():
                    plugin = _default(node)
                    if plugin and "_target_" in plugin and plugin not in found.values():
                        found[name if name not in found else f"{name} of {path.stem}"] = plugin
    return found


def _read(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = yaml.load(path.read_text(encoding="utf-8"), Loader=loader) if path.is_file() else None
    return read or {}


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        beneath = merged.get(key)
        both = isinstance(value, Mapping) and isinstance(beneath, Mapping)
        merged[key] = _merged(beneath, value) if both and beneath else value
    return merged


def _default(node: object) -> Any:  # noqa: ANN401  as `node`, or None
    """Return a node with the defaults of this section in it; None where one has no default."""
    if isinstance(node, str) and "${" in node:
        named = re.fullmatch(r"\$\{photographs\.(\w+)\}", node)
        return getattr(PhotographsConfig, named[1], None) if named else None
    if isinstance(node, Mapping):
        items = {key: _default(value) for key, value in node.items()}
        return None if any(items[key] is None for key in items if node[key] is not None) else items
    if isinstance(node, list):
        return [_default(value) for value in node]
    return node


def _require_parts(plain: Mapping[str, Any], sections: Iterable[str]) -> None:
    for section in sections:
        if not isinstance(plain[section], Mapping):
            raise ConfigError(
                f"{section}={plain[section]!r} has no parts; give {section}.KEY=VALUE one by one"
            )


def sentence(own: str) -> str:
    """Return what is not given, and how to give it.

    >>> sentence("people")
    'photographs.people=PATH is not given: photographs of one person each'
    """
    return f"photographs.{own}=PATH is not given: {WHAT[own]}"


def _unset(node: object, cfg: DictConfig) -> Iterator[str]:
    """Yield the first of the user's files that a node refers to and that is not given."""
    for own in _referred(node):
        if own in WHAT and OmegaConf.select(cfg, f"photographs.{own}") is None:
            yield own
            return


def _referred(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield from re.findall(r"\$\{photographs\.(\w+)\}", node)
    elif isinstance(node, Mapping):
        for item in node.values():
            yield from _referred(item)
    elif isinstance(node, list):
        for item in node:
            yield from _referred(item)
