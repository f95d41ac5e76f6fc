"""Changed forms of prompts, from small hand-made tables whose answers are known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from ksd_eval.metrics.base import MATCHED
from ksd_eval.metrics.form_effect import FormEffect
from ksd_eval.metrics.identical_pixels import IdenticalPixels

EXPECTED = {"nfd": "identical", "spacing": "equivalent", "romanise": "free"}
HOUSES = [f"house-{number:02}" for number in range(12)]


def prompts(bases=HOUSES, forms=EXPECTED):
    """Return plain prompts, each followed by its forms."""
    found = {}
    for base in bases:
        found[base] = {"perturbation": "none", "kind": "house"}
        for form, expected in forms.items():
            found[f"{base}.{form}"] = {
                "perturbation": form,
                "perturbs": base,
                "expected": expected,
                "kind": "house",
            }
    return found


def with_pixels(evidence, pixels):
    """Return the evidence with a hash of the pixels of each picture."""
    hashes = [pixels(row.pair_id, row.role, row.replicate) for row in evidence.images.itertuples()]
    return replace(evidence, images=evidence.images.assign(sha256=hashes))


def as_they_should(pair, role, replicate):
    """Return pixels that depend on the tokens and the noise alone."""
    return f"{pair.removesuffix('.nfd')}/{role}/{replicate}"


def effect_of(by_form, noise=0.0):
    """Return a judge that finds the plain prompt's value, and so much more of each form."""

    def answers(pair, role, replicate):
        base, _, form = pair.partition(".")
        rng = np.random.default_rng([int(base[-2:]), replicate, len(form), len(role)])
        here = 0.5 + int(base[-2:]) / 100
        return {"fit": here + by_form.get(form, 0.0) + (noise * rng.normal() if form else 0.0)}

    return answers


def of_form(found, form, metric="form_effect", arm="korean"):
    """Return the one estimate of a form."""
    [one] = [one for one in found if (one.group, one.metric, one.arm) == (form, metric, arm)]
    return one


# Pixels


def test_forms_with_the_same_tokens_have_the_same_pixels(study, rng):
    evidence = with_pixels(study(prompts(), roles=["korean"], replicates=2), as_they_should)
    found = IdenticalPixels()(evidence, rng)
    assert [(one.by, one.group, one.estimate, one.n_images, one.note) for one in found] == [
        ("expected", "identical", 1.0, 24, ""),
        ("expected", "equivalent", 0.0, 24, ""),
        ("expected", "free", 0.0, 24, ""),
        ("perturbation", "nfd", 1.0, 24, ""),
        ("perturbation", "spacing", 0.0, 24, ""),
        ("perturbation", "romanise", 0.0, 24, ""),
    ]
    assert {one.estimand for one in found} == {"descriptive"}
    assert {one.n_pairs for one in found} == {12}
    assert found[0].kind == "identical_pixels.identical"


def test_one_picture_that_should_be_the_same_and_is_not_is_found_and_named(study, rng):
    def pixels(pair, role, replicate):
        wrong = (pair, replicate) == ("house-03.nfd", 1)
        return "other" if wrong else as_they_should(pair, role, replicate)

    evidence = with_pixels(study(prompts(), roles=["korean"], replicates=2), pixels)
    kind, form = (
        one for one in IdenticalPixels()(evidence, rng) if one.group in ("identical", "nfd")
    )
    assert kind.estimate == form.estimate == 23 / 24
    assert form.note == kind.note
    assert form.note == (
        "1 of 24 pictures have other pixels than the plain prompt's although they must be the "
        "same: house-03.nfd, replicate 1"
    )


def test_pictures_are_held_against_their_own_arm_and_replicate(study, rng):
    # Every form has the pixels of the plain prompt in the other arm, or of its other replicate.
    def crossed(pair, role, replicate):
        base, _, form = pair.partition(".")
        if form == "nfd":
            role = {"korean": "foreign", "foreign": "korean"}[role]
        return f"{base}/{role}/{1 - replicate if form == 'spacing' else replicate}"

    evidence = with_pixels(study(prompts(), roles=["korean", "foreign"], replicates=2), crossed)
    found = [one for one in IdenticalPixels()(evidence, rng) if one.by == "perturbation"]
    assert [(one.arm, one.group, one.estimate) for one in found] == [
        ("korean", "nfd", 0.0),
        ("korean", "spacing", 0.0),
        ("korean", "romanise", 1.0),
        ("foreign", "nfd", 0.0),
        ("foreign", "spacing", 0.0),
        ("foreign", "romanise", 1.0),
    ]


# Effects


