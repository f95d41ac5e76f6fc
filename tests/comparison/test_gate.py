"""The gate: nobody passes by looking at less."""

import numpy as np
import pytest

from ksd_eval import store
from ksd_eval.comparison import command, comparing, grounds
from ksd_eval.comparison.base import Reason, Row, Side
from ksd_eval.extensions import ConfigError
from ksd_eval.loading import load_run
from ksd_eval.records import Estimate, Measurement
from ksd_eval.store import RunStore

MANY, FEW, EVEN = [1.0] * 12, [0.0] * 12, [1.0, 0.0] * 6
NONE = {"pair": "other"}
PAIRS = 12


def gate(comparison):
    """Return the trend of the only claim, why, and the exit code."""
    [change] = comparison.changes
    why = [reason.key for reason in change.reasons]
    return change.trend, why, command.gate(comparison, "en")


TABLE = {
    "refuted, then refuted of no shared prompt": (FEW, FEW, NONE, ("beside", ["unpaired"], 2)),
    "supported, then refuted of no shared prompt": (MANY, FEW, NONE, ("beside", ["unpaired"], 2)),
    "refuted on 20 prompts, then on 9 of them": (
        [0.0] * 20,
        [0.0] * 9,
        {},
        ("beside", ["subset"], 2),
    ),
    "undecided, then supported": (EVEN, MANY, {}, ("worse", [], 1)),
    "the same on 8 of the prompts": (EVEN, MANY[:8], {}, ("worse", ["thin"], 1)),
    "undecided, then one prompt": (EVEN, MANY[:1], {}, ("worse", ["thin"], 1)),
    "supported, then one prompt": (MANY, MANY[:1], {}, ("worse", ["thin"], 1)),
}


@pytest.mark.parametrize(("first", "last", "other", "expected"), TABLE.values(), ids=TABLE)
def test_who_asks_less_does_not_pass(made, compared, first, last, other, expected):
    assert gate(compared(made("a", first), made("b", last, **other))) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (EVEN[:8], EVEN[:8], ("beside", ["below"], 2)),
        (EVEN[:8], MANY, ("beside", ["below", "subset"], 2)),
        (FEW, [0.0] * 20, ("beside", ["subset"], 2)),
        (FEW, [0.0] * 20 + [1.0] * 20, ("beside", ["subset"], 2)),
    ],
    ids=["too few in both", "too few at first", "more", "more of another kind"],
)
def test_a_verdict_on_other_prompts_is_no_answer(made, compared, first, last, expected):
    assert gate(compared(made("a", first), made("b", last))) == expected


def test_the_gate_says_what_a_verdict_lacks(made, compared, capsys):
    found = compared(made("a", EVEN), made("b", MANY[:8]))
    assert (command.gate(found, "en"), command.gate(found, "ko")) == (1, 1)
    english, korean = capsys.readouterr().err.splitlines()
    assert "too few prompt pairs for a verdict: 8, where it needs 9" in english
    assert "판정에는 프롬프트 쌍이 9개 필요한데 8개뿐입니다" in korean


ROW = Row(
    Estimate("share", "gender", "korean", 0.5, n_pairs=12, n_images=24),
    Estimate("share", "gender", "korean", 0.4, n_pairs=12, n_images=24),
    "beside",
)
SIDE = Side("bias", ("a", "b"), 12, (12, 12), [], [])


@pytest.mark.parametrize("key", [*grounds.UNLIKE])
def test_a_reason_of_the_row_that_decides_is_one_of_the_verdicts(key):
    known = (Reason("noise"), Reason(key), Reason("rare"), Reason("kind"))
    row = Row(ROW.first, ROW.second, "beside", reasons=known)
    assert [*grounds.why_not(row, SIDE)] == [Reason(key)]


def test_what_hinders_no_verdict_hinders_none():
    harmless = ("noise", "rare", "alike", "fixed", "kind", "features", "arms", "bias")
    row = Row(ROW.first, ROW.second, "beside", reasons=tuple(map(Reason, harmless)))
    assert [*grounds.why_not(row, SIDE)] == []


