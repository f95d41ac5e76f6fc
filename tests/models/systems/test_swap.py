"""The Korean model as published, the recipe done here, and a LoRA on top."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ksd_eval.models.lora import Lora
from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.models.swap import TextEncoder, tensors
from ksd_eval.records import Request

REQUEST = Request("의사 사진", 3)
SD15 = "stable-diffusion-v1-5/stable-diffusion-v1-5"
KOREAN_SD = "Bingsu/my-korean-stable-diffusion-v1-5"
KOREAN_CLIP = "Bingsu/clip-vit-large-patch14-ko"


def pixels(model, request=REQUEST):
    [picture] = model.paint([request], 1)
    return np.asarray(picture.image).tobytes()


def swap(checkpoint, clip, **more):
    return DiffusersModel(str(checkpoint), steps=2, changes={"e": TextEncoder(str(clip), **more)})


def test_the_recipe_done_here_paints_what_the_published_model_paints(checkpoint, clip, published):
    ours = swap(checkpoint, clip)
    assert pixels(ours) == pixels(DiffusersModel(str(published), steps=2))
    assert pixels(ours) != pixels(DiffusersModel(str(checkpoint), steps=2))


def test_a_pickle_of_old_names_is_the_same_tower(clip, published):
    ours = tensors(clip)
    assert len(ours) == 2 + 4 * 16 + 2  # embeddings, four layers, the last norm
    assert ours == tensors(published / "text_encoder")


def test_the_comparison_is_said_and_one_changed_tensor_is_found(clip, published, tmp_path):
    import torch

    def remark(folder):
        [said] = TextEncoder(str(clip), published=str(folder)).remarks()
        return said

    assert remark(published).endswith("all 68 tensors are equal")
    other = shutil.copytree(published, tmp_path / "other")
    file = other / "text_encoder" / "pytorch_model.bin"
    state = torch.load(file, weights_only=True)
    state["text_model.final_layer_norm.bias"][0] += 1e-6
    torch.save(state, file)
    assert "1 of 68 tensors are unlike, the first final_layer_norm.bias" in remark(other)


def test_nothing_is_compared_where_the_published_model_is_not(cache, clip):
    assert TextEncoder(str(clip), published=KOREAN_SD, published_revision="main").remarks() == []


def test_identities_tell_the_swap_and_both_commits(filled):
    def identity(**changes):
        return DiffusersModel(SD15, "main", changes=changes).identity()

    plain = identity()
    swapped = identity(e=TextEncoder(KOREAN_CLIP, "main"))
    assert plain["commit"] == swapped["commit"] == swapped["changes"]["e"]["commit"]
    assert len(plain["commit"]) == 40
    assert plain["components"].keys() - swapped["components"] == {"text_encoder", "tokenizer"}
    korean = DiffusersModel(KOREAN_SD, "main").identity()
    assert korean["commit"] != plain["commit"]
    assert korean["components"]["vae"] != ""
    assert json.loads(json.dumps(swapped)) == swapped


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("vocabulary", "embedding rows; they are not of one model"),
        ("end", "give the end of text the last one"),
        ("other end", "for the end of text, and the tokenizer .* writes"),
        ("width", "is 64 wide and the denoiser .* attends to 128; choose an encoder"),
        ("long", "up to 512 tokens, and the text encoder .* has 77 positions"),
        ("no weights", "lacks weights, so no model of transformers"),
        ("no configuration", "lacks config.json, so no model"),
    ],
)
def test_a_wrong_swap_is_refused_before_a_tensor_is_read(
    checkpoint, clip, tmp_path, edited, fault, sentence
):
    folder = shutil.copytree(clip, tmp_path / "clip")
    configuration = json.loads((folder / "config.json").read_text())["text_config"]
    end = configuration["eos_token_id"]
    if fault == "vocabulary":  # the English tokenizer beside the Korean tower
        for file in (checkpoint / "tokenizer").iterdir():
            shutil.copy(file, folder)
    elif fault == "end":  # as the configurations of 2022 have it, which read at the highest id
        edited(folder / "config.json", text_config=configuration | {"eos_token_id": 2})
        edited(folder / "tokenizer_config.json", eos_token="<|startoftext|>")
        (folder / "special_tokens_map.json").unlink(missing_ok=True)
    elif fault == "other end":
        edited(folder / "config.json", text_config=configuration | {"eos_token_id": end - 5})
    elif fault == "width":
        edited(folder / "config.json", text_config=configuration | {"hidden_size": 64})
    elif fault == "long":
        edited(folder / "tokenizer_config.json", model_max_length=512)
    elif fault == "no weights":
        (folder / "model.safetensors").unlink()
    else:
        (folder / "config.json").unlink()
    with pytest.raises((ValueError, FileNotFoundError), match=sentence):
        swap(checkpoint, folder).identity()
    swap(checkpoint, clip).identity()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("end", "give the end of text the last one"),
        ("other end", "for the end of text, and the tokenizer .* writes"),
        ("rows", "embedding rows; they are not of one model"),
    ],
)
def test_what_was_published_so_and_paints_is_remarked_upon(
    published, tmp_path, edited, fault, sentence
):
    """The sentence vector, which these would spoil, is none that Stable Diffusion 1 paints by."""
    folder = shutil.copytree(published, tmp_path / "published")
    configuration = json.loads((folder / "text_encoder" / "config.json").read_text())
    end = configuration["eos_token_id"]
    if fault == "end":
        edited(folder / "text_encoder" / "config.json", eos_token_id=2)
        edited(folder / "tokenizer" / "tokenizer_config.json", eos_token="<|startoftext|>")
        (folder / "tokenizer" / "special_tokens_map.json").unlink(missing_ok=True)
    elif fault == "other end":
        edited(folder / "text_encoder" / "config.json", eos_token_id=end - 5)
    else:
        edited(folder / "text_encoder" / "config.json", vocab_size=end + 1000)
    model = DiffusersModel(str(folder), steps=1)
    assert model.needs()[0].ready
    assert model.identity()
    assert any(re.search(sentence, remark) for remark in model.remarks())
    assert not any(re.search(sentence, one) for one in DiffusersModel(str(published)).remarks())


def test_fewer_rows_than_entries_are_refused_whoever_published_them(published, tmp_path, edited):
    folder = shutil.copytree(published, tmp_path / "published")
    edited(folder / "text_encoder" / "config.json", vocab_size=10)
    with pytest.raises(ValueError, match="embedding rows; they are not of one model"):
        DiffusersModel(str(folder)).identity()


def test_an_end_of_text_of_2_is_right_where_the_end_has_the_highest_id(
    checkpoint, clip, tmp_path, edited
):
    folder = shutil.copytree(clip, tmp_path / "clip")
    configuration = json.loads((folder / "config.json").read_text())["text_config"]
    edited(folder / "config.json", text_config=configuration | {"eos_token_id": 2})
    assert pixels(swap(checkpoint, folder)) == pixels(swap(checkpoint, clip))


def test_a_tower_that_lacks_a_tensor_is_refused(checkpoint, clip, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(clip, tmp_path / "clip")
    state = load_file(folder / "model.safetensors")
    del state["text_model.final_layer_norm.weight"]
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ValueError, match=r"has no weights for 1 tensors .*final_layer_norm"):
        swap(checkpoint, folder).paint([REQUEST], 1)


def test_a_lora_changes_denoiser_and_text_encoder_by_its_scale(checkpoint, lora_file, tmp_path):
    pytest.importorskip("peft")
    import torch

    lora_file(tmp_path, checkpoint)
    plain = DiffusersModel(str(checkpoint), steps=2)

    def model(scale):
        return DiffusersModel(
            str(checkpoint), steps=2, changes={"lora": Lora(str(tmp_path), scale=scale)}
        )

    assert pixels(model(0.0)) == pixels(plain)
    assert len({pixels(plain), pixels(model(0.5)), pixels(model(1.0))}) == 3
    assert model(0.5).identity() != model(1.0).identity()
    # The layers of the text encoder were named otherwise when most LoRAs were written.
    plain_text, text = (
        one._loaded._encoded("의사", None)["prompt_embeds"] for one in (plain, model(1.0))
    )
    assert not torch.equal(plain_text, text)
    layer = plain._loaded._pipeline.unet.mid_block.attentions[0].transformer_blocks[0].attn1.to_q
    wrapped = model(0.5)._loaded._pipeline.unet.mid_block.attentions[0].transformer_blocks[0]
    a, b = (wrapped.attn1.to_q.lora_A["lora"].weight, wrapped.attn1.to_q.lora_B["lora"].weight)
    given = torch.randn(1, layer.in_features)
    with torch.no_grad():
        wanted = layer(given) + 0.5 * given @ a.T @ b.T
        assert torch.allclose(wrapped.attn1.to_q(given), wanted, atol=1e-5)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_lora_for_another_pipeline_is_refused(checkpoint, tmp_path):
    pytest.importorskip("peft")
    import torch
    from safetensors.torch import save_file

    state = {"unet.no.such.layer.lora_A.weight": torch.ones(4, 8)}
    state |= {"unet.no.such.layer.lora_B.weight": torch.ones(8, 4)}
    save_file(state, tmp_path / "pytorch_lora_weights.safetensors", {"format": "pt"})
    model = DiffusersModel(str(checkpoint), steps=1, changes={"lora": Lora(str(tmp_path))})
    with pytest.raises(ValueError, match=r"place for|target"):
        model.paint([REQUEST], 1)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("no/such/lora", "is neither file nor folder"), (".", "holds no pytorch_lora_weights")],
)
def test_a_lora_that_is_not_there_is_missed_in_a_sentence(checkpoint, tmp_path, path, sentence):
    pytest.importorskip("peft")
    there = str(tmp_path) if path == "." else path
    model = DiffusersModel(str(checkpoint), changes={"lora": Lora(there)})
    with pytest.raises(FileNotFoundError, match=sentence):
        model.identity()


ARMS = "arms=[korean,english,original]"


@pytest.mark.parametrize("name", ["korean_sd", "korean_swap"])
def test_the_experiment_runs_offline_from_the_cache(filled, painted, name):
    folder, experiment = painted(f"model={name}", ARMS)
    images = pd.read_parquet(folder / "images.parquet")
    assert set(images["arm"]) == {f"{name}/ko", f"{name}/en", "sd15/en"}
    assert len(images) == 6
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    identities = manifest["identities"]["models"]
    for each in (name, "sd15"):
        assert identities[each]["scheduler"]["class"] == "EulerAncestralDiscreteScheduler"
        assert (identities[each]["steps"], identities[each]["guidance"]) == (25, 7.5)
        assert len(identities[each]["commit"]) == 40
    for file in Path(experiment.settings.results_dir).glob("images/*/*.png"):
        with Image.open(file) as picture:
            picture.load()
            recipe = json.loads(picture.info["recipe"])
        assert len(recipe["model"]["commit"]) == 40
        assert recipe["given"]["text"] == recipe["prompt"]
    assert set(images["truncated"]) == {False}
    assert images["tokens"].between(3, 40).all()


def test_any_checkpoint_of_a_folder_or_the_cache_can_be_asked(filled, painted, checkpoint):
    asked = ["model=hub", "model.pipeline.steps=2"]
    of_folder, _ = painted(*asked, f"model.pipeline.repo={checkpoint}")
    of_cache, _ = painted(*asked, f"model.pipeline.repo={SD15}", "model.pipeline.revision=main")
    one, other = (pd.read_parquet(each / "images.parquet") for each in (of_folder, of_cache))
    assert list(one["arm"].unique()) == ["hub/ko", "hub/en"]
    assert list(one["sha256"]) == list(other["sha256"])
