"""What has to be painted: pictures by the name of their recipe, and batches of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from ksd_eval.models.base import Model, Supplier
from ksd_eval.records import Arm, ImageRecord, PromptPair, Request, fingerprint, noise_seed

RECIPE: Final = 1
"""Version of what a picture's id is made from; another one paints every picture anew."""


@dataclass(frozen=True, slots=True)
class Generation:
    """What decides pixels beside model and prompts; `ksd_eval.config.schema` explains each."""

    replicates: int
    seed: int
    batch_shape: int
    threads: int


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
    """
    there: dict[Arm, dict[tuple[str, int], str]] = {}
    known: Mapping[str, object] = models or {}
    for arm in arms:
        model = known.get(arm.model)
        if isinstance(model, Supplier):
            there[arm] = _supplied(model, arm, pairs, generation.replicates)
    pictures = []
    for arm, pair, replicate in product(arms, pairs, range(generation.replicates)):
        seed = noise_seed(pair.noise, replicate, generation.seed)
        name = there[arm][pair.pair_id, replicate] if arm in there else ""
        request = Request(pair.text(arm.language), seed, name)
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


def _supplied(
    model: Supplier, arm: Arm, pairs: Sequence[PromptPair], replicates: int
) -> dict[tuple[str, int], str]:
    keys = [(pair.pair_id, replicate) for pair in pairs for replicate in range(replicates)]
    names = model.supplied([(pair_id, arm.language, replicate) for pair_id, replicate in keys])
    return dict(zip(keys, names, strict=True))


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
