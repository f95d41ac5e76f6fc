"""The instrument, measured first: do its intervals hold the truth, are its verdicts right?

Simulated runs go through the same metrics and the same rule of decision as real ones; what is
simulated is the model (see `scenarios`), or only its beliefs (see `painted`).
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from ksd_eval import verdicts
from ksd_eval.claims import Claim
from ksd_eval.execution import threads, workers
from ksd_eval.metrics.base import Evidence, Metric
from ksd_eval.records import Estimate
from ksd_eval.studies import painted, tallies
from ksd_eval.studies.base import Bench, Findings, StudyError
from ksd_eval.studies.base import Study as StudyOfInstrument
from ksd_eval.studies.calibration_findings import FALSE_VERDICTS, VERDICTS, findings
from ksd_eval.studies.painted import Atelier
from ksd_eval.studies.scenarios import Reading, Scenario, Study, drawn
from ksd_eval.studies.tallies import Tallies
from ksd_eval.studies.truths import truth_of
from ksd_eval.studies.usual_ways import usual_ways

ANY: Final = "any"


@dataclass(frozen=True, eq=False)
class Lab:
    """What simulated runs of one scenario are made of; it travels to other processes.

    Attributes:
        metrics: Those that the scenario asks.
        claims: Those that it decides.
        level: Of every interval, and of every family of claims.
        seed: Of everything that is drawn.
        atelier: What paints, where pixels are wanted.
    """

    scenario: Scenario
    metrics: Mapping[str, Metric]
    claims: Mapping[str, Claim]
    level: float
    seed: int
    atelier: Atelier | None

    def tallied(self, numbers: range) -> pd.DataFrame:
        """Simulate runs, and count how often what is said of them is true."""
        found = Tallies()
        for number in numbers:
            for estimate, truth in self._run(number):
                found.add(self.scenario.name, estimate, truth)
        return found.frame()

    def _run(self, number: int) -> Iterator[tuple[Estimate, float]]:
        """Yield what is said of one simulated run, each with its truth."""
        rng = self.scenario.rng(self.seed, number)
        study = drawn(self.scenario, rng)
        evidence = self._evidence(study, number, rng)
        for name, metric in self.metrics.items():
            for estimate in self._asked(name, metric, evidence, number):
                truth = truth_of(estimate, metric, study)
                # Another way of making intervals over prompts says nothing new over seeds.
                again = estimate.estimand == "over_seeds" and _way(metric) != "automatic"
                if truth is not None and not estimate.group and not again:
                    yield replace(estimate, metric=_estimator(name, estimate)), truth
        if any(metric_of(metric) == "gender" for metric in self.metrics.values()):
            yield from usual_ways(evidence, study, self.level, rng)
        if self.scenario.verdicts:
            yield from self._verdicts(study, evidence, number)

    def _evidence(self, study: Study, number: int, rng: np.random.Generator) -> Evidence:
        if self.atelier is not None:
            return self.atelier.evidence(study, number)
        measured = sorted({metric_of(metric) for metric in self.metrics.values()})
        return Reading(self.scenario, measured).evidence(study, rng)

    def _asked(
        self, name: str, metric: Metric, evidence: Evidence, number: int
    ) -> Sequence[Estimate]:
        stream = [self.seed, zlib.crc32(f"{self.scenario.name}/{name}".encode()), number]
        return metric(evidence, np.random.default_rng(stream))

    def _verdicts(
        self, study: Study, evidence: Evidence, number: int
    ) -> Iterator[tuple[Estimate, float]]:
        """Yield for each claim, and for any of them, whether its verdict was false, as 0 or 1."""

        @cache
        def estimates_at(name: str, level: float) -> Sequence[Estimate]:
            metric = replace(self.metrics[name], level=level)  # type: ignore[type-var]
            return [
                replace(one, metric=name) for one in self._asked(name, metric, evidence, number)
            ]

        def meant_at(claim: Claim, level: float) -> Sequence[Estimate]:
            return estimates_at(claim.metric, level)

        wrong = []
        for verdict in verdicts.decide(self.claims, (), meant_at, self.level):
            claim = self.claims[verdict.claim]
            [meant] = claim.chosen(estimates_at(claim.metric, self.level))
            truth = truth_of(meant, self.metrics[claim.metric], study)
            if truth is None:
                continue
            right = "supported" if claim.beyond(truth) else "refuted"
            wrong.append(verdict.outcome not in (right, "undecided"))
            yield _said(verdict.claim, VERDICTS, verdict.outcome != "undecided"), 0.0
            yield _said(verdict.claim, FALSE_VERDICTS, wrong[-1]), 0.0
        yield _said(ANY, FALSE_VERDICTS, any(wrong)), 0.0


@dataclass(frozen=True)
class Calibration(StudyOfInstrument):
    """Coverage, false alarms, power and false verdicts of the experiment's metrics and claims.

    Attributes:
        scenarios: Kinds of simulated runs.
        lot: Runs that are simulated at once, and kept.
        at_most: Runs of each scenario, if that is less than it says: for a quick look.
    """

    scenarios: Sequence[Scenario]
    lot: int = 250
    at_most: int | None = None

    def __post_init__(self) -> None:
        """Refuse scenarios that could not be told apart, and studies of nothing."""
        if not self.scenarios:
            raise ValueError("a calibration has at least one scenario; name one")
        for name, count in (("lot", self.lot), ("at_most", self.at_most)):
            if count is not None and count < 1:
                raise ValueError(f"{name} is {count}; give 1 or more")
        names = [scenario.name for scenario in self.scenarios]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two scenarios are called {twice[0]!r}; name them apart")

    def identity(self) -> dict[str, Any]:
        """Return nothing but the study's name: all else is in the configuration."""
        return {"study": "calibration"}

    def __call__(self, bench: Bench) -> Findings:
        """Simulate every scenario, a lot at a time."""
        scenarios = [self._cut(scenario) for scenario in self.scenarios]
        labs = [self._lab(scenario, bench) for scenario in scenarios]
        jobs = [
            (lab, numbers)
            for lab in labs
            for numbers in tallies.lots(lab.scenario.studies, self.lot)
        ]
        total = sum(scenario.studies for scenario in scenarios)
        with bench.tracked("simulating", total) as advance:
            parts = _all_lots(jobs, bench, advance)
        return findings(tallies.added(parts), scenarios, bench.level)

    def _cut(self, scenario: Scenario) -> Scenario:
        most = scenario.studies if self.at_most is None else min(self.at_most, scenario.studies)
        return replace(scenario, studies=most)

    def _lab(self, scenario: Scenario, bench: Bench) -> Lab:
        unknown = sorted(set(scenario.metrics) - set(bench.metrics))
        if unknown:
            known = ", ".join(bench.metrics)
            raise StudyError(
                f"scenario {scenario.name!r} asks the metric {unknown[0]!r}, which the experiment "
                f"has not; it has {known}"
            )
        names = scenario.metrics or tuple(bench.metrics)
        atelier = painted.atelier_of(bench, scenario.pairs) if scenario.pixels else None
        metrics = {name: bench.metrics[name] for name in names}
        claims = self._claims(scenario, names, bench) if scenario.verdicts else {}
        return Lab(scenario, metrics, claims, bench.level, bench.seed, atelier)

    def _claims(self, scenario: Scenario, names: Sequence[str], bench: Bench) -> dict[str, Claim]:
        """Return the claims to decide, whatever experiment they name."""
        claims = {
            name: replace(claim, experiment="")
            for name, claim in bench.claims.items()
            if isinstance(claim, Claim)
        }
        lacking = sorted({claim.metric for claim in claims.values()} - set(names))
        if lacking:
            raise StudyError(
                f"scenario {scenario.name!r} decides claims, one of which needs the metric "
                f"{lacking[0]!r}; name it among its metrics"
            )
        return claims


