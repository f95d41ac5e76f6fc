"""What tallies of simulated runs amount to: the table `calibration`, and rows for the page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

import pandas as pd

from ksd_eval.numerics import planning
from ksd_eval.records import Estimate
from ksd_eval.studies import tallies
from ksd_eval.studies.base import Findings
from ksd_eval.studies.scenarios import Scenario
from ksd_eval.studies.usual_ways import USUAL

FALSE_VERDICTS: Final = "false_verdicts"
"""In the place of a metric: whether any verdict of a run was false, 0 or 1."""

VERDICTS: Final = "verdicts"
"""In the place of a metric: whether a claim was supported or refuted at all."""

ANOTHER_WAY: Final = "difference_by_"
"""How metrics are called that make the interval of a difference by another way than ours."""

UNSURE: Final = "uncorrected_imbalance"
"""The usual way that gives no interval."""


KEYS: Final = ("scenario", "metric", "measurement", "category", "arm", "estimand", "reference")
SETTINGS: Final = (
    *("pairs", "replicates", "mean_share", "effect", "sd_prompt", "sd_interaction"),
    *("sensitivity", "specificity", "pixels"),
)
"""What of a scenario stands beside its rates."""

RATES: Final = (
    *("truth", "bias", "rmse", "coverage", "coverage_low", "coverage_high", "width", "p_alarms"),
    *("false_alarms", "power", "planned_power", "false_verdicts", "verdicts"),
)
"""Columns that are numbers, also where all of them are missing."""

OFF_PLAN: Final = 0.04
"""How far a power may lie from the planned one."""

Row: TypeAlias = dict[str, Any]


def findings(table: pd.DataFrame, scenarios: Sequence[Scenario], level: float) -> Findings:
    """Return what tallies amount to: a table, and the same for the page."""
    by_name = {scenario.name: scenario for scenario in scenarios}
    rows = [row_of(tally, by_name[tally["scenario"]], level) for tally in _plain(table)]
    calibration = pd.DataFrame(rows).astype(dict.fromkeys(RATES, float))
    estimates = [one for row in _plain(calibration) for one in _estimates(row, level)]
    return Findings(estimates, {"calibration": calibration}, list(sentences(calibration)))


def sentences(calibration: pd.DataFrame) -> Iterator[str]:
    """Yield one line for each estimator: its coverage over all kinds of runs, the usual ways last.

    Then the rates of false verdicts.
    """
    known = calibration[calibration["coverage"].notna()]
    for way in ("ours", "usual"):
        mine = known[known["way"] == way]
        for (metric, estimand), part in mine.groupby(["metric", "estimand"]):
            low, high = 100 * part["coverage"].min(), 100 * part["coverage"].max()
            counts = part["finding"].value_counts()
            said = ", ".join(f"{counts[name]} {name}" for name in SAID if name in counts)
            yield f"{metric}, {estimand}: covers {low:.1f} to {high:.1f} % ({said})"
    for row in _plain(calibration[calibration["metric"] == FALSE_VERDICTS]):
        rate = 100 * row["false_verdicts"]
        yield f"false verdicts, {row['measurement']}, {row['scenario']}: {rate:.1f} %"


def row_of(tally: Row, scenario: Scenario, level: float) -> Row:
    """Return the row of one estimator in one scenario.

    An interval of a difference that leaves out 0 is a false alarm where the truth is 0, and is
    counted as power elsewhere; over seeds the truth is another one in every run.
    """
    row = {name: tally[name] for name in KEYS}
    row |= {name: getattr(scenario, name) for name in SETTINGS}
    row |= dict.fromkeys(("false_alarms", "power", "planned_power", "false_verdicts", "verdicts"))
    row |= {"way": "usual" if _is_usual(tally["metric"]) else "ours", "finding": ""}
    rates = tallies.rates(tally, level)
    alarms = rates.pop("alarms")
    if tally["metric"] in (FALSE_VERDICTS, VERDICTS):
        return row | {"studies": rates["studies"], tally["metric"]: rates["bias"]}
    row |= rates
    if tally["metric"] != UNSURE:
        row["finding"] = tallies.finding(rates["coverage"])
    if tally["estimand"] == "over_prompts" and " - " in tally["arm"]:
        none = abs(rates["truth"] or 0.0) <= tallies.NOTHING
        row["false_alarms" if none else "power"] = alarms
        if not none and tally["arm"] == "korean - english" and tally["measurement"] == "gender":
            row["planned_power"] = planned(scenario, level)
    return row


def _is_usual(metric: str) -> bool:
    return metric in USUAL or metric.startswith(ANOTHER_WAY)


def planned(scenario: Scenario, level: float) -> float | None:
    """Return the power that one would plan for: to find the effect of asking in Korean."""
    spread = scenario.population.spread(scenario.replicates, scenario.effect)
    if not spread or not scenario.effect:
        return None
    return planning.planned_power(spread, scenario.effect, scenario.pairs, level)


def _plain(table: pd.DataFrame) -> list[Row]:
    """Return rows as dictionaries; what is missing is None."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _estimates(row: Row, level: float) -> Iterator[Estimate]:
    """Yield what the page says of one row."""
    named = f"{row['metric']}, {row['estimand']}".removesuffix(", descriptive")
    about = Estimate(
        "",
        "",
        row["arm"],
        None,
        estimand="descriptive",
        category=row["category"],
        by="estimator",
        group=f"{named} · {row['scenario']}",
        level=level,
        n_pairs=int(row["pairs"]),
        n_images=int(row["studies"]),
        reference=row["reference"],
    )
    if row["metric"] in (FALSE_VERDICTS, VERDICTS):
        claim = replace(about, group=f"{row['measurement']} · {row['scenario']}")
        yield _of(claim, row["metric"], row[row["metric"]])
        return
    if row["metric"] != UNSURE:
        yield _coverage(about, row)
    yield _of(about, "bias", row["bias"])
    for name, note in (("false_alarms", _too_many(row)), ("power", _off_plan(row))):
        if row[name] is not None:
            found = replace(_of(about, name, row[name]), note=note)
            yield replace(found, ceiling=row["planned_power"] if name == "power" else None)


def _of(about: Estimate, kind: str, number: float | None) -> Estimate:
    return replace(about, metric=kind, kind=kind, measurement=kind, estimate=number)


def _coverage(about: Estimate, row: Row) -> Estimate:
    found = _of(about, "coverage", row["coverage"])
    if found.estimate is None:
        return replace(found, note="gives no interval here")
    low, high = row["coverage_low"], row["coverage_high"]
    return replace(found, ci_low=low, ci_high=high, method="wilson", note=SAID[row["finding"]])


def _too_many(row: Row) -> str:
    alarms = row["false_alarms"]
    return "more than 6 %" if alarms is not None and alarms > tallies.ALARMS_UP_TO else ""


def _off_plan(row: Row) -> str:
    power, plan = row["power"], row["planned_power"]
    return "off the plan" if plan is not None and abs(power - plan) > OFF_PLAN else ""


SAID: Final = {
    "holds": "",
    "fails": "fails: the interval claims too much",
    "conservative": "conservative: wider than it need be",
}
"""What the page says of a coverage."""
