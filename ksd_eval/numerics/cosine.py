"""How alike feature vectors are: the cosine of the angle between them, in [-1, 1]."""

import numpy as np
from numpy.typing import ArrayLike

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats


def unit(vectors: ArrayLike) -> Floats:
    """Return the rows of `vectors`, shape [n, d], scaled to length 1.

    Raises:
        ValueError: If a row is zero, which has no direction, or not finite.

    >>> unit([[3, 4]]).tolist()
    [[0.6, 0.8]]
    """
    rows = checks.matrix("vectors", vectors)
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if not largest.all():
        zero = np.flatnonzero(largest[:, 0] == 0)
        raise ValueError(
            f"vectors has {len(zero)} zero rows, from row {zero[0]}; leave them out as failed"
        )
    # By the largest first: the squares of very small or large numbers under- or overflow.
    rows = rows / largest
    scaled: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


def cosine(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return the cosine of each row of `a` with the same row of `b`, shape [n], in [-1, 1].

    For images of two arms that share prompt and noise, row by row.

    Raises:
        ValueError: If the shapes differ, or a row is zero or not finite.

    >>> cosine([[1, 0], [1, 1]], [[0, 2], [3, 3]]).round(6).tolist()
    [0.0, 1.0]
    """
    x, y = unit(a), unit(b)
    if x.shape != y.shape:
        raise ValueError(
            f"a and b must have the same shape, got {list(x.shape)} and {list(y.shape)}; match rows"
        )
    cosines: Floats = np.clip(np.einsum("nd,nd->n", x, y), -1, 1)
    return cosines


def mean_between(a: ArrayLike, b: ArrayLike) -> float:
    """Return the mean cosine of every row of `a` with every row of `b`, in [-1, 1].

    Args:
        a: Shape [n, d].
        b: Shape [m, d].

    Raises:
        ValueError: If the widths differ, or a row is zero or not finite.

    >>> mean_between([[1, 0]], [[2, 0], [0, 1]])
    0.5
    """
    x, y = unit(a), unit(b)
    checks.same_width("a", x, "b", y)
    # The mean of all n * m products is the product of the two means.
    return float(np.clip(x.mean(axis=0) @ y.mean(axis=0), -1, 1))


def mean_within(vectors: ArrayLike) -> float:
    """Return the mean cosine over all pairs of distinct rows of `vectors`, shape [n, d].

    In [-1, 1], n >= 2. For instance of the replicates of one prompt: near 1, the model draws one
    picture over and over.

    Raises:
        ValueError: If there are fewer than 2 rows, or one is zero or not finite.

    >>> round(mean_within([[1, 0], [1, 0], [0, 1]]), 4)
    0.3333
    """
    rows = unit(checks.matrix("vectors", vectors, least=2))
    n = len(rows)
    # |sum of rows|^2 holds every ordered pair, and n ones for each row with itself.
    total = float(np.square(rows.sum(axis=0)).sum()) - n
    return float(np.clip(total / (n * (n - 1)), -1, 1))
