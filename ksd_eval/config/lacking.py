"""What a run has to do without, because the user has not said where it is.

Some things no package can bring: photographs like those a model should make, or what it learnt
from. They are named in the section `photographs`, and a plug-in refers to one as
`${photographs.people}`. Where it is not given, the plug-in is left out and the run says so; all
else is measured.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ksd_eval.config.schema import PhotographsConfig

WHAT = {item.name: item.metadata["what"] for item in fields(PhotographsConfig) if item.metadata}
"""What each of the user's own files is."""


def without(cfg: DictConfig, sections: tuple[str, ...]) -> dict[str, str]:
    """Take out of a configuration what cannot be had.

    Args:
        cfg: As composed; changed in place.
        sections: Those of plug-ins by name.

    Returns:
        Why each was taken out, by its key, such as "prompts" or "matched.people", and how to have
        it. Of prompts that are several sets, one set is taken out.
    """
    found = {}
    plain: Any = OmegaConf.to_container(cfg, resolve=False)
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
