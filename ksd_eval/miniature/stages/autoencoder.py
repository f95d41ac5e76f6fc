"""Stage 1: an autoencoder that keeps a 64x64 picture in 8x8x4 numbers.

L1 and L2 loss on whole pictures with a faint pull to a standard normal, as in Rombach et al. 2022
(arXiv:2112.10752, section 3.1) without its discriminator. Latents are divided by their spread.
"""

from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import Tensor

from ksd_eval.miniature import architecture, pictures
from ksd_eval.miniature.fitting import Plan, fit


def train(folder: Path, plan: Plan, size: int, device: str) -> AutoencoderKL:
    """Train on `size` pictures a step and return the autoencoder with its scaling factor set."""
    torch.manual_seed(plan.seed)
    model = architecture.autoencoder().to(device, memory_format=torch.channels_last)

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        _, batch = pictures.batch(rng, size)
        batch = batch.to(device, memory_format=torch.channels_last)
        latent = model.encode(batch).latent_dist
        noise = torch.from_numpy(rng.standard_normal(latent.mean.shape, np.float32)).to(device)
        painted = model.decode(latent.mean + latent.std * noise).sample
        error = painted - batch
        square, absolute = error.square().mean(), error.abs().mean()
        pull = 0.5 * (latent.mean.square() + latent.var - 1 - latent.logvar).mean()
        psnr = -10 * torch.log10(error.detach().square().mean((1, 2, 3)) / 4).mean()
        return {"loss": square + absolute + 1e-5 * pull, "pull": pull, "psnr": psnr}

    fit(model, loss, plan, folder)
    model.register_to_config(scaling_factor=1 / _spread(model, device))
    return model


@torch.no_grad()
def _spread(model: AutoencoderKL, device: str) -> float:
    _, batch = pictures.batch(np.random.default_rng(1), 512)
    return float(model.encode(batch.to(device)).latent_dist.mean.std())


@torch.no_grad()
def psnr(model: AutoencoderKL, count: int, seed: int) -> float:
    """Return the mean peak signal-to-noise ratio in dB of round trips of unseen pictures."""
    _, batch = pictures.batch(np.random.default_rng([seed, 2]), count)
    device = next(model.parameters()).device
    errors = []
    for part in batch.to(device).split(64):
        painted = model.decode(model.encode(part).latent_dist.mode()).sample.clamp(-1, 1)
        errors.append((painted - part).square().mean((1, 2, 3)) / 4)
    return float(-10 * torch.log10(torch.cat(errors)).mean())
