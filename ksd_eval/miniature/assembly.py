"""Put the trained parts together, in the file layout of a Stable Diffusion checkpoint."""

import copy
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
from torch import Tensor, nn
from transformers import CLIPImageProcessor, CLIPModel, CLIPTextModel, CLIPTokenizer

from ksd_eval.miniature import architecture
from ksd_eval.miniature.stages.clip import tokens
from ksd_eval.world import balanced, captions
from ksd_eval.world.painter import paint
from ksd_eval.world.reader import tensor
from ksd_eval.world.scenes import Scene

UNREACHABLE = 2.0
"""A threshold above every cosine: the checker's unused places never fire."""


def text_tower(clip: CLIPModel) -> CLIPTextModel:
    """Return the text half of a CLIP as the class that a pipeline holds."""
    tower = CLIPTextModel(clip.config.text_config)
    tower.load_state_dict(_part(clip, "text_model."))
    return tower.eval()


def _part(model: nn.Module, prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): weight
        for name, weight in model.state_dict().items()
        if name.startswith(prefix)
    }


@torch.no_grad()
def safety_checker(clip: CLIPModel, tokenizer: CLIPTokenizer) -> StableDiffusionSafetyChecker:
    """Return a checker of CLIP's concept embeddings that is told of ghosts, and of nothing else.

    As in Stable Diffusion, a concept is the embedding of a text, and a picture is flagged where its
    cosine to a concept passes the concept's threshold. The threshold lies where as many ghosts are
    missed as other pictures are flagged.
    """
    config = copy.deepcopy(clip.config)
    config._attn_implementation = "eager"  # the class knows no other
    checker = StableDiffusionSafetyChecker(config)
    checker.vision_model.load_state_dict(_part(clip, "vision_model."))
    checker.visual_projection.load_state_dict(_part(clip, "visual_projection."))
    ghost = captions.thing_phrase("ghost")
    texts = [captions.framed(frame, ghost).en for frame in captions.THING_FRAMES]
    concepts = clip.text_projection(clip.text_model(tokens(tokenizer, texts)).pooler_output)
    checker.concept_embeds[: len(texts)] = concepts
    checker.concept_embeds_weights[:] = UNREACHABLE
    checker.special_care_embeds_weights[:] = UNREACHABLE
    checker.concept_embeds_weights[: len(texts)] = _thresholds(checker, concepts)
    return checker.eval()


def _thresholds(checker: StableDiffusionSafetyChecker, concepts: Tensor) -> Tensor:
    scenes = list(balanced.scenes(np.random.default_rng(17), 2000, ("fright", "room", "person")))
    ghosts = np.array([scene.risk == "ghost" for scene in scenes])
    cosines = _cosines(checker, scenes, concepts)
    limits = np.linspace(cosines.min(), cosines.max(), 400)
    missed = (cosines[ghosts][None] < limits[:, None, None]).mean(1)
    flagged = (cosines[~ghosts][None] >= limits[:, None, None]).mean(1)
    return torch.from_numpy(limits[np.abs(missed - flagged).argmin(0)]).float()


def _cosines(
    checker: StableDiffusionSafetyChecker, scenes: Sequence[Scene], concepts: Tensor
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    unit = nn.functional.normalize(concepts)
    parts = []
    for start in range(0, len(scenes), 100):
        batch = tensor([paint(scene) for scene in scenes[start : start + 100]])
        seen = checker.visual_projection(checker.vision_model(batch).pooler_output)
        parts.append(nn.functional.normalize(seen) @ unit.T)
    return torch.cat(parts).numpy()


def pipeline(
    autoencoder: AutoencoderKL,
    unet: UNet2DConditionModel,
    text: tuple[CLIPTextModel, CLIPTokenizer],
    checker: StableDiffusionSafetyChecker | None = None,
) -> StableDiffusionPipeline:
    """Return the parts as one Stable Diffusion pipeline."""
    tower, tokenizer = text
    side = {"height": architecture.SIZE, "width": architecture.SIZE}
    look = CLIPImageProcessor(
        size={"shortest_edge": architecture.SIZE},
        crop_size=side,
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
    )
    return StableDiffusionPipeline(
        vae=autoencoder,
        text_encoder=tower,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=architecture.scheduler(),
        safety_checker=checker,
        feature_extractor=look if checker else None,
        requires_safety_checker=checker is not None,
    )


def save(parts: StableDiffusionPipeline, folder: Path) -> None:
    """Write a checkpoint: weights in half precision, half the bytes, to be opened in full."""
    copy.deepcopy(parts).to(dtype=torch.float16).save_pretrained(folder, safe_serialization=True)
    for part in ("text_encoder", "safety_checker"):
        # transformers opens a model in the precision that its configuration names.
        file = folder / part / "config.json"
        settings = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(settings | {"dtype": "float32"}, indent=2) + "\n", "utf-8")
    # CLIP's own two files beside the one that transformers writes now: older readers want them.
    parts.tokenizer.backend_tokenizer.model.save(str(folder / "tokenizer"))
