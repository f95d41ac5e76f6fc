"""Tables of counts: yes or no twice of the same picture, in strata, and agreement of two judges."""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.confidence import Interval


@dataclass(frozen=True, slots=True)
class CommonOdds:
    """The odds ratio that several two-by-two tables have in common."""

    ratio: float | None
    """Above 0; None where it can only be bounded from one side, as one cell is always empty."""
    interval: Interval | None
    """Of the ratio; None likewise."""
    p_value: float
    """Two-sided, of the ratio 1: the Cochran-Mantel-Haenszel test."""


def mcnemar_p(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p value of "either of the two is as often the only one".

    For two answers of yes or no to the same thing, such as two arms with the same noise. Over
    seeds: things are taken for independent, so it speaks of other noise, not of other prompts.

    Source: McNemar (Psychometrika 1947), with the binomial distribution.

    Args:
        only_first: Number of things with yes to the first only.
        only_second: Number of things with yes to the second only.

    Returns:
        In (0, 1]; 1 where both numbers are 0.

    Raises:
        ValueError: If a number is not whole or negative.

    >>> mcnemar_p(0, 6)
    0.03125
    """
    first, second = (
        checks.whole(name, count, 0)
        for name, count in (("only_first", only_first), ("only_second", only_second))
    )
    return min(1.0, 2 * float(stats.binom.cdf(min(first, second), first + second, 0.5)))


def mantel_haenszel(tables: ArrayLike, level: float) -> CommonOdds | None:
    """Return the common odds ratio of two arms within strata, such as prompts.

    Over seeds: pictures are taken for independent within a stratum, and strata for given. The
    test has no continuity correction.

    Source: Mantel and Haenszel (JNCI 1959); interval: Robins, Breslow and Greenland (Biometrics
    1986).

    Args:
        tables: Counts, shape [k, 2, 2]: a row an arm, a column an answer.
        level: Nominal coverage, between 0 and 1.

    Returns:
        None where no table tells anything: in each of them an arm is empty, or all answers alike.

    Raises:
        ValueError: If the shape is another, a count is negative or not whole, or `level` is not
            between 0 and 1.

    >>> found = mantel_haenszel([[[8, 2], [4, 6]], [[9, 1], [5, 5]]], 0.95)
    >>> round(found.ratio, 2), round(found.p_value, 4)
    (7.15, 0.0093)
    """
    checks.fraction("level", level)
    counts = _counts("tables", tables)
    if counts.shape[1] != 2:
        raise ValueError(f"tables must have shape [k, 2, 2], got {list(counts.shape)}")
    counts = counts[counts.sum(axis=(1, 2)) > 1]
    total = counts.sum(axis=(1, 2))
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    variance = float((rows.prod(axis=1) * columns.prod(axis=1) / (total**2 * (total - 1))).sum())
    if not variance:
        return None
    beyond = float((counts[:, 0, 0] - rows[:, 0] * columns[:, 0] / total).sum())
    ratio, interval = _odds_ratio(counts, level)
    return CommonOdds(ratio, interval, float(special.chdtrc(1, beyond**2 / variance)))


def kappa(table: ArrayLike) -> float | None:
    """Return Cohen's kappa: agreement beyond chance, 1 for full agreement, 0 for that of chance.

    Source: Cohen, A coefficient of agreement for nominal scales (1960).

    Args:
        table: Counts, shape [k, k], k >= 2: rows are the first judge's labels, columns the
            second's, in the same order.

    Returns:
        In [-1, 1]. None where chance alone agrees fully: both gave one and the same label always.

    Raises:
        ValueError: If the table is not square, a count is negative or not whole, or all are 0.

    >>> round(kappa([[20, 5], [10, 15]]), 3)
    0.4
    """
    counts = _counts("table", np.asarray(table)[None])[0]
    if not counts.any():
        raise ValueError("table has no counts; leave out what was judged by one judge only")
    return _kappa(counts)


def kappa_over_prompts(tables: ArrayLike, level: float) -> tuple[float | None, Interval | None]:
    """Return Cohen's kappa of all pictures together, and its interval over prompts.

    Pictures of a prompt are alike, so pairs are the clusters: the jackknife leaves out one pair at
    a time, and Student's t has a degree of freedom less than there are pairs. Pairs with more
    pictures weigh more. Measured at level .95 (8 pictures a pair, agreement differing from pair to
    pair): coverage is .93 at 8 pairs, .95 from 20.

    Source: Cohen (1960); Tukey's jackknife, Efron and Tibshirani, An Introduction to the Bootstrap
    (1993), equation 11.5.

    Args:
        tables: Counts, shape [pairs, k, k], each as for `kappa`. Pairs without counts are left out.
        level: Nominal coverage, between 0 and 1.

    Returns:
        Kappa as `kappa` has it. No interval below 2 pairs, if leaving a pair out changes nothing,
        or if without some pair there is no kappa. The interval is cut to [-1, 1].

    Raises:
        ValueError: As `kappa` does.
    """
    checks.fraction("level", level)
    counts = _counts("tables", tables)
    counts = counts[counts.any(axis=(1, 2))]
    whole = kappa(counts.sum(axis=0))
    pairs = len(counts)
    found = [_kappa(rest) for rest in counts.sum(axis=0) - counts] if pairs > 1 else []
    without = np.array([one for one in found if one is not None])
    if whole is None or pairs < 2 or len(without) < pairs:
        return whole, None
    if np.ptp(without) <= 8 * np.finfo(float).eps:
        return whole, None
    error = sqrt((pairs - 1) * float(without.var()))
    reach = float(special.stdtrit(pairs - 1, (1 + level) / 2)) * error
    ends = max(-1.0, whole - reach), min(1.0, whole + reach)
    return whole, Interval(*ends, level, "jackknife")


def _odds_ratio(counts: Floats, level: float) -> tuple[float | None, Interval | None]:
    total = counts.sum(axis=(1, 2))
    agree = (counts[:, 0, 0] + counts[:, 1, 1]) / total
    differ = 1 - agree
    up = counts[:, 0, 0] * counts[:, 1, 1] / total
    down = counts[:, 0, 1] * counts[:, 1, 0] / total
    ups, downs = float(up.sum()), float(down.sum())
    if not ups or not downs:
        return None, None
    variance = float(
        (agree @ up) / (2 * ups**2)
        + (agree @ down + differ @ up) / (2 * ups * downs)
        + (differ @ down) / (2 * downs**2)
    )
    centre = log(ups / downs)
    reach = float(special.ndtri((1 + level) / 2)) * sqrt(variance)
    ends = exp(centre - reach), exp(centre + reach)
    return ups / downs, Interval(*ends, level, "robins_breslow_greenland")


def _kappa(counts: Floats) -> float | None:
    shares = counts / counts.sum()
    agreed = float(np.trace(shares))
    by_chance = float(shares.sum(axis=0) @ shares.sum(axis=1))
    return None if 1 - by_chance < 1e-12 else (agreed - by_chance) / (1 - by_chance)


def _counts(name: str, tables: ArrayLike) -> Floats:
    """Return tables of counts, shape [n, k, k] with k >= 2."""
    counts = np.asarray(tables, dtype=np.float64)
    if counts.ndim != 3 or counts.shape[1] != counts.shape[2] or counts.shape[1] < 2:
        raise ValueError(
            f"{name} must be square, a row and a column for each of two labels or more, "
            f"got shape {list(counts.shape)}"
        )
    wrong = counts[~((counts >= 0) & (counts == np.floor(counts)) & np.isfinite(counts))]
    if wrong.size:
        raise ValueError(f"{name} must hold whole numbers >= 0, got {wrong[0]:g}; pass counts")
    return counts
