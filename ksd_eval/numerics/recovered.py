"""Intervals of a difference and of a ratio, recovered from an interval of each of the two parts."""

from math import hypot, sqrt

from ksd_eval.numerics.confidence import Interval


def difference(
    first: float, of_first: Interval, second: float, of_second: Interval, method: str = "recovered"
) -> Interval:
    """Return the interval of first - second, of two estimates that have nothing in common.

    The distance from an estimate to an end of its interval stands for its standard error there, so
    that parts of different and lopsided kinds (a share near 0 less another) can be put together.

    Source: Zou and Donner (Statistics in Medicine 2008), method of variance estimates recovery.

    Args:
        first: The estimate that the other is taken from.
        of_first: Its interval.
        second: The estimate that is taken away.
        of_second: Its interval, of the same level.
        method: What the interval is called.

    Raises:
        ValueError: If the two are of unlike levels.

    >>> found = difference(0.5, Interval(0.4, 0.6, 0.95, ""), 0.1, Interval(0.1, 0.1, 0.95, ""))
    >>> round(found.low, 3), round(found.high, 3)
    (0.3, 0.5)
    """
    _check_levels(of_first, of_second)
    low = hypot(first - of_first.low, of_second.high - second)
    high = hypot(of_first.high - first, second - of_second.low)
    return Interval(first - second - low, first - second + high, of_first.level, method)


def ratio(
    above: float, of_above: Interval, below: float, of_below: Interval, method: str = "recovered"
) -> Interval:
    """Return the interval of above / below, of two estimates that have nothing in common.

    Fieller's theorem with distances to limits in place of standard errors.

    Source: Fieller (1954); Donner and Zou (Statistical Methods in Medical Research 2012), eq. 7.

    Args:
        above: The numerator.
        of_above: Its interval.
        below: The denominator, above 0.
        of_below: Its interval, of the same level and wholly above 0.
        method: What the interval is called.

    Raises:
        ValueError: If the two are of unlike levels, or the denominator may be 0.

    >>> exact = Interval(0.5, 0.5, 0.95, "")
    >>> found = ratio(0.1, Interval(0.05, 0.15, 0.95, ""), 0.5, exact)
    >>> round(found.low, 3), round(found.high, 3)
    (0.1, 0.3)
    """
    _check_levels(of_above, of_below)
    if not 0 < of_below.low <= below <= of_below.high < 2 * below:
        raise ValueError(
            f"the denominator {below:g} with its interval from {of_below.low:g} to "
            f"{of_below.high:g} cannot be told from 0; there is no interval of the ratio"
        )
    product = above * below

    def end(limit: float, other: float, side: int) -> float:
        rest = limit * other * (2 * above - limit) * (2 * below - other)
        root = sqrt(max(0.0, product**2 - rest))
        return (product + side * root) / (other * (2 * below - other))

    low = end(of_above.low, of_below.high, -1)
    high = end(of_above.high, of_below.low, 1)
    return Interval(low, high, of_above.level, method)


def _check_levels(first: Interval, second: Interval) -> None:
    if abs(first.level - second.level) > 1e-12:
        raise ValueError(
            f"intervals of levels {first.level:g} and {second.level:g} cannot be put together; "
            "give two of one level"
        )