def test_the_effect_of_a_form_is_the_mean_paired_difference(study, rng):
    planted = {"spacing": -0.02, "romanise": -0.3}
    evidence = study(prompts(), effect_of(planted, noise=0.05), roles=["korean"], replicates=2)
    found = FormEffect("fit", margin=0.1)(evidence, rng)
    table = evidence.measurements.groupby("pair_id")["value"].mean()
    for form in planted:
        differences = [table[f"{base}.{form}"] - table[base] for base in HOUSES]
        effect = of_form(found, form)
        assert effect.estimate == pytest.approx(np.mean(differences))
        low, high = stats.t.interval(0.95, 11, np.mean(differences), stats.sem(differences))
        assert (effect.ci_low, effect.ci_high) == pytest.approx((low, high))
        assert (effect.n_pairs, effect.n_images, effect.by) == (12, 48, "perturbation")
    q_values = {form: of_form(found, form).q_value for form in planted}
    p_values = {form: of_form(found, form).p_value for form in planted}
    # Of two, the smaller p counts twice, unless the larger is smaller than that.
    small, large = sorted(p_values.values())
    assert sorted(q_values.values()) == pytest.approx([min(2 * small, large), large])
    assert q_values["romanise"] < 0.01
    theirs = DescrStatsW([table[f"{base}.spacing"] - table[base] for base in HOUSES]).ttost_mean(
        -0.1, 0.1
    )[0]
    same = of_form(found, "spacing", "form_equivalence")
    assert same.p_value == same.q_value == pytest.approx(theirs)
    assert same.p_value < 0.05
    assert same.kind == "form_equivalence.equivalent"


def test_each_kind_of_form_has_its_own_test(study, rng):
    evidence = study(prompts(), effect_of({}, noise=0.05), roles=["korean"])
    found = FormEffect("fit", margin=0.1)(evidence, rng)
    assert [(one.metric, one.group) for one in found] == [
        ("form_effect", "nfd"),
        ("form_effect", "spacing"),
        ("form_equivalence", "spacing"),
        ("form_effect", "romanise"),
    ]
    assert of_form(found, "nfd").p_value is None
    without = FormEffect("fit")(evidence, np.random.default_rng(0))
    assert [one.metric for one in without] == ["form_effect"] * 3


def test_a_form_that_changes_nothing_has_the_effect_0_without_an_excuse(study, rng):
    evidence = study(prompts(), effect_of({}), roles=["korean"])
    nothing = of_form(FormEffect("fit", margin=0.1)(evidence, rng), "nfd")
    assert nothing.estimate == 0.0
    assert (nothing.ci_low, nothing.ci_high, nothing.note) == (None, None, "")
    evidence = study(prompts(), effect_of({"nfd": 0.1}), roles=["korean"])
    assert of_form(FormEffect("fit")(evidence, rng), "nfd").estimate == pytest.approx(0.1)


def test_effects_are_parts_of_what_a_fitting_text_is_worth(study, rng):
    evidence = study(prompts(), effect_of({"romanise": -0.1}, noise=0.02), roles=["korean"])
    plain = of_form(FormEffect("fit")(evidence, rng), "romanise")
    judged = {"matched": "painted", "language": "en", "judge": "reader", "status": "ok"}
    rows = [
        judged | {"picture": picture, "name": name, "value": value + (-1) ** picture * spread}
        for picture in range(20)
        for name, value, spread in (("fit", 0.8, 0.01), ("fit_floor", 0.3, 0.02))
    ]
    worth = replace(evidence, matched=pd.DataFrame(rows, columns=list(MATCHED)))
    metric = FormEffect("fit", floor="fit_floor", margin=0.2)
    part = of_form(metric(worth, np.random.default_rng(0)), "romanise")
    for name in ("estimate", "ci_low", "ci_high"):
        # The gain of matched pictures is .5 on average.
        assert getattr(part, name) == pytest.approx(getattr(plain, name) / 0.5)
    [none] = metric(evidence, rng)
    assert none.estimate is None
    assert none.note == "'fit' was measured on no matched pictures"


def test_a_judge_that_knows_no_fitting_text_gives_no_unit(study, rng):
    evidence = study(prompts(), effect_of({}, noise=0.02), roles=["korean"])
    judged = {"matched": "painted", "language": "en", "judge": "reader", "status": "ok"}
    rows = [
        judged | {"picture": picture, "name": name, "value": value * (-1) ** picture}
        for picture in range(20)
        for name, value in (("fit", 0.2), ("fit_floor", 0.1))
    ]
    blind = replace(evidence, matched=pd.DataFrame(rows, columns=list(MATCHED)))
    [none] = FormEffect("fit", floor="fit_floor")(blind, rng)
    assert none.note == "the judge does not tell a fitting text from another on matched pictures"


def test_a_label_is_held_against_the_one_asked_for(study, rng):
    def answers(pair, role, replicate):
        return {"kind": "ruin" if pair.endswith(".romanise") else "house"}

    evidence = study(prompts(), answers, roles=["korean"])
    found = FormEffect("kind", ["prompt.kind"], margin=0.05)(evidence, rng)
    assert of_form(found, "romanise").estimate == -1.0
    assert of_form(found, "spacing").estimate == 0.0
    assert of_form(found, "romanise").ci_low == -1.0
    assert of_form(found, "romanise").ci_high < -0.4


