"""Prediction-powered inference: its oracle, pairs, silence, and whether the interval covers."""

from math import sqrt

import numpy as np
import ppi_py
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ksd_eval.numerics import pairs as of_pairs
from ksd_eval.numerics.prediction_powered import (
    LABELS_FROM,
    PartlyLabelled,
    prediction_powered,
    prediction_powered_difference,
)

QUICK = settings(max_examples=25, deadline=None, derandomize=True, database=None)


@pytest.fixture
def rng():
    return np.random.default_rng(20261125)


def read(rng, truth, se=0.93, sp=0.96):
    """Return what a judge reads of pictures whose truth is 0 or 1."""
    return np.where(rng.random(len(truth)) < np.where(truth == 1, se, 1 - sp), 1.0, 0.0)


def study(rng, pairs=1000, pictures=1, labels=300, share=0.2, alike=0.0, **judge):
    """Draw a study; `alike` is the intraclass correlation of a pair's pictures."""
    leaning = np.full(pairs, share)
    if alike:
        leaning = rng.beta(share * (1 / alike - 1), (1 - share) * (1 / alike - 1), pairs)
    names = np.repeat(np.arange(pairs), pictures)
    truth = (rng.random(len(names)) < leaning[names]).astype(float)
    labelled = np.zeros(len(names), dtype=bool)
    labelled[rng.permutation(len(names))[:labels]] = True
    return PartlyLabelled(read(rng, truth, **judge), truth, labelled, names)


def changed(drawn, **parts):
    kept = {name: getattr(drawn, name) for name in ("readings", "labels", "labelled", "pairs")}
    return PartlyLabelled(**(kept | parts))


def reordered(drawn, order):
    names = ("readings", "labels", "labelled", "pairs")
    return PartlyLabelled(*(getattr(drawn, name)[order] for name in names))


def ends(found):
    return np.array([found.interval.low, found.interval.high])


# -- the oracle


@pytest.mark.parametrize("tuning", [None, 1.0, 0.4, 0.0])
def test_with_one_picture_a_pair_it_is_ppi_pys(tuning, rng):
    """Estimate and standard error are equal; the quantile is Student's over labelled pairs."""
    drawn = study(rng, 900, labels=250)
    here = drawn.labelled
    sets = drawn.labels[here], drawn.readings[here], drawn.readings[~here]
    found = prediction_powered(drawn, 0.95, tuning)
    assert abs(sets[0].mean() - sets[2].mean()) > 0.005, "readings and labels differ"
    estimate = ppi_py.ppi_mean_pointestimate(*sets, lam=tuning).item()
    low, high = (end.item() for end in ppi_py.ppi_mean_ci(*sets, alpha=0.05, lam=tuning))
    wider = stats.t.ppf(0.975, 249) / stats.norm.ppf(0.975) * sqrt(250 / 249)
    assert found.estimate == pytest.approx(estimate, rel=1e-12)
    assert found.interval.width == pytest.approx(wider * (high - low), rel=1e-12)
    assert ends(found).mean() == pytest.approx(estimate, rel=1e-12)


def test_real_outcomes_are_ppi_pys_too(rng):
    truth = rng.gamma(2, 3, 500)
    drawn = study(rng, 500, labels=120)
    drawn = changed(drawn, labels=truth, readings=truth * 0.7 + rng.normal(0, 2, 500))
    here = drawn.labelled
    sets = drawn.labels[here], drawn.readings[here], drawn.readings[~here]
    found = prediction_powered(drawn, 0.9)
    assert 0.5 < found.tuning[0] < 1
    assert found.estimate == pytest.approx(ppi_py.ppi_mean_pointestimate(*sets).item())


def test_tuning_0_is_the_mean_of_the_labels_and_1_leans_on_the_judge_in_full(rng):
    drawn = study(rng)
    here, y, f = drawn.labelled, drawn.labels, drawn.readings
    alone = prediction_powered(drawn, 0.95, 0.0)
    full = prediction_powered(drawn, 0.95, 1.0)
    assert alone.estimate == pytest.approx(y[here].mean())
    assert full.estimate == pytest.approx(f[~here].mean() + (y - f)[here].mean())
    tuned = prediction_powered(drawn, 0.95)
    assert tuned.interval.width < min(alone.interval.width, full.interval.width)


# -- pairs


