import numpy as np
import pytest

from ksd_eval.metrics import pairs, seeds

ALONE = {"korean": 1}
APART = {"korean": 1, "english": -1}


def pictures(evidence):
    return pairs.judged(evidence, "fit", "value", {}).with_value()


def arm(evidence, role="korean"):
    table = pictures(evidence)
    return table[table["role"] == role]


def noise(name, replicate):
    return float(np.random.default_rng([*map(ord, name), replicate]).normal())


def of_noise(pair, role, replicate):
    """Answer by what a pair's name begins with, which is its noise."""
    return {"fit": noise(pair[0], replicate) + (role == "korean")}


def test_a_pair_with_its_own_noise_keeps_its_values(study):
    evidence = study({"a": {}, "b": {}}, of_noise, replicates=3)
    found = seeds.per_noise(arm(evidence), ALONE)
    assert found.values == pytest.approx([1 + noise(p, r) for p in "ab" for r in range(3)])
    assert list(found.noises) == ["a"] * 3 + ["b"] * 3
    assert (found.n_pairs, found.n_images, found.n_abstained) == (2, 6, 0)
    assert (found.n_noises, found.alone) == (2, 0)


def test_a_noise_with_one_value_is_alone(study):
    def silent(pair, role, replicate):
        return {"fit": None if pair == "b" and replicate else 0.5}

    found = seeds.per_noise(arm(study({"a": {}, "b": {}}, silent)), ALONE)
    assert (found.n_noises, found.alone, found.n_images) == (2, 1, 5)


def test_pictures_are_matched_by_noise_and_not_by_place(study):
    def silent(pair, role, replicate):
        told = (role, replicate) not in {("korean", 0), ("english", 2)}
        return {"fit": of_noise(pair, role, replicate)["fit"] if told else None}

    evidence = study({"a": {}}, silent, replicates=4)
    found = seeds.per_noise(pictures(evidence).query("role != 'original'"), APART)
    assert found.values == pytest.approx([1, 1]), "replicates 1 and 3; the noise cancels"
    assert (found.n_images, found.n_abstained) == (4, 2)


def test_pairs_of_one_noise_count_together_and_as_often_as_they_are(study):
    prompts = {"a1": {"noise": "a"}, "a2": {"noise": "a"}, "b": {"noise": ""}}
    answers = {"a1": 0.2, "a2": 0.6, "b": 0.1}
    evidence = study(prompts, lambda pair, *_: {"fit": answers[pair]}, replicates=2)
    found = seeds.per_noise(arm(evidence), ALONE)
    assert list(found.noises) == ["a", "a", "b", "b"]
    means = [found.values[found.noises == name].mean() for name in "ab"]
    assert np.mean(means) == pytest.approx(np.mean([0.2, 0.6, 0.1]))
    assert (found.n_pairs, found.n_images) == (3, 6)


def test_a_replicate_that_not_all_pairs_of_its_noise_have_is_left_out(study):
    def silent(pair, role, replicate):
        told = (pair, replicate) != ("a2", 1)
        return {"fit": float(replicate) if told else None}

    prompts = {"a1": {"noise": "a"}, "a2": {"noise": "a"}}
    found = seeds.per_noise(arm(study(prompts, silent, replicates=3)), ALONE)
    assert list(found.values) == [0, 2], "half the sum of two pairs"
    assert (found.n_images, found.n_abstained) == (4, 1)


def test_nothing_told_is_nothing(study):
    evidence = study({"a": {}}, lambda *_: {"fit": None})
    found = seeds.per_noise(arm(evidence), ALONE)
    assert (len(found.values), found.n_pairs, found.n_images, found.n_abstained) == (0, 0, 0, 4)
