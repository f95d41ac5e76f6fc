"""Stage 2: a CLIP of the painted world, from English captions and pictures.

The symmetric contrastive loss of Radford et al. 2021 (arXiv:2103.00020, figure 3). Pictures of one
step that carry the same caption are no negatives of one another.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import CLIPModel, CLIPTokenizer

from ksd_eval.miniature import architecture, pictures
from ksd_eval.miniature.fitting import Plan, fit


def tokens(tokenizer: CLIPTokenizer, texts: list[str], padding: str = "longest") -> Tensor:
    """Return token ids [n, length], cut at the tokenizer's own limit."""
    ids = tokenizer(texts, padding=padding, truncation=True, return_tensors="pt")["input_ids"]
    assert isinstance(ids, Tensor)
    return ids


def train(folder: Path, plan: Plan, size: int, tokenizer: CLIPTokenizer, device: str) -> CLIPModel:
    """Train both towers on `size` captioned pictures a step."""
    torch.manual_seed(plan.seed)
    model = architecture.clip(len(tokenizer)).to(device)

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        examples, batch = pictures.batch(rng, size)
        texts = [getattr(example.caption, example.language) for example in examples]
        answer = model(input_ids=tokens(tokenizer, texts).to(device), pixel_values=batch.to(device))
        value, found = contrast(answer.logits_per_image, texts)
        return {"loss": value, "found": found}

    fit(model, loss, plan, folder)
    return model


def contrast(logits: Tensor, texts: list[str]) -> tuple[Tensor, Tensor]:
    """Return the contrastive loss and how often the right caption came first.

    Args:
        logits: [n, n], picture by caption.
        texts: The n captions; equal ones are masked as negatives.
    """
    names = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    group = torch.tensor([names[text] for text in texts], device=logits.device)
    own = torch.eye(len(texts), dtype=torch.bool, device=logits.device)
    twin = (group[:, None] == group[None, :]) & ~own
    logits = logits.masked_fill(twin, -torch.inf)
    target = torch.arange(len(texts), device=logits.device)
    value = (
        nn.functional.cross_entropy(logits, target) + nn.functional.cross_entropy(logits.T, target)
    ) / 2
    return value, (logits.detach().argmax(1) == target).float().mean()
