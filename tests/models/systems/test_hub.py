"""Whatever keeps a checkpoint from being had is said in one sentence, with the cure."""

import json
import shutil
from fnmatch import fnmatch
from types import SimpleNamespace

import pytest
from huggingface_hub import constants, errors

from ksd_eval.models import checkpoints, hub
from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.records import Request

REPO = "owner/name"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_a_commit_a_branch_and_the_files_name_one_checkpoint(cache, checkpoint):
    snapshot = cache.put(REPO, checkpoint)
    assert checkpoints.locate(REPO, "main") == checkpoints.locate(REPO, COMMIT) == snapshot
    identity = DiffusersModel(REPO, "main").identity()
    assert identity["commit"] == COMMIT
    assert identity == DiffusersModel(REPO, COMMIT).identity()
    of_folder = DiffusersModel(str(checkpoint)).identity()
    assert "commit" not in of_folder
    assert of_folder["components"] == identity["components"]


def test_a_branch_is_said_to_be_a_commit_and_a_commit_is_not_said(cache, checkpoint):
    cache.put(REPO, checkpoint)
    [said] = DiffusersModel(REPO, "main").remarks()
    assert (
        said == f"owner/name at 'main' is the commit {COMMIT}; give that to have it again elsewhere"
    )
    assert DiffusersModel(REPO, COMMIT).remarks() == []


def test_the_repository_that_is_gone_is_found_under_its_new_name(cache, checkpoint, caplog):
    cache.put("stable-diffusion-v1-5/stable-diffusion-v1-5", checkpoint)
    hub.current.cache_clear()
    assert DiffusersModel("runwayml/stable-diffusion-v1-5", "main").identity()["commit"] == COMMIT
    assert "runwayml/stable-diffusion-v1-5 is gone; the same weights are taken from" in caplog.text


def test_a_cache_that_lacks_a_file_is_not_taken_for_whole(cache, checkpoint):
    snapshot = cache.put(REPO, checkpoint)
    (snapshot / "unet" / "diffusion_pytorch_model.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match=r"not whole in the cache .*unet lacks its weights"):
        checkpoints.locate(REPO, "main")


def test_a_link_to_a_blob_that_is_gone_is_a_missing_file(cache, checkpoint, tmp_path):
    snapshot = cache.put(REPO, checkpoint)
    file = snapshot / "vae" / "diffusion_pytorch_model.safetensors"
    file.unlink()
    file.symlink_to(tmp_path / "blobs" / "gone")
    with pytest.raises(FileNotFoundError, match=r"vae lacks its weights"):
        checkpoints.locate(REPO, "main")


def test_a_piece_that_an_index_names_must_be_there(checkpoint, tmp_path):
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    whole = folder / "unet" / "diffusion_pytorch_model.safetensors"
    whole.rename(whole.with_name("diffusion_pytorch_model-00001-of-00002.safetensors"))
    pieces = {"a": "diffusion_pytorch_model-00001-of-00002.safetensors"}
    pieces |= {"b": "diffusion_pytorch_model-00002-of-00002.safetensors"}
    index = whole.with_name(f"{whole.name}.index.json")
    index.write_text(json.dumps({"weight_map": pieces}))
    with pytest.raises(FileNotFoundError, match="unet lacks diffusion_pytorch_model-00002-of"):
        checkpoints.anatomy(folder)


def _raised(kind):
    response = SimpleNamespace(headers={}, request=None, status_code=403)
    return kind("no\nand much more", response=response)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (_raised(errors.GatedRepoError), r"accept its terms on https://huggingface.co/owner/name"),
        (_raised(errors.RepositoryNotFoundError), r"is not on the hub, or is private"),
        (_raised(errors.RevisionNotFoundError), r"is not there: give a commit, tag or branch"),
        (ConnectionError("no way\nand more"), r"fetched: no way; connect .*hf download owner/name"),
        (OSError(28, "No space left"), r"does not fit the disk of .*make room, or set HF_HOME"),
    ],
)
def test_every_refusal_of_the_hub_is_one_sentence(cache, monkeypatch, error, sentence):
    import huggingface_hub

    def refused(*_, **__):
        raise error

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", refused)
    with pytest.raises(FileNotFoundError, match=sentence) as caught:
        DiffusersModel(REPO, "abc").identity()
    assert "\n" not in str(caught.value)


