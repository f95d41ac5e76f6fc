"""What a plan rests on: how far a pilot's pairs spread, and what they would do with an effect."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from typing import Final

import numpy as np

from ksd_eval.metrics.pairs import Floats
from ksd_eval.numerics import components, pairs, planning, population
from ksd_eval.numerics.components import Components
from ksd_eval.numerics.planning import Test
from ksd_eval.numerics.population import Draw, Population
from ksd_eval.studies.pilot import Readings

RESAMPLED_FROM: Final = 30
"""Prompt pairs from which a pilot is drawn again rather than a model of it."""

ASSUMED: Final = Population()
"""Where a pilot has one picture of each prompt: logits with a standard deviation of 2.5 over
prompts, and of 1 between the languages of a prompt."""

MANY: Final = 1_000_000
"""Replicates that leave nothing but what lies between prompts."""


@dataclass(frozen=True, eq=False)
class OfDifference:
    """What a pilot tells of the difference between two arms.

    The pilot's own components are the spread at its own effect, and a two-level model fitted to
    them says how that changes with the effect: arms that never differ must begin to.
    """

    readings: Readings

    @cached_property
    def components(self) -> Components:
        """How far pairs differ, and replicates of a pair."""
        return components.variance_components(self.readings.numbers, self.readings.pairs)

    @cached_property
    def population(self) -> Population:
        """The model of it, without effect."""
        share = _mean_share(self.readings)
        if self.components.within is None:
            return population.matched(replace(ASSUMED, mean_share=share), self.components.total)
        return population.fitted(share, _within_arms(self.readings), self.components, paired=True)

    def spread(self, replicates: int, effect: float) -> float | None:
        """Return the standard deviation of a pair's value; None if the pilot cannot tell."""
        known = self.components.spread(replicates)
        return None if known is None else known * self._growth(replicates, effect)

    def limit(self, replicates: int, effect: float, confidence: float) -> float | None:
        """Return what that lies below with a certain confidence; None if that cannot be told."""
        values, names = self.readings.numbers, self.readings.pairs
        found = components.variance_limit(values, names, replicates, confidence)
        if self.components.within is None:
            replicates = 1  # of which it is the limit
        return None if found is None else sqrt(found) * self._growth(replicates, effect)

    def draw(self, replicates: int, effect: float) -> Draw:
        """Return what draws pairs with an effect: the pilot's, where they can be, or the model."""
        counts = _counts(self.readings, replicates)
        if counts is None:
            return self.population.draws(self._signed(effect), replicates)
        # The way the pilot's own difference points: there the fewest pictures must turn.
        way = 1 if float(self.readings.numbers.mean()) >= 0 else -1
        return planning.resampled(*counts, replicates, way * effect)

    def test(self, replicates: int) -> Test | None:
        """Return the test that finds it."""
        return None

    def _growth(self, replicates: int, effect: float) -> float:
        none = self.population.spread(replicates)
        return self.population.spread(replicates, self._signed(effect)) / none if none else 1.0

    def _signed(self, effect: float) -> float:
        """Return the effect in the direction in which there is room."""
        return effect if self.population.mean_share <= 0.5 else -effect


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
        """The model of it, without effect."""
        known, total = self.components, self.reference * (1 - self.reference)
        alone = Population(self.reference, 0.0, 0.0, paired=False)
        if known.within is None:
            return alone
        within = total * known.within / known.total
        return population.fitted(self.reference, within, Components(total, within), paired=False)

    def spread(self, replicates: int, effect: float) -> float | None:
        """Return the standard deviation of a pair's share; None if the pilot cannot tell."""
        if replicates > 1 and self.components.within is None:
            return None
        return self.population.spread(replicates, effect)

    def limit(self, replicates: int, effect: float, confidence: float) -> float | None:
        """Return what that lies below with a certain confidence."""
        share = self.reference + effect
        total = share * (1 - share)
        between = self._between(confidence)
        return sqrt(total * (between + (1 - between) / replicates))

    def draw(self, replicates: int, effect: float) -> Draw:
        """Return what draws pairs with an effect: the pilot's, where they can be, or the model."""
        counts = _counts(self.readings, replicates)
        if counts is not None:
            return planning.resampled(*counts, replicates, self.reference + effect)
        return self.population.draws(effect, replicates)

    def test(self, replicates: int) -> Test | None:
        """Return the test that finds it."""
        return planning.differ_from(self.reference, replicates)

    def _between(self, confidence: float) -> float:
        """Return what the part of the variance that lies between prompts is below."""
        unknown = 1.0 if confidence > 0.5 else 0.0
        if self.components.within is None:
            return unknown
        values, names = self.readings.numbers, self.readings.pairs
        found = components.variance_limit(values, names, MANY, confidence)
        return unknown if found is None else min(1.0, found / self.components.total)


Basis = OfDifference | OfShare


def basis_of(readings: Readings, weights: Mapping[str, int], reference: float) -> Basis:
    """Return what a plan rests on: for two arms their difference, for one its share."""
    return OfDifference(readings) if len(weights) > 1 else OfShare(readings, reference)


def _mean_share(readings: Readings) -> float:
    return float(np.mean([pairs.mean_over_pairs(arm, readings.pairs) for arm in readings.arms]))


def _within_arms(readings: Readings) -> float:
    found = [components.variance_components(arm, readings.pairs) for arm in readings.arms]
    return float(np.mean([one.within for one in found if one.within is not None]))


def _counts(readings: Readings, replicates: int) -> tuple[Floats, Floats] | None:
    """Return how often each pair is "yes" in either arm.

    None where pairs are too few, or have not just so many replicates.
    """
    codes, sizes = np.unique(readings.pairs, return_inverse=True, return_counts=True)[1:]
    if len(sizes) < RESAMPLED_FROM or np.any(sizes != replicates):
        return None
    first, *rest = (np.bincount(codes, arm).astype(float) for arm in readings.arms)
    return first, rest[0] if rest else np.zeros(len(first))
