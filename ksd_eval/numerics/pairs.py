"""From images to prompt pairs: one value a pair, so that each prompt counts once.

Judges abstain, so pairs end up with differing numbers of usable images. The share that we report is
the mean over pairs of the pair means, the estimator for "another prompt of the kind". Pooling the
images instead would weigh a prompt by how often its images could be judged, and a model that fails
on one kind of prompt would thereby hide it.
"""

import numpy as np
from numpy.typing import ArrayLike

from ksd_eval.numerics import checks
from ksd_eval.numerics.checks import Floats


def pair_means(values: ArrayLike, pairs: ArrayLike) -> Floats:
    """Return the mean of each pair's usable images, in the sorted order of the pairs' labels.

    Args:
        values: One number an image, shape [n]; for a share, 0 or 1. Abstentions are left out by the
            caller.
        pairs: The pair of each image, shape [n], strings or whole numbers.

    Returns:
        Shape [number of pairs with at least one usable image].

    Raises:
        ValueError: If a value is not finite, there is none, or the shapes differ.

    >>> pair_means([1, 0, 0, 0, 1], ["의사", "의사", "의사", "의사", "화가"]).tolist()
    [0.25, 1.0]
    """
    numbers = checks.vector("values", values)
    codes = np.unique(checks.labels("pairs", pairs, len(numbers)), return_inverse=True)[1]
    return np.bincount(codes, numbers) / np.bincount(codes)


def mean_over_pairs(values: ArrayLike, pairs: ArrayLike) -> float:
    """Return the mean over pairs of the pair means; arguments as for `pair_means`.

    >>> mean_over_pairs([1, 0, 0, 0, 1], ["의사", "의사", "의사", "의사", "화가"])  # pooled: 0.4
    0.625
    """
    return float(pair_means(values, pairs).mean())
