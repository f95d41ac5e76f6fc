from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ksd_eval.metrics.corrected import CorrectedShare
from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.shares import Share
from ksd_eval.numerics import corrections
from ksd_eval.numerics.intervals import Interval
from ksd_eval.records import Confusion, Label, columns

WOMEN = CorrectedShare("gender", ["woman"], by="job")
SKIN = CorrectedShare("skin", ["1", "2", "3"])

GENDER = {
    ("woman", "woman"): 140,
    ("woman", "man"): 10,
    ("man", "woman"): 6,
    ("man", "man"): 144,
    ("man", "abstained"): 50,
}
SKINS = {(truth, read): 90 if truth == read else 5 for truth in "123" for read in "123"}


def prompts(count):
    return {f"p{i:02d}": {"job": "doctor" if i % 2 else "nurse"} for i in range(count)}


def judged(pair, role, replicate):
    """Answer with shares that differ by arm, and now and then not at all."""
    draw = np.random.default_rng([*map(ord, pair + role), replicate]).random()
    women = {"korean": 0.3, "english": 0.6, "original": 0.5}[role]
    return {
        "gender": None if draw > 0.95 else "woman" if draw < women else "man",
        "skin": "1" if draw < women else "2" if draw < 0.8 else "3",
    }


def confusions(counts, measurement="gender", condition="clean", judge="reader"):
    rows = [
        (judge, condition, measurement, truth, read, count)
        for (truth, read), count in counts.items()
    ]
    return pd.DataFrame(rows, columns=["judge", *columns(Confusion)])


def labels(evidence, share, kind="human", measurement="gender", role="korean", wrong=0.1):
    """Return labels of some pictures of an arm, which differ from the readings here and there."""
    said = evidence.measurements
    said = said[(said["name"] == measurement) & (said["role"] == role)]
    rng = np.random.default_rng(7)
    rows = []
    for image, label in zip(said["image_id"], said["label"], strict=True):
        if rng.random() < share:
            turned = {"woman": "man", "man": "woman"}.get(label)
            seen = turned if rng.random() < wrong else label
            rows.append(Label(image, measurement, seen, "someone", kind))
    table = [[getattr(row, name) for name in columns(Label)] for row in rows]
    return pd.DataFrame(table, columns=columns(Label))


@pytest.fixture
def evidence(study):
    plain = study(prompts(40), judged)
    clean = confusions(GENDER), confusions(SKINS, "skin")
    worse = confusions(GENDER | {("woman", "man"): 40}, condition="denoised")
    return replace(plain, confusions=pd.concat([*clean, worse], ignore_index=True))


def test_the_raw_share_is_that_of_the_metric_share(evidence, one, rng):
    found = WOMEN(evidence, rng)
    shares = Share("gender", ["woman"], by="job")(evidence, rng)
    for where in ({}, {"by": "job", "group": "nurse"}):
        raw = one(found, metric="raw_share", arm="korean", **where)
        share = one(shares, arm="korean", **where)
        assert raw.n_abstained > 0
        assert raw == replace(share, metric="raw_share")


def test_the_raw_difference_is_that_of_the_metric_paired_difference(evidence, one, rng):
    raw = one(WOMEN(evidence, rng), metric="raw_share", arm="korean - english")
    apart = PairedDifference("gender", ["woman"])(evidence, rng)
    apart = one(apart, arm="korean - english")
    for name in ("estimate", "ci_low", "ci_high", "n_pairs", "n_images", "n_abstained"):
        assert getattr(raw, name) == pytest.approx(getattr(apart, name))


def test_each_raw_share_has_a_corrected_one_beside_it(evidence, rng):
    def about(estimate):
        return (estimate.by, estimate.group, estimate.arm, estimate.category)

    metric = replace(WOMEN, categories=["woman", "man"], conditions=["clean", "denoised"])
    found = metric(evidence, rng)
    raw = [about(one) for one in found if one.metric == "raw_share"]
    assert len(raw) == 3 * 6 * 2
    for condition in ("clean", "denoised"):
        corrected = [about(one) for one in found if one.reference == condition]
        assert corrected == raw
    assert {one.metric for one in found if one.reference} == {"corrected_share"}


