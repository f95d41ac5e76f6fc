"""Stage: the reader of pictures, from paintings whose truth is known.

Cross-entropy per attribute, over the pictures to which the attribute applies. Most paintings are
distorted as generated pictures are; some are ruined, and then the right answer is "nothing".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from diffusers import AutoencoderKL
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from ksd_eval.miniature import distortions
from ksd_eval.miniature.fitting import Plan, fit
from ksd_eval.world import balanced
from ksd_eval.world.attributes import CLASSES, NOTHING, truth
from ksd_eval.world.canvas import Canvas
from ksd_eval.world.figures import paint_person
from ksd_eval.world.painter import BACKGROUNDS, SIZE, paint
from ksd_eval.world.reader import Reader, tensor, untrained
from ksd_eval.world.scenes import Scene

UNKNOWN: Final = -1
"""The target of an attribute that cannot be told of a picture."""

WEIGHTS: Final = {"gender": 3.0, "word": 2.0}
"""Attributes that count more than once in the loss: small in the picture, large in the results."""


@dataclass(frozen=True)
class Lesson:
    """Pictures [n, 3, 64, 64] and what to read off them, class indices [n] by attribute."""

    pictures: Tensor
    targets: dict[str, Tensor]


def train(
    folder: Path, plan: Plan, size: int, device: str, autoencoder: AutoencoderKL | None = None
) -> Reader:
    """Train on `size` pictures a step and return the calibrated reader.

    Args:
        folder: Where checkpoint and log are kept.
        plan: Length and pace.
        size: Pictures a step.
        device: Where to train.
        autoencoder: The miniature's, through which some pictures go so that its marks are known.
    """
    torch.manual_seed(plan.seed)
    network = untrained().to(device).to(memory_format=torch.channels_last)
    if autoencoder is not None:
        autoencoder.to(device, memory_format=torch.channels_last).requires_grad_(False).eval()

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        given = lesson(rng, size, autoencoder, device)
        return losses(network(given.pictures), given.targets)

    fit(network, loss, plan, folder)
    classes = {name: tuple(labels) for name, labels in CLASSES.items()}
    flat = Reader(network, classes, dict.fromkeys(classes, 1.0))
    return Reader(network, classes, temperatures(flat, plan.seed, autoencoder))


def losses(logits: dict[str, Tensor], targets: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the weighted sum of the mean cross-entropies, and the share read rightly."""
    total = torch.zeros((), device=next(iter(logits.values())).device)
    right: list[Tensor] = []
    for name, rows in logits.items():
        known = targets[name] != UNKNOWN
        if known.any():
            aim = targets[name][known]
            worth = WEIGHTS.get(name, 1.0)
            total = total + worth * nn.functional.cross_entropy(rows[known], aim)
            right.append((rows[known].detach().argmax(1) == aim).float().mean())
    return {"loss": total, "right": torch.stack(right).mean()}


def lesson(
    rng: np.random.Generator, size: int, autoencoder: AutoencoderKL | None, device: str
) -> Lesson:
    """Draw one step's pictures: most distorted, one in eight showing nothing."""
    spoilt = size // 8
    painted = [_painted(rng) for _ in range(size)]
    pictures = tensor([image for _, image in painted]).to(device)
    labels = [truth(scene) for scene, _ in painted]
    ruins = distortions.ruined(pictures[:spoilt], rng, autoencoder)
    for place in range(spoilt):
        labels[place] = {"kind": NOTHING, "figures": "0", "count": "0"}
    # A picture over another of a different kind is nothing either, but who counts the people in it?
    blends = distortions.blended(pictures[:spoilt], pictures[-spoilt:], rng)
    for place in range(spoilt // 2):
        if painted[place][0].kind != painted[place - spoilt][0].kind:
            ruins[place] = blends[place]
            labels[place] = {"kind": NOTHING}
    kept = distortions.distorted(pictures[spoilt:], rng, autoencoder)
    both = torch.cat([ruins, kept]).contiguous(memory_format=torch.channels_last)
    return Lesson(both, targets(labels, device))


def targets(labels: Sequence[dict[str, str]], device: str) -> dict[str, Tensor]:
    """Turn labels into class indices by attribute, `UNKNOWN` where an attribute has none."""
    return {
        name: torch.tensor(
            [names.index(seen[name]) if name in seen else UNKNOWN for seen in labels], device=device
        )
        for name, names in CLASSES.items()
    }


def _painted(rng: np.random.Generator) -> tuple[Scene, Image.Image]:
    if rng.random() < 0.08:
        return loose(rng)
    (scene,) = balanced.scenes(rng, 1)
    return scene, paint(scene)


def loose(rng: np.random.Generator) -> tuple[Scene, Image.Image]:
    """Paint one to three people where the painter would not put them.

    A model under test puts people anywhere; how many there are must not be read off their places.
    """
    (scene,) = balanced.scenes(rng, 1, ("occupation", "person", "group"))
    count = len(scene.people)
    canvas = Canvas.blank(SIZE, *BACKGROUNDS[int(rng.integers(len(BACKGROUNDS)))])
    for place, person in enumerate(scene.people):
        scale = float(rng.uniform(0.5, 1.05) if count == 1 else rng.uniform(0.8, 1.3) / count)
        centre = (place + 0.5) / count + float(rng.uniform(-0.07, 0.07))
        top = float(rng.uniform(0.35, 1.0)) * (1.02 - scale)
        view = canvas.view(centre - scale / 2, top, scale)
        paint_person(view, person, float(rng.random()))
    return scene, canvas.finished(SIZE)


def temperatures(
    reader: Reader, seed: int, autoencoder: AutoencoderKL | None, count: int = 6144
) -> dict[str, float]:
    """Return the temperature per attribute under which held-out lessons are least surprising.

    Held out by their generator, distorted as in training: on clean paintings alone there would be
    next to no errors to be calibrated by.
    """
    rng = np.random.default_rng([seed, 77])
    device = str(next(reader.network.parameters()).device)
    parts = [lesson(rng, 128, autoencoder, device) for _ in range(count // 128)]
    pictures = torch.cat([part.pictures.cpu() for part in parts])
    chances = reader.probabilities(pictures)
    return {
        name: temperature(table, torch.cat([part.targets[name] for part in parts]).cpu().numpy())
        for name, table in chances.items()
    }


def temperature(chances: NDArray[np.float64], aims: NDArray[np.int64]) -> float:
    """Return the temperature, of a fine grid, that makes the aims likeliest.

    Args:
        chances: Probabilities [n, labels] at temperature 1.
        aims: Class indices [n]; `UNKNOWN` ones are left out.
    """
    known = aims != UNKNOWN
    logits = np.log(np.clip(chances[known], 1e-12, None))
    rows = np.arange(len(logits))

    def surprise(heat: float) -> float:
        scaled = logits / heat
        return float((np.logaddexp.reduce(scaled, 1) - scaled[rows, aims[known]]).mean())

    return float(min(np.geomspace(0.5, 4.0, 61), key=surprise))
