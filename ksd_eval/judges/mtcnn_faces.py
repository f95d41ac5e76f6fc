"""Faces in photographs and their landmarks, by MTCNN."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval.judges import device, faces, weights
from ksd_eval.judges.base import Judge
from ksd_eval.judges.faces import Face
from ksd_eval.judges.packaged import PackagedNetwork
from ksd_eval.records import Measurement

Floats: TypeAlias = NDArray[np.float64]

Found: TypeAlias = tuple[Floats, Floats, Floats]
"""Boxes [n, 4] as left, upper, right, lower; confidences [n]; landmarks [n, 5, 2] as x, y."""

INSTALL: Final = "pip install --no-deps facenet-pytorch"
CURE: Final = f"facenet-pytorch is not installed; `{INSTALL}`; its own pins are older than it needs"
SLACK: Final = 0.1
"""Of a face's box, by which a landmark may lie outside it."""


@dataclass(frozen=True)
class MtcnnFaces(PackagedNetwork, Judge):
    """A cascade of three small networks, whose weights are in the package `facenet-pytorch`.

    Measurements are those of `judges.faces`. Landmarks are plausible where they lie in the face's
    box, the mouth below the nose and the nose below the eyes, seen along the line of the eyes, and
    left is left. It finds the face on two portraits of scikit-image with a confidence of .999, and
    none on a cat, a cup and a rocket; on a photograph of six people it finds six above .97, and two
    that are none at .86.

    Source: Zhang et al. 2016, Joint Face Detection and Alignment using Multi-task Cascaded
    Convolutional Networks (arXiv:1604.02878).

    Attributes:
        threshold: Confidence from which a face counts.
        smallest: Pixels along a side of a picture below which it does not try.
    """

    judge = "mtcnn_faces"
    distribution = "facenet-pytorch"
    install = INSTALL
    task = "a detector of faces"

    threshold: float = 0.9
    smallest: int = 128

    def identity(self) -> dict[str, Any]:
        """Return the package's version, the settings, and a GPU's kind."""
        return {**super().identity(), **device.identity()}

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return how many faces each picture has, beside how many it should have.

        Raises:
            WeightsMissingError: If the package is not installed.
        """
        return [self._answer(image, text) for image, text in zip(images, texts, strict=True)]

    def _answer(self, image: Image, text: str) -> Sequence[Measurement]:
        if self.too_small(image):
            return faces.silent(self.too_small(image))
        found = zip(*detector()(image.convert("RGB")), strict=True)
        return faces.answer(
            text,
            [
                Face(round(float(sure), 5), plausible(box, points))
                for box, sure, points in found
                if sure >= self.threshold
            ],
        )


def plausible(box: Floats, points: Floats) -> bool:
    """Whether five landmarks lie as those of a face do, however it is turned in the picture.

    Args:
        box: Left, upper, right, lower.
        points: Left eye, right eye, nose, left and right corner of the mouth, as x and y; left as
            seen in the picture. Shape [5, 2].

    >>> box = np.array([181.0, 62.0, 268.0, 172.0])
    >>> points = np.array([[205.0, 102], [247, 104], [225, 129], [202, 139], [245, 142]])
    >>> plausible(box, points), plausible(box, points[[0, 1, 3, 2, 4]])
    (True, False)
    """
    left_eye, right_eye, nose, left_mouth, right_mouth = points
    line = right_eye - left_eye
    length = float(np.hypot(*line))
    size = box[2:] - box[:2]
    inside = (points >= box[:2] - SLACK * size) & (points <= box[2:] + SLACK * size)
    if length == 0 or not inside.all():
        return False
    along = line / length
    down = np.array([-along[1], along[0]])
    eyes, mouth = (left_eye + right_eye) / 2, (left_mouth + right_mouth) / 2
    depths = [float(point @ down) for point in (eyes, nose, mouth)]
    return depths == sorted(depths) and float((right_mouth - left_mouth) @ along) > 0


def largest(image: Image, threshold: float) -> tuple[Floats, Floats] | None:
    """Return box [4] and landmarks [5, 2] of the largest face of an RGB picture, None without one.

    Args:
        image: RGB.
        threshold: Confidence from which a face is one.

    Raises:
        WeightsMissingError: If the package is not installed.
    """
    boxes, sure, points = detector()(image)
    kept = np.flatnonzero(sure >= threshold)
    if not len(kept):
        return None
    area = np.prod(boxes[kept, 2:] - boxes[kept, :2], axis=1)
    place = kept[int(area.argmax())]
    return boxes[place], points[place]


@device.opened
def detector() -> Callable[[Image], Found]:
    """Open the networks that are in the package."""
    package = weights.imported("facenet_pytorch", CURE)
    network = package.MTCNN(keep_all=True, device=device.device())

    def detect(image: Image) -> Found:
        with device.inference():
            found = network.detect(image, landmarks=True)
        if found[0] is None:
            return np.empty((0, 4)), np.empty(0), np.empty((0, 5, 2))
        boxes, sure, points = (np.asarray(each.tolist(), dtype=float) for each in found)
        return boxes, sure, points

    return detect
