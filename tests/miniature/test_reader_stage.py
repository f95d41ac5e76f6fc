import numpy as np
import pytest
import torch

from ksd_eval.miniature import architecture, distortions
from ksd_eval.miniature.fitting import Plan
from ksd_eval.miniature.stages import reader as stage
from ksd_eval.world import reader
from ksd_eval.world.attributes import CLASSES


@pytest.fixture(scope="module")
def autoencoder():
    torch.manual_seed(0)
    return architecture.autoencoder().eval()


def _pictures(count=6):
    return torch.rand(count, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1


@pytest.mark.parametrize(
    "distortion",
    [distortion for distortion, _ in distortions.CHANCES] + list(distortions.RUINS),
    ids=lambda distortion: distortion.__name__,
)
def test_a_distortion_keeps_the_shape_and_the_seed(distortion):
    pictures = _pictures()
    first, again = (distortion(pictures, np.random.default_rng(1)) for _ in range(2))
    assert first.shape == pictures.shape
    assert torch.equal(first, again)
    assert not torch.equal(first, pictures)


def test_scrambling_keeps_every_pixel():
    pictures = _pictures(1)
    scrambled = distortions.scrambled(pictures, np.random.default_rng(0))
    assert torch.equal(scrambled.flatten().sort().values, pictures.flatten().sort().values)


def test_a_lesson_is_the_same_for_the_same_generator(autoencoder):
    first, again = (
        stage.lesson(np.random.default_rng(4), 16, autoencoder, "cpu") for _ in range(2)
    )
    assert torch.equal(first.pictures, again.pictures)
    assert all(torch.equal(first.targets[name], again.targets[name]) for name in CLASSES)
    assert first.pictures.abs().max() <= 1


def test_an_eighth_of_a_lesson_shows_nothing():
    nothing = CLASSES["kind"].index("none")
    kinds = stage.lesson(np.random.default_rng(0), 32, None, "cpu").targets["kind"]
    assert (kinds[4:] != nothing).all()
    assert (kinds[:4] == nothing).any()


def test_what_does_not_apply_is_not_learnt():
    targets = stage.targets([{"kind": "sign", "word": "CAFE"}], "cpu")
    assert targets["gender"].tolist() == [stage.UNKNOWN]
    assert CLASSES["word"][targets["word"][0]] == "CAFE"


def test_loose_people_are_as_many_as_said():
    for seed in range(12):
        scene, image = stage.loose(np.random.default_rng(seed))
        assert 1 <= len(scene.people) <= 3
        assert image.size == (64, 64)


def test_the_temperature_of_overconfident_answers_is_above_one():
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (4000, 3))
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    aims = np.array([rng.choice(3, p=row) for row in chances])
    sharp = chances**2 / (chances**2).sum(1, keepdims=True)
    assert stage.temperature(chances, aims) == pytest.approx(1.0, abs=0.1)
    assert stage.temperature(sharp, aims) == pytest.approx(2.0, abs=0.2)


def test_a_stopped_training_goes_on_where_it_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "temperatures", lambda *_: dict.fromkeys(CLASSES, 1.0))
    plan = Plan(steps=4, every=0.0)
    whole = stage.train(tmp_path / "whole", plan, 8, "cpu")

    class StopError(Exception):
        pass

    def lesson(rng, *rest, given=stage.lesson, seen=[]):  # noqa: B006
        seen.append(rng)
        if len(seen) == 3:
            raise StopError
        return given(rng, *rest)

    with monkeypatch.context() as stopping:
        stopping.setattr(stage, "lesson", lesson)
        with pytest.raises(StopError):
            stage.train(tmp_path / "parts", plan, 8, "cpu")
    parts = stage.train(tmp_path / "parts", plan, 8, "cpu")
    for name, weight in whole.network.state_dict().items():
        assert torch.equal(weight, parts.network.state_dict()[name]), name


def test_labels_of_the_stage_are_those_of_the_reader():
    assert set(reader.untrained().classes) == set(CLASSES)
