"""How well a picture matches its prompt as it was asked, by a CLIP that reads both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from PIL.Image import Image

from ksd_eval.judges import clip, weights
from ksd_eval.judges.base import NativeJudge, Texts
from ksd_eval.judges.clip import Clip
from ksd_eval.judges.clip_similarity import other_texts
from ksd_eval.needs import Need
from ksd_eval.records import Measurement

NAME = "native_similarity"
FLOOR = "native_similarity_floor"


@dataclass(frozen=True)
class NativeSimilarity(NativeJudge):
    """Cosine of picture and prompt as asked, and of the picture with an unrelated text.

    A check on `Similarity`, which holds pictures of all arms against English texts. Such a judge
    knows one language better than the other (an XLM-R CLIP finds real photographs by English
    captions at R@5 = .91, by Korean ones at .83), so its values in two languages must not be
    compared as they are: `LanguageGap` subtracts its own gap, and says where it cannot read a
    language at all, which neither the weights nor the tokenizer show.

    Attributes:
        weights: Folder of an open_clip model that reads Korean and English, its tokenizer in it,
            such as `xlm-roberta-base-ViT-B-32` or a SigLIP 2; `package:judge` is none, it reads
            English only.
    """

    texts: ClassVar[Texts] = "native"

    weights: str

    def identity(self) -> dict[str, Any]:
        """Return the hashes of the model's files."""
        return {"judge": NAME, **clip.identity(weights.located(self.weights))}

    def needs(self) -> Sequence[Need]:
        """Return the model's folder."""
        return [clip.need(self.weights)]

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return `native_similarity` and `native_similarity_floor` of each picture, in [-1, 1]."""
        return similarities(clip.opened(weights.located(self.weights)), images, texts)


def similarities(
    model: Clip, images: Sequence[Image], texts: Sequence[str]
) -> list[list[Measurement]]:
    """Return each picture's similarity to its text and to another one of the same language."""
    if not images:
        return []
    others = strangers(texts)
    seen = model.of_images(images)
    own = (seen * model.of_texts(texts)).sum(1)
    floor = (seen * model.of_texts([other or "" for other in others])).sum(1)
    return [
        [_measurement(NAME, mine), _measurement(FLOOR, theirs if other else None)]
        for mine, theirs, other in zip(own.tolist(), floor.tolist(), others, strict=True)
    ]


def strangers(texts: Sequence[str]) -> list[str | None]:
    """Return for each text another one of the same call and script; None where there is none.

    A text of the other language would be no floor: it is as far from the picture as languages are.

    >>> strangers(["a cat", "고양이", "a dog", "개", "새"])
    ['a dog', '개', 'a cat', '새', '고양이']
    >>> strangers(["a cat", "고양이"])
    [None, None]
    """
    found: list[str | None] = [None] * len(texts)
    for latin in (True, False):
        places = [place for place, text in enumerate(texts) if text.isascii() is latin]
        others = other_texts([texts[place] for place in places])
        for place, other in zip(places, others, strict=True):
            found[place] = other
    return found


def _measurement(name: str, cosine: float | None) -> Measurement:
    if cosine is None:
        reason = "all pictures of this call in this language were asked for by the same text"
        return Measurement(name, status="abstained", reason=reason)
    # Rounded to what float32 can tell, so that tables are the same on every machine.
    return Measurement(name, value=round(cosine, 5))
