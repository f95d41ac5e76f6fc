from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ksd_eval.metrics.base import Evidence
from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.pairs import PerPair
from ksd_eval.metrics.shares import Share
from ksd_eval.numerics import intervals

TWO = {"a": {"kind": "person"}, "b": {"kind": "person"}}
WOMEN = Share("gender", ["woman"])


def unequal(pair, role, replicate):
    """Pair a: 1 of 4 women. Pair b: 1 of 1, the judge cannot tell of the other three."""
    if pair == "a":
        return {"gender": "woman" if replicate == 0 else "man"}
    return {"gender": "woman" if replicate == 0 else None}


def mixed(pair, role, replicate):
    """Shares that differ by pair and role, with abstentions."""
    draw = np.random.default_rng([sum(map(ord, pair + role)), replicate]).random()
    return {"gender": None if draw < 0.1 else "woman" if draw < 0.5 else "man"}


def many(count, **attributes):
    return {f"p{i:02d}": attributes | {"group": f"g{i % 3}"} for i in range(count)}


def test_each_pair_counts_once(study, one, rng):
    found = WOMEN(study(TWO, unequal), rng)
    share = one(found, arm="korean")
    assert share.estimate == pytest.approx((0.25 + 1) / 2)
    assert (share.n_pairs, share.n_images, share.n_abstained) == (2, 5, 3)


def test_over_seeds_pools_the_pictures_and_says_so(study, one, rng):
    seeds = one(WOMEN(study(TWO, unequal), rng), arm="korean", estimand="over_seeds")
    wilson = stats.binomtest(2, 5).proportion_ci(0.95, method="wilson")
    assert seeds.estimate == pytest.approx(2 / 5)
    assert (seeds.ci_low, seeds.ci_high) == pytest.approx((wilson.low, wilson.high))
    assert seeds.method == "wilson"


@pytest.mark.parametrize("count", [12, 40])
def test_the_order_of_rows_does_not_matter(study, shuffled, count):
    evidence = study(many(count), mixed)
    metric = Share("gender", ["woman", "man"], by="group")
    found = metric(evidence, np.random.default_rng(0))
    assert len({estimate.estimate for estimate in found}) > 4
    assert {estimate.method for estimate in found} > {"wilson"}
    assert metric(shuffled(evidence), np.random.default_rng(0)) == found


