"""A two-level model of yes and no: prompts, the two arms of a prompt, pictures.

What a plan supposes where there is no pilot, and what is simulated where the pilot is too small to
be resampled.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from math import inf, sqrt
from typing import Final, TypeAlias

import numpy as np
from scipy import optimize, stats
from scipy.special import expit, logit

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats
from ksd_eval.numerics.components import Components

Draw: TypeAlias = Callable[[tuple[int, int], np.random.Generator], Floats]
"""From (studies, pairs) to the values of so many pairs: differences of two arms, or shares of
one."""

_NODES: Final = 128
_MOST_SD: Final = 12.0
"""Standard deviation of logits above which all shares are 0 or 1 for any purpose."""


@dataclass(frozen=True, slots=True)
class Population:
    """A two-level model of yes and no: prompts differ, and a prompt differs between the arms.

    The logit of "yes" is normal over prompts: what a prompt brings to both arms, plus half of what
    sets the arms apart in one arm and minus half of it in the other. Pictures are yes or no with
    the probability that comes out.

    >>> paired = Population()
    >>> round(paired.spread(50), 3), round(paired.spread(1), 3)
    (0.168, 0.531)
    """

    mean_share: float = 0.5
    """Mean share over prompts where there is no effect, between 0 and 1."""
    sd_prompt: float = 2.5
    """Standard deviation over prompts of the logit that both arms have in common."""
    sd_interaction: float = 1.0
    """Standard deviation over prompts of the difference between the two arms' logits."""
    shared_noise: float = 0.0
    """Probability that the two arms' pictures of a replicate turn on one and the same draw, in [0,
    1]. 0: independent, as if noise were not shared. 1: they differ only as far as the arms'
    probabilities do."""
    paired: bool = True
    """Whether a pair's value is the difference between two arms, or the share of one."""

    def __post_init__(self) -> None:
        checks.fraction("mean_share", self.mean_share)
        for name in ("sd_prompt", "sd_interaction"):
            if not 0 <= getattr(self, name) < inf:
                raise ValueError(f"{name} must be finite and >= 0, got {getattr(self, name)}")
        if not 0 <= self.shared_noise <= 1:
            raise ValueError(f"shared_noise must lie in [0, 1], got {self.shared_noise}")

    def logits(self, effect: float) -> tuple[float, float]:
        """Return the mean logits of the arm with the effect and of the other.

        Args:
            effect: On the scale of shares: the first arm's mean share is `mean_share` + effect.

        Raises:
            ValueError: If no mean share of the first arm is so large or small.
        """
        share = self.mean_share + effect
        if not 0 < share < 1:
            raise ValueError(
                f"an effect of {effect:g} on a mean share of {self.mean_share:g} leaves (0, 1); "
                "plan for a smaller one"
            )
        sd = sqrt(self.sd_prompt**2 + self.sd_interaction**2 / 4)
        return _logit(share, sd), _logit(self.mean_share, sd)

    def components(self, effect: float = 0.0) -> Components:
        """Return the variance of the pairs' expected values, and of a replicate about it.

        By quadrature: Gauss-Hermite over what the arms share; over what sets them apart,
        Gauss-Legendre on both sides of where they cross, as sharing noise puts a kink there.

        Raises:
            ValueError: If there is no such effect.
        """
        first, second = self.logits(effect)
        common, weight = _hermite()
        apart, density = _either_side(second - first, self.sd_interaction)
        weights = weight[:, None] * density
        middle = self.sd_prompt * common[:, None]
        p = expit(first + middle + apart / 2)
        luck = p * (1 - p)
        value = p - self.mean_share
        if self.paired:
            q = expit(second + middle - apart / 2)
            luck = luck + q * (1 - q) - 2 * self.shared_noise * (np.minimum(p, q) - p * q)
            value = p - q
        between = float((weights * (value - effect) ** 2).sum())
        within = max(0.0, float((weights * luck).sum()))
        return Components(between + within, within)

    def spread(self, replicates: int, effect: float = 0.0) -> float:
        """Return the standard deviation of the value of a pair with so many replicates.

        Args:
            replicates: Pictures of each pair and arm, at least 1.
            effect: In shares: .05 is five points.
        """
        return self.components(effect).spread(replicates) or 0.0

    def draws(self, effect: float, replicates: int) -> Draw:
        """Return what draws the values of pairs from this population.

        Args:
            effect: In shares.
            replicates: Pictures of each pair and arm, at least 1.

        Raises:
            ValueError: If there is no such effect.
        """
        checks.whole("replicates", replicates, 1)
        return partial(self._values, self.logits(effect), replicates)

    def _values(
        self,
        logits: tuple[float, float],
        replicates: int,
        shape: tuple[int, int],
        rng: np.random.Generator,
    ) -> Floats:
        common = rng.normal(0, self.sd_prompt, shape)
        apart = rng.normal(0, self.sd_interaction / 2, shape)
        p = expit(logits[0] + common + apart)
        if not self.paired:
            shares: Floats = rng.binomial(replicates, p) / replicates
            return shares
        q = expit(logits[1] + common - apart)
        together = rng.binomial(replicates, self.shared_noise, shape)
        alone = replicates - together
        # One draw for both: they differ if it falls between p and q, and then all one way.
        differ = np.sign(p - q) * rng.binomial(together, np.abs(p - q))
        values: Floats = (rng.binomial(alone, p) - rng.binomial(alone, q) + differ) / replicates
        return values


