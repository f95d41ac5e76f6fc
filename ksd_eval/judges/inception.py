"""Features of the Inception network of FID, by torchmetrics' protocol."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval.judges import batching, device, weights
from ksd_eval.judges.base import Extractor
from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.needs import Need

FILE: Final = "weights-inception-2015-12-05-6726825d.pth"
"""The file of torch-fidelity; the end of its name is the beginning of its sha256."""

CURE: Final = (
    f"download {FILE} from torch-fidelity's releases into torch's hub folder, "
    "or give its path as `weights`"
)
FEATURES: Final = 2048


@dataclass(frozen=True)
class Inception(Extractor):
    """The 2048 features that torchmetrics' FrechetInceptionDistance compares: the ones called FID.

    Attributes:
        weights: The weights' file; empty for torch's hub folder. It is never downloaded from here.
    """

    weights: str = ""

    def identity(self) -> dict[str, Any]:
        """Return the protocol of the features."""
        return {
            "extractor": "inception-v3-compat",
            "weights": {FILE: weights.sha256(self._file())},
            "resizer": "bilinear, antialiased, to 299, as torchmetrics",
            "features": FEATURES,
            "dtype": "float32",
            **device.identity(),
        }

    def needs(self) -> Sequence[Need]:
        """Return the package that opens the network, and the network's file."""
        file = self._file()
        network = Need(FILE) if file.is_file() else Need(FILE, f"{file} is not there", CURE)
        return [weights.package_need("torch-fidelity"), network]

    def __call__(self, images: Sequence[Image]) -> NDArray[np.float32]:
        """Return one row of features for each picture, float32 [n, 2048].

        Raises:
            WeightsMissingError: If torch-fidelity or its weights are not on this machine.
        """
        import torch

        network = _opened(self._file())

        def encode(batch: Sequence[Image]) -> NDArray[np.float32]:
            pixels = torch.from_numpy(np.stack([np.asarray(image) for image in batch]))
            given = pixels.permute(0, 3, 1, 2).to(device.device())
            with device.inference():
                features = network(given)
            rows: NDArray[np.float32] = features.float().cpu().numpy()
            return rows

        return batching.rows_of(images, FEATURES, encode)

    def _file(self) -> Path:
        return weights.located(self.weights) if self.weights else weights.in_hub(FILE)


@device.opened
def _opened(file: Path) -> Callable[..., Any]:
    """Open the network through torchmetrics, after a look at what the file is."""
    if find_spec("torch_fidelity") is None:
        raise WeightsMissingError("torch-fidelity is not installed; `pip install torch-fidelity`")
    found = weights.sha256(file)
    if found is None:
        raise WeightsMissingError(f"{file} is not there; {CURE}")
    # The file is a pickle and torch-fidelity opens it as one, so no other content is let in.
    named = FILE.rsplit("-", 1)[1].removesuffix(".pth")
    if not found.startswith(named):
        raise WeightsMissingError(f"{file} has sha256 {found[:8]}…, not {named}…; {CURE}")
    from torchmetrics.image.fid import NoTrainInceptionV3

    network = NoTrainInceptionV3("inception-v3-compat", [str(FEATURES)], str(file))
    placed: Callable[..., Any] = network.to(device.device())
    return placed
