import numpy as np
import pytest

from ksd_eval.judges.base import Reference
from ksd_eval.world.reference import PaintedReference


def test_a_reference_is_the_same_every_time():
    first, again = PaintedReference(count=5)(), PaintedReference(count=5)()
    assert [image.tobytes() for image in first] == [image.tobytes() for image in again]
    assert isinstance(PaintedReference(), Reference)


def test_another_seed_paints_other_pictures():
    first, other = PaintedReference(count=3)(), PaintedReference(count=3, seed=1)()
    assert any(a.tobytes() != b.tobytes() for a, b in zip(first, other, strict=True))
    assert PaintedReference(seed=1).identity() != PaintedReference().identity()


def test_subjects_can_be_chosen():
    dark = PaintedReference(count=8, subjects=("room", "fright"))()
    assert np.mean([np.asarray(image).mean() for image in dark]) < 160


def test_wrong_wishes_are_refused():
    with pytest.raises(ValueError, match="dragon"):
        PaintedReference(subjects=("dragon",))
    with pytest.raises(ValueError, match="at least one"):
        PaintedReference(count=0)
