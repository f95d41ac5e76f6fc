import numpy as np
import pytest

from ksd_eval.comparison import distances
from ksd_eval.comparison.opposed import Opened, Opposed
from ksd_eval.loading import Run, load_run
from ksd_eval.metrics.features import Vectors
from ksd_eval.metrics.kernel_distance import KernelDistance
from ksd_eval.records import Estimate

NODE = {"_target_": "ksd_eval.metrics.kernel_distance.KernelDistance", "extractor": "clip"}
ABOUT = {"kind": "kernel.clip", "reference": "photographs", "n_pairs": 12}
RNG = np.random.default_rng(3)
REFERENCE = RNG.normal(size=(30, 4)).astype(np.float32)


@pytest.fixture
def opposed(made, monkeypatch):
    """Two runs whose features are given, of 12 pairs of two pictures in two arms."""

    def build(first, second, references=(REFERENCE, REFERENCE), protocols=("1", "1")):
        sides = []
        for name, vectors, reference, protocol in zip(
            "ab", (first, second), references, protocols, strict=True
        ):
            identities = {
                "extractors": {"clip": {"weights": protocol}},
                "references": {"photographs": {"sha256": "1"}},
                "judges": {},
                "models": {},
            }
            run = load_run(made(name, manifest={"identities": identities}))
            run.config["metrics"]["kernel"] = NODE
            given = {("clip", ""): vectors, ("clip", "photographs"): reference}
            opened = Opened(run, lambda node: KernelDistance("clip"))
            sides.append((opened, given))
        by_run = {id(opened.run): given for opened, given in sides}
        monkeypatch.setattr(
            Run, "features", lambda run, name, other="": by_run[id(run)].get((name, other))
        )
        return Opposed(*(opened for opened, _ in sides))

    return build


def vectors(shift=0.0):
    return (RNG.normal(size=(48, 4)) + shift).astype(np.float32)


def estimate(value):
    return Estimate("kernel", "features.clip", "korean", value, **ABOUT)


def test_a_distance_from_one_reference_differs_as_between_two_arms(opposed):
    first, second = vectors(), vectors(1.0)
    found = distances.row(opposed(first, second), estimate(0.1), estimate(0.4))
    clusters = np.repeat([f"pair-{j:03d}" for j in range(12)], 2)
    # The Korean pictures are the first 24 rows of each.
    arms = tuple(Vectors(one[:24].astype(float), clusters) for one in (second, first))
    reference = Vectors(REFERENCE.astype(float), np.array([str(i) for i in range(30)]))
    expected = KernelDistance("clip").difference(
        estimate(None), arms, reference, np.random.default_rng(0)
    )
    assert found.how == "paired"
    assert found.difference.estimate == pytest.approx(expected.estimate)
    assert found.difference.ci_low == pytest.approx(expected.ci_low)
    assert found.difference.estimate > 0
    assert [reason.key for reason in found.reasons] == ["fixed"]


def test_equal_pictures_are_equally_far(opposed):
    same = vectors()
    found = distances.row(opposed(same, same), estimate(0.1), estimate(0.1))
    assert found.difference.estimate == 0.0


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"protocols": ("1", "2")}, "protocol"),
        ({"references": (REFERENCE, REFERENCE + 1)}, "reference"),
        ({"references": (REFERENCE, None)}, "features"),
    ],
    ids=["protocol", "reference", "left behind"],
)
def test_unlike_distances_are_not_compared(opposed, changed, key):
    found = distances.row(opposed(vectors(), vectors(), **changed), estimate(0.1), estimate(0.2))
    assert (found.how, found.difference) == ("beside", None)
    assert [reason.key for reason in found.reasons] == [key]


def test_what_is_no_distance_is_shown_side_by_side(opposed):
    one = Estimate("kappa_gender", "gender", "korean", 0.4, kind="kappa")
    found = distances.row(opposed(vectors(), vectors()), one, one)
    assert [(reason.key, reason.holes) for reason in found.reasons] == [("kind", {"kind": "kappa"})]
