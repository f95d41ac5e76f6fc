"""Whether tokenizer, text encoder and denoiser of a checkpoint belong together.

Told from configurations and vocabularies, before a tensor is read: a wrong swap does not fail, it
paints other pictures. Checked are CLIP text towers, and XLM-R's as AltDiffusion has them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ksd_eval.models import checkpoints

CLIP_DEFAULTS: Final = {
    "vocab_size": 49408,
    "hidden_size": 512,
    "max_position_embeddings": 77,
    "eos_token_id": 49407,
}
"""What `transformers.CLIPTextConfig` takes where a configuration is silent."""

PADDED: Final = 64
"""Multiple that embedding rows may be padded to."""

ARGMAX: Final = 2
"""The `eos_token_id` of old CLIP configurations, with which the sentence vector is read at the
highest id of a prompt (transformers, `modeling_clip.py`)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in which a tokenizer and a text encoder do not agree.

    Attributes:
        sentence: What, and the cure.
        published: Whether it was published so, and paints: then it is what is measured.
    """

    sentence: str
    published: bool


@dataclass(frozen=True, slots=True)
class Tower:
    """A text encoder of a checkpoint, and its tokenizer.

    Attributes:
        kind: The encoder's class.
        tokenizer: Folder.
        encoder: Folder.
        own: Whether both are the checkpoint's own.
    """

    kind: str
    tokenizer: Path
    encoder: Path
    own: bool


def check(folder: Path, replaced: Mapping[str, Path]) -> None:
    """Refuse a checkpoint whose parts do not belong together.

    Parts that were put together here must agree. Those of one checkpoint are as its authors have
    them, and are only refused where nothing could be painted; the rest are `remarks`.

    Args:
        folder: The checkpoint.
        replaced: Folders of components that are loaded in place of its own.

    Raises:
        ValueError: The first thing that does not fit, in a sentence.
    """
    named, places = _parts(folder, replaced)
    for name, place in places.items():
        if name.startswith("tokenizer"):
            checkpoints.require_readable(place)
    found = towers(folder, replaced)
    for fault in (fault for tower in found for fault in _faults(tower)):
        if not fault.published:
            raise ValueError(fault.sentence)
    widths = [width for tower in found if (width := _width(tower)) is not None]
    # Other families (Stable Diffusion 3, …) join their encoders in ways of their own.
    encoders = [name for name in named if name.startswith("text_encoder")]
    if len(widths) == len(encoders) and "unet" in places:
        _check_width(sum(widths), _config(places["unet"]), places)


def remarks(folder: Path, replaced: Mapping[str, Path]) -> list[str]:
    """Return in what a checkpoint's own tokenizer and text encoder do not agree."""
    faults = (fault for tower in towers(folder, replaced) for fault in _faults(tower))
    return [fault.sentence for fault in faults if fault.published]


def towers(folder: Path, replaced: Mapping[str, Path]) -> list[Tower]:
    """Return the text encoders that have a tokenizer; arguments as for `check`."""
    named, places = _parts(folder, replaced)
    return [
        Tower(
            named.get(name, ("", ""))[1],
            places[tokenizer],
            places[name],
            own=not {name, tokenizer} & replaced.keys(),
        )
        for name in sorted(places)
        if name.startswith("text_encoder")
        and (tokenizer := name.replace("text_encoder", "tokenizer", 1)) in places
    ]


def _parts(
    folder: Path, replaced: Mapping[str, Path]
) -> tuple[Mapping[str, tuple[str, str]], Mapping[str, Path]]:
    """Return the checkpoint's components, by name, and where each is loaded from."""
    named = checkpoints.components(checkpoints.index(folder))
    return named, {name: folder / name for name in named} | dict(replaced)


def _width(tower: Tower) -> int | None:
    """Return how many numbers a state of the encoder is; None of a kind that is not known."""
    if tower.kind.startswith("CLIPText"):
        return int(clip_text_config(tower.encoder)["hidden_size"])
    if tower.kind.startswith("RobertaSeries"):
        return int(_config(tower.encoder).get("project_dim", 512))
    return None


