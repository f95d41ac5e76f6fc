"""What a judge, an extractor of features and a reference set promise."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval.records import Confusion, Measurement

Texts: TypeAlias = Literal["english", "native"]
"""Which wording a judge is given: the English one of the pair, or the one that was asked."""


@runtime_checkable
class Judge(Protocol):
    """Anything that looks at pictures and says what it sees.

    A judge gets pixels and the English text of the prompt pair, and nothing else: no model, no
    arm, no language, no attribute to group by. The pipeline joins its answers to the pictures.
    A plug-in is a frozen dataclass whose constructor is cheap; weights load on first use.
    """

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return everything that decides the answers, JSON-like: weights' hashes, thresholds.

        Called before the first picture and when a finished run is asked for again, so it must not
        import torch, but where there are signs of a GPU, whose kind belongs to it. A file that is
        not there is named with the hash None, not an exception.
        """
        ...

    @abstractmethod
    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return the measurements of each picture, in the order given.

        Args:
            images: The pictures, RGB.
            texts: The English prompt of each picture's pair, one for each picture.

        Returns:
            One sequence of measurements for each picture. A judge that cannot tell says so by
            `status="abstained"` and a reason.

        Raises:
            Exception: Anything that goes wrong. The pipeline asks again picture by picture and
                records the pictures that still raise as `failed`.
        """
        ...


@runtime_checkable
class NativeJudge(Judge, Protocol):
    """A judge that is given each prompt as it was asked, in Korean or in English.

    It may know one language better than the other, so what it says of the languages is only read
    less its own gap: the same judge's, on matched pictures with both texts.
    """

    texts: ClassVar[Texts]
    """ "native"."""


@runtime_checkable
class ErrorRates(Protocol):
    """A judge that knows how it errs, from pictures whose truth is known."""

    @abstractmethod
    def confusions(self) -> Sequence[Confusion]:
        """Return counts of truth against reading, by condition. Must not import torch."""
        ...


@runtime_checkable
class Extractor(Protocol):
    """Turns pictures into feature vectors, for distances between sets of pictures."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return the protocol of the features, JSON-like: name, weights' hash, resizer, dtype.

        Distances between features of unlike protocols are refused. Must not import torch.
        """
        ...

    @abstractmethod
    def __call__(self, images: Sequence[Image]) -> NDArray[np.float32]:
        """Return one row of features for each picture, float32 `[n, d]`."""
        ...


@runtime_checkable
class Reference(Protocol):
    """A set of pictures that the model's pictures are held against."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return everything that decides the pictures, JSON-like. Must not import torch."""
        ...

    @abstractmethod
    def __call__(self) -> Sequence[Image]:
        """Return the pictures, RGB, in a stable order."""
        ...


@runtime_checkable
class Matched(Reference, Protocol):
    """Pictures with a text in both languages that is known to fit each of them.

    They show what the best of models could get from a judge, and how far a judge of native text
    prefers one language by itself.
    """

    @abstractmethod
    def captions(self) -> Sequence[tuple[str, str]]:
        """Return the Korean and the English text of each picture, in the order of the pictures."""
        ...


def untold(names: Sequence[str], reason: str) -> list[Measurement]:
    """Return measurements of which a judge cannot tell, all for one reason."""
    return [Measurement(name, status="abstained", reason=reason) for name in names]
