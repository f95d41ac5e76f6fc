import numpy as np
import pytest

from ksd_eval.world import confusion
from ksd_eval.world.attributes import CLASSES
from ksd_eval.world.confusion import Confusion


def test_a_matrix_is_rates_of_readings_by_truth():
    truths = [{"gender": "man"}] * 4 + [{"gender": "woman"}] * 2
    reads = [{"gender": "man"}] * 3 + [{"gender": "woman"}, {"gender": None}, {"gender": "woman"}]
    labels, rates = confusion.matrix(confusion.counted("clean", truths, reads), "clean", "gender")
    assert labels == ("man", "woman")
    assert rates.tolist() == [[0.75, 0.25, 0.0], [0.0, 0.5, 0.5]]


def test_a_truth_without_pictures_has_no_rates():
    rows = [Confusion("clean", "gender", "man", "man", 3)]
    _, rates = confusion.matrix(rows, "clean", "gender")
    assert np.isnan(rates[1]).all()


def test_a_table_comes_back_from_disk(tmp_path, monkeypatch):
    rows = (Confusion("clean", "age", "young", "abstained", 3),)
    confusion.write(rows, tmp_path / "confusions.csv")
    monkeypatch.setattr(confusion, "files", lambda _: tmp_path)
    confusion.shipped.cache_clear()
    assert confusion.shipped() == rows
    confusion.shipped.cache_clear()


@pytest.mark.parametrize("condition", ["clean", "autoencoder"])
def test_the_shipped_matrices_are_good_on_the_diagonal(condition):
    for name in set(CLASSES) - {"word"}:
        labels, rates = confusion.matrix(confusion.shipped(), condition, name)
        diagonal = np.diagonal(rates)
        floor = 0.97 if condition == "clean" else 0.85
        assert np.nanmean(diagonal) > floor, (name, dict(zip(labels, diagonal, strict=True)))
