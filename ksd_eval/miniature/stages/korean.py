"""Stage 4: the Korean text tower, made as the Korean model's was: distilled from the English one.

A Korean tokenizer and a new embedding table are put into a copy of the English tower, which then
learns on parallel captions to give the English tower's pooled sentence vector, and nothing else
(Reimers & Gurevych 2020, arXiv:2004.09813, as used for clip-vit-large-patch14-ko). What the
denoiser reads, the hidden states of every token, is never compared: the gap between the languages
comes about by itself.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from ksd_eval.miniature import architecture
from ksd_eval.miniature.fitting import Plan, fit
from ksd_eval.miniature.stages.clip import tokens
from ksd_eval.world.corpus import draw


def student(teacher: CLIPTextModel, vocabulary: int) -> CLIPTextModel:
    """Return a copy of the teacher with a fresh embedding table of another size."""
    model = CLIPTextModel(architecture.text_config(vocabulary))
    weights = {
        name: weight
        for name, weight in teacher.state_dict().items()
        if not name.endswith("token_embedding.weight")
    }
    missing = model.load_state_dict(weights, strict=False).missing_keys
    if [name for name in missing if not name.endswith("token_embedding.weight")]:
        raise ValueError(f"the teacher lacks {missing}; give the English tower of this recipe")
    with torch.no_grad():
        spread = teacher.get_input_embeddings().weight.std()
        model.get_input_embeddings().weight.normal_(0.0, float(spread))
    return model


def train(
    folder: Path,
    plan: Plan,
    size: int,
    teacher: tuple[CLIPTextModel, CLIPTokenizer],
    tokenizer: CLIPTokenizer,
) -> CLIPTextModel:
    """Distil on `size` parallel captions a step."""
    tower, english = teacher
    torch.manual_seed(plan.seed)
    model = student(tower, len(tokenizer)).to(tower.device)

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        captions = [example.caption for example in draw(rng, size)]
        with torch.no_grad():
            target = tower(tokens(english, [caption.en for caption in captions]).to(tower.device))
        ids = tokens(tokenizer, [caption.ko for caption in captions]).to(tower.device)
        guess = model(ids).pooler_output
        agreement = nn.functional.cosine_similarity(guess, target.pooler_output).mean()
        error = nn.functional.mse_loss(guess, target.pooler_output)
        return {"loss": error + (1 - agreement), "agreement": agreement}

    fit(model, loss, plan, folder)
    return model
