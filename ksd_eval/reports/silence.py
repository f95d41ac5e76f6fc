"""Where the judges could not tell: counted by judge, measurement and arm, with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ksd_eval.reports import numerals, selection
from ksd_eval.reports.translations import translated
from ksd_eval.reports.words import Words


@dataclass(frozen=True, slots=True)
class Silence:
    """What one judge could not tell of one thing.

    Attributes:
        shares: "3.1% (6 of 192)", an arm each, in the order of the columns.
        reason: The most common one.
    """

    judge: str
    measurement: str
    shares: tuple[str, ...]
    reason: str


def roles(measurements: pd.DataFrame) -> list[str]:
    """Return the arms' roles in the order of every table."""
    return selection.arms(measurements["role"])


def silences(measurements: pd.DataFrame, words: Words) -> Iterator[Silence]:
    """Yield a line for every measurement that was not always an answer."""
    order = roles(measurements)
    for (judge, name), part in measurements.groupby(["judge", "name"], sort=False):
        silent = part[part["status"] != "ok"]
        if silent.empty:
            continue
        reason = silent["reason"].mode().iloc[0]
        yield Silence(
            judge=str(judge),
            measurement=words.label(str(name), ""),
            shares=tuple(_share(part[part["role"] == role]) for role in order),
            reason=translated(str(reason), words),
        )


def _share(part: pd.DataFrame) -> str:
    if part.empty:
        return numerals.NO_NUMBER
    silent = int((part["status"] != "ok").sum())
    return f"{numerals.written(silent / len(part), 'share')} ({silent} of {len(part)})"
