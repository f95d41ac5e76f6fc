"""The skin tone that a photograph shows of a face, by the colour of its cheeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval.judges import device, mtcnn_faces, weights
from ksd_eval.judges.base import Judge, untold
from ksd_eval.needs import Need
from ksd_eval.numerics import colour
from ksd_eval.records import Measurement

NAMES: Final = ("skin", "monk", "ita")
"""What is measured of each picture."""

MONK: Final = (
    *("f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96"),
    *("a07e56", "825c43", "604134", "3a312a", "292420"),
)
"""The ten tones, lightest first, in sRGB."""

CLIPPED: Final = (8, 250)
"""A pixel with a channel outside these is of a shadow or a highlight, and tells no colour."""

FEWEST: Final = 20
"""Pixels of a cheek that are needed."""


@dataclass(frozen=True)
class SkinTone(Judge):
    """Individual typology angle of the cheeks, and the tone of the Monk scale that is nearest.

    Measured are `ita`, the angle in degrees, arctan((L* - 50) / b*), greater for lighter skin; the
    tone of `monk`, 1 to 10, nearest in L*a*b* to the median of both cheeks; and `skin`, the same in
    five steps of two tones each, 1 the lightest. Cheeks lie between eyes and corners of the mouth
    of the largest face that MTCNN finds.

    It reads a picture, not a skin: light, make-up and a camera's white balance move the angle by
    tens of degrees. It abstains where the two cheeks differ by more than `apart`, which coloured or
    hard light does.

    Sources: Chardon et al. 1991, Skin colour typology and suntanning pathways; Monk 2019, Monk Skin
    Tone Scale.

    Attributes:
        threshold: Confidence from which a face is one.
        smallest: Pixels along a side of a picture below which it does not try.
        apart: Degrees by which the angles of the two cheeks may differ.
    """

    threshold: float = 0.9
    smallest: int = 128
    apart: float = 20.0

    def __post_init__(self) -> None:
        """Refuse a difference that no two cheeks, or all, would keep."""
        if not 0 < self.apart <= 180:
            raise ValueError(f"apart is {self.apart:g} degrees; give one above 0, up to 180")

    def identity(self) -> dict[str, Any]:
        """Return the detector's version, the settings, and a GPU's kind."""
        return {
            "judge": "skin_tone",
            "version": weights.version_of(mtcnn_faces.MtcnnFaces.distribution),
            "threshold": self.threshold,
            "smallest": self.smallest,
            "apart": self.apart,
            **device.identity(),
        }

    def needs(self) -> Sequence[Need]:
        """Return the detector's package."""
        return mtcnn_faces.MtcnnFaces().needs()

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return the tone of each picture's largest face; what was asked for changes nothing.

        Raises:
            WeightsMissingError: If the detector's package is not installed.
        """
        del texts
        return [self._answer(image.convert("RGB")) for image in images]

    def _answer(self, image: Image) -> list[Measurement]:
        if min(image.size) < self.smallest:
            return untold(NAMES, f"pictures below {self.smallest} pixels show no face to measure")
        found = mtcnn_faces.largest(image, self.threshold)
        if found is None:
            return untold(NAMES, "no face is seen")
        _, points = found
        return self.read([_patch(image, points, side) for side in (0, 1)])

    def read(self, cheeks: Sequence[NDArray[np.uint8]]) -> list[Measurement]:
        """Return what two patches of skin come to, each of pixels [n, 3] in sRGB."""
        clear = [_unclipped(pixels) for pixels in cheeks]
        if min(map(len, clear)) < FEWEST:
            return untold(NAMES, "a cheek is in shadow, in a highlight, or outside the picture")
        medians = [np.median(colour.lab(pixels), axis=0) for pixels in clear]
        angles = [angle(median) for median in medians]
        if abs(angles[0] - angles[1]) > self.apart:
            reason = f"one cheek has {angles[0]:.0f} and the other {angles[1]:.0f} degrees"
            return untold(NAMES, f"{reason}: the light is coloured, or comes from one side")
        both = np.median(colour.lab(np.concatenate(clear)), axis=0)
        tone = nearest(both)
        return [
            Measurement("skin", label=str((tone + 1) // 2)),
            Measurement("monk", label=str(tone)),
            Measurement("ita", value=round(angle(both), 3)),
        ]


def angle(lab: NDArray[np.float64]) -> float:
    """Return the individual typology angle of a colour in L*a*b*, in degrees.

    >>> round(angle(np.array([70.0, 10.0, 20.0])))
    45
    """
    return float(np.degrees(np.arctan2(lab[0] - 50, lab[2])))


def nearest(lab: NDArray[np.float64]) -> int:
    """Return the tone of the Monk scale that is nearest, 1 to 10."""
    swatches = np.array([[*bytes.fromhex(tone)] for tone in MONK], dtype=np.uint8)
    return int(np.linalg.norm(colour.lab(swatches) - lab, axis=1).argmin()) + 1


def _patch(image: Image, points: NDArray[np.float64], side: int) -> NDArray[np.uint8]:
    """Return the pixels of one cheek, [n, 3]: a square about halfway from the eye to the mouth."""
    eye, mouth = points[side], points[3 + side]
    # A little outward of the line from eye to mouth, off the nose.
    outward = (points[side] - points[1 - side]) * 0.1
    centre = (eye + mouth) / 2 + outward
    half = float(np.hypot(*(points[1] - points[0]))) * 0.12
    left, top = np.floor(centre - half).astype(int)
    right, bottom = np.ceil(centre + half).astype(int)
    pixels = np.asarray(image)[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    return pixels.reshape(-1, 3)


def _unclipped(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    low, high = CLIPPED
    return pixels[((pixels > low) & (pixels < high)).all(axis=1)]
