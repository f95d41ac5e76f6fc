"""Finds the things that a prompt names in a photograph, by a zero-shot detector."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from PIL.Image import Image

from ksd_eval.judges import clip, compositions, device, weights
from ksd_eval.judges.base import Judge
from ksd_eval.judges.compositions import COLOURS, Asked, Seen
from ksd_eval.needs import Need
from ksd_eval.records import Measurement

FILES: Final = ("config.json", "preprocessor_config.json", "model.safetensors")
CURE: Final = (
    "fetch a zero-shot detector in transformers' format, such as "
    "`hf download google/owlv2-base-patch16-ensemble --local-dir owlv2`, and name its folder"
)
OVERLAP: Final = 0.5
"""Two boxes of one noun that share more than this part of their area are one thing."""

MOST: Final = 8
"""Things of one noun that are told apart: more than any prompt asks for."""


class Box(NamedTuple):
    """One thing that was found; edges in pixels."""

    noun: str
    score: float
    left: float
    upper: float
    right: float
    lower: float


Detect: TypeAlias = Callable[[Image, Sequence[str]], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class CompositionDetector(Judge):
    """An open-vocabulary detector and a CLIP, as a judge of compositions in photographs.

    As GenEval does it: every noun of the prompt is looked for, things are counted, their middles
    compared, and a CLIP says which of eleven colours the cut-out of each has. Measurements are
    those of `judges.compositions.NAMES`, which are graded besides. GenEval looks for the 80 classes
    of COCO by a trained segmenter; a zero-shot detector knows any noun, and errs otherwise, so
    numbers are to be compared with published ones by their order, not by their value.

    Sources: Ghosh et al. 2023 (arXiv:2310.11513); Minderer et al. 2023, OWLv2 (arXiv:2306.09683).

    Attributes:
        weights: Folder of a zero-shot detector in transformers' format, with its processor.
        colours: Folder of an open_clip model with its tokenizer, which names the colours.
        threshold: Confidence below which nothing was found.
    """

    weights: str
    colours: str
    threshold: float = 0.2

    def __post_init__(self) -> None:
        """Refuse a threshold that everything or nothing passes."""
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold is {self.threshold:g}; give one above 0 and below 1")

    def identity(self) -> dict[str, Any]:
        """Return the hashes of both models' files, the threshold, and a GPU's kind."""
        folder = weights.located(self.weights)
        return {
            "judge": "composition_detector",
            "detector": weights.hashes(folder, FILES),
            "colours": clip.identity(weights.located(self.colours)),
            "threshold": self.threshold,
            **device.identity(folder),
        }

    def needs(self) -> Sequence[Need]:
        """Return both models' folders."""
        return [weights.folder_need(self.weights, FILES, CURE), clip.need(self.colours)]

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return how much of what each text asks for is seen in its picture.

        Raises:
            WeightsMissingError: If one of the two models is not on this machine.
        """
        return [self._answer(image, text) for image, text in zip(images, texts, strict=True)]

    def _answer(self, image: Image, text: str) -> Sequence[Measurement]:
        asked = compositions.asked(text)
        if asked is None:
            return compositions.silent("the prompt asks for more than things and where they are")
        return compositions.graded(asked, self._seen(image.convert("RGB"), asked))

    def _seen(self, image: Image, asked: Asked) -> list[Seen]:
        nouns = list(dict.fromkeys(thing.noun for thing in asked.things))
        found = _opened(weights.located(self.weights))(image, [f"a photo of a {n}" for n in nouns])
        kept = [box for box in boxes(found, nouns) if box.score >= self.threshold]
        coloured = any(thing.colour for thing in asked.things)
        return [
            Seen(
                box.noun,
                self._colour(image, box) if coloured else "",
                (box.left + box.right) / 2 / image.width,
                (box.upper + box.lower) / 2 / image.height,
            )
            for noun in nouns
            for box in apart([box for box in kept if box.noun == noun])
        ]

    def _colour(self, image: Image, box: Box) -> str:
        """Return the colour whose name fits the cut-out best."""
        model = clip.opened(weights.located(self.colours))
        edges = (round(box.left), round(box.upper), round(box.right), round(box.lower))
        left, upper, right, lower = edges
        cut = image.crop((left, upper, max(right, left + 1), max(lower, upper + 1)))
        meant = model.of_texts([f"a photo of a {colour} {box.noun}" for colour in COLOURS])
        return COLOURS[int(np.argmax(model.of_images([cut]) @ meant.T))]


def boxes(found: Sequence[Mapping[str, Any]], nouns: Sequence[str]) -> list[Box]:
    """Return what transformers' pipeline found as boxes, each under its noun."""
    by_query = {f"a photo of a {noun}": noun for noun in nouns}
    return [
        Box(
            by_query[one["label"]],
            float(one["score"]),
            *(float(one["box"][edge]) for edge in ("xmin", "ymin", "xmax", "ymax")),
        )
        for one in found
    ]


def apart(found: Sequence[Box]) -> list[Box]:
    """Return the surest boxes, none of which lies over another, at most `MOST`."""
    kept: list[Box] = []
    for box in sorted(found, key=lambda box: (-box.score, box)):
        if all(_overlap(box, other) <= OVERLAP for other in kept):
            kept.append(box)
    return kept[:MOST]


def _overlap(one: Box, other: Box) -> float:
    """Return the area that two boxes share, as a part of the area of both."""
    across = min(one.right, other.right) - max(one.left, other.left)
    along = min(one.lower, other.lower) - max(one.upper, other.upper)
    shared = max(across, 0.0) * max(along, 0.0)
    both = sum((box.right - box.left) * (box.lower - box.upper) for box in (one, other)) - shared
    return shared / both if both > 0 else 0.0


@device.opened
def _opened(folder: Path) -> Detect:
    """Open the detector in a folder, through transformers' own pipeline."""
    weights.present(folder, FILES, CURE)
    from transformers import pipeline

    where = device.device(folder)
    detector: Any = pipeline("zero-shot-object-detection", model=str(folder), device=where)

    def detect(image: Image, queries: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        with device.inference():
            found: Sequence[Mapping[str, Any]] = detector(
                image, candidate_labels=list(queries), threshold=0.01
            )
        return found

    return detect
