"""The delete-a-group jackknife: how sure we are of a number that is no mean.

Clusters (prompt pairs) are dealt into groups, and the number is found again without each group. How
much these leave-outs differ says how sure the number is; by how much they lie to one side of it
says how large its bias of order 1/n is. Unlike a bootstrap it repeats no row, and a repeated row is
what distances between sets and nearest neighbours cannot bear.

The squared standard error is too large rather than too small on average, whatever the number is
(Efron and Stein, The jackknife estimate of variance, Annals of Statistics 1981).

Source: Busing, Meijer and van der Leeden, Delete-m jackknife for unequal m (Statistics and
Computing 1999), equations 5 and 8; with one cluster a group it is Quenouille's and Tukey's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Codes, Floats
from ksd_eval.numerics.intervals import Interval

ROUNDING = 1e-12
"""Share of a number by which leave-outs may differ through rounding alone."""


@dataclass(frozen=True)
class Jackknife:
    """A number, and the same without each group."""

    whole: float
    """Of everything."""
    without: Floats
    """Without each group, shape [g], g >= 2."""
    sizes: Floats
    """Clusters in each group, shape [g]."""

    def __post_init__(self) -> None:
        checks.vector("without", self.without, least=2)
        if len(checks.vector("sizes", self.sizes)) != len(self.without) or self.sizes.min() <= 0:
            raise ValueError(
                f"sizes must be {len(self.without)} numbers above 0, one a group, "
                f"got {self.sizes.tolist()}"
            )

    @property
    def corrected(self) -> float:
        """The number less its bias of order 1/n."""
        return self.whole - self.bias

    @property
    def bias(self) -> float:
        """The bias of order 1/n that the number has, n being the number of clusters."""
        kept = 1 - self.sizes / self.sizes.sum()
        return float((kept * (self.without - self.whole)).sum())

    @property
    def error(self) -> float:
        """Standard error, of the number and of the corrected one."""
        h = self.sizes.sum() / self.sizes
        off = (h - 1) * (self.whole - self.without) + self.bias
        return sqrt(float((np.square(off) / (h - 1)).mean()))

    def minus(self, other: "Jackknife") -> "Jackknife":
        """Return the difference of two numbers that lost the same groups together.

        Raises:
            ValueError: If the groups are of other sizes.
        """
        if not np.array_equal(self.sizes, other.sizes):
            raise ValueError(
                f"groups of {self.sizes.tolist()} and of {other.sizes.tolist()} clusters are not "
                "the same; leave the same clusters out of both"
            )
        return Jackknife(self.whole - other.whole, self.without - other.without, self.sizes)

    def interval(self, level: float, *, corrected: bool) -> Interval | None:
        """Return Student's interval, its degrees of freedom the number of groups less one.

        Args:
            level: Nominal coverage, between 0 and 1.
            corrected: True for what the number tends to with ever more clusters: about the
                corrected number. False for what as many clusters show on average, bias and all:
                about the number itself.

        Returns:
            None if leaving groups out changes nothing beyond rounding.
        """
        checks.fraction("level", level)
        if self._still:
            return None
        reach = float(stats.t.ppf((1 + level) / 2, len(self.without) - 1)) * self.error
        centre = self.corrected if corrected else self.whole
        return Interval(centre - reach, centre + reach, level, "jackknife")

    def p_value(self, *, corrected: bool) -> float | None:
        """Return the p value of the null that the number is 0, in (0, 1]; of a difference.

        It is at most 1 - level just where 0 lies outside the interval of that level. Arguments and
        None as for `interval`.
        """
        if self._still:
            return None
        centre = self.corrected if corrected else self.whole
        return float(2 * stats.t.sf(abs(centre) / self.error, len(self.without) - 1))

    @property
    def _still(self) -> bool:
        """Whether leaving groups out changes nothing beyond rounding."""
        return bool(np.ptp(self.without) <= ROUNDING * abs(self.whole))


@dataclass(frozen=True)
class Groups:
    """Clusters, dealt into groups that are left out one after the other."""

    names: NDArray[Any]
    """The clusters' labels, sorted, shape [k]."""
    dealt: Codes
    """Group of each cluster, 0 to g - 1, shape [k]."""

    @property
    def sizes(self) -> Floats:
        """Clusters in each group, shape [g]."""
        return np.bincount(self.dealt).astype(np.float64)

    def of(self, clusters: ArrayLike) -> Codes:
        """Return the group of each row, given its cluster, shape [n].

        Raises:
            ValueError: If a cluster has no group.
        """
        labels = np.asarray(clusters)
        strange = np.setdiff1d(labels, self.names)
        if len(strange):
            raise ValueError(f"cluster {strange[0]!r} has no group; deal the clusters of all rows")
        return self.dealt[np.searchsorted(self.names, labels)]


def deal(clusters: ArrayLike, groups: int, rng: np.random.Generator) -> Groups:
    """Deal clusters into groups of sizes as equal as can be.

    At random, since labels come sorted and every twentieth may name a prompt of the same wording.

    Args:
        clusters: Cluster of each row, strings or whole numbers; at least 2 unlike ones.
        groups: Number of groups, at least 2; with that many clusters or fewer, each is a group.
        rng: Source of the order.

    Raises:
        ValueError: If there are fewer than two clusters or groups.

    >>> deal(["b", "a", "c", "a"], 2, np.random.default_rng(0)).sizes
    array([2., 1.])
    """
    checks.whole("groups", groups, 2)
    rows = np.asarray(clusters)
    names = np.unique(checks.labels("clusters", rows, len(rows)))
    if len(names) < 2:
        raise ValueError(f"clusters has {len(names)} label, needs at least 2 to leave one out")
    return Groups(names, rng.permutation(np.arange(len(names)) % min(groups, len(names))))


def one_by_one(whole: float, without: ArrayLike) -> Jackknife:
    """Return a number and the same without each cluster, each a group by itself.

    >>> one_by_one(2.0, [2.5, 2.0, 1.5]).error  # the mean of 1, 2 and 3
    0.5773502691896257
    """
    values = checks.vector("without", without, least=2)
    return Jackknife(whole, values, np.ones(len(values)))


def delete_groups(number: Callable[..., float], groups: Groups, *clusters: ArrayLike) -> Jackknife:
    """Find a number of all rows, and without each group.

    Args:
        number: Given which rows to use, one mask [n] for each set of rows, returns the number.
        groups: The groups.
        clusters: Cluster of each row, for each set of rows.

    >>> x, each = np.array([1.0, 2.0, 6.0]), np.arange(3)
    >>> groups = deal(each, 3, np.random.default_rng(0))
    >>> found = delete_groups(lambda kept: float(x[kept].var()), groups, each)
    >>> round(found.whole, 3), round(found.corrected, 3)  # of a variance, all bias is of order 1/n
    (4.667, 7.0)
    """
    rows = [groups.of(labels) for labels in clusters]
    whole = number(*(np.ones(len(of), dtype=bool) for of in rows))
    without = [number(*(of != gone for of in rows)) for gone in range(len(groups.sizes))]
    return Jackknife(whole, np.array(without), groups.sizes)
