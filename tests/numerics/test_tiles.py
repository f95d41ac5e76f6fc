import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksd_eval.numerics.tiles import furthest


def pictures(seed, count, side=8):
    return np.random.default_rng(seed).random((count, side, side, 3), dtype=np.float32)


def by_hand(one, other, tiles):
    """Return the greatest root mean square over tiles, by loops."""
    step = one.shape[0] // tiles
    starts = range(0, one.shape[0], step)
    parts = [(slice(y, y + step), slice(x, x + step)) for y in starts for x in starts]
    return max(float(np.sqrt(((one[part] - other[part]) ** 2).mean())) for part in parts)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 2, 4, 8]))
def test_it_is_the_distance_of_the_tile_that_differs_most(seed, tiles):
    ones, others = pictures(seed, 2), pictures(seed + 1, 3)
    found = furthest(ones, others, tiles)
    wanted = [[by_hand(one, other, tiles) for other in others] for one in ones]
    assert found == pytest.approx(np.array(wanted), abs=1e-6)


def test_the_same_picture_is_nowhere_different():
    ones = pictures(0, 4)
    assert np.diag(furthest(ones, ones, 4)) == pytest.approx(np.zeros(4), abs=1e-6)


def test_black_and_white_are_as_far_as_can_be():
    black = np.zeros((1, 4, 4, 3), dtype=np.float32)
    assert furthest(black, black + 1, 2)[0, 0] == 1.0


@pytest.mark.parametrize("tiles", [0, 3])
def test_a_side_that_cannot_be_cut_is_refused(tiles):
    with pytest.raises(ValueError, match="8 pixels cannot be cut"):
        furthest(pictures(0, 1), pictures(0, 1), tiles)
