"""A pipeline of diffusers in memory. Imports torch, so it is imported only to paint."""

import copy
import inspect
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import diffusers
import torch
from PIL.Image import Image
from torch import Tensor, nn
from transformers import CLIPTextModel

from ksd_eval.models import checkpoints, memory, retired
from ksd_eval.models.base import Change, Encoding, Picture, Place
from ksd_eval.models.silence import silence
from ksd_eval.records import Given, Request

EMBEDDINGS: Final[dict[frozenset[str], tuple[str, ...]]] = {
    frozenset(names): names
    for names in (
        ("prompt_embeds", "negative_prompt_embeds"),
        (
            "prompt_embeds",
            "negative_prompt_embeds",
            "pooled_prompt_embeds",
            "negative_pooled_prompt_embeds",
        ),
    )
}
"""What `encode_prompt` returns, in order, told by which embeddings a pipeline takes: the families
of Stable Diffusion 1 and 2, and of XL and 3. Other pipelines are given their prompts as text."""

REMEMBERED: Final = 512
"""Prompts whose embeddings are kept; one is half a megabyte in Stable Diffusion 1.5."""


TOO_LONG: Final = "sequence-length-is-longer-than-the-specified-maximum"
"""The name that transformers has for what its tokenizers say once of a prompt that is too long."""


class LoadedPipeline:
    """A pipeline on its device, its progress bar off and its safety checker's brush taken away."""

    def __init__(
        self,
        folder: Path,
        scheduler: str | None,
        device: str,
        dtype: str,
        changes: Sequence[Change] = (),
    ) -> None:
        """Load safetensors where there are any, and never code that a checkpoint brings along."""
        for library, _ in checkpoints.components(checkpoints.index(folder)).values():
            retired.restore(library)
        with silence():
            parts = {name: part for one in changes for name, part in one.parts(dtype).items()}
            pipeline: Any = diffusers.DiffusionPipeline.from_pretrained(
                folder,
                **parts,
                # Said aloud, because each library has its own idea of what to take instead.
                dtype=getattr(torch, dtype),
                local_files_only=True,
                trust_remote_code=False,
            )
            for change in changes:
                change.apply(pipeline)
        self._pipeline = memory.put(pipeline, device, memory.read(folder, dtype))
        self._pipeline.set_progress_bar_config(disable=True)
        if scheduler is not None:
            changed = getattr(diffusers, scheduler).from_config(pipeline.scheduler.config)
            self._pipeline.scheduler = changed
        self._flags = _watch(getattr(pipeline, "safety_checker", None))
        _refuse_no_numbers(getattr(pipeline, "vae", None), dtype)
        # It and its tokenizers would say of each prompt what a run says once, of all.
        logging.getLogger(type(pipeline).__module__).addFilter(_no_truncation)
        for part in pipeline.components.values():
            if hasattr(part, "deprecation_warnings"):
                part.deprecation_warnings[TOO_LONG] = True  # "was said already"
        self._takes = inspect.signature(pipeline.__call__).parameters
        self._encoded = lru_cache(REMEMBERED)(self._encode)

    def pictures(
        self, requests: Sequence[Request], negative: str | None, settings: Mapping[str, Any]
    ) -> list[Picture]:
        """Return a picture for each request, drawn as one batch by the pipeline's own call.

        Args:
            requests: A whole batch.
            negative: What the guidance leads away from; None is not the empty prompt.
            settings: What else the pipeline is asked with, by the names of its own arguments.
        """
        self._flags.clear()
        images = self._pipeline(
            **self._prompts([request.prompt for request in requests], negative),
            generator=[_generator(request, self._device) for request in requests],
            output_type="pil",
            **settings,
        ).images
        flags: Sequence[bool | None] = self._flags or [None] * len(images)
        given = [self.given(request.prompt) for request in requests]
        return [Picture(*all_of_it) for all_of_it in zip(images, flags, given, strict=True)]

    @property
    def _device(self) -> torch.device:
        """Where the pipeline works: not its `device`, which is where a part waits for its turn."""
        found: torch.device = self._pipeline._execution_device
        return found

    def given(self, text: str) -> Given:
        """Return a text with how many tokens it is to the pipeline's first tokenizer."""
        tokenizer = getattr(self._pipeline, "tokenizer", None)
        if tokenizer is None:
            return Given(text)
        tokens = len(tokenizer(text).input_ids)
        longest = tokenizer.model_max_length
        return Given(text, tokens, tokens > longest)

    @torch.no_grad()
    def round_trip(self, image: Image) -> Image:
        """Return a picture as the autoencoder gives it back, by the mean of its latents.

        Raises:
            ValueError: If the pipeline paints pixels without one.
        """
        autoencoder = getattr(self._pipeline, "vae", None)
        if autoencoder is None:
            name = type(self._pipeline).__name__
            raise ValueError(f"{name} has no autoencoder; choose a model that paints in latents")
        processor = self._pipeline.image_processor
        pixels = processor.preprocess(image.convert("RGB"))
        latents = autoencoder.encode(pixels.to(self._device, autoencoder.dtype)).latent_dist
        [back] = processor.postprocess(autoencoder.decode(latents.mode()).sample)
        found: Image = back
        return found

    def encoding(self, text: str) -> Encoding:
        """Return what the CLIP tower makes of a prompt: the states that the denoiser is given.

        Raises:
            ValueError: If the pipeline has no such tower, or another one beside it.
        """
        tokenizer = self._only_tokenizer()
        ids = tokenizer(text, padding="max_length", truncation=True)["input_ids"]
        # Quiet: that it may be too long for the encoder is what is asked here.
        whole = tokenizer(text, truncation=False, verbose=False)["input_ids"]
        states = self._encoded(text, None)["prompt_embeds"][0]
        places = _places(ids, tokenizer.eos_token_id)
        return Encoding(len(whole), places, states.float().cpu().numpy())

    def _only_tokenizer(self) -> Any:  # noqa: ANN401  as the checkpoint names it
        parts = {name for name, part in self._pipeline.components.items() if part is not None}
        encoders = sorted(name for name in parts if re.fullmatch(r"text_encoder(_\d+)?", name))
        named = type(self._pipeline).__name__
        if encoders != ["text_encoder"] or "tokenizer" not in parts:
            there = f"{len(encoders)} ({', '.join(encoders)})" if encoders else "none"
            raise ValueError(
                f"what one text encoder makes of a prompt is asked, and {named} has {there}; "
                "choose a model of the family of Stable Diffusion 1 or 2"
            )
        if not isinstance(self._pipeline.text_encoder, CLIPTextModel):
            kind = type(self._pipeline.text_encoder).__name__
            raise ValueError(  # noqa: TRY004  the checkpoint is wrong, not an argument's type
                f"the text encoder of {named} is a {kind}, whose positions are not known here; "
                "choose a model with a CLIPTextModel"
            )
        return self._pipeline.tokenizer

    def _prompts(self, texts: Sequence[str], negative: str | None) -> dict[str, Any]:
        names = self._embeddings()
        if names is None:
            against = {} if negative is None else {"negative_prompt": [negative] * len(texts)}
            return {"prompt": list(texts), **against}
        rows = [self._encoded(text, negative) for text in texts]
        return {name: torch.cat([row[name] for row in rows]) for name in names}

    def _embeddings(self) -> tuple[str, ...] | None:
        inputs = (name for name in self._takes if re.search("prompt.*(embeds|mask)", name))
        return EMBEDDINGS.get(frozenset(inputs))

    @torch.no_grad()
    def _encode(self, text: str, negative: str | None) -> Mapping[str, Tensor]:
        """Encode one prompt alone, so that its embedding cannot depend on its neighbours."""
        wanted = inspect.signature(self._pipeline.encode_prompt).parameters
        given = {
            "prompt": text,
            "prompt_2": None,
            "prompt_3": None,
            "device": self._device,
            "num_images_per_prompt": 1,
            "do_classifier_free_guidance": True,
            "negative_prompt": negative,
        }
        known = {name: value for name, value in given.items() if name in wanted}
        encoded = self._pipeline.encode_prompt(**known)
        return dict(zip(self._embeddings() or (), encoded, strict=True))


