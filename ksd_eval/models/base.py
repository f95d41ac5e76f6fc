"""What a model promises."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval.records import Given, Language, Request


@dataclass(frozen=True)
class Picture:
    """What a model painted.

    Attributes:
        image: The pixels, RGB, as painted: never replaced by a black square.
        flagged: Whether the model's own safety checker flagged it; None where it has none.
        given: What the text encoder was given; None where the model does not say.
    """

    image: Image
    flagged: bool | None
    given: Given | None = None


Place = Literal["start", "content", "end", "padding"]
"""What stands at a position of an encoded text: the token that starts it, its own words, the token
that ends it, or what fills it up."""


@dataclass(frozen=True, eq=False)
class Encoding:
    """What a text encoder makes of one text: what the denoiser attends to.

    Attributes:
        tokens: Of the whole text with its start and end, before anything is cut off.
        places: What stands at each position, as long as the encoder's input.
        states: float32 `[positions, width]`, a row a position.
    """

    tokens: int
    places: tuple[Place, ...]
    states: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Refuse states that are of other positions."""
        if self.states.ndim != 2 or len(self.states) != len(self.places):
            raise ValueError(
                f"states of shape {list(self.states.shape)} are not one row for each of "
                f"{len(self.places)} positions"
            )

    @property
    def limit(self) -> int:
        """Return how many tokens the encoder takes."""
        return len(self.places)

    @property
    def truncated(self) -> bool:
        """Whether the end of the text was cut off."""
        return self.tokens > self.limit

    @property
    def pooled(self) -> NDArray[np.float32]:
        """Return the sentence vector of a CLIP tower: the state of the end token, `[width]`."""
        pooled: NDArray[np.float32] = self.states[self.places.index("end")]
        return pooled

    def mean(self, place: Place) -> NDArray[np.float32] | None:
        """Return the mean state of all positions of a kind, `[width]`; None where there are none.

        Words of two languages do not stand at the same positions, so that positions cannot be held
        against each other one by one, but their means can.
        """
        there = [each == place for each in self.places]
        if not any(there):
            return None
        found: NDArray[np.float32] = self.states[there].mean(axis=0)
        return found


@runtime_checkable
class Model(Protocol):
    """Anything that paints a picture for a prompt and a seed.

    A plug-in is a frozen dataclass whose constructor is cheap; weights load on first use. It must
    survive pickling before that, because worker processes are handed the configuration of a model.
    """

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return everything that decides pixels but prompt, seed, batch shape and threads.

        JSON-like: hashes of components, scheduler class and configuration, steps, guidance, size,
        dtype, device, negative prompt, package versions. Called before the first picture and when
        a finished run is asked for again, so it hashes files and must not import torch.

        Raises:
            FileNotFoundError: Weights are not there; one sentence naming the file and the cure.
        """
        ...

    @abstractmethod
    def paint(self, requests: Sequence[Request], batch_shape: int) -> Sequence[Picture]:
        """Paint one picture for each request, in the order given.

        Args:
            requests: At least one and at most `batch_shape` requests.
            batch_shape: Rows that the denoiser works on at once. A shorter batch is padded to it,
                so that a picture's pixels do not depend on how many share the batch.

        Returns:
            As many pictures as requests.
        """
        ...


@runtime_checkable
class Supplier(Protocol):
    """A model whose pictures are there already: it is asked for them by pair and replicate."""

    @abstractmethod
    def supplied(self, wanted: Sequence[tuple[str, Language, int]]) -> Sequence[str]:
        """Return the name of each picture, to be given back in `Request.picture`.

        Called while a run is planned.

        Args:
            wanted: Pair, language and replicate of each.

        Raises:
            ValueError: Some are not there; one sentence names them, and the cure.
        """
        ...


@runtime_checkable
class Translator(Protocol):
    """From Korean to English. A frozen dataclass; what it needs is loaded at first use."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return everything that decides a translation, JSON-like."""
        ...

    @abstractmethod
    def __call__(self, texts: Sequence[str]) -> list[str]:
        """Return the English of each text, in order."""
        ...


@runtime_checkable
class Autoencoder(Protocol):
    """A model that paints in latents: what its pictures go through, whatever the prompt."""

    @abstractmethod
    def round_trip(self, images: Sequence[Image]) -> Sequence[Image]:
        """Return pictures as they come back from the latents.

        The mean of the latents is taken and nothing is drawn, so what is lost is the autoencoder's.

        Args:
            images: Of any size; sides that are no multiple of the shrinkage are cut.

        Raises:
            ValueError: If the model has no autoencoder after all.
        """
        ...


@runtime_checkable
class TextEncoder(Protocol):
    """A model that reads its prompts through one text encoder, asked what it makes of texts."""

    @abstractmethod
    def encodings(self, texts: Sequence[str]) -> Sequence[Encoding]:
        """Return what the encoder makes of each text, by itself, as when a picture is painted.

        Raises:
            ValueError: If the model has no such encoder after all.
        """
        ...


@runtime_checkable
class Heavy(Protocol):
    """A model with weights that take up memory."""

    @abstractmethod
    def remarks(self) -> Sequence[str]:
        """Return what a person should know before the first picture, a sentence each.

        Called once, in the process that gives the orders, if there is a picture to paint.
        """
        ...

    @abstractmethod
    def footprint(self) -> int:
        """Return how many bytes of this machine's memory its weights take once loaded."""
        ...

    @abstractmethod
    def release(self) -> None:
        """Give the weights' memory back; they load again when they are needed again."""
        ...


@runtime_checkable
class Change(Protocol):
    """Something that a pipeline is given in place of, or on top of, its checkpoint's own parts.

    A frozen dataclass, constructed cheaply; it is named in YAML under `changes` of a model.
    """

    @abstractmethod
    def replaced(self) -> Mapping[str, Path]:
        """Return the folder of each component that is loaded in place of the checkpoint's.

        Raises:
            FileNotFoundError: It is not there; one sentence says what, and the cure.
        """
        ...

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """Return everything about it that decides pixels, JSON-like, from files alone."""
        ...

    @abstractmethod
    def parts(self, dtype: str) -> Mapping[str, Any]:
        """Return the components, loaded, by the names of `replaced`."""
        ...

    @abstractmethod
    def apply(self, pipeline: Any) -> None:  # noqa: ANN401  diffusers has no common type
        """Do to a loaded pipeline what is to be done."""
        ...

    @abstractmethod
    def remarks(self) -> Sequence[str]:
        """Return what a person should know before the first picture, a sentence each."""
        ...
