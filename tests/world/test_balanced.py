from collections import Counter

import numpy as np
import pytest

from ksd_eval.world import balanced
from ksd_eval.world.attributes import CLASSES, truth


def test_shares_sum_to_one_and_cover_all_subjects():
    assert set(balanced.SHARES) == set(balanced.SUBJECTS)
    assert sum(balanced.SHARES.values()) == pytest.approx(1)


def test_values_of_people_are_alike():
    scenes = balanced.scenes(np.random.default_rng(0), 4000, ["occupation"])
    seen = [truth(scene) for scene in scenes]
    for name in ("occupation", "gender", "skin", "age"):
        counts = Counter(labels[name] for labels in seen)
        expected = 4000 / (len(CLASSES[name]) - (name == "occupation"))
        assert all(abs(count - expected) < 5 * expected**0.5 for count in counts.values()), name
    women = Counter(labels["occupation"] for labels in seen if labels["gender"] == "woman")
    assert min(women.values()) > 80  # of 125 expected: no occupation is a man's


def test_every_label_is_drawn_but_the_one_for_nothing():
    drawn = {(name, label) for scene in balanced.scenes(np.random.default_rng(0), 8000)
             for name, label in truth(scene).items()}  # fmt: skip
    all_labels = {(name, label) for name, labels in CLASSES.items() for label in labels}
    assert all_labels - drawn == {("kind", "none")}


def test_the_same_seed_draws_the_same_scenes():
    first, again = (list(balanced.scenes(np.random.default_rng(3), 20)) for _ in range(2))
    assert first == again
