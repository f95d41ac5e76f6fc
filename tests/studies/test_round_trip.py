import numpy as np
import pytest
from PIL import Image

from ksd_eval.judges.weights import WeightsMissingError
from ksd_eval.records import Measurement
from ksd_eval.studies import round_trip


def grey(level, size=64):
    return Image.new("RGB", (size, size), (level,) * 3)


def speckled(seed=0):
    pixels = np.random.default_rng(seed).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def test_the_ratio_of_a_known_shift_is_known():
    # 51 of 255 is a fifth: 10 log10(1 / 0.2^2) = 13.979 dB.
    assert round_trip.likeness(grey(100), grey(151))["psnr"] == pytest.approx(13.979, abs=1e-3)


def test_equal_pictures_have_a_likeness_of_one_and_no_ratio():
    assert round_trip.likeness(speckled(), speckled()) == {"psnr": None, "ssim": 1.0}


def test_another_pattern_is_unlike():
    assert round_trip.likeness(speckled(0), speckled(1))["ssim"] < 0.1


def test_pictures_of_two_sizes_are_not_compared():
    with pytest.raises(ValueError, match=r"\(64, 64\) and \(32, 32\) pixels cannot be compared"):
        round_trip.likeness(grey(0), grey(0, size=32))


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {}, (None, None, None)),
        ({"age": "young"}, {}, (None, 1.0, 1.0)),
        ({}, {"age": "young"}, (None, None, None)),
        ({"count": 2.0}, {"count": 2.0}, (0.0, 0.0, 0.0)),
        ({"count": 2.0}, {"count": 3.0}, (1.0, 0.0, 1.0)),
        ({"count": 2.0, "age": "young"}, {"count": 2.0}, (0.0, 1.0, 1.0)),
    ],
)
def test_a_reading_changes_where_both_were_told_and_is_lost_where_one_was(before, after, found):
    changes = round_trip.changes(before, after)
    assert (changes["changed"], changes["lost"], changes["altered"]) == found
    assert ("changed.count" in changes) == ("count" in before.keys() & after.keys())


def test_what_a_judge_cannot_tell_is_no_reading():
    def judge(images, texts):
        said = Measurement("age", status="abstained", reason="unclear")
        return [[Measurement("count", value=2.0), Measurement("gender", label="man"), said]]

    assert round_trip.readings(judge, [grey(0)]) == [{"count": 2.0, "gender": "man"}]


def test_paintings_of_a_kind_are_the_same_again_and_other_kinds_are_others():
    one, same = (round_trip.painted("signs", 3, 64, seed=0) for _ in range(2))
    assert [image.tobytes() for image in one] == [image.tobytes() for image in same]
    longer = round_trip.painted("signs", 5, 64, seed=0)
    assert [image.tobytes() for image in longer[:3]] == [image.tobytes() for image in one]
    assert round_trip.painted("people", 1, 32, seed=0)[0].size == (32, 32)


def test_photographs_that_are_here_are_cut_to_squares():
    found = round_trip.photographs(48)
    assert len(found) == len(round_trip.photograph_files())
    assert {image.size for image in found} <= {(48, 48)}


def test_packages_that_are_not_here_have_no_photographs(monkeypatch):
    monkeypatch.setattr(round_trip, "find_spec", lambda name: None)
    assert round_trip.photographs(48) == []


def test_without_its_weights_lpips_is_missing_and_nothing_is_fetched(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    round_trip._lpips.cache_clear()
    with pytest.raises(WeightsMissingError, match=r"no LPIPS: .*alexnet.* is not there"):
        round_trip.perceptual_distance(grey(0), grey(1))
    (tmp_path / "hub" / "checkpoints").mkdir(parents=True)
    (tmp_path / "hub" / "checkpoints" / round_trip.ALEXNET).write_bytes(b"another network")
    with pytest.raises(WeightsMissingError, match="not whole"):
        round_trip.perceptual_distance(grey(0), grey(1))


def test_a_sheet_shows_each_picture_above_what_became_of_it():
    sheet = round_trip.sheet([([grey(0), grey(50)], [grey(100), grey(150)])], edge=10)
    assert [sheet.getpixel((x, y))[0] for y in (5, 19) for x in (5, 19)] == [0, 50, 100, 150]
