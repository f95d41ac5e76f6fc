"""Painted pictures to hold a model's pictures against, and the texts that fit them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL.Image import Image

from ksd_eval.records import fingerprint
from ksd_eval.world import corpus, planted
from ksd_eval.world.corpus import Example
from ksd_eval.world.painter import SIZE, paint


@dataclass(frozen=True)
class PaintedReference:
    """Pictures painted at the corpus' planted rates: what a perfect model of it would draw.

    Each comes with the caption that the corpus has for it, in both languages.

    Attributes:
        count: How many.
        seed: Which ones; the corpus itself is drawn from other generators.
        subjects: Only these subjects of `planted.csv`, at their rates among one another; all of
            them where none is named.
        size: Pixels along a side.
    """

    count: int = 1000
    seed: int = 0
    subjects: Sequence[str] = ()
    size: int = SIZE

    def __post_init__(self) -> None:
        """Refuse what could not be painted."""
        unknown = sorted(set(self.subjects) - set(corpus.SUBJECTS))
        if unknown:
            raise ValueError(
                f"subjects names {', '.join(unknown)}, which the corpus has not; "
                f"choose among {', '.join(corpus.SUBJECTS)}"
            )
        if self.count < 1:
            raise ValueError(f"count is {self.count}; a reference has at least one picture")

    def identity(self) -> dict[str, Any]:
        """Return everything that decides the pictures."""
        return {
            "reference": "painted",
            "count": self.count,
            "seed": self.seed,
            "subjects": list(self.subjects),
            "size": self.size,
            "rates": planted_rates(),
        }

    def __call__(self) -> Sequence[Image]:
        """Paint the pictures."""
        return [paint(example.scene, self.size) for example in self._examples()]

    def captions(self) -> Sequence[tuple[str, str]]:
        """Return what the corpus says of each picture, in Korean and in English."""
        return [(example.caption.ko, example.caption.en) for example in self._examples()]

    def _examples(self) -> Iterator[Example]:
        """Draw the examples anew from the seed: the same ones whoever asks."""
        rng = np.random.default_rng([self.seed, 31])
        rates = planted.rates("subject")
        chosen = {name: rates[name] for name in self.subjects or rates}
        total = sum(chosen.values())
        shares = {name: rate / total for name, rate in chosen.items()}
        for _ in range(self.count):
            yield corpus.SUBJECTS[corpus.choose(rng, shares)](rng)


def planted_rates() -> str:
    """Name the corpus' planted rates by their content."""
    return fingerprint([["/".join(key), dict(values)] for key, values in planted.table().items()])
