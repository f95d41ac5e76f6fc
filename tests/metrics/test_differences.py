from dataclasses import replace

import numpy as np
import pytest
from statsmodels.stats.multitest import fdrcorrection

from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.means import Mean
from ksd_eval.metrics.shares import Share

WOMEN = PairedDifference("gender", ["woman"])
TWO = ("korean", "english")


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
    assert len(found) == 2, "contrasts with an arm that is not there are left out"


def test_the_p_value_is_that_of_the_sign_flip_test(study, one, rng):
    pairs = "abcdef"
    answer = women(
        korean=dict.fromkeys(pairs, 1), english={p: 2 + i % 2 for i, p in enumerate(pairs)}
    )
    found = WOMEN(study({pair: {} for pair in pairs}, answer, roles=("korean", "english")), rng)
    # Of 2^6 flips, the observed one and its mirror image are the farthest.
    difference = one(found, arm="korean - english")
    assert (difference.p_value, difference.q_value, difference.note) == (2 / 2**6, None, "")
    assert one(found, arm="korean - english", estimand="over_seeds").p_value is None


@pytest.mark.parametrize(("count", "warned"), [(40, True), (99, True), (100, False)])
@pytest.mark.parametrize("flipped", [False, True])
def test_a_rare_label_with_few_prompts_warns_of_its_interval(
    study, one, rng, count, warned, flipped
):
    pairs = [str(i) for i in range(count)]
    rare = {"korean": {p: int(p) % 4 == 0 for p in pairs}, "english": {p: p == "7" for p in pairs}}
    answer = women(**{role: {p: 4 - n if flipped else n for p, n in of.items()}
                      for role, of in rare.items()})  # fmt: skip
    found = WOMEN(study({pair: {} for pair in pairs}, answer, roles=("korean", "english")), rng)
    note = one(found, arm="korean - english").note
    assert ("the interval claims too much" in note) == warned


def test_differences_are_those_of_the_shares_where_all_could_be_told(study, one, rng):
    def answer(pair, role, replicate):
        draw = np.random.default_rng([int(pair), len(role), replicate]).random()
        return {"gender": "woman" if draw < len(role) / 10 else "man"}

    evidence = study({str(i): {"job": str(i % 3)} for i in range(40)}, answer)
    shares = Share("gender", ["woman"], by="job")(evidence, rng)
    found = PairedDifference("gender", ["woman"], by="job")(evidence, rng)
    assert len(found) == 2 * 3 * 4
    for difference in found:
        left, right = difference.arm.split(" - ")
        where = {name: getattr(difference, name) for name in ("by", "group", "estimand")}
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
    unseen = 1 - 0.025 ** (1 / 12)
    assert difference.estimate == 0
    assert (difference.ci_low, difference.ci_high) == pytest.approx((-unseen, unseen))


def test_the_order_of_rows_does_not_matter(study, shuffled):
    def answer(pair, role, replicate):
        draw = np.random.default_rng([int(pair), len(role), replicate]).random()
        return {"gender": None if draw < 0.1 else "woman" if draw < 0.6 else "man"}

    evidence = study({str(i): {} for i in range(33)}, answer)
    found = WOMEN(evidence, np.random.default_rng(0))
    assert len({estimate.estimate for estimate in found}) == 6
    assert WOMEN(shuffled(evidence), np.random.default_rng(0)) == found


def test_a_pair_answered_in_one_arm_only_is_in_no_difference(study, one, rng):
    answer = women(korean={"a": 1, "b": None}, english={"a": None, "b": 4})
    found = WOMEN(study({"a": {}, "b": {}}, answer, roles=("korean", "english")), rng)
    difference = one(found, arm="korean - english")
    assert (difference.estimate, difference.n_pairs, difference.n_abstained) == (None, 0, 8)
    said = "no prompt pair has an answer in every arm; the judge could not tell of 8 pictures"
    assert difference.note == said
    assert difference.p_value is None
    assert one(found, arm="korean - english", estimand="over_seeds").note == said


@pytest.mark.parametrize("contrast", ["korean", "korean-english", "ko - en", "korean - korean"])
def test_a_contrast_that_no_run_has_is_refused_at_once(contrast):
    with pytest.raises(ValueError, match=f"contrast '{contrast}' must be two of korean, english"):
        PairedDifference("gender", ["woman"], contrasts=[contrast])


def test_over_seeds_matches_pictures_by_their_noise(study, one, rng):
    def silent(pair, role, replicate):
        # Of pair a, replicates 0 and 1 are women in Korean; the English arm is silent on 0.
        if pair == "a":
            told = (role, replicate) != ("english", 0)
            woman = role == "korean" and replicate < 2
        else:
            told, woman = True, role == "korean" and replicate == 3
        return {"gender": ("woman" if woman else "man") if told else None}

    found = WOMEN(study({"a": {}, "b": {}}, silent, roles=TWO), rng)
    prompts = one(found, arm="korean - english")
    seeds = one(found, arm="korean - english", estimand="over_seeds")
    assert prompts.estimate == pytest.approx((2 / 4 + 1 / 4) / 2)
    assert seeds.estimate == pytest.approx((1 / 3 + 1 / 4) / 2)
    assert (prompts.n_images, seeds.n_images) == (15, 14)
    assert (prompts.n_abstained, seeds.n_abstained) == (1, 1)
    assert seeds.ci_low < seeds.estimate < seeds.ci_high


