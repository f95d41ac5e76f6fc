"""Distances between arms, from references, and what these differ by."""

from dataclasses import replace

import numpy as np
import pytest

from ksd_eval.metrics import frechet_distance
from ksd_eval.metrics.base import FeatureSet
from ksd_eval.metrics.frechet_distance import FrechetDistance
from ksd_eval.metrics.kernel_distance import KernelDistance
from ksd_eval.numerics import frechet, kernel
from ksd_eval.records import fingerprint

PROMPTS = {f"p{i:02d}": {"kind": "job" if i % 2 else "scene"} for i in range(14)}
KERNEL, FRECHET = KernelDistance("judge"), FrechetDistance("judge")
BOTH = pytest.mark.parametrize("metric", [KERNEL, FRECHET])


def apart(pair, role, replicate):
    """Features of pairs that differ; English is 1 and the original 1.1 away from Korean."""
    rng = np.random.default_rng([*map(ord, pair), replicate, len(role)])
    common = np.random.default_rng([*map(ord, pair)]).normal(size=6)
    return common + rng.normal(size=6) + {"korean": 0, "english": 1, "original": 1.1}[role]


def alike(pair, role, replicate):
    return apart(pair, role, replicate) - {"korean": 0, "english": 1, "original": 1.1}[role]


def with_reference(evidence, vectors, **protocol):
    ours = evidence.features["judge"].protocol
    reference = FeatureSet(np.asarray(vectors, dtype=np.float32), {**ours, **protocol})
    return replace(evidence, references={("painted", "judge"): reference})


def painted(shift=0.0, count=60):
    return np.random.default_rng(5).normal(size=(count, 6)) * 2**0.5 + shift


def vectors(evidence, role):
    return evidence.features["judge"].vectors[(evidence.images["role"] == role).to_numpy()]


def test_kernel_distances_are_those_of_the_arms(study, one, rng):
    evidence = study(PROMPTS, features=apart)
    found = KERNEL(evidence, rng)
    pairs = evidence.images.loc[evidence.images["role"] == "korean", "pair_id"].to_numpy(dtype=str)
    x, y = vectors(evidence, "korean"), vectors(evidence, "english")
    expected = kernel.kernel_distance_clustered(x, y, pairs, pairs, 0.95)
    between = one(found, arm="korean", reference="english")
    assert between.estimate == pytest.approx(expected.value)
    assert (between.ci_low, between.ci_high) == pytest.approx(
        (expected.interval.low, expected.interval.high)
    )
    assert (between.metric, between.measurement) == ("kernel.judge", "features.judge")
    assert (between.n_pairs, between.n_images) == (14, 112)
    assert between.estimate > between.null_p95 > 0
    assert between.floor is None, "it is unbiased"


def test_frechet_distances_are_those_of_the_arms_and_marked(study, one, rng):
    evidence = study(PROMPTS, features=apart)
    between = one(FRECHET(evidence, rng), arm="korean", reference="english")
    expected = frechet.frechet_distance(vectors(evidence, "korean"), vectors(evidence, "english"))
    assert between.estimate == pytest.approx(expected)
    assert between.floor < between.null_p95 < between.estimate
    assert "biased upward below 2048 pictures: read the kernel distance instead" in between.note
    assert between.ci_low < between.estimate < between.ci_high
    assert "interval for as many pictures, bias included" in between.note
    assert between.method == "jackknife"


def test_frechet_of_enough_pictures_is_not_marked(study, one, rng, monkeypatch):
    monkeypatch.setattr(frechet_distance, "FRECHET_FROM", 50)
    found = FRECHET(study(PROMPTS, features=apart), rng)
    assert "biased" not in one(found, arm="korean", reference="english").note


@BOTH
def test_alike_arms_are_as_far_apart_as_chance_has_it(study, one, rng, metric):
    near = metric(study(PROMPTS, features=alike), rng)
    far = metric(study(PROMPTS, features=apart), rng)
    same = one(near, arm="korean", reference="english")
    other = one(far, arm="korean", reference="english")
    assert other.estimate - other.null_p95 > 5 * abs(same.estimate - same.null_p95) > 0


@BOTH
def test_the_note_names_the_protocol_and_the_sizes(study, one, rng, metric):
    evidence = study(PROMPTS, features=apart)
    name = fingerprint(dict(evidence.features["judge"].protocol))
    note = one(metric(evidence, rng), arm="korean", reference="english").note
    # Of a Fréchet distance, which depends on them, the numbers are part of the protocol.
    sizes = " at 56 and 56 pictures" if metric is FRECHET else "; 56 and 56 pictures"
    assert note.startswith(f"protocol {name}{sizes}")


