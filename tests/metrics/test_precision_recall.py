"""Precision, recall, density and coverage of arms against reference pictures."""

from dataclasses import replace

import numpy as np
import pytest

from ksd_eval.metrics.base import FeatureSet
from ksd_eval.metrics.precision_recall import DensityCoverage, PrecisionRecall
from ksd_eval.numerics import intervals, jackknife, manifold
from ksd_eval.records import fingerprint

PROMPTS = {f"p{i:02d}": {"kind": "job" if i % 2 else "scene"} for i in range(40)}
BOTH = pytest.mark.parametrize("metric", [PrecisionRecall("judge"), DensityCoverage("judge")])
KINDS = {PrecisionRecall: ("precision", "recall"), DensityCoverage: ("density", "coverage")}


def drawn(pair, role, replicate):
    """Features of which the English arm draws the middle only, and the original too widely."""
    rng = np.random.default_rng([*map(ord, pair), replicate])
    return rng.normal(size=4) * {"korean": 1, "english": 0.4, "original": 2.5}[role]


def with_reference(evidence, count=80, **protocol):
    ours = evidence.features["judge"].protocol
    vectors = np.random.default_rng(5).normal(size=(count, 4)).astype(np.float32)
    reference = FeatureSet(vectors, {**ours, **protocol})
    return replace(evidence, references={("painted", "judge"): reference})


@pytest.fixture
def evidence(study):
    return with_reference(study(PROMPTS, features=drawn, replicates=1))


def of_role(evidence, role):
    return evidence.features["judge"].vectors[(evidence.images["role"] == role).to_numpy()]


@BOTH
def test_both_numbers_of_every_arm_and_contrast_are_there(evidence, rng, metric):
    found = metric(evidence, rng)
    pictures, reference = KINDS[type(metric)]
    arms = ["korean", "english", "original"]
    arms += ["korean - english", "korean - original", "english - original"]
    assert [(e.metric, e.category, e.arm) for e in found] == [
        (f"{kind}.judge", kind, arm) for kind in (pictures, reference) for arm in arms
    ]
    assert {(e.measurement, e.reference) for e in found} == {("features.judge", "painted")}
    # A recall of 1 that no pair could change is the one number without an interval.
    assert all(e.ci_low <= e.estimate <= e.ci_high for e in found if e.ci_low is not None)
    assert sum(e.ci_low is None for e in found) <= 1
    assert all((e.p_value is None) == (" - " not in e.arm) for e in found)


def test_values_are_those_of_the_numerics(evidence, one, rng):
    reference = evidence.references["painted", "judge"].vectors
    for metric, k in ((PrecisionRecall("judge"), 3), (DensityCoverage("judge"), 5)):
        found = metric(evidence, rng)
        for role in ("korean", "english", "original"):
            expected = manifold.membership(of_role(evidence, role), reference, k)
            ours = [one(found, arm=role, category=kind).estimate for kind in KINDS[type(metric)]]
            pair = (
                (expected.precise, expected.recalled)
                if k == 3
                else (expected.density, expected.covered)
            )
            assert ours == pytest.approx([values.mean() for values in pair])


def test_an_arm_of_few_pictures_over_and_over_is_precise_and_recalls_little(evidence, one, rng):
    found = PrecisionRecall("judge")(evidence, rng)
    precision = one(found, arm="english - original", category="precision")
    recall = one(found, arm="english - original", category="recall")
    assert precision.ci_low > 0.1
    assert recall.ci_high < -0.1


def test_a_difference_of_precision_is_paired(evidence, one, rng):
    reference = evidence.references["painted", "judge"].vectors
    members = [
        manifold.membership(of_role(evidence, role), reference).precise.astype(float)
        for role in ("korean", "english")
    ]
    gap = one(PrecisionRecall("judge")(evidence, rng), arm="korean - english", category="precision")
    assert gap.estimate == pytest.approx(np.mean(members[0] - members[1]))
    interval = intervals.student(members[0] - members[1], 0.95)
    assert gap.ci_high - gap.ci_low == pytest.approx(interval.width, rel=0.15)
    assert (gap.n_pairs, gap.n_images) == (40, 80)
    assert 0 < gap.p_value <= 1


def test_a_difference_of_recall_leaves_the_same_pairs_out_of_both_arms(evidence, one):
    found = PrecisionRecall("judge", contrasts=["korean - english"])(
        evidence, np.random.default_rng(1)
    )
    gap = one(found, arm="korean - english", category="recall")
    sides = [one(found, arm=arm, category="recall") for arm in ("korean", "english")]
    assert gap.estimate == pytest.approx(sides[0].estimate - sides[1].estimate)
    reference = evidence.references["painted", "judge"].vectors
    names = np.array(list(PROMPTS))
    widths = []
    for seed in range(30):
        groups = jackknife.deal(names, 20, np.random.default_rng(seed))
        left, right = (
            manifold.recall_and_coverage(of_role(evidence, role), names, reference, groups)[0]
            for role in ("korean", "english")
        )
        widths.append(left.minus(right).interval(0.95, corrected=False).width)
    # Groups are dealt by chance, so the width is one of those.
    assert min(widths) * 0.9 < gap.ci_high - gap.ci_low < max(widths) * 1.1
    assert gap.method == "jackknife"


