"""How many tokens a prompt comes to, and whether a text encoder sees it whole."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from ksd_eval.audit.base import Examined, Finding, about_set

LIMIT: Final = 77
"""Positions of a CLIP text encoder, the marks of beginning and end among them."""

Counter = Callable[[str], int]

REPOSITORIES: Final[Mapping[str, tuple[str, str]]] = {
    "korean_sd": ("Bingsu/my-korean-stable-diffusion-v1-5", "tokenizer"),
    "altdiffusion_m9": ("BAAI/AltDiffusion-m9", "tokenizer"),
}
"""Tokenizers that are looked for among downloaded files; an audit downloads nothing."""

MINIATURES: Final = ("miniature", "miniature_en")
"""Our own models' tokenizers, whose vocabulary is the painted world's."""

BLIND: Final = {"miniature_en": "ko"}
"""The language that a tokenizer has no letters of: what it makes of it says nothing of length."""

SPELLED: Final = {"sd15": "ko"}
"""The language that a tokenizer spells byte by byte: it is cut off, and everybody knows."""


@cache
def counters() -> Mapping[str, Counter | None]:
    """Return what counts tokens, by tokenizer; None: its files are not on this machine."""
    return {
        "sd15": _openai(),
        **{name: _miniature(name) for name in MINIATURES},
        **{name: _downloaded(*where) for name, where in REPOSITORIES.items()},
    }


def _openai() -> Counter:
    """Return the tokenizer of Stable Diffusion 1.5, OpenAI's, which open_clip carries."""
    from open_clip.tokenizer import SimpleTokenizer

    tokenizer = SimpleTokenizer()
    return lambda text: len(tokenizer.encode(text)) + 2


def _miniature(name: str) -> Counter:
    from transformers import CLIPTokenizer

    folder = files("ksd_eval.miniature") / "weights" / name / "tokenizer"
    tokenizer = CLIPTokenizer.from_pretrained(str(folder))
    return lambda text: len(tokenizer(text)["input_ids"])


def _downloaded(repository: str, folder: str) -> Counter | None:
    from transformers import AutoTokenizer

    logging.getLogger("transformers").setLevel(logging.ERROR)
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            repository, subfolder=folder, local_files_only=True
        )
    except (OSError, ValueError):
        return None
    return lambda text: len(tokenizer(text)["input_ids"])


def tokens(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find prompts that are cut off, and say how long the set's are under each tokenizer."""
    for name, count in counters().items():
        if count is None:
            yield about_set("tokens.not_here", "note", tokenizer=name)
            continue
        for language in ("ko", "en"):
            if BLIND.get(name) == language:
                continue
            texts = [each.pair.text(language) for each in pairs]
            lengths = [count(text) for text in texts]
            yield about_set(
                "tokens.lengths",
                "note",
                tokenizer=name,
                language=language,
                median=f"{np.median(lengths):.0f}",
                longest=str(max(lengths)),
            )
            for each, length in zip(pairs, lengths, strict=True):
                if length > LIMIT and SPELLED.get(name) != language:
                    yield each.found(
                        "tokens.cut_off",
                        "fault",
                        tokenizer=name,
                        language=language,
                        length=str(length),
                        limit=str(LIMIT),
                    )