def test_the_correction_is_rogan_and_gladens_of_the_pictures_answered(evidence, one, rng):
    found = WOMEN(evidence, rng)
    raw = one(found, metric="raw_share", arm="english")
    corrected = one(found, metric="corrected_share", arm="english")
    interval = Interval(raw.ci_low, raw.ci_high, 0.95, raw.method)
    oracle = corrections.rogan_gladen(raw.estimate, interval, [[140, 10], [6, 144]], 0.95)
    assert corrected.estimate == pytest.approx(oracle.estimate)
    assert abs(corrected.estimate - raw.estimate) > 0.01
    assert (corrected.ci_low, corrected.ci_high) == pytest.approx(
        (oracle.interval.low, oracle.interval.high)
    )
    assert (corrected.method, corrected.reference) == ("rogan_gladen", "clean")
    for name in ("estimand", "n_pairs", "n_images", "n_abstained", "level"):
        assert getattr(corrected, name) == getattr(raw, name)


def test_the_two_shares_of_two_classes_sum_to_1(evidence, one, rng):
    found = replace(WOMEN, categories=["woman", "man"])(evidence, rng)
    woman, man = (
        one(found, metric="corrected_share", arm="english", category=name)
        for name in ("woman", "man")
    )
    assert woman.estimate + man.estimate == pytest.approx(1)
    assert woman.ci_low + man.ci_high == pytest.approx(1)


def test_conditions_are_a_band(evidence, one, rng):
    """A judge that misses more women makes the same reading mean more of them."""
    found = replace(WOMEN, conditions=["clean", "denoised"])(evidence, rng)
    clean, denoised = (
        one(found, metric="corrected_share", arm="english", reference=condition)
        for condition in ("clean", "denoised")
    )
    assert denoised.estimate > clean.estimate + 0.05


def test_the_same_rates_correct_both_arms_of_a_contrast(evidence, one, rng):
    found = WOMEN(evidence, rng)
    raw = one(found, metric="raw_share", arm="korean - english")
    corrected = one(found, metric="corrected_share", arm="korean - english")
    youden = 140 / 150 + 144 / 150 - 1
    assert corrected.estimate == pytest.approx(raw.estimate / youden)
    assert corrected.ci_low < raw.ci_low
    assert corrected.ci_high < 0


def test_a_pair_that_one_arm_does_not_answer_is_in_no_contrast(study, one, rng):
    def partly(pair, role, replicate):
        silent = {"gender": None, "skin": None}
        return silent if (pair, role) == ("p03", "english") else judged(pair, role, replicate)

    counts = pd.concat([confusions(GENDER), confusions(SKINS, "skin")], ignore_index=True)
    plain = replace(study(prompts(40), partly), confusions=counts)
    for metric, category in ((WOMEN, "woman"), (SKIN, "2")):
        found = metric(plain, rng)
        where = {"metric": "corrected_share", "category": category}
        assert one(found, arm="korean", **where).n_pairs == 40
        apart = one(found, arm="korean - english", **where)
        assert apart.n_pairs == 39
        assert apart.ci_low is not None


def test_more_classes_are_corrected_together(evidence, one, rng):
    found = SKIN(evidence, rng)
    raw, corrected = (
        [one(found, metric=metric, arm="korean", category=name) for name in "123"]
        for metric in ("raw_share", "corrected_share")
    )
    rates = np.full((3, 3), 0.05) + np.eye(3) * 0.85
    oracle = np.linalg.solve(rates.T, [share.estimate for share in raw])
    assert [share.estimate for share in corrected] == pytest.approx(oracle)
    for share in corrected:
        assert share.method == "adjusted_count"
        assert share.ci_low < share.estimate < share.ci_high
    for name in "123":
        left, right, apart = (
            one(found, metric="corrected_share", arm=arm, category=name)
            for arm in ("korean", "english", "korean - english")
        )
        assert apart.estimate == pytest.approx(left.estimate - right.estimate)


def test_a_planted_share_is_recovered_where_the_raw_one_is_off(study, one, rng):
    def read(pair, role, replicate):
        draw = np.random.default_rng([int(pair[1:]), replicate, len(role)])
        woman = draw.random() < 0.2
        return {"gender": "woman" if draw.random() < (0.9 if woman else 0.15) else "man"}

    counts = {("woman", "woman"): 450, ("woman", "man"): 50}
    counts |= {("man", "woman"): 75, ("man", "man"): 425}
    plain = study(prompts(90), read, replicates=12)
    found = WOMEN(replace(plain, confusions=confusions(counts)), rng)
    raw = one(found, metric="raw_share", arm="korean")
    corrected = one(found, metric="corrected_share", arm="korean")
    assert raw.ci_low > 0.24
    assert corrected.ci_low < 0.2 < corrected.ci_high
    assert corrected.ci_high - corrected.ci_low < 0.12


