"""What has to be painted: pictures by the name of their recipe, and batches of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from ksd_eval.models.base import Model, Supplier
from ksd_eval.records import (
    Arm,
    ImageRecord,
    Noise,
    PromptPair,
    Request,
    fingerprint,
    noise_seed,
)

if TYPE_CHECKING:
    from ksd_eval.execution.base import Studio

RECIPE: Final = 1
"""Version of what a picture's id is made from; another one paints every picture anew."""

SEEDS: Final = 2**63
"""Seeds lie below this: a table keeps them as 64-bit integers."""


class SeedError(ValueError):
    """A pair that has no seed of its own where one is needed."""


@dataclass(frozen=True, slots=True)
class Generation:
    """What decides pixels beside model and prompts; `ksd_eval.config.schema` explains each."""

    replicates: int
    seed: int
    batch_shape: int
    threads: int
    noise: Noise = "own"


@dataclass(frozen=True, slots=True)
class Order:
    """One picture to paint.

    Attributes:
        image_id: Fingerprint of the recipe.
        request: What the model is asked.
        recipe: Everything that decides the pixels; it is kept with the picture.
    """

    image_id: str
    request: Request
    recipe: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """Orders that one model paints at once, no more than the batch shape."""

    model: str
    orders: tuple[Order, ...]

    @property
    def key(self) -> str:
        """Return what tells it from all others."""
        return self.orders[0].image_id

    @property
    def told(self) -> str:
        """Return what it is, in the words of a sentence."""
        first = self.orders[0].request.prompt
        return f"{len(self.orders)} pictures of model {self.model!r}, the first of {first!r}"

    def done_in(self, studio: "Studio") -> int:
        """Paint it in a worker's studio, and return how many pictures it was."""
        return studio.paint(self)


def order_of(request: Request, identity: Mapping[str, Any], generation: Generation) -> Order:
    """Return a request as an order.

    >>> request, generation = Request("의사 사진", 1), Generation(4, 0, 16, 1)
    >>> len(order_of(request, {"steps": 20}, generation).image_id)
    16
    """
    recipe = {
        "recipe": RECIPE,
        "model": identity,
        "prompt": request.prompt,
        "seed": request.seed,
        **({"picture": request.picture} if request.picture else {}),
        "batch_shape": generation.batch_shape,
        "threads": generation.threads,
        # Named only where it is not the usual one: what was painted before keeps its name.
        **({} if generation.noise == "own" else {"noise": generation.noise}),
    }
    return Order(fingerprint(recipe), request, recipe)


def asked(
    arms: Sequence[Arm],
    pairs: Sequence[PromptPair],
    identities: Mapping[str, Mapping[str, Any]],
    generation: Generation,
    models: Mapping[str, Model] | None = None,
) -> list[tuple[ImageRecord, Order]]:
    """Return every picture of every arm, arm by arm, with pixels yet unknown.

    Args:
        arms: The arms, in order.
        pairs: The prompt pairs, in order.
        identities: What each model says of itself, by name.
        generation: How many pictures, and what else decides them.
        models: By name; those that have their pictures already are asked which.

    Raises:
        ValueError: A model that should have a picture has it not.
        SeedError: The noise is the card's, and a pair has no seed that it could be drawn from.
    """
    on_device = generation.noise == "card"
    replicates = 1 if on_device else generation.replicates  # a pair has one seed of the card's
    there = _supplied(arms, pairs, replicates, models or {})
    pictures = []
    for arm, pair, replicate in product(arms, pairs, range(replicates)):
        seed = seed_of(pair, replicate, generation)
        name = there[arm][pair.pair_id, replicate] if arm in there else ""
        request = Request(pair.text(arm.language), seed, on_device, name)
        order = order_of(request, identities[arm.model], generation)
        record = ImageRecord(
            image_id=order.image_id,
            pair_id=pair.pair_id,
            replicate=replicate,
            arm=arm.name,
            role=arm.role,
            model=arm.model,
            language=arm.language,
            prompt=order.request.prompt,
            seed=seed,
            sha256="",
            flagged=None,
        )
        pictures.append((record, order))
    return pictures


def seed_of(pair: PromptPair, replicate: int, generation: Generation) -> int:
    """Return the seed of a picture's noise, in [0, 2**63).

    >>> astronaut = PromptPair("a", "우주인", "an astronaut", {"seed": "23957"})
    >>> seed_of(astronaut, 0, Generation(1, 0, 1, 1, "card"))
    23957

    Raises:
        SeedError: The noise is the card's, and the pair names no seed.
    """
    if generation.noise == "own":
        return noise_seed(pair.noise, replicate, generation.seed)
    said = pair.attributes.get("seed", "")
    if not re.fullmatch("[0-9]+", said) or int(said) >= SEEDS:
        what = f"the seed {said!r}" if said else "no seed"
        raise SeedError(
            f"the pair {pair.pair_id!r} has {what}, and generation.noise=card draws each picture "
            "from its pair's own: give the prompts a column 'seed' of whole numbers below 2**63, "
            "or generation.noise=own"
        )
    return int(said)


def _supplied(
    arms: Sequence[Arm], pairs: Sequence[PromptPair], replicates: int, models: Mapping[str, Model]
) -> dict[Arm, dict[tuple[str, int], str]]:
    """Return the names of the pictures that are there, of the arms whose models paint none."""
    keys = [(pair.pair_id, replicate) for pair in pairs for replicate in range(replicates)]
    found = {}
    for arm in arms:
        model: object = models.get(arm.model)
        if isinstance(model, Supplier):
            names = model.supplied([(pair_id, arm.language, number) for pair_id, number in keys])
            found[arm] = dict(zip(keys, names, strict=True))
    return found


def batches(
    pictures: Iterable[tuple[ImageRecord, Order]], known: Iterable[str], batch_shape: int
) -> list[Batch]:
    """Cut what is not painted yet into batches, model by model, each recipe once.

    Args:
        pictures: Everything that is asked for.
        known: Ids of pictures that are there already.
        batch_shape: The most pictures of a batch.
    """
    seen = set(known)
    orders: dict[str, list[Order]] = {}
    for record, order in pictures:
        if order.image_id not in seen:
            orders.setdefault(record.model, []).append(order)
            seen.add(order.image_id)
    return [
        Batch(model, tuple(mine[start : start + batch_shape]))
        for model, mine in orders.items()
        for start in range(0, len(mine), batch_shape)
    ]


def each_model_first(work: Sequence[Batch]) -> list[Batch]:
    """Return batches with the first one of every model before all others.

    So a model that does not fit its accelerator is found before much is painted.
    """
    first = {batch.model: place for place, batch in reversed(list(enumerate(work)))}
    chosen = sorted(first.values())
    return [work[place] for place in chosen] + [
        batch for place, batch in enumerate(work) if place not in set(chosen)
    ]
