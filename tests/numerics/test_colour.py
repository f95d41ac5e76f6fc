import numpy as np
import pytest

from ksd_eval.numerics import colour


@pytest.mark.parametrize(
    ("pixel", "expected"),
    [
        # Values as printed in tables of sRGB's primaries under D65.
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.74, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.20, -107.86)),
        ((0, 0, 0), (0, 0, 0)),
        ((119, 119, 119), (50.03, 0, 0)),
    ],
)
def test_colours_are_those_of_the_tables(pixel, expected):
    [found] = colour.lab(np.array([pixel], dtype=np.uint8))
    assert found == pytest.approx(expected, abs=0.02)
