"""The recipe: `python -m ksd_eval.miniature.train` makes every weight that the package ships.

Stages run in order; each writes its finished part and goes on from its checkpoint when it was
stopped. `--only` runs some of them, so that independent ones can share a machine.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPModel, CLIPTextModel, CLIPTokenizer

from ksd_eval.miniature import assembly, tokenizers
from ksd_eval.miniature.fitting import Plan
from ksd_eval.miniature.stages import autoencoder, clip, denoiser, judge, korean, reader
from ksd_eval.world.reader import save as save_reader

WEIGHTS: Final = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class Recipe:
    """How long each stage learns; the numbers that made the shipped weights are the defaults.

    Attributes:
        build: Where checkpoints, logs and finished parts are kept.
        weights: Where the finished checkpoints are put.
        device: What to train on.
        corpus: Pictures that the denoiser learns from.
    """

    build: Path
    weights: Path = WEIGHTS
    device: str = "cpu"
    corpus: int = 120_000
    entries: Mapping[str, int] = field(default_factory=lambda: {"en": 1000, "ko": 1100})
    autoencoder: Plan = field(default=Plan(steps=4400, peak=2.5e-3))
    clip: Plan = field(default=Plan(steps=1100, peak=1e-3, averaging=0.995, seed=1))
    denoiser: Plan = field(default=Plan(steps=5600, peak=1e-3, averaging=0.9995, seed=2))
    korean: Plan = field(default=Plan(steps=1000, peak=5e-3, averaging=0.995, seed=3, decay=0.0))
    judge: Plan = field(default=Plan(steps=600, peak=1e-3, averaging=0.995, seed=4))
    reader: Plan = field(default=Plan(steps=3600, peak=2e-3, averaging=0.998, seed=3))

    def finished(self, part: str) -> Path:
        """Return the folder of a stage's finished part."""
        return self.build / part / "model"

    def tokenizer(self, language: str) -> CLIPTokenizer:
        """Open the tokenizer of a language, learning it first where it is not there."""
        folder = self.build / f"tokenizer_{language}"
        if (folder / "tokenizer_config.json").exists():
            return CLIPTokenizer.from_pretrained(folder)
        return tokenizers.train(tokenizers.captions(language), self.entries[language], folder)

    def english_tower(self) -> CLIPTextModel:
        """Return the finished English text tower."""
        return assembly.text_tower(CLIPModel.from_pretrained(self.finished("clip"))).to(self.device)


def train_autoencoder(recipe: Recipe) -> None:
    """Stage 1."""
    model = autoencoder.train(recipe.build / "autoencoder", recipe.autoencoder, 24, recipe.device)
    model.save_pretrained(recipe.finished("autoencoder"))


def train_clip(recipe: Recipe) -> None:
    """Stage 2."""
    english = recipe.tokenizer("en")
    model = clip.train(recipe.build / "clip", recipe.clip, 128, english, recipe.device)
    model.save_pretrained(recipe.finished("clip"))


def train_denoiser(recipe: Recipe) -> None:
    """Stage 3."""
    folder = recipe.build / "denoiser"
    coder = AutoencoderKL.from_pretrained(recipe.finished("autoencoder")).to(recipe.device)
    corpus = denoiser.encoded_corpus(coder, recipe.corpus, folder / "latents.pt")
    conditions = denoiser.Conditions(recipe.english_tower(), recipe.tokenizer("en"))
    model = denoiser.train(folder, recipe.denoiser, 64, corpus, conditions)
    model.save_pretrained(recipe.finished("denoiser"))


def train_korean(recipe: Recipe) -> None:
    """Stage 4."""
    teacher = (recipe.english_tower(), recipe.tokenizer("en"))
    folder = recipe.build / "korean"
    model = korean.train(folder, recipe.korean, 112, teacher, recipe.tokenizer("ko"))
    model.save_pretrained(recipe.finished("korean"))


def train_judge(recipe: Recipe) -> None:
    """Stage 5."""
    folder = recipe.build / "judge"
    words = tokenizers.train(
        tokenizers.captions("en", 20_000), recipe.entries["en"], folder / "tokenizer"
    )
    model = judge.train(folder, recipe.judge, 96, words, recipe.device)
    judge.save(model, words, recipe.weights / "judge")


def train_reader(recipe: Recipe) -> None:
    """Stage 6."""
    coder = AutoencoderKL.from_pretrained(recipe.finished("autoencoder"))
    model = reader.train(recipe.build / "reader", recipe.reader, 64, recipe.device, coder)
    save_reader(model, recipe.weights / "reader")


def assemble(recipe: Recipe) -> None:
    """Write the two checkpoints, which differ in tokenizer and text tower alone."""
    towers = {
        "miniature_en": (recipe.english_tower().cpu(), recipe.tokenizer("en")),
        "miniature": (
            CLIPTextModel.from_pretrained(recipe.finished("korean")),
            recipe.tokenizer("ko"),
        ),
    }
    whole = CLIPModel.from_pretrained(recipe.finished("clip")).eval()
    checker = assembly.safety_checker(whole, recipe.tokenizer("en"))
    for name, text in towers.items():
        parts = assembly.pipeline(
            AutoencoderKL.from_pretrained(recipe.finished("autoencoder")),
            UNet2DConditionModel.from_pretrained(recipe.finished("denoiser")),
            text,
            checker,
        )
        assembly.save(parts, recipe.weights / name)


STAGES: Final[dict[str, Callable[[Recipe], None]]] = {
    "autoencoder": train_autoencoder,
    "clip": train_clip,
    "denoiser": train_denoiser,
    "korean": train_korean,
    "judge": train_judge,
    "reader": train_reader,
    "assemble": assemble,
}


def main(arguments: list[str] | None = None) -> None:
    """Run the stages that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m ksd_eval.miniature.train", description=__doc__)
    parser.add_argument(
        "--build", type=Path, default=Path("build/miniature"), help="checkpoints, logs"
    )
    parser.add_argument("--only", nargs="+", choices=list(STAGES), default=list(STAGES))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of this process")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    recipe = Recipe(build=chosen.build, device=chosen.device)
    for stage in chosen.only:
        STAGES[stage](recipe)


if __name__ == "__main__":
    main()
