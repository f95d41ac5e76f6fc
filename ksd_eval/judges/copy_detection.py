"""Whether a picture is a copy of one that a model learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image, Resampling

from ksd_eval.judges import embedding_index, weights
from ksd_eval.judges.base import Extractor, Judge, Reference
from ksd_eval.judges.clip_features import ClipFeatures
from ksd_eval.needs import Need
from ksd_eval.numerics import cosine, tiles
from ksd_eval.records import Measurement

NAMES: Final = (
    *("copied_by_tiles", "copied_by_embedding"),
    *("copy_distance", "copy_similarity", "copied_from"),
)
"""What is measured of each picture."""

TILES: Final = 4
"""Along a side, as in the paper: 128 of 512 pixels."""


class Nearest(NamedTuple):
    """The nearest reference picture of each picture, shape [n] each."""

    distance: NDArray[np.float64]
    similarity: NDArray[np.float64]
    place: NDArray[np.int64]


@dataclass(frozen=True)
class CopyDetection(Judge):
    """Nearest picture of a reference set, by pixels and by embedding, against a calibrated bar.

    Measured are `copy_distance`, the least tiled L2 distance to a reference picture, in [0, 1];
    `copy_similarity`, the greatest cosine of embeddings; whether each passes its bar, as
    `copied_by_tiles` and `copied_by_embedding`, 1 or 0; and `copied_from`, the place in the
    reference of what was copied by either, or none. By pixels the very picture is found, as in the
    paper; by embedding also one that was cropped or recoloured, and at times one merely alike.

    No bar is set by hand. Pictures that are known to be no copies, of the same things, are held
    against the reference too, and the bar lies where `false_copies` of them would pass.

    Sources: Carlini et al. 2023 (arXiv:2301.13188); Somepalli et al. 2023, Diffusion Art or Digital
    Forgery? (arXiv:2212.03860).

    Attributes:
        unrelated: Pictures that are no copies, 100 or more.
        reference: What a model learnt from, or what copies are looked for among.
        index: Path of an index of embeddings in the place of a reference; then there are no pixels
            to compare, and nothing is told by tiles.
        extractor: What embeds pictures.
        false_copies: Share of unrelated pictures that a bar lets pass.
        size: Pixels along a side at which pictures are compared.
    """

    unrelated: Reference
    reference: Reference | None = None
    index: str = ""
    extractor: Extractor = field(default_factory=ClipFeatures)
    false_copies: float = 0.01
    size: int = 64

    def __post_init__(self) -> None:
        """Refuse to look for copies of nothing, or of two things."""
        if (self.reference is None) == (not self.index):
            raise ValueError("give a reference or an index to look for copies in, and not both")
        if not 0 < self.false_copies < 0.5:
            raise ValueError(
                f"false_copies is {self.false_copies:g}; give a share above 0 and below .5"
            )
        if self.size < TILES or self.size % TILES:
            raise ValueError(f"size is {self.size} pixels; give a multiple of {TILES}")

    def identity(self) -> dict[str, Any]:
        """Return what decides the answers: pictures, embeddings and the share let pass."""
        index = {"index": weights.sha256(Path(self.index))}
        held = self.reference.identity() if self.reference else index
        return {
            "judge": "copy_detection",
            "reference": held,
            "unrelated": self.unrelated.identity(),
            "extractor": self.extractor.identity(),
            "false_copies": self.false_copies,
            "size": self.size,
        }

    def needs(self) -> Sequence[Need]:
        """Return the index, where there is one; what it is made of speaks for itself."""
        if not self.index or Path(self.index).is_file():
            return []
        cure = f"`python -m ksd_eval.judges.embedding_index FOLDER {self.index}`"
        return [Need(self.index, "it is not there", cure)]

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return how near each picture comes to a reference picture; the text changes nothing.

        Raises:
            FileNotFoundError: The index is not there.
            ValueError: The index was made by another extractor, or too few pictures are unrelated.
        """
        del texts
        if not images:
            return []
        near, bar = self._nearest(images), self._bars
        return [
            self._answer(*one, bar)
            for one in zip(near.distance, near.similarity, near.place, strict=True)
        ]

    def _answer(
        self, distance: float, similarity: float, place: int, bar: tuple[float, float]
    ) -> list[Measurement]:
        by_tiles, by_embedding = distance <= bar[0], similarity >= bar[1]
        found = {
            "copied_by_tiles": float(by_tiles),
            "copied_by_embedding": float(by_embedding),
            "copy_distance": round(float(distance), 5),
            "copy_similarity": round(float(similarity), 5),
        }
        untold = "an index of embeddings has no pixels" if self.reference is None else ""
        said = [
            Measurement(name, status="abstained", reason=untold)
            if untold and name in ("copied_by_tiles", "copy_distance")
            else Measurement(name, value=value)
            for name, value in found.items()
        ]
        source = str(place) if by_tiles or by_embedding else "none"
        return [*said, Measurement("copied_from", label=source)]

    @cached_property
    def _bars(self) -> tuple[float, float]:
        """Return the distance and the similarity that a share of unrelated pictures passes."""
        unrelated = self.unrelated()
        if len(unrelated) * self.false_copies < 1:
            raise ValueError(
                f"{len(unrelated)} unrelated pictures cannot tell where {self.false_copies:g} of "
                f"them pass; give {round(1 / self.false_copies)} or more"
            )
        near = self._nearest(unrelated)
        # The share that passes is at most the one wanted, so of equal ones none does.
        return (
            float(np.quantile(near.distance, self.false_copies, method="lower")),
            float(np.quantile(near.similarity, 1 - self.false_copies, method="higher")),
        )

    def _nearest(self, images: Sequence[Image]) -> Nearest:
        pixels, vectors = self._held
        cosines = cosine.unit(self.extractor(images)) @ vectors.T
        similarity, place = cosines.max(1), cosines.argmax(1)
        if pixels is None:
            return Nearest(np.full(len(images), np.inf), similarity, place)
        far = tiles.furthest(self._fitted(images), pixels, TILES)
        return Nearest(far.min(1), similarity, far.argmin(1))

    @cached_property
    def _held(self) -> tuple[NDArray[np.float32] | None, NDArray[np.float64]]:
        """Return the reference's pixels, which an index has not, and its unit vectors."""
        if self.reference is None:
            vectors = embedding_index.read(Path(self.index), self.extractor)
            return None, cosine.unit(vectors)
        pictures = self.reference()
        return self._fitted(pictures), cosine.unit(self.extractor(pictures))

    def _fitted(self, images: Sequence[Image]) -> NDArray[np.float32]:
        side = (self.size, self.size)
        fitted = (image.convert("RGB").resize(side, Resampling.BOX) for image in images)
        return np.stack([np.asarray(image, dtype=np.float32) / 255 for image in fitted])