def fitted(
    mean_share: float, effect: float, within_arm: float, components: Components, paired: bool
) -> Population:
    """Return the population whose components are those of a pilot, by the method of moments.

    How much a picture of one arm varies within its prompt gives the spread of logits; how far the
    pairs' differences vary gives what sets the arms apart beyond the effect; what is left of their
    variance within pairs gives how much of the noise is shared. Moments that no population has are
    met as nearly as one can: the standard deviations end at 0 and 12, the probability at 0 and 1.

    Args:
        mean_share: Mean share over prompts, of the arm without the effect where there are two.
        effect: The pilot's own, that its components are of; 0 for one arm.
        within_arm: Variance of 0 and 1 within a prompt and arm, mean over prompts and arms.
        components: Of the pair values: of the differences, or of the one arm.
        paired: Whether pair values are differences.

    Raises:
        ValueError: If a mean share is not between 0 and 1, or the components have no `within`.

    >>> true = Population(mean_share=0.3, sd_prompt=1.5, sd_interaction=0.8, shared_noise=0.5)
    >>> found = fitted(0.3, 0.1, 0.15, true.components(0.1), paired=True)
    >>> round(found.spread(2, 0.1) / true.spread(2, 0.1), 3)
    1.0
    """
    if components.between is None or components.within is None:
        raise ValueError("components of pairs with one replicate fit any population; give two")
    alone = Population(mean_share, 0.0, 0.0, paired=paired)
    luck = -within_arm * (2 if paired else 1)
    sd = _solved(lambda sd: -_within(replace(alone, sd_prompt=sd), effect), luck, _MOST_SD)
    if not paired:
        return replace(alone, sd_prompt=sd)

    def apart(difference: float) -> Population:
        common = sqrt(max(sd**2 - difference**2 / 4, 0.0))
        return Population(mean_share, common, difference)

    wanted = components.between
    found = apart(_solved(lambda sd: _between(apart(sd), effect), wanted, 2 * sd))
    free = _within(found, effect)
    bound = _within(replace(found, shared_noise=1.0), effect)
    shared = (free - components.within) / (free - bound) if free > bound else 0.0
    return replace(found, shared_noise=float(np.clip(shared, 0, 1)))


def matched(assumed: Population, effect: float, total: float) -> Population:
    """Return a population whose single pictures vary as a pilot's do that has one of each prompt.

    Such a pilot cannot tell what prompts bring from what noise brings. The assumed spread of
    prompts is kept; the noise is shared as far as it must be; where even noise shared throughout
    leaves too much, the arms are set less apart than assumed.

    Args:
        assumed: With its mean share and spreads.
        effect: The pilot's own.
        total: Variance of the values of single pictures, or of their differences.
    """

    def of(population: Population) -> float:
        return population.components(effect).total

    free, bound = replace(assumed, shared_noise=0.0), replace(assumed, shared_noise=1.0)
    if total >= of(free):
        return free
    if total > of(bound):
        share = (of(free) - total) / (of(free) - of(bound))
        return replace(assumed, shared_noise=share)
    apart = _solved(lambda sd: of(replace(bound, sd_interaction=sd)), total, assumed.sd_interaction)
    return replace(bound, sd_interaction=apart)


def _between(population: Population, effect: float) -> float:
    return population.components(effect).between or 0.0


def _within(population: Population, effect: float) -> float:
    return population.components(effect).within or 0.0


def _solved(rising: Callable[[float], float], wanted: float, most: float) -> float:
    """Return where in [0, most] a rising function has a value, or the nearer end."""
    if rising(0.0) >= wanted:
        return 0.0
    if rising(most) <= wanted:
        return most
    return float(optimize.brentq(lambda x: rising(x) - wanted, 0.0, most, xtol=1e-6))


def _logit(share: float, sd: float) -> float:
    """Return the mean of normal logits whose mean probability is `share`."""
    nodes, weights = _hermite()

    def off(mean: float) -> float:
        return float(weights @ expit(mean + sd * nodes)) - share

    reach = abs(float(logit(share))) + 1.0
    reach *= sqrt(1 + sd**2)
    return float(optimize.brentq(off, -reach, reach, xtol=1e-10))


@cache
def _hermite() -> tuple[Floats, Floats]:
    """Return nodes and weights for the mean of a function of a standard normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return nodes, weights / weights.sum()


def _either_side(kink: float, sd: float) -> tuple[Floats, Floats]:
    """Return nodes and weights for a centred normal and functions with a kink."""
    if not sd:
        return np.zeros(1), np.ones(1)
    ends = sd * np.array([-9.0, float(np.clip(kink / sd, -9, 9)), 9.0])
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    half, middle = np.diff(ends)[:, None] / 2, (ends[:-1] + ends[1:])[:, None] / 2
    places = (middle + half * nodes).ravel()
    density = (half * weights).ravel() * stats.norm.pdf(places, scale=sd)
    return places, density / density.sum()