# -- what cannot be corrected


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        (confusions({}), "it is not known how the judge errs at 'gender' (clean)"),
        (confusions(GENDER, judge="clip"), "it is not known how the judge errs at 'gender'"),
        (confusions(GENDER, "sex"), "it is not known how the judge errs at 'gender'"),
        (
            confusions({("woman", "woman"): 9, ("woman", "abstained"): 4}),
            "no validation picture (clean) shows 'man'",
        ),
        (
            confusions({("woman", "woman"): 9, ("man", "man"): 9, ("man", "child"): 1}),
            "no validation picture (clean) shows 'child'",
        ),
        (
            confusions({("woman", "woman"): 9, ("man", "abstained"): 9}),
            "the judge could tell of no validation picture (clean) of 'man'",
        ),
        (
            confusions({(a, b): 20 for a in ("woman", "man") for b in ("woman", "man")}),
            "the judge is no better than chance",
        ),
    ],
)
def test_a_correction_that_cannot_be_had_is_none_and_says_why(evidence, one, rng, rows, note):
    found = WOMEN(replace(evidence, confusions=rows), rng)
    assert one(found, metric="raw_share", arm="korean").ci_low is not None
    for arm in ("korean", "korean - english"):
        missing = one(found, metric="corrected_share", arm=arm)
        assert (missing.estimate, missing.ci_low, missing.ci_high) == (None, None, None)
        assert note in missing.note
        assert missing.n_images > 0


def test_a_category_that_is_no_class_is_none(evidence, one, rng):
    found = replace(WOMEN, categories=["women"])(evidence, rng)
    missing = one(found, metric="corrected_share", arm="korean")
    assert missing.estimate is None
    assert "no validation picture (clean) shows 'women'" in missing.note


def test_a_group_of_only_abstentions_is_none_with_the_count(study, one, rng):
    def silent(pair, role, replicate):
        return {"gender": None if int(pair[1:]) % 2 else "woman"}

    plain = replace(study(prompts(20), silent), confusions=confusions(GENDER))
    found = WOMEN(plain, rng)
    where = {"by": "job", "group": "doctor", "metric": "corrected_share"}
    missing = one(found, arm="korean", **where)
    assert (missing.estimate, missing.n_images, missing.n_abstained) == (None, 0, 40)
    assert missing.note == "no judge could tell of any of the 40 pictures"
    apart = one(found, arm="korean - english", **where)
    assert (apart.estimate, apart.n_abstained) == (None, 80)


def test_a_measurement_that_is_not_there_says_so(evidence, rng):
    found = CorrectedShare("sex", ["woman"])(evidence, rng)
    assert {estimate.estimate for estimate in found} == {None}
    assert all("no judge measured 'sex'" in estimate.note for estimate in found)


def test_one_prompt_has_an_estimate_and_no_interval(study, one, rng):
    plain = replace(study(prompts(1), judged), confusions=confusions(GENDER))
    found = one(WOMEN(plain, rng), metric="corrected_share", arm="english")
    assert found.estimate is not None
    assert (found.ci_low, found.method) == (None, "rogan_gladen")
    assert "the raw share has no interval" in found.note


# -- labels


def labelled(evidence, *tables):
    return replace(evidence, labels=pd.concat(tables, ignore_index=True))


def test_labels_give_a_prediction_powered_estimate(evidence, one, rng):
    with_labels = labelled(evidence, labels(evidence, 1.0, wrong=0.2))
    found = WOMEN(with_labels, rng)
    mine = one(found, reference="human labels", arm="korean")
    assert (mine.metric, mine.method) == ("corrected_share", "prediction_powered")
    # All are labelled, so it is the labels' own share, pair by pair.
    said = with_labels.labels.dropna(subset="label")
    pair = said["image_id"].str.split("/").str[0]
    share = (said["label"] == "woman").groupby(pair.to_numpy()).mean().mean()
    raw = one(found, metric="raw_share", arm="korean")
    assert abs(share - raw.estimate) > 0.02
    assert mine.estimate == pytest.approx(share)
    assert mine.ci_low < share < mine.ci_high
    assert mine.note == f"{mine.n_images} labels"
    assert (mine.n_pairs, mine.n_images) == (raw.n_pairs, raw.n_images)