def clip_text_config(folder: Path) -> dict[str, Any]:
    """Return the configuration of a CLIP's text tower, alone or with an image tower beside it."""
    config = dict(_config(folder))
    if "text_config" in config or config.get("model_type") == "clip":
        # `text_config_dict` is how old configurations were written; it has the last word.
        config = dict(config.get("text_config") or {}) | dict(config.get("text_config_dict") or {})
    return CLIP_DEFAULTS | config


def vocabulary(tokenizer: Path) -> dict[str, int]:
    """Return the ids of a byte-level BPE tokenizer's entries, those added to it too.

    Raises:
        ValueError: There is no vocabulary that can be read.
    """
    found: dict[str, int] = {}
    for name in ("vocab.json", "added_tokens.json"):
        if (tokenizer / name).is_file():
            found |= checkpoints.read_json(tokenizer / name)
    if (tokenizer / "tokenizer.json").is_file():
        table = checkpoints.read_json(tokenizer / "tokenizer.json")
        found |= table.get("model", {}).get("vocab", {})
        found |= {one["content"]: one["id"] for one in table.get("added_tokens", [])}
    if not found:
        raise ValueError(f"{tokenizer} has neither vocab.json nor tokenizer.json; fetch it anew")
    return found


def end_of_text(tokenizer: Path) -> str:
    """Return the token that ends a text."""
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        if (tokenizer / name).is_file():
            token = checkpoints.read_json(tokenizer / name).get("eos_token")
            token = token.get("content") if isinstance(token, Mapping) else token
            if isinstance(token, str):
                return token
    return "<|endoftext|>"  # of `transformers.CLIPTokenizer`


def _faults(tower: Tower) -> Iterator[Fault]:
    """Yield in what a CLIP text tower and its tokenizer do not agree."""
    if not tower.kind.startswith("CLIPText"):
        return
    tokenizer, encoder, own = tower.tokenizer, tower.encoder, tower.own
    config = clip_text_config(encoder)
    ids = vocabulary(tokenizer)
    end, highest, rows = end_of_text(tokenizer), max(ids.values()), int(config["vocab_size"])
    # Rows beyond the tokenizer's entries are never looked up: some are padded to a round number.
    padded = -(-(highest + 1) // PADDED) * PADDED
    if rows not in (highest + 1, padded):
        yield Fault(
            f"the tokenizer {tokenizer} has {highest + 1} entries and the text encoder {encoder} "
            f"{rows} embedding rows; they are not of one model, so take both from the same one",
            published=own and rows > highest,
        )
    if end not in ids or (config["eos_token_id"] == ARGMAX and ids[end] != highest):
        yield Fault(
            f"the end of text {end!r} has the id {ids.get(end)} in {tokenizer}, where the highest "
            f"is {highest}; the text encoder {encoder} reads a sentence at its highest id, so "
            "give the end of text the last one",
            published=own and end in ids,
        )
    elif config["eos_token_id"] not in (ARGMAX, ids[end]):
        yield Fault(
            f"the text encoder {encoder} takes {config['eos_token_id']} for the end of text, and "
            f"the tokenizer {tokenizer} writes {ids[end]}; take both from the same model",
            published=own,
        )
    settings = tokenizer / "tokenizer_config.json"
    longest = checkpoints.read_json(settings).get("model_max_length") if settings.is_file() else 0
    positions = config["max_position_embeddings"]
    if isinstance(longest, int | float) and longest > positions:
        yield Fault(
            f"the tokenizer {tokenizer} gives up to {longest:g} tokens, and the text encoder "
            f"{encoder} has {positions} positions; set model_max_length to {positions} in "
            f"{settings.name}",
            published=False,
        )


def _check_width(width: int, unet: Mapping[str, Any], places: Mapping[str, Path]) -> None:
    wanted = unet.get("cross_attention_dim", 1280)
    if unet.get("encoder_hid_dim") or not isinstance(wanted, int):
        return  # it has a layer in between, or blocks of unlike width
    if width != wanted:
        raise ValueError(
            f"the text encoder {places['text_encoder']} is {width} wide and the denoiser "
            f"{places['unet']} attends to {wanted}; choose an encoder of that width"
        )


def _config(folder: Path) -> Mapping[str, Any]:
    return checkpoints.read_json(folder / "config.json")
