"""Shares corrected for how a judge errs, with intervals that carry both sources of doubt.

How a judge errs is known from validation pictures, whose truth is known, as counts of truth against
reading. The corrected share is the one that, read by such a judge, gives the share observed.
Another prompt would give another share, and other validation pictures other error rates; and all of
it supposes that the judge errs on the pictures in question as on the validation pictures.
"""

from dataclasses import dataclass
from math import hypot, inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from ksd_eval.numerics import checks, intervals
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.intervals import Interval


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected share, or a difference of two, and what keeps it from being had."""

    estimate: float | None
    """A share in [0, 1], a difference in [-1, 1]; None if the judge does not tell classes apart."""
    interval: Interval | None
    """Cut to the same range."""
    reason: str = ""
    """Why one of them is None, as a sentence; else empty."""


def rogan_gladen(share: float, raw: Interval | None, counts: ArrayLike, level: float) -> Corrected:
    """Return the share of the first of two classes, corrected for sensitivity and specificity.

    The estimate is (share + Sp - 1) / (Se + Sp - 1), cut to [0, 1]. Its interval inverts a test: p
    is kept where share + Sp - 1 and p (Se + Sp - 1) differ by no more than the limits of share, Se
    and Sp allow together. So it inherits what the raw interval does about few pairs and about pairs
    that are all alike, and is the raw interval if the judge is known not to err. The limits of Se
    and Sp are Jeffreys': no error among 30 pictures does not mean that there is none.

    Measured at level .95 with Se .93, Sp .96, share .2, 1000 prompts of one picture, 150 validation
    pictures a class: coverage .95, width .087; the raw interval covers .71, the delta method .945
    (width .083), a bootstrap of pairs and counts .945. In twelve cases (shares 0 to 1, 12 to 1000
    pairs, rates .65 to .995, 30 to 500 pictures a class) coverage is .95 to .99. At a share of .02
    and 30 pictures a class it is .98, the delta method's .79 and that bootstrap's .74.

    Source: Rogan and Gladen, Estimating prevalence from the results of a screening test (1978).
        Interval: Fieller (1954), with distances to limits in place of standard errors, Donner and
        Zou (2012). On the delta method's failure: DiCiccio et al., Confidence intervals for
        seroprevalence (2022).

    Args:
        share: Observed share of the first class over prompts, in [0, 1].
        raw: Its interval over prompts; None if it has none.
        counts: Validation pictures, shape [2, 2]: row the truth, column the reading.
        level: Nominal coverage, between 0 and 1; that of `raw`.

    Returns:
        Neither estimate nor interval if Se + Sp <= 1, or its interval reaches 1. No interval where
        no share in [0, 1] agrees with what was observed.

    Raises:
        ValueError: If `share` is not a share or not within `raw`, `raw` has another level, or
            `counts` are not of two classes with a picture each.

    >>> raw = Interval(0.192, 0.244, 0.95, "student")
    >>> found = rogan_gladen(0.218, raw, [[140, 10], [6, 144]], 0.95)
    >>> round(found.estimate, 3), round(found.interval.low, 3), round(found.interval.high, 3)
    (0.199, 0.151, 0.237)
    """
    judge = _two_classes(counts, level)
    _check_raw("share", share, raw, level)
    if judge.reason:
        return Corrected(None, None, judge.reason)
    right = share + judge.right[1] - 1
    estimate = float(np.clip(right / judge.youden, 0, 1))
    if raw is None:
        return Corrected(estimate, None, "the raw share has no interval")
    doubts_low = share - raw.low, judge.above[0], judge.below[1]
    doubts_high = raw.high - share, judge.below[0], judge.above[1]
    low = _fieller(right, judge.youden, doubts_low, -1)
    high = _fieller(right, judge.youden, doubts_high, 1)
    if high <= 0 or low >= 1:
        reason = "with these error rates the judge cannot read so {} of any share in [0, 1]"
        return Corrected(estimate, None, reason.format("few" if high <= 0 else "many"))
    return Corrected(estimate, Interval(max(low, 0), min(high, 1), level, "rogan_gladen"))


def rogan_gladen_difference(
    difference: float, raw: Interval | None, counts: ArrayLike, level: float
) -> Corrected:
    """Return a difference of two shares of the first of two classes, both corrected alike.

    False alarms cancel: it is the raw difference over Se + Sp - 1, cut to [-1, 1]. So it is no
    smaller than the raw one, and its interval excludes 0 just where the raw one does.

    Args:
        difference: Observed difference over prompts, in [-1, 1].
        raw: Its interval over prompts, of pairs that keep both arms; None if it has none.
        counts: As for `rogan_gladen`, as are the errors.
        level: Nominal coverage, between 0 and 1; that of `raw`.
    """
    judge = _two_classes(counts, level)
    _check_raw("difference", difference, raw, level)
    if judge.reason:
        return Corrected(None, None, judge.reason)
    estimate = float(np.clip(difference / judge.youden, -1, 1))
    if raw is None:
        return Corrected(estimate, None, "the raw difference has no interval")
    below, above = hypot(*judge.below), hypot(*judge.above)
    # The end nearer to 0 goes with a judge better than it seems, the farther with a worse one.
    doubts = above if raw.low > 0 else below, below if raw.high > 0 else above
    low = _fieller(difference, judge.youden, (difference - raw.low, doubts[0], 0), -1)
    high = _fieller(difference, judge.youden, (raw.high - difference, doubts[1], 0), 1)
    ends = float(np.clip(low, -1, estimate)), float(np.clip(high, estimate, 1))
    return Corrected(estimate, Interval(*ends, level, "rogan_gladen"))


def adjusted_shares(rates: ArrayLike, shares: ArrayLike) -> Floats:
    """Return the true shares that explain observed ones best, by least squares over the simplex.

    Minimises |rates' p - shares|^2 over p >= 0 that sum to 1. For two classes that is Rogan and
    Gladen's estimate cut to [0, 1]. As p sums to 1, the residual is B p with B = rates' - shares
    1'; and the p that makes |B p| least is, but for its scale, the u >= 0 that makes |B u|^2 +
    (sum u - 1)^2 least. So one non-negative least squares solves it exactly.

    Source: adjusted count, Forman, Quantifying counts and costs via classification (2008); for more
        classes Saerens et al. (2002), section 2.3, and Hopkins and King (2010).

    Args:
        rates: P(read | truth), shape [k, k] or [b, k, k]; rows sum to 1.
        shares: Observed shares, shape [k] or [b, k]; rows sum to 1.

    Returns:
        Of the shape of `shares`.

    >>> rates = [[0.9, 0.1, 0], [0, 1, 0], [0, 0.2, 0.8]]
    >>> adjusted_shares(rates, [0.45, 0.55, 0]).round(3).tolist()
    [0.5, 0.5, 0.0]
    """
    observed = np.asarray(shares, dtype=np.float64)
    residuals = np.swapaxes(np.asarray(rates, dtype=np.float64), -1, -2) - observed[..., None]
    k = observed.shape[-1]
    total, wanted = np.ones((1, k)), np.append(np.zeros(k), 1.0)
    systems = (np.concatenate([part, total]) for part in residuals.reshape(-1, k, k))
    found = np.array([optimize.nnls(system, wanted)[0] for system in systems])
    return np.asarray(found / found.sum(axis=-1, keepdims=True)).reshape(observed.shape)


def adjusted_count(
    pair_shares: ArrayLike,
    counts: ArrayLike,
    level: float,
    resamples: int,
    rng: np.random.Generator,
    less: ArrayLike | None = None,
) -> tuple[Corrected, ...]:
    """Return the corrected share of each of k >= 2 classes, or how much it exceeds another arm's.

    Intervals are percentiles of `adjusted_shares` as pairs and error rates are redrawn together.
    Pairs are weighed whole by the Bayesian bootstrap, along with one more pair that lies in each
    class with weight 1/k, and deviations are stretched to Student's reach. Each truth's row of
    rates is Dirichlet(counts + 1/k). So neither a class that no pair shows nor an error that no
    validation picture shows is taken for impossible.

    Measured at level .95 in nine cases (3 to 5 classes read right at rates .8 to 1, 50 to 190
    validation pictures each, 9 to 100 pairs of 1 to 8 pictures): coverage is .90 to 1 for every
    class, shares of 0 and 1 included, and for differences .95 to 1. It is .90 for a share of .15 in
    12 pairs of one picture. Resampling pairs without the further one falls to .51 there, for a
    share of .05. The price is width where pairs are few: 1.2 times at 12 pairs of 8 pictures. For
    two classes `rogan_gladen` holds as well near 0 and 1, and needs no redraws.

    Source: as `adjusted_shares`; Rubin, The Bayesian bootstrap (1981), with a prior as in Ferguson
        (1973); 1/k: Berger, Bernardo and Sun, Overall objective priors (2015).

    Args:
        pair_shares: Observed shares of each pair, shape [pairs, k]; rows sum to 1.
        counts: Validation pictures, shape [k, k]: row the truth, column the reading.
        level: Nominal coverage, between 0 and 1.
        resamples: Number of redraws.
        rng: Their source.
        less: Observed shares of the same pairs, in the same rows, in an arm to be subtracted. A
            pair keeps both arms when redrawn, and the same redrawn rates correct both.

    Returns:
        One a class, in order. Neither estimate nor interval if the counts do not exclude, at this
        level, a judge that mixes classes up: one with determinant of rates <= 0, which for two
        classes is Se + Sp <= 1. No interval for a single pair.

    Raises:
        ValueError: If a row is not shares, there is no pair, shapes differ, or `counts` are not of
            the same classes with a picture each.
    """
    sides = [_pair_shares("pair_shares", pair_shares)]
    if less is not None:
        sides.append(_pair_shares("less", less))
    if sides[0].shape != sides[-1].shape:
        shapes = " and ".join(str(list(side.shape)) for side in sides)
        raise ValueError(f"pair_shares and less must be of the same pairs, got {shapes}")
    return _adjusted(sides, _counts(counts, level), level, resamples, rng)


@dataclass(frozen=True, slots=True)
class _TwoClasses:
    """How often a judge reads each of two classes right, and how far the limits lie from that."""

    right: tuple[float, float]
    below: tuple[float, float]
    above: tuple[float, float]

    @property
    def youden(self) -> float:
        """Youden's index, Se + Sp - 1."""
        return sum(self.right) - 1

    @property
    def reason(self) -> str:
        """Why such a judge cannot be corrected; empty if it can."""
        both = sum(self.right)
        low = both - hypot(*self.below)
        if low > 1:
            return ""
        return (
            f"the judge {'is' if both <= 1 else 'may be'} no better than chance: Se + Sp is "
            f"{both:.2f}, at the low end {low:.2f}, and chance has 1; validate it on more pictures"
        )


