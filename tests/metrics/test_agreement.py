from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from ksd_eval.metrics.agreement import Agreement
from ksd_eval.metrics.base import Evidence

PROMPTS = {f"p{place:02}": {"job": "doctor" if place % 2 else "nurse"} for place in range(30)}
JUDGES = ("reader", "clip")


def errs(pair, role, replicate, rate):
    """The truth, and whether the second judge errs: more often in Korean pictures."""
    draw = np.random.default_rng([int(pair[1:]), len(role), replicate])
    woman = draw.random() < 0.4
    return woman, draw.random() < (rate if role == "korean" else rate / 4)


def first(pair, role, replicate):
    return {"gender": "woman" if errs(pair, role, replicate, 0.4)[0] else "man"}


def second(pair, role, replicate):
    woman, wrong = errs(pair, role, replicate, 0.4)
    return {"gender": "woman" if woman != wrong else "man"}


@pytest.fixture
def judged(study):
    """Return a function that makes the evidence of a run with two judges."""

    def make(one, other, **options):
        a = study(PROMPTS, one, judge="reader", **options)
        b = study(PROMPTS, other, judge="clip", **options)
        return Evidence(a.images, pd.concat([a.measurements, b.measurements], ignore_index=True))

    return make


def pick(estimates, **wanted):
    wanted = {"by": "", "group": ""} | wanted
    (found,) = [
        one for one in estimates if all(getattr(one, key) == value for key, value in wanted.items())
    ]
    return found


def crossed(evidence, role):
    """The table of both judges' labels, counted by pandas."""
    table = evidence.measurements
    wide = table[(table["role"] == role) & (table["status"] == "ok")].pivot_table(
        index="image_id", columns="judge", values="label", aggfunc="first"
    )
    return pd.crosstab(wide["reader"], wide["clip"]).to_numpy()


def test_agreement_and_kappa_are_those_of_statsmodels(judged, rng):
    evidence = judged(first, second)
    found = Agreement("gender", JUDGES)(evidence, rng)
    for role in ("korean", "english"):
        table = crossed(evidence, role)
        assert table.min() > 0
        share = pick(found, metric="agreement", arm=role)
        kappa = pick(found, metric="kappa", arm=role)
        assert share.estimate == pytest.approx(np.trace(table) / table.sum())
        assert kappa.estimate == pytest.approx(cohens_kappa(table).kappa)
        assert kappa.ci_low < kappa.estimate < kappa.ci_high
        assert (kappa.n_pairs, kappa.n_images, kappa.n_abstained) == (30, 120, 0)
        assert kappa.reference == "reader and clip"


def test_judges_that_agree_less_in_korean_are_told_apart(judged, rng):
    found = Agreement("gender", JUDGES)(judged(first, second), rng)
    for metric in ("agreement", "kappa"):
        left, right = (pick(found, metric=metric, arm=role) for role in ("korean", "english"))
        gap = pick(found, metric=metric, arm="korean - english")
        assert gap.estimate == pytest.approx(left.estimate - right.estimate)
        assert gap.ci_low < gap.estimate < gap.ci_high < 0


def test_the_difference_of_kappas_leaves_a_pair_out_of_both_arms(judged, rng):
    evidence = judged(first, second)
    gap = pick(Agreement("gender", JUDGES)(evidence, rng), metric="kappa", arm="korean - english")

    def difference(kept):
        table = evidence.measurements
        part = replace(evidence, measurements=table[table["pair_id"].isin(kept)])
        tables = (crossed(part, role) for role in ("korean", "english"))
        left, right = (cohens_kappa(one).kappa for one in tables)
        return left - right

    names = sorted(PROMPTS)
    without = np.array([difference([*names[:i], *names[i + 1 :]]) for i in range(30)])
    reach = 2.045230 * np.sqrt(29 * without.var())  # Student's t, 29 degrees of freedom
    whole = difference(names)
    assert (gap.ci_low, gap.ci_high) == pytest.approx((whole - reach, whole + reach), abs=1e-5)
    assert gap.method == "jackknife"


def test_the_same_answers_agree_in_full(judged, rng):
    found = Agreement("gender", JUDGES)(judged(first, first), rng)
    kappa = pick(found, metric="kappa", arm="korean")
    assert (kappa.estimate, kappa.ci_low) == (1.0, None)
    assert "no interval" in kappa.note
    share = pick(found, metric="agreement", arm="korean")
    assert share.estimate == 1
    assert 0.7 < share.ci_low < 1


def test_which_judge_is_named_first_and_what_labels_are_called_changes_nothing(judged):
    def renamed(say):
        return lambda *picture: {"gender": {"man": "zz", "woman": "aa"}[say(*picture)["gender"]]}

    usual = Agreement("gender", JUDGES)(judged(first, second), np.random.default_rng(0))
    turned = Agreement("gender", JUDGES[::-1])(judged(first, second), np.random.default_rng(0))
    other = judged(renamed(first), renamed(second))
    named = Agreement("gender", JUDGES)(other, np.random.default_rng(0))

    def numbers(estimates):
        return [(one.metric, one.arm, one.estimate, one.ci_low, one.ci_high) for one in estimates]

    assert len({one.estimate for one in usual}) > 8
    for found in (turned, named):
        for mine, theirs in zip(numbers(found), numbers(usual), strict=True):
            assert mine[:2] == theirs[:2]
            assert mine[2:] == pytest.approx(theirs[2:])


