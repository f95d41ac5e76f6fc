from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import fdrcorrection

from ksd_eval.metrics.amplification import Amplification, interval_over_groups
from ksd_eval.metrics.pairs import PerPair
from ksd_eval.metrics.shares import p_of_share
from ksd_eval.numerics import intervals
from ksd_eval.numerics.pairs import even_size
from ksd_eval.records import ReferenceShare, columns

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)
ARM = ("korean",)
BOTH = ("over_prompts", "over_seeds")
METRIC = Amplification("gender", "woman", "census", "job")


def jobs(names, wordings=4):
    return {f"{name}-{w}": {"job": name} for name in names for w in range(wordings)}


def census(**shares):
    """Return the named shares of women; a source of their own for those of the census."""
    rows = [
        ReferenceShare("census", "gender", "job", job, "woman", share, "Yearbook, table 2")
        for job, share in shares.items()
    ]
    others = [
        ReferenceShare("census", "gender", "job", "nurse", "man", 0.9, "another category"),
        ReferenceShare("census", "age", "job", "nurse", "woman", 0.9, "another measurement"),
        ReferenceShare("census", "gender", "kind", "nurse", "woman", 0.9, "another attribute"),
        ReferenceShare("corpus", "gender", "job", "nurse", "woman", 0.9, "another reference"),
    ]
    return pd.DataFrame([*others, *rows], columns=columns(ReferenceShare))


def women(**of_four):
    """Return a judge that sees so many women among the four pictures of every prompt of a job."""

    def answer(pair, role, replicate):
        return {"gender": "woman" if replicate < of_four[pair.split("-")[0]] else "man"}

    return answer


def drawn(seed, abstain=0.1, **share):
    def answer(pair, role, replicate):
        draw = np.random.default_rng([seed, *map(ord, pair + role), replicate]).random(2)
        woman = draw[1] < share[pair.split("-")[0]]
        return {"gender": None if draw[0] < abstain else "woman" if woman else "man"}

    return answer


@pytest.fixture
def held(study):
    """Return a function that makes the evidence of a run with named shares."""

    def make(answer, shares, wordings=4, roles=ARM, replicates=4):
        names = ("doctor", "nurse", "singer")
        evidence = study(jobs(names, wordings), answer, roles, replicates)
        return replace(evidence, shares=shares)

    return make


# -- groups


def test_a_group_is_held_against_its_own_share(held, one, rng):
    evidence = held(women(doctor=1, nurse=4, singer=2), census(doctor=0.4, nurse=0.9))
    found = METRIC(evidence, rng)
    for estimand in BOTH:
        doctor = one(found, by="job", group="doctor", arm="korean", estimand=estimand)
        assert doctor.estimate == pytest.approx(0.25 - 0.4)
        assert (doctor.n_pairs, doctor.n_images) == (4, 16)
        assert (doctor.metric, doctor.category) == ("amplification", "woman")
        assert (doctor.reference, doctor.note) == ("census", "reference: Yearbook, table 2")
    assert one(found, by="job", group="nurse", arm="korean").estimate == pytest.approx(0.1)


def test_the_intervals_of_a_group_are_those_of_its_share(held, one, rng):
    evidence = held(drawn(1, doctor=0.3, nurse=0.8, singer=0.5), census(doctor=0.4), 12)
    found = METRIC(evidence, rng)
    told = evidence.measurements[evidence.measurements["status"] == "ok"]
    told = told[told["prompt.job"] == "doctor"].assign(x=lambda rows: rows["label"] == "woman")
    shares = told.groupby("pair_id")["x"].mean().to_numpy(dtype=float)
    assert np.ptp(shares) > 0.2
    counts = told.groupby("pair_id").size().to_numpy(dtype=float)
    share = intervals.share_over_prompts(shares, even_size(counts), 0.95)
    prompts = one(found, by="job", group="doctor", arm="korean")
    assert (prompts.ci_low, prompts.ci_high) == pytest.approx((share.low - 0.4, share.high - 0.4))
    assert prompts.p_value == p_of_share(PerPair(shares, len(told), 0, counts), 0.4)
    wilson = stats.binomtest(int(told["x"].sum()), len(told)).proportion_ci(method="wilson")
    seeds = one(found, by="job", group="doctor", arm="korean", estimand="over_seeds")
    assert (seeds.ci_low, seeds.ci_high) == pytest.approx((wilson.low - 0.4, wilson.high - 0.4))
    assert (prompts.n_abstained, seeds.n_abstained) == (48 - len(told),) * 2 != (0, 0)