def test_over_seeds_says_nothing_of_other_prompts(study, one, rng):
    def answer(pair, role, replicate):
        # Each prompt changes by its own amount, almost the same in every picture.
        noise = np.random.default_rng([int(pair), replicate]).normal() / 100
        return {"fit": float((role == "korean") * (int(pair) + noise))}

    found = PairedDifference("fit")(study({str(i): {} for i in range(9)}, answer), rng)
    prompts = one(found, arm="korean - english")
    seeds = one(found, arm="korean - english", estimand="over_seeds")
    assert prompts.estimate == pytest.approx(seeds.estimate)
    assert seeds.ci_high - seeds.ci_low < 0.05
    assert prompts.ci_high - prompts.ci_low > 4


def test_one_picture_a_pair_has_no_interval_over_seeds(study, one, rng):
    evidence = study(
        {"a": {}, "b": {}},
        women(korean={"a": 1, "b": 0}, english={"a": 0, "b": 0}),
        roles=TWO,
        replicates=1,
    )
    seeds = one(WOMEN(evidence, rng), arm="korean - english", estimand="over_seeds")
    assert (seeds.estimate, seeds.ci_low) == (0.5, None)
    assert (
        seeds.note
        == "no interval: prompts have one usable picture, which says nothing of other noise"
    )


def test_a_pair_with_one_usable_picture_leaves_no_interval_over_seeds(study, one, rng):
    def silent(pair, role, replicate):
        draw = np.random.default_rng([ord(pair), len(role), replicate]).random()
        return {"fit": None if pair == "b" and replicate else float(draw)}

    found = PairedDifference("fit")(study({"a": {}, "b": {}, "c": {}}, silent), rng)
    seeds = one(found, arm="korean - english", estimand="over_seeds")
    assert (seeds.estimate is None, seeds.ci_low) == (False, None)
    assert "1 of 3 prompts have one usable picture" in seeds.note


def test_pairs_that_share_their_noise_are_not_counted_as_so_many(study, one):
    def answer(pair, role, replicate):
        noise = np.random.default_rng([ord(pair[0]), replicate, len(role)]).normal()
        return {"fit": float(noise)}

    alone = {name: {"noise": name} for name in "abc"}
    threefold = {f"{name}{form}": {"noise": name} for name in "abc" for form in range(3)}
    metric = PairedDifference("fit", contrasts=["korean - english"])
    one_each, three = (
        one(
            metric(study(prompts, answer), np.random.default_rng(0)),
            arm="korean - english",
            estimand="over_seeds",
        )
        for prompts in (alone, threefold)
    )
    assert one_each.ci_low < one_each.estimate < one_each.ci_high
    assert (one_each.n_pairs, three.n_pairs) == (3, 9)
    for name in ("estimate", "ci_low", "ci_high"):
        assert getattr(three, name) == pytest.approx(getattr(one_each, name))


def test_the_order_of_the_arms_is_the_sign_of_the_difference(study, one):
    def answer(pair, role, replicate):
        draw = np.random.default_rng([int(pair), len(role), replicate]).random()
        return {"gender": None if draw < 0.2 else "woman" if draw < 0.6 else "man"}

    evidence = study({str(i): {} for i in range(12)}, answer, replicates=8)
    there, back = (
        replace(WOMEN, contrasts=[contrast])(evidence, np.random.default_rng(0))
        for contrast in ("korean - english", "english - korean")
    )
    assert there[0].estimate != 0
    for one_way, other_way in zip(there, back, strict=True):
        assert one_way.estimate == pytest.approx(-other_way.estimate)
        assert one_way.ci_low == pytest.approx(-other_way.ci_high)
        assert one_way.p_value == other_way.p_value


def test_groups_have_q_values_and_all_together_has_none(study, one, rng):
    def answer(pair, role, replicate):
        lean = 0.9 if role == "korean" and int(pair) % 4 == 0 else 0.5
        draw = np.random.default_rng([int(pair), len(role), replicate]).random()
        return {"gender": "woman" if draw < lean else "man"}

    metric = PairedDifference("gender", ["woman", "man"], by="job")
    found = metric(study({str(i): {"job": str(i % 4)} for i in range(40)}, answer), rng)
    assert one(found, arm="korean - english", category="woman").q_value is None
    groups = [
        one(found, arm="korean - english", category="woman", by="job", group=str(i))
        for i in range(4)
    ]
    p_values = [group.p_value for group in groups]
    assert min(p_values) < 0.05 < max(p_values)
    assert [group.q_value for group in groups] == pytest.approx(fdrcorrection(p_values)[1])
    seeds = [estimate for estimate in found if estimate.estimand == "over_seeds"]
    assert {estimate.q_value for estimate in seeds} == {None}
