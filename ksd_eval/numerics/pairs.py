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


def even_size(counts: ArrayLike) -> float:
    """Return how many images would tell as much of the mean over pairs, if spread evenly.

    A pair of few images is as uncertain as they are few, and counts no less for it. So of pairs
    that are all alike the mean varies as that of J^2 / (1/m_1 + ... + 1/m_J) images, m_j being
    those of pair j: their number where the m_j are equal, fewer otherwise.

    Args:
        counts: Images of each pair, shape [J], above 0.

    Returns:
        At least J and at most the sum of the counts; 0 without pairs.

    >>> even_size([4, 4, 4]), even_size([1, 20])
    (12.0, 3.8095238095238093)
    """
    images = checks.vector("counts", counts, least=0)
    if not len(images):
        return 0.0
    if images.min() <= 0:
        raise ValueError(f"counts must be above 0, got {images.min():g}; leave such pairs out")
    # The mean of equal counts, which rounding must not bring below the number of pairs.
    return float(np.clip(len(images) ** 2 / (1 / images).sum(), len(images), images.sum()))


def mean_over_pairs(values: ArrayLike, pairs: ArrayLike) -> float:
    """Return the mean over pairs of the pair means; arguments as for `pair_means`.

    >>> mean_over_pairs([1, 0, 0, 0, 1], ["의사", "의사", "의사", "의사", "화가"])  # pooled: 0.4
    0.625
    """
    return float(pair_means(values, pairs).mean())
