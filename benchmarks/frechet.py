"""How long distances between feature sets take here, and in torchmetrics, side by side.

    python benchmarks/frechet.py

From two sets of 2,048 features, as wide as Inception's, to a distance; float64 and one thread on
both sides. torchmetrics is given the features through an extractor that returns what it is given,
and its time is that of `update` and `compute`: sums and sums of squares as the pictures come, then
`_compute_fid`; or `poly_mmd` on all pictures, once. Ends with an error where the two do not agree.

Two lines are of what torchmetrics takes to come to what ksd_eval says, by another way: its default
of 100 subsets of 1,000 pictures, in place of all pictures at once; and 1,000 bootstrap replicates
of a distance, each a distance of its own, in place of a jackknife over groups of pictures, because
a bootstrap repeats pictures and so moves a Fréchet distance up. Of the replicates one is timed.

Below 2,048 pictures a product of covariances is singular, and torchmetrics' eigenvalues add the
roots of their rounding. So the Fréchet distance is also found from covariances here, by another
form than the one that is timed: a line of its own says by how much these two differ.
"""

import sys
import time
import warnings
from collections.abc import Callable
from statistics import median
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

from ksd_eval.numerics import frechet, jackknife, kernel

warnings.filterwarnings("ignore", "Metric `Kernel Inception Distance` will save", UserWarning)

FEATURES = 2048
FRECHET_AT = (300, 500, 5000)
KERNEL_AT = (1000, 5000)
SUBSETS_AT, SUBSETS, SUBSET = 2000, 100, 1000
INTERVAL_AT, REPLICATES, GROUPS = 200, 1000, 20
AGREED = 1e-6
"""Relative difference up to which two distances are the same."""

Floats: TypeAlias = NDArray[np.float64]
Way: TypeAlias = Callable[[Floats, Floats], float]
"""From two sets of features to a distance."""


class AsGiven(torch.nn.Module):
    """An extractor whose pictures are features already."""

    num_features = FEATURES

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return the features."""
        return features


def sets(n: int) -> tuple[Floats, Floats]:
    """Return two sets of features, correlated and not negative, as pooled activations are."""
    rng = np.random.default_rng(0)
    # Variance falls off over directions as 1 / rank, so that few of them hold most of it.
    mixing = rng.normal(size=(FEATURES, FEATURES)) / np.sqrt(np.arange(1, FEATURES + 1))[:, None]
    x, y = (np.abs(rng.normal(size=(n, FEATURES)) @ mixing + shift) for shift in (0.3, 0.35))
    return x, y


def frechet_by_torchmetrics(x: Floats, y: Floats) -> float:
    """Return torchmetrics' FID of features."""
    metric = FrechetInceptionDistance(feature=AsGiven())
    metric.update(torch.from_numpy(x), real=True)
    metric.update(torch.from_numpy(y), real=False)
    return float(metric.compute())


def frechet_by_covariances(x: Floats, y: Floats) -> float:
    """Return the Fréchet distance of features, from their covariances."""
    return frechet.gaussian_distance(frechet.gaussian(x), frechet.gaussian(y))


def kernel_by_torchmetrics(x: Floats, y: Floats) -> float:
    """Return torchmetrics' KID of features, of one subset that holds them all."""
    metric = KernelInceptionDistance(feature=AsGiven(), subsets=1, subset_size=len(x))
    metric.update(torch.from_numpy(x), real=True)
    metric.update(torch.from_numpy(y), real=False)
    return float(metric.compute()[0])


def timed(way: Way, x: Floats, y: Floats, times: int) -> tuple[float, float]:
    """Return the distance, and the median of the seconds that it took."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        distance = way(x, y)
        seconds.append(time.perf_counter() - start)
    return distance, median(seconds)


def compared(name: str, ours: Way, theirs: Way, n: int) -> str:
    """Return a line with both times and how far both distances are apart.

    Raises:
        SystemExit: If they are not the same distance.
    """
    x, y = sets(n)
    found, seconds = timed(ours, x, y, 3)
    expected, their_seconds = timed(theirs, x, y, 1)
    apart = abs(found / expected - 1)
    line = (
        f"{name:8} n = {n:5,}  ksd_eval {seconds:7.2f} s  torchmetrics {their_seconds:7.2f} s  "
        f"{their_seconds / seconds:6.1f} times as fast  relative difference {apart:.1e}\n"
    )
    if apart > AGREED:
        sys.exit(f"{line}{found} and {expected} are not one distance: the times compare nothing")
    return line


def subsets() -> str:
    """Return a line on the kernel distance, and torchmetrics' default for it."""
    x, y = sets(SUBSETS_AT)
    metric = KernelInceptionDistance(feature=AsGiven(), subsets=SUBSETS, subset_size=SUBSET)
    metric.update(torch.from_numpy(x), real=True)
    metric.update(torch.from_numpy(y), real=False)
    torch.manual_seed(0)
    start = time.perf_counter()
    mean, deviation = (float(one) for one in metric.compute())
    their_seconds = time.perf_counter() - start
    found, seconds = timed(kernel.kernel_distance, x, y, 3)
    line = (
        f"kernel   n = {SUBSETS_AT:5,}  ksd_eval {seconds:7.2f} s  torchmetrics, {SUBSETS} subsets "
        f"of {SUBSET:,}, {their_seconds:7.2f} s  {their_seconds / seconds:6.1f} times as fast  "
        f"{abs(found - mean) / deviation:.2f} standard deviations of a subset apart\n"
    )
    if abs(found - mean) > deviation:
        sys.exit(f"{line}{found} and {mean} are not one distance: the times compare nothing")
    return line


def interval() -> str:
    """Return a line on a distance with its interval, and 1,000 replicates of torchmetrics'."""
    x, y = sets(INTERVAL_AT)
    pairs = np.arange(INTERVAL_AT)
    groups = jackknife.deal(np.concatenate([pairs, pairs]), GROUPS, np.random.default_rng(0))

    def ours(x: Floats, y: Floats) -> float:
        return frechet.between_sets(x, y, pairs, pairs, groups).whole

    found, seconds = timed(ours, x, y, 3)
    expected, their_seconds = timed(frechet_by_torchmetrics, x, y, 3)
    if abs(found / expected - 1) > AGREED:
        sys.exit(f"{found} and {expected} are not one distance: the times compare nothing")
    return (
        f"interval n = {INTERVAL_AT:5,}  ksd_eval {seconds:7.2f} s  torchmetrics {REPLICATES:,} x "
        f"{their_seconds:.2f} s  {REPLICATES * their_seconds / seconds:6.0f} times as fast  "
        f"(one distance of {GROUPS + 1}: {their_seconds / (seconds / (GROUPS + 1)):.0f})\n"
    )


def main() -> None:
    """Print a line for each distance and number of pictures a side."""
    torch.set_num_threads(1)
    with threadpool_limits(limits=1):
        for n in FRECHET_AT:
            sys.stdout.write(
                compared("Fréchet", frechet.frechet_distance, frechet_by_torchmetrics, n)
            )
        x, y = sets(min(FRECHET_AT))
        other = abs(frechet_by_covariances(x, y) / frechet.frechet_distance(x, y) - 1)
        sys.stdout.write(
            f"         n = {len(x):5,}  both forms of ksd_eval differ by {other:.1e}\n"
        )
        for n in KERNEL_AT:
            sys.stdout.write(compared("kernel", kernel.kernel_distance, kernel_by_torchmetrics, n))
        sys.stdout.write(subsets())
        sys.stdout.write(interval())


if __name__ == "__main__":
    main()
