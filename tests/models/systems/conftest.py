"""Small checkpoints in the layouts of the real systems, put where the hub's cache would have them.

The weights are untrained: what is tested is that these files load and are told apart, not pictures.
"""

import json
import shutil
from pathlib import Path

import pytest

from ksd_eval import pipeline
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OTHER = "89abcdef0123456789abcdef0123456789abcdef"


class Cache:
    """The hub's cache under a temporary folder."""

    def __init__(self, home):
        self.hub = home / "hub"

    def put(self, repo, folder, commit=COMMIT):
        """Copy a folder to where the cache would have a repository, as its branch main."""
        place = self.hub / f"models--{repo.replace('/', '--')}"
        snapshot = Path(shutil.copytree(folder, place / "snapshots" / commit))
        (place / "refs").mkdir(exist_ok=True)
        (place / "refs" / "main").write_text(commit)
        return snapshot


def edit(file, **changes):
    """Change some entries of a JSON file."""
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(content | changes), encoding="utf-8")


def as_old(component):
    """Rewrite a text encoder as it was written in 2022: a pickle, old names, position ids."""
    import torch
    from safetensors.torch import load_file

    file = component / "model.safetensors"
    state = load_file(file)
    prefix = "" if any(name.startswith("text_model.") for name in state) else "text_model."
    state = {f"{prefix}{name}": tensor for name, tensor in state.items()}
    state["text_model.embeddings.position_ids"] = torch.arange(77)[None]
    torch.save(state, component / "pytorch_model.bin")
    file.unlink()


def korean_clip(folder, entries=900):
    """Write a repository like Bingsu/clip-vit-large-patch14-ko: a whole CLIPModel, flat."""
    import torch

    from ksd_eval.miniature import architecture, tokenizers

    tokenizer = tokenizers.train(tokenizers.captions("ko", 300), entries, folder)
    torch.manual_seed(3)
    clip = architecture.clip(len(tokenizer))
    clip.save_pretrained(folder)
    return folder


def swapped(checkpoint, clip, folder):
    """Write a repository like Bingsu/my-korean-stable-diffusion-v1-5."""
    import torch
    from diffusers import StableDiffusionPipeline
    from transformers import CLIPModel, CLIPTokenizer

    from ksd_eval.miniature import assembly

    parts = StableDiffusionPipeline.from_pretrained(checkpoint, requires_safety_checker=False)
    with torch.no_grad():
        tower = assembly.text_tower(CLIPModel.from_pretrained(clip))
    parts.register_modules(text_encoder=tower, tokenizer=CLIPTokenizer.from_pretrained(clip))
    parts.save_pretrained(folder)
    edit(
        folder / "model_index.json",
        _diffusers_version="0.6.0",
        tokenizer=["transformers", "CLIPTokenizerFast"],
    )
    as_old(folder / "text_encoder")
    return folder


@pytest.fixture
def edited():
    """Change entries of a JSON file."""
    return edit


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache of the hub, on a machine without a network."""
    from huggingface_hub import constants

    found = Cache(tmp_path / "home")
    monkeypatch.setenv("HF_HOME", str(found.hub.parent))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    # Both are read from the environment when the library is imported, which it was already.
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(found.hub))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return found


@pytest.fixture(scope="session")
def clip(tmp_path_factory):
    """The Korean CLIP, as it is written today."""
    return korean_clip(tmp_path_factory.mktemp("clip") / "clip")


@pytest.fixture(scope="session")
def published(tmp_path_factory, checkpoint, clip):
    """The Korean model, its text encoder a pickle of old names."""
    return swapped(checkpoint, clip, tmp_path_factory.mktemp("published") / "korean_sd")


SD15 = "stable-diffusion-v1-5/stable-diffusion-v1-5"
KOREAN_SD = "Bingsu/my-korean-stable-diffusion-v1-5"
KOREAN_CLIP = "Bingsu/clip-vit-large-patch14-ko"


@pytest.fixture
def filled(cache, checkpoint, clip, published):
    """The cache with the three repositories of the Korean model."""
    cache.put(SD15, checkpoint)
    cache.put(KOREAN_CLIP, clip)
    cache.put(KOREAN_SD, published, OTHER)
    return cache


@pytest.fixture
def painted(tmp_path):
    """Run `experiment=language` as a person would, small; return the folder and the experiment."""

    def run(*words):
        small = [
            *("prompts.limit=2", "generation.replicates=1", "generation.batch_shape=2"),
            *("analysis.resamples=20", "execution.workers=1", "matched.painted.count=20"),
            f"execution.results_dir={tmp_path / 'results'}",
        ]
        experiment = built(composed(["experiment=language", *small, *words]))
        return pipeline.run(experiment), experiment

    return run
