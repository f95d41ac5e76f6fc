"""Reads what is written in a picture by Tesseract, and holds it against what was asked for."""

import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import ImageOps
from PIL.Image import Image, Resampling, Transform, fromarray
from scipy import ndimage

from ksd_eval.judges import spelling, weights
from ksd_eval.judges.base import Judge
from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.needs import Need
from ksd_eval.records import Measurement

Corners: TypeAlias = NDArray[np.float64]
"""Of one line of text, shape [4, 2]: upper left, upper right, lower right, lower left; x, y."""

Detect: TypeAlias = Callable[[Image], Sequence[Corners]]

CURE: Final = "apt-get install tesseract-ocr tesseract-ocr-kor tesseract-ocr-eng"
HEIGHT: Final = 40
"""Pixels that a line is scaled to: large letters are read no better than middling ones."""

PADDING: Final = 20
MARGIN: Final = 0.1
"""Of a line's height, cut out around it."""

LINE: Final = "7"
SPARSE: Final = "11"
"""Tesseract's modes: one line of text, and text anywhere in a picture."""


@dataclass(frozen=True)
class OcrText(Judge):
    """Optical character recognition of pictures that were to show a quoted text.

    A detector finds lines of text, each is cut out, turned upright, scaled, and read by Tesseract;
    without one Tesseract looks for text itself, and of 16 painted signs in Hangul, of 256 and 512
    pixels, it reads none. Measured are `character_error`, `exact_match` (exact or wrong), the
    `script` of what is read by Unicode (hangul, latin, digits, mixed, other, none), and
    `text_read`, what is read. Blanks are not compared. A picture in which nothing can be read has
    the error 1: what OCR overlooks of text that is there is measured on matched pictures, and taken
    off.

    Its own error on perfect signs of 512 pixels, the 124 texts of the set `text` once each: .26 in
    Hangul, .03 in Latin letters, .22 of digits, .11 of mixed texts.

    It abstains where the prompt quotes nothing, and of small pictures: Hangul at 64 pixels defeats
    any OCR. Where a program or a language of it is not installed its answers are missing, with what
    to do.

    Source: Smith 2007, An overview of the Tesseract OCR engine.

    Attributes:
        languages: Tesseract's names of the languages that it should read.
        detector: What finds the lines: the detector of `rapidocr`, or none.
        smallest: Pixels along a side below which it does not try.
        program: Tesseract's command.
    """

    languages: Sequence[str] = ("kor", "eng")
    detector: Literal["rapidocr", "none"] = "rapidocr"
    smallest: int = 192
    program: str = "tesseract"

    def __post_init__(self) -> None:
        """Refuse what nothing could be read with."""
        if not self.languages:
            raise ValueError("languages is empty; name one that Tesseract has, such as 'kor'")
        if self.detector not in ("rapidocr", "none"):
            raise ValueError(f"detector is {self.detector!r}; give 'rapidocr' or 'none'")

    def identity(self) -> dict[str, Any]:
        """Return the versions of the programs and the hashes of the languages' files."""
        said, home = _tesseract(self.program)
        return {
            "judge": "ocr_text",
            "tesseract": said,
            "languages": {
                name: weights.sha256(home / f"{name}.traineddata") if home else None
                for name in self.languages
            },
            "detector": [self.detector, weights.version_of(self.detector)],
            "smallest": self.smallest,
        }

    def needs(self) -> Sequence[Need]:
        """Return the program, each of its languages, and what finds the lines."""
        said, home = _tesseract(self.program)
        if said is None or home is None:
            found = [Need(self.program, "it is not installed", f"`{CURE}`")]
        else:
            found = [Need(self.program)]
            found += [_language_need(name, home) for name in self.languages]
        if self.detector != "none":
            install = "pip install rapidocr onnxruntime"
            found.append(weights.package_need(self.detector, install))
        return found

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return what each picture says, beside what it should say.

        Raises:
            WeightsMissingError: If Tesseract, a language or the detector is not installed.
        """
        return [
            self._answer(image, spelling.quoted(text))
            for image, text in zip(images, texts, strict=True)
        ]

    def _answer(self, image: Image, asked: str) -> Sequence[Measurement]:
        if not asked:
            return spelling.silent("the prompt quotes no text")
        if min(image.size) < self.smallest:
            return spelling.silent(
                f"{image.width} x {image.height} pixels are too few for OCR, which is given "
                f"{self.smallest} or more"
            )
        read = " ".join(self._lines(image))
        said = Measurement("text_read", label=read)
        if not read:
            said = Measurement("text_read", status="abstained", reason="no text found")
        return [*spelling.compared(read, asked, spelling.script_of(read)), said]

    def _lines(self, image: Image) -> Iterator[str]:
        """Yield what each line of text in a picture says."""
        self._check()
        if self.detector == "none":
            yield from filter(None, [self._read(image, SPARSE)])
            return
        for corners in _from_above(_detector()(image)):
            yield from filter(None, [self._read(line(image, corners), LINE)])

    def _check(self) -> None:
        """Refuse to read without the program or a language."""
        said, home = _tesseract(self.program)
        if said is None or home is None:
            raise WeightsMissingError(f"{self.program!r} is not installed; {CURE}")
        for name in self.languages:
            if not (home / f"{name}.traineddata").is_file():
                raise WeightsMissingError(
                    f"Tesseract has no language {name!r} in {home}; {CURE}, or leave it out"
                )

    def _read(self, image: Image, mode: str) -> str:
        """Return the text of a picture as Tesseract reads it, blanks tidied."""
        content = io.BytesIO()
        image.save(content, "PNG")
        words = [self.program, "stdin", "stdout", "-l", "+".join(self.languages), "--psm", mode]
        # One thread: more of them are no faster on a line of text.
        done = subprocess.run(
            words,
            input=content.getvalue(),
            capture_output=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            check=False,
        )
        if done.returncode:
            said = " ".join(done.stderr.decode(errors="replace").split())
            raise RuntimeError(f"{self.program!r} failed with code {done.returncode}: {said}")
        return " ".join(done.stdout.decode("utf-8", errors="replace").split())


def _language_need(name: str, home: Path) -> Need:
    if (home / f"{name}.traineddata").is_file():
        return Need(f"Tesseract's {name}")
    return Need(f"Tesseract's {name}", f"it is not in {home}", f"`{CURE}`")


def line(image: Image, corners: Corners) -> Image:
    """Cut a line of text out of a picture: upright, dark on light, as high as OCR likes it.

    What is dark and reaches the edge of the cut is the frame of a sign, which Tesseract reads as
    brackets, or takes for a picture without text. It is painted over: of 19 words on painted signs
    of 512 pixels the character error falls from .32 to .05.

    Args:
        image: The picture.
        corners: Of the line; half a stroke around it is cut out too, so no letter is at the edge.
    """
    upper_left, upper_right, _, lower_left = corners
    along, down = _unit(upper_right - upper_left), _unit(lower_left - upper_left)
    grown = MARGIN * float(np.linalg.norm(lower_left - upper_left))
    outward = np.array([-along - down, along - down, along + down, down - along])
    upper_left, upper_right, lower_right, lower_left = corners + grown * outward
    width = max(1, round(float(np.linalg.norm(upper_right - upper_left))))
    height = max(1, round(float(np.linalg.norm(lower_left - upper_left))))
    quad = [*upper_left, *lower_left, *lower_right, *upper_right]
    cut = image.convert("L").transform((width, height), Transform.QUAD, quad, Resampling.BICUBIC)
    pixels, ground = _without_frame(np.asarray(cut, dtype=float))
    cut = fromarray(pixels.astype(np.uint8))
    cut = cut.resize((max(1, round(width * HEIGHT / height)), HEIGHT))
    return ImageOps.expand(cut, PADDING, fill=ground)


def _unit(direction: NDArray[np.float64]) -> NDArray[np.float64]:
    return direction / max(float(np.linalg.norm(direction)), 1e-9)


def _without_frame(pixels: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Return pixels [h, w] dark on light, nothing dark at their edge, and their ground's shade."""
    dim, bright = np.percentile(pixels, (5, 95))
    if np.median(pixels) < (dim + bright) / 2:
        pixels, dim, bright = 255 - pixels, 255 - bright, 255 - dim
    ground = float(np.median(pixels))
    parts, _ = ndimage.label(pixels < (dim + bright) / 2, np.ones((3, 3)))
    edge = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    frame = np.isin(parts, np.unique(edge[edge > 0]))
    soft = max(2, len(pixels) // 40)  # pixels over which an edge goes from dark to light
    return np.where(ndimage.binary_dilation(frame, iterations=soft), ground, pixels), round(ground)


def _from_above(found: Sequence[Corners]) -> Sequence[Corners]:
    """Return lines as one reads them: from above, and those side by side from the left."""
    if not len(found):
        return []
    height = float(np.median([np.ptp(corners[:, 1]) for corners in found]))
    return sorted(
        found,
        key=lambda corners: (round(corners[:, 1].mean() / max(height, 1.0)), corners[:, 0].mean()),
    )


@cache
def _tesseract(program: str) -> tuple[str | None, Path | None]:
    """Return Tesseract's version and the folder of its languages, None where it is not there."""
    if shutil.which(program) is None:
        return None, None
    about, languages = (
        subprocess.run([program, option], capture_output=True, text=True, check=False).stdout
        for option in ("--version", "--list-langs")
    )
    home = re.search(r'"(.+?)"', languages)
    return about.partition("\n")[0], Path(home[1]) if home else None


@cache
def _detector() -> Detect:
    """Open rapidocr's detector, whose weights are in its package."""
    cure = (
        "rapidocr is not installed, which finds lines of text; "
        "`pip install rapidocr onnxruntime`, or set detector to 'none'"
    )
    engine = weights.imported("rapidocr", cure).RapidOCR(params={"Global.log_level": "critical"})

    def detect(image: Image) -> Sequence[Corners]:
        blue_first = np.asarray(image.convert("RGB"))[:, :, ::-1].copy()  # as OpenCV has it
        boxes = engine(blue_first, use_det=True, use_cls=False, use_rec=False).boxes
        return [] if boxes is None else [np.asarray(box, dtype=float) for box in boxes]

    return detect