@BOTH
def test_every_distance_that_there_is_names_its_protocol(study, rng, metric):
    evidence = with_reference(study(PROMPTS, features=apart), painted())
    found = metric(evidence, rng)
    name = fingerprint(dict(evidence.features["judge"].protocol))
    assert len(found) == 9
    assert all(e.estimate is not None and e.note.startswith(f"protocol {name}") for e in found)


@BOTH
def test_distances_from_a_reference(study, one, rng, metric):
    evidence = with_reference(study(PROMPTS, features=apart), painted())
    found = metric(evidence, rng)
    korean, english = (one(found, arm=arm, reference="painted") for arm in ("korean", "english"))
    assert 0 <= abs(korean.estimate) < english.estimate
    assert (korean.n_images, "56 and 60 pictures" in korean.note) == (56, True)


@BOTH
def test_a_difference_of_distances_is_made_of_pairs_left_out_together(study, one, rng, metric):
    evidence = with_reference(study(PROMPTS, features=apart), painted())
    found = metric(evidence, rng)
    gap = one(found, arm="korean - english", reference="painted")
    sides = [one(found, arm=arm, reference="painted") for arm in ("korean", "english")]
    assert gap.ci_low < gap.estimate < gap.ci_high < 0
    assert (gap.n_pairs, gap.n_images, gap.method) == (14, 112, "jackknife")
    assert gap.p_value < 0.05
    assert "the reference is held fixed" in gap.note
    small = one(found, arm="english - original", reference="painted")
    # Both arms share their pairs and move almost alike, so the difference is known well.
    assert small.ci_high - small.ci_low < sides[1].ci_high - sides[1].ci_low


def test_a_difference_of_kernel_distances_is_that_of_the_arms(study, one, rng):
    found = KERNEL(with_reference(study(PROMPTS, features=apart), painted()), rng)
    gap = one(found, arm="korean - english", reference="painted")
    sides = [one(found, arm=arm, reference="painted") for arm in ("korean", "english")]
    assert gap.estimate == pytest.approx(sides[0].estimate - sides[1].estimate)


def test_a_difference_of_frechet_distances_is_less_its_bias(study, one, rng):
    found = FRECHET(with_reference(study(PROMPTS, features=apart), painted()), rng)
    gap = one(found, arm="korean - english", reference="painted")
    sides = [one(found, arm=arm, reference="painted") for arm in ("korean", "english")]
    plain = sides[0].estimate - sides[1].estimate
    assert gap.estimate != pytest.approx(plain)
    assert f"less a bias of order 1/n of {plain - gap.estimate:.3g}" in gap.note
    assert (gap.ci_low + gap.ci_high) / 2 == pytest.approx(gap.estimate)


def test_a_difference_of_frechet_distances_needs_two_pairs_a_dimension(study, one, rng):
    few = dict(list(PROMPTS.items())[:11])
    evidence = with_reference(study(few, features=apart), painted())
    found = FRECHET(evidence, rng)
    gap = one(found, arm="korean - english", reference="painted")
    assert (gap.estimate, gap.ci_low) == (None, None)
    assert "can be taken off from 12 prompts on" in gap.note
    assert "read the kernel distance instead" in gap.note
    # Few reference pictures span few dimensions.
    evidence = with_reference(study(few, features=apart), painted(count=6))
    assert one(FRECHET(evidence, rng), arm="korean - english", reference="painted").ci_low < 0


def test_no_interval_where_bias_of_higher_order_may_be_large(study, one, rng, monkeypatch):
    evidence = with_reference(study(PROMPTS, features=apart), painted())
    monkeypatch.setattr(frechet_distance, "TOLERATED", 0.0)
    gap = one(FRECHET(evidence, rng), arm="korean - english", reference="painted")
    assert gap.estimate < 0
    assert (gap.ci_low, gap.ci_high) == (None, None)
    assert "no interval: bias of higher order may be over a quarter" in gap.note


@BOTH
def test_equal_arms_differ_by_nothing_and_have_no_interval_to_say_so(study, one, rng, metric):
    def same(pair, _, replicate):
        return apart(pair, "korean", replicate)

    found = metric(with_reference(study(PROMPTS, features=same), painted()), rng)
    gap = one(found, arm="korean - english", reference="painted")
    assert (gap.estimate, gap.ci_low) == (0, None)
    assert "no interval: leaving prompts out changes nothing" in gap.note


@BOTH
def test_arms_are_compared_in_the_pairs_that_both_have(study, one, rng, metric):
    def broken(pair, role, replicate):
        # A vector of zeros is a picture that the extractor could make nothing of.
        lost = pair == "p13" and role == "english"
        return np.zeros(6) if lost else apart(pair, role, replicate)

    evidence = with_reference(study(PROMPTS, features=broken), painted())
    found = metric(evidence, np.random.default_rng(0))
    assert one(found, arm="korean", reference="painted").n_pairs == 14
    gap = one(found, arm="korean - english", reference="painted")
    assert (gap.n_pairs, gap.n_images) == (13, 104)
    without = dict(list(PROMPTS.items())[:13])
    fewer = metric(
        with_reference(study(without, features=apart), painted()), np.random.default_rng(0)
    )
    same = one(fewer, arm="korean - english", reference="painted")
    assert gap.estimate == pytest.approx(same.estimate, rel=0.5)
    if metric is KERNEL:
        assert (gap.estimate, gap.ci_low) == pytest.approx((same.estimate, same.ci_low))