@BOTH
def test_the_note_names_protocol_numbers_and_reach(evidence, rng, metric):
    name = fingerprint(dict(evidence.features["judge"].protocol))
    for estimate in metric(evidence, rng):
        assert estimate.note.startswith(f"protocol {name} at 40 and 80 pictures, k = {metric.k}")


@BOTH
def test_unlike_protocols_are_not_compared(study, rng, metric):
    evidence = with_reference(study(PROMPTS, features=drawn, replicates=1), resizer="bilinear")
    found = metric(evidence, rng)
    assert len(found) == 12
    assert {(e.estimate, e.note) for e in found} == {
        (
            None,
            "this run and reference 'painted' must not be compared: "
            "they differ in 'resizer' ('bicubic' and 'bilinear')",
        )
    }


@BOTH
def test_what_the_run_lacks_is_said(evidence, rng, metric):
    missing = replace(metric, references=["photographs"])(evidence, rng)
    note = "this run has no features of reference 'photographs' by 'judge'"
    assert {(e.estimate, e.note) for e in missing} == {(None, note)}
    unseen = replace(metric, extractor="inception", references=["painted"])(evidence, rng)
    assert len(unseen) == 12
    assert all("this run has no features of 'inception'" in e.note for e in unseen)
    assert replace(metric, extractor="inception")(evidence, rng) == []


@BOTH
def test_too_few_pictures_are_said_and_not_counted_as_none(study, rng, metric):
    few = dict(list(PROMPTS.items())[:3])
    found = metric(with_reference(study(few, features=drawn, replicates=1)), rng)
    assert {e.estimate for e in found} == {None}
    assert all(e.note.startswith("3 prompts and 80 reference pictures: needs") for e in found)
    evidence = with_reference(study(PROMPTS, features=drawn, replicates=1), count=3)
    found = metric(evidence, rng)
    assert {e.estimate for e in found} == {None}
    assert all("3 reference pictures: needs" in e.note for e in found)


def test_recall_needs_more_prompts_than_precision(study, one, rng):
    few = dict(list(PROMPTS.items())[:6])
    found = PrecisionRecall("judge")(with_reference(study(few, features=drawn)), rng)
    assert one(found, arm="korean", category="precision").estimate is not None
    recall = one(found, arm="korean", category="recall")
    assert (recall.estimate, recall.ci_low) == (None, None)
    assert recall.note == "6 prompts and 80 reference pictures: needs 8 and 4 at the least"


@BOTH
def test_pictures_without_a_vector_are_counted_and_left_out(study, one, rng, metric):
    def broken(pair, role, replicate):
        lost = pair == "p13" and role == "english"
        return np.zeros(4) if lost else drawn(pair, role, replicate)

    found = metric(with_reference(study(PROMPTS, features=broken, replicates=1)), rng)
    pictures, reference = KINDS[type(metric)]
    english = one(found, arm="english", category=pictures)
    assert (english.n_pairs, english.n_images, english.n_abstained) == (39, 39, 1)
    gap = one(found, arm="korean - english", category=reference)
    assert (gap.n_pairs, gap.n_images) == (39, 78)
    assert "at 39 and 80 pictures" in gap.note


def test_arms_of_unlike_numbers_are_marked(study, one, rng):
    def broken(pair, role, replicate):
        lost = pair == "p13" and role == "english" and replicate
        return np.zeros(4) if lost else drawn(pair, role, replicate)

    found = PrecisionRecall("judge")(
        with_reference(study(PROMPTS, features=broken, replicates=2)), rng
    )
    gap = one(found, arm="korean - english", category="recall")
    assert "at 80 and 80 pictures, k = 3; the other arm has 79 pictures" in gap.note


@BOTH
def test_rows_and_vectors_may_come_in_any_order(evidence, shuffled, metric):
    found = metric(evidence, np.random.default_rng(0))
    features = evidence.features["judge"]
    back = FeatureSet(features.vectors[::-1], features.protocol, features.image_ids[::-1])
    turned = replace(shuffled(evidence), features={"judge": back})
    assert metric(turned, np.random.default_rng(0)) == found


@pytest.mark.parametrize(
    ("options", "message"),
    [({"k": 0}, "k is 0; a ball reaches"), ({"contrasts": ["korean"]}, "contrast 'korean'")],
)
def test_options_that_cannot_be_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        PrecisionRecall("judge", **options)