def _two_classes(counts: ArrayLike, level: float) -> _TwoClasses:
    table = _counts(counts, level)
    if len(table) != 2:
        raise ValueError(f"counts are of {len(table)} classes, not of two; use adjusted_count")
    rights, totals = table.diagonal(), table.sum(axis=1)
    se, sp = (float(right) for right in rights / totals)
    of_se, of_sp = (
        intervals.jeffreys(int(right), int(n), level)
        for right, n in zip(rights, totals, strict=True)
    )
    below, above = (se - of_se.low, sp - of_sp.low), (of_se.high - se, of_sp.high - sp)
    return _TwoClasses((se, sp), below, above)


def _fieller(
    numerator: float, slope: float, doubts: tuple[float, float, float], side: int
) -> float:
    """Return the p where (numerator - p slope)^2 = a^2 + p^2 b^2 + (1 - p)^2 c^2, on one side.

    Infinite where that side has no end.
    """
    a, b, c = (doubt**2 for doubt in doubts)
    square, half, rest = slope**2 - b - c, numerator * slope - c, numerator**2 - a - c
    root = sqrt(max(0.0, half**2 - square * rest))
    if half * side < 0:  # written so that nothing cancels
        return rest / (half - side * root)
    return (half + side * root) / square if square > 0 else side * inf


