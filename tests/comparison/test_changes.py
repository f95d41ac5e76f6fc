import copy

import pytest

from ksd_eval.comparison import changes, command
from ksd_eval.comparison.comparing import CompareError

MANY = [1.0] * 12
FEW = [0.0] * 12
EVEN = [1.0, 0.0] * 6


def trend(comparison):
    [change] = comparison.changes
    return change.outcomes, change.trend, [reason.key for reason in change.reasons]


@pytest.mark.parametrize(
    ("women", "outcomes", "expected"),
    [
        ((FEW, MANY), ("refuted", "supported"), "worse"),
        ((FEW, EVEN), ("refuted", "undecided"), "worse"),
        ((EVEN, MANY), ("undecided", "supported"), "worse"),
        ((MANY, EVEN), ("supported", "undecided"), "better"),
        ((MANY, FEW), ("supported", "refuted"), "better"),
        ((MANY, MANY), ("supported", "supported"), "same"),
    ],
    ids=str,
)
def test_to_be_refuted_is_best_and_to_be_supported_worst(made, compared, women, outcomes, expected):
    comparison = compared(*(made(name, one) for name, one in zip("ab", women, strict=True)))
    assert trend(comparison) == (outcomes, expected, [])
    assert comparison.changes[0].row.about.metric == "excess_gender"
    assert comparison.changes[0].row.difference.estimate == pytest.approx(
        sum(women[1]) / 12 - sum(women[0]) / 12
    )


def test_from_the_first_run_to_the_last(made, compared):
    runs = [made(name, one) for name, one in (("a", FEW), ("b", MANY), ("c", FEW))]
    assert trend(compared(*runs)) == (("refuted", "supported", "refuted"), "same", [])


def test_what_is_not_measured_any_more_got_worse_and_what_is_at_last_has_no_trend(made, compared):
    silent = made("b", FEW, claims=with_claim(experiment="safety"))
    measured = made("a", FEW)
    assert trend(compared(measured, silent)) == (("refuted", "not measured"), "worse", [])
    assert trend(compared(silent, measured)) == (("not measured", "refuted"), "new", [])


def test_without_weights_nobody_passes(made, compared):
    """The verdict is left open as nothing is known, which is no step towards being refuted."""
    measured, blind = made("a", MANY), made("b", MANY, blind=True)
    [change] = (found := compared(measured, blind)).changes
    assert trend(found) == (("supported", "undecided"), "worse", ["nothing"])
    assert command.gate(found, "en") == 1
    assert change.row.second.estimate is None
    assert trend(compared(blind, measured)) == (("undecided", "supported"), "new", [])
    assert trend(compared(blind, blind)) == (("undecided", "undecided"), "same", [])


def test_a_claim_whose_estimate_is_not_in_the_table_any_more_got_worse(made, compared):
    metrics = {"excess_gender": METRICS["excess_gender"] | {"categories": ["man"]}}
    runs = (made("a", MANY), made("b", MANY, metrics=metrics))
    assert trend(compared(*runs))[1:] == ("worse", ["absent.second"])


def test_a_claim_that_several_estimates_decide_is_not_compared(made, compared):
    about = {"metric": "excess_gender", "category": "woman"}
    claims = with_claim(about=about)
    found = compared(made("a", MANY, claims=claims), made("b", FEW, claims=claims))
    assert trend(found) == (("undecided", "undecided"), "beside", ["claim.row"])
    assert command.gate(found, "en") == 2


def test_a_card_whose_part_is_not_there_is_no_pass(made, compared):
    """Who judged, and what was asked, stands in the part alone."""
    claims = with_claim(experiment="card")  # which these runs decide, and no part of theirs
    cards = [
        made(one, women, name="card", manifest={"runs": {"text": part}}, claims=claims)
        for one, women in (("a", MANY), ("b", FEW))
        for part in [made(f"{one}1", name="text").name]
    ]
    found = compared(*cards)
    assert trend(found)[1:] == ("beside", ["claim.row"])
    assert command.gate(found, "en") == 2


@pytest.mark.parametrize("rule", [{"margin": 0.1}, {"direction": "either"}], ids=str)
def test_verdicts_by_another_rule_are_not_compared(made, compared, rule):
    runs = (made("a", FEW), made("b", MANY, claims=with_claim(**rule)))
    outcomes, found, reasons = trend(compared(*runs))
    assert (found, reasons) == ("beside", ["claim"])
    assert outcomes == ("refuted", "supported")


def test_verdicts_of_another_judge_are_not_compared(made, compared):
    runs = (made("a", FEW), made("b", MANY, judge={"judge": "reader", "weights": "2"}))
    assert trend(compared(*runs))[1:] == ("beside", ["judge"])


def test_a_claim_that_one_run_has_not_is_not_compared(made, compared):
    runs = (made("a", FEW), made("b", MANY, claims={}))
    assert trend(compared(*runs)) == (("refuted", ""), "beside", ["claim.absent"])


def with_claim(**changed):
    from ksd_eval.claims import Claim

    assert changed.keys() <= Claim.__dataclass_fields__.keys()
    claims = copy.deepcopy(CLAIMS)
    claims["culture"] |= changed
    return claims


METRICS = {
    "excess_gender": {
        "_target_": "ksd_eval.metrics.shares.Excess",
        "measurement": "gender",
        "categories": ["woman"],
        "reference": {"woman": 0.5, "man": 0.5},
    }
}
CLAIMS = {
    "culture": {
        "_target_": "ksd_eval.claims.Claim",
        "admission": "Women are the default.",
        "subject": "the share of women, less one half",
        "about": {"metric": "excess_gender", "category": "woman", "arm": "korean"},
        "margin": 0.05,
        "experiment": "bias",
    }
}


def test_every_outcome_that_is_one_has_a_place():
    assert [*changes.ORDER, changes.SILENT] == ["refuted", "undecided", "supported", "not measured"]


def test_a_card_is_compared_run_by_run(made, compared, tmp_path):
    parts = {"bias": made("a1", FEW).name, "text": made("t", name="text").name}
    first = made("a", FEW, name="card", manifest={"runs": parts})
    second = made("b", MANY, name="card", manifest={"runs": {"bias": made("b1", MANY).name}})
    comparison = compared(first, second)
    assert [side.experiment for side in comparison.sides] == ["bias"]
    assert [reason.key for reason in comparison.without] == ["without.experiment"]
    assert comparison.sides[0].names == ("card/a", "card/b")


def test_a_card_without_its_runs_says_so(made, compared):
    first = made("a", name="card", manifest={"runs": {"bias": made("a1").name, "text": "gone"}})
    second = made("b", name="card", manifest={"runs": {"bias": made("b1").name, "text": "gone"}})
    [reason] = compared(first, second).without
    assert reason.key == "without.run"
    assert "there is no folder" in reason.holes["why"]


def test_a_run_of_another_experiment_is_refused(made, compared):
    with pytest.raises(CompareError, match="bias/a and text/b have no experiment in common"):
        compared(made("a"), made("b", name="text"))


def test_one_run_is_refused(made, compared):
    with pytest.raises(CompareError, match="name two or more"):
        compared(made("a"))
