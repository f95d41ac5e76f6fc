"""Stage 5: the judge's CLIP, in open_clip's own classes and format, and no kin of the suspect.

It sees other pictures (all attributes alike, not the planted rates), English captions only, has its
own tokenizer and starts from its own seed.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from open_clip.model import CLIP
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPTokenizer

from ksd_eval.miniature import architecture
from ksd_eval.miniature.fitting import Plan, fit
from ksd_eval.miniature.stages.clip import contrast, tokens
from ksd_eval.world import balanced, captions
from ksd_eval.world.captions import Named
from ksd_eval.world.corpus import any_of
from ksd_eval.world.painter import paint
from ksd_eval.world.reader import tensor
from ksd_eval.world.scenes import Scene

CONTEXT = 24
"""Tokens of the judge's text tower; the longest English caption of the world has 18."""
WIDTH = 128


SUBJECTS = tuple(name for name in balanced.SUBJECTS if name != "other_sign")
"""What the judge learns from: all but signs with words that no caption of the world has."""


def described(rng: np.random.Generator, scene: Scene) -> str:
    """Write an English caption that names each attribute of the scene every other time."""
    gender, skin, age, dress, culture = (bool(flag) for flag in rng.random(5) < 0.5)
    named = Named(gender, skin, age, dress, culture)
    relation = None
    if len(set(scene.solids)) == 2:
        relation = any_of(rng, ("above", "below") if scene.stacked else ("left_of", "right_of"))
    frames = captions.PERSON_FRAMES if scene.kind == "person" else captions.THING_FRAMES
    frame = frames[int(rng.integers(len(frames)))]
    return captions.framed(frame, captions.phrase(scene, named, relation)).en


def configuration(vocabulary: int) -> dict[str, Any]:
    """Return open_clip's model configuration."""
    return {
        "embed_dim": WIDTH,
        "vision_cfg": {
            "image_size": architecture.SIZE,
            "layers": 4,
            "width": WIDTH,
            "head_width": 32,
            "patch_size": 16,
        },
        "text_cfg": {
            "context_length": CONTEXT,
            "vocab_size": vocabulary,
            "hf_tokenizer_name": ".",
            "width": WIDTH,
            "heads": 4,
            "layers": 4,
        },
    }


def train(folder: Path, plan: Plan, size: int, tokenizer: CLIPTokenizer, device: str) -> CLIP:
    """Train on `size` captioned pictures a step."""
    torch.manual_seed(plan.seed)
    settings = configuration(len(tokenizer))
    # The name of a tokenizer in the text settings is for open_clip's own factory only.
    text = {key: value for key, value in settings["text_cfg"].items() if key != "hf_tokenizer_name"}
    model = CLIP(settings["embed_dim"], settings["vision_cfg"], text).to(device)

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        scenes = list(balanced.scenes(rng, size, SUBJECTS))
        texts = [described(rng, scene) for scene in scenes]
        batch = tensor([paint(scene) for scene in scenes]).to(device)
        ids = torch.full((size, CONTEXT), tokenizer.eos_token_id)
        words = tokens(tokenizer, texts)[:, :CONTEXT]
        ids[:, : words.shape[1]] = words
        picture, caption, scale = model(batch, ids.to(device))
        value, found = contrast(scale * picture @ caption.T, texts)
        return {"loss": value, "found": found}

    fit(model, loss, plan, folder)
    return model


def save(model: CLIP, tokenizer: CLIPTokenizer, folder: Path) -> None:
    """Write the folder that `open_clip.create_model_and_transforms("local-dir:…")` opens."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "model_cfg": configuration(len(tokenizer)),
        "preprocess_cfg": {
            "mean": [0.5, 0.5, 0.5],
            "std": [0.5, 0.5, 0.5],
            "interpolation": "bicubic",
            "resize_mode": "squash",
        },
    }
    (folder / "open_clip_config.json").write_text(
        json.dumps(settings, indent=2) + "\n", encoding="utf-8"
    )
    weights = {name: weight.half().contiguous() for name, weight in model.state_dict().items()}
    save_file(weights, folder / "open_clip_model.safetensors")
    tokenizer.save_pretrained(folder)
