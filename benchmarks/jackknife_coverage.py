"""How often the jackknife's intervals of distances cover the truth, where the truth is known.

    python benchmarks/jackknife_coverage.py

Two arms share most of their noise and are held against a fixed reference; 400 runs a line, so that
a share of .95 has a standard error of .011. Of equal arms, what is not covered is a false alarm.
Takes about a minute and a half.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ksd_eval.metrics.frechet_distance import GROUPS, TOLERATED
from ksd_eval.numerics import frechet, jackknife, kernel, manifold
from ksd_eval.numerics.jackknife import Jackknife

RUNS = 400
LEVEL = 0.95
SHARED = 0.7
"""Correlation of the two arms' noise."""


@dataclass(frozen=True)
class Arm:
    """A normal distribution: each dimension has this mean, in standard deviations, and variance."""

    mean: float
    variance: NDArray[np.float64]

    def drawn(self, noise: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return features, given noise of shape [n, d]."""
        return self.mean + noise * np.sqrt(self.variance)

    def population(self) -> frechet.Gaussian:
        """Return the distribution that an ever larger arm tends to."""
        mean = np.full(len(self.variance), self.mean)
        return frechet.Gaussian(mean, np.diag(self.variance), sys.maxsize)


def cases(d: int) -> dict[str, tuple[Arm, Arm]]:
    """Return pairs of arms by what they differ in."""
    flat, falling = np.ones(d), 1 / np.arange(1, d + 1)
    first = Arm(0.3, 1.3 * flat)
    return {
        "equal": (first, first),
        "wider": (first, Arm(0.36, 1.7 * flat)),
        "other shape": (Arm(0.3, flat), Arm(0.3, falling * d / falling.sum())),
        "collapsing": (first, Arm(0.3, 0.4 * flat)),
    }


def noises(
    rng: np.random.Generator, n: int, d: int, heavy: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the noise of both arms; heavy tails are of kurtosis 4.5, and shared."""
    common, own = rng.normal(size=(2, n, d))
    other = SHARED * common + (1 - SHARED**2) ** 0.5 * own
    length = np.sqrt(6 / rng.chisquare(8, size=(n, 1))) if heavy else 1.0
    return common * length, other * length


def frechet_lines() -> Iterator[str]:
    """Yield what Fréchet distances and their differences cover."""
    shapes = ((8, 16), (8, 80), (32, 16), (32, 64), (32, 160), (96, 192))
    for d, n in shapes:
        for name, arms in cases(d).items():
            yield frechet_line(name, arms, n, heavy=False)
        if d == 32:
            yield frechet_line("wider", cases(d)["wider"], n, heavy=True)


def frechet_line(name: str, arms: tuple[Arm, Arm], n: int, heavy: bool) -> str:
    """Return a line of one case."""
    rng, d, each = np.random.default_rng(5), len(arms[0].variance), np.arange(n)
    reference = rng.normal(size=(6 * d, d))
    fixed = frechet.gaussian(reference)
    truths = [frechet.gaussian_distance(arm.population(), fixed) for arm in arms]
    found = []
    for _ in range(RUNS):
        groups = jackknife.deal(each, GROUPS, rng)
        drawn = [arm.drawn(z) for arm, z in zip(arms, noises(rng, n, d, heavy), strict=True)]
        found.append([frechet.from_reference(x, reference, each, groups) for x in drawn])
    gaps = [left.minus(right) for left, right in found]
    given = [gap for gap in gaps if is_given(gap, d, n)]
    truth = truths[0] - truths[1]
    return (
        f"Fréchet  {name:12}{' heavy' if heavy else '':6} d = {d:3}, n = {n:3}: "
        f"difference {truth:7.2f}, interval given {len(given) / RUNS:4.0%}, "
        f"covers {covered(given, truth, corrected=True)}, "
        f"with its bias {covered(given, truth, corrected=False)}; "
        f"distance at n {covered([left for left, _ in found])}"
    )


def is_given(gap: Jackknife, d: int, n: int) -> bool:
    """Whether FrechetDistance would give an interval."""
    left = frechet.bias_left(gap.bias, d, n)
    return left is not None and left <= TOLERATED * gap.error


def covered(found: list[Jackknife], truth: float | None = None, corrected: bool = False) -> str:
    """Return how many intervals cover the truth, or without one the mean of all runs."""
    if not found:
        return "    -"
    truth = float(np.mean([one.whole for one in found])) if truth is None else truth
    intervals = [one.interval(LEVEL, corrected=corrected) for one in found]
    return f"{np.mean([one is not None and one.covers(truth) for one in intervals]):5.1%}"


def other_lines() -> Iterator[str]:
    """Yield what differences of kernel distances, recall and coverage cover."""
    ways: dict[str, Callable[..., Jackknife]] = {
        "kernel": lambda x, reference, each, _: kernel.from_reference(x, reference, each),
        "recall": lambda x, reference, each, groups: manifold.recall_and_coverage(
            x, each, reference, groups
        )[0],
        "coverage": lambda x, reference, each, groups: manifold.recall_and_coverage(
            x, each, reference, groups
        )[1],
    }
    for name, way in ways.items():
        for d, n in ((4, 12), (4, 60), (16, 30), (16, 120)):
            flat = np.ones(d)
            for shift in (0.0, 0.3, 0.6):
                yield other_line(name, way, (Arm(0.0, flat), Arm(shift, flat)), n)


def other_line(name: str, way: Callable[..., Jackknife], arms: tuple[Arm, Arm], n: int) -> str:
    """Return a line of one case; the truth is the mean of all runs, which none of them is."""
    rng, d, each = np.random.default_rng(6), len(arms[0].variance), np.arange(n)
    reference = rng.normal(size=(100, d))
    gaps = []
    for _ in range(RUNS):
        groups = jackknife.deal(each, GROUPS, rng)
        drawn = [arm.drawn(z) for arm, z in zip(arms, noises(rng, n, d, False), strict=True)]
        left, right = (way(x, reference, each, groups) for x in drawn)
        gaps.append(left.minus(right))
    truth = 0.0 if arms[1].mean == 0 else None
    error = np.sqrt(np.mean([gap.error**2 for gap in gaps])) / np.std([gap.whole for gap in gaps])
    return (
        f"{name:8} {arms[1].mean:3.1f} off  d = {d:2}, n = {n:3}: difference covers "
        f"{covered(gaps, truth)}, standard error {error:4.2f} of the true one"
    )


def between_lines() -> Iterator[str]:
    """Yield what distances between two arms cover, of which the truth is the mean of all runs."""
    for d, n in ((16, 30), (16, 120), (64, 40)):
        for shift in (0.0, 0.3, 0.6):
            rng, each, flat = np.random.default_rng(7), np.arange(n), np.ones(d)
            arms = Arm(0.0, flat), Arm(shift, flat)
            by_frechet, by_kernel = [], []
            for _ in range(RUNS):
                noise = noises(rng, n, d, heavy=False)
                x, y = (arm.drawn(z) for arm, z in zip(arms, noise, strict=True))
                groups = jackknife.deal(each, GROUPS, rng)
                by_frechet.append(frechet.between_sets(x, y, each, each, groups))
                by_kernel.append(kernel.kernel_distance_clustered(x, y, each, each, LEVEL))
            truth = np.mean([one.value for one in by_kernel])
            share = np.mean([one.interval.covers(truth) for one in by_kernel if one.interval])
            yield (
                f"between  {shift:3.1f} off  d = {d:2}, n = {n:3}: kernel distance covers "
                f"{share:5.1%}, Fréchet distance at n {covered(by_frechet)}"
            )


def main() -> None:
    """Print a line for each case."""
    for line in (*frechet_lines(), *other_lines(), *between_lines()):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
