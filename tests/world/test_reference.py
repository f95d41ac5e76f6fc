import numpy as np
import pytest

from ksd_eval.judges.base import Matched
from ksd_eval.world import corpus, planted
from ksd_eval.world.painter import paint
from ksd_eval.world.reference import PaintedReference


def test_a_reference_is_the_same_every_time():
    first, again = PaintedReference(count=5)(), PaintedReference(count=5)()
    assert [image.tobytes() for image in first] == [image.tobytes() for image in again]
    assert isinstance(PaintedReference(), Matched)


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


def test_each_picture_comes_with_the_caption_of_its_own_draw():
    rng = np.random.default_rng([4, 31])
    rates = planted.rates("subject")
    examples = [corpus.SUBJECTS[corpus.choose(rng, rates)](rng) for _ in range(60)]
    reference = PaintedReference(count=60, seed=4)
    assert len({example.caption for example in examples}) > 40
    assert reference.captions() == [(one.caption.ko, one.caption.en) for one in examples]
    painted = reference()
    assert all(
        mine.tobytes() == paint(one.scene).tobytes()
        for mine, one in zip(painted, examples, strict=True)
    )


def test_captions_are_of_the_subjects_chosen():
    captions = PaintedReference(count=30, subjects=("meal",)).captions()
    assert all("breakfast" in en or "dinner" in en for _, en in captions)
    assert all("식사" in ko for ko, _ in captions)
