"""How numbers are written for a person: shares in per cent, their differences in points.

One decimal at most where it is a percentage: more would claim more than a few hundred pictures
can say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Final, Literal

from ksd_eval.records import Estimate
from ksd_eval.reports.kinds import FORMS, kind_of
from ksd_eval.reports.words import Words

Unit = Literal["share", "rate", "points", "number", "count"]

NO_NUMBER = "–"

UNITS: Final[Mapping[str, Unit]] = {
    **dict.fromkeys(("imbalance", "excess", "amplification", "exaggeration"), "points"),
    **dict.fromkeys(("discordance", "agreement", "abstentions", "identical_pixels"), "share"),
    "same_as_recorded": "share",
    **dict.fromkeys(("manifold_precision", "manifold_recall", "manifold_coverage"), "share"),
    **dict.fromkeys(("coverage", "false_alarms", "power", "false_verdicts", "verdicts"), "rate"),
    **dict.fromkeys(("kappa", "odds_ratio", "manifold_density", "bias"), "number"),
    **dict.fromkeys(("pairs_needed", "pairs_needed_cautious"), "count"),
}
"""Of kinds whose unit does not follow from whether a label's share is told."""
MINUS = "−"


@dataclass(frozen=True, slots=True)
class Reading:
    """An estimate and its interval, as written.

    Attributes:
        value: With its unit: "31.0%".
        interval: Without the unit, "25.1 to 37.4"; empty where there is none.
    """

    value: str
    interval: str = ""


def unit_of(estimate: Estimate) -> Unit:
    """Return how an estimate's numbers are written."""
    kind = kind_of(estimate)
    if kind in UNITS:
        # Of two shares the difference is one of points.
        return "points" if UNITS[kind] == "share" and " - " in estimate.arm else UNITS[kind]
    if not estimate.category:
        return "number"
    return "points" if " - " in estimate.arm or kind in FORMS else "share"


def reading(estimate: Estimate) -> Reading:
    """Write an estimate with its interval, in its own unit."""
    return read(estimate.estimate, estimate.ci_low, estimate.ci_high, unit_of(estimate))


def read(value: float | None, low: float | None, high: float | None, unit: Unit) -> Reading:
    """Write an estimate with its interval.

    >>> read(0.31, 0.2512, 0.374, "share")
    Reading(value='31.0%', interval='25.1 to 37.4')
    >>> read(None, None, None, "share").value
    '–'
    """
    if low is None or high is None:
        return Reading(written(value, unit))
    interval = Words.spoken()("interval", low=bare(low, unit), high=bare(high, unit))
    return Reading(written(value, unit), interval)


def written(value: float | None, unit: Unit) -> str:
    """Write one number with its unit.

    >>> written(0.31, "share"), written(-0.0721, "points"), written(12.345, "number")
    ('31.0%', '−7.2 points', '12.3')
    """
    if value is None:
        return NO_NUMBER
    number = bare(value, unit)
    if unit == "points":
        return Words.spoken()("points", number=number)
    return f"{number}%" if unit in ("share", "rate") else number


def bare(number: float, unit: Unit) -> str:
    """Write one number without its unit."""
    if unit in ("share", "rate"):
        return f"{100 * number:.1f}"
    if unit == "points":
        return signed(round(100 * number, 1), ".1f")
    return f"{number:,.0f}" if unit == "count" else _short(number)


def signed(number: float, form: str) -> str:
    """Write a number with its sign, and zero without one.

    >>> signed(3.0, ".1f"), signed(-0.0, ".1f")
    ('+3.0', '0.0')
    """
    sign = "+" if number > 0 else MINUS if number < 0 else ""
    return f"{sign}{abs(number):{form}}"


def _short(number: float) -> str:
    size = abs(number)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    if 0 < size < 0.01:
        # Two digits that say something: a small number must not look like 0.
        decimals = 1 - floor(log10(size))
    return f"{number:.{decimals}f}".replace("-", MINUS)
