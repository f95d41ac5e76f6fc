from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from ksd_eval.reports.thumbnails import SIZES, chosen, thumbnail, thumbnails


def opened(text):
    return Image.open(BytesIO(b64decode(text)))


@pytest.fixture
def noisy(tmp_path):
    """Pictures of noise: what compresses worst."""
    rng = np.random.default_rng(0)
    paths = {}
    for number in range(6):
        paths[f"p{number}"] = tmp_path / f"{number}.png"
        pixels = rng.integers(0, 255, (300, 200, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(paths[f"p{number}"])
    return paths


def test_few_pictures_are_sharp_and_many_are_small(noisy):
    sharp = thumbnails(noisy)
    assert {opened(text).size for text in sharp.values()} == {(171, 256)}
    tight = thumbnails(noisy, budget=sum(map(len, sharp.values())) // 2)
    assert list(tight) == list(noisy)
    assert max(opened(text).height for text in tight.values()) < 256


def test_what_does_not_fit_at_all_is_left_out_from_the_end(noisy):
    one = len(thumbnail(noisy["p0"], *SIZES[-1]))
    kept = thumbnails(noisy, budget=int(2.5 * one))
    assert list(kept) == ["p0", "p1"]
    assert thumbnails(noisy, budget=one // 2) == {}


def test_a_small_picture_stays_as_it_is(tmp_path):
    Image.new("RGB", (64, 48), "red").save(tmp_path / "small.png")
    assert opened(thumbnail(tmp_path / "small.png", 256, 80)).size == (64, 48)


def test_nothing_of_the_file_but_its_pixels_is_kept(tmp_path):
    path = tmp_path / "secret.jpg"
    exif = Image.Exif()
    exif[0x010E] = "a recipe"
    Image.new("RGB", (64, 48), "red").save(path, exif=exif)
    assert b"a recipe" in path.read_bytes()
    assert b"a recipe" not in b64decode(thumbnail(path, 256, 80))


def test_no_pictures_are_no_trouble():
    assert thumbnails({}) == {}
    assert chosen([], 1) == SIZES[0]


def test_a_damaged_picture_is_named_by_an_error(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(OSError, match=r"broken\.png"):
        thumbnails({"p": tmp_path / "broken.png"})
