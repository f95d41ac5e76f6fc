"""Pictures that are there already: the painter's, put into a folder as anyone's would be."""

import json
import pickle

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from ksd_eval import pipeline
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.experiment import PlanError, planned
from ksd_eval.models.folder import FolderPictures
from ksd_eval.models.planted import Planted
from ksd_eval.prompts.table import TablePrompts
from ksd_eval.records import Request, noise_seed

HEAD = "pair_id,language,replicate,file"


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes a table and the pictures that it names."""

    def write(*lines, head=HEAD, draw=True):
        (tmp_path / "pictures.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        for number, line in enumerate(lines):
            cells = line.split(",")
            if draw and len(cells) > 3 and cells[3]:
                Image.new("RGB", (8, 8), (number * 40, 0, 0)).save(tmp_path / cells[3])
        return FolderPictures(str(tmp_path))

    return write


def test_a_picture_is_found_by_pair_language_and_replicate(folder):
    model = folder("a,ko,0,1.png", "a,en,0,2.png", "a,ko,1,3.png")
    names = model.supplied([("a", "ko", 1), ("a", "en", 0)])
    asked = [Request("의사", 1, picture=names[0]), Request("a doctor", 2, picture=names[1])]
    pictures = model.paint(asked, 4)
    assert [one.image.getpixel((0, 0))[0] for one in pictures] == [80, 40]
    assert [one.given.text for one in pictures] == ["의사", "a doctor"]
    assert pickle.loads(pickle.dumps(model)) == model


def test_what_a_service_made_of_the_prompt_is_kept(folder):
    model = folder("a,ko,0,1.png,a lavish doctor", head=f"{HEAD},given")
    [name] = model.supplied([("a", "ko", 0)])
    assert model.paint([Request("의사", 1, picture=name)], 1)[0].given.text == "a lavish doctor"


def test_a_camera_that_was_held_upright_is_heeded(folder, tmp_path):
    model = folder("a,ko,0,1.jpg", draw=False)
    turned = Image.Exif()
    turned[0x0112] = 6  # turn a quarter clockwise
    Image.new("RGB", (8, 4)).save(tmp_path / "1.jpg", exif=turned)
    [name] = model.supplied([("a", "ko", 0)])
    assert model.paint([Request("", 1, picture=name)], 1)[0].image.size == (4, 8)


def test_the_identity_is_that_of_the_files(folder, tmp_path):
    model = folder("a,ko,0,1.png", "b,ko,0,2.png")
    before = model.identity()
    assert json.loads(json.dumps(before)) == before
    Image.new("RGB", (8, 8), "white").save(tmp_path / "2.png")
    assert FolderPictures(str(tmp_path)).identity() != before


@pytest.mark.parametrize(
    ("lines", "head", "sentence"),
    [
        (["a,ko,0"], "pair_id,language,replicate", "line 1: no column file; it must have pair_id"),
        (["a,kr,0,1.png"], HEAD, "line 2: language is 'kr'; it must be ko or en"),
        (["a,ko,first,1.png"], HEAD, "line 2: replicate is 'first'; count from 0 on"),
        (["a,ko,0,"], HEAD, "line 2: no file is named"),
        (["a,ko,0,1.png", "a,ko,0,2.png"], HEAD, "line 3: a/ko/0 stands there twice"),
        (['a,ko,0,"1.png'], HEAD, "pictures.csv, line .*: not CSV"),
    ],
)
def test_a_wrong_table_is_refused_by_its_line(folder, lines, head, sentence):
    with pytest.raises(ValueError, match=sentence):
        folder(*lines, head=head, draw=False).identity()


def test_missing_files_and_tables_are_named(folder, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"pictures\.csv cannot be read .* line a picture"):
        FolderPictures(str(tmp_path / "nowhere")).identity()
    model = folder("a,ko,0,1.png", "b,ko,0,2.png", draw=False)
    with pytest.raises(ValueError, match=r"2 files that are not there: 1\.png, 2\.png"):
        model.identity()
    (tmp_path / "1.png").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"1\.png is no picture"):
        model.paint([Request("", 0, picture="a/ko/0")], 1)


PAIRS = TablePrompts(path="package:worlds_people_and_places", limit=12)()
SHIFT = {"ko": {"woman": 0.9}}


@pytest.fixture
def given_away(tmp_path):
    """The painter's pictures of twelve pairs in two languages, in a folder with their table."""
    home = tmp_path / "pictures"
    home.mkdir()
    lines = [HEAD]
    for pair in PAIRS:
        for language in ("ko", "en"):
            request = Request(pair.text(language), noise_seed(pair.noise, 0, 0))
            [picture] = Planted(shift=SHIFT).paint([request], 1)
            name = f"{pair.pair_id}-{language}.png"
            picture.image.save(home / name)
            lines.append(f"{pair.pair_id},{language},0,{name}")
    (home / "pictures.csv").write_text("\n".join(lines), encoding="utf-8")
    return home


def experiment(tmp_path, *words):
    small = ["prompts.limit=12", "generation.replicates=1", "analysis.resamples=20"]
    where = ["execution.workers=1", f"execution.results_dir={tmp_path / 'results'}"]
    return built(composed(["experiment=bias", *words, *small, *where]))


@pytest.mark.usefixtures("plain_page")
def test_the_same_pictures_give_the_same_numbers_wherever_they_are_from(tmp_path, given_away):
    words = ["model=folder", "model.draws=paintings", f"model.pipeline.path={given_away}"]
    ours = pipeline.run(experiment(tmp_path, *words))
    shifted = ["model=planted", "model.pipeline.shift={ko: {woman: 0.9}}"]
    theirs = pipeline.run(experiment(tmp_path, *shifted))
    images, painted = (pd.read_parquet(one / "images.parquet") for one in (ours, theirs))
    assert list(images["arm"].unique()) == ["folder/ko", "folder/en"]
    assert list(images["sha256"]) == list(painted["sha256"])
    numbers, others = (
        pd.read_parquet(one / "estimates.parquet")["estimate"].to_numpy() for one in (ours, theirs)
    )
    assert np.array_equal(numbers, others, equal_nan=True)
    assert np.isfinite(numbers.astype(float)).sum() > 50


def test_pictures_that_are_not_there_are_refused_before_anything_is_done(tmp_path, given_away):
    words = ["model=folder", "model.draws=paintings", f"model.pipeline.path={given_away}"]
    table = given_away / "pictures.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join(line for line in lines if ",en," not in line), encoding="utf-8")
    with pytest.raises(PlanError, match=r"no line for 12 of 12 .*/en/0, .* and 7 more .*arms="):
        pipeline.run(experiment(tmp_path, *words))
    assert not (tmp_path / "results").exists()
    assert len(planned(experiment(tmp_path, *words, "arms=[korean]")).pictures) == 12


def test_two_folders_are_held_against_each_other(tmp_path, given_away):
    other = "model.counterpart"
    words = [
        *(
            "model=folder",
            "model.draws=paintings",
            f"model.pipeline.path={given_away}",
            f"+model@{other}=folder",
        ),
        *(f"{other}.name=others", f"{other}.pipeline.path={given_away}"),
    ]
    pictures = planned(experiment(tmp_path, *words)).pictures
    arms = dict.fromkeys(record.arm for record, _ in pictures)
    assert list(arms) == ["folder/ko", "folder/en", "others/en"]
