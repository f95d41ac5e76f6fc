"""Labels by the likest of a few texts: a second judge, unlike the first, of anything with words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image
from scipy.special import softmax

from ksd_eval.judges import clip, weights
from ksd_eval.judges.base import Judge
from ksd_eval.judges.clip import Clip
from ksd_eval.needs import Need
from ksd_eval.records import Measurement


@dataclass(frozen=True)
class ClipLabels(Judge):
    """Zero-shot labels: of several texts, the one that a CLIP finds likest to the picture.

    It never saw a label, so it errs otherwise than a reader that learnt from labels; where the two
    agree, an answer does not hang on one instrument. It answers about every picture, also where a
    question does not apply: a cube is like "a man" or "a woman" too. Ask it about prompts of a
    kind, or together with a judge that can tell (`Agreement`).

    The package's CLIP on 500 balanced paintings of people, or of what has a culture, with the texts
    of `conf/experiment/bias.yaml`, which were chosen on 500 others; share right among those
    answered, and share answered:

    | margin | gender: right | answered | culture: right | answered |
    |---|---|---|---|---|
    | 0 | .950 | 1.000 | .904 | 1.000 |
    | .2 | .962 | .958 | .930 | .946 |
    | .5 | .973 | .882 | .933 | .920 |
    | .8 | .989 | .720 | .976 | .836 |

    (The package's own reader: 1.000 of 1.000.) So it is the weaker of the two. It takes women for
    men more often than men for women, 12 times against none at the default margin, and of meals it
    knows the culture in two of three only. Through the autoencoder gender falls to .951 of .856.
    The default margin was chosen from this table: it halves the wrong genders for an eighth of the
    answers, and the next step costs twice as many.

    Source: Radford et al. 2021 (arXiv:2103.00020), section 3.1.

    Attributes:
        questions: Measurement -> label -> the English text of a picture of that label.
        weights: Folder of an open_clip model with its tokenizer, or `package:<name>`.
        margin: It abstains where the confidence in the best label exceeds that in the second by
            less, in [0, 1). Confidences are the softmax over the question's labels, at the scale
            that the CLIP was trained with.
    """

    questions: Mapping[str, Mapping[str, str]]
    weights: str = "package:judge"
    margin: float = 0.5

    def __post_init__(self) -> None:
        """Refuse a question without a choice, and a margin that nothing could exceed."""
        if not self.questions:
            raise ValueError("questions is empty; give a measurement its labels and their texts")
        for name, texts in self.questions.items():
            if len(texts) < 2 or len(set(texts.values())) < len(texts):
                raise ValueError(
                    f"questions.{name} is {dict(texts)}; give two labels or more, each a text of "
                    "its own"
                )
        if not 0 <= self.margin < 1:
            raise ValueError(f"margin is {self.margin:g}; give one from 0 to below 1")

    def identity(self) -> dict[str, Any]:
        """Return the hashes of the model's files, the questions and the margin."""
        return {
            "judge": "clip_labels",
            "questions": {name: dict(texts) for name, texts in self.questions.items()},
            "margin": self.margin,
            **clip.identity(weights.located(self.weights)),
        }

    def needs(self) -> Sequence[Need]:
        """Return the model's folder."""
        return [clip.need(self.weights)]

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return one label for each question and picture; what was asked for changes nothing."""
        del texts
        if not images:
            return []
        model = clip.opened(weights.located(self.weights))
        seen = model.of_images(images)
        answers = [
            [self._answer(name, chances) for chances in _confidences(model, seen, wordings)]
            for name, wordings in self.questions.items()
        ]
        return list(zip(*answers, strict=True))

    def _answer(self, name: str, chances: Mapping[str, float]) -> Measurement:
        best, second = sorted(chances, key=lambda label: -chances[label])[:2]
        # Rounded to what float32 can tell, so that tables are the same on every machine.
        confidence = round(chances[best], 4)
        if round(confidence - chances[second], 4) >= self.margin:
            return Measurement(name, label=best, confidence=confidence)
        reason = f"{name} unclear: most like {best!r}, but {second!r} is within {self.margin:g}"
        return Measurement(name, confidence=confidence, status="abstained", reason=reason)


def _confidences(
    model: Clip, seen: NDArray[np.float32], wordings: Mapping[str, str]
) -> Iterator[dict[str, float]]:
    """Yield, for each picture, the confidence in every label of one question."""
    meant = model.of_texts(list(wordings.values()))
    logits = model.scale() * (seen @ meant.T).astype(np.float64)
    for chances in softmax(logits, axis=1).tolist():
        yield dict(zip(wordings, chances, strict=True))
