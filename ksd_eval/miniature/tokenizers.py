"""The two tokenizers: byte-level BPE in CLIP's own files, one of English, one of Korean mostly."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import CLIPTokenizer

from ksd_eval.miniature.architecture import CONTEXT
from ksd_eval.world.corpus import draw

START: Final = "<|startoftext|>"
END: Final = "<|endoftext|>"


ENGLISH_IN_KOREAN: Final = 8
"""One English caption to so many Korean ones: Korean text has some English in it everywhere."""


def captions(language: str, count: int = 60_000) -> list[str]:
    """Draw captions of the corpus for the tokenizer of a language to learn from."""
    words = [example.caption for example in draw(np.random.default_rng(11), count)]
    if language == "en":
        return [word.en for word in words]
    return [word.ko for word in words] + [word.en for word in words[::ENGLISH_IN_KOREAN]]


def train(texts: Iterable[str], entries: int, folder: Path) -> CLIPTokenizer:
    """Learn a tokenizer of at most `entries` entries, write CLIP's files, and open them.

    The end of text has the highest id, as in every CLIP of the Stable Diffusion family.
    """
    bpe = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    bpe.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    bpe.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=entries - 2 - len(alphabet),  # room for the byte alphabet's word endings
        initial_alphabet=alphabet,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    learnt = json.loads(bpe.to_str())["model"]
    merges = [tuple(pair) for pair in learnt["merges"]]
    return _write(alphabet, merges, folder)


def _write(alphabet: list[str], merges: list[tuple[str, str]], folder: Path) -> CLIPTokenizer:
    """Write CLIP's files: the bytes, the bytes that end a word, the merges, start and end."""
    names = [*alphabet, *(letter + "</w>" for letter in alphabet), *(a + b for a, b in merges)]
    names = [*dict.fromkeys(names), START, END]
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {name: number for number, name in enumerate(names)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    lines = ["#version: 0.2", *(f"{a} {b}" for a, b in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    tokenizer = CLIPTokenizer(
        vocab=str(folder / "vocab.json"),
        merges=str(folder / "merges.txt"),
        bos_token=START,
        eos_token=END,
        unk_token=END,
        pad_token=END,
        model_max_length=CONTEXT,
    )
    tokenizer.save_pretrained(folder)
    return tokenizer
