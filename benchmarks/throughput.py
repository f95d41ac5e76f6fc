"""Pictures a second of `experiment=bias` on the miniature, beside a bare loop and a user's loop.

    python benchmarks/throughput.py [PICTURES]

Three ways from the same prompts and seeds to the same measurements, in turn, 64 pictures at a time,
in one process and one thread:

- ours: painting, writing, reading back and judging, as a run does it; start-up and page left out;
- bare: the pipeline's own encoder, scheduler, UNet and decoder, called in a loop at the same batch
  shape, and the same judges on the pictures in memory; nothing is kept;
- by hand: the pipeline called for each prompt, the picture saved as Pillow saves it, each judge
  called for each picture.

Printed are pictures a second of processor time, and of the clock, and ours over theirs.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import torch
from PIL.Image import Image

from ksd_eval import pipeline, scoring
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.execution import threads
from ksd_eval.execution.judging import chunks
from ksd_eval.execution.orders import Order
from ksd_eval.experiment import Experiment, Plan, Work, planned
from ksd_eval.records import ImageRecord

PICTURES = 2000
BLOCK = 64
BY_HAND = 8
"""Pictures of each block that are made by hand: they take long."""

Asked = Sequence[tuple[ImageRecord, Order]]


@dataclass
class Way:
    """One way to make pictures and judge them, and the time it took."""

    make: Callable[[Asked], None]
    pictures: int = 0
    processor: float = 0.0
    clock: float = field(default=0.0)

    def take(self, asked: Asked) -> None:
        """Make and judge pictures."""
        processor, clock = time.process_time(), time.monotonic()
        self.make(asked)
        self.processor += time.process_time() - processor
        self.clock += time.monotonic() - clock
        self.pictures += len(asked)


def experiment_in(folder: str, pictures: int) -> Experiment:
    """Return `experiment=bias` with one model and two arms, of so many pictures at least."""
    words = ["experiment=bias", "arms=[korean,english]", "execution.workers=1"]
    where = [f"execution.results_dir={folder}"]
    pairs = len(planned(built(composed([*words, *where]))).pairs)
    replicates = -(-pictures // (2 * pairs))
    found = built(composed([*words, *where, f"generation.replicates={replicates}"]))
    # What is asked once for all runs is no matter of pictures a second.
    extractors = {name: one for name, one in found.extractors.items() if name != "inception"}
    return replace(found, matched={}, references={}, extractors=extractors)


def ours(experiment: Experiment, plan: Plan) -> Callable[[Asked], None]:
    """Return a run's own way."""

    def make(asked: Asked) -> None:
        work = Work(experiment, replace(plan, pictures=asked))
        pipeline.ask(work)
        scoring.score(work)

    return make


def judged(experiment: Experiment, images: Sequence[Image], texts: Sequence[str]) -> None:
    """Show pictures to every judge and extractor."""
    for judge in experiment.judges.values():
        judge(images, texts)
    for extractor in experiment.extractors.values():
        extractor(images)


