"""How often the reader is right on paintings it has not seen: a row per attribute."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ksd_eval.world import balanced
from ksd_eval.world.attributes import CLASSES, truth
from ksd_eval.world.painter import paint
from ksd_eval.world.scenes import Scene

Read = Callable[[Sequence[Image.Image]], Sequence[Mapping[str, str | None]]]
"""From pictures to the label of each attribute, None where the reader cannot tell."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How an attribute was read.

    Attributes:
        attribute: A key of `attributes.CLASSES`.
        n: Pictures of which it could be told.
        right: Those read as painted; one that was not answered counts as not right.
        abstained: Those not answered.
    """

    attribute: str
    n: int
    right: int
    abstained: int

    @property
    def share(self) -> float:
        """Return the share read rightly, of all pictures."""
        return self.right / self.n

    @property
    def share_of_answered(self) -> float | None:
        """Return the share read rightly, of those answered; None where none was."""
        answered = self.n - self.abstained
        return self.right / answered if answered else None


def measure(read: Read, count: int = 5000, seed: int = 0) -> list[Accuracy]:
    """Return the accuracy of every attribute on its own `count` unseen paintings.

    Drawn balanced; an attribute's pictures are the first `count` of which it can be told.
    """
    tally = {name: [0, 0, 0] for name in CLASSES}
    for scenes in _until_enough(np.random.default_rng([seed, 5]), count):
        for scene, labels in zip(scenes, read([paint(scene) for scene in scenes]), strict=True):
            for name, label in truth(scene).items():
                if tally[name][0] < count:
                    tally[name][0] += 1
                    tally[name][1] += labels.get(name) == label
                    tally[name][2] += labels.get(name) is None
    return [Accuracy(name, *numbers) for name, numbers in tally.items()]


def table(rows: Sequence[Accuracy]) -> str:
    """Return the rows as a Markdown table.

    >>> print(table([Accuracy("gender", 1000, 990, 6)]))
    | attribute | pictures | read as painted | not answered |
    |---|---|---|---|
    | gender | 1000 | 99.00 % | 0.60 % |
    """
    lines = ["| attribute | pictures | read as painted | not answered |", "|---|---|---|---|"]
    for row in rows:
        abstained = row.abstained / row.n
        lines.append(f"| {row.attribute} | {row.n} | {row.share:.2%} | {abstained:.2%} |")
    return "\n".join(line.replace("%", " %") for line in lines)


def _until_enough(rng: np.random.Generator, count: int) -> Iterator[list[Scene]]:
    """Draw scenes until every attribute has enough, later only subjects that still matter."""
    size = min(500, 2 * count)
    have = dict.fromkeys(CLASSES, 0)
    shows: dict[str, set[str]] = {
        subject: {name for scene in balanced.scenes(np.random.default_rng(0), 20, [subject])
                  for name in truth(scene)}
        for subject in balanced.SUBJECTS
    }  # fmt: skip
    subjects = list(balanced.SUBJECTS)
    while subjects:
        scenes = list(balanced.scenes(rng, size, subjects))
        yield scenes
        for scene in scenes:
            for name in truth(scene):
                have[name] += 1
        short = {name for name, number in have.items() if number < count}
        subjects = [subject for subject in subjects if shows[subject] & short]
