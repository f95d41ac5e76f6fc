import numpy as np
import pytest

from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.means import Mean
from ksd_eval.metrics.shares import Share

WOMEN = PairedDifference("gender", ["woman"])


def women(**counts):
    """Answer so that an arm has so many women of four pictures, by pair; None for silence."""

    def answer(pair, role, replicate):
        women = counts[role][pair]
        return {"gender": None if women is None else "woman" if replicate < women else "man"}

    return answer


def test_a_difference_is_that_of_the_pairs_in_both_arms(study, one, rng):
    answer = women(korean={"a": 1, "b": 2, "c": None}, english={"a": 2, "b": 4, "c": 4})
    evidence = study({"a": {}, "b": {}, "c": {}}, answer, roles=("korean", "english"))
    found = WOMEN(evidence, rng)
    difference = one(found, arm="korean - english")
    assert difference.estimate == pytest.approx((-0.25 - 0.5) / 2)
    assert (difference.n_pairs, difference.n_images, difference.n_abstained) == (2, 16, 4)
    assert len(found) == 1, "contrasts with an arm that is not there are left out"


def test_the_note_has_the_sign_flip_p(study, one, rng):
    pairs = "abcdef"
    answer = women(
        korean=dict.fromkeys(pairs, 1), english={p: 2 + i % 2 for i, p in enumerate(pairs)}
    )
    found = WOMEN(study({pair: {} for pair in pairs}, answer, roles=("korean", "english")), rng)
    # Of 2^6 flips, the observed one and its mirror image are the farthest.
    assert "sign-flip p = 0.0312" in one(found, arm="korean - english").note


def test_differences_are_those_of_the_shares_where_all_could_be_told(study, one, rng):
    def answer(pair, role, replicate):
        draw = np.random.default_rng([int(pair), len(role), replicate]).random()
        return {"gender": "woman" if draw < len(role) / 10 else "man"}

    evidence = study({str(i): {"job": str(i % 3)} for i in range(40)}, answer)
    shares = Share("gender", ["woman"], by="job")(evidence, rng)
    found = PairedDifference("gender", ["woman"], by="job")(evidence, rng)
    assert len(found) == 3 * 4
    for difference in found:
        left, right = difference.arm.split(" - ")
        where = {"by": difference.by, "group": difference.group}
        apart = one(shares, arm=left, **where).estimate - one(shares, arm=right, **where).estimate
        assert difference.estimate == pytest.approx(apart)
    assert len({round(difference.estimate, 6) for difference in found}) > 6


def test_a_planted_difference_is_found_and_its_absence_is_not(study, one, rng):
    def answer(pair, role, replicate):
        # Pairs differ widely, and the noise is shared: only the difference is small in spread.
        noise = np.random.default_rng([int(pair), replicate]).normal()
        return {"fit": float(int(pair) + noise + (role == "korean") * (0.5 + noise / 10))}

    evidence = study({str(i): {} for i in range(30)}, answer)
    found = PairedDifference("fit")(evidence, rng)
    planted = one(found, arm="korean - english")
    assert planted.ci_low < 0.5 < planted.ci_high
    assert planted.ci_high - planted.ci_low < 0.1
    unpaired = one(Mean("fit")(evidence, rng), arm="korean")
    assert unpaired.ci_high - unpaired.ci_low > 2
    nothing = one(found, arm="english - original")
    assert (nothing.estimate, nothing.ci_low) == (0, None)
    assert "all pairs show the same value" in nothing.note


def test_alike_shares_are_not_said_to_be_alike_for_sure(study, one, rng):
    prompts = {str(i): {} for i in range(12)}
    evidence = study(prompts, lambda *_: {"gender": "man"})
    difference = one(PairedDifference("gender", ["man"])(evidence, rng), arm="korean - english")
    unseen = 1 - 0.05 ** (1 / 12)
    assert difference.estimate == 0
    assert (difference.ci_low, difference.ci_high) == pytest.approx((-unseen, unseen))


def test_the_order_of_rows_does_not_matter(study, shuffled):
    def answer(pair, role, replicate):
        draw = np.random.default_rng([int(pair), len(role), replicate]).random()
        return {"gender": None if draw < 0.1 else "woman" if draw < 0.6 else "man"}

    evidence = study({str(i): {} for i in range(33)}, answer)
    found = WOMEN(evidence, np.random.default_rng(0))
    assert len({estimate.estimate for estimate in found}) == 3
    assert WOMEN(shuffled(evidence), np.random.default_rng(0)) == found


def test_a_pair_answered_in_one_arm_only_is_in_no_difference(study, one, rng):
    answer = women(korean={"a": 1, "b": None}, english={"a": None, "b": 4})
    found = WOMEN(study({"a": {}, "b": {}}, answer, roles=("korean", "english")), rng)
    difference = one(found, arm="korean - english")
    assert (difference.estimate, difference.n_pairs, difference.n_abstained) == (None, 0, 8)
    assert difference.note


@pytest.mark.parametrize("contrast", ["korean", "korean-english", "ko - en", "korean - korean"])
def test_a_contrast_that_no_run_has_is_refused_at_once(contrast):
    with pytest.raises(ValueError, match=f"contrast '{contrast}' must be two of korean, english"):
        PairedDifference("gender", ["woman"], contrasts=[contrast])