def test_the_order_of_rows_does_not_matter(judged, shuffled):
    evidence = judged(first, second)
    metric = Agreement("gender", JUDGES, by="job")
    usual = metric(evidence, np.random.default_rng(0))
    assert metric(shuffled(evidence), np.random.default_rng(0)) == usual


def test_abstentions_of_either_judge_are_counted_and_not_used(judged, rng):
    def silent(say, replicate_left_out):
        return lambda pair, role, replicate: (
            {"gender": None} if replicate == replicate_left_out else say(pair, role, replicate)
        )

    evidence = judged(silent(first, 0), silent(second, 1))
    found = Agreement("gender", JUDGES)(evidence, rng)
    for metric in ("agreement", "kappa"):
        one = pick(found, metric=metric, arm="korean")
        assert (one.n_images, one.n_abstained) == (60, 60)
    assert pick(found, metric="kappa", arm="korean").estimate == pytest.approx(
        cohens_kappa(crossed(evidence, "korean")).kappa
    )


def test_a_picture_that_one_judge_failed_on_is_an_abstention(judged, rng):
    evidence = judged(first, second)
    table = evidence.measurements
    lost = (table["judge"] == "clip") & (table["pair_id"] == "p00")
    found = Agreement("gender", JUDGES)(replace(evidence, measurements=table[~lost]), rng)
    one = pick(found, metric="agreement", arm="korean")
    assert (one.n_pairs, one.n_images, one.n_abstained) == (29, 116, 4)


def test_groups_are_those_of_the_prompts(judged, rng):
    evidence = judged(first, second)
    found = Agreement("gender", JUDGES, by="job")(evidence, rng)
    kept = Agreement("gender", JUDGES, keep={"job": "doctor"})(evidence, rng)
    for metric in ("agreement", "kappa"):
        group = pick(found, metric=metric, by="job", group="doctor", arm="korean")
        assert group.n_pairs == 15
        alone = pick(kept, metric=metric, arm="korean")
        assert (alone.estimate, alone.ci_low) == (group.estimate, group.ci_low)


def test_one_label_throughout_has_no_kappa(judged, rng):
    def always(*_):
        return {"gender": "man"}

    found = Agreement("gender", JUDGES)(judged(always, always), rng)
    for arm in ("korean", "korean - english"):
        kappa = pick(found, metric="kappa", arm=arm)
        assert kappa.estimate is None
        assert "same label" in kappa.note
    assert pick(found, metric="agreement", arm="korean").estimate == 1


def test_a_single_pair_has_a_kappa_without_interval(study, rng):
    prompts = {"p07": {}}
    a, b = (study(prompts, say, judge=name) for say, name in ((first, "reader"), (second, "clip")))
    evidence = Evidence(a.images, pd.concat([a.measurements, b.measurements], ignore_index=True))
    found = Agreement("gender", JUDGES)(evidence, rng)
    for arm in ("korean", "english", "korean - english"):
        assert pick(found, metric="kappa", arm=arm).ci_low is None


def test_a_judge_that_was_not_asked_is_named(study, rng):
    found = Agreement("gender", JUDGES)(study(PROMPTS, first), rng)
    assert {one.estimate for one in found} == {None}
    assert {one.note for one in found} == {"judge 'clip' did not measure 'gender' in this run"}


def test_a_value_is_no_label(judged, rng):
    found = Agreement("fit", JUDGES)(judged(lambda *_: {"fit": 0.5}, lambda *_: {"fit": 0.5}), rng)
    assert "judge 'reader' gave 'fit' no label" in pick(found, metric="kappa", arm="korean").note


def test_wrong_wishes_are_refused():
    with pytest.raises(ValueError, match="two unlike ones"):
        Agreement("gender", ["reader", "reader"])
    with pytest.raises(ValueError, match="two unlike ones"):
        Agreement("gender", ["reader"])
    with pytest.raises(ValueError, match="must be two"):
        Agreement("gender", JUDGES, contrasts=["korean - hangul"])


def test_pairs_may_share_a_picture(judged, rng):
    evidence = judged(first, second)
    metric = Agreement("gender", JUDGES)
    # Two forms of a Korean prompt have one English text, and so one English picture.
    english = (
        evidence.images.query("role == 'english'").drop_duplicates("pair_id")["image_id"].tolist()
    )
    shared = Evidence(
        *(
            table.assign(image_id=table["image_id"].replace(english[1], english[0]))
            for table in (evidence.images, evidence.measurements)
        )
    )
    assert metric(shared, rng) == metric(evidence, np.random.default_rng(0))
