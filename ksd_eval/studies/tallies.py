"""Counting how often intervals hold the truth, over many simulated runs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from math import sqrt
from typing import Any, Final

import pandas as pd

from ksd_eval.numerics import intervals
from ksd_eval.records import Estimate

FAILS_BELOW: Final = 0.93
CONSERVATIVE_ABOVE: Final = 0.97
"""Coverage of a nominal 95 % interval outside which it is not called right."""

ALARMS_UP_TO: Final = 0.06
"""Rate of findings where there is nothing, up to which a nominal 5 % test is called right."""

NOTHING: Final = 1e-12
"""A true difference up to this is none: .3 less .3 is not always 0."""


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What is counted together: one estimator in one scenario."""

    scenario: str
    metric: str
    measurement: str
    category: str
    arm: str
    estimand: str
    reference: str


@dataclass(slots=True)
class Tally:
    """Sums over the runs of a scenario; those of two lots of runs add up.

    Attributes:
        runs: Simulated runs in which the estimator was asked.
        estimated: Those in which it gave a number.
        told: Those in which it gave an interval.
        covered: Those in which the interval held the truth.
        excluded: Those in which the interval left out 0.
        tested: Those with a p value.
        alarms: Those with a p value of at most 1 - level.
        width: Sum of the intervals' widths.
        error: Sum of estimate less truth.
        squares: Sum of its square.
        truth: Sum of the truths.
    """

    runs: int = 0
    estimated: int = 0
    told: int = 0
    covered: int = 0
    excluded: int = 0
    tested: int = 0
    alarms: int = 0
    width: float = 0.0
    error: float = 0.0
    squares: float = 0.0
    truth: float = 0.0

    def add(self, found: Estimate, truth: float) -> None:
        """Count one estimate."""
        self.runs += 1
        if found.estimate is None:
            return
        self.estimated += 1
        self.truth += truth
        self.error += found.estimate - truth
        self.squares += (found.estimate - truth) ** 2
        if found.p_value is not None:
            self.tested += 1
            self.alarms += found.p_value <= 1 - found.level
        if found.ci_low is not None and found.ci_high is not None:
            self.told += 1
            self.width += found.ci_high - found.ci_low
            # Sums in another order differ in the last bits, and an end counts as inside.
            slack = NOTHING
            self.covered += found.ci_low - slack <= truth <= found.ci_high + slack
            self.excluded += not found.ci_low <= 0 <= found.ci_high


@dataclass(frozen=True)
class Tallies:
    """The tallies of many kinds."""

    by_kind: dict[Kind, Tally] = field(default_factory=dict[Kind, Tally])

    def add(self, scenario: str, found: Estimate, truth: float) -> None:
        """Count one estimate of one run."""
        kind = Kind(
            scenario=scenario,
            metric=found.metric,
            measurement=found.measurement,
            category=found.category,
            arm=found.arm,
            estimand=found.estimand,
            reference=found.reference,
        )
        self.by_kind.setdefault(kind, Tally()).add(found, truth)

    def frame(self) -> pd.DataFrame:
        """Return one row a kind, to be stored and added up later."""
        rows = [asdict(kind) | asdict(tally) for kind, tally in sorted(self.by_kind.items())]
        names = [item.name for record in (Kind, Tally) for item in fields(record)]
        return pd.DataFrame(rows, columns=names)


def added(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the tallies of several lots of runs as those of one."""
    names = [item.name for item in fields(Kind)]
    together = pd.concat(list(parts), ignore_index=True)
    return together.groupby(names, as_index=False, sort=True).sum()


def rates(tally: Mapping[str, Any], level: float) -> dict[str, Any]:
    """Return what a tally amounts to.

    `coverage` is of the intervals that were given, with a Wilson interval of the simulation's own
    error; `alarms` is the rate of intervals that leave out 0: false alarms where the truth is 0,
    and power elsewhere.
    """
    told, estimated = int(tally["told"]), int(tally["estimated"])
    found: dict[str, Any] = {
        "studies": int(tally["runs"]),
        "intervals": told,
        "truth": tally["truth"] / estimated if estimated else None,
        "bias": tally["error"] / estimated if estimated else None,
        "rmse": sqrt(tally["squares"] / estimated) if estimated else None,
        "coverage": None,
        "coverage_low": None,
        "coverage_high": None,
        "width": None,
        "alarms": None,
        "p_alarms": tally["alarms"] / tally["tested"] if tally["tested"] else None,
    }
    if told:
        error = intervals.wilson(int(tally["covered"]), told, level)
        found |= {"coverage": tally["covered"] / told, "width": tally["width"] / told}
        found |= {"coverage_low": error.low, "coverage_high": error.high}
        found |= {"alarms": tally["excluded"] / told}
    return found


def finding(coverage: float | None) -> str:
    """Say what a coverage means.

    >>> [finding(share) for share in (0.92, 0.95, 0.98, None)]
    ['fails', 'holds', 'conservative', 'no interval']
    """
    if coverage is None:
        return "no interval"
    if coverage < FAILS_BELOW:
        return "fails"
    return "conservative" if coverage > CONSERVATIVE_ABOVE else "holds"


def lots(total: int, size: int) -> Iterator[range]:
    """Cut runs into lots of one size.

    >>> list(lots(5, 2))
    [range(0, 2), range(2, 4), range(4, 5)]
    """
    return (range(start, min(start + size, total)) for start in range(0, total, size))
