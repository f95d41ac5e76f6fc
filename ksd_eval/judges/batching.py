"""Networks are shown pictures in batches of one size: so a row depends on its own picture alone."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

BATCH: Final = 16
"""Pictures at once, the last batch padded: another size would change the last bits."""


def rows_of(
    images: Sequence[Image], width: int, encode: Callable[[Sequence[Image]], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Return one row for each picture, float32 [n, width].

    Args:
        images: Any number, of which RGB is taken.
        width: Of a row; there may be no picture to tell it from.
        encode: From a full batch to its rows.
    """
    parts = [np.empty((0, width), np.float32)]
    for start in range(0, len(images), BATCH):
        part = [image.convert("RGB") for image in images[start : start + BATCH]]
        parts.append(encode([*part, *[part[0]] * (BATCH - len(part))])[: len(part)])
    return np.concatenate(parts)