def _adjusted(
    sides: list[Floats], counts: Floats, level: float, resamples: int, rng: np.random.Generator
) -> tuple[Corrected, ...]:
    """Return the corrected shares of one side, or of the first less the second."""
    checks.whole("resamples", resamples, 1)
    pairs, k = sides[0].shape
    if len(counts) != k:
        raise ValueError(f"counts are of {len(counts)} classes and pairs of {k}; give both alike")
    rates = counts / counts.sum(axis=1, keepdims=True)
    drawn = _dirichlet(counts + 1 / k, resamples, rng)
    mixed_up = np.linalg.slogdet(drawn).sign <= 0
    if np.linalg.det(rates) <= 0 or mixed_up.mean() > (1 - level) / 2:
        reason = "the judge may be no better than chance: its readings may mix classes up"
        reason += "; validate it on more pictures"
        return tuple(Corrected(None, None, reason) for _ in range(k))
    signs = np.array([1.0, -1.0])[: len(sides)]
    estimate: Floats = signs @ [adjusted_shares(rates, side.mean(axis=0)) for side in sides]
    if pairs == 1:
        reason = "one prompt pair says nothing of other prompts"
        return tuple(Corrected(float(value), None, reason) for value in estimate)
    redrawn = _redrawn(sides, level, resamples, rng)
    corrected = np.tensordot(signs, [adjusted_shares(drawn, side) for side in redrawn], axes=1)
    ends = np.quantile(corrected, [(1 - level) / 2, (1 + level) / 2], axis=0)
    ends = np.stack([np.minimum(ends[0], estimate), np.maximum(ends[1], estimate)])
    return tuple(
        Corrected(float(value), Interval(float(low), float(high), level, "adjusted_count"))
        for value, low, high in zip(estimate, *ends, strict=True)
    )


