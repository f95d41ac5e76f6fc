"""The painter as a model: it answers a prompt by painting, at rates that the caller sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import numpy as np
from PIL.Image import Image

from ksd_eval.models.base import Model, Picture
from ksd_eval.records import Request, fingerprint
from ksd_eval.world import corpus, painter, planted
from ksd_eval.world.answering import Answer, Luck
from ksd_eval.world.beliefs import Beliefs, Shares
from ksd_eval.world.understanding import parse


@dataclass(frozen=True)
class Planted(Model):
    """A model whose biases are known, because they are set here. It needs no weights.

    What a prompt of the world's grammar names is drawn as named; the rest is drawn at the rates of
    `world/planted.csv`, the same in both languages. The fields change that, each by language:

    - `shift: {ko: {woman: 0.15, korean: 0.2}}` adds to the share of a value wherever it is not
      named: in Korean 15 points more women, and 20 points more Korean dress, houses, meals and
      weddings. Shares are kept within [0, 1]; the other values give way in proportion.
    - `rates: {ko: {gender: {"occupation=doctor": {woman: 0.5}}}}` sets shares in a row of the
      table, by its columns `what`, `given` and `value`; `shift` comes on top.
    - `faithful: {ko: {occupation: 0.7}}` draws another occupation than the one named in 30 % of the
      pictures. Known are occupation, gender, skin, age, dress, culture, shape, colour, relation,
      count and word.

    A picture depends on its prompt and seed alone. One seed means the same luck in every language,
    so of two arms' pictures only those differ that a setting makes differ. A prompt outside the
    grammar is answered with any picture of the corpus, as by a model that understands nothing.

    Attributes:
        shift: Language, value, points of share added, in [-1, 1].
        rates: Language, what, given, value, share.
        faithful: Language, what, share of pictures that show it as named.
        size: Pixels along a side.
    """

    shift: Mapping[str, Shares] = field(default_factory=dict[str, Shares])
    rates: Mapping[str, Mapping[str, Mapping[str, Shares]]] = field(
        default_factory=dict[str, Mapping[str, Mapping[str, Shares]]]
    )
    faithful: Mapping[str, Shares] = field(default_factory=dict[str, Shares])
    size: int = painter.SIZE

    def __post_init__(self) -> None:
        """Refuse settings that are misspelt, or no shares."""
        _ = self.beliefs
        if self.size < 16:
            raise ValueError(f"size is {self.size} pixels; paint at 16 or more")

    @cached_property
    def beliefs(self) -> Beliefs:
        """Return the truth about this model."""
        return Beliefs(self.shift, self.rates, self.faithful)

    def identity(self) -> dict[str, Any]:
        """Return what decides the pixels: the settings, the table and the painter itself."""
        return {
            "shift": self.beliefs.shift,
            "rates": self.beliefs.rates,
            "faithful": self.beliefs.faithful,
            "size": self.size,
            "table": fingerprint([[*key, dict(row)] for key, row in planted.table().items()]),
            "painter": _painter(),
            "versions": {name: version(name) for name in ("numpy", "pillow")},
        }

    def paint(self, requests: Sequence[Request], batch_shape: int) -> Sequence[Picture]:
        """Return a painting for each request.

        Raises:
            ValueError: If there are more requests than the batch shape has room for, although the
                painter would not mind: what runs here must run with a model that does.
        """
        if len(requests) > batch_shape:
            raise ValueError(
                f"{len(requests)} requests do not fit the batch shape of {batch_shape}; "
                "ask for fewer at a time, or raise generation.batch_shape for the whole run"
            )
        return [Picture(self._painting(request), flagged=None) for request in requests]

    def _painting(self, request: Request) -> Image:
        asked = parse(request.prompt)
        if asked is None:
            anything = next(corpus.draw(np.random.default_rng(request.seed), 1))
            return painter.paint(anything.scene, self.size)
        answer = Answer(asked, self.beliefs, Luck(request.seed))
        return painter.paint(answer.scene(), self.size)


@cache
def _painter() -> str:
    """Return a hash of the world's own code and font: another painter is another model."""
    sources = [
        *(path for path in files("ksd_eval.world").iterdir() if path.name.endswith(".py")),
        files("ksd_eval") / "fonts" / "NanumSquareB.ttf",
    ]
    digests = {path.name: sha256(path.read_bytes()).hexdigest() for path in sources}
    return fingerprint(digests)
