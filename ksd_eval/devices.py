"""What networks work on: a GPU where there is one, told without torch where there is none."""

import shutil
from pathlib import Path
from typing import Final

SIGNS: Final = ("/proc/driver/nvidia", "/dev/kfd", "/dev/dxg")
"""What a driver of a GPU leaves on a machine: NVIDIA's, AMD's, and Windows' below Linux."""


def best() -> str:
    """Return "cuda" or "cpu", importing torch only where there are signs of a GPU.

    A GPU is hidden, as from everything of CUDA, by an empty `CUDA_VISIBLE_DEVICES`.
    """
    if not shutil.which("nvidia-smi") and not any(Path(path).exists() for path in SIGNS):
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def kind(device: str) -> str:
    """Return the kind of a device, such as "NVIDIA H100", or "cpu": another may round otherwise.

    Args:
        device: As torch names it.
    """
    if not device.startswith("cuda"):
        return device
    import torch

    return torch.cuda.get_device_name(device)
