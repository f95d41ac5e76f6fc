"""What happens to a painting before the reader sees it in training.

Generated pictures are softer, noisier, shifted and a little off in colour; some show nothing. A
reader of clean paintings alone would answer all of them with the same confidence.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import Tensor, nn

from ksd_eval.world.painter import SIZE

Distortion = Callable[[Tensor, np.random.Generator], Tensor]
"""Pictures [n, 3, 64, 64] in [-1, 1] to the same, distorted."""


def normal(rng: np.random.Generator, like: Tensor) -> Tensor:
    """Draw standard normal noise of a tensor's shape, on its device."""
    return torch.from_numpy(rng.standard_normal(like.shape, np.float32)).to(like.device)


def between(rng: np.random.Generator, low: float, high: float, like: Tensor) -> Tensor:
    """Draw one number per picture, shaped to multiply pictures [n, 3, h, w]."""
    numbers = rng.uniform(low, high, (len(like), 1, 1, 1)).astype(np.float32)
    return torch.from_numpy(numbers).to(like.device)


def moved(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Scale and shift pictures, by up to a tenth."""
    scale = rng.uniform(0.9, 1.12, len(pictures))
    turn = rng.uniform(-0.05, 0.05, len(pictures))
    shift = rng.uniform(-0.12, 0.12, (2, len(pictures)))
    rows = [[scale, -turn, shift[0]], [turn, scale, shift[1]]]
    matrix = torch.from_numpy(np.moveaxis(np.asarray(rows, np.float32), 2, 0)).to(pictures.device)
    grid = nn.functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
    return nn.functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def wobbled(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Bend pictures softly by up to some three pixels: a generated circle is not quite round."""
    still = torch.eye(2, 3, device=pictures.device).repeat(len(pictures), 1, 1)
    grid = nn.functional.affine_grid(still, list(pictures.shape), align_corners=False)
    knots = normal(rng, torch.empty(len(pictures), 2, 8, 8, device=pictures.device))
    field = nn.functional.interpolate(knots, size=SIZE, mode="bicubic")
    bend = (field * between(rng, 0.0, 0.05, pictures)).permute(0, 2, 3, 1)
    return nn.functional.grid_sample(
        pictures, grid + bend, padding_mode="border", align_corners=False
    )


def recoloured(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Change brightness, contrast and the balance of the channels a little."""
    balance = torch.from_numpy(rng.uniform(-0.05, 0.05, (len(pictures), 3, 1, 1))).float()
    shifted = pictures + balance.to(pictures.device) + between(rng, -0.08, 0.08, pictures)
    return shifted * between(rng, 0.85, 1.12, pictures)


def blurred(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Soften pictures, all of them alike."""
    spread = float(rng.uniform(0.4, 1.3))
    steps = torch.arange(-3, 4, device=pictures.device)
    kernel = torch.exp(-(steps**2) / (2 * spread**2))
    kernel = (kernel / kernel.sum()).view(1, 1, 1, 7).repeat(3, 1, 1, 1)
    padded = nn.functional.pad(pictures, (3, 3, 3, 3), mode="replicate")
    across = nn.functional.conv2d(padded, kernel, groups=3)
    return nn.functional.conv2d(across, kernel.transpose(2, 3), groups=3)


def coarsened(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Keep only every so many pixels, as an autoencoder's lost detail does."""
    side = int(rng.integers(28, 52))
    small = nn.functional.interpolate(pictures, size=side, mode="bilinear", antialias=True)
    return nn.functional.interpolate(small, size=SIZE, mode="bicubic")


def noisy(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Mix pictures with up to a third of noise: still to be read."""
    share = between(rng, 0.0, 0.3, pictures) * between(rng, 0.0, 1.0, pictures)
    return (1 - share) * pictures + share * normal(rng, pictures)


def decoded(autoencoder: AutoencoderKL, latents: Tensor) -> Tensor:
    """Return the pictures that latents stand for."""
    pictures: Tensor = autoencoder.decode(latents).sample
    return pictures


def through(autoencoder: AutoencoderKL) -> Distortion:
    """Return the round trip through an autoencoder, with some noise on the latents."""

    @torch.no_grad()
    def round_trip(pictures: Tensor, rng: np.random.Generator) -> Tensor:
        latents = autoencoder.encode(pictures).latent_dist.mode()
        strength = between(rng, 0.0, 0.35, latents) * between(rng, 0.0, 1.0, latents)
        spread = latents.std()
        noisy_latents = latents + strength * spread * normal(rng, latents)
        return decoded(autoencoder, noisy_latents)

    return round_trip


CHANCES: Final[tuple[tuple[Distortion, float], ...]] = (
    (moved, 0.6),
    (wobbled, 0.4),
    (recoloured, 0.5),
    (blurred, 0.25),
    (coarsened, 0.25),
    (noisy, 0.3),
)
"""How often each distortion falls on a part of the batch."""


def distorted(
    pictures: Tensor, rng: np.random.Generator, autoencoder: AutoencoderKL | None = None
) -> Tensor:
    """Distort most of a batch; every distortion falls on pictures of its own choice."""
    chances = list(CHANCES)
    if autoencoder is not None:
        chances.append((through(autoencoder), 0.2))
    answer = pictures.clone()
    for distortion, chance in chances:
        chosen = torch.from_numpy(rng.random(len(pictures)) < chance).to(pictures.device)
        if chosen.any():
            answer[chosen] = distortion(answer[chosen], rng)
    clean = torch.from_numpy(rng.random(len(pictures)) < 0.15).to(pictures.device)
    return torch.where(clean.view(-1, 1, 1, 1), pictures, answer).clamp(-1, 1)


def scrambled(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Cut pictures into tiles and lay them anew: the colours stay, the content does not."""
    tile = int(rng.choice([8, 16]))
    tiles = nn.functional.unfold(pictures, tile, stride=tile)
    order = torch.from_numpy(rng.permutation(tiles.shape[2])).to(pictures.device)
    return nn.functional.fold(tiles[:, :, order], SIZE, tile, stride=tile)


def drowned(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Mix pictures with so much noise, fine or coarse, that nothing is left to read."""
    side = int(rng.choice([8, 16, 32, SIZE]))
    grain = normal(rng, torch.empty(len(pictures), 3, side, side, device=pictures.device))
    grain = nn.functional.interpolate(grain, size=SIZE, mode="bilinear")
    share = between(rng, 0.8, 1.0, pictures)
    return (1 - share) * pictures + share * grain * 0.7


def melted(pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Leave only a few soft patches of colour."""
    side = int(rng.integers(1, 4))
    small = nn.functional.adaptive_avg_pool2d(pictures, side)
    return nn.functional.interpolate(small, size=SIZE, mode="bilinear", align_corners=False)


RUINS: Final[tuple[Distortion, ...]] = (scrambled, drowned, melted)
"""After any of these a picture shows nothing."""


def dreamt(autoencoder: AutoencoderKL, pictures: Tensor, rng: np.random.Generator) -> Tensor:
    """Decode latents that are mostly noise: what an unfinished denoising looks like."""
    with torch.no_grad():
        latents = autoencoder.encode(pictures).latent_dist.mode()
        share = between(rng, 0.85, 1.0, latents)
        noise = normal(rng, latents) * latents.std()
        return decoded(autoencoder, (1 - share) * latents + share * noise)


def ruined(
    pictures: Tensor, rng: np.random.Generator, autoencoder: AutoencoderKL | None = None
) -> Tensor:
    """Make every picture show nothing, all of them in one way."""
    choice = int(rng.integers(len(RUINS) + (autoencoder is not None)))
    if autoencoder is not None and choice == len(RUINS):
        return dreamt(autoencoder, pictures, rng).clamp(-1, 1)
    return RUINS[choice](pictures, rng).clamp(-1, 1)


def blended(pictures: Tensor, others: Tensor, rng: np.random.Generator) -> Tensor:
    """Lay two pictures over one another, neither much stronger."""
    share = between(rng, 0.4, 0.6, pictures)
    return (1 - share) * pictures + share * others
