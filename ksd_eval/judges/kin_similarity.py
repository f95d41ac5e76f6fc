"""Native similarity by the towers of a Stable Diffusion checkpoint itself: a check, and no more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from ksd_eval.judges import weights
from ksd_eval.judges.base import NativeJudge, Texts
from ksd_eval.judges.clip import Clip
from ksd_eval.judges.native_similarity import similarities
from ksd_eval.needs import Need
from ksd_eval.records import Measurement
from ksd_eval.world import corpus
from ksd_eval.world.painter import paint
from ksd_eval.world.reference import planted_rates

if TYPE_CHECKING:
    from torch import Tensor

READER: Final = "text_encoder"
CHECKER: Final = "safety_checker"
FILES: Final = (
    f"{READER}/config.json",
    f"{READER}/model.safetensors",
    "tokenizer/tokenizer.json",
    f"{CHECKER}/config.json",
    f"{CHECKER}/model.safetensors",
)
"""The two towers of the checkpoint's CLIP: it reads with one, its safety checker sees by the other.
"""

CURE: Final = "give the folder of a Stable Diffusion checkpoint of the painted world"

LEAST: Final = 200
"""Pictures to fit a map to: from here on, captions are told apart in 99 of 100 cases."""


@dataclass(frozen=True)
class KinSimilarity(NativeJudge):
    """`NativeSimilarity` by the text encoder and the safety checker of the model under test.

    *This judge is kin of the suspect.* A meaning that the text encoder loses on the way from Korean
    is lost to the judge too, so pictures that miss it are not marked down: the judge is circular,
    and lenient towards its own. It is used only as a check on the judge of English texts, and only
    less its own gap on matched pictures (`LanguageGap`).

    Both towers were trained in one space, but a checkpoint does not keep the text tower's
    projection into it. What stands here instead is the linear map that takes the pooled vectors of
    Korean and of English captions nearest to the vectors of painted pictures, by least squares,
    each language with the same weight. With the package's weights a picture of the corpus is then
    more like its own caption than like another one in 99.3 % of cases, in either language (400
    pictures that were not fitted to). One text's true projection a checkpoint does keep, the
    concept that its checker flags: the map's own vector of that text lies at cosine .92 from it, of
    other texts at .24 or less. The map takes a text to the mean of its pictures, so what the corpus
    often shows under it is preferred: the planted painter, with 15 points more women in Korean and
    20 more of Korean style, gets .010 less there with the same English text. For checkpoints of the
    painted world only, as the pictures that the map is fitted to are painted.

    Attributes:
        weights: Folder of the checkpoint, or `package:<name>`.
        pictures: Captioned pictures that the map is fitted to, at first use.
        seed: Which ones.
    """

    texts: ClassVar[Texts] = "native"

    weights: str
    pictures: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a map that would fit its pictures and no others."""
        if self.pictures < LEAST:
            raise ValueError(f"pictures is {self.pictures}; give at least {LEAST} to fit a map to")

    def identity(self) -> dict[str, Any]:
        """Return the hashes of the towers, and what the map is fitted to."""
        return {
            "judge": "kin_similarity",
            "weights": weights.hashes(weights.located(self.weights), FILES),
            "pictures": self.pictures,
            "seed": self.seed,
            "rates": planted_rates(),
            "dtype": "float32",
        }

    def needs(self) -> Sequence[Need]:
        """Return the checkpoint's folder."""
        return [weights.folder_need(self.weights, FILES, CURE)]

    def __call__(
        self, images: Sequence[Image], texts: Sequence[str]
    ) -> Sequence[Sequence[Measurement]]:
        """Return `native_similarity` and `native_similarity_floor` of each picture, in [-1, 1]."""
        model = _opened(weights.located(self.weights), self.pictures, self.seed)
        return similarities(model, images, texts)


@dataclass(frozen=True)
class _Towers:
    """Two towers and the map between them, asked as `Clip` asks a model of open_clip."""

    text: Any
    vision: Any
    bridge: "Tensor"

    def encode_image(self, pictures: "Tensor", *, normalize: bool) -> "Tensor":
        vectors: Tensor = self.vision(pixel_values=pictures).image_embeds
        return vectors / vectors.norm(dim=1, keepdim=True) if normalize else vectors

    def encode_text(self, ids: "Tensor", *, normalize: bool) -> "Tensor":
        vectors: Tensor = self.text(ids).pooler_output @ self.bridge
        return vectors / vectors.norm(dim=1, keepdim=True) if normalize else vectors


@cache
def _opened(folder: Path, pictures: int, seed: int) -> Clip:
    import torch

    from ksd_eval.world.reader import tensor

    text, vision, tokens = _parts(weights.present(folder, FILES, CURE))

    def model(bridge: "Tensor") -> Clip:
        towers = _Towers(text, vision, bridge)
        return Clip(towers, lambda image: tensor([image])[0], tokens)

    apart = model(torch.eye(text.config.hidden_size))
    return model(torch.from_numpy(_bridge(apart, pictures, seed)))


def _parts(folder: Path) -> tuple[Any, Any, Callable[[list[str]], "Tensor"]]:
    """Return text tower, vision tower with its projection, and what turns texts into ids."""
    from safetensors.torch import load_file
    from transformers import (
        CLIPTextConfig,
        CLIPTextModel,
        CLIPTokenizer,
        CLIPVisionConfig,
        CLIPVisionModelWithProjection,
    )

    text = CLIPTextModel(CLIPTextConfig.from_pretrained(folder / READER))
    vision = CLIPVisionModelWithProjection(CLIPVisionConfig.from_pretrained(folder / CHECKER))
    for tower, part in ((text, READER), (vision, CHECKER)):
        held = load_file(folder / part / "model.safetensors")
        # Beside its tower the checker's file holds what it flags, which is no part of a CLIP.
        tower.load_state_dict({name: held[name].float() for name in tower.state_dict()})
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")

    def tokens(texts: list[str]) -> "Tensor":
        # To full length, so that a text's vector does not depend on which others share the call.
        longest = text.config.max_position_embeddings
        ids: Tensor = tokenizer(
            texts, padding="max_length", truncation=True, max_length=longest, return_tensors="pt"
        )["input_ids"]
        return ids

    return text.eval(), vision.eval(), tokens


def _bridge(apart: Clip, pictures: int, seed: int) -> NDArray[np.float32]:
    """Return the map from vectors of texts to vectors of pictures, float32 [d, d]."""
    examples = list(corpus.draw(np.random.default_rng([seed, 47]), pictures))
    seen = apart.of_images([paint(example.scene) for example in examples])
    korean = apart.of_texts([example.caption.ko for example in examples])
    english = apart.of_texts([example.caption.en for example in examples])
    meant, twice = np.concatenate([korean, english]), np.concatenate([seen, seen])
    found, *_ = np.linalg.lstsq(meant.astype(np.float64), twice.astype(np.float64))
    return np.asarray(found, dtype=np.float32)
