from dataclasses import dataclass, replace

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from ksd_eval.judges import embedding_index
from ksd_eval.judges.clip_features import ClipFeatures
from ksd_eval.judges.copy_detection import NAMES, CopyDetection
from ksd_eval.world import corpus, vocabulary
from ksd_eval.world.painter import paint
from ksd_eval.world.reference import PaintedReference

UNRELATED = PaintedReference(count=120, seed=12, subjects=["landmark"])
REPEATED = PaintedReference(count=24, seed=11, subjects=["duplicate"])
LEARNT = [paint(corpus.duplicate(name).scene) for name in vocabulary.DUPLICATES]


@dataclass(frozen=True)
class Grey:
    """An extractor of 2 x 2 grey means, which takes no weights."""

    name: str = "grey"

    def identity(self):
        return {"extractor": self.name}

    def __call__(self, images):
        small = [np.asarray(image.convert("L").resize((2, 2)), np.float32) for image in images]
        return np.stack(small).reshape(len(images), -1) + 1


JUDGE = CopyDetection(UNRELATED, REPEATED, extractor=Grey())


def told(judge, *images):
    said = judge(images, ["whatever"] * len(images))
    assert [[one.name for one in each] for each in said] == [list(NAMES)] * len(images)
    return [{one.name: one.label or one.value for one in each} for each in said]


def test_the_very_picture_is_a_copy_and_is_named():
    for found in told(JUDGE, *LEARNT):
        assert found["copied_by_tiles"] == 1.0
        assert found["copy_distance"] == pytest.approx(0, abs=1e-3)
        assert found["copied_from"] != "none"
    places = [found["copied_from"] for found in told(JUDGE, *LEARNT)]
    assert [REPEATED()[int(place)] for place in places] == LEARNT


def test_a_copy_that_is_a_little_brighter_is_one_and_one_with_another_corner_is_none():
    brighter = ImageEnhance.Brightness(LEARNT[0]).enhance(1.03)
    corner = LEARNT[0].copy()
    corner.paste((255, 0, 0), (0, 0, 16, 16))
    bright, spoilt = told(JUDGE, brighter, corner)
    assert bright["copied_by_tiles"] == 1.0
    assert spoilt["copied_by_tiles"] == 0.0


def test_as_many_unrelated_pictures_pass_as_are_let_pass():
    others = PaintedReference(count=300, seed=77, subjects=["landmark"])
    passed = np.mean([found["copied_by_tiles"] for found in told(JUDGE, *others())])
    assert passed < 0.05
    own = np.mean([found["copied_by_tiles"] for found in told(JUDGE, *UNRELATED())])
    assert 0 < own <= 0.02


def test_a_looser_bar_lets_more_pass():
    loose = replace(JUDGE, false_copies=0.3)
    own = np.mean([found["copied_by_tiles"] for found in told(loose, *UNRELATED())])
    assert own == pytest.approx(0.3, abs=0.02)
    assert loose.identity() != JUDGE.identity()


def test_too_few_unrelated_pictures_set_no_bar():
    few = replace(JUDGE, unrelated=replace(UNRELATED, count=20))
    with pytest.raises(ValueError, match="give 100 or more"):
        few([LEARNT[0]], ["a lighthouse"])


@pytest.fixture
def index(tmp_path):
    path = tmp_path / "index.npz"
    assert embedding_index.write(path, REPEATED(), Grey()) == 24
    return path


def test_an_index_finds_by_embedding_what_the_pictures_would(index):
    by_index = CopyDetection(UNRELATED, index=str(index), extractor=Grey())
    for mine, theirs in zip(told(by_index, *LEARNT), told(JUDGE, *LEARNT), strict=True):
        assert mine["copied_by_embedding"] == theirs["copied_by_embedding"] == 1.0
        assert mine["copy_similarity"] == theirs["copy_similarity"]
    (said,) = by_index([LEARNT[0]], ["a lighthouse"])
    untold = {one.name: one.reason for one in said if one.status == "abstained"}
    assert set(untold) == {"copied_by_tiles", "copy_distance"}
    assert "no pixels" in untold["copy_distance"]


def test_an_index_of_another_extractor_is_refused(index):
    judge = CopyDetection(UNRELATED, index=str(index), extractor=Grey("other"))
    with pytest.raises(ValueError, match="they differ in extractor"):
        judge([LEARNT[0]], ["a lighthouse"])


def test_what_is_no_index_is_refused(tmp_path):
    path = tmp_path / "broken.npz"
    with pytest.raises(FileNotFoundError, match="embedding_index FOLDER"):
        embedding_index.read(path, Grey())
    path.write_bytes(b"no index")
    with pytest.raises(ValueError, match="write it anew"):
        embedding_index.read(path, Grey())


def test_an_index_of_a_folder_is_written_from_the_command_line(tmp_path, capsys):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for place, picture in enumerate(LEARNT):
        picture.save(folder / f"{place}.png")
    path = tmp_path / "index.npz"
    embedding_index.main([str(folder), str(path)])
    assert capsys.readouterr().out.startswith("4 pictures")
    assert len(embedding_index.read(path, ClipFeatures())) == 4
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit, match="holds no pictures"):
        embedding_index.main([str(tmp_path / "empty"), str(path)])
    with pytest.raises(SystemExit, match="usage"):
        embedding_index.main([])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"reference": None}, "a reference or an index"),
        ({"index": "some.npz"}, "not both"),
        ({"false_copies": 0}, "false_copies is 0"),
        ({"size": 30}, "multiple of 4"),
    ],
)
def test_settings_that_make_no_sense_are_refused(fields, said):
    with pytest.raises(ValueError, match=said):
        replace(JUDGE, **fields)


def test_no_pictures_are_no_answers():
    assert JUDGE([], []) == []
    assert told(JUDGE, Image.new("RGB", (512, 512)))[0]["copied_by_tiles"] == 0.0
