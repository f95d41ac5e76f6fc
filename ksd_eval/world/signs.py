"""Perfectly painted signs: what a judge of legible text gets wrong by itself."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL.Image import Image

from ksd_eval.world import captions, corpus
from ksd_eval.world.attributes import WORDS
from ksd_eval.world.painter import SIZE, paint
from ksd_eval.world.scenes import Scene

PACKAGE: Final = "package:"
COLUMN: Final = "target"
"""Of a set of prompts: the text that each asks for."""


@dataclass(frozen=True)
class PaintedSigns:
    """Signs that bear exactly what their caption says, each word on several of them.

    What a reader, or OCR, finds wrong here is its own error, at the same size as the pictures that
    are held against it.

    Attributes:
        table: CSV file with a column `target`, or `package:<name>` for a set of prompts of the
            package, whose texts are painted; empty for the words of the painted world.
        each: Signs of each word.
        seed: Of everything about a sign that no caption names.
        size: Pixels along a side.
    """

    table: str = ""
    each: int = 12
    seed: int = 1
    size: int = SIZE

    def __post_init__(self) -> None:
        """Refuse what could not be painted."""
        if self.each < 1:
            raise ValueError(f"each is {self.each}; paint at least one sign of each word")
        if self.size < 16:
            raise ValueError(f"size is {self.size} pixels; paint at 16 or more")

    def identity(self) -> dict[str, Any]:
        """Return everything that decides the pictures."""
        return {
            "matched": "painted_signs",
            "words": list(self._words()),
            "each": self.each,
            "seed": self.seed,
            "size": self.size,
        }

    def __call__(self) -> Sequence[Image]:
        """Paint the signs."""
        return [paint(scene, self.size) for scene in self._scenes()]

    def captions(self) -> Sequence[tuple[str, str]]:
        """Return what each sign says, in Korean and in English."""
        said = [captions.sign_phrase(scene.word or "") for scene in self._scenes()]
        return [(caption.ko, caption.en) for caption in said]

    def _scenes(self) -> Iterator[Scene]:
        rng = np.random.default_rng([self.seed, 43])
        for word in self._words():
            for _ in range(self.each):
                yield Scene("sign", word=word, look=corpus.look(rng))

    def _words(self) -> Sequence[str]:
        """Return the words to paint.

        Raises:
            FileNotFoundError: There is no such table.
            ValueError: It has no texts.
        """
        if not self.table:
            return WORDS
        name = self.table.removeprefix(PACKAGE)
        inside = Path(str(files("ksd_eval") / "prompts" / f"{name}.csv"))
        path = inside if self.table.startswith(PACKAGE) else Path(self.table).expanduser()
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found = [row.get(COLUMN) or "" for row in csv.DictReader(lines)]
        words = list(dict.fromkeys(filter(None, found)))
        if not words:
            raise ValueError(f"{path} has no text in a column {COLUMN!r} to paint on signs")
        return words