def test_the_groups_of_an_arm_are_one_scan(held, one, rng):
    shares = census(doctor=0.4, nurse=0.5, singer=0.6)
    answer = drawn(2, doctor=0.1, nurse=0.9, singer=0.55)
    found = METRIC(held(answer, shares, 12, roles=("korean", "english")), rng)
    for arm in ("korean", "english"):
        scan = [one(found, by="job", group=job, arm=arm) for job in ("doctor", "nurse", "singer")]
        p_values = [estimate.p_value for estimate in scan]
        assert len(set(p_values)) == 3
        assert [one.q_value for one in scan] == pytest.approx(fdrcorrection(p_values)[1])
    assert all(one.q_value is None for one in found if not one.group)


# -- all groups together


def test_all_together_is_the_mean_over_pairs_of_what_each_exceeds_its_share_by(held, one, rng):
    evidence = held(drawn(3, doctor=0.2, nurse=0.9, singer=0.5), census(doctor=0.4, nurse=0.7), 9)
    whole = one(METRIC(evidence, rng), arm="korean")
    usual = {"doctor": 0.4, "nurse": 0.7}
    told = evidence.measurements[evidence.measurements["status"] == "ok"]
    told = told[told["prompt.job"].isin(usual)]
    x = (told["label"] == "woman") - told["prompt.job"].map(usual)
    assert x.groupby(told["prompt.job"]).mean().abs().min() > 0.05
    excess = x.groupby(told["pair_id"]).mean().to_numpy()
    assert whole.estimate == pytest.approx(excess.mean())
    student = intervals.student(excess, 0.95)
    assert (whole.ci_low, whole.ci_high) == pytest.approx((student.low, student.high))
    flipped = stats.permutation_test(
        (excess,), np.mean, permutation_type="samples", n_resamples=4000, rng=rng
    )
    assert whole.p_value == pytest.approx(flipped.pvalue, abs=0.03)
    assert (whole.n_pairs, whole.n_images) == (18, len(told))
    seeds = one(METRIC(evidence, rng), arm="korean", estimand="over_seeds")
    assert seeds.estimate == pytest.approx(x.mean())
    assert seeds.ci_low < seeds.estimate < seeds.ci_high


# -- exaggeration


def test_a_model_that_makes_majorities_larger_exaggerates(held, one, rng):
    # Doctors are rather men, nurses rather women; the model says so of three quarters and of all.
    evidence = held(women(doctor=1, nurse=4, singer=2), census(doctor=0.4, nurse=0.9))
    found = METRIC(evidence, rng)
    for estimand in BOTH:
        mean = one(found, by="job", arm="korean", estimand=estimand)
        assert mean.metric == "exaggeration"
        assert mean.estimate == pytest.approx((0.15 + 0.1) / 2)
        assert (mean.n_pairs, mean.n_images) == (8, 32)
        assert mean.note.startswith("mean over 2 groups; reference: Yearbook, table 2")
    # What exceeds in opposite directions cancels in the mean over all pairs.
    assert one(found, arm="korean").estimate == pytest.approx(-0.025)


def test_a_model_that_is_more_equal_than_the_reference_understates(held, one, rng):
    evidence = held(women(doctor=2, nurse=2, singer=2), census(doctor=0.2, nurse=0.9, singer=0.7))
    mean = one(METRIC(evidence, rng), by="job", arm="korean")
    assert mean.estimate == pytest.approx(-(0.3 + 0.4 + 0.2) / 3)
    student = intervals.student([-0.3, -0.4, -0.2], 0.95)
    assert mean.ci_low == pytest.approx(student.low)
    assert mean.ci_high == pytest.approx(student.high)
    assert mean.p_value == pytest.approx(2 / 2**3)


def test_exaggeration_is_mean_bias_amplification(held, one, rng):
    """As Zhao et al. write it: a sum over both genders of every object, of the biases above 1/2."""
    usual = {"doctor": 0.4, "nurse": 0.9, "singer": 0.55}
    answer = drawn(5, abstain=0, doctor=0.3, nurse=0.95, singer=0.4)
    evidence = held(answer, census(**usual))
    rows = evidence.measurements
    amplified = 0.0
    for job, seen in pd.crosstab(rows["prompt.job"], rows["label"], normalize="index").iterrows():
        for gender, bias in (("woman", usual[job]), ("man", 1 - usual[job])):
            amplified += (seen[gender] - bias) * (bias > 1 / 2)
    assert abs(amplified) > 0.05
    for estimand in BOTH:
        mean = one(METRIC(evidence, rng), by="job", arm="korean", estimand=estimand)
        assert mean.estimate == pytest.approx(amplified / len(usual))


