"""Pictures before and after an autoencoder: which, and how far apart the two are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import PIL.Image
from PIL import ImageOps
from PIL.Image import Image

from ksd_eval.judges import device, weights
from ksd_eval.judges.base import Judge
from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.world import balanced
from ksd_eval.world.painter import paint

if TYPE_CHECKING:
    from torch import Tensor

PAINTED: Final[Mapping[str, Sequence[str]]] = {
    "people": ("occupation", "person"),
    "signs": ("sign",),
    "solids": ("solid", "pair", "several"),
    "strange_signs": ("other_sign",),
}
"""Kinds of paintings and their subjects: faces, small text, plain bodies, and strange words."""

READ: Final = ("people", "signs", "solids")
"""Those that a reader can tell apart. Of strange words it says only that it knows them not, before
and after, however their letters have changed."""

PHOTOGRAPHS: Final = (
    *(("sklearn", f"datasets/images/{name}.jpg") for name in ("china", "flower")),
    *(("skimage", f"data/{name}") for name in ("astronaut.png", "chelsea.png")),
    *(("skimage", f"data/{name}") for name in ("coffee.png", "rocket.jpg")),
)
"""Photographs inside other packages, under clean licences: CC BY 2.0 those of scikit-learn; public
domain or CC0 those of scikit-image. They are read from there and never copied."""

NO_PHOTOGRAPHS: Final = "no photographs: `pip install scikit-image scikit-learn`, which have some"

ALEXNET: Final = "alexnet-owt-7be5be79.pth"
LPIPS_CURE: Final = f"download {ALEXNET} from torchvision into torch's hub folder"


def painted(kind: str, count: int, size: int, seed: int) -> list[Image]:
    """Paint pictures of a kind, every value of an attribute alike: the same for the same seed."""
    rng = np.random.default_rng([seed, 59, list(PAINTED).index(kind)])
    return [paint(scene, size) for scene in balanced.scenes(rng, count, PAINTED[kind])]


def photograph_files() -> list[Path]:
    """Return the files of the photographs that are on this machine."""
    paths = [Path(str(files(package) / name)) for package, name in PHOTOGRAPHS if _there(package)]
    return [path for path in paths if path.is_file()]


def _there(package: str) -> bool:
    return find_spec(package) is not None


def photographs(size: int) -> list[Image]:
    """Return the photographs, cut to their middle square and scaled to `size`."""
    found = []
    for path in photograph_files():
        with PIL.Image.open(path) as photograph:
            found.append(ImageOps.fit(photograph.convert("RGB"), (size, size)))
    return found


def _tensor(image: Image) -> "Tensor":
    import torch

    return torch.from_numpy(np.asarray(image, np.float32) / 255).permute(2, 0, 1)[None]


def likeness(before: Image, after: Image) -> dict[str, float | None]:
    """Return peak signal-to-noise ratio in dB and structural similarity of two pictures.

    Of equal pictures the ratio has no finite value, and is None.

    Sources: Wang et al. 2004 (SSIM); both as torchmetrics has them, of RGB values in [0, 1].
    """
    from torchmetrics.functional.image import (
        peak_signal_noise_ratio,
        structural_similarity_index_measure,
    )

    if before.size != after.size:
        raise ValueError(f"pictures of {before.size} and {after.size} pixels cannot be compared")
    first, second = _tensor(after), _tensor(before)
    psnr = float(peak_signal_noise_ratio(first, second, data_range=1.0))
    # Rounded to what float32 can tell, so that tables are the same on every machine.
    similarity = structural_similarity_index_measure(first, second, data_range=1.0)
    return {
        "psnr": round(psnr, 3) if np.isfinite(psnr) else None,
        "ssim": round(float(similarity), 4),
    }


def perceptual_distance(before: Image, after: Image) -> float:
    """Return LPIPS by AlexNet, 0 for pictures that look alike.

    Source: Zhang et al. 2018 (arXiv:1801.03924).

    Raises:
        WeightsMissingError: If AlexNet's weights are not on this machine.
    """
    return round(float(_lpips()(_tensor(before), _tensor(after))), 4)


@device.opened
def _lpips() -> "Callable[[Tensor, Tensor], Tensor]":
    file = weights.in_hub(ALEXNET)
    found = weights.sha256(file)
    # torchvision would fetch what is not there, and trust what is.
    if found is None or not found.startswith(ALEXNET.rsplit("-", 1)[1].removesuffix(".pth")):
        raise WeightsMissingError(f"no LPIPS: {file} is not there or not whole; {LPIPS_CURE}")
    from torchmetrics.image.lpip import LearnedPerceptualImagePatchSimilarity

    network = LearnedPerceptualImagePatchSimilarity(net_type="alex", normalize=True).eval()
    return cast("Callable[[Tensor, Tensor], Tensor]", network)


def readings(judge: Judge, images: Sequence[Image]) -> list[dict[str, str | float | None]]:
    """Return what a judge says of each picture, by measurement; what it cannot tell is left out."""
    return [
        {
            one.name: one.value if one.label is None else one.label
            for one in said
            if one.status == "ok"
        }
        for said in judge(images, [""] * len(images))
    ]


def changes(
    before: Mapping[str, str | float | None], after: Mapping[str, str | float | None]
) -> dict[str, float | None]:
    """Return whether a picture's reading changed, all in all and by attribute, as 1 or 0.

    Only of attributes that could be told of both; None where there is none. Whether one that could
    be told before no longer can is `lost`, and either of the two is `altered`.

    >>> changes({"gender": "woman", "age": "young"}, {"gender": "man"})
    {'changed': 1.0, 'lost': 1.0, 'altered': 1.0, 'changed.gender': 1.0}
    """
    both = [name for name in before if name in after]
    changed = {f"changed.{name}": float(before[name] != after[name]) for name in both}
    lost = float(len(both) < len(before)) if before else None
    return {
        "changed": max(changed.values(), default=None),
        "lost": lost,
        "altered": None if lost is None else max(lost, *changed.values()) if changed else lost,
        **changed,
    }


def sheet(rows: Sequence[tuple[Sequence[Image], Sequence[Image]]], edge: int = 128) -> Image:
    """Return pictures before, and below each the same after; a pair of rows a kind."""
    gap, wide = 4, max((len(before) for before, _ in rows), default=0)
    high = len(rows) * (2 * edge + 4 * gap)
    paper = PIL.Image.new("RGB", (max(1, wide * (edge + gap)), max(1, high)), "white")
    for left, top, image in _places(rows, edge, gap):
        paper.paste(image.resize((edge, edge)), (left, top))
    return paper


def _places(
    rows: Sequence[tuple[Sequence[Image], Sequence[Image]]], edge: int, gap: int
) -> Iterator[tuple[int, int, Image]]:
    for place, pair in enumerate(rows):
        for half, images in enumerate(pair):
            top = place * (2 * edge + 4 * gap) + half * (edge + gap)
            yield from ((n * (edge + gap), top, image) for n, image in enumerate(images))
