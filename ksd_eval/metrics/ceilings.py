"""What judges said of matched pictures: how much of a measurement a faithful system would reach.

A matched picture comes with a text that is known to fit it. What a judge gives it is a ceiling: a
cosine of .84 is poor on a scale that ends at 1, and perfect where the judge never gives more.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ksd_eval.metrics import pairs
from ksd_eval.metrics.base import Evidence


@dataclass(frozen=True)
class Answers:
    """The values that one judge gave the pictures of one matched set.

    Attributes:
        table: One row a picture, in order of their numbers, and a column for each language of the
            text that the judge was given; NaN where it could not tell.
        matched: The set's name; empty where there are none.
        trouble: Why there are none, as a sentence; empty if there are some.
    """

    table: pd.DataFrame
    matched: str = ""
    trouble: str = ""


def ceiling(
    evidence: Evidence, measurement: str, judge: str = "", matched: str = ""
) -> float | None:
    """Return the mean of a measurement over matched pictures, each with its English text.

    Of all pictures of the set, whatever they show: it is the ceiling of an estimate over all
    prompts if the set shows what the prompts ask for, and not that of a group of prompts.

    Args:
        evidence: The run.
        measurement: The measurement's name.
        judge: Whose; needed only where two judges measure something of that name.
        matched: The set; needed only where a run has several.

    Returns:
        None where there are no such values, or it is not said which of several.
    """
    table = answers(evidence, measurement, judge, matched).table
    told = table["en"].dropna().to_numpy(dtype=float) if "en" in table else ()
    return float(np.mean(told)) if len(told) else None


def answers(evidence: Evidence, measurement: str, judge: str = "", matched: str = "") -> Answers:
    """Return what a judge said of matched pictures; arguments as for `ceiling`."""
    table = evidence.matched
    table = table[table["name"] == measurement]
    for column, wanted in (("judge", judge), ("matched", matched)):
        if wanted:
            table = table[table[column] == wanted]
        several = sorted(table[column].unique())
        if len(several) > 1:
            which = " and ".join(several)
            return _none(f"{measurement!r} of matched pictures is of {which}; say which {column}")
    if table.empty:
        why = _of(judge, matched) + evidence.why_without("matched")
        silence = pairs.why_silent(evidence.matched, judge)
        return _none(silence or f"{measurement!r} was measured on no matched pictures{why}")
    value = pd.to_numeric(table["value"]).astype(float).where(table["status"] == "ok")
    by_text = value.set_axis(pd.MultiIndex.from_frame(table[["picture", "language"]]))
    return Answers(by_text.unstack("language").sort_index(), str(table["matched"].iloc[0]))  # noqa: PD010


def worth(
    evidence: Evidence, measurement: str, floor: str, judge: str = "", matched: str = ""
) -> Answers:
    """Return what each matched picture gains by its own text over that of another picture.

    Args:
        evidence: The run.
        measurement: What was judged with its own text: "similarity".
        floor: The same with another's: "similarity_floor".
        judge: Whose; needed only where two judges measure something of that name.
        matched: The set; needed only where a run has several.

    Returns:
        The gains in the column `gain`, of pictures of which both could be told.
    """
    own = answers(evidence, measurement, judge, matched)
    other = answers(evidence, floor, judge, matched)
    if own.trouble or other.trouble:
        return _none(own.trouble or other.trouble)
    gains = (own.table["en"] - other.table["en"]).dropna()
    return Answers(gains.to_frame("gain"), own.matched)


def _none(trouble: str) -> Answers:
    return Answers(pd.DataFrame(), "", trouble)


def _of(judge: str, matched: str) -> str:
    by = f" by judge {judge!r}" if judge else ""
    return by + (f" of the set {matched!r}" if matched else "")