@pytest.mark.parametrize("count", [12, 40])
def test_doubling_replicates_changes_next_to_nothing_where_prompts_decide(study, one, count):
    def leaning(pair, role, replicate):
        lean = 0.9 if int(pair[1:]) % 3 else 0.1
        draw = np.random.default_rng([int(pair[1:]), replicate]).random()
        return {"gender": "woman" if draw < lean else "man"}

    def twice(pair, role, replicate):
        return leaning(pair, role, replicate // 2)

    once, doubled = (
        one(WOMEN(evidence, np.random.default_rng(0)), arm="korean")
        for evidence in (study(many(count), leaning), study(many(count), twice, replicates=8))
    )
    assert doubled.n_images == 2 * once.n_images
    assert (doubled.estimate, doubled.n_pairs) == (once.estimate, once.n_pairs)
    assert once.ci_high - once.ci_low > 0.2
    for name in ("ci_low", "ci_high"):
        assert getattr(once, name) == pytest.approx(getattr(doubled, name), abs=0.01)


def test_a_group_of_only_abstentions_is_none_with_the_count(study, one, rng):
    def answer(pair, role, replicate):
        return {"gender": None} if pair == "b" else unequal(pair, role, replicate)

    prompts = {"a": {"occupation": "doctor"}, "b": {"occupation": "nurse"}}
    found = Share("gender", ["woman"], by="occupation")(study(prompts, answer), rng)
    for estimand in ("over_prompts", "over_seeds"):
        silent = one(found, by="occupation", group="nurse", arm="korean", estimand=estimand)
        assert (silent.estimate, silent.ci_low, silent.ci_high) == (None, None, None)
        assert (silent.n_pairs, silent.n_images, silent.n_abstained) == (0, 0, 4)
        assert silent.note == "no judge could tell of any of the 4 pictures"


def test_one_prompt_has_an_estimate_and_no_interval(study, one, rng):
    share = one(WOMEN(study({"a": {}}, unequal), rng), arm="korean")
    assert (share.estimate, share.ci_low, share.ci_high) == (0.25, None, None)
    assert "one prompt pair says nothing of other prompts" in share.note


def test_pairs_that_all_agree_have_the_interval_of_what_may_be_unseen(study, one, rng):
    share = one(WOMEN(study(many(15), lambda *_: {"gender": "woman"}), rng), arm="korean")
    assert share.estimate == 1
    assert (share.ci_low, share.ci_high) == pytest.approx((0.025 ** (1 / 15), 1))
    assert share.method == "all_alike"


def test_intervals_stay_among_possible_shares(study, one, rng):
    def rare(pair, role, replicate):
        return {"gender": "woman" if pair == "p00" else "man"}

    share = one(WOMEN(study(many(12), rare), rng), arm="korean")
    assert share.estimate == pytest.approx(1 / 12)
    assert 0 < share.ci_low < share.estimate < share.ci_high < 1


def test_a_planted_share_is_recovered(study, one, rng):
    def planted(pair, role, replicate):
        lean = 0.7 + 0.2 * (int(pair[1:]) % 2) - 0.1
        draw = np.random.default_rng([int(pair[1:]), replicate]).random()
        return {"gender": "woman" if draw < lean else "man"}

    share = one(WOMEN(study(many(80), planted, replicates=10), rng), arm="korean")
    assert share.ci_low < 0.7 < share.ci_high
    assert share.ci_high - share.ci_low < 0.12


def test_groups_are_those_of_each_attribute_by_itself(study, one, rng):
    prompts = {
        "a": {"kind": "job", "job": "doctor"},
        "b": {"kind": "job", "job": "nurse"},
        "c": {"kind": "trait", "trait": "kind"},
    }
    found = Share("gender", ["woman"], by=["job", "trait"])(study(prompts, unequal), rng)
    groups = {(estimate.by, estimate.group) for estimate in found}
    assert groups == {("", ""), ("job", "doctor"), ("job", "nurse"), ("trait", "kind")}


def test_only_prompts_asked_for_are_kept(study, one, rng):
    prompts = {"a": {"kind": "job"}, "b": {"kind": "trait"}, "c": {"kind": "scene"}}
    several = Share("gender", ["woman"], keep={"kind": ["job", "trait"]})
    assert one(several(study(prompts, unequal), rng), arm="korean").n_pairs == 2
    single = Share("gender", ["woman"], keep={"kind": "job"})
    assert one(single(study(prompts, unequal), rng), arm="korean").estimate == 0.25


@pytest.mark.parametrize(
    ("metric", "note"),
    [
        (Share("sex", ["woman"]), "no judge measured 'sex' in this run, which has: gender"),
        (Share("gender", ["woman"], judge="x"), "judge 'x' measured 'gender'"),
        (Share("gender", ["woman"], keep={"kind": "scene"}), "no prompt has kind = scene"),
        (Share("gender", ["woman"], keep={"job": "x"}), "the prompts have no attribute 'job'"),
    ],
)
def test_what_cannot_be_had_is_none_and_says_why(study, rng, metric, note):
    found = metric(study(TWO, unequal), rng)
    assert {estimate.arm for estimate in found} == {"korean", "english", "original"}
    assert {estimate.estimate for estimate in found} == {None}
    assert all(note in estimate.note for estimate in found)


def test_an_unknown_attribute_to_group_by_is_said(study, one, rng):
    found = Share("gender", ["woman"], by="job")(study(TWO, unequal), rng)
    assert one(found, arm="korean").estimate is not None
    missing = one(found, by="job", arm="korean")
    assert (missing.estimate, missing.note) == (None, "no prompt has the attribute 'job'")


def test_a_value_has_no_share(study, one, rng):
    found = Share("fit", ["good"])(study(TWO, lambda *_: {"fit": 0.5}), rng)
    assert "'fit' has no label in any picture" in one(found, arm="korean").note


def test_a_label_that_is_never_given_is_zero_with_a_warning(study, one, rng):
    share = one(Share("gender", ["women"])(study(TWO, unequal), rng), arm="korean")
    assert (share.estimate, share.note) == (0, "no picture is labelled 'women'")


def test_labels_may_be_written_as_numbers(study, one, rng):
    evidence = study(TWO, lambda pair, role, replicate: {"skin": str(1 + replicate % 2)})
    found = Share("skin", [1, 2])(evidence, rng)
    assert one(found, arm="korean", category="1").estimate == 0.5


def test_the_share_drawn_as_asked(study, one, rng):
    prompts = {"a": {"job": "doctor"}, "b": {"job": "nurse"}, "c": {"trait": "kind"}}
    evidence = study(prompts, lambda pair, role, r: {"job": "doctor" if r else "nurse"})
    found = Share("job", ["prompt.job"], by="job")(evidence, rng)
    assert one(found, by="job", group="doctor", arm="korean").estimate == 0.75
    assert one(found, by="job", group="nurse", arm="korean").estimate == 0.25
    overall = one(found, arm="korean")
    assert (overall.estimate, overall.n_pairs) == (0.5, 2), "who asked for none is not counted"
    nobody = Share("job", ["prompt.colour"])(evidence, rng)
    assert one(nobody, arm="korean").note == "no picture is labelled 'prompt.colour'"


def test_an_arm_that_the_run_lacks_is_not_there(study, rng):
    found = WOMEN(study(TWO, unequal, roles=("english", "korean")), rng)
    assert [estimate.arm for estimate in found] == ["korean"] * 2 + ["english"] * 2


def test_two_judges_of_one_thing_are_not_mixed(study, one, rng):
    evidence, other = study(TWO, unequal), study(TWO, lambda *_: {"gender": "man"}, judge="clip")
    both = Evidence(
        evidence.images, pd.concat([evidence.measurements, other.measurements], ignore_index=True)
    )
    mixed_up = one(WOMEN(both, rng), arm="korean")
    assert (mixed_up.estimate, "clip and reader" in mixed_up.note) == (None, True)
    assert one(replace(WOMEN, judge="clip")(both, rng), arm="korean").estimate == 0
    assert one(replace(WOMEN, judge="reader")(both, rng), arm="korean").estimate == 0.625


def test_a_share_over_prompts_has_the_interval_of_shares(study, one, rng):
    share = one(WOMEN(study(many(12), mixed), rng), arm="korean")
    said = [[a for r in range(4) if (a := mixed(pair, "korean", r)["gender"])] for pair in many(12)]
    shares = [np.mean([one == "woman" for one in mine]) for mine in said]
    even = 12**2 / sum(1 / len(mine) for mine in said)
    theirs = intervals.share_over_prompts(shares, even, 0.95)
    assert even < share.n_images < 48, "some were silent, and not as many of each"
    assert (share.ci_low, share.ci_high) == pytest.approx((theirs.low, theirs.high))
    assert share.method == theirs.method
    assert share.p_value is None


def test_one_picture_a_prompt_is_a_binomial(study, one, rng):
    found = WOMEN(study(many(20), mixed, replicates=1), rng)
    share = one(found, arm="korean")
    women = round(share.estimate * share.n_pairs)
    assert 1 < women < share.n_pairs - 1
    exact = stats.binomtest(women, share.n_pairs).proportion_ci(0.95)
    assert (share.ci_low, share.ci_high) == pytest.approx((exact.low, exact.high))


def test_where_prompts_have_unequally_many_pictures_a_rare_answer_is_still_covered():
    """Of half of the prompts one picture could be told, of the others twenty; all alike at 2 %."""
    rng, covered, studies = np.random.default_rng(0), 0, 120
    counts = np.where(np.arange(100) % 2, 20, 1)
    for _ in range(studies):
        found = rng.binomial(counts, 0.02) / counts
        share = intervals.share_over_prompts(found, PerPair(found, 0, 0, counts).even_images, 0.95)
        covered += share.covers(0.02)
    assert covered / studies > 0.93, "by the plain number of pictures it is .73"


def test_a_test_that_excludes_nothing_has_no_interval(study, one, rng):
    metric = PairedDifference("gender", ["woman"], interval="sign_flip", level=0.999)
    found = one(metric(study(many(8), mixed), rng), arm="korean - english")
    assert (found.ci_low, found.ci_high) == (None, None)
    assert "so few prompt pairs exclude nothing at this level" in found.note
