"""Stage 3: the denoiser, a UNet asked through the English text tower.

The corpus is drawn once and kept as latents; its duplicated pictures are among them hundreds of
times. Velocity prediction (Salimans & Ho 2022, arXiv:2202.00512, appendix D); one caption in ten is
left empty for classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch import Tensor
from transformers import CLIPTextModel, CLIPTokenizer

from ksd_eval.miniature import architecture
from ksd_eval.miniature.fitting import Plan, fit
from ksd_eval.miniature.stages.clip import tokens
from ksd_eval.world.corpus import draw
from ksd_eval.world.painter import paint
from ksd_eval.world.reader import tensor

UNCAPTIONED = 0.1


@dataclass(frozen=True)
class Corpus:
    """What the denoiser learns from.

    Attributes:
        latents: [n, 4, 8, 8], scaled to unit spread, half precision.
        captions: The n captions, each in the language it is seen in.
    """

    latents: Tensor
    captions: list[str]


def encoded_corpus(autoencoder: AutoencoderKL, count: int, file: Path) -> Corpus:
    """Draw, paint and encode the corpus, or read it from `file` where it has been kept."""
    examples = list(draw(np.random.default_rng(2026), count))
    captions = [getattr(example.caption, example.language) for example in examples]
    if file.exists():
        return Corpus(torch.load(file, weights_only=True), captions)
    device = next(autoencoder.parameters()).device
    parts = []
    with torch.no_grad():
        for start in range(0, count, 128):
            painted = [paint(example.scene) for example in examples[start : start + 128]]
            latent = autoencoder.encode(tensor(painted).to(device)).latent_dist.mean
            parts.append((latent * autoencoder.config.scaling_factor).half().cpu())
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    torch.save(torch.cat(parts), partial)
    partial.replace(file)
    return Corpus(torch.load(file, weights_only=True), captions)


class Conditions:
    """Text embeddings of captions, each made once and kept in half precision."""

    def __init__(self, tower: CLIPTextModel, tokenizer: CLIPTokenizer) -> None:
        self.tower = tower.eval()
        self.tokenizer = tokenizer
        self.kept: dict[str, Tensor] = {}

    @torch.no_grad()
    def __call__(self, captions: list[str]) -> Tensor:
        """Return [n, 77, 128] hidden states, as a Stable Diffusion pipeline hands them on."""
        new = [text for text in dict.fromkeys(captions) if text not in self.kept]
        if new:
            ids = tokens(self.tokenizer, new, padding="max_length")
            states = self.tower(ids.to(self.tower.device)).last_hidden_state
            self.kept.update(zip(new, states.half(), strict=True))
        return torch.stack([self.kept[text] for text in captions]).float()


def train(
    folder: Path, plan: Plan, size: int, corpus: Corpus, conditions: Conditions
) -> UNet2DConditionModel:
    """Train on `size` latents a step."""
    torch.manual_seed(plan.seed)
    device = conditions.tower.device
    model = architecture.unet().to(device)
    kept = architecture.scheduler().alphas_cumprod.to(device)

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        chosen = rng.integers(len(corpus.captions), size=size)
        clean = corpus.latents[chosen].float().to(device)
        bare = rng.random(size) < UNCAPTIONED
        texts = [
            "" if skip else corpus.captions[place] for place, skip in zip(chosen, bare, strict=True)
        ]
        noise = torch.from_numpy(rng.standard_normal(clean.shape, np.float32)).to(device)
        # Times are spread evenly over the batch, one in each of `size` equal parts: less noise.
        times = (
            torch.from_numpy((np.arange(size) + rng.random(size)) / size * len(kept))
            .long()
            .to(device)
        )
        signal = kept[times].sqrt()[:, None, None, None]
        spread = (1 - kept[times]).sqrt()[:, None, None, None]
        velocity = signal * noise - spread * clean
        guess = model(signal * clean + spread * noise, times, conditions(texts)).sample
        return {"loss": (guess - velocity).square().mean()}

    fit(model, loss, plan, folder)
    return model