def _places(ids: Sequence[int], end: int) -> tuple[Place, ...]:
    """Return what stands at each position; in Stable Diffusion 1 the end token is the padding."""
    last = ids.index(end)
    content: list[Place] = ["content"] * (last - 1)
    padding: list[Place] = ["padding"] * (len(ids) - last - 1)
    return ("start", *content, "end", *padding)


def _generator(request: Request, device: torch.device) -> torch.Generator:
    """Return what a picture's noise comes from: the CPU, where it is the same whatever the device.

    Only who asks for a card's very pictures has it drawn where the card's author had.
    """
    return torch.Generator(device if request.on_device else "cpu").manual_seed(request.seed)


def _watch(checker: nn.Module | None) -> list[bool]:
    """Keep a safety checker from touching pictures; return the list that its judgement is put in.

    A checker paints what it flags black, and the pipeline then leaves a flagged picture unfinished.
    An evaluation needs both the picture and the flag. So the checker judges a copy, and the
    pipeline is told that nothing was flagged.
    """
    flags: list[bool] = []
    if checker is None:
        return flags
    judge: Callable[..., Any] = checker.forward

    def forward(*, images: Tensor, **inputs: Tensor) -> tuple[Any, ...]:
        _, flagged, *rest = judge(images=copy.deepcopy(images), **inputs)
        flags[:] = [bool(flag) for flag in flagged]
        return images, [False] * len(flags), *rest

    checker.forward = forward
    # It would announce a black image, which is not what happens here.
    logging.getLogger(type(checker).__module__).addFilter(_no_black_image)
    return flags


def _refuse_no_numbers(autoencoder: nn.Module | None, dtype: str) -> None:
    """Have a decoder raise whose pixels are no numbers: they would be painted black.

    Raises:
        ArithmeticError: When it decodes, in one sentence with the cure.
    """
    decode: Callable[..., Any] | None = getattr(autoencoder, "decode", None)
    if autoencoder is None or decode is None:
        return

    def decoded(*latents: Tensor, **options: Any) -> Any:  # noqa: ANN401  as the original
        found = decode(*latents, **options)
        if not bool(torch.isfinite(found[0]).all()):
            cure = (
                "its weights or its latents are damaged"
                if dtype == "float32"
                else f"{dtype} cannot hold its numbers: give model.pipeline.dtype=float32"
                + (" or bfloat16, whose range is that of float32" if dtype == "float16" else "")
            )
            raise ArithmeticError(f"the decoder gave pixels that are no numbers; {cure}")
        return found

    autoencoder.decode = decoded  # type: ignore[assignment]


def _no_truncation(record: logging.LogRecord) -> bool:
    return "was truncated" not in record.getMessage()


def _no_black_image(record: logging.LogRecord) -> bool:
    return "black image" not in record.getMessage()
