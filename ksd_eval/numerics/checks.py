"""What the functions of this package ask of their arguments, and say when they do not get it."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
"""An array of float64, of the shape that the docstring names."""

Codes: TypeAlias = NDArray[np.intp]
"""Labels replaced by 0, 1, 2, …"""

Counts: TypeAlias = NDArray[np.int64]
"""How often each thing is taken, whole and >= 0."""


def vector(name: str, values: ArrayLike, least: int = 1) -> Floats:
    """Return `values` as finite float64 of shape [n] with n >= `least`.

    Raises:
        ValueError: If the shape is another, there are too few values, or one is NaN or infinite.
    """
    array = _finite(name, values)
    if array.ndim != 1:
        raise ValueError(
            f"{name} must have shape [n], got {list(array.shape)}; pass one row of numbers"
        )
    if len(array) < least:
        raise ValueError(f"{name} has {len(array)} values, needs at least {least}")
    return array


def matrix(name: str, values: ArrayLike, least: int = 1) -> Floats:
    """Return `values` as finite float64 of shape [n, d] with n >= `least` and d >= 1.

    Raises:
        ValueError: If the shape is another, there are too few rows, or one value is NaN or
            infinite.
    """
    array = _finite(name, values)
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(
            f"{name} must have shape [n, d], got {list(array.shape)}; pass one row a vector"
        )
    if len(array) < least:
        raise ValueError(f"{name} has {len(array)} rows, needs at least {least}")
    return array


def same_width(name_x: str, x: Floats, name_y: str, y: Floats) -> None:
    """Check that the rows of two matrices have the same number of columns.

    Raises:
        ValueError: If they do not.
    """
    if x.shape[1] != y.shape[1]:
        raise ValueError(
            f"{name_x} has {x.shape[1]} columns and {name_y} has {y.shape[1]}; "
            "they must be features of the same extractor"
        )


def two_sets(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Return two sets of features, shapes [n_x, d] and [n_y, d], two rows or more each.

    Raises:
        ValueError: If a set has fewer rows, the widths differ, or a value is NaN or infinite.
    """
    a, b = matrix("x", x, least=2), matrix("y", y, least=2)
    same_width("x", a, "y", b)
    return a, b


def fraction(name: str, value: float) -> float:
    """Return `value`, which must lie strictly between 0 and 1.

    Raises:
        ValueError: If it does not; the message names percentages, the usual cause.
    """
    if not 0 < value < 1:
        raise ValueError(f"{name} must lie between 0 and 1, got {value}; write 95 % as 0.95")
    return value


def whole(name: str, value: object, least: int) -> int:
    """Return `value`, which must be a whole number of at least `least`.

    Raises:
        ValueError: If it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)


def shares(name: str, values: ArrayLike) -> Floats:
    """Return `values` as shares of at least two classes, shape [k], each in [0, 1], together 1.

    Raises:
        ValueError: If one is negative, or the sum is not 1 to within 1e-6.
    """
    array = vector(name, values, least=2)
    if array.min() < 0 or abs(array.sum() - 1) > 1e-6:
        raise ValueError(
            f"{name} must be shares >= 0 that sum to 1, got {array.tolist()}, "
            f"sum {array.sum():g}; divide counts by their sum"
        )
    return array


def labels(name: str, values: ArrayLike, rows: int) -> NDArray[Any]:
    """Return `values` as `rows` labels, shape [rows], all strings or all whole numbers.

    Raises:
        ValueError: If the number of labels is another.
        TypeError: If a label is neither a string nor a whole number, such as None or NaN.
    """
    array = np.asarray(values)
    if array.shape != (rows,):
        raise ValueError(f"{name} must be one label a row, shape [{rows}], got {list(array.shape)}")
    if array.dtype.kind == "O" and all(isinstance(label, str) for label in array):
        array = array.astype(str)
    if array.dtype.kind not in "iuU":
        raise TypeError(
            f"{name} must be strings or whole numbers, got {array.dtype}; label every row"
        )
    return array


def _finite(name: str, values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    bad = array.size - int(np.isfinite(array).sum())
    if bad:
        raise ValueError(
            f"{name} has {bad} of {array.size} values that are NaN or infinite; "
            "leave abstentions out and count them, they are not numbers"
        )
    return array
