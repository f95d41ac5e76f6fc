"""Which estimates a figure draws, and in which order."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from ksd_eval.records import Estimate, Verdict, columns
from ksd_eval.reports import style
from ksd_eval.reports.kinds import Kind, kind_of

NUMBERS = ("estimate", "ci_low", "ci_high", "floor", "null_p95", "n_pairs", "n_images")


def about(
    table: pd.DataFrame, kind: Kind, measurement: str, categories: Sequence[str], metric: str = ""
) -> pd.DataFrame:
    """Return the estimates of a measurement that speak of prompts, not of mere luck with noise.

    Args:
        table: The columns of `Estimate`.
        kind: What kind of number is wanted.
        measurement: What the estimates summarise.
        categories: The labels wanted.
        metric: The metric wanted; empty for all.
    """
    chosen = table[
        (table["measurement"] == measurement)
        & (table["estimand"] != "over_seeds")
        & table["category"].isin(list(categories))
    ]
    if metric:
        chosen = chosen[chosen["metric"] == metric]
    kinds = pd.Series([kind_of(one) for one in estimates(chosen)], chosen.index, dtype=str)
    return numeric(chosen[kinds == kind])


def arms(there: Iterable[str]) -> list[str]:
    """Return arms, each once, in the order of every figure; contrasts come after them."""
    return sorted(set(there), key=lambda arm: (" - " in arm, _place(arm), arm))


def ordered(table: pd.DataFrame, arm: str) -> list[str]:
    """Return the groups, the highest estimate of one arm first; groups without one come last."""
    groups = [str(group) for group in table["group"].unique()]
    known = table[table["arm"] == arm].set_index("group")["estimate"].dropna()
    return sorted(groups, key=lambda group: (group not in known.index, -known.get(group, 0.0)))


def estimates(table: pd.DataFrame) -> list[Estimate]:
    """Return the rows of a table of estimates as records."""
    return [Estimate(**row) for row in plain_rows(table[columns(Estimate)])]


def verdicts(table: pd.DataFrame) -> list[Verdict]:
    """Return the rows of a table of verdicts as records."""
    return [Verdict(**row) for row in plain_rows(table[columns(Verdict)])]


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as dictionaries; what is missing is None, however the table says it."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def numeric(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with NaN where a number is missing, whatever it was stored as."""
    numbers = {name: pd.to_numeric(table[name]) for name in NUMBERS}
    return table.assign(**numbers)


def _place(arm: str) -> int:
    role = arm.split(" - ")[0].strip("(")
    return style.ROLES.index(role) if role in style.ROLES else len(style.ROLES)
