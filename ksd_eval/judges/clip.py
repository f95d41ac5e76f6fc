"""A CLIP in open_clip's own folder format, opened once and shared by judge and extractor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval.judges import device, weights
from ksd_eval.needs import Need

FILES: Final = ("open_clip_config.json", "open_clip_model.safetensors", "tokenizer.json")
"""What decides the vectors: shapes and preprocessing, weights, tokens."""

CURE: Final = "give a folder in open_clip's format, with its tokenizer in it"

BATCH: Final = 32
"""Rows encoded at once, the last batch padded: so a vector depends on its own row alone."""


@dataclass
class Clip:
    """An open model. Vectors come out with unit length.

    Attributes:
        model: The open_clip model, in evaluation mode.
        preprocess: From one picture to the tensor that the model takes.
        tokenizer: From texts to token ids.
        device: Where the model is, as torch names it.
        known: The vectors of the texts seen so far.
    """

    model: Any
    preprocess: Any
    tokenizer: Any
    device: str = "cpu"
    known: dict[str, NDArray[np.float32]] = field(default_factory=dict[str, NDArray[np.float32]])

    def of_images(self, images: Sequence[Image]) -> NDArray[np.float32]:
        """Return one vector per picture, [n, d]."""
        rows = [self.preprocess(image.convert("RGB")) for image in images]
        return self._encoded(self.model.encode_image, rows)

    def of_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector per text, [n, d]; each text is encoded once."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            vectors = self._encoded(self.model.encode_text, list(self.tokenizer(new)))
            self.known.update(zip(new, vectors, strict=True))
        return np.stack([self.known[text] for text in texts])

    def scale(self) -> float:
        """Return what cosines are multiplied by to be logits; the inverse of the temperature."""
        return float(self.model.logit_scale.detach().exp())

    def _encoded(self, encode: Callable[..., Any], rows: Sequence[Any]) -> NDArray[np.float32]:
        import torch

        parts: list[NDArray[np.float32]] = []
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            padding = [torch.zeros_like(part[0])] * (BATCH - len(part))
            given = torch.stack([*part, *padding]).to(self.device)
            with device.inference():
                vectors = encode(given, normalize=True)
            parts.append(vectors[: len(part)].float().cpu().numpy())
        return np.concatenate(parts)


def identity(folder: Path) -> dict[str, Any]:
    """Return what decides the vectors of a model: the hashes of its files, and a GPU's kind."""
    hashes = weights.hashes(folder, FILES)
    return {"weights": hashes, "dtype": "float32", **device.identity(folder)}


def need(name: str) -> Need:
    """Return whether a model is there."""
    return weights.folder_need(name, FILES, CURE)


@device.opened
def opened(folder: Path) -> Clip:
    """Open the model in a folder, through open_clip's own loader.

    Raises:
        WeightsMissingError: If the folder does not hold one.
    """
    name = f"local-dir:{weights.present(folder, FILES, CURE)}"
    import open_clip

    model, _, preprocess = open_clip.create_model_and_transforms(name)
    where = device.device(folder)
    return Clip(model.eval().to(where), preprocess, open_clip.get_tokenizer(name), where)
