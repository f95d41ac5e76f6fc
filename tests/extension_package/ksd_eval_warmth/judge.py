"""How warm the light of a picture is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import ImageStat
from PIL.Image import Image

from ksd_eval.records import Measurement


@dataclass(frozen=True)
class Warmth:
    """Mean red minus mean blue, in [-1, 1]; abstains where a picture is all but black.

    >>> from PIL import Image
    >>> [[warmth]] = Warmth()([Image.new("RGB", (2, 2), "red")], ["any text"])
    >>> warmth.value
    1.0

    Attributes:
        darkest: Mean luma in [0, 1] below which there is no light to judge.
    """

    darkest: float = 0.02

    def identity(self) -> dict[str, Any]:
        """Return what decides this judge's answers."""
        return {"judge": "warmth", "version": 1, "darkest": self.darkest}

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return the warmth of each picture."""
        return [[self._warmth(image)] for image in images]

    def _warmth(self, image: Image) -> Measurement:
        red, _, blue = (mean / 255 for mean in ImageStat.Stat(image.convert("RGB")).mean)
        luma = ImageStat.Stat(image.convert("L")).mean[0] / 255
        if luma < self.darkest:
            reason = f"luma {luma:.3f} is below {self.darkest}"
            return Measurement("warmth", status="abstained", reason=reason)
        return Measurement("warmth", value=red - blue)
