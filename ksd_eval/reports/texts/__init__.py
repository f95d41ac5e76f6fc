"""What the page says of single experiments: a file each, in both languages, found by itself.

A file has two tables, `ENGLISH` and `KOREAN`, of the same keys: `title.<experiment>`,
`topic.<measurement>` and `intro.<measurement>` of a section, `metric.<kind>` and `method.<kind>`.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules


def gathered(table: str) -> dict[str, str]:
    """Return the texts of every experiment.

    Args:
        table: "ENGLISH" or "KOREAN".

    Raises:
        ValueError: Two files have a text for one key.
    """
    found: dict[str, str] = {}
    for module in sorted(module.name for module in iter_modules(__path__)):
        texts: Mapping[str, str] = getattr(import_module(f"{__name__}.{module}"), table)
        if twice := found.keys() & texts.keys():
            raise ValueError(f"{module}.py says {min(twice)!r} again; a key has one text")
        found |= texts
    return found
