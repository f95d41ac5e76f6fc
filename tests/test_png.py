import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from sklearn.datasets import load_sample_images

from ksd_eval.store import png

LEVELS = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)),
    elements=st.sampled_from([0, 1, 2, 127, 128, 254, 255]),
)


def by_pillow(content):
    with Image.open(io.BytesIO(content)) as image:
        assert image.mode == "RGB"
        return np.asarray(image)


@given(LEVELS)
def test_pillow_reads_the_pixels(levels):
    found = by_pillow(png.encoded(Image.fromarray(levels), {"recipe": "{}"}))
    np.testing.assert_array_equal(found, levels)


@pytest.mark.parametrize("levels", load_sample_images().images)
def test_a_photograph_is_kept_whole_and_no_larger_than_pillow_keeps_it(levels):
    usual = io.BytesIO()
    Image.fromarray(levels).save(usual, "PNG")
    content = png.encoded(Image.fromarray(levels), {})
    np.testing.assert_array_equal(by_pillow(content), levels)
    assert len(content) <= 1.05 * len(usual.getvalue())


def test_every_checksum_holds():
    content = png.encoded(Image.new("RGB", (3, 2)), {"recipe": "의사 사진", "outcome": "{}"})
    with Image.open(io.BytesIO(content)) as image:
        image.verify()
    broken = content.replace(b"IDAT", b"IDAT"[::-1])
    with pytest.raises((OSError, SyntaxError)), Image.open(io.BytesIO(broken)) as image:
        image.verify()


def test_texts_are_read_before_any_pixel_is_decoded():
    content = png.encoded(Image.new("RGB", (3, 2)), {"recipe": "의사\n사진", "outcome": "x" * 9999})
    with Image.open(io.BytesIO(content)) as image:
        assert image.info == {"recipe": "의사\n사진", "outcome": "x" * 9999}


@pytest.mark.parametrize(
    ("levels", "kinds"),
    [
        ([[10, 40, 40], [10, 40, 40]], [png.SUB, png.UP]),  # a row like the one above it
        ([[10, 10, 10], [90, 90, 90]], [png.SUB, png.SUB]),  # rows of one level each
        ([[0, 0, 0], [9, 9, 9], [9, 90, 9]], [png.SUB, png.SUB, png.UP]),
        ([[0, 99, 0, 99], [50, 74, 37, 68]], [png.UP, png.AVERAGE]),
    ],
)
def test_each_row_gets_the_filter_that_leaves_least(levels, kinds):
    grey = np.array(levels, np.uint8)
    found = png.filtered(Image.fromarray(np.repeat(grey[..., None], 3, axis=2)))
    assert found[:, 0].tolist() == kinds
