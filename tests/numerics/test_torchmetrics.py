"""Distances against torchmetrics; apart, since it takes seconds to import."""

import numpy as np
import pytest

from ksd_eval.numerics import frechet, kernel


def features(seed, n, d, shift=0.0):
    """Correlated and not negative, as pooled activations are."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(99).normal(size=(d, d)) / np.sqrt(d)
    return np.abs(rng.normal(size=(n, d)) @ mixing + shift)


@pytest.fixture(scope="module")
def torch():
    import torch

    return torch


@pytest.fixture(scope="module")
def as_given(torch):
    """An extractor whose pictures are features already."""

    class AsGiven(torch.nn.Module):
        num_features = 128

        def forward(self, given):
            return given

    return AsGiven()


@pytest.mark.parametrize(("n_x", "n_y"), [(40, 60), (60, 400), (100, 160), (500, 700)])
def test_frechet_distance_is_that_of_torchmetrics(torch, as_given, n_x, n_y):
    from torchmetrics.image.fid import FrechetInceptionDistance

    x, y = features(1, n_x, 128), features(2, n_y, 128, shift=0.3)
    metric = FrechetInceptionDistance(feature=as_given)
    metric.update(torch.from_numpy(x), real=True)
    metric.update(torch.from_numpy(y), real=False)
    expected = metric.compute().item()
    assert expected > 1
    assert frechet.frechet_distance(x, y) == pytest.approx(expected, rel=1e-6)
    stored = frechet.gaussian_distance(frechet.gaussian(x), frechet.gaussian(y))
    assert stored == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("n", "d"), [(20, 64), (200, 16)])
def test_kernel_distance_is_that_of_torchmetrics(torch, n, d):
    from torchmetrics.image.kid import poly_mmd

    x, y = features(1, n, d), features(2, n, d, shift=0.3)
    expected = poly_mmd(torch.from_numpy(x), torch.from_numpy(y)).item()
    assert expected > 1e-3
    assert kernel.kernel_distance(x, y) == pytest.approx(expected, rel=1e-9)