def test_it_is_the_same_of_the_other_category(held, one):
    answer = drawn(6, abstain=0, doctor=0.3, nurse=0.95, singer=0.4)
    shares = census(doctor=0.4, nurse=0.9, singer=0.55)
    men = shares[shares["category"] == "woman"].assign(category="man")
    men["share"] = 1 - men["share"]
    evidence = held(answer, shares)
    found = METRIC(evidence, np.random.default_rng(0))
    mirrored = replace(METRIC, category="man")(
        replace(evidence, shares=men), np.random.default_rng(0)
    )
    for one_way, other_way in zip(found, mirrored, strict=True):
        sign = 1 if one_way.metric == "exaggeration" else -1
        assert other_way.estimate == pytest.approx(sign * one_way.estimate)
        ends = sorted((sign * one_way.ci_low, sign * one_way.ci_high))
        assert (other_way.ci_low, other_way.ci_high) == pytest.approx(ends)
        if one_way.p_value is not None:
            assert other_way.p_value == pytest.approx(one_way.p_value, rel=1e-6)


def test_a_group_that_leans_neither_way_counts_as_nothing(held, one, rng):
    evidence = held(women(doctor=1, nurse=4, singer=2), census(doctor=0.4, singer=0.5))
    found = METRIC(evidence, rng)
    for estimand in BOTH:
        mean = one(found, by="job", arm="korean", estimand=estimand)
        assert mean.estimate == pytest.approx((0.15 + 0) / 2)
        assert mean.ci_low <= mean.estimate <= mean.ci_high
    men = intervals.wilson(12, 16, 0.95)
    assert (mean.ci_low, mean.ci_high) == pytest.approx(((men.low - 0.6) / 2, (men.high - 0.6) / 2))
    none = METRIC(replace(evidence, shares=census(singer=0.5)), rng)
    for estimand in BOTH:
        mean = one(none, by="job", arm="korean", estimand=estimand)
        assert mean.estimate is None
        assert "the reference leans in none of them" in mean.note


def test_one_group_says_nothing_of_others(held, one, rng):
    evidence = held(women(doctor=1, nurse=4, singer=2), census(doctor=0.4))
    mean = one(METRIC(evidence, rng), by="job", arm="korean")
    assert (mean.estimate, mean.ci_low, mean.p_value) == (pytest.approx(0.15), None, None)
    assert "no interval: one group says nothing of others" in mean.note
    seeds = one(METRIC(evidence, rng), by="job", arm="korean", estimand="over_seeds")
    assert seeds.ci_low < 0.15 < seeds.ci_high


# -- interval over groups


@QUICK
@given(st.lists(st.integers(0, 8), min_size=1, max_size=12))
def test_groups_of_equal_size_have_wilsons_interval_of_all_their_pictures(successes):
    n = np.full(len(successes), 8)
    low, high = interval_over_groups(np.array(successes) / 8, n, 0.9)
    wilson = intervals.wilson(sum(successes), int(n.sum()), 0.9)
    assert (low, high) == pytest.approx((wilson.low, wilson.high), abs=1e-12)


def test_the_interval_over_groups_covers_where_groups_are_of_unlike_size(rng):
    n, p = np.array([3, 8, 8, 5, 8, 2, 8, 7]), np.array([0.97, 0.9, 0.6, 0.8, 0.99, 0.7, 0.5, 0.95])
    covered = []
    for counts in rng.binomial(n, p, (2000, len(n))):
        low, high = interval_over_groups(counts / n, n, 0.95)
        covered.append(low <= p.mean() <= high)
    assert 0.945 < np.mean(covered) < 0.995


# -- a model that is as the reference says


def test_a_faithful_model_is_called_remarkable_as_seldom_as_promised(held, rng):
    usual = {"doctor": 0.3, "nurse": 0.9, "singer": 0.6}
    metric = replace(METRIC, resamples=200)
    beyond = []
    for seed in range(60):
        found = metric(held(drawn(seed, **usual), census(**usual), 4), rng)
        missed = [not one.ci_low <= 0 <= one.ci_high for one in found]
        beyond.append([*missed, *(one.p_value <= 0.05 for one in found if one.p_value is not None)])
    assert np.shape(beyond) == (60, 15)
    assert np.mean(beyond, axis=0).max() < 0.11
    assert np.mean(beyond) < 0.06


