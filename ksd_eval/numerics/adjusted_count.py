"""Shares of two or more classes corrected for how a judge errs: adjusted counts."""

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.error_rates import Corrected, counted
from ksd_eval.numerics.intervals import Interval


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
    share of .05. The price is width where pairs are few: at 12 pairs of 8 pictures 1.1 times for a
    share of .6, 1.8 times for one of .05. For two classes `rogan_gladen` covers as well near 0 and
    1, and draws nothing.

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
    return _adjusted(sides, counted(counts, level), level, resamples, rng)


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


def _pair_shares(name: str, values: ArrayLike) -> Floats:
    table = checks.matrix(name, values)
    if table.min() < -1e-9 or np.abs(table.sum(axis=1) - 1).max() > 1e-6:
        raise ValueError(f"{name} must have rows of shares >= 0 that sum to 1; divide by their sum")
    return table
