"""How the reader errs: counts of truth against reading, by condition, shipped as a table.

`confusions.csv` holds them in long form, one row per condition, measurement, truth and reading. A
reading is a label, or `abstained`. The scenes behind it are balanced, so each row of a matrix is
P(read | truth) free of any planted rate; that is what shares are corrected with.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ksd_eval.records import Confusion, columns
from ksd_eval.world.attributes import CLASSES

ABSTAINED: Final = "abstained"


def counted(
    condition: str,
    truths: Iterable[Mapping[str, str]],
    readings: Iterable[Mapping[str, str | None]],
) -> list[Confusion]:
    """Count readings against truths, for every attribute that a truth names.

    >>> counted("clean", [{"gender": "man"}] * 2, [{"gender": "man"}, {"gender": None}])[1].read
    'man'
    """
    tally = Counter(
        (name, label, read.get(name) or ABSTAINED)
        for known, read in zip(truths, readings, strict=True)
        for name, label in known.items()
    )
    return sorted(Confusion(condition, *key, count) for key, count in tally.items())


@cache
def shipped() -> tuple[Confusion, ...]:
    """Return the package's own table."""
    with (files("ksd_eval.world") / "confusions.csv").open(encoding="utf-8") as lines:
        return tuple(
            Confusion(**{**row, "count": int(row["count"])})  # type: ignore[arg-type]
            for row in csv.DictReader(lines)
        )


def write(rows: Sequence[Confusion], path: Path) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns(Confusion))
        writer.writerows(astuple(row) for row in rows)


def matrix(
    rows: Iterable[Confusion], condition: str, attribute: str
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return the labels of an attribute and P(read | truth), [truth, read + abstained].

    The last column is the share of abstentions. A truth without pictures has a row of NaN.
    """
    labels = CLASSES[attribute]
    reads = (*labels, ABSTAINED)
    counts = np.zeros((len(labels), len(reads)))
    for row in rows:
        if (row.condition, row.measurement) == (condition, attribute):
            counts[labels.index(row.truth), reads.index(row.read)] += row.count
    totals = counts.sum(1, keepdims=True)
    return labels, np.divide(counts, totals, out=np.full_like(counts, np.nan), where=totals > 0)
