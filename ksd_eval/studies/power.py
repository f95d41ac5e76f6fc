"""How many prompt pairs, and pictures of each, a run needs to find an effect, from a small one."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from ksd_eval.claims import FEWEST_PAIRS
from ksd_eval.metrics.pairs import Keep
from ksd_eval.numerics.planning import PowerAt, fewest_pairs
from ksd_eval.numerics.simulated_power import pairs_confirmed
from ksd_eval.records import Estimate
from ksd_eval.studies import pilot
from ksd_eval.studies.base import Bench, Findings, Study, StudyError
from ksd_eval.studies.pilot import Pilot, Readings
from ksd_eval.studies.power_basis import Basis, basis_of
from ksd_eval.studies.power_estimates import curve, needed, points, spreads

PLAN: Final = ("effect", "replicates", "pairs", "power", "pairs_cautious", "pictures")
"""Columns of the table `plan`. Pictures are those of all arms. A number that the pilot cannot tell,
or more than 100,000 pairs, is missing."""

_TYPES: Final = {
    **dict.fromkeys(("effect", "power"), "float64"),
    **dict.fromkeys(("replicates", "pairs", "pairs_cautious", "pictures"), "Int64"),
}

CAUTION: Final = 0.8
"""Confidence of the limit of the pilot's variance that the cautious plan takes."""


