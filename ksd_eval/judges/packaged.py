"""What judges of photographs share whose network comes inside a package."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from PIL.Image import Image

from ksd_eval.judges import weights
from ksd_eval.judges.base import untold
from ksd_eval.needs import Need
from ksd_eval.records import Measurement


@dataclass(frozen=True)
class PackagedNetwork:
    """A network that needs no folder of weights, with a bar and a least size of pictures.

    Attributes:
        judge: What the judge is called in its identity.
        distribution: The package that has the network inside.
        install: The command that installs it, where that is not `pip install` and its name.
        task: What the network is, for a picture that is too small for it.
        threshold: Confidence from which it says yes.
        smallest: Pixels along a side of a picture below which it does not try.
    """

    judge: ClassVar[str]
    distribution: ClassVar[str]
    install: ClassVar[str] = ""
    task: ClassVar[str]

    threshold: float
    smallest: int

    def __post_init__(self) -> None:
        """Refuse a threshold that everything or nothing passes."""
        if not 0 < self.threshold < 1:
            raise ValueError(f"threshold is {self.threshold:g}; give one above 0 and below 1")

    def identity(self) -> dict[str, Any]:
        """Return the package's version, None where it is not installed, and the settings."""
        return {
            "judge": self.judge,
            "version": weights.version_of(self.distribution),
            "threshold": self.threshold,
            "smallest": self.smallest,
        }

    def needs(self) -> Sequence[Need]:
        """Return the package."""
        return [weights.package_need(self.distribution, self.install)]

    def too_small(self, image: Image) -> str:
        """Return why a picture is too small to be judged; empty if it is not."""
        if min(image.size) >= self.smallest:
            return ""
        return (
            f"{image.width} x {image.height} pixels are too few for {self.task}, which is given "
            f"{self.smallest} or more"
        )

    def each(
        self,
        images: Sequence[Image],
        names: Sequence[str],
        look: Callable[[Image], list[Measurement]],
    ) -> list[list[Measurement]]:
        """Return what is said of each picture by itself, whatever was asked for.

        Args:
            images: The pictures.
            names: What is measured of each; a picture that is too small has none of it.
            look: Says it of one picture that is large enough.
        """
        small = [self.too_small(image) for image in images]
        both = zip(images, small, strict=True)
        return [untold(names, why) if why else look(image) for image, why in both]
