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


@pytest.fixture(scope="session")
def m9(tmp_path_factory, checkpoint):
    """A repository as it was written in 2022: a SentencePiece model, a pickle, an old module."""
    pieces = pytest.importorskip("sentencepiece")
    import torch
    from diffusers import AltDiffusionPipeline, StableDiffusionPipeline
    from diffusers.pipelines.deprecated.alt_diffusion import modeling_roberta_series as roberta
    from safetensors.torch import load_file
    from transformers import XLMRobertaTokenizer

    home = tmp_path_factory.mktemp("altdiffusion")
    tokenizer_folder = home / "tokenizer"
    tokenizer_folder.mkdir()
    pieces.SentencePieceTrainer.train(
        sentence_iterator=iter(["의사 사진", "a photo of a doctor", "간호사", "a house"] * 20),
        model_prefix=str(tokenizer_folder / "sentencepiece.bpe"),
        vocab_size=60,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (tokenizer_folder / "sentencepiece.bpe.vocab").unlink()
    settings = {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 77}
    (tokenizer_folder / "tokenizer_config.json").write_text(json.dumps(settings))
    tokenizer = XLMRobertaTokenizer.from_pretrained(tokenizer_folder)
    torch.manual_seed(5)
    configuration = roberta.RobertaSeriesConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=90,
        type_vocab_size=1,
        project_dim=128,
    )
    parts = StableDiffusionPipeline.from_pretrained(checkpoint, requires_safety_checker=False)
    folder = home / "m9"
    AltDiffusionPipeline(
        vae=parts.vae,
        text_encoder=roberta.RobertaSeriesModelWithTransformation(configuration),
        tokenizer=tokenizer,
        unet=parts.unet,
        scheduler=parts.scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    for written in (folder / "tokenizer").iterdir():
        written.unlink()
    for old in tokenizer_folder.iterdir():
        old.rename(folder / "tokenizer" / old.name)
    weights = folder / "text_encoder" / "model.safetensors"
    torch.save(load_file(weights), weights.with_name("pytorch_model.bin"))
    weights.unlink()
    index = json.loads((folder / "model_index.json").read_text())
    index["text_encoder"] = ["alt_diffusion", "RobertaSeriesModelWithTransformation"]
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


LEARNT = {
    "의사 사진": "a photo of a doctor",
    "친절한 사람 사진": "a photo of a kind person",
    "간호사 사진": "a photo of a nurse",
    "요리사 사진": "a photo of a chef",
    "집": "a house",
    "빨간 정육면체": "a red cube",
    "파란 공": "a blue sphere",
}


@pytest.fixture(scope="session")
def learnt():
    """What the translator has learnt by heart: prompts and their translations."""
    return dict(LEARNT)


@pytest.fixture(scope="session")
def mbart(tmp_path_factory):
    """A repository like facebook/mbart-large-50-many-to-one-mmt, trained on the prompts above."""
    pieces = pytest.importorskip("sentencepiece")
    import torch
    from transformers import MBart50Tokenizer, MBartConfig, MBartForConditionalGeneration

    folder = tmp_path_factory.mktemp("translator")
    pieces.SentencePieceTrainer.train(
        sentence_iterator=iter([*LEARNT, *LEARNT.values()] * 20),
        model_prefix=str(folder / "sentencepiece.bpe"),
        vocab_size=80,
        hard_vocab_limit=False,
        minloglevel=2,
    )
    (folder / "sentencepiece.bpe.vocab").unlink()
    settings = {"tokenizer_class": "MBart50Tokenizer", "model_max_length": 1024}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    tokenizer = MBart50Tokenizer.from_pretrained(folder, src_lang="ko_KR", tgt_lang="en_XX")
    torch.manual_seed(0)
    size = {"d_model": 32, "encoder_layers": 1, "decoder_layers": 1, "max_position_embeddings": 64}
    heads = {"encoder_attention_heads": 2, "decoder_attention_heads": 2}
    wide = {"encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "dropout": 0.0}
    starts = {"decoder_start_token_id": 2, "forced_eos_token_id": 2}
    model = MBartForConditionalGeneration(
        MBartConfig(vocab_size=len(tokenizer), **size, **heads, **wide, **starts)
    )
    batch = tokenizer(
        list(LEARNT), text_target=list(LEARNT.values()), return_tensors="pt", padding=True
    )
    batch["labels"] = batch["labels"].masked_fill(batch["labels"] == tokenizer.pad_token_id, -100)
    steps = torch.optim.Adam(model.parameters(), 5e-3)
    for _ in range(150):
        steps.zero_grad()
        model(**batch).loss.backward()
        steps.step()
    model.generation_config.max_length = 8  # as old configurations limit it
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def lora_file():
    """Write a LoRA of rank 4 as diffusers' training script does."""
    return write_lora


def write_lora(folder, checkpoint, text_prefix="text_model."):
    """Write a LoRA of rank 4 as diffusers' training script does, for denoiser and text encoder."""
    import torch
    from safetensors.torch import save_file

    from ksd_eval.models.pipelines import DiffusersModel

    torch.manual_seed(7)
    model = DiffusersModel(str(checkpoint), steps=1)
    parts = model._loaded._pipeline
    state = {}
    for module, owner in (("unet", parts.unet), ("text_encoder", parts.text_encoder)):
        for name, layer in owner.named_modules():
            if name.endswith(("to_q", "to_v", "q_proj", "v_proj")):
                own = name.removeprefix("text_model.")
                where = f"{module}.{name if module == 'unet' else text_prefix + own}"
                state[f"{where}.lora_A.weight"] = torch.randn(4, layer.in_features) * 0.3
                state[f"{where}.lora_B.weight"] = torch.randn(layer.out_features, 4) * 0.3
    save_file(state, folder / "pytorch_lora_weights.safetensors", {"format": "pt"})
    return folder


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
            *("analysis.resamples=20", "execution.workers=1"),
            f"execution.results_dir={tmp_path / 'results'}",
        ]
        experiment = built(composed(["experiment=language", *small, *words]))
        return pipeline.run(experiment), experiment

    return run
