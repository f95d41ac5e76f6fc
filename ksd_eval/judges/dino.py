"""Features of a network that learnt from pictures alone, without texts and labels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval.judges import batching, device, weights
from ksd_eval.judges.base import Extractor
from ksd_eval.needs import Need

FILES: Final = ("config.json", "preprocessor_config.json", "model.safetensors")
"""What decides the vectors: shapes, preprocessing, weights."""

CURE: Final = "give a folder of a vision tower in transformers' format"


@dataclass(frozen=True)
class DinoFeatures(Extractor):
    """The class token of DINOv2, or of another such tower in transformers' format.

    Distances by it follow people's judgement of realism better than FID's (Stein et al. 2023).

    Sources: Oquab et al. 2023, DINOv2 (arXiv:2304.07193); Stein et al. 2023, Exposing flaws of
    generative model evaluation metrics (arXiv:2306.04675).

    Attributes:
        weights: A folder, or the name of a repository in the hub's cache.
    """

    weights: str = "facebook/dinov2-base"

    def identity(self) -> dict[str, Any]:
        """Return the protocol of the features."""
        folder = weights.located(self.weights)
        return {
            "extractor": "dinov2",
            "weights": weights.hashes(folder, FILES),
            "resizer": "the checkpoint's own",
            "version": weights.version_of("transformers"),
            "dtype": "float32",
            **device.identity(folder),
        }

    def needs(self) -> Sequence[Need]:
        """Return the tower's folder."""
        return [weights.folder_need(self.weights, FILES, CURE)]

    def __call__(self, images: Sequence[Image]) -> NDArray[np.float32]:
        """Return one row of features for each picture, float32 [n, d].

        Raises:
            WeightsMissingError: If the weights are not on this machine.
        """
        width, encode = _tower(weights.located(self.weights))
        return batching.rows_of(images, width, encode)


@device.opened
def _tower(folder: Path) -> tuple[int, Callable[[Sequence[Image]], NDArray[np.float32]]]:
    """Open the tower in a folder; return the width of its rows, and what makes them."""
    weights.present(folder, FILES, CURE)
    from transformers import AutoImageProcessor, AutoModel

    where = device.device(folder)
    tower: Any = AutoModel.from_pretrained(folder, local_files_only=True).eval().to(where)
    look: Any = AutoImageProcessor.from_pretrained(folder, local_files_only=True)

    def encode(images: Sequence[Image]) -> NDArray[np.float32]:
        pixels = look(list(images), return_tensors="pt").pixel_values.to(where)
        with device.inference():
            tokens = tower(pixels).last_hidden_state[:, 0]
        rows: NDArray[np.float32] = tokens.float().cpu().numpy()
        return rows

    return int(tower.config.hidden_size), encode
