"""Simulated runs whose truth is known: what is drawn, and the evidence that metrics are given.

A scenario sets how much a model leans, how far prompts differ, and how well a judge sees. Each
study of it draws prompts, pictures and readings anew. Pictures are told by what they show: where
pixels do not matter they need not be painted (`pixels` paints them).
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from ksd_eval.metrics.base import Evidence
from ksd_eval.numerics.population import Population
from ksd_eval.records import Confusion, Label, columns

LABELS: Final = ("woman", "man")
"""Of `gender`, which follows the logit-normal population of `numerics.population`."""

THIRDS: Final = ("young", "middle_aged", "elderly")
"""Of `age`, whose shares are drawn for each prompt from a Dirichlet distribution."""

ROLES: Final = ("korean", "english", "translated", "original")
"""Arms in the order in which they are drawn: two by two, the effect in the first."""

LIKENESS: Final = 0.3
"""Mean of `similarity` over prompts, in every arm."""

JUDGE: Final = "reader"
CONDITION: Final = "clean"

Uniform = NDArray[np.float64]


@dataclass(frozen=True)
class Scenario:
    """A kind of simulated run.

    Attributes:
        name: Unique among scenarios; its chance is its own.
        metrics: Names of the experiment's metrics that are asked; all of them if none is named.
        studies: How many runs are simulated.
        pairs: Prompt pairs of a run, drawn anew for each.
        replicates: Pictures of each pair and arm.
        mean_share: Mean share of women over prompts, asked in English.
        effect: What asking in Korean adds to it.
        sd_prompt: Standard deviation over prompts of the logit of that share.
        sd_interaction: Standard deviation over prompts of the difference between languages.
        shared_noise: Probability that two arms' pictures of a replicate turn on one draw.
        ages: Mean shares of the three ages, in both languages.
        concentration: Of the Dirichlet distribution of a prompt's ages; small is unlike prompts.
        roles: The arms: `korean` and `english`, with `translated` and `original` if wanted.
        sensitivity: Probability that the judge calls a woman one.
        specificity: Probability that the judge calls a man one.
        validated: Pictures of known truth by which the judge's errors are estimated, in each run;
            0 for none.
        labelled: Pictures with a simulated label of what they show, of each arm; 0 for none.
        abstains: Probability that the judge cannot tell.
        verdicts: Whether the experiment's claims are decided.
        pixels: Whether pictures are painted by the model under test, told what to believe, and read
            by the experiment's own judge; errors and abstentions are then the judge's.
    """

    name: str
    metrics: Sequence[str] = ()
    studies: int = 5000
    pairs: int = 40
    replicates: int = 4
    mean_share: float = 0.3
    effect: float = 0.0
    sd_prompt: float = 1.0
    sd_interaction: float = 0.5
    shared_noise: float = 0.5
    ages: Sequence[float] = (0.5, 0.3, 0.2)
    concentration: float = 2.0
    roles: Sequence[str] = ("korean", "english")
    sensitivity: float = 1.0
    specificity: float = 1.0
    validated: int = 0
    labelled: int = 0
    abstains: float = 0.0
    verdicts: bool = False
    pixels: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn, before the first study."""
        if tuple(self.roles) not in (ROLES[:2], ROLES):
            raise ValueError(
                f"scenario {self.name!r} has the roles {', '.join(self.roles)}; give "
                f"{' and '.join(ROLES[:2])}, or {', '.join(ROLES)}"
            )
        for name in ("studies", "pairs", "replicates"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"scenario {self.name!r}: {name} is {getattr(self, name)}; give 1 or more"
                )
        for name in ("sensitivity", "specificity", "abstains"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(
                    f"scenario {self.name!r}: {name} is {getattr(self, name)}; give a probability"
                )
        self.population.logits(self.effect)

    @property
    def population(self) -> Population:
        """Return the population that prompts are drawn from."""
        return Population(
            self.mean_share, self.sd_prompt, self.sd_interaction, self.shared_noise, paired=True
        )

    def rng(self, seed: int, study: int) -> np.random.Generator:
        """Return the chance of one study: the same whatever other studies there are."""
        return np.random.default_rng([seed, zlib.crc32(self.name.encode()), study])

    @cached_property
    def images(self) -> pd.DataFrame:
        """Return the table of a run's images: the same in every study."""
        rows = [
            {
                "image_id": f"{role}-{pair}-{replicate}",
                "pair_id": f"pair-{pair:04}",
                "replicate": replicate,
                "arm": f"planted/{role}",
                "role": role,
            }
            for role, pair, replicate in product(
                self.roles, range(self.pairs), range(self.replicates)
            )
        ]
        # Plain strings: a thousand small tables are cut faster so than as Arrow's.
        return pd.DataFrame(rows).astype(
            dict.fromkeys(("image_id", "pair_id", "arm", "role"), object)
        )


@dataclass(frozen=True, eq=False)
class Study:
    """One simulated run, with its truth.

    Attributes:
        women: Of each arm and pair, the probability of a woman, shape [arms, pairs].
        ages: Of each pair, the shares of the ages, shape [pairs, 3].
        gender: Of each picture, the place of what it shows in `LABELS`, shape [arms, pairs,
            replicates].
        age: The same in `THIRDS`.
        likeness: Of each pair, the mean of `similarity`, shape [pairs].
        value: Of each picture, its similarity, shaped as `gender`.
    """

    scenario: Scenario
    women: Uniform
    ages: Uniform
    gender: NDArray[np.intp]
    age: NDArray[np.intp]
    likeness: Uniform
    value: Uniform


def drawn(scenario: Scenario, rng: np.random.Generator) -> Study:
    """Draw the prompts of a run, and what its pictures show."""
    arms, pairs, replicates = len(scenario.roles), scenario.pairs, scenario.replicates
    women = _women(scenario, rng)
    ages = rng.dirichlet(scenario.concentration * np.array(scenario.ages), pairs)
    luck = _luck(rng, (arms, pairs, replicates), scenario.shared_noise)
    gender = (luck >= women[:, :, None]).astype(np.intp)
    edges = np.cumsum(ages, axis=1)[None, :, None, :2]
    age = (_luck(rng, (arms, pairs, replicates), 1.0)[..., None] >= edges).sum(axis=-1)
    likeness = LIKENESS + rng.normal(0, 0.05, pairs)
    value = likeness[None, :, None] + rng.normal(0, 0.05, gender.shape)
    return Study(scenario, women, ages, gender, age, likeness, value)


def _women(scenario: Scenario, rng: np.random.Generator) -> Uniform:
    """Return each prompt's share of women in each arm: arms come in twos with one difference."""
    with_effect, without = scenario.population.logits(scenario.effect)
    common = rng.normal(0, scenario.sd_prompt, scenario.pairs)
    shares = []
    for start in range(0, len(scenario.roles), 2):
        apart = rng.normal(0, scenario.sd_interaction / 2, scenario.pairs)
        # Only the first arm, Korean, has the effect; a translated one draws like the original.
        shares += [expit((with_effect if start == 0 else without) + common + apart)]
        shares += [expit(without + common - apart)]
    return np.stack(shares)


def _luck(rng: np.random.Generator, shape: tuple[int, int, int], shared: float) -> Uniform:
    """Return numbers in [0, 1) for each picture; arms share those of a replicate now and then."""
    own, common = rng.random(shape), rng.random((1, *shape[1:]))
    return np.where(rng.random((1, *shape[1:])) < shared, common, own)


@dataclass(frozen=True)
class Reading:
    """How the simulated judge sees, and what is known of it.

    Attributes:
        measured: The measurements that are wanted: "gender", "age", "similarity".
    """

    scenario: Scenario
    measured: Sequence[str]

    def evidence(self, study: Study, rng: np.random.Generator) -> Evidence:
        """Return what a run would know of its pictures."""
        images = self.scenario.images
        parts = [self._part(images, name, study, rng) for name in self.measured]
        return Evidence(
            images,
            pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0],
            confusions=self._confusions(rng),
            labels=self._labels(study, rng),
        )

    def _part(
        self, images: pd.DataFrame, name: str, study: Study, rng: np.random.Generator
    ) -> pd.DataFrame:
        count = len(images)
        silent = rng.random(count) < self.scenario.abstains
        label: Any = None
        value: Any = np.full(count, np.nan)
        if name == "similarity":
            value = study.value.ravel()
        elif name == "gender":
            label = np.array(LABELS, dtype=object)[self._seen(study, rng)]
        else:
            label = np.array(THIRDS, dtype=object)[study.age.ravel()]
        cells = {
            "judge": np.full(count, JUDGE, dtype=object),
            "name": np.full(count, name, dtype=object),
            "value": np.where(silent, np.nan, value),
            "label": np.full(count, None) if label is None else np.where(silent, None, label),
            "confidence": np.full(count, np.nan),
            "status": np.where(silent, "abstained", "ok").astype(object),
            "reason": np.where(silent, "cannot tell", "").astype(object),
        }
        return pd.concat(
            [
                images,
                pd.DataFrame(cells, dtype=object).astype({"value": float, "confidence": float}),
            ],
            axis=1,
        )

    def _seen(self, study: Study, rng: np.random.Generator) -> NDArray[np.intp]:
        """Return what the judge calls each picture, right or wrong."""
        shown = study.gender.ravel()
        right = np.where(shown == 0, self.scenario.sensitivity, self.scenario.specificity)
        return np.where(rng.random(len(shown)) < right, shown, 1 - shown)

    def _confusions(self, rng: np.random.Generator) -> pd.DataFrame:
        """Return counts of truth against reading, drawn anew: a run knows its judge by a few."""
        names = ["judge", *columns(Confusion)]
        each = self.scenario.validated // 2
        if not each:
            return pd.DataFrame(columns=names)
        rows = []
        for truth, right in zip(
            LABELS, (self.scenario.sensitivity, self.scenario.specificity), strict=True
        ):
            hits = int(rng.binomial(each, right))
            wrong = LABELS[1 - LABELS.index(truth)]
            rows += [(JUDGE, CONDITION, "gender", truth, truth, hits)]
            rows += [(JUDGE, CONDITION, "gender", truth, wrong, each - hits)]
        return pd.DataFrame(rows, columns=names)

    def _labels(self, study: Study, rng: np.random.Generator) -> pd.DataFrame:
        """Return labels of a random subset of each arm's pictures; they are called simulated."""
        names = columns(Label)
        if not self.scenario.labelled:
            return pd.DataFrame(columns=names)
        images, shown = self.scenario.images, study.gender.ravel()
        of_arm = len(images) // len(self.scenario.roles)
        chosen = np.concatenate(
            [
                start + rng.choice(of_arm, self.scenario.labelled, replace=False)
                for start in range(0, len(images), of_arm)
            ]
        )
        return pd.DataFrame(
            {
                "image_id": images["image_id"].to_numpy()[chosen],
                "measurement": "gender",
                "label": np.array(LABELS, dtype=object)[shown[chosen]],
                "labeller": "simulation",
                "kind": "simulated",
            }
        )
