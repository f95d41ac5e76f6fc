"""How large what is not here is, and under which licence: of what our configuration names."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ksd_eval.needs import Need


@dataclass(frozen=True, slots=True)
class Download:
    """What is known of something that is got from elsewhere.

    Attributes:
        gigabytes: 10^9 bytes of what is used of it; None where no source tells.
        about: Whether that is told of a copy or a sibling, or summed up.
        licence: As its card or package says; empty where that says nothing.
    """

    gigabytes: float | None = None
    about: bool = False
    licence: str = ""

    @property
    def words(self) -> str:
        """Return size and licence.

        >>> Download(5.5, True, "CreativeML OpenRAIL-M").words, Download().words
        ('about 5.5 GB, CreativeML OpenRAIL-M', 'size unknown, licence unknown')
        """
        return f"{self._size}, {self.licence or 'licence unknown'}"

    @property
    def _size(self) -> str:
        if self.gigabytes is None:
            return "size unknown"
        return ("about " if self.about else "") + amount(self.gigabytes)


def amount(gigabytes: float) -> str:
    """Return a size as people say it.

    >>> amount(5.49), amount(0.62), amount(0.0004), amount(41.3)
    ('5.5 GB', '620 MB', '400 kB', '41 GB')
    """
    if gigabytes < 0.0009995:
        return f"{gigabytes * 1e6:.0f} kB"
    if gigabytes < 0.9995:
        return f"{gigabytes * 1000:.0f} MB"
    return f"{gigabytes:.1f} GB" if gigabytes < 10 else f"{gigabytes:.0f} GB"


def of(need: Need) -> Download:
    """Return what is known of a need."""
    return _table().get((need.what, need.part), Download())


def total(needs: Iterable[Need]) -> tuple[float, list[str]]:
    """Return how many gigabytes are to be got, and what of it is of unknown size.

    What several plug-ins need is got once, and a part of a repository with the whole.
    """
    lacking = {(need.what, need.part): need for need in needs if not need.ready}
    wholes = {what for what, part in lacking if not part}
    found = [need for (what, part), need in lacking.items() if not part or what not in wholes]
    sizes = {need.what: of(need).gigabytes for need in found}
    known = sum(size for size in sizes.values() if size is not None)
    return known, [what for what, size in sizes.items() if size is None]


@cache
def _table() -> dict[tuple[str, str], Download]:
    text = (files("ksd_eval.doctor") / "downloads.csv").read_text(encoding="utf-8")
    return {
        (row["what"], row["part"]): Download(
            float(row["gigabytes"]) if row["gigabytes"] else None,
            row["about"] == "yes",
            row["licence"],
        )
        for row in csv.DictReader(text.splitlines())
    }
