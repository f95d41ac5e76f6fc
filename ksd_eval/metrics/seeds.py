"""Over seeds: what exactly these prompts would give with other noise.

The unit is the noise of a replicate. Most pairs have a noise of their own; pairs with the same
attribute `noise` start from the same, so their pictures are not independent, and count together.
(Of ten noises with three pairs each that have half their variance in common, intervals of level .95
covered 96 % of the time so, and 82 % with pairs taken for independent.)
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ksd_eval.metrics.pairs import Floats, Weights
from ksd_eval.numerics.checks import Codes


@dataclass(frozen=True)
class PerNoise:
    """One number a noise and replicate.

    Attributes:
        values: Shape [n]. The mean over noises of their means is the mean over pairs of theirs.
        noises: The noise of each value, shape [n].
        n_pairs: Prompt pairs behind the values.
        n_images: Pictures behind them.
        n_abstained: Pictures of which the judge could not tell.
    """

    values: Floats
    noises: NDArray[np.str_]
    n_pairs: int
    n_images: int
    n_abstained: int

    @property
    def n_noises(self) -> int:
        """How many noises there are."""
        return len(np.unique(self.noises))

    @property
    def alone(self) -> int:
        """How many noises have one value only, which says nothing of other noise."""
        return int((np.unique(self.noises, return_counts=True)[1] == 1).sum())


def matched(part: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    """Return one row for each pair and replicate of which something was told in all arms.

    Args:
        part: Pictures, with `x`.
        weights: Role -> 1 or -1.

    Returns:
        `pair_id`, `replicate`, `noise`, a column of `x` for each role, and `x`, their weighted sum.
    """
    told = part[part["x"].notna()]
    pair, names = pd.factorize(told["pair_id"], sort=True)
    replicate, numbers = pd.factorize(told["replicate"], sort=True)
    unit = pair * len(numbers) + replicate
    x = np.full((len(names) * len(numbers), len(weights)), np.nan)
    for place, role in enumerate(weights):
        mine = (told["role"] == role).to_numpy()
        x[unit[mine], place] = told["x"].to_numpy(dtype=float)[mine]
    whole = np.flatnonzero(~np.isnan(x).any(axis=1))
    noise = pd.Series(_noise(told).to_numpy(), unit).groupby(level=0).first()
    return pd.DataFrame(
        {
            "pair_id": names.to_numpy()[whole // len(numbers)] if len(whole) else [],
            "replicate": numbers.to_numpy()[whole % len(numbers)] if len(whole) else [],
            "noise": noise.reindex(whole).to_numpy(),
            **{role: x[whole, place] for place, role in enumerate(weights)},
            "x": x[whole] @ np.array([*weights.values()], dtype=float),
        }
    )


def per_noise(part: pd.DataFrame, weights: Weights) -> PerNoise:
    """Return one number for each noise and replicate: the sum over the pairs of that noise.

    Replicates of which some pair of the noise could not be told are left out. Sums are scaled so
    that a noise weighs as much as it has pairs; a pair with a noise of its own keeps its values.

    Args:
        part: Pictures, with `x`.
        weights: Role -> weight: a contrast, or `{role: 1}` for one arm.
    """
    told = matched(part, weights)
    noise, names = pd.factorize(told["noise"], sort=True)
    pairs_of = _distinct(noise, pd.factorize(told["pair_id"])[0])
    replicate, numbers = pd.factorize(told["replicate"], sort=True)
    unit = noise * len(numbers) + replicate
    counts = np.bincount(unit)
    sums = np.bincount(unit, told["x"].to_numpy(dtype=float)).astype(float)
    of = np.arange(len(counts)) // max(len(numbers), 1)
    whole = np.flatnonzero((counts > 0) & (counts == pairs_of[of]))
    noises = np.unique(of[whole])
    n_pairs = int(pairs_of[noises].sum())
    return PerNoise(
        np.asarray(sums[whole] * (len(noises) / n_pairs if n_pairs else 1.0), dtype=np.float64),
        np.asarray(names.to_numpy()[of[whole]] if len(whole) else [], dtype=str),
        n_pairs,
        len(weights) * int(counts[whole].sum()),
        int(part["x"].isna().sum()),
    )


def _distinct(noise: Codes, pair: Codes) -> Codes:
    """Return how many pairs each noise has."""
    both = np.unique(np.stack([noise, pair]), axis=1)
    return np.bincount(both[0])


def _noise(part: pd.DataFrame) -> "pd.Series[str]":
    if "prompt.noise" not in part:
        return part["pair_id"]
    shared = part["prompt.noise"]
    return shared.where(shared.notna() & (shared != ""), part["pair_id"])