@BOTH
def test_arms_that_share_hardly_a_pair_have_no_difference(study, one, rng, metric):
    few = dict(list(PROMPTS.items())[:3])
    found = metric(with_reference(study(few, features=apart), painted()), rng)
    gap = one(found, arm="korean - english", reference="painted")
    assert (gap.estimate, gap.note) == (None, "pictures of under 4 prompts in both arms")
    assert one(found, arm="korean", reference="painted").estimate is not None


def test_a_frechet_distance_of_three_prompts_has_no_interval(study, one, rng):
    few = dict(list(PROMPTS.items())[:3])
    found = FRECHET(with_reference(study(few, features=apart), painted()), rng)
    for reference in ("painted", "english"):
        alone = one(found, arm="korean", reference=reference)
        assert alone.estimate > 0
        assert (alone.ci_low, alone.note.endswith("no interval: under 4 prompts")) == (None, True)


def test_a_kernel_distance_of_two_prompts_has_no_interval(study, one, rng):
    few = dict(list(PROMPTS.items())[:2])
    alone = one(KERNEL(study(few, features=apart), rng), arm="korean", reference="english")
    assert alone.estimate > 0
    assert (alone.ci_low, alone.note.endswith("no interval: under 3 prompts")) == (None, True)


@BOTH
def test_unlike_protocols_are_not_compared(study, one, rng, metric):
    evidence = with_reference(
        study(PROMPTS, features=apart), painted(), resizer="bilinear", weights={"sha256": "cd"}
    )
    found = metric(evidence, rng)
    refused = one(found, arm="korean", reference="painted")
    assert refused.estimate is None
    assert refused.note == (
        "this run and reference 'painted' must not be compared: they differ in "
        "'resizer' ('bicubic' and 'bilinear'), 'weights.sha256' ('ab' and 'cd')"
    )
    assert one(found, arm="korean", reference="english").estimate is not None
    gap = one(found, arm="korean - english", reference="painted")
    assert (gap.estimate, gap.note) == (None, refused.note)


@BOTH
def test_a_reference_that_is_not_there_is_said(study, one, rng, metric):
    found = replace(metric, references=["photographs"])(study(PROMPTS, features=apart), rng)
    missing = one(found, arm="korean", reference="photographs")
    assert missing.estimate is None
    assert missing.note == "this run has no features of reference 'photographs' by 'judge'"


@BOTH
def test_without_features_there_is_no_distance(study, rng, metric):
    found = replace(metric, extractor="inception")(study(PROMPTS, features=apart), rng)
    assert [(e.arm, e.reference, e.estimate) for e in found] == [
        ("korean", "english", None),
        ("korean", "original", None),
        ("english", "original", None),
    ]
    assert "this run has no features of 'inception'" in found[0].note


@BOTH
def test_pictures_of_one_prompt_have_no_distance(study, one, rng, metric):
    found = metric(study({"p00": {}}, features=apart), rng)
    lonely = one(found, arm="korean", reference="english")
    assert (lonely.estimate, lonely.note) == (None, "pictures of under two prompts")


@BOTH
def test_only_prompts_asked_for_are_compared(study, one, rng, metric):
    found = replace(metric, keep={"kind": "job"})(study(PROMPTS, features=apart), rng)
    assert one(found, arm="korean", reference="english").n_pairs == 7
    nothing = replace(metric, keep={"kind": "x"})(study(PROMPTS, features=apart), rng)
    assert one(nothing, arm="korean", reference="english").note == "no prompt has kind = x"


@BOTH
def test_rows_and_vectors_may_come_in_any_order(study, shuffled, metric):
    evidence = with_reference(study(PROMPTS, features=apart), painted())
    found = metric(evidence, np.random.default_rng(0))
    assert len({estimate.estimate for estimate in found}) == len(found)
    features = evidence.features["judge"]
    back = FeatureSet(features.vectors[::-1], features.protocol, features.image_ids[::-1])
    turned = replace(shuffled(evidence), features={"judge": back})
    assert metric(turned, np.random.default_rng(0)) == found


@BOTH
def test_an_arm_that_the_run_lacks_is_not_there(study, rng, metric):
    found = metric(study(PROMPTS, roles=("korean", "english"), features=apart), rng)
    assert [(estimate.arm, estimate.reference) for estimate in found] == [("korean", "english")]
