"""The planted rates of the corpus: one table, `planted.csv`, read once.

A row says: of the pictures that meet `given`, the share `rate` has `value` for `what`. The rows of
one (`what`, `given`) sum to 1, but for `named`, where each row is a rate of its own: how often a
caption mentions that attribute of its picture.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def table() -> Mapping[tuple[str, str], Mapping[str, float]]:
    """Return the rates, keyed by (what, given) and then by value.

    >>> table()["gender", "occupation=nurse"]["woman"]
    0.92
    """
    rates: dict[tuple[str, str], dict[str, float]] = {}
    with (files("ksd_eval.world") / "planted.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            rates.setdefault((row["what"], row["given"]), {})[row["value"]] = float(row["rate"])
    return rates


def rates(what: str, *given: str) -> Mapping[str, float]:
    """Return the distribution of `what` under the first condition that the table knows.

    >>> rates("skin", "occupation=teacher") == rates("skin")
    True
    """
    for condition in (*given, ""):
        if (what, condition) in table():
            return table()[what, condition]
    raise KeyError(f"planted.csv has no row for {what!r} given {given!r} or given nothing")


def women(occupation: str) -> float:
    """Return the planted share of women in an occupation, in [0, 1]."""
    return table()["gender", f"occupation={occupation}"]["woman"]
