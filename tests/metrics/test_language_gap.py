from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ksd_eval.metrics.base import MATCHED
from ksd_eval.metrics.language_gap import LanguageGap

RNG = np.random.default_rng(7)
PAIRS = {f"p{place:02}": {} for place in range(40)}
TRUTH = -0.05
"""How much less well Korean pictures fit, in truth."""
PREFERENCE = -0.10
"""How much less the judge gives to a Korean text of the same meaning."""


def centred(values):
    """Take the luck out of the means, so that what is found is known in full."""
    return values - values.mean(0)


NOISE = dict(zip(PAIRS, centred(RNG.normal(0, 0.05, (40, 3))), strict=True))
OWN = PREFERENCE + centred(RNG.normal(0, 0.04, 60))


def fit(pair, role, replicate):
    place = ("korean", "english", "original").index(role)
    shift = TRUTH + PREFERENCE if role == "korean" else 0.0
    return {"fit": float(0.8 + shift + NOISE[pair][place] + 0.001 * replicate)}


def matched(values, name="fit"):
    """Rows of matched pictures; `values` has a column a language."""
    rows = [
        {
            "matched": "painted",
            "picture": picture,
            "language": language,
            "judge": "reader",
            "name": name,
            "value": value,
            "status": "ok" if np.isfinite(value) else "abstained",
            "reason": "" if np.isfinite(value) else "too dark",
        }
        for language, column in values.items()
        for picture, value in enumerate(column)
    ]
    return pd.DataFrame(rows, columns=list(MATCHED))


FITTING = {"ko": 0.9 + OWN, "en": np.full(60, 0.9)}
UNRELATED = {"ko": np.full(60, 0.1), "en": RNG.normal(0.1, 0.02, 60)}


@pytest.fixture
def evidence(study):
    held = pd.concat([matched(FITTING), matched(UNRELATED, "floor")], ignore_index=True)
    return replace(study(PAIRS, fit, replicates=2), matched=held)


def by_name(estimates):
    assert [one.metric for one in estimates] == ["raw_gap", "judge_gap", "language_gap"]
    return estimates


def gaps():
    pairs = np.array([fit(p, "korean", 0)["fit"] - fit(p, "english", 0)["fit"] for p in PAIRS])
    return pairs, OWN


def test_the_three_estimates_are_means_and_their_difference(evidence, rng):
    raw, own, less = by_name(LanguageGap("fit")(evidence, rng))
    pairs, judge = gaps()
    assert raw.estimate == pytest.approx(pairs.mean())
    assert own.estimate == pytest.approx(judge.mean())
    assert less.estimate == pytest.approx(pairs.mean() - judge.mean())
    assert {one.arm for one in (raw, own, less)} == {"korean - english"}
    assert (own.reference, less.reference) == ("painted", "painted")
    assert (raw.n_pairs, raw.n_images, own.n_pairs, own.n_images) == (40, 160, 60, 60)
    assert raw.p_value is not None
    assert less.p_value is None


def test_what_the_judge_prefers_is_taken_away(evidence, rng):
    raw, own, less = by_name(LanguageGap("fit")(evidence, rng))
    assert raw.ci_high < TRUTH, "the raw gap alone would blame the model for the judge"
    assert own.estimate == pytest.approx(PREFERENCE)
    assert less.estimate == pytest.approx(TRUTH)
    assert less.ci_low < TRUTH < less.ci_high < 0


def test_the_interval_of_the_difference_is_welchs(evidence, rng):
    less = by_name(LanguageGap("fit", level=0.9)(evidence, rng))[2]
    expected = stats.ttest_ind(*gaps(), equal_var=False).confidence_interval(0.9)
    assert (less.ci_low, less.ci_high) == pytest.approx((expected.low, expected.high))
    assert less.method == "welch"


