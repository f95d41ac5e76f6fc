"""Prediction-powered inference: a judge's readings of all pictures, people's labels of some.

Labels alone are right and few, readings alone are many and off. The mean reading, less how far
readings are off where there are labels, is right whatever the judge is, and as sure as the judge is
good. Nothing is supposed of its errors, only that the labelled pictures are a random subset.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.intervals import Interval

Flags: TypeAlias = NDArray[np.bool_]
"""Yes or no."""

LABELS_FROM: Final = 100
"""Number of labelled pictures from which it is used, see `prediction_powered`."""


@dataclass(frozen=True, eq=False)
class PartlyLabelled:
    """Readings of n pictures, and labels of a random subset of them.

    Raises:
        ValueError: If shapes differ, there is no picture, or a number is not finite.
        TypeError: If `labelled` or `told` is not boolean.
    """

    readings: Floats
    """What the judge says, shape [n]: 0 or 1, a probability, any number."""
    labels: Floats
    """What people say, shape [n], in the same unit; any number where they say nothing."""
    labelled: Flags
    """Whether people looked, shape [n]."""
    pairs: NDArray[Any]
    """The prompt pair of each picture, shape [n], strings or whole numbers."""
    told: Flags | None = None
    """Whether those who looked could tell, shape [n]; None if always."""

    def __post_init__(self) -> None:
        n = len(checks.vector("readings", self.readings))
        if len(checks.vector("labels", self.labels)) != n:
            raise ValueError(f"labels must have shape [{n}] as readings, got [{len(self.labels)}]")
        checks.labels("pairs", self.pairs, n)
        _check_flags("labelled", self.labelled, n)
        if self.told is not None:
            _check_flags("told", self.told, n)

    @property
    def answered(self) -> Flags:
        """Whether there is a label, shape [n]."""
        return self.labelled if self.told is None else self.labelled & self.told


@dataclass(frozen=True, slots=True)
class PredictionPowered:
    """A mean by prediction-powered inference, and what keeps it from being had."""

    estimate: float | None
    """In the unit of the labels; None with fewer than `LABELS_FROM` labels."""
    interval: Interval | None
    """Not cut to the range of the labels; None if nothing differs between pictures."""
    tuning: tuple[float, ...] = ()
    """How far readings were relied on, one number an arm: 0 not at all, 1 in full."""
    reason: str = ""
    """Why estimate or interval is None, as a sentence; else empty."""


def prediction_powered(
    pictures: PartlyLabelled, level: float, tuning: float | None = None
) -> PredictionPowered:
    """Return the mean label over prompts, each pair counting once.

    With L the labelled pictures and U the others, the estimate is mean_L(y) + t (mean_U(f) -
    mean_L(f)), pictures weighed so that pairs count alike. Its variance is the sum of squares of
    what the pictures of each pair contribute together, so they may be as alike as they like;
    Student's quantile counts the pairs with labels, from which most of the variance comes. Where
    people cannot tell of some pictures it is a ratio: the same estimate, with 0 where they cannot
    tell, over how often they can.

    Measured at level .95 with Se .93, Sp .96, share .2, 1000 pairs of one picture: coverage .91 at
    30 labels, .93 at 50 and 100, .95 at 300 (width .063, which `corrections.rogan_gladen` has not
    with 300 validation pictures: .087). With 60 pairs of 8 pictures with intraclass correlation .2
    it is .93 at 30 and 60, .94 at 100. At a share of .05 it is .91 at 100 and .935 at 300, and at
    50 labels one study in fifteen has no interval. What counts is how many of the judge's errors
    the labels show. So below 100 labels there is no estimate, and for a rare label 300 are better.

    Source: Angelopoulos et al., Prediction-powered inference (Science 2023), algorithm 1;
        Angelopoulos, Duchi and Zrnic, PPI++ (2023), equation 6, for the tuning. Influence values
        summed by pair: Liang and Zeger (1986).

    Args:
        pictures: Readings and labels.
        level: Nominal coverage, between 0 and 1.
        tuning: t, in [0, 1]; None for the one that makes independent pictures' variance least.

    Raises:
        ValueError: If shapes differ, a number is not finite, or `tuning` is not in [0, 1].
        TypeError: If `labelled` or `told` is not boolean.
    """
    return _combined([pictures], level, tuning)


def prediction_powered_difference(
    left: PartlyLabelled, right: PartlyLabelled, level: float, tuning: float | None = None
) -> PredictionPowered:
    """Return the mean label of one arm less another's; a pair in both keeps them together.

    Unlike a correction by error rates, it holds even if the judge errs otherwise in one arm than in
    the other. Each arm needs `LABELS_FROM` labels. Arguments and errors as `prediction_powered`.
    """
    return _combined([left, right], level, tuning)


@dataclass(frozen=True, eq=False)
class _Arm:
    """The estimate of one arm, and how far each of its pictures pulls it, shape [n]."""

    estimate: float
    tuning: float
    pull: Floats


def _combined(
    arms: Sequence[PartlyLabelled], level: float, tuning: float | None
) -> PredictionPowered:
    """Return the estimate of one arm, or of the first less the second."""
    checks.fraction("level", level)
    if tuning is not None and not 0 <= tuning <= 1:
        raise ValueError(f"tuning must lie in [0, 1], got {tuning}; None chooses it")
    fewest = min(int(arm.answered.sum()) for arm in arms)
    if fewest < LABELS_FROM:
        reason = f"{fewest} labels are too few; from {LABELS_FROM} on they can be relied on"
        return PredictionPowered(None, None, (), reason)
    found = [_arm(arm, tuning) for arm in arms]
    signs = (1, -1)[: len(found)]
    estimate = sum(sign * one.estimate for sign, one in zip(signs, found, strict=True))
    tunings = tuple(one.tuning for one in found)
    pulls = [sign * one.pull for sign, one in zip(signs, found, strict=True)]
    reach = _reach(arms, pulls, level)
    if reach is None:
        reason = "nothing differs between the labels, or they are all of one prompt pair"
        return PredictionPowered(estimate, None, tunings, reason)
    interval = Interval(estimate - reach, estimate + reach, level, "prediction_powered")
    return PredictionPowered(estimate, interval, tunings)


def _arm(arm: PartlyLabelled, tuning: float | None) -> _Arm:
    here, weights = arm.labelled, _weights(arm.pairs)
    inside = np.where(here, weights, 0) / weights[here].sum()
    outside = np.where(here, 0, weights) / (weights[~here].sum() if not here.all() else 1)
    told = arm.answered.astype(np.float64)
    yes = np.where(arm.answered, arm.labels, 0.0)
    could_tell = float(inside @ told)
    if here.all():
        tuning = 0.0
    elif tuning is None:
        tuning = _tuning(yes - told * float(inside @ yes) / could_tell, arm, weights)
    shift = tuning * float(outside @ arm.readings - inside @ arm.readings)
    estimate = (float(inside @ yes) + shift) / could_tell
    off = yes - told * estimate - tuning * arm.readings
    pull = inside * (off - inside @ off)
    pull += outside * tuning * (arm.readings - outside @ arm.readings)
    return _Arm(estimate, tuning, pull / could_tell)


def _tuning(values: Floats, arm: PartlyLabelled, weights: Floats) -> float:
    """Return the tuning of least variance, if all pictures were independent."""
    here, n = arm.labelled, len(values)
    variance = float(np.cov(arm.readings, aweights=weights, ddof=0)) * n / (n - 1)
    if variance <= 0:
        return 0.0
    both = np.cov(values[here], arm.readings[here], aweights=weights[here], ddof=0)
    share = float(both[0, 1]) / variance / (1 + here.sum() / (~here).sum())
    return float(np.clip(share, 0, 1))


def _reach(arms: Sequence[PartlyLabelled], pulls: Sequence[Floats], level: float) -> float | None:
    """Return half the interval's width, from what the pictures of each pair pull together."""
    codes = np.unique(np.concatenate([arm.pairs for arm in arms]), return_inverse=True)[1]
    together = np.bincount(codes, np.concatenate(pulls))
    labelled = min(len(np.unique(arm.pairs[arm.labelled])) for arm in arms)
    spread = float(np.square(together).sum())
    if labelled < 2 or spread < 1e-30:
        return None
    quantile = float(stats.t.ppf((1 + level) / 2, labelled - 1))
    return quantile * sqrt(spread * labelled / (labelled - 1))


def _weights(pairs: NDArray[Any]) -> Floats:
    """Return weights that count every pair alike, shape [n]."""
    codes, sizes = np.unique(pairs, return_inverse=True, return_counts=True)[1:]
    return np.asarray(1 / sizes[codes])


def _check_flags(name: str, flags: Flags, n: int) -> None:
    if flags.dtype != np.bool_:
        raise TypeError(f"{name} must be boolean, got {flags.dtype}; give True or False")
    if flags.shape != (n,):
        raise ValueError(f"{name} must have shape [{n}] as readings, got {list(flags.shape)}")
