"""What each family of plug-ins says that it needs, with it and without it."""

import pytest
from PIL import Image

from ksd_eval.judges import ocr_text, weights
from ksd_eval.judges.copy_detection import CopyDetection
from ksd_eval.judges.dino import FILES, DinoFeatures
from ksd_eval.judges.inception import FILE, Inception
from ksd_eval.judges.ocr_text import OcrText
from ksd_eval.judges.picture_files import PictureFiles
from ksd_eval.models import lora
from ksd_eval.models.folder import FolderPictures
from ksd_eval.models.lora import Lora
from ksd_eval.models.pipelines import DiffusersModel
from ksd_eval.models.swap import TextEncoder
from ksd_eval.models.translation import SequenceTranslator
from ksd_eval.needs import needs_of


def lacking(plugin):
    return {need.what: need.lacking for need in needs_of(plugin, "it") if not need.ready}


def test_a_folder_of_weights(cache, tmp_path):
    of_hub = DinoFeatures()
    assert lacking(of_hub) == {
        "facebook/dinov2-base": "its config.json is not in the hub's cache",
    }
    [need] = of_hub.needs()
    assert need.cure == (
        "`hf download facebook/dinov2-base --include '*.json' --include '*.txt' "
        "--include 'model.safetensors'`"
    )
    folder = tmp_path / "dino"
    assert lacking(DinoFeatures(str(folder))) == {
        str(folder): f"{folder / 'config.json'} is not there"
    }
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text("12345")
    [need] = DinoFeatures(str(folder)).needs()
    assert (need.ready, need.size) == (True, 15)


def test_a_file_of_torchs_hub(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(weights, "version_of", lambda name: "0.4")
    assert list(lacking(Inception())) == [FILE]
    (tmp_path / "hub" / "checkpoints").mkdir(parents=True)
    (tmp_path / "hub" / "checkpoints" / FILE).touch()
    assert lacking(Inception()) == {}


def test_a_program_with_its_languages(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "version_of", lambda name: "3.10")
    monkeypatch.setattr(ocr_text, "_tesseract", lambda program: (None, None))
    assert lacking(OcrText()) == {"tesseract": "it is not installed"}
    monkeypatch.setattr(ocr_text, "_tesseract", lambda program: ("tesseract 5", tmp_path))
    (tmp_path / "eng.traineddata").touch()
    assert lacking(OcrText()) == {"Tesseract's kor": f"it is not in {tmp_path}"}
    (tmp_path / "kor.traineddata").touch()
    assert lacking(OcrText()) == {}


def test_pictures_of_the_users_own(tmp_path):
    [(_, why)] = lacking(PictureFiles(str(tmp_path))).items()
    assert "holds no pictures" in why
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert lacking(PictureFiles(str(tmp_path))) == {}
    [(_, why)] = lacking(FolderPictures(str(tmp_path))).items()
    assert "cannot be read" in why
    (tmp_path / "pictures.csv").write_text("pair_id,language,replicate,file\na,ko,0,a.png\n")
    assert lacking(FolderPictures(str(tmp_path))) == {}


def test_an_index_and_what_a_judge_is_made_of(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    index = str(tmp_path / "index.npz")
    judge = CopyDetection(PictureFiles("nowhere"), index=index)
    assert lacking(judge).keys() == {index, "nowhere"}
    (tmp_path / "index.npz").touch()
    assert lacking(CopyDetection(PictureFiles(str(tmp_path)), index=index)) == {}


def test_a_model_needs_its_changes_too(cache, tmp_path, monkeypatch):
    cache.put("owner/model")
    swap = TextEncoder("owner/clip", "main")
    model = DiffusersModel("owner/model", "main", changes={"encoder": swap})
    assert lacking(model) == {"owner/clip": "it is not in the hub's cache"}
    (cache.put("owner/clip") / "config.json").write_text("{}")  # a configuration, and no weights
    assert "lacks weights" in lacking(model)["owner/clip"]
    changed = DiffusersModel("owner/model", "main", changes={"lora": Lora(str(tmp_path / "no"))})
    [(_, why)] = lacking(changed).items()
    assert "is neither file nor folder" in why
    monkeypatch.setattr(lora, "find_spec", lambda name: None)
    assert "peft" in lacking(changed)


def test_a_translator_needs_what_reads_its_tokenizer(cache, monkeypatch):
    translator = SequenceTranslator("owner/translator", "main")
    assert lacking(translator) == {"owner/translator": "it is not in the hub's cache"}
    place = cache.put("owner/translator")
    (place / "config.json").write_text("{}")
    (place / "model.safetensors").write_bytes(b"x")
    (place / "sentencepiece.bpe.model").touch()
    assert lacking(translator) == {}
    from ksd_eval.models import checkpoints

    monkeypatch.setattr(checkpoints, "find_spec", lambda name: None)
    [(_, why)] = lacking(translator).items()
    assert "sentencepiece is not installed" in why


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (DiffusersModel("owner/name"), "it has no revision"),
        (DiffusersModel("not a folder"), "is no folder"),
        (DiffusersModel("package:none"), "names no weights in the package"),
    ],
)
def test_a_model_that_is_named_wrongly_is_never_fetched(cache, model, why):
    [need] = [need for need in needs_of(model, "it") if not need.ready]
    assert why in need.lacking
    assert need.stops
    assert not need.fetched
