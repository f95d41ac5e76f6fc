"""Reads pictures of the painted world: what they show, how sure that is, and what cannot be told.

The weights are `reader.safetensors`; `reader.json` beside them holds the labels in order and one
temperature per attribute (Guo et al. 2017, arXiv:1706.04599), so that of the answers given with
confidence .8 about eight in ten are right.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor

from ksd_eval.world.attributes import CLASSES, inapplicable
from ksd_eval.world.network import ReaderNetwork
from ksd_eval.world.painter import SIZE

THRESHOLD: Final = 0.6
"""Below this confidence the reader does not answer."""

BATCH: Final = 32
"""Pictures read at once, the last batch padded: so a picture's reading depends on itself alone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read of one attribute.

    Attributes:
        label: A label of the attribute, or None where none can be told.
        confidence: How sure, in [0, 1]; None where the question does not apply.
        reason: Why there is no label; empty where there is one.
    """

    label: str | None = None
    confidence: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Reader:
    """A trained network with its labels and temperatures."""

    network: ReaderNetwork
    classes: Mapping[str, Sequence[str]]
    temperatures: Mapping[str, float]

    def __call__(
        self, images: Sequence[Image.Image], threshold: float = THRESHOLD
    ) -> list[dict[str, Answer]]:
        """Read pictures of any size: all attributes of each, in the order given."""
        chances = self.probabilities(tensor(images))
        return [
            answers({name: table[row] for name, table in chances.items()}, self.classes, threshold)
            for row in range(len(images))
        ]

    def probabilities(self, pictures: Tensor) -> dict[str, NDArray[np.float64]]:
        """Return calibrated probabilities [n, labels] by attribute, of pictures [n, 3, 64, 64]."""
        device = next(self.network.parameters()).device
        parts: dict[str, list[Tensor]] = {name: [] for name in self.classes}
        for part in pictures.split(BATCH):
            padded = torch.zeros(BATCH, *pictures.shape[1:])
            padded[: len(part)] = part
            with torch.inference_mode():
                logits = self.network(padded.to(device))
            for name, rows in logits.items():
                parts[name].append(rows[: len(part)].cpu().double() / self.temperatures[name])
        return {
            name: torch.cat(rows).softmax(1).numpy() if rows else np.empty((0, len(labels)))
            for (name, rows), labels in zip(parts.items(), self.classes.values(), strict=True)
        }


def answers(
    chances: Mapping[str, NDArray[np.float64]],
    classes: Mapping[str, Sequence[str]],
    threshold: float,
) -> dict[str, Answer]:
    """Turn one picture's probabilities into answers.

    Where the kind of picture is itself unsure, nothing that depends on it is told.
    """
    seen = {name: classes[name][int(row.argmax())] for name, row in chances.items()}
    sure = {name: round(float(row.max()), 4) for name, row in chances.items()}
    found: dict[str, Answer] = {}
    for name in chances:
        reason = inapplicable(name, seen)
        basis = "kind" if sure["kind"] < threshold and name != "figures" else name
        if reason:
            found[name] = Answer(reason=reason)
        elif sure[basis] < threshold:
            found[name] = Answer(confidence=sure[basis], reason=_unsure(basis, seen, threshold))
        else:
            found[name] = Answer(seen[name], sure[name])
    return found


def _unsure(name: str, seen: Mapping[str, str], threshold: float) -> str:
    return f"{name.replace('_', ' ')} unclear: most like {seen[name]!r}, but below {threshold:g}"


def tensor(images: Sequence[Image.Image]) -> Tensor:
    """Turn images into float pictures [n, 3, 64, 64] in [-1, 1]."""
    if not images:
        return torch.empty(0, 3, SIZE, SIZE)
    fitting = [
        image if image.size == (SIZE, SIZE) else image.resize((SIZE, SIZE), Image.Resampling.BOX)
        for image in (image.convert("RGB") for image in images)
    ]
    pixels = torch.from_numpy(np.stack([np.asarray(image) for image in fitting]))
    return pixels.permute(0, 3, 1, 2).float() / 127.5 - 1


def untrained() -> ReaderNetwork:
    """Return a network with random weights for all attributes."""
    return ReaderNetwork({name: len(labels) for name, labels in CLASSES.items()})


def save(reader: Reader, folder: Path) -> None:
    """Write weights, in half precision, and labels."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name: weight.detach().cpu().half().contiguous()
        for name, weight in reader.network.state_dict().items()
    }
    save_file(weights, folder / "reader.safetensors")
    about = {
        "classes": {name: list(labels) for name, labels in reader.classes.items()},
        "temperatures": {name: round(value, 4) for name, value in reader.temperatures.items()},
    }
    text = json.dumps(about, ensure_ascii=False, indent=1)
    (folder / "reader.json").write_text(text + "\n", encoding="utf-8")


def load(folder: Path, device: str = "cpu") -> Reader:
    """Open a trained reader.

    Raises:
        FileNotFoundError: If the folder does not hold one.
    """
    for name in ("reader.json", "reader.safetensors"):
        if not (folder / name).is_file():
            raise FileNotFoundError(
                f"{folder / name} is not there; the reader's folder holds reader.json and "
                "reader.safetensors, which `python -m ksd_eval.miniature.train` writes"
            )
    about = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    classes: dict[str, tuple[str, ...]] = {
        name: tuple(labels) for name, labels in about["classes"].items()
    }
    network = ReaderNetwork({name: len(labels) for name, labels in classes.items()})
    weights = load_file(folder / "reader.safetensors")
    network.load_state_dict({name: weight.float() for name, weight in weights.items()})
    return Reader(network.eval().to(device), classes, about["temperatures"])
