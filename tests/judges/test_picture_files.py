import zipfile

import numpy as np
import pytest
from PIL import Image

from ksd_eval.judges.picture_files import CaptionedFiles, PictureFiles


@pytest.fixture
def folder(tmp_path):
    for place, colour in enumerate(("red", "green", "blue")):
        target = tmp_path / "photos" / ("more" if place else "") / f"{place}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 20 + 10 * place), colour).save(target)
    (tmp_path / "photos" / "notes.txt").write_text("nothing", "utf-8")
    return tmp_path / "photos"


def colours(pictures):
    return [tuple(int(value) for value in np.asarray(one)[0, 0]) for one in pictures]


def test_a_folder_is_read_with_its_subfolders_in_order_and_squared(folder):
    pictures = PictureFiles(str(folder), size=16)()
    assert colours(pictures) == [(255, 0, 0), (0, 128, 0), (0, 0, 255)]
    assert {one.size for one in pictures} == {(16, 16)}


def test_a_zip_is_the_same_reference_as_its_folder(folder, tmp_path):
    packed = tmp_path / "photos.zip"
    with zipfile.ZipFile(packed, "w") as out:
        for path in sorted(folder.rglob("*.*")):
            out.write(path, path.relative_to(folder).as_posix())
    one, other = PictureFiles(str(folder)), PictureFiles(str(packed))
    assert one.identity() == other.identity()
    assert colours(one()) == colours(other())


def test_another_content_is_another_reference(folder):
    before = PictureFiles(str(folder)).identity()
    Image.new("RGB", (20, 20), "white").save(folder / "0.png")
    assert PictureFiles(str(folder)).identity() != before
    assert PictureFiles(str(folder), count=2).identity() != before


def test_what_is_no_set_of_pictures_is_one_sentence(tmp_path, folder):
    with pytest.raises(FileNotFoundError, match="is neither a folder nor a"):
        PictureFiles(str(tmp_path / "none")).identity()
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="holds no pictures; files must end in"):
        PictureFiles(str(tmp_path / "empty")).identity()
    (folder / "0.png").write_text("no picture", "utf-8")
    with pytest.raises(ValueError, match="is no picture that can be read"):
        PictureFiles(str(folder))()


@pytest.mark.parametrize(("options", "word"), [({"count": 0}, "count"), ({"size": 4}, "size")])
def test_options_that_make_no_sense_are_refused(options, word):
    with pytest.raises(ValueError, match=f"{word} is"):
        PictureFiles("photos", **options)


def test_a_data_set_of_the_hub_is_known_by_its_name():
    found = PictureFiles("hf://datasets/someone/photos@abc:test", count=5).identity()
    assert found["dataset"] == "someone/photos@abc:test"


def test_pictures_of_one_text_are_matched_with_it(tmp_path):
    for name in ("a.png", "b.png"):
        Image.new("RGB", (16, 16), "red").save(tmp_path / name)
    about = {"path": str(tmp_path), "size": 16}
    people = CaptionedFiles(**about, ko="사람 사진", en="a photo of a person")
    assert people.captions() == [("사람 사진", "a photo of a person")] * 2
    other = CaptionedFiles(**about, ko="사람 사진", en="a photo of someone")
    assert people.identity() != other.identity()
