import numpy as np
from PIL import Image

from ksd_eval.judges import batching


def greys(count):
    return [Image.new("L", (2, 2), shade) for shade in range(count)]


def test_batches_are_full_and_rows_are_those_of_the_pictures():
    sizes = []

    def encode(images):
        sizes.append(len(images))
        assert all(image.mode == "RGB" for image in images)
        return np.array([[image.getpixel((0, 0))[0]] for image in images], np.float32)

    rows = batching.rows_of(greys(batching.BATCH + 3), 1, encode)
    assert sizes == [batching.BATCH] * 2
    assert rows.ravel().tolist() == list(range(batching.BATCH + 3))


def test_of_no_picture_there_is_no_row():
    assert batching.rows_of([], 5, lambda images: None).shape == (0, 5)
