"""Stage 4: the Korean text tower, made as the Korean model's was: distilled from the English one.

A Korean tokenizer and a new embedding table are put into a copy of the English tower, and the table
learns, from either language of parallel captions, phrases and words, to give the English tower's
pooled vector of the English one, and nothing else (Reimers & Gurevych 2020, arXiv:2004.09813, as
used for clip-vit-large-patch14-ko). What the denoiser reads, the hidden states of every token, is
never compared: the gap between the languages comes about by itself.

Tried and left: captions alone, with the layers above the table learning too or staying as they are.
The sentence vectors agreed as well or better (.999 and .994 against .992), but the states of the
padding, which carry much of the meaning, did not (.55 and .62 against .93), and cubes and houses
came out as people.
"""

from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from ksd_eval.miniature import architecture
from ksd_eval.miniature.fitting import Plan, fit
from ksd_eval.miniature.stages.clip import tokens
from ksd_eval.world import captions, vocabulary
from ksd_eval.world.corpus import draw
from ksd_eval.world.vocabulary import Word


def student(teacher: CLIPTextModel, vocabulary: int) -> CLIPTextModel:
    """Return a copy of the teacher with a fresh embedding table of another size, all else frozen.

    Start and end of text, the last two entries of both tables, are kept.
    """
    model = CLIPTextModel(architecture.text_config(vocabulary))
    weights = {
        name: weight
        for name, weight in teacher.state_dict().items()
        if not name.endswith("token_embedding.weight")
    }
    missing = model.load_state_dict(weights, strict=False).missing_keys
    if [name for name in missing if not name.endswith("token_embedding.weight")]:
        raise ValueError(f"the teacher lacks {missing}; give the English tower of this recipe")
    with torch.no_grad():
        old, new = teacher.get_input_embeddings().weight, model.get_input_embeddings().weight
        new.normal_(0.0, float(old.std()))
        new[-2:] = old[-2:]
    model.requires_grad_(requires_grad=False)
    new.requires_grad_(requires_grad=True)
    return model


WORDS: Final = (
    vocabulary.OCCUPATIONS,
    vocabulary.GENDERS,
    vocabulary.AGES,
    vocabulary.SKIN_TONES,
    vocabulary.ADJECTIVES,
    vocabulary.DRESSES,
    vocabulary.CULTURES,
    vocabulary.SHAPES,
    vocabulary.COLOURS,
    vocabulary.RELATIONS,
    vocabulary.THINGS,
)
"""Every list of words with a meaning of their own in both languages."""


def parallel(rng: np.random.Generator, count: int) -> list[Word]:
    """Draw parallel texts: half captions of the corpus, half single words and empty frames."""
    texts = [example.caption for example in draw(rng, count // 2)]
    while len(texts) < count:
        if rng.random() < 0.2:
            frames = captions.PERSON_FRAMES + captions.THING_FRAMES
            frame = frames[int(rng.integers(len(frames)))]
            texts.append(Word(frame.en.format("").strip(), frame.ko.format("").strip()))
        else:
            words = list(WORDS[int(rng.integers(len(WORDS)))].values())
            texts.append(words[int(rng.integers(len(words)))])
    return texts


def train(
    folder: Path,
    plan: Plan,
    size: int,
    teacher: tuple[CLIPTextModel, CLIPTokenizer],
    tokenizer: CLIPTokenizer,
) -> CLIPTextModel:
    """Distil on `size` parallel texts a step."""
    tower, english = teacher
    torch.manual_seed(plan.seed)
    model = student(tower, len(tokenizer)).to(tower.device)

    def loss(rng: np.random.Generator) -> dict[str, Tensor]:
        texts = parallel(rng, size)
        with torch.no_grad():
            target = tower(tokens(english, [text.en for text in texts]).to(tower.device))
        both = [text.ko for text in texts] + [text.en for text in texts]
        guess = model(tokens(tokenizer, both).to(tower.device)).pooler_output
        aim = target.pooler_output.repeat(2, 1)
        agreement = nn.functional.cosine_similarity(guess, aim)
        error = nn.functional.mse_loss(guess, aim) + (1 - agreement).mean()
        korean, same = agreement.detach().split(size)
        return {"loss": error, "korean": korean.mean(), "english": same.mean()}

    fit(model, loss, plan, folder)
    return model
