from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable, mcnemar
from statsmodels.stats.multitest import fdrcorrection
from statsmodels.stats.proportion import proportion_confint

from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.paired_outcomes import PairedOutcomes

TWO = ("korean", "english")
ARM = "korean - english"
FACE = PairedOutcomes("face", "yes", contrasts=[ARM])


def drawn(**yes):
    """Answer by pair and role: one letter a replicate, y, n, or a blank for silence."""

    def answer(pair, role, replicate):
        said = yes[role][pair][replicate]
        return {"face": {"y": "yes", "n": "no", " ": None}[said]}

    return answer


def chance(pair, role, replicate):
    """Prompts differ, noise is shared, and Korean is yes more often."""
    noise, own = np.random.default_rng([int(pair), replicate, 7]).normal(size=2)
    own = own if role == "korean" else -own
    lean = int(pair) % 3 - 1.3 + (role == "korean") / 2
    return {"face": "yes" if lean + noise + own / 2 > 0 else "no"}


def outcomes(evidence):
    """Return 1 for yes and 0 for no of matched pictures, Korean and English."""
    told = evidence.measurements.assign(yes=(evidence.measurements["label"] == "yes").astype(float))
    wide = told.pivot_table("yes", ["pair_id", "replicate"], "role")
    return wide["korean"].to_numpy(), wide["english"].to_numpy()


def test_discordance_is_the_share_of_pictures_that_come_out_otherwise(study, one, rng):
    answer = drawn(
        korean={"a": "yyyn", "b": "nny "},
        english={"a": "ynnn", "b": "yn y"},
    )
    found = FACE(study({"a": {}, "b": {}}, answer, roles=TWO), rng)
    prompts = one(found, metric="discordance")
    # a: 2 of 4; b: 1 of the 2 that were told in both arms
    assert prompts.estimate == pytest.approx(0.5)
    assert (prompts.n_pairs, prompts.n_images, prompts.n_abstained) == (2, 12, 2)
    assert 0 <= prompts.ci_low < 0.5 < prompts.ci_high <= 1
    seeds = one(found, metric="discordance", estimand="over_seeds")
    assert seeds.estimate == pytest.approx(3 / 6)
    wilson = proportion_confint(3, 6, 0.05, "wilson")
    assert (seeds.ci_low, seeds.ci_high) == pytest.approx(wilson)
    assert (seeds.n_pairs, seeds.n_images, seeds.n_abstained) == (2, 12, 2)


def test_the_odds_ratio_is_that_of_the_pictures_which_changed(study, one, rng):
    answer = drawn(
        korean={"a": "yyyn", "b": "nyyy"},
        english={"a": "ynnn", "b": "ynnn"},
    )
    found = FACE(study({"a": {}, "b": {}}, answer, roles=TWO), rng)
    odds = one(found, metric="odds_ratio", estimand="over_seeds")
    assert odds.estimate == pytest.approx(5 / 1)
    assert odds.p_value == pytest.approx(2 * (1 + 6) / 2**6)
    assert "5 only in korean, 1 only in english" in odds.note
    assert "McNemar's exact p, of pictures taken for independent" in odds.note
    assert (odds.arm, odds.category, odds.n_images) == (ARM, "yes", 16)


def test_numbers_agree_with_statsmodels(study, one, rng):
    evidence = study({str(i): {} for i in range(15)}, chance, roles=TWO)
    found = FACE(evidence, rng)
    korean, english = outcomes(evidence)
    counts = [
        [(korean * english).sum(), (korean * (1 - english)).sum()],
        [((1 - korean) * english).sum(), ((1 - korean) * (1 - english)).sum()],
    ]
    assert min(map(min, counts)) > 2
    odds = one(found, metric="odds_ratio", estimand="over_seeds")
    assert 1e-6 < odds.p_value < 0.9
    assert odds.p_value == pytest.approx(mcnemar(counts, exact=True).pvalue)
    strata = [np.array([[a, 1 - a], [b, 1 - b]]) for a, b in zip(korean, english, strict=True)]
    theirs = StratifiedTable(strata)
    assert odds.estimate == pytest.approx(theirs.oddsratio_pooled)
    ends = theirs.oddsratio_pooled_confint()
    assert (odds.ci_low, odds.ci_high) == pytest.approx(ends)


def test_equal_shares_may_hide_that_every_picture_changed(study, one, rng):
    answer = drawn(korean={"a": "yyynnn"}, english={"a": "nnnyyy"})
    evidence = study({"a": {}}, answer, roles=TWO, replicates=6)
    found = FACE(evidence, rng)
    assert one(found, metric="discordance").estimate == 1
    odds = one(found, metric="odds_ratio", estimand="over_seeds")
    assert (odds.estimate, odds.p_value) == (pytest.approx(1), 1)
    difference = PairedDifference("face", ["yes"], contrasts=[ARM])(evidence, rng)
    assert one(difference, arm=ARM).estimate == 0


