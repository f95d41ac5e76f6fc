"""The run's pictures inside the page: as sharp as lets all of them fit."""

from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from statistics import mean
from typing import Final

from PIL import Image

SIZES: Final = ((256, 80), (192, 75), (144, 75), (112, 60), (80, 50))
"""Pixels along the longer side, and WebP's quality: from the best to what still tells something.

A smaller picture is left as small as it is.
"""

BUDGET: Final = 11_000_000
"""Characters of all pictures: with figures and numbers the page stays below 15 MB."""

SAMPLE: Final = 48
"""Pictures that are tried before a size is chosen."""


def thumbnails(paths: Mapping[str, Path], budget: int = BUDGET) -> dict[str, str]:
    """Return pictures by their id, in the order given, as WebP in base64.

    Where even the smallest size is too much, the last pictures are left out.

    Raises:
        OSError: A picture cannot be read.
    """
    size = chosen(list(paths.values()), budget)
    with ThreadPoolExecutor() as pool:  # Pillow lets go of the interpreter's lock
        texts = list(pool.map(lambda path: thumbnail(path, *size), paths.values()))
    sums = accumulate(map(len, texts))
    found = zip(paths, texts, sums, strict=True)
    return {image_id: text for image_id, text, total in found if total <= budget}


def chosen(paths: list[Path], budget: int) -> tuple[int, int]:
    """Return the best of the sizes at which all pictures fit, judged by some of them."""
    sample = paths[:: max(1, len(paths) // SAMPLE)]
    for size in SIZES:
        # A tenth is kept back: the others may be richer than the sample.
        if not sample or len(paths) * mean(len(thumbnail(path, *size)) for path in sample) < (
            0.9 * budget
        ):
            return size
    return SIZES[-1]


def thumbnail(path: Path, edge: int, quality: int) -> str:
    """Return a picture as WebP in base64, with its pixels and nothing else of its file."""
    with Image.open(path) as image:
        small = image.convert("RGB")
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    bare = Image.frombytes("RGB", small.size, small.tobytes())
    stream = BytesIO()
    bare.save(stream, "WEBP", quality=quality, method=4)
    return b64encode(stream.getvalue()).decode()