@pytest.mark.parametrize("unsure", [1, 2], ids=["pictures", "prompts"])
def test_a_judge_that_can_tell_a_little_less_is_no_hindrance(made, compared, unsure):
    """Of 24 pictures 4, or the whole of 2 prompts of 12: 17 %. That prompts are lost is said."""
    found = compared(made("a", MANY), made("b", MANY, unsure=[unsure] * (4 // unsure)))
    assert gate(found) == ("same", ["subset"] if unsure == 2 else [], 0)


def test_a_judge_that_can_tell_much_less_is_no_pass(made, compared, capsys):
    """5 of 24 pictures are 20.8 %."""
    silent = made("b", MANY, unsure=[1] * 5)
    found = compared(made("a", MANY), silent)
    assert gate(found) == ("beside", ["abstained"], 2)
    assert "judges could not tell of 21% of the pictures, of 0% before" in capsys.readouterr().err
    command.gate(found, "ko")
    assert "그림의 비율이 0%에서 21%로 늘었습니다" in capsys.readouterr().err
    # Of so few nothing could be decided, so what is found by telling more is found anew.
    assert gate(compared(silent, made("a", MANY))) == ("worse", [], 1)


@pytest.mark.parametrize(("last", "found"), [(20, []), (21, ["abstained"])])
@pytest.mark.parametrize("first", [0, 10, 30, 70])
def test_abstentions_may_rise_by_just_twenty_points(first, last, found):
    sides = [
        Estimate("share", "gender", "korean", 0.5, n_pairs=12, n_images=100 - n, n_abstained=n)
        for n in (first, first + last)
    ]
    assert [one.key for one in grounds.why_not(Row(*sides, "beside"), SIDE)] == found


def test_prompts_of_which_nothing_is_told_any_more_are_no_pass(made, compared):
    """Though the judge was unsure of as many pictures before: 3 prompts of 12 are gone."""
    runs = (made("a", MANY, unsure=[1] * 12), made("b", MANY, unsure=[2] * 3))
    assert gate(compared(*runs)) == ("beside", ["subset"], 2)


SPREAD = np.random.default_rng(0).normal(0.5, 0.1, PAIRS).tolist()


def likeness(korean):
    return {"likeness": {"korean": list(korean), "english": [0.0] * PAIRS}}


def claim(**changed):
    node = {
        "_target_": "ksd_eval.claims.Claim",
        "admission": "It is so.",
        "subject": "it",
        "margin": 0.05,
        "about": {"metric": "mean_likeness", "arm": "korean"},
    }
    return {"claims": {"so": node | changed}}


def test_a_verdict_that_has_no_interval_any_more_got_worse(made, compared):
    runs = [made(name, **likeness(one), **claim()) for name, one in (("a", SPREAD), ("b", MANY))]
    found = compared(*runs)
    assert found.changes[0].outcomes == ("supported", "undecided")
    assert gate(found) == ("worse", ["bare"], 1)
    # What was open for that cause, and is supported now, is no news that passes.
    assert gate(compared(*runs[::-1])) == ("worse", [], 1)
    assert gate(compared(runs[1], runs[1])) == ("same", [], 0)


def test_a_number_that_is_not_found_again_is_no_pass(made, compared):
    runs = [made(name, **likeness(SPREAD), **claim(), spoilt=name == "b") for name in "ab"]
    assert gate(compared(*runs)) == ("beside", ["again"], 2)


def test_a_run_that_tells_a_number_and_has_not_measured_it_is_no_pass(made, compared):
    runs = [made(name, FEW) for name in "ab"]
    run, home = load_run(runs[1]), RunStore(runs[1])
    left = run.measurements[run.measurements["name"] != "gender"]
    home.write_table("measurements", left, store.types_of(Measurement))
    home.finish(dict(run.manifest))
    assert gate(compared(*runs)) == ("beside", ["again"], 2)


def test_a_metric_that_cannot_be_made_any_more_is_no_pass(made):
    def construct(node):
        raise ConfigError(f"there is no {node['_target_']}")

    found = comparing.compared([load_run(made(name, FEW)) for name in "ab"], construct)
    assert gate(found) == ("beside", ["again"], 2)


IMBALANCE = {
    "metrics": {
        "imbalance": {
            "_target_": "ksd_eval.metrics.imbalance.Imbalance",
            "measurement": "gender",
            "reference": {"woman": 0.5, "man": 0.5},
        }
    },
    **claim(about={"metric": "imbalance", "arm": "korean"}),
}
OVER_SEEDS = claim(
    about={
        **{"metric": "excess_gender", "category": "woman", "arm": "korean"},
        "estimand": "over_seeds",
    }
)
BESIDE = pytest.mark.parametrize("given", [IMBALANCE, OVER_SEEDS], ids=["kind", "seeds"])


@BESIDE
def test_verdicts_without_a_number_a_pair_are_held_side_by_side(made, compared, given):
    even, many = made("a", [0.5] * PAIRS, **given), made("b", MANY, **given)
    found = compared(even, many)
    assert found.changes[0].row.difference is None
    assert gate(found) == ("worse", [], 1)
    assert gate(compared(many, even)) == ("better", [], 0)
    assert gate(compared(many, many)) == ("same", [], 0)


@BESIDE
@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ({"judge": {"judge": "reader", "weights": "2"}}, "judge"),
        ({"manifest": {"identities": {}}}, "judge.unknown"),
        (NONE, "asked"),
        ({"women": MANY[:9]}, "asked"),
    ],
    ids=["judge", "unknown judge", "other prompts", "fewer prompts"],
)
def test_and_only_if_they_are_of_the_same_judge_and_prompts(made, compared, given, last, reason):
    if given is IMBALANCE and reason == "judge.unknown":
        reason = "judge"  # as of any plug-in that such a number hangs on
    runs = (made("a", MANY, **given), made("b", **{"women": MANY} | given | last))
    assert gate(compared(*runs)) == ("beside", [reason], 2)


@BESIDE
def test_and_rest_on_no_fewer_prompts(made, compared, given):
    """3 prompts of 12 are gone, while as many pictures can be told."""
    runs = (made("a", MANY, unsure=[1] * 12, **given), made("b", MANY, unsure=[2] * 3, **given))
    assert gate(compared(*runs)) == ("beside", ["fewer"], 2)


@BESIDE
def test_and_on_enough(made, compared, given):
    runs = [made("a", MANY, **given), made("b", MANY[:8], **given)]
    assert gate(compared(*runs)) == ("worse", ["thin"], 1)
