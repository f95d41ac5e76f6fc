"""What judges said of each picture, column by column: small enough for thousands of them."""

from collections.abc import Sequence
from math import isnan
from typing import Any

import pandas as pd

from ksd_eval.reports import numerals
from ksd_eval.reports.translations import translated
from ksd_eval.reports.words import Words

DIGITS = 4
"""Of a measured number; more would be noise, and bytes."""


def answers(measurements: pd.DataFrame, ids: Sequence[str], words: Words) -> dict[str, Any]:
    """Return what was measured of some pictures.

    Args:
        measurements: As in `RunView`.
        ids: The pictures, in the order of every list that is returned.
        words: The page's language.

    Returns:
        `measured`: for each judge and measurement its names, `labels` (None where it is a number),
        and for each picture an answer (the place of a label, or a number), how sure it is, and the
        place of the reason in `reasons` where there is no answer.
    """
    chosen = measurements[measurements["image_id"].isin(set(ids))]
    reasons: dict[str, int] = {}
    measured = [
        _column(str(judge), str(name), part, ids, reasons, words)
        for (judge, name), part in chosen.groupby(["judge", "name"], sort=False)
    ]
    return {"measured": measured, "reasons": [translated(one, words) for one in reasons]}


def _column(
    judge: str,
    name: str,
    part: pd.DataFrame,
    ids: Sequence[str],
    reasons: dict[str, int],
    words: Words,
) -> dict[str, Any]:
    # A picture that two prompts share is measured once, and stands in the table twice.
    by_id = part.drop_duplicates("image_id").set_index("image_id").reindex(list(ids))
    named = set(map(str, by_id["label"].dropna()))
    told = _told(by_id) if named else []
    labels = sorted(named.union(one for one in told if one is not None)) or None
    places = {label: place for place, label in enumerate(labels or ())}
    return {
        "judge": judge,
        "name": name,
        "title": words.label(name, ""),
        "labels": labels,
        "titles": labels and [words.label(name, one) if one in named else one for one in labels],
        "answers": [None if one is None else places[one] for one in told]
        if labels
        else [
            _number(value) if status == "ok" else None
            for value, status in zip(by_id["value"], by_id["status"], strict=True)
        ],
        "sure": [_number(value) for value in by_id["confidence"]],
        "why": [
            reasons.setdefault(str(reason), len(reasons)) if status not in ("ok", None) else None
            for status, reason in zip(_known(by_id["status"]), by_id["reason"], strict=True)
        ],
    }


def _known(values: pd.Series) -> list[Any]:
    return [None if pd.isna(value) else value for value in values]


def _told(by_id: pd.DataFrame) -> list[str | None]:
    """Return the label of each picture, its number where a judge gave that alone, or None."""
    return [
        None
        if status != "ok"
        else numerals.written(value, "number")
        if pd.isna(label)
        else str(label)
        for label, value, status in zip(
            by_id["label"], by_id["value"], by_id["status"], strict=True
        )
    ]


def _number(value: float | None) -> float | None:
    """Return a number with as many digits as are shown.

    >>> _number(0.123456), _number(3.0), _number(None)
    (0.1235, 3, None)
    """
    if value is None or isnan(value):
        return None
    short = float(f"{value:.{DIGITS}g}")
    return int(short) if short.is_integer() else short
