import numpy as np
import pytest

from ksd_eval.metrics.differences import PairedDifference

WOMEN = PairedDifference("gender", ["woman"])
NESTED = "(korean - english) - (translated - original)"
FOUR = ("korean", "english", "original", "translated")
TWO = ("korean", "english")


def women(**counts):
    """Answer so that an arm has so many women of four pictures, by pair; None for silence."""

    def answer(pair, role, replicate):
        women = counts[role][pair]
        return {"gender": None if women is None else "woman" if replicate < women else "man"}

    return answer


def test_a_difference_of_differences_by_hand(study, one, rng):
    answer = women(
        korean={"a": 1, "b": 2, "c": 3},
        english={"a": 2, "b": 4, "c": 1},
        translated={"a": 4, "b": 1, "c": None},
        original={"a": 4, "b": 0, "c": 2},
    )
    metric = PairedDifference("gender", ["woman"], contrasts=[NESTED])
    found = metric(study({"a": {}, "b": {}, "c": {}}, answer, roles=FOUR), rng)
    difference = one(found, arm=NESTED)
    # a: (1 - 2) - (4 - 4) = -1; b: (2 - 4) - (1 - 0) = -3, of four; c is not in all arms
    assert difference.estimate == pytest.approx((-1 / 4 - 3 / 4) / 2)
    assert (difference.n_pairs, difference.n_images, difference.n_abstained) == (2, 32, 4)
    assert difference.p_value == 0.5


def test_a_difference_of_differences_is_what_it_says(study, one, rng):
    def answer(pair, role, replicate):
        return {
            "fit": float(np.random.default_rng([int(pair), *map(ord, role), replicate]).random())
        }

    plain = ["korean - english", "translated - original"]
    metric = PairedDifference("fit", contrasts=[*plain, NESTED], by="job")
    evidence = study({str(i): {"job": str(i % 2)} for i in range(8)}, answer, roles=FOUR)
    found = metric(evidence, rng)
    assert len(found) == 2 * 3 * 3
    for nested in (estimate for estimate in found if estimate.arm == NESTED):
        where = {name: getattr(nested, name) for name in ("by", "group", "estimand")}
        first, second = (one(found, arm=contrast, **where).estimate for contrast in plain)
        assert nested.estimate == pytest.approx(first - second)
        assert abs(nested.estimate) > 0.001
        assert nested.ci_low < nested.estimate < nested.ci_high


def test_a_difference_of_differences_needs_all_its_arms(study, rng):
    metric = PairedDifference("gender", ["woman"], contrasts=[NESTED, "korean - english"])
    found = metric(study({"a": {}}, lambda *_: {"gender": "man"}), rng)
    assert {estimate.arm for estimate in found} == {"korean - english"}


def test_alike_differences_of_shares_may_be_two_apart(study, one, rng):
    metric = PairedDifference("gender", ["man"], contrasts=[NESTED])
    evidence = study({str(i): {} for i in range(12)}, lambda *_: {"gender": "man"}, roles=FOUR)
    difference = one(metric(evidence, rng), arm=NESTED)
    unseen = 1 - 0.025 ** (1 / 12)
    assert (difference.ci_low, difference.ci_high) == pytest.approx((-2 * unseen, 2 * unseen))


def test_a_nested_contrast_is_not_for_every_metric():
    PairedDifference("gender", ["woman"], contrasts=[NESTED])
    with pytest.raises(ValueError, match="must be two of korean"):
        PairedDifference("gender", ["woman"], contrasts=["(korean - english) - original"])
