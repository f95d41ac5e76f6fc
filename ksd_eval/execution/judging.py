"""Asking judges: in chunks of one size, so that an answer cannot depend on how a run was cut."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from PIL.Image import Image

from ksd_eval.judges.base import Judge
from ksd_eval.records import Measurement, Status

CHUNK: Final = 64
"""Pictures that a judge is given at once."""

T = TypeVar("T")


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut into chunks, the last one as long as it comes.

    >>> [len(chunk) for chunk in chunks(range(130))]
    [64, 64, 2]
    """
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def answers(
    name: str, judge: Judge, images: Sequence[Image], texts: Sequence[str]
) -> list[list[Measurement]]:
    """Return a judge's measurements of each picture, whatever happens to it.

    A judge that raises is asked again picture by picture, and a picture on which it still raises
    gets one measurement, named as the judge, with status `failed`. A judge whose weights or package
    are not there says `missing` of every picture.
    """
    try:
        said = [[_checked(answer) for answer in given] for given in judge(images, texts)]
        if len(said) != len(images):
            raise ValueError(f"it answered for {len(said)} pictures of {len(images)}")  # noqa: TRY301
    except (FileNotFoundError, ModuleNotFoundError) as error:
        return [[_silent(name, "missing", error)] for _ in images]
    except Exception as error:
        if len(images) == 1:
            return [[_silent(name, "failed", error)]]
        alone = zip(images, texts, strict=True)
        return [answers(name, judge, [image], [text])[0] for image, text in alone]
    return said


def _checked(answer: Measurement) -> Measurement:
    """Return the answer; one that is no number is a failure, and not a gap in a column."""
    if answer.value is None or math.isfinite(answer.value):
        return answer
    reason = f"the judge answered {answer.value}, which is no number"
    return replace(answer, value=None, label=None, status="failed", reason=reason)


def _silent(name: str, status: Status, error: Exception) -> Measurement:
    words = " ".join(str(error).split())  # one line, because it becomes a cell of a table
    return Measurement(name, status=status, reason=f"{type(error).__name__}: {words}")
