"""Picture vectors of a CLIP of open_clip, for distances between sets of pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval.judges import clip, weights
from ksd_eval.judges.base import Extractor
from ksd_eval.needs import Need


@dataclass(frozen=True)
class ClipFeatures(Extractor):
    """The pooled vector of each picture, scaled to length sqrt(d).

    Only the direction of a CLIP vector was trained. At this length the `x.y / d` of the kernel
    distance is the cosine, and numbers are of the order of one.

    Attributes:
        weights: Folder of an open_clip model with its tokenizer, or `package:<name>`.
    """

    weights: str = "package:judge"

    def identity(self) -> dict[str, Any]:
        """Return the protocol of the features."""
        return {
            "extractor": "open_clip",
            "resizer": "open_clip transforms of the model's folder",
            "length": "sqrt(d)",
            **clip.identity(weights.located(self.weights)),
        }

    def needs(self) -> Sequence[Need]:
        """Return the model's folder."""
        return [clip.need(self.weights)]

    def __call__(self, images: Sequence[Image]) -> NDArray[np.float32]:
        """Return one row of features for each picture, float32 [n, d]."""
        vectors = clip.opened(weights.located(self.weights)).of_images(images)
        return vectors * np.float32(vectors.shape[1] ** 0.5)