def test_pairs_count_alike(rng):
    """With every picture labelled it is the mean over pairs of their means."""
    names = np.repeat(np.arange(60), rng.integers(1, 9, 60))
    truth = (rng.random(len(names)) < (names % 5) / 5).astype(float)
    drawn = PartlyLabelled(read(rng, truth), truth, np.ones(len(names), dtype=bool), names)
    found = prediction_powered(drawn, 0.95)
    means = of_pairs.pair_means(truth, names)
    assert abs(means.mean() - truth.mean()) > 0.005
    assert found.estimate == pytest.approx(means.mean())
    assert found.tuning == (0,)
    student = stats.t.interval(0.95, 59, means.mean(), stats.sem(means))
    assert ends(found) == pytest.approx(student)


def test_pictures_of_a_pair_that_are_alike_say_less(rng):
    drawn = study(rng, 60, 8, 200, alike=0.3)
    clustered = prediction_powered(drawn, 0.95)
    apart = prediction_powered(changed(drawn, pairs=np.arange(480)), 0.95)
    assert clustered.estimate == pytest.approx(apart.estimate)
    assert clustered.interval.width > 1.2 * apart.interval.width


def test_a_study_copied_whole_is_no_surer(rng):
    drawn = study(rng, 200, 2, 150, alike=0.2)
    twice = reordered(drawn, np.tile(np.arange(400), 2))
    found = [prediction_powered(one, 0.95, 0.5) for one in (drawn, twice)]
    assert found[0].estimate == pytest.approx(found[1].estimate)
    assert ends(found[0]) == pytest.approx(ends(found[1]))


@QUICK
@given(st.integers(0, 10**6))
def test_order_names_and_the_label_of_an_unlabelled_picture_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    drawn = study(rng, 80, 4, 120, alike=0.2)
    found = prediction_powered(drawn, 0.95)
    turned = reordered(drawn, rng.permutation(320))
    renamed = changed(drawn, pairs=np.array([f"p{79 - name}" for name in drawn.pairs]))
    other = changed(drawn, labels=np.where(drawn.labelled, drawn.labels, 77.0))
    for one in (turned, renamed, other):
        again = prediction_powered(one, 0.95)
        assert [again.estimate, *ends(again)] == pytest.approx([found.estimate, *ends(found)])


@QUICK
@given(st.floats(0.1, 9), st.floats(-5, 5))
def test_another_unit_changes_the_unit_only(scale, shift):
    drawn = study(np.random.default_rng(3), 300, labels=150)
    found = prediction_powered(drawn, 0.95)
    other = changed(
        drawn, labels=shift + scale * drawn.labels, readings=shift + scale * drawn.readings
    )
    again = prediction_powered(other, 0.95)
    assert again.estimate == pytest.approx(shift + scale * found.estimate)
    assert ends(again) == pytest.approx(shift + scale * ends(found))
    assert again.tuning == pytest.approx(found.tuning)


# -- the difference of two arms


def test_a_difference_is_that_of_the_estimates(rng):
    left, right = study(rng, share=0.5), study(rng, share=0.3)
    apart = prediction_powered_difference(left, right, 0.95)
    one, other = (prediction_powered(side, 0.95) for side in (left, right))
    assert apart.estimate == pytest.approx(one.estimate - other.estimate)
    assert apart.tuning == one.tuning + other.tuning
    turned = prediction_powered_difference(right, left, 0.95)
    assert ends(turned) == pytest.approx(-ends(apart)[::-1])


def test_a_difference_of_arms_that_share_their_pairs_is_surer(rng):
    """What a prompt brings to both arms cancels."""
    left = study(rng, 100, 8, 400, alike=0.5)
    truth = np.where(rng.random(800) < 0.8, left.labels, 1 - left.labels)
    right = changed(left, labels=truth, readings=read(rng, truth))
    together = prediction_powered_difference(left, right, 0.95)
    apart = prediction_powered_difference(left, changed(right, pairs=left.pairs + 100), 0.95)
    assert together.estimate == pytest.approx(apart.estimate)
    assert together.interval.width < 0.9 * apart.interval.width


# -- where people cannot tell


def test_the_share_is_of_the_pictures_of_which_people_can_tell(rng):
    """Of 1 in 3 pictures read as yes nobody can tell; the labels alone would be right too."""
    found, alone = [], []
    for _ in range(60):
        drawn = study(rng, 900, labels=300, share=0.5)
        told = (drawn.readings == 0) | (rng.random(900) < 2 / 3)
        drawn = changed(drawn, told=told)
        found.append(prediction_powered(drawn, 0.95).estimate)
        alone.append(drawn.labels[drawn.answered].mean())
    yes, no = 0.93 * 2 / 3 + 0.07, 0.04 * 2 / 3 + 0.96
    truth = yes / (yes + no)
    assert abs(truth - 0.5) > 0.05
    assert np.mean(found) == pytest.approx(truth, abs=0.012)
    assert np.std(found) < np.std(alone)