def test_what_the_judge_could_not_tell_is_left_out_and_counted(study, rng):
    def answers(pair, role, replicate):
        return (
            {"fit": None} if pair == "house-00.romanise" else effect_of({})(pair, role, replicate)
        )

    evidence = study(prompts(), answers, roles=["korean"], replicates=1)
    found = of_form(FormEffect("fit")(evidence, rng), "romanise")
    assert (found.n_pairs, found.n_images, found.n_abstained) == (11, 22, 1)


def test_prompts_that_a_form_leaves_as_they_are_do_not_count_for_it(study, rng):
    def answers(pair, role, replicate):
        return {"fit": None} if pair == "house-00" else effect_of({})(pair, role, replicate)

    pairs = prompts()
    del pairs["house-00.romanise"]
    found = FormEffect("fit")(study(pairs, answers, roles=["korean"], replicates=1), rng)
    counts = {one.group: (one.n_pairs, one.n_abstained, one.note) for one in found}
    assert counts["spacing"][:2] == (11, 1)
    assert counts["romanise"][:2] == (11, 0)


def test_the_order_of_rows_changes_nothing(study, shuffled):
    evidence = study(prompts(), effect_of({"romanise": -0.3}, noise=0.05), roles=["korean"])
    evidence = with_pixels(evidence, as_they_should)
    for metric in (FormEffect("fit", margin=0.1), IdenticalPixels()):
        found = metric(evidence, np.random.default_rng(0))
        assert metric(shuffled(evidence), np.random.default_rng(0)) == found


# Broken inputs


def metrics():
    return FormEffect("fit"), IdenticalPixels()


def evidence_of(study, pairs):
    return with_pixels(study(pairs, effect_of({}, noise=0.1), roles=["korean"]), as_they_should)


def test_prompts_without_forms_say_how_to_get_some(study, rng):
    plain = {base: {"kind": "house"} for base in HOUSES}
    for pairs in (plain, prompts(forms={})):
        for metric in metrics():
            [none] = metric(evidence_of(study, pairs), rng)
            assert none.estimate is None
            assert none.note == "no prompt has a changed form; name changes by prompts.perturb"


def test_forms_without_their_plain_prompts_have_nothing_to_be_held_against(study, rng):
    orphans = {name: about for name, about in prompts().items() if "." in name}
    for metric in metrics():
        for none in metric(evidence_of(study, orphans), rng):
            assert none.estimate is None
            assert "48 pictures have no plain prompt's to be held against" in none.note


def test_some_forms_without_their_plain_prompts_are_counted(study, rng):
    pairs = prompts()
    del pairs["house-00"]
    for metric in metrics():
        found = of_form(metric(evidence_of(study, pairs), rng), "spacing", metric_name(metric))
        assert found.n_pairs == 11
        assert found.note == "4 of 48 pictures have no plain prompt's to be held against"


def metric_name(metric):
    return "identical_pixels" if isinstance(metric, IdenticalPixels) else "form_effect"


def test_a_form_that_was_asked_for_and_changes_nothing_is_told(study, rng):
    for metric in (FormEffect("fit", forms=["josa_swapped"]), IdenticalPixels(["josa_swapped"])):
        found = metric(evidence_of(study, prompts()), rng)
        none = of_form(found, "josa_swapped", metric_name(metric))
        assert none.estimate is None
        assert none.note == "no prompt is changed by it"
        assert found[-1] == none
        assert of_form(found, "spacing", metric_name(metric)).note == ""


def test_forms_come_in_the_order_asked_for_within_what_is_expected(study, rng):
    pairs = prompts(forms=EXPECTED | {"newline": "identical", "nbsp": "identical"})
    found = FormEffect("fit", forms=["romanise", "newline", "nfd"])(evidence_of(study, pairs), rng)
    assert [one.group for one in found] == ["newline", "nfd", "nbsp", "spacing", "romanise"]


@pytest.mark.parametrize(
    ("expected", "told"), [("same", "'identical' and 'same'"), ("", "'' and 'identical'")]
)
def test_an_unknown_expectation_is_refused_in_a_sentence(study, rng, expected, told):
    pairs = prompts()
    pairs["house-00.nfd"] = pairs["house-00.nfd"] | {"expected": expected}
    for metric in metrics():
        [none] = metric(evidence_of(study, pairs), rng)
        assert none.note == (
            f"of the form 'nfd' is expected {told}; it must be one of identical, equivalent, free"
        )


def test_a_measurement_that_nobody_took_is_said_once(study, rng):
    [none] = FormEffect("beauty")(evidence_of(study, prompts()), rng)
    assert none.note == "no judge measured 'beauty' in this run, which has: fit"


def test_settings_without_meaning_are_refused():
    with pytest.raises(ValueError, match="margin must be above 0 and finite, got 0"):
        FormEffect("fit", margin=0)
    with pytest.raises(ValueError, match="floor is 'fit_floor', which shares of woman have no use"):
        FormEffect("gender", ["woman"], floor="fit_floor")
