import numpy as np
import pytest
import torch
from PIL import Image

from ksd_eval.judges.weights import located
from ksd_eval.world import accuracy, balanced, reader
from ksd_eval.world.attributes import CLASSES, truth
from ksd_eval.world.painter import paint


@pytest.fixture(scope="module")
def trained():
    return reader.load(located("package:reader"))


def _random():
    torch.manual_seed(0)
    return reader.Reader(reader.untrained().eval(), CLASSES, dict.fromkeys(CLASSES, 1.0))


def _labels(read):
    return lambda images: [{k: v.label for k, v in seen.items()} for seen in read(images)]


def _certain(**labels):
    seen = {"kind": "person", **labels}
    return {
        name: np.eye(len(options))[options.index(seen[name]) if name in seen else 0]
        for name, options in CLASSES.items()
    }


def test_the_trained_reader_reads_paintings(trained):
    for row in accuracy.measure(_labels(trained), count=40, seed=123):
        assert row.share >= 0.95, row


def test_the_trained_reader_counts_nobody_in_noise(trained):
    pixels = np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8)
    for seen in trained([Image.fromarray(picture) for picture in pixels]):
        assert seen["kind"].label == "none"
        assert seen["figures"].label == "0"
        assert seen["gender"].reason == "nothing recognisable in the picture"


def test_the_trained_reader_takes_any_size(trained):
    (scene,) = balanced.scenes(np.random.default_rng(2), 1, ["occupation"])
    (large,) = trained([paint(scene, 256)])
    assert large["occupation"].label == truth(scene)["occupation"]


def test_a_reading_does_not_depend_on_its_batch():
    random = _random()
    images = [paint(scene) for scene in balanced.scenes(np.random.default_rng(0), 40)]
    together = random(images, threshold=0.0)
    for place in (0, 20, 39):
        assert random([images[place]], threshold=0.0) == [together[place]]
    assert len({seen["kind"].confidence for seen in together}) > 1


def test_a_reader_comes_back_from_disk(tmp_path):
    random = _random()
    reader.save(random, tmp_path)
    again = reader.load(tmp_path)
    pictures = torch.rand(3, 3, 64, 64) * 2 - 1
    for name, rows in random.probabilities(pictures).items():
        assert np.allclose(again.probabilities(pictures)[name], rows, atol=0.01)


def test_a_folder_without_weights_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"reader\.json is not there"):
        reader.load(tmp_path)


def test_no_pictures_no_readings():
    assert _random()([]) == []


def test_an_unsure_attribute_is_not_answered():
    chances = _certain()
    chances["gender"] = np.array([0.55, 0.45])
    answer = reader.answers(chances, CLASSES, 0.6)["gender"]
    assert answer.label is None
    assert answer.confidence == 0.55
    assert answer.reason == "gender unclear: most like 'man', but below 0.6"


def test_nothing_is_told_of_a_picture_of_unsure_kind_but_the_figures():
    chances = _certain(figures="1")
    chances["kind"] = np.full(len(CLASSES["kind"]), 1 / len(CLASSES["kind"]))
    chances["kind"][0] += 1e-9
    seen = reader.answers(chances, CLASSES, 0.6)
    assert [name for name, answer in seen.items() if answer.label] == ["figures"]
    assert seen["gender"].reason.startswith("kind unclear")


def test_two_like_solids_have_no_relation():
    seen = reader.answers(_certain(kind="solids", count="2"), CLASSES, 0.6)
    assert "like solids" in seen["relation"].reason
    other = reader.answers(_certain(kind="solids", count="2", second_shape="cone"), CLASSES, 0.6)
    assert other["relation"].label == "above"


def test_accuracy_counts_what_was_not_answered_as_not_right():
    def silent(images):
        return [dict.fromkeys(CLASSES) for _ in images]

    rows = accuracy.measure(silent, count=20)
    assert {(row.n, row.right, row.abstained) for row in rows} == {(20, 0, 20)}
    assert rows[0].share == 0
    assert rows[0].share_of_answered is None


@pytest.mark.slow
def test_every_attribute_is_read_rightly_on_99_of_100_unseen_paintings(trained):
    rows = {row.attribute: row for row in accuracy.measure(_labels(trained), 5000, seed=2026)}
    strange = rows.pop("word")  # a quarter of these signs bear words that the world does not have
    assert strange.share > 0.97
    assert {name for name, row in rows.items() if row.share < 0.99} == set()
