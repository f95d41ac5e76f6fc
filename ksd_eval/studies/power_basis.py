"""What a plan rests on: how far a pilot's pairs spread, and what they would do with an effect.

The spread is the pilot's own. How it changes with the effect, and how pairs come out in simulated
studies, is told by the two-level model that has the pilot's variances at the pilot's own effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import sqrt
from typing import Final

import numpy as np

from ksd_eval.numerics import components, pairs, planning, population, simulated_power
from ksd_eval.numerics.components import Components
from ksd_eval.numerics.planning import PowerAt
from ksd_eval.numerics.population import Draw, Population
from ksd_eval.numerics.simulated_power import Test
from ksd_eval.studies.pilot import Readings
from ksd_eval.studies.power_foresight import ASSUMED

MANY: Final = 1_000_000
"""Replicates that leave nothing but what lies between prompts."""


@dataclass(frozen=True, eq=False)
class OfDifference:
    """What a pilot tells of the difference between two arms.

    An effect points the way that the pilot's own does, unless shares leave no room for it there.

    Attributes:
        readings: The pilot's.
    """

    readings: Readings

    @cached_property
    def components(self) -> Components:
        """How far pairs differ, and replicates of a pair."""
        return components.variance_components(self.readings.numbers, self.readings.pairs)

    @cached_property
    def population(self) -> Population:
        """The model of it."""
        share, own, known = self._shares[1], self._own, self.components
        if known.within is None:
            assumed = replace(ASSUMED.population, mean_share=share)
            return population.matched(assumed, own, known.total)
        return population.fitted(share, own, _within_arms(self.readings), known, paired=True)

    def spread(self, replicates: int, effect: float) -> float | None:
        """Return the standard deviation of a pair's value; None if the pilot cannot tell.

        That of the model with this effect, and what the model left unexplained of the pilot's.
        """
        known, model = self.components.spread(replicates), self.population
        if known is None:
            return None
        left = max(known**2 - model.spread(replicates, self._own) ** 2, 0.0)
        return sqrt(model.spread(replicates, self.signed(effect)) ** 2 + left)

    def limit(self, replicates: int, effect: float, confidence: float) -> float | None:
        """Return what that lies below with a certain confidence; None if that cannot be told."""
        spread, known = self.spread(replicates, effect), self.components.spread(replicates)
        values, names = self.readings.numbers, self.readings.pairs
        found = components.variance_limit(values, names, replicates, confidence)
        return spread * sqrt(found) / known if spread and known and found else None

    def power_at(
        self, replicates: int, effect: float, level: float, limit: float | None = None
    ) -> PowerAt | None:
        """Return the power by the number of pairs; None if the pilot cannot tell.

        Args:
            replicates: Pictures of each pair and arm.
            effect: In shares.
            level: Coverage of the interval.
            limit: Confidence of the limit of the spread that is taken; None for the spread itself.
        """
        spread = _spread(self, replicates, effect, limit)
        return partial(planning.planned_power, spread, effect, level=level) if spread else None

    def draw(self, replicates: int, effect: float) -> Draw:
        """Return what draws pairs with an effect."""
        return self.population.draws(self.signed(effect), replicates)

    def test(self, replicates: int) -> Test:
        """Return the test that finds it."""
        return simulated_power.differ_from_zero

    def signed(self, effect: float) -> float:
        """Return a positive effect with the sign that it is planned to have."""
        way = 1 if self._own >= 0 else -1
        return way * effect if 0 < self._shares[1] + way * effect < 1 else -way * effect

    @cached_property
    def _shares(self) -> tuple[float, float]:
        """Mean share of either arm; one that was never or always seen is off by half a picture."""
        least = 0.5 / len(self.readings.numbers)
        first, second = (
            float(np.clip(pairs.mean_over_pairs(arm, self.readings.pairs), least, 1 - least))
            for arm in self.readings.arms
        )
        return first, second

    @property
    def _own(self) -> float:
        """The pilot's own effect."""
        return self._shares[0] - self._shares[1]


@dataclass(frozen=True, eq=False)
class OfShare:
    """What a pilot tells of one arm's share, which is held against a reference.

    Yes and no of mean m vary by m (1 - m), whatever the pilot; what it tells is how much of that
    lies between prompts.

    Attributes:
        readings: The pilot's.
        reference: The share that the arm's is held against; effects lie above it.
    """

    readings: Readings
    reference: float

    @cached_property
    def components(self) -> Components:
        """How far pairs differ, and replicates of a pair."""
        return components.variance_components(self.readings.numbers, self.readings.pairs)

    @cached_property
    def population(self) -> Population:
        """The model of it: of the same part between prompts, about the reference."""
        known, total = self.components, self.reference * (1 - self.reference)
        if known.within is None:
            return Population(self.reference, 0.0, 0.0, paired=False)
        within = total * known.within / known.total
        whole = Components(total, within)
        return population.fitted(self.reference, 0.0, within, whole, paired=False)

    def spread(self, replicates: int, effect: float) -> float | None:
        """Return the standard deviation of a pair's share; None if the pilot cannot tell."""
        if replicates > 1 and self.components.within is None:
            return None
        return self.population.spread(replicates, effect)

    def limit(self, replicates: int, effect: float, confidence: float) -> float | None:
        """Return what that lies below with a certain confidence; None if that cannot be told."""
        spread = self.spread(replicates, effect)
        if spread is None or replicates == 1:
            return spread
        values, names = self.readings.numbers, self.readings.pairs
        known = self.components
        limit = components.variance_limit(values, names, MANY, confidence) or 0.0
        more = (limit - (known.between or 0.0)) / known.total
        at_effect = self.population.components(effect)
        part = float(np.clip((at_effect.between or 0.0) / at_effect.total + more, 0, 1))
        return sqrt(at_effect.total * (part + (1 - part) / replicates))

    def power_at(
        self, replicates: int, effect: float, level: float, limit: float | None = None
    ) -> PowerAt | None:
        """Return the power by the number of pairs, as `OfDifference.power_at`."""
        spread = _spread(self, replicates, effect, limit)
        if not spread:
            return None
        about = (spread, self.reference, effect)
        return lambda count: planning.planned_share_power(*about, count, replicates, level)

    def draw(self, replicates: int, effect: float) -> Draw:
        """Return what draws pairs with an effect."""
        return self.population.draws(effect, replicates)

    def test(self, replicates: int) -> Test:
        """Return the test that finds it."""
        return simulated_power.differ_from(self.reference, replicates)


Basis = OfDifference | OfShare


def basis_of(readings: Readings, weights: Mapping[str, int], reference: float) -> Basis:
    """Return what a plan rests on: for two arms their difference, for one its share."""
    return OfDifference(readings) if len(weights) > 1 else OfShare(readings, reference)


def _spread(basis: Basis, replicates: int, effect: float, limit: float | None) -> float | None:
    if limit is None:
        return basis.spread(replicates, effect)
    return basis.limit(replicates, effect, limit)


def _within_arms(readings: Readings) -> float:
    """Return how much a picture of one arm varies within its prompt, mean over arms."""
    found = [components.variance_components(arm, readings.pairs) for arm in readings.arms]
    return float(np.mean([one.within for one in found if one.within is not None]))
