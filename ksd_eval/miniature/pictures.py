"""Painted pictures as tensors, drawn afresh for every training step."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ksd_eval.world.corpus import Example, draw
from ksd_eval.world.painter import paint
from ksd_eval.world.reader import tensor


def batch(rng: np.random.Generator, count: int) -> tuple[list[Example], Tensor]:
    """Draw `count` corpus examples and paint them: float pictures [count, 3, 64, 64] in [-1, 1]."""
    examples = list(draw(rng, count))
    return examples, tensor([paint(example.scene) for example in examples])


def images(pictures: Tensor) -> list[Image.Image]:
    """Turn a float tensor [n, 3, h, w] in [-1, 1] into RGB images."""
    pixels = ((pictures.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return [Image.fromarray(picture) for picture in pixels.permute(0, 2, 3, 1).cpu().numpy()]
