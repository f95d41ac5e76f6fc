"""Pictures by the name of their recipe, shared by all runs."""

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image

from ksd_eval.records import Given
from ksd_eval.store import png
from ksd_eval.store.files import StoreError, check_writable, write

DAMAGED: Final = (
    *(OSError, SyntaxError, ValueError, KeyError, TypeError, AttributeError, EOFError),
    *(zlib.error, struct.error, Image.DecompressionBombError, Image.DecompressionBombWarning),
)
"""What Pillow raises of a file that is no picture any more, or not one of ours."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a picture on disk.

    Attributes:
        sha256: Hash of the decoded pixels with their size.
        flagged: Whether the model's own checker flagged it; None where it has none.
        given: What its recipe says that the text encoder was given; None if it does not say.
        black: Whether every pixel is black.
    """

    sha256: str
    flagged: bool | None
    given: Given | None = None
    black: bool = False


def is_black(image: Image.Image) -> bool:
    """Whether every pixel of a picture is black."""
    return image.getbbox() is None


def pixels_sha256(image: Image.Image) -> str:
    """Return the hash of a picture's pixels, whatever file they rest in."""
    size = f"{image.mode} {image.width}x{image.height} "
    return hashlib.sha256(size.encode() + image.tobytes()).hexdigest()


@dataclass(frozen=True)
class ImageStore:
    """Pictures, each under the id of its recipe, which it carries within.

    Attributes:
        folder: `results/images`.
    """

    folder: Path

    @property
    def anywhere(self) -> bool:
        """Whether it is reached by an address, from whatever machine and folder."""
        return False

    def path(self, image_id: str) -> Path:
        """Return where a picture is, or would be."""
        return self.folder / image_id[:2] / f"{image_id}.png"

    def has(self, image_id: str) -> bool:
        """Whether there is a file of a picture; `find` tells whether it is whole."""
        return self.path(image_id).is_file()

    def write(
        self, image_id: str, image: Image.Image, flagged: bool | None, recipe: Mapping[str, Any]
    ) -> Stored:
        """Write a picture with its recipe, and return what is known of it."""
        image = image.convert("RGB")
        given = recipe.get("given")
        known = Given(**given) if given else None
        stored = Stored(pixels_sha256(image), flagged, known, is_black(image))
        said = {
            "recipe": json.dumps(recipe, ensure_ascii=False),
            "outcome": json.dumps({"sha256": stored.sha256, "flagged": flagged}),
        }
        self.put(image_id, png.encoded(image, said))
        return stored

    def put(self, image_id: str, content: bytes) -> None:
        """Put a file under its name, whole or not at all.

        Raises:
            WriteError: It cannot be written.
        """
        write(self.path(image_id), lambda stream: stream.write(content))

    def check(self) -> None:
        """See that pictures can be written.

        Raises:
            StoreError: They cannot.
        """
        check_writable(self.folder)

    def find(self, image_id: str) -> Stored | None:
        """Return what is known of a picture; None if it is not there, or damaged."""
        try:
            with Image.open(self.path(image_id)) as image:
                image.load()
                # Of text chunks only PNG knows, and these files are ours.
                outcome = json.loads(image.info["outcome"])
                given = json.loads(image.info["recipe"]).get("given")
                known = Given(**given) if given else None
                stored = Stored(outcome["sha256"], outcome["flagged"], known, is_black(image))
                return stored if pixels_sha256(image) == stored.sha256 else None
        except DAMAGED:
            return None

    def ids(self) -> Iterator[str]:
        """Yield the id of every picture that is there, whole or not."""
        yield from (path.stem for path in sorted(self.folder.glob("??/[!.]*.png")))

    def stored(self, image_id: str) -> Stored:
        """Return what is known of a picture that was just written.

        Raises:
            StoreError: It is not there, or damaged.
        """
        stored = self.find(image_id)
        if stored is None:
            raise StoreError(
                f"the picture {self.path(image_id)} was written but cannot be read back; "
                "see to the disk and run the same command again"
            )
        return stored

    def said(self, image_id: str) -> str:
        """Return the hash of a picture's pixels as its file says, which need not be decoded.

        Raises:
            StoreError: It is not there, or does not say.
        """
        path = self.path(image_id)
        try:
            with Image.open(path) as image:
                return str(json.loads(image.info["outcome"])["sha256"])
        except DAMAGED as error:
            raise unreadable(path, error) from error

    def read(self, image_id: str) -> Image.Image:
        """Return a picture's pixels.

        Raises:
            StoreError: It is not there, or damaged.
        """
        path = self.path(image_id)
        try:
            with Image.open(path) as image:
                image.load()
                return image.convert("RGB")
        except DAMAGED as error:
            raise unreadable(path, error) from error


def unreadable(path: Path, error: BaseException) -> StoreError:
    """Return what is to be said of a picture that cannot be read."""
    return StoreError(
        f"the picture {path} cannot be read ({error}); "
        "run the same command again and it is painted anew"
    )
