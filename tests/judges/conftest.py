import json

import numpy as np
import pytest
from PIL import Image

SHAPES = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 64, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 600,
        "width": 32,
        "heads": 2,
        "layers": 1,
        "hf_tokenizer_name": "in this folder",
    },
}
LOOK = {"mean": [0.5] * 3, "std": [0.5] * 3}
WORDS = [
    "a photo of a doctor",
    "a photo of a doctor",
    "a red cube",
    "a Korean house",
    "의사 사진",
    "빨간 정육면체",
]


def write(home, model, shapes):
    """Write a model in the files that open_clip itself would write."""
    from safetensors.torch import save_file

    weights = {name: weight.contiguous() for name, weight in model.state_dict().items()}
    save_file(weights, home / "open_clip_model.safetensors")
    about = {"model_cfg": shapes, "preprocess_cfg": LOOK}
    (home / "open_clip_config.json").write_text(json.dumps(about))


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A CLIP with random weights, in open_clip's format."""
    import open_clip
    import torch

    from ksd_eval.miniature.tokenizers import train

    home = tmp_path_factory.mktemp("judge")
    train(WORDS, 600, home)
    torch.manual_seed(0)
    write(home, open_clip.CLIP(**json.loads(json.dumps(SHAPES))), SHAPES)
    return str(home)


@pytest.fixture(scope="session")
def multilingual(tmp_path_factory):
    """A CLIP whose text tower is an XLM-R, with random weights, in open_clip's format."""
    import open_clip
    import torch
    from transformers import XLMRobertaConfig

    from ksd_eval.miniature.tokenizers import train

    home = tmp_path_factory.mktemp("multilingual")
    train(WORDS, 600, home)
    size = {"hidden_size": 32, "intermediate_size": 64, "max_position_embeddings": 80}
    depth = {"num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 600}
    XLMRobertaConfig(**size, **depth).save_pretrained(home)
    text = {"hf_model_name": str(home), "hf_tokenizer_name": "in this folder"}
    shapes = SHAPES | {"text_cfg": text | {"hf_pooler_type": "mean_pooler"}}
    torch.manual_seed(0)
    parts = json.loads(json.dumps(shapes))
    parts["text_cfg"]["hf_model_pretrained"] = False
    write(home, open_clip.CustomTextCLIP(**parts), shapes)
    return str(home)


@pytest.fixture(scope="session")
def images():
    rng = np.random.default_rng(0)
    blocks = rng.integers(0, 256, (4, 8, 8, 3), dtype=np.uint8)
    return [Image.fromarray(block).resize((64, 64), Image.Resampling.NEAREST) for block in blocks]