@dataclass(frozen=True)
class PowerStudy(Study):
    """Reads a finished small run, and says how large another must be.

    The pilot tells how far prompt pairs differ, and pictures of one pair. From that follows, for
    each effect and number of replicates, the least number of pairs whose interval leaves out the
    value of no effect with the wanted probability: by formula, then confirmed by simulated studies
    of the two-level model that has the pilot's variances. The cautious number of pairs takes the
    upper 80 % limit of the pilot's variance instead. A pilot with one picture of each prompt cannot
    tell what more of them would bring.

    Measured on pilots of 30, 100 and 300 pairs of 2 pictures (shares of .15, .4 and .5, noise
    shared by 0, .6 and .9 of the pictures, own effects of 0, .05 and .1; 60 pilots each; planned
    for effects of .05 and .1 and for 1, 2 and 8 pictures): the variance that a plan takes is 0.95
    to 1.5 times the true one on average, the larger the fewer the pairs and the rarer the label,
    and the cautious one is large enough in 65 to 100 % of pilots.

    An effect is what lies beyond the value of no effect: beyond 0, beyond the reference, or beyond
    a claim's margin from either.

    Attributes:
        measurement: What was judged: "gender".
        category: The label whose share it is: "woman".
        contrast: Two roles, as "korean - english", or one, whose share is held against `reference`.
        pilot: Folder of the small run; empty for the last finished one of `experiment`.
        experiment: The experiment that it is a run of.
        keep: Attribute -> value or values that a prompt must have.
        judge: Whose measurement, where several judges measure something of that name.
        reference: What one arm's share is held against; effects lie above it.
        effects: In shares: .05 is five points; each above 0 and below .5.
        pairs: Numbers of prompt pairs at which the curves of power are worked out.
        replicates: Pictures of each prompt and arm.
        power: Wanted probability of finding the effect.
        results: The folder of all results, `execution.results_dir`.
    """

    measurement: str
    category: str
    contrast: str = "korean - english"
    pilot: str = ""
    experiment: str = "bias"
    keep: Keep = field(default_factory=dict[str, str])
    judge: str = ""
    reference: float = 0.5
    effects: Sequence[float] = (0.05, 0.10, 0.15, 0.20)
    pairs: Sequence[int] = (10, 20, 40, 60, 80, 100, 150, 200, 300, 400)
    replicates: Sequence[int] = (1, 2, 4, 8)
    power: float = 0.8
    results: str = "results"

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be made, before the pilot is read."""
        arms = len(pilot.weights_of(self.contrast))
        for effect in self.effects:
            if not 0 < effect < 0.5 or (arms == 1 and self.reference + effect >= 1):
                raise ValueError(
                    f"effects must lie between 0 and 0.5, and above the reference below 1, "
                    f"got {effect}; write five points as 0.05"
                )
        if not 0 < self.reference < 1 or not 0.5 <= self.power < 1:
            raise ValueError(
                "reference must lie between 0 and 1 and power between 0.5 and 1, "
                f"got {self.reference} and {self.power}"
            )
        if min(self.pairs, default=0) < 2 or min(self.replicates, default=0) < 1:
            raise ValueError("pairs must be numbers of at least 2, and replicates of at least 1")

    def identity(self) -> dict[str, Any]:
        """Return the pilot's id and its tables' hashes.

        Raises:
            FileNotFoundError: There is no finished pilot; the message says how to make one.
        """
        return self._pilot().identity()

    def __call__(self, bench: Bench) -> Findings:
        """Plan a run.

        Raises:
            StudyError: The pilot is missing or not finished, or tells too little.
        """
        try:
            found = self._pilot()
        except FileNotFoundError as error:
            raise StudyError(str(error)) from error
        weights = pilot.weights_of(self.contrast)
        readings = pilot.read(
            found.evidence(), self.measurement, self.category, weights, self.keep, self.judge
        )
        basis = basis_of(readings, weights, self.reference)
        plan = bench.kept("plan", lambda: self._plan(basis, len(weights), bench)).astype(_TYPES)
        about = self._about(found, readings, bench.level)
        estimates = [
            *spreads(about, basis),
            *needed(about, basis, plan, self.power),
            *curve(about, basis, self.effects, self.pairs, self.replicates),
        ]
        return Findings(estimates, {"plan": plan}, list(sentences(plan, self.power)))

    def _pilot(self) -> Pilot:
        return pilot.find(self.pilot, self.experiment, self.results)

    def _about(self, found: Pilot, readings: Readings, level: float) -> Estimate:
        return Estimate(
            "power",
            "plan",
            self.contrast,
            None,
            level=level,
            n_pairs=readings.count,
            n_images=readings.pictures,
            note=f"from the pilot {found.name}",
        )

    def _plan(self, basis: Basis, arms: int, bench: Bench) -> pd.DataFrame:
        cells = [(effect, number) for effect in self.effects for number in self.replicates]
        rows = []
        with bench.tracked("planning", len(cells)) as advance:
            for effect, replicates in cells:
                row = self._row(basis, effect, replicates, bench)
                count = row["pairs"]
                pictures = None if count is None else count * replicates * arms
                rows.append({**row, "pictures": pictures})
                advance(1)
        return pd.DataFrame(rows, columns=list(PLAN)).astype(_TYPES)

    def _row(
        self, basis: Basis, effect: float, replicates: int, bench: Bench
    ) -> Mapping[str, float | int | None]:
        named = {"effect": effect, "replicates": replicates}
        if basis.spread(replicates, effect) is not None:
            return named | self._numbers(basis, effect, replicates, bench)
        # More pictures of a prompt are no worse than one.
        cautious = self._numbers(basis, effect, 1, bench)["pairs_cautious"]
        return named | {"pairs": None, "power": None, "pairs_cautious": cautious}

    def _numbers(
        self, basis: Basis, effect: float, replicates: int, bench: Bench
    ) -> dict[str, float | int | None]:
        level = bench.level
        start, cautious = (
            self._fewest(basis.power_at(replicates, effect, level, limit))
            for limit in (None, CAUTION)
        )
        found = None
        if start is not None:
            # A stream of its own, so that another effect in the plan changes no number here.
            rng = np.random.default_rng([bench.seed, round(1e6 * effect), replicates])
            draw, test = basis.draw(replicates, effect), basis.test(replicates)
            found = pairs_confirmed(draw, start, self.power, level, rng, test)
        if start is None or found is None:
            return {"pairs": None, "power": None, "pairs_cautious": None}
        pairs, power = found
        if cautious is not None:
            # What the simulation adds for the shape of the values, caution needs as well.
            cautious = max(round(cautious * pairs / start), pairs)
        return {"pairs": pairs, "power": power, "pairs_cautious": cautious}

    def _fewest(self, power_at: PowerAt | None) -> int | None:
        return None if power_at is None else fewest_pairs(power_at, self.power, FEWEST_PAIRS)


def sentences(plan: pd.DataFrame, power: float) -> Iterator[str]:
    """Yield one line for each effect: how many prompt pairs find it.

    >>> plan = pd.DataFrame([(0.1, 1, 110, 0.8, 136, 220)], columns=PLAN)
    >>> [*sentences(plan, 0.8)]
    ['10 points are found with a power of 80% by 110 prompt pairs of 1 picture (cautious: 136)']
    """
    for effect in plan["effect"].unique():
        known = plan[plan["effect"] == effect].dropna(subset="pairs")
        said = ", ".join(map(_said, known.to_dict("records"))) or "no number of prompt pairs known"
        yield f"{points(effect)} points are found with a power of {100 * power:g}% by {said}"


def _said(row: Mapping[Hashable, Any]) -> str:
    pictures = "1 picture" if row["replicates"] == 1 else f"{row['replicates']} pictures"
    cautious = "unknown" if pd.isna(row["pairs_cautious"]) else row["pairs_cautious"]
    return f"{row['pairs']} prompt pairs of {pictures} (cautious: {cautious})"
