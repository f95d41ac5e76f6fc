"""How long a bootstrap of groups takes here, and in fairlearn, side by side.

    python benchmarks/bootstrap.py

From a long table of 3,000 pictures (150 prompt pairs x 20 replicates, 20 groups) to an interval of
each group's mean. fairlearn resamples pictures and ksd_eval prompt pairs; the table here has no
prompt effects, so that both intervals estimate alike, which is checked. At 10,000 resamples
fairlearn takes minutes, so it does fewer, and the time of one resample is compared.
"""

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import TypeAlias

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame
from numpy.typing import NDArray

from ksd_eval.numerics import bootstrap, pairs

PAIRS, REPLICATES, GROUPS = 150, 20, 20
OURS, THEIRS = 10_000, 200
ENDS = (0.025, 0.975)
TOLERANCE = 0.2
"""By how much mean widths may differ: with 7 or 8 pairs a group, those of pairs are narrower."""

Ends: TypeAlias = NDArray[np.float64]
"""Shape [2, groups]: the lower and the upper end of each group."""

Way: TypeAlias = Callable[[pd.DataFrame, int], Ends]
"""From a table and a number of resamples to intervals."""


def pictures(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a picture, in no order: `pair`, `group` and `value`, 0 or 1."""
    pair = np.repeat(np.arange(PAIRS), REPLICATES)
    table = pd.DataFrame(
        {
            "pair": [f"pair-{number:03}" for number in pair],
            "group": [f"group-{number % GROUPS:02}" for number in pair],
            "value": rng.binomial(1, 0.4, len(pair)).astype(float),
        }
    )
    return table.sample(frac=1, random_state=rng, ignore_index=True)


def by_pairs(table: pd.DataFrame, resamples: int) -> Ends:
    """Return the percentile interval of each group, pairs drawn whole."""
    names = table["pair"].to_numpy(dtype=str)
    values = pairs.pair_means(table["value"].to_numpy(), names)
    first = np.unique(names, return_index=True)[1]
    return _ends(values, table["group"].to_numpy(dtype=str)[first], resamples)


def by_pictures(table: pd.DataFrame, resamples: int) -> Ends:
    """Return the percentile interval of each group, pictures drawn, as fairlearn does."""
    return _ends(table["value"].to_numpy(), table["group"].to_numpy(dtype=str), resamples)


def _ends(values: NDArray[np.float64], groups: NDArray[np.str_], resamples: int) -> Ends:
    rng = np.random.default_rng(1)
    return np.quantile(bootstrap.grouped_means(values, groups, resamples, rng), ENDS, axis=0)


def by_fairlearn(table: pd.DataFrame, resamples: int) -> Ends:
    """Return the percentile interval of each group, pictures drawn."""
    frame = MetricFrame(
        metrics=lambda _, value: value.mean(),
        y_true=table["value"],
        y_pred=table["value"],
        sensitive_features=table["group"],
        n_boot=resamples,
        ci_quantiles=list(ENDS),
        random_state=0,
    )
    return np.array([ends.sort_index().to_numpy(dtype=float) for ends in frame.by_group_ci])


def timed(way: Way, table: pd.DataFrame, resamples: int, times: int) -> tuple[Ends, float]:
    """Return the result, and the median of the seconds that a resample took."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        ends = way(table, resamples)
        seconds.append(time.perf_counter() - start)
    return ends, median(seconds) / resamples


def main() -> None:
    """Time all ways on one table, and compare their intervals."""
    table = pictures(np.random.default_rng(0))
    theirs, their_time = timed(by_fairlearn, table, THEIRS, 1)
    told = f"{PAIRS} pairs, {len(table):,} pictures, {GROUPS} groups\n"
    told += _row("fairlearn, pictures", THEIRS, their_time, theirs)
    for name, way in (("ksd_eval, pictures", by_pictures), ("ksd_eval, pairs", by_pairs)):
        ours, our_time = timed(way, table, OURS, 5)
        told += _row(name, OURS, our_time, ours) + f", {their_time / our_time:,.0f} times as fast"
        if abs(np.ptp(ours, axis=0).mean() / np.ptp(theirs, axis=0).mean() - 1) > TOLERANCE:
            sys.exit(f"{told}\nthese intervals do not agree, so their times compare nothing")
    sys.stdout.write(f"{told}\n")


def _row(name: str, resamples: int, seconds: float, ends: Ends) -> str:
    width = float(np.ptp(ends, axis=0).mean())
    each = f"{resamples:>6,} resamples of {seconds * 1e6:9.2f} us"
    return f"\n{name:20} {each}, mean width of intervals {width:.3f}"


if __name__ == "__main__":
    main()
