"""An interval of a difference, recovered from an interval of each of its two parts."""

from math import hypot

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
    if abs(of_first.level - of_second.level) > 1e-12:
        raise ValueError(
            f"intervals of levels {of_first.level:g} and {of_second.level:g} cannot be put "
            "together; give two of one level"
        )
    low = hypot(first - of_first.low, of_second.high - second)
    high = hypot(of_first.high - first, second - of_second.low)
    return Interval(first - second - low, first - second + high, of_first.level, method)
