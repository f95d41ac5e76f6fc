import builtins
import json

import pytest
from huggingface_hub import DatasetCard

import ksd_eval
from ksd_eval.__main__ import main
from ksd_eval.exporting import card, command
from ksd_eval.exporting.dataset import ExportError

datasets = pytest.importorskip("datasets")

PACKAGED = {
    "name": "miniature",
    "pipeline": {"_target_": "ksd_eval.models.pipelines.DiffusersModel", "repo": "package:mini"},
}


@pytest.fixture
def folder(made):
    return made("a", pictures=True)


def read(path, cache):
    files = {"train": sorted(str(one) for one in (path / "data").glob("*.parquet"))}
    return datasets.load_dataset("parquet", data_files=files, split="train", cache_dir=str(cache))


def test_every_picture_is_there_with_what_is_known_of_it(folder):
    run = ksd_eval.load_run(folder)
    found = run.to_dataset()
    assert len(found) == len(run.images) == 48
    assert found["image_id"] == list(run.images["image_id"])
    one, row = found[3], run.images.iloc[3]
    assert one["picture"].convert("RGB").tobytes() == run.picture(row["image_id"]).tobytes()
    for name in ("prompt", "language", "arm", "role", "replicate"):
        assert one[name] == row[name]
    assert (one["pair"], one["seed"]) == (row["pair_id"], str(row["seed"]))
    assert one["attributes"] == {"kind": "odd"}
    assert one["flagged"] is None
    said = {(each["judge"], each["name"]): each for each in one["measurements"]}
    assert said.keys() == {("reader", "gender"), ("reader", "likeness")}
    assert said["reader", "gender"]["label"] in ("woman", "man")
    assert said["reader", "gender"]["value"] is None
    assert said["reader", "likeness"]["value"] == 0.0


def test_what_is_exported_is_read_back_the_same(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "SHARD", 20)
    out = tmp_path / "out"
    assert main(["export", f"run={folder}", f"to={out}"]) == 0
    assert "48 pictures of bias/a" in capsys.readouterr().out
    assert [path.name for path in sorted((out / "data").iterdir())] == [
        f"train-0000{place}-of-00003.parquet" for place in range(3)
    ]
    found, expected = read(out, tmp_path / "cache"), ksd_eval.load_run(folder).to_dataset()
    assert found.features == expected.features
    assert found.remove_columns("picture").to_list() == expected.remove_columns("picture").to_list()
    assert found[5]["picture"].tobytes() == expected[5]["picture"].tobytes()
    # The recipe of a picture stays within it.
    assert json.loads(found[0]["picture"].info["recipe"])["prompt"] == "pair-000"


@pytest.mark.parametrize(
    ("options", "licence"),
    [({}, "unknown"), ({"license": "openrail"}, "openrail")],
    ids=str,
)
def test_the_card_says_what_painted_what(folder, tmp_path, options, licence):
    out = tmp_path / "out"
    words = [f"{name}={value}" for name, value in options.items()]
    main(["export", f"run={folder}", f"to={out}", *words])
    found = DatasetCard((out / "README.md").read_text(encoding="utf-8"))
    assert found.data.license == licence
    assert found.data.language == ["ko", "en"]
    assert found.data.size_categories == ["n<1K"]
    assert "| `painter/ko` | korean | 24 | repo `someone/painter`, steps `20` |" in found.text
    assert "Nothing here is a photograph" in found.text
    assert "- `reader` (reader): gender, likeness" in found.text
    assert "`python -m ksd_eval experiment=bias`" in found.text


def test_pictures_of_our_own_models_have_our_licence(made):
    arms = {"arms": {"korean": "miniature/ko", "english": "miniature/en"}}
    own = ksd_eval.load_run(made("a", model=PACKAGED, manifest=arms))
    assert card.written(own).data.license == "apache-2.0"
    beside = {"name": "other", "pipeline": {"repo": "someone/else"}}
    arms["arms"]["original"] = "other/en"
    mixed = made("b", model={**PACKAGED, "counterpart": beside}, manifest=arms)
    assert card.written(ksd_eval.load_run(mixed)).data.license == "unknown"


@pytest.mark.parametrize("wrapped", [False, True])
def test_with_weights_of_somebody_on_top_pictures_are_not_ours(made, wrapped):
    lora = {"_target_": "ksd_eval.models.lora.Lora", "path": "someone/lora"}
    pipeline = PACKAGED["pipeline"] | {"changes": {"lora": lora}}
    if wrapped:
        target = "ksd_eval.models.translated.TranslatedModel"
        pipeline = {"_target_": target, "pipeline": pipeline}
    arms = {"arms": {"korean": "miniature/ko", "english": "miniature/en"}}
    run = made("a", model={"name": "miniature", "pipeline": pipeline}, manifest=arms)
    assert card.written(ksd_eval.load_run(run)).data.license == "unknown"
    pipeline = PACKAGED["pipeline"] | {"changes": {}}
    run = made("b", model={"name": "miniature", "pipeline": pipeline}, manifest=arms)
    assert card.written(ksd_eval.load_run(run)).data.license == "apache-2.0"


def test_without_the_library_it_says_how_to_get_it(folder, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **options):
        if name == "datasets":
            raise ImportError(name)
        return real(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ExportError, match=r"pip install 'ksd-eval\[export\]'"):
        ksd_eval.load_run(folder).to_dataset()


def test_a_folder_that_holds_something_is_left_alone(folder, tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep me")
    assert main(["export", f"run={folder}", f"to={tmp_path}"]) == 2
    assert "holds something already" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "keep me"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "export needs run=…; python -m ksd_eval export --help says what it is"),
        (["run=x"], "export needs to=…"),
        (["run=no/such", "to=y"], "there is no folder 'no/such'"),
        (["licence=mit"], "unknown option of export 'licence', did you mean 'license'?"),
    ],
    ids=str,
)
def test_a_mistake_is_one_sentence_and_exit_code_2(words, sentence, capsys):
    assert main(["export", *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("role", ["korean", "english"])
def test_of_pictures_from_a_folder_nobody_says_that_they_are_painted(made, role):
    """A camera may have made them."""
    given = {"_target_": "ksd_eval.models.folder.FolderPictures", "path": "pictures"}
    nodes = {
        "korean": {"name": "mine", "pipeline": given},
        "english": {**PACKAGED, "counterpart": {"name": "mine", "pipeline": given}},
    }
    text = card.written(ksd_eval.load_run(made("a", model=nodes[role]))).text
    assert "Nothing here is a photograph" not in text
    assert "no row is of a person" not in text
    assert "Those of `mine` were not painted by the package" in text


def test_a_picture_that_is_lost_stops_the_export_and_leaves_nothing(
    folder, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(command, "SHARD", 5)
    run, out = ksd_eval.load_run(folder), tmp_path / "out"
    lost = run.path(run.images["image_id"][7])
    kept = lost.read_bytes()
    lost.unlink()
    assert main(["export", f"run={folder}", f"to={out}"]) == 2
    assert "is not there, or is damaged" in capsys.readouterr().err
    assert list(out.iterdir()) == []
    lost.write_bytes(kept)
    assert main(["export", f"run={folder}", f"to={out}"]) == 0
    assert len(read(out, tmp_path / "cache")) == 48