# -- what cannot be told


def test_groups_without_a_share_are_left_out_and_counted(held, one, rng):
    evidence = held(women(doctor=1, nurse=4, singer=2), census(doctor=0.4, nurse=None))
    found = METRIC(evidence, rng)
    assert {estimate.group for estimate in found} == {"", "doctor"}
    whole = one(found, arm="korean")
    left_out = "2 of 3 groups have no share in 'census'"
    assert whole.note == f"reference: Yearbook, table 2; {left_out}"
    assert left_out in one(found, by="job", arm="korean").note
    empty = evidence.shares.astype(object)
    empty.loc[empty["share"].isna(), "share"] = ""
    assert METRIC(replace(evidence, shares=empty), np.random.default_rng(0)) == METRIC(
        evidence, np.random.default_rng(0)
    )


def test_several_sources_are_cited_with_the_groups(held, one, rng):
    shares = census(doctor=0.4, nurse=0.9)
    shares.loc[shares["group"] == "doctor", "source"] = "Bulletin"
    found = METRIC(held(women(doctor=1, nurse=4, singer=2), shares), rng)
    assert one(found, by="job", group="doctor", arm="korean").note == "reference: Bulletin"
    assert "reference: 2 sources, see groups" in one(found, arm="korean").note


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"reference": "unesco"}, "'unesco' has no share of 'woman' for any 'job'; references"),
        ({"category": "child"}, "'census' has no share of 'child' for any 'job'"),
        ({"measurement": "height"}, "no judge measured 'height' in this run"),
        ({"keep": {"job": "judge"}}, "no prompt has job = judge"),
    ],
)
def test_without_a_share_or_a_picture_there_is_a_reason(change, note, held, one, rng):
    evidence = held(women(doctor=1, nurse=4, singer=2), census(doctor=0.4))
    found = replace(METRIC, **change)(evidence, rng)
    assert len(found) == 4
    for estimand in BOTH:
        for by in ("", "job"):
            nothing = one(found, by=by, arm="korean", estimand=estimand)
            assert (nothing.estimate, nothing.ci_low, nothing.n_images) == (None, None, 0)
            assert note in nothing.note


def test_prompts_without_the_attribute_and_two_shares_of_one_group_are_said(held, one, rng):
    evidence = held(women(doctor=1, nurse=4, singer=2), census(doctor=0.4))
    shares = evidence.shares.assign(by="trade")
    found = replace(METRIC, by="trade")(replace(evidence, shares=shares), rng)
    assert "no prompt has the attribute 'trade'" in one(found, arm="korean").note
    twice = pd.concat([evidence.shares, evidence.shares])
    found = METRIC(replace(evidence, shares=twice), rng)
    assert one(found, arm="korean").note == "'census' has more than one share for 'doctor'"


def test_a_silent_group_is_no_zero(held, one, rng):
    def silent(pair, role, replicate):
        return {"gender": None if pair.startswith("doctor") else "woman"}

    found = METRIC(held(silent, census(doctor=0.4, nurse=0.9)), rng)
    doctor = one(found, by="job", group="doctor", arm="korean")
    assert (doctor.estimate, doctor.n_abstained) == (None, 16)
    assert doctor.note.startswith("no judge could tell of any of the 16 pictures")
    whole = one(found, arm="korean")
    assert (whole.estimate, whole.n_abstained) == (pytest.approx(0.1), 16)
    assert "mean over 1 group;" in one(found, by="job", arm="korean").note
    alone = METRIC(held(silent, census(doctor=0.4)), rng)
    assert one(alone, arm="korean").estimate is None
    assert "no judge could tell of any of the 16 pictures" in one(alone, arm="korean").note


def test_the_order_of_rows_does_not_matter(held, shuffled):
    answer = drawn(7, doctor=0.3, nurse=0.95, singer=0.4)
    evidence = held(answer, census(doctor=0.4, nurse=0.9, singer=0.55), 12)
    metric = replace(METRIC, resamples=50)
    found = metric(evidence, np.random.default_rng(0))
    assert len({estimate.estimate for estimate in found}) > 4
    other = replace(shuffled(evidence), shares=evidence.shares.sample(frac=1, random_state=3))
    assert metric(other, np.random.default_rng(0)) == found


def test_a_question_without_groups_is_refused_at_once():
    with pytest.raises(ValueError, match=r"by must name the attribute whose values 'census' has"):
        Amplification("gender", "woman", "census", "")
