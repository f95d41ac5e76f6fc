"""How far two pictures lie apart where they differ most."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]


def furthest(ones: Floats, others: Floats, tiles: int) -> NDArray[np.float64]:
    """Return the tiled L2 distance of each picture to each other one, shape [n, m], in [0, 1].

    Both are cut into tiles x tiles; the distance is that of the tile in which they differ most. So
    two pictures that share a plain ground and nothing else are far apart, as they are not where the
    mean over all pixels is taken.

    Source: Carlini et al. 2023, Extracting Training Data from Diffusion Models (arXiv:2301.13188),
    section 4.2; the distance of a tile is its root mean square, so that sizes can be compared.

    Args:
        ones: Pictures [n, side, side, 3], in [0, 1].
        others: Pictures [m, side, side, 3], in [0, 1].
        tiles: Along a side, a divisor of it.

    Raises:
        ValueError: The side cannot be cut so.

    >>> grey = np.full((1, 4, 4, 3), 0.5, dtype=np.float32)
    >>> spot = grey.copy()
    >>> spot[0, :2, :2] = 1.0
    >>> float(furthest(grey, spot, 2)[0, 0]), float(furthest(grey, spot, 1)[0, 0])
    (0.5, 0.25)
    """
    side = ones.shape[1]
    if tiles < 1 or side % tiles:
        raise ValueError(f"a side of {side} pixels cannot be cut into {tiles} tiles")
    step = side // tiles
    found = np.zeros((len(ones), len(others)))
    for top in range(0, side, step):
        for left in range(0, side, step):
            a, b = (
                some[:, top : top + step, left : left + step].reshape(len(some), -1).astype(float)
                for some in (ones, others)
            )
            squares = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
            found = np.maximum(found, np.clip(squares, 0, None) / a.shape[1])
    return np.sqrt(found)
