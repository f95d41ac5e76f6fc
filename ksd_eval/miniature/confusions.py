"""Recompute the reader's confusion matrices: `python -m ksd_eval.miniature.confusions`.

Conditions, each made where its parts are present:

- `clean`: paintings as they are.
- `autoencoder`: paintings through the miniature's autoencoder and back.
- `denoised`: paintings encoded, noised a quarter of the way, and denoised by the miniature under a
  caption that names all of their attributes. Closest to generated pictures; but the denoiser itself
  changes some of what was painted, and the more the further the noise went (begun half-way, it
  repaints the skin of three people in ten). So this is the pessimistic end of the reader's errors.
- `ruined`: paintings of which nothing is left; their true kind is `none`.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from diffusers import AutoencoderKL, AutoPipelineForImage2Image, StableDiffusionPipeline
from PIL import Image

from ksd_eval.miniature import distortions, pictures
from ksd_eval.records import Confusion
from ksd_eval.world import balanced, captions, confusion
from ksd_eval.world import reader as reading
from ksd_eval.world.attributes import NOTHING, truth
from ksd_eval.world.captions import Named
from ksd_eval.world.painter import paint
from ksd_eval.world.reader import Reader, tensor
from ksd_eval.world.scenes import Scene

Condition = Callable[[Sequence[Image.Image], Sequence[Scene]], Sequence[Image.Image]]
"""From paintings and their scenes to what becomes of them."""

BATCH: Final = 50
DENOISED_SHARE: Final = 3
EVERYTHING: Final = Named(gender=True, skin=True, age=True, dress=True, culture=True)


def clean(images: Sequence[Image.Image], scenes: Sequence[Scene]) -> Sequence[Image.Image]:
    """Leave paintings as they are."""
    del scenes
    return images


def round_trip(autoencoder: AutoencoderKL) -> Condition:
    """Return the way through an autoencoder and back."""

    def condition(images: Sequence[Image.Image], scenes: Sequence[Scene]) -> Sequence[Image.Image]:
        del scenes
        device = autoencoder.device
        with torch.inference_mode():
            painted = tensor(list(images)).to(device)
            latents = autoencoder.encode(painted).latent_dist.mode()
            return pictures.images(autoencoder.decode(latents).sample)

    return condition


def partly_denoised(
    pipeline: StableDiffusionPipeline,
    strength: float = 0.25,
    steps: int = 20,
    guidance: float = 2.0,
) -> Condition:
    """Return the way to `strength` of the noise schedule and back through a denoiser.

    Args:
        pipeline: The diffusion model.
        strength: Where in the schedule to begin, 1 being pure noise.
        steps: Steps of the whole schedule.
        guidance: How hard the caption pulls.
    """
    image_to_image = AutoPipelineForImage2Image.from_pipe(
        pipeline, safety_checker=None, requires_safety_checker=False
    )
    image_to_image.set_progress_bar_config(disable=True)

    def condition(images: Sequence[Image.Image], scenes: Sequence[Scene]) -> Sequence[Image.Image]:
        painted: list[Image.Image] = image_to_image(
            prompt=[described(scene) for scene in scenes],
            image=list(images),
            strength=strength,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=[torch.Generator().manual_seed(place) for place in range(len(images))],
        ).images
        return painted

    return condition


def described(scene: Scene) -> str:
    """Return an English caption that names everything about a scene that captions can name."""
    relation = None
    if len(scene.solids) == 2 and scene.solids[0] != scene.solids[1]:
        relation = "above" if scene.stacked else "left_of"
    return captions.phrase(scene, EVERYTHING, relation).en


def read_under(
    reader: Reader, name: str, condition: Condition, count: int, seed: int
) -> list[Confusion]:
    """Count readings against truths of `count` balanced scenes under one condition."""
    truths: list[dict[str, str]] = []
    readings: list[dict[str, str | None]] = []
    scenes = list(balanced.scenes(np.random.default_rng([seed, 9]), count))
    for start in range(0, count, BATCH):
        part = scenes[start : start + BATCH]
        images = condition([paint(scene) for scene in part], part)
        truths += [truth(scene) for scene in part]
        readings += labels(reader, images)
    return confusion.counted(name, truths, readings)


def labels(reader: Reader, images: Sequence[Image.Image]) -> list[dict[str, str | None]]:
    """Return only the labels of a reading, None where the reader cannot tell."""
    return [{name: answer.label for name, answer in seen.items()} for seen in reader(images)]


def read_ruined(
    reader: Reader, autoencoder: AutoencoderKL | None, count: int, seed: int
) -> list[Confusion]:
    """Count how pictures that show nothing are read."""
    readings: list[dict[str, str | None]] = []
    rng = np.random.default_rng([seed, 10])
    for _ in range(0, count, BATCH):
        painted = [paint(scene) for scene in balanced.scenes(rng, BATCH)]
        ruined = distortions.ruined(tensor(painted), rng, autoencoder)
        readings += labels(reader, pictures.images(ruined))
    return confusion.counted("ruined", [{"kind": NOTHING}] * len(readings), readings)


def everything(
    reader: Reader,
    autoencoder: AutoencoderKL | None,
    pipeline: StableDiffusionPipeline | None,
    count: int,
    seed: int = 0,
) -> list[Confusion]:
    """Return the matrices of every condition whose parts are present."""
    rows = read_under(reader, "clean", clean, count, seed)
    if autoencoder is not None:
        rows += read_under(reader, "autoencoder", round_trip(autoencoder), count, seed)
    if pipeline is not None:
        # Fewer, because a denoised picture costs a hundred times as much.
        fewer = max(1, count // DENOISED_SHARE)
        rows += read_under(reader, "denoised", partly_denoised(pipeline), fewer, seed)
    return rows + read_ruined(reader, autoencoder, count // 5, seed)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the table from the weights that are there, and say which conditions it holds."""
    weights = Path(str(files("ksd_eval.miniature") / "weights"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reader", type=Path, default=weights / "reader")
    parser.add_argument("--pipeline", type=Path, default=weights / "miniature_en")
    parser.add_argument("--autoencoder", type=Path, help="default: the pipeline's own")
    parser.add_argument("--count", type=int, default=6000, help="paintings a condition")
    parser.add_argument("--threads", type=int, default=1)
    default = Path(str(files("ksd_eval.world") / "confusions.csv"))
    parser.add_argument("--out", type=Path, default=default)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    pipeline: Any = None
    if (chosen.pipeline / "model_index.json").is_file():
        pipeline = StableDiffusionPipeline.from_pretrained(chosen.pipeline, dtype=torch.float32)
    autoencoder: Any = pipeline.vae if pipeline is not None else None
    if chosen.autoencoder is not None:
        autoencoder = AutoencoderKL.from_pretrained(chosen.autoencoder).eval()
    rows = everything(reading.load(chosen.reader), autoencoder, pipeline, chosen.count)
    confusion.write(rows, chosen.out)
    found = ", ".join(dict.fromkeys(row.condition for row in rows))
    sys.stdout.write(f"{chosen.out}: {len(rows)} rows, conditions {found}\n")


if __name__ == "__main__":
    main()