def test_simulated_labels_are_never_called_human(evidence, one, rng):
    people = labels(evidence, 1.0, wrong=0.0)
    made = labels(evidence, 1.0, "simulated", wrong=0.3)
    found = WOMEN(labelled(evidence, people, made), rng)
    human, simulated = (
        one(found, reference=f"{kind} labels", arm="korean") for kind in ("human", "simulated")
    )
    assert human.estimate == pytest.approx(one(found, metric="raw_share", arm="korean").estimate)
    assert abs(simulated.estimate - human.estimate) > 0.03
    only = WOMEN(labelled(evidence, made), rng)
    assert {one.reference for one in only} == {"", "clean", "simulated labels"}


def test_without_labels_of_the_measurement_nothing_is_said_of_them(evidence, rng):
    others = labels(evidence, 1.0).assign(measurement="age")
    found = WOMEN(labelled(evidence, others), rng)
    assert {estimate.reference for estimate in found} == {"", "clean"}


def test_few_labels_are_said_to_be_few(evidence, one, rng):
    found = WOMEN(labelled(evidence, labels(evidence, 0.3)), rng)
    few = one(found, reference="human labels", arm="korean")
    assert (few.estimate, few.ci_low) == (None, None)
    assert "labels are too few" in few.note
    none = one(found, reference="human labels", arm="english")
    assert "0 labels are too few" in none.note


def test_labels_of_both_arms_give_a_difference(evidence, one, rng):
    both = [labels(evidence, 1.0, role=role, wrong=0.1) for role in ("korean", "english")]
    found = WOMEN(labelled(evidence, *both), rng)
    left, right, apart = (
        one(found, reference="human labels", arm=arm)
        for arm in ("korean", "english", "korean - english")
    )
    assert apart.estimate == pytest.approx(left.estimate - right.estimate, abs=0.02)
    assert apart.ci_low < apart.estimate < apart.ci_high < 0


def test_two_labellers_of_a_picture_count_half_each(evidence, one, rng):
    first = labels(evidence, 1.0, wrong=0.0)
    turned = first["label"].map({"woman": "man", "man": "woman"})
    second = first.assign(labeller="another", label=turned)
    found = WOMEN(labelled(evidence, first, second), rng)
    assert one(found, reference="human labels", arm="korean").estimate == pytest.approx(0.5)


def test_a_picture_that_people_cannot_tell_of_is_no_man(evidence, one, rng):
    """Neither a man nor dropped from the pictures looked at: the share is of those that can."""
    said = labels(evidence, 1.0, wrong=0.0)
    some = (said["label"] == "woman") & said["image_id"].str.contains("/[01]$")
    silent = said.assign(label=said["label"].mask(some, None))
    found = WOMEN(labelled(evidence, silent), rng)
    share = one(found, reference="human labels", arm="korean")
    told = silent.dropna(subset="label")
    assert 100 < len(told) < 0.9 * len(said)
    assert share.estimate == pytest.approx((told["label"] == "woman").mean(), abs=0.02)


# -- the order of rows, and mistakes


def test_the_order_of_rows_does_not_matter(evidence, rng):
    full = labelled(evidence, labels(evidence, 1.0))
    turned = replace(
        full,
        measurements=full.measurements.sample(frac=1, random_state=1),
        confusions=full.confusions.sample(frac=1, random_state=2),
        labels=full.labels.sample(frac=1, random_state=3),
    )
    for metric in (replace(WOMEN, conditions=["clean", "denoised"]), SKIN):
        found = metric(full, np.random.default_rng(0))
        assert len({one.estimate for one in found}) > 6
        assert metric(turned, np.random.default_rng(0)) == found


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"contrasts": ["korean - french"]}, "contrast 'korean - french' must be two of"),
        ({"categories": ["prompt.job"]}, "'prompt.job' is another label for every prompt"),
    ],
)
def test_what_no_run_can_have_is_refused_at_once(options, message):
    with pytest.raises(ValueError, match=message):
        replace(WOMEN, **options)