def test_the_order_of_rows_does_not_matter(evidence):
    shuffled = replace(
        evidence,
        measurements=evidence.measurements.sample(frac=1, random_state=1),
        matched=evidence.matched.sample(frac=1, random_state=2),
    )
    metric = LanguageGap("fit", floor="floor")
    first = metric(evidence, np.random.default_rng(0))
    assert metric(shuffled, np.random.default_rng(0)) == first


def test_another_constant_for_one_language_moves_raw_and_judge_alike(evidence, rng):
    """What a judge adds to every Korean text cancels in the difference, whatever it is."""

    def moved(table, where):
        return table.assign(value=table["value"] + 0.3 * where)

    more = replace(
        evidence,
        measurements=moved(evidence.measurements, evidence.measurements["role"] == "korean"),
        matched=moved(evidence.matched, evidence.matched["language"] == "ko"),
    )
    before, after = (by_name(LanguageGap("fit")(one, rng)) for one in (evidence, more))
    assert after[0].estimate == pytest.approx(before[0].estimate + 0.3)
    assert after[1].estimate == pytest.approx(before[1].estimate + 0.3)
    assert after[2].estimate == pytest.approx(before[2].estimate)


def test_a_judge_that_cannot_read_korean_is_found_out(evidence, rng):
    blind = {"ko": RNG.normal(0.1, 0.02, 60), "en": np.full(60, 0.9)}
    held = pd.concat([matched(blind), matched(UNRELATED, "floor")], ignore_index=True)
    raw, own, less = by_name(
        LanguageGap("fit", floor="floor")(replace(evidence, matched=held), rng)
    )
    assert None not in (raw.estimate, own.estimate)
    assert (less.estimate, less.ci_low) == (None, None)
    assert "does not tell a fitting from an unrelated text in 'ko'" in less.note
    assert by_name(LanguageGap("fit", floor="floor")(evidence, rng))[2].estimate is not None


def test_without_matched_pictures_only_the_raw_gap_is_told(study, rng):
    raw, own, less = by_name(LanguageGap("fit")(study(PAIRS, fit), rng))
    assert raw.estimate is not None
    assert (own.estimate, less.estimate) == (None, None)
    assert "measured on no matched pictures" in own.note
    assert "measured on no matched pictures" in less.note


def test_a_floor_that_nobody_measured_vouches_for_nothing(evidence, rng):
    less = by_name(LanguageGap("fit", floor="chance")(evidence, rng))[2]
    assert less.estimate is None
    assert "'chance' was measured on no matched pictures" in less.note


def test_abstentions_are_counted_and_not_used(study, rng):
    def silent(pair, role, replicate):
        return {"fit": None} if (pair, role) == ("p00", "korean") else fit(pair, role, replicate)

    some = {"ko": np.where(np.arange(60) < 10, np.nan, FITTING["ko"]), "en": FITTING["en"]}
    found = replace(study(PAIRS, silent, replicates=2), matched=matched(some))
    raw, own, less = by_name(LanguageGap("fit")(found, rng))
    assert (raw.n_pairs, raw.n_abstained) == (39, 2)
    assert (own.n_pairs, own.n_abstained) == (50, 10)
    assert own.estimate == pytest.approx(OWN[10:].mean())
    assert (less.n_pairs, less.n_abstained) == (39, 2)


def test_a_matched_set_in_one_language_has_no_gap(evidence, rng):
    held = matched({"en": FITTING["en"]})
    own, less = by_name(LanguageGap("fit")(replace(evidence, matched=held), rng))[1:]
    assert (own.estimate, less.estimate) == (None, None)
    assert "no matched picture has a value in both languages" in less.note


def test_a_run_without_one_of_the_arms_has_no_gap(study, rng):
    assert LanguageGap("fit")(study(PAIRS, fit, roles=("korean",)), rng) == []


def test_a_contrast_within_one_language_is_refused():
    with pytest.raises(ValueError, match="asked in one language"):
        LanguageGap("fit", contrast="english - original")
    with pytest.raises(ValueError, match="must be two"):
        LanguageGap("fit", contrast="korean - hangul")