def test_with_every_picture_looked_at_it_is_the_mean_of_those_told(rng):
    drawn = study(rng, 400, labels=400)
    told = (drawn.labels == 0) | (rng.random(400) < 0.5)
    found = prediction_powered(changed(drawn, told=told), 0.95)
    y = drawn.labels[told]
    error = y.std() / sqrt(len(y)) * sqrt(400 / 399)
    assert found.estimate == pytest.approx(y.mean())
    assert found.interval.width == pytest.approx(2 * stats.t.ppf(0.975, 399) * error)


def test_who_cannot_tell_of_a_picture_does_not_lean_on_its_label(rng):
    drawn = study(rng)
    told = rng.random(1000) < 0.8
    found, other = (
        prediction_powered(changed(drawn, told=told, labels=labels), 0.95)
        for labels in (drawn.labels, np.where(told, drawn.labels, 9.0))
    )
    assert found == other


# -- where there is no answer


def test_few_labels_are_refused(rng):
    few = prediction_powered(study(rng, labels=LABELS_FROM - 1), 0.95)
    assert (few.estimate, few.interval) == (None, None)
    assert few.reason == "99 labels are too few; from 100 on they can be relied on"
    assert prediction_powered(study(rng, labels=LABELS_FROM), 0.95).interval


def test_labels_that_show_nothing_have_no_interval(rng):
    drawn = study(rng, share=0.0, sp=1.0)
    found = prediction_powered(drawn, 0.95)
    assert (found.estimate, found.interval) == (0, None)
    assert "nothing differs" in found.reason


def test_labels_of_one_pair_have_no_interval(rng):
    drawn = study(rng, 2, 200, 150, share=0.5)
    one = changed(drawn, labelled=drawn.pairs == 0)
    assert prediction_powered(one, 0.95).interval is None


@pytest.mark.parametrize(
    ("parts", "error", "message"),
    [
        ({"labels": np.zeros(3)}, ValueError, r"labels must have shape \[1000\]"),
        ({"readings": np.full(1000, np.nan)}, ValueError, "readings has 1000 of 1000 values"),
        ({"labelled": np.zeros(1000)}, TypeError, "labelled must be boolean, got float64"),
        ({"labelled": np.zeros(4, dtype=bool)}, ValueError, "labelled must have shape"),
        ({"pairs": np.zeros(4, dtype=int)}, ValueError, "pairs must be one label a row"),
        ({"told": np.ones(1000)}, TypeError, "told must be boolean"),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(parts, error, message, rng):
    with pytest.raises(error, match=message):
        changed(study(rng), **parts)


def test_a_tuning_that_is_none_is_refused(rng):
    with pytest.raises(ValueError, match=r"tuning must lie in \[0, 1\], got 2"):
        prediction_powered(study(rng), 0.95, 2)
    with pytest.raises(ValueError, match="write 95 % as"):
        prediction_powered(study(rng), 95)


# -- coverage


@pytest.mark.parametrize(
    ("design", "least"),
    [
        ({"labels": 300}, 0.93),
        ({"labels": 100}, 0.90),
        ({"pairs": 60, "pictures": 8, "labels": 200, "alike": 0.2}, 0.92),
    ],
)
def test_the_interval_covers(design, least, rng):
    found = [prediction_powered(study(rng, **design), 0.95).interval for _ in range(800)]
    assert np.mean([interval.covers(0.2) for interval in found]) > least
    if design == {"labels": 300}:
        assert np.mean([interval.width for interval in found]) == pytest.approx(0.063, abs=0.002)


def test_it_holds_where_the_judge_errs_otherwise_in_one_arm(rng):
    """A judge that errs only in one arm makes up a difference, which people's labels undo."""
    hits, raw = [], []
    for _ in range(300):
        left, right = study(rng, labels=300), study(rng, labels=300, sp=0.8)
        hits.append(prediction_powered_difference(left, right, 0.95).interval.covers(0))
        raw.append(left.readings.mean() - right.readings.mean())
    assert np.mean(raw) < -0.1
    assert np.mean(hits) > 0.92