@pytest.mark.parametrize(
    ("korean", "english", "p"),
    [("yyyy", "nnnn", 2 / 2**4), ("yyyy", "yyyy", 1), ("nnnn", "yynn", 0.5)],
)
def test_where_pictures_change_in_one_way_there_is_a_p_and_no_odds_ratio(
    study, one, rng, korean, english, p
):
    answer = drawn(korean={"a": korean}, english={"a": english})
    odds = one(
        FACE(study({"a": {}}, answer, roles=TWO), rng), metric="odds_ratio", estimand="over_seeds"
    )
    assert (odds.estimate, odds.ci_low, odds.ci_high) == (None, None, None)
    assert odds.p_value == p
    assert odds.note.endswith("no odds ratio: pictures differ in one way at most")


def test_groups_are_scanned(study, one, rng):
    evidence = study({str(i): {"job": str(i % 3)} for i in range(18)}, chance, roles=TWO)
    found = replace(FACE, by="job")(evidence, rng)
    assert len(found) == 3 * 4
    groups = [
        one(found, metric="odds_ratio", by="job", group=str(i), estimand="over_seeds")
        for i in range(3)
    ]
    p_values = [group.p_value for group in groups]
    assert len(set(p_values)) > 1
    assert [group.q_value for group in groups] == pytest.approx(fdrcorrection(p_values)[1])
    assert one(found, metric="odds_ratio", estimand="over_seeds").q_value is None
    assert {one.p_value for one in found if one.metric == "discordance"} == {None}


def test_silence_is_none_with_the_count(study, rng):
    answer = drawn(korean={"a": "yyyy"}, english={"a": "    "})
    found = FACE(study({"a": {}}, answer, roles=TWO), rng)
    assert [one.metric for one in found] == ["discordance", "discordance", "odds_ratio"]
    assert [one.estimand for one in found] == ["over_prompts", "over_seeds", "over_seeds"]
    assert {one.estimate for one in found} == {None}
    assert {one.n_abstained for one in found} == {4}
    said = "no prompt pair has an answer in every arm; the judge could not tell of 4 pictures"
    assert {one.note for one in found} == {said}


def test_a_misspelt_category_and_a_strange_measurement_are_said(study, rng):
    evidence = study({"a": {}}, drawn(korean={"a": "ynyn"}, english={"a": "yyyy"}), roles=TWO)
    found = replace(FACE, category="ja")(evidence, rng)
    assert all(one.note.startswith("no picture is labelled 'ja'") for one in found)
    found = replace(FACE, measurement="hand")(evidence, rng)
    assert {one.estimate for one in found} == {None}
    assert all("no judge measured 'hand'" in one.note for one in found)


def test_the_order_of_rows_does_not_matter(study, shuffled):
    evidence = study({str(i): {"job": str(i % 3)} for i in range(12)}, chance, roles=TWO)
    metric = replace(FACE, by="job")
    found = metric(evidence, np.random.default_rng(0))
    assert len({one.estimate for one in found}) > 6
    assert metric(shuffled(evidence), np.random.default_rng(0)) == found


def test_an_arm_that_the_run_lacks_is_left_out_and_four_arms_are_refused(study, rng):
    found = PairedOutcomes("face", "yes")(study({"1": {}}, chance, roles=TWO), rng)
    assert {one.arm for one in found} == {ARM}
    with pytest.raises(ValueError, match="this metric does not compare differences"):
        replace(FACE, contrasts=["(korean - english) - (translated - original)"])


@settings(  # `study` makes evidence anew each time
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from("yn "), st.sampled_from("yn ")), min_size=8, max_size=8))
def test_the_arms_may_change_places_and_so_may_yes_and_no(study, said):
    korean, english = ("".join(side) for side in zip(*said, strict=True))
    halves = {
        "korean": {"a": korean[:4], "b": korean[4:]},
        "english": {"a": english[:4], "b": english[4:]},
    }
    evidence = study({"a": {}, "b": {}}, drawn(**halves), roles=TWO)
    plain, back, no = (
        metric(evidence, np.random.default_rng(0))
        for metric in (
            FACE,
            replace(FACE, contrasts=["english - korean"]),
            replace(FACE, category="no"),
        )
    )
    for other in (back, no):
        for one, theirs in zip(plain, other, strict=True):
            assert theirs.p_value == one.p_value
            if one.metric == "discordance":
                assert (theirs.estimate, theirs.ci_low) == (one.estimate, one.ci_low)
            elif one.estimate is None:
                assert theirs.estimate is None
            else:
                assert theirs.estimate == pytest.approx(1 / one.estimate)
                assert theirs.ci_low == pytest.approx(1 / one.ci_high)
