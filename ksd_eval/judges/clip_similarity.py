"""How well a picture matches the English text that was asked for, by a CLIP of open_clip."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL.Image import Image

from ksd_eval.judges import clip, weights
from ksd_eval.judges.base import Judge
from ksd_eval.needs import Need
from ksd_eval.records import Measurement


@dataclass(frozen=True)
class Similarity(Judge):
    """Cosine of picture and English text, and of the picture with another picture's text.

    Pictures of all arms are held against the same English text, so the judge brings no language
    gap of its own. `similarity_floor` is what an unrelated text of the same call would get: the
    distance between the two is what the picture owes to its prompt.

    Attributes:
        weights: Folder of an open_clip model with its tokenizer, or `package:<name>`.
    """

    weights: str = "package:judge"

    def identity(self) -> dict[str, Any]:
        """Return the hashes of the model's files."""
        return {"judge": "clip_similarity", **clip.identity(weights.located(self.weights))}

    def needs(self) -> Sequence[Need]:
        """Return the model's folder."""
        return [clip.need(self.weights)]

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return `similarity` and `similarity_floor` of each picture, in [-1, 1]."""
        if not images:
            return []
        model = clip.opened(weights.located(self.weights))
        others = other_texts(texts)
        seen = model.of_images(images)
        own = (seen * model.of_texts(texts)).sum(1)
        floor = (seen * model.of_texts([other or "" for other in others])).sum(1)
        return [
            [Measurement("similarity", value=_rounded(mine)), _floor(other, theirs)]
            for mine, theirs, other in zip(own, floor, others, strict=True)
        ]


def other_texts(texts: Sequence[str]) -> list[str | None]:
    """Return for each text another one of the same call; None where all are the same.

    The unlike texts are rolled by half their number: neighbours are often two wordings of one
    meaning, which would be no floor.

    >>> other_texts(["a", "a", "b", "c"])
    ['b', 'b', 'c', 'a']
    >>> other_texts(["a", "a"])
    [None, None]
    """
    unlike = list(dict.fromkeys(texts))
    if len(unlike) < 2:
        return [None] * len(texts)
    shift = len(unlike) // 2
    partner = {text: unlike[(place + shift) % len(unlike)] for place, text in enumerate(unlike)}
    return [partner[text] for text in texts]


def _floor(other: str | None, cosine: np.float32) -> Measurement:
    if other is None:
        reason = "all pictures of this call were asked for by the same text"
        return Measurement("similarity_floor", status="abstained", reason=reason)
    return Measurement("similarity_floor", value=_rounded(cosine))


def _rounded(cosine: np.float32) -> float:
    """Round to what float32 can tell, so that tables are the same on every machine."""
    return round(float(cosine), 5)