def _redrawn(
    sides: list[Floats], level: float, resamples: int, rng: np.random.Generator
) -> list[Floats]:
    """Return redrawn shares of each side, shape [resamples, k]; a pair keeps its sides together."""
    pairs, k = sides[0].shape
    corners = np.indices((k,) * len(sides)).reshape(len(sides), -1)
    prior = np.full(corners.shape[1], 1 / corners.shape[1])
    weights = _dirichlet(np.append(np.ones(pairs), prior), resamples, rng)
    reach = stats.t.ppf((1 + level) / 2, pairs - 1) / stats.norm.ppf((1 + level) / 2)
    stretch = float(reach) * sqrt(pairs / (pairs - 1))
    redrawn = []
    for side, corner in zip(sides, corners, strict=True):
        mean = side.mean(axis=0)
        seen = weights @ np.concatenate([side, np.eye(k)[corner]])
        redrawn.append(mean + stretch * (seen - mean))
    return redrawn


def _dirichlet(parameters: Floats, size: int, rng: np.random.Generator) -> Floats:
    """Return draws from one Dirichlet distribution a row, shape [size, ..., k]."""
    drawn = rng.standard_gamma(parameters, size=(size, *parameters.shape))
    return np.asarray(drawn / drawn.sum(axis=-1, keepdims=True))


def _counts(counts: ArrayLike, level: float) -> Floats:
    checks.fraction("level", level)
    table = checks.matrix("counts", counts, least=2)
    if table.shape[0] != table.shape[1] or table.min() < 0 or np.any(table % 1):
        raise ValueError(
            f"counts must be whole numbers >= 0 of truth against reading, shape [k, k], "
            f"got {table.tolist()}; leave out pictures that the judge abstained from"
        )
    empty = np.flatnonzero(table.sum(axis=1) == 0)
    if len(empty):
        raise ValueError(f"counts have no picture of class {empty[0]}; validate every class")
    return table


def _pair_shares(name: str, values: ArrayLike) -> Floats:
    table = checks.matrix(name, values)
    if table.min() < -1e-9 or np.abs(table.sum(axis=1) - 1).max() > 1e-6:
        raise ValueError(f"{name} must have rows of shares >= 0 that sum to 1; divide by their sum")
    return table


def _check_raw(name: str, value: float, raw: Interval | None, level: float) -> None:
    least = 0 if name == "share" else -1
    if not least <= value <= 1:
        raise ValueError(f"{name} must lie in [{least}, 1], got {value}; write 40 % as 0.4")
    if raw is not None and (raw.level != level or not raw.covers(value)):
        raise ValueError(
            f"raw must be an interval of the {name} {value} at level {level}, "
            f"got [{raw.low}, {raw.high}] at {raw.level}"
        )