def test_without_a_network_the_sentence_says_so(cache):
    with pytest.raises(FileNotFoundError, match="is not in the cache, and could not be fetched"):
        DiffusersModel(REPO, "main").identity()


def test_only_the_files_that_are_opened_are_fetched(cache, checkpoint, monkeypatch):
    import huggingface_hub

    snapshot = cache.put(REPO, checkpoint)
    names = [
        path.relative_to(snapshot).as_posix() for path in snapshot.rglob("*") if path.is_file()
    ]
    more = ["unet/diffusion_pytorch_model.bin", "unet/diffusion_pytorch_model.fp16.safetensors"]
    more += ["v1-5-pruned.ckpt", "README.md", "unet/unet.py", "onnx/model.onnx"]
    asked = {}

    def fetched(repo, revision, allow_patterns, cache_dir):
        asked[repo] = allow_patterns
        return str(snapshot)

    files = [SimpleNamespace(rfilename=name) for name in [*names, *more]]
    info = SimpleNamespace(siblings=files)
    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", lambda *_, **__: info)
    monkeypatch.setattr(hub, "cached", lambda *_: None)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetched)
    checkpoints.locate(REPO, "main")
    assert sorted(asked[REPO]) == sorted(names)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"_class_name": ["pipeline", "Mine"]},
            r"the pipeline is \['pipeline', 'Mine'\], which is",
        ),
        ({"_class_name": "MinePipeline"}, "the pipeline is 'MinePipeline', which is no class"),
        ({"unet": ["mine", "MyUNet"]}, "the component 'unet' is 'mine.MyUNet', which is no class"),
    ],
)
def test_code_of_a_repository_is_refused_and_not_run(
    cache, checkpoint, tmp_path, edited, change, sentence
):
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    edited(folder / "model_index.json", **change)
    for name in ("pipeline.py", "unet/mine.py"):
        (folder / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    cache.put(REPO, folder)
    for model in (DiffusersModel(str(folder)), DiffusersModel(REPO, "main")):
        with pytest.raises(ValueError, match=sentence):
            model.identity()
    assert not (tmp_path / "ran").exists()


class _Code:
    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return open, (self.file, "w")


def test_a_pickle_that_brings_code_is_refused_and_not_run(published, tmp_path):
    import torch

    folder = shutil.copytree(published, tmp_path / "copy")
    file = folder / "text_encoder" / "pytorch_model.bin"
    state = torch.load(file, weights_only=True)
    torch.save(state | {"code": _Code(str(tmp_path / "ran"))}, file)
    model = DiffusersModel(str(folder), steps=1)
    with pytest.raises(ValueError, match="copy could not be loaded"):
        model.paint([Request("a doctor", 1)], 1)
    assert not (tmp_path / "ran").exists()


def test_a_pickle_is_said_to_be_one(published):
    [said] = DiffusersModel(str(published)).remarks()
    assert "text_encoder/pytorch_model.bin is a pickle and no safetensors" in said


def test_a_prompt_that_is_cut_is_counted(checkpoint, caplog):
    model = DiffusersModel(str(checkpoint), steps=1)
    long = "a doctor " * 60
    short, cut = model.paint([Request("a doctor", 1), Request(long, 1)], 2)
    assert (short.given.truncated, cut.given.truncated) == (False, True)
    assert short.given.tokens < 10 < 77 < cut.given.tokens
    assert caplog.text == ""


def test_a_file_in_a_folder_of_a_repository_is_found_from_the_repositorys_own(cache, checkpoint):
    snapshot = cache.put(REPO, checkpoint)
    assert hub.cached(REPO, "main", "unet/config.json") == snapshot
    assert hub.cached(REPO, "main", "model_index.json") == snapshot
    assert hub.cached(REPO, "main", "unet/nothing.json") is None


def test_the_cure_fetches_nothing_that_is_never_read():
    names = ["model.ckpt", "unet/model.fp16.safetensors", "v1-5-pruned.safetensors"]
    needed = ["unet/diffusion_pytorch_model.safetensors", "tokenizer/vocab.json"]
    said = hub.download(REPO, "main", "model_index.json")
    assert all(f"--exclude '{pattern}'" in said for pattern in hub.NEVER)
    assert all(any(fnmatch(name, pattern) for pattern in hub.NEVER) for name in names)
    assert not any(fnmatch(name, pattern) for name in needed for pattern in hub.NEVER)
