"""Colours, from a screen's to ones that are as far apart as they look."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

TO_XYZ: Final = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
"""Linear sRGB to CIE XYZ, white D65 (IEC 61966-2-1)."""

WHITE: Final = TO_XYZ.sum(axis=1)


def lab(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return CIE L*a*b* of sRGB pixels, both of shape [n, 3]; L* is in [0, 100].

    Source: CIE 15:2004 and IEC 61966-2-1.

    >>> lab(np.array([[255, 255, 255]], dtype=np.uint8)).round(3).tolist()
    [[100.0, 0.0, 0.0]]
    """
    stored = pixels.astype(float) / 255
    linear = np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4)
    ratio = linear @ TO_XYZ.T / WHITE
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root.T
    # + 0.0 so that white has 0 and not -0
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1) + 0.0