def bare(experiment: Experiment, plan: Plan, pipe: Any) -> Callable[[Asked], None]:  # noqa: ANN401
    """Return the loop that every pipeline does at its core, and no more."""
    english = {pair.pair_id: pair.en for pair in plan.pairs}
    model: Any = next(iter(experiment.models.values()))
    size = pipe.unet.config.sample_size
    shape = experiment.settings.generation.batch_shape

    @cache
    @torch.inference_mode()
    def encode(text: str) -> tuple[torch.Tensor, torch.Tensor]:
        meant, empty = pipe.encode_prompt(text, "cpu", 1, True)
        return meant, empty

    @torch.inference_mode()
    def painted(batch: Asked) -> list[Image]:
        texts = [order.request.prompt for _, order in batch]
        encoded = [encode(text) for text in [*texts, *[""] * (shape - len(texts))]]
        states = torch.cat([*(empty for _, empty in encoded), *(meant for meant, _ in encoded)])
        return loop(batch, states)

    def loop(batch: Asked, states: torch.Tensor) -> list[Image]:
        noise = [torch.Generator().manual_seed(order.request.seed) for _, order in batch]
        noise += [torch.Generator().manual_seed(0)] * (shape - len(noise))
        pipe.scheduler.set_timesteps(model.steps)
        size_of = (1, pipe.unet.config.in_channels, size, size)
        latents = torch.cat([torch.randn(size_of, generator=one) for one in noise])
        latents = latents * pipe.scheduler.init_noise_sigma
        for step in pipe.scheduler.timesteps:
            scaled = pipe.scheduler.scale_model_input(torch.cat([latents] * 2), step)
            empty, meant = pipe.unet(scaled, step, encoder_hidden_states=states).sample.chunk(2)
            guided = empty + model.guidance * (meant - empty)
            latents = pipe.scheduler.step(guided, step, latents, generator=noise).prev_sample
        pixels = pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample
        found: list[Image] = pipe.image_processor.postprocess(pixels)
        return found[: len(batch)]

    def make(asked: Asked) -> None:
        images = [
            image
            for start in range(0, len(asked), shape)
            for image in painted(asked[start : start + shape])
        ]
        texts = [english[record.pair_id] for record, _ in asked]
        for places in chunks(range(len(images))):
            judged(experiment, [images[i] for i in places], [texts[i] for i in places])

    return make


def by_hand(
    experiment: Experiment,
    plan: Plan,
    pipe: Any,  # noqa: ANN401
    folder: Path,
) -> Callable[[Asked], None]:
    """Return the loop that one writes on a first afternoon."""
    english = {pair.pair_id: pair.en for pair in plan.pairs}
    model: Any = next(iter(experiment.models.values()))

    def make(asked: Asked) -> None:
        for record, order in asked[:BY_HAND]:
            image = pipe(
                order.request.prompt,
                num_inference_steps=model.steps,
                guidance_scale=model.guidance,
                generator=torch.Generator().manual_seed(order.request.seed),
            ).images[0]
            image.save(folder / f"{record.image_id}.png")
            judged(experiment, [image], [english[record.pair_id]])

    return make


def pipeline_of(experiment: Experiment) -> Any:  # noqa: ANN401
    """Return the pipeline of diffusers that the model under test is asked through."""
    [model] = experiment.models.values()
    loaded: Any = model
    return loaded._loaded._pipeline


def main(pictures: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        experiment = experiment_in(folder, pictures)
        threads.fix(experiment.settings.generation.threads)
        plan = planned(experiment)
        pipe = pipeline_of(experiment)
        ways = {
            "ours": Way(ours(experiment, plan)),
            "bare": Way(bare(experiment, plan, pipe)),
            "by hand": Way(by_hand(experiment, plan, pipe, Path(folder))),
        }
        # Ours would be slowed by loading the model, since a run gives it back when it is over.
        keep_loaded(experiment)
        for way in ways.values():
            way.make(plan.pictures[-BLOCK:])  # weights of judges are read here
        for start in range(0, min(pictures, len(plan.pictures) - BLOCK), BLOCK):
            block = plan.pictures[start : start + BLOCK]
            for name, way in ways.items():
                way.take(block[:BY_HAND] if name == "by hand" else block)
    for name, way in ways.items():
        rates = f"{way.pictures / way.processor:7.2f} {way.pictures / way.clock:7.2f}"
        sys.stdout.write(
            f"{name:<10}{way.pictures:>6} pictures, a second of processor and clock: {rates}\n"
        )
    for name, least in (("bare", 0.85), ("by hand", 3)):
        faster = speed(ways["ours"]) / speed(ways[name])
        sys.stdout.write(f"ours over {name}: {faster:.2f} (wanted: {least:g})\n")


def keep_loaded(experiment: Experiment) -> None:
    """Let the model stay in memory between blocks."""
    for model in experiment.models.values():
        object.__setattr__(model, "release", lambda: None)


def speed(way: Way) -> float:
    """Return pictures a second of processor time."""
    return way.pictures / way.processor


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