def _all_lots(
    jobs: Sequence[tuple[Lab, range]], bench: Bench, advance: Callable[[int], None]
) -> list[pd.DataFrame]:
    """Return the tallies of every lot, simulated in processes or found as they were kept."""
    processes = workers.pool(bench.workers, threads.fix, 1)
    # A hand for each process: it waits for a lot, and keeps it.
    hands = ThreadPoolExecutor(bench.workers)

    def done(job: tuple[Lab, range]) -> pd.DataFrame:
        lab, numbers = job
        name = f"{lab.scenario.name}.{numbers.start}"
        made = bench.kept(name, lambda: processes.submit(lab.tallied, numbers).result())
        advance(len(numbers))
        return made

    try:
        return list(hands.map(done, jobs))
    finally:
        # After an error or Ctrl-C too: lots under way are finished and kept, the rest not begun.
        hands.shutdown(wait=True, cancel_futures=True)
        processes.shutdown(wait=True, cancel_futures=True)


def metric_of(metric: Metric) -> str:
    """Return the measurement that a metric summarises."""
    return str(getattr(metric, "measurement", ""))


def _estimator(name: str, estimate: Estimate) -> str:
    """Name an estimator as the experiment does, and by its method where a metric has several."""
    if estimate.metric == "raw_share":
        return "uncorrected_judge"
    return estimate.method if estimate.metric == "corrected_share" else name


def _way(metric: Metric) -> str:
    """Return how a metric makes its intervals over prompts."""
    return str(getattr(metric, "interval", "automatic"))


def _said(claim: str, what: str, happened: bool) -> Estimate:
    return Estimate(what, claim, "", float(happened), estimand="descriptive")
