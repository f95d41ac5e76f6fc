import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ksd_eval.comparison import differences
from ksd_eval.comparison.readings import Reading
from ksd_eval.metrics import inference
from ksd_eval.records import Estimate

PAIRS = 12
RNG = np.random.default_rng(1)
FIRST, SECOND = RNG.normal(0.3, 0.1, PAIRS), RNG.normal(0.5, 0.1, PAIRS)
ENGLISH = RNG.normal(0.4, 0.1, PAIRS)


def likeness(korean, english=ENGLISH):
    return {"korean": list(korean), "english": list(english)}


def keys(row):
    return [reason.key for reason in row.reasons]


def test_a_planted_difference_is_that_of_the_pairs_with_students_interval(made, compared, row):
    found = row(
        compared(made("a", likeness=likeness(FIRST)), made("b", likeness=likeness(SECOND))),
        metric="mean_likeness",
        arm="korean",
    )
    expected = stats.ttest_rel(SECOND, FIRST)
    interval = expected.confidence_interval(0.95)
    assert found.how == "paired"
    assert found.difference.estimate == pytest.approx((SECOND - FIRST).mean())
    assert found.difference.estimate == pytest.approx(found.second.estimate - found.first.estimate)
    assert (found.difference.ci_low, found.difference.ci_high) == pytest.approx(tuple(interval))
    assert found.difference.p_value == pytest.approx(expected.pvalue)
    assert found.difference.n_pairs == PAIRS
    assert found.difference.n_images == 4 * PAIRS
    assert found.difference.ci_low > 0
    assert keys(found) == []


def test_a_difference_of_a_contrast_is_a_difference_of_differences(made, compared, row):
    other = RNG.normal(0.4, 0.1, PAIRS)
    found = row(
        compared(made("a", likeness=likeness(FIRST)), made("b", likeness=likeness(SECOND, other))),
        metric="difference_likeness",
    )
    values = (SECOND - other) - (FIRST - ENGLISH)
    interval = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert found.difference.estimate == pytest.approx(values.mean())
    assert (found.difference.ci_low, found.difference.ci_high) == pytest.approx(tuple(interval))


def test_a_share_and_its_excess_over_a_reference_differ_alike(made, compared, row):
    women = [1.0] * 6 + [0.5] * 6
    comparison = compared(made("a"), made("b", women=women))
    share = row(comparison, metric="share_gender", arm="korean").difference
    excess = row(comparison, metric="excess_gender", arm="korean").difference
    assert share.estimate == excess.estimate == pytest.approx(0.25)
    assert (share.ci_low, share.ci_high) == (excess.ci_low, excess.ci_high)
    assert share.ci_low > 0
    assert row(comparison, metric="share_gender", arm="english").difference.estimate == 0


def test_a_run_differs_from_itself_by_nothing(made, compared, row):
    folder = made("a", likeness=likeness(FIRST), women=[1.0] * 6 + [0.0] * 6)
    comparison = compared(folder, folder)
    told = [one for one in comparison.rows if one.difference is not None]
    assert len(told) == 11  # shares of all and of two kinds, a mean and an excess; a difference
    assert {one.difference.estimate for one in told} == {0.0}
    share = row(comparison, metric="share_gender", arm="korean").difference
    assert share.ci_low < 0 < share.ci_high
    assert share.p_value == 1.0
    # Of a value without bounds nothing follows from pairs that do not differ.
    mean = row(comparison, metric="mean_likeness", arm="korean")
    assert mean.difference.ci_low is None
    assert keys(mean) == ["alike"]
    assert [change.trend for change in comparison.changes] == ["same"]
    assert comparison.sides[0].terms == []


def test_other_noise_leaves_prompts_paired_and_is_said(made, compared, row):
    runs = (
        made("a", likeness=likeness(FIRST)),
        made("b", likeness=likeness(SECOND), seed=1),
    )
    found = row(compared(*runs), metric="mean_likeness", arm="korean")
    assert found.how == "paired"
    assert found.difference.p_value == pytest.approx(stats.ttest_rel(SECOND, FIRST).pvalue)
    assert keys(found) == ["noise"]


def test_only_shared_pairs_are_paired(made, compared, row):
    shorter = {"women": [0.5] * 10, "likeness": likeness(SECOND[:10], ENGLISH[:10])}
    runs = (made("a", likeness=likeness(FIRST)), made("b", **shorter))
    found = row(compared(*runs), metric="mean_likeness", arm="korean")
    assert found.difference.estimate == pytest.approx((SECOND - FIRST)[:10].mean())
    assert found.difference.n_pairs == 10
    assert "subset" in keys(found)


@pytest.mark.parametrize("changed", [{"pair": "other"}, {"text": "사진"}], ids=str)
def test_without_a_shared_pair_the_interval_is_welchs(made, compared, row, changed):
    """Pairs of one name whose words are others are no shared pairs."""
    runs = (
        made("a", likeness=likeness(FIRST)),
        made("b", likeness=likeness(SECOND), **changed),
    )
    comparison = compared(*runs)
    found = row(comparison, metric="mean_likeness", arm="korean")
    expected = stats.ttest_ind(SECOND, FIRST, equal_var=False).confidence_interval(0.95)
    assert found.how == "unpaired"
    assert (found.difference.ci_low, found.difference.ci_high) == pytest.approx(tuple(expected))
    assert found.difference.p_value is None
    assert keys(found) == ["unpaired"]
    share = row(comparison, metric="share_gender", arm="english")
    assert share.how == "unpaired"
    assert comparison.sides[0].shared == 0


def test_under_nine_pairs_nothing_is_tested(made, compared, row):
    runs = [
        made(name, women=[0.5] * 8, likeness=likeness(values[:8], ENGLISH[:8]))
        for name, values in (("a", FIRST), ("b", SECOND))
    ]
    found = row(compared(*runs), metric="mean_likeness", arm="korean")
    assert found.difference.ci_low is not None
    assert (found.difference.p_value, found.difference.q_value) == (None, None)
    assert keys(found) == ["below"]


def test_another_judge_of_that_name_is_not_compared(made, compared, row):
    judge = {"judge": "reader", "weights": "2"}
    runs = (made("a", likeness=likeness(FIRST)), made("b", likeness=likeness(SECOND), judge=judge))
    comparison = compared(*runs)
    found = row(comparison, metric="mean_likeness", arm="korean")
    assert (found.how, found.difference, keys(found)) == ("beside", None, ["judge"])
    assert found.reasons[0].holes == {"name": "reader", "fields": "weights"}
    assert not any(one.difference for one in comparison.rows)
    refused = [term for term in comparison.sides[0].terms if term.weight == "refused"]
    assert [(term.name, term.first, term.second) for term in refused] == [
        ("reader: weights", "1", "2")
    ]


@pytest.mark.parametrize(
    ("change", "fields"), [({"keep": {"kind": "even"}}, "keep.kind"), ({"level": 0.9}, "")], ids=str
)
def test_a_metric_that_asks_otherwise_is_not_compared(made, compared, row, change, fields):
    """Another level is no other question: the interval of the difference is of the run's own."""
    node = {"_target_": "ksd_eval.metrics.means.Mean", "measurement": "likeness"}
    runs = [
        made(name, likeness=likeness(FIRST), metrics={"mean_likeness": one}, claims={})
        for name, one in (("a", node), ("b", node | change))
    ]
    found = row(compared(*runs), metric="mean_likeness", arm="korean")
    if fields:
        assert (found.how, keys(found)) == ("beside", ["metric"])
        assert found.reasons[0].holes == {"fields": fields}
    else:
        assert found.how == "paired"


def test_numbers_that_the_tables_do_not_give_again_are_not_compared(made, compared, row):
    runs = (made("a", likeness=likeness(FIRST)), made("b", likeness=likeness(SECOND), spoilt=True))
    found = row(compared(*runs), metric="mean_likeness", arm="korean")
    assert (found.how, keys(found)) == ("beside", ["again"])


def test_what_one_run_lacks_stands_alone(made, compared):
    metrics = {"abstentions": {"_target_": "ksd_eval.metrics.abstentions.Abstentions"}}
    comparison = compared(made("a"), made("b", metrics=metrics, claims={}))
    alone = {keys(one)[0] for one in comparison.rows if one.second is None}
    assert alone == {"absent.second"}
    both = {keys(one)[0] for one in comparison.rows if one.second and one.first}
    assert both == {"estimand.descriptive"}


def test_all_differences_of_a_comparison_are_one_scan(made, compared):
    rng = np.random.default_rng(5)
    runs = [
        made(name, likeness=likeness(rng.normal(size=PAIRS), rng.normal(size=PAIRS)), seed=0)
        for name in "abc"
    ]
    comparison = compared(*runs)
    assert [side.names for side in comparison.sides] == [
        ("bias/a", "bias/b"),
        ("bias/a", "bias/c"),
    ]
    found = [one.difference for one in comparison.rows if one.difference]
    tested = [one for one in found if one.p_value is not None]
    expected = stats.false_discovery_control([one.p_value for one in tested], method="by")
    assert [one.q_value for one in tested] == pytest.approx(list(expected))


def loss(values, worth):
    """Return the reading of a loss: `values[j]` is pair j's, `worth` that of a fitting text."""
    about = Estimate("loss", "likeness", "korean", None, kind="relative_loss")
    table = pd.DataFrame(
        {
            "pair_id": [f"p{j:03d}" for j in range(len(values))],
            "replicate": 0,
            "role": "korean",
            "x": values,
        }
    )
    return Reading(about, {"korean": 1}, table, inference.UNBOUNDED, frozenset(), worth)


def test_a_loss_is_a_part_of_what_a_fitting_text_is_worth_paired_or_not():
    worth = np.linspace(0.0999, 0.1001, 50)
    sides = [loss(values, worth) for values in (FIRST, SECOND)]
    paired = differences.difference(*sides, sides[0].table["pair_id"])
    apart = differences.unpaired(*sides)
    assert apart.estimate == pytest.approx(paired.estimate)
    assert apart.estimate == pytest.approx((SECOND - FIRST).mean() / 0.1)
    expected = stats.ttest_ind(SECOND, FIRST, equal_var=False).confidence_interval(0.95)
    assert (apart.ci_low, apart.ci_high) == pytest.approx(np.array(expected) / 0.1, rel=1e-3)


def test_of_a_text_that_may_be_worth_nothing_no_part_can_be_told():
    sides = [loss(values, np.array([-0.1, 0.1, 0.05, 0.0])) for values in (FIRST, SECOND)]
    found = differences.unpaired(*sides)
    assert (found.estimate, found.ci_low, found.ci_high) == (None, None, None)


def reading(table, bounds):
    about = Estimate("share", "gender", "korean", None, category="woman", kind="share")
    return Reading(about, {"korean": 1}, table, bounds, frozenset())


def drawn(rng, pairs, effect, replicates):
    """Return the pictures of two runs, whose prompts have effects of their own in common."""
    prompt = rng.normal(0, 1.5, pairs)
    sides = []
    for shift in (0.0, effect):
        chance = 1 / (1 + np.exp(-(prompt + shift + rng.normal(0, 0.7, pairs))))
        x = rng.random((pairs, replicates)) < chance[:, None]
        sides.append(
            pd.DataFrame(
                {
                    "pair_id": np.repeat([f"p{j:03d}" for j in range(pairs)], replicates),
                    "replicate": np.tile(np.arange(replicates), pairs),
                    "role": "korean",
                    "x": x.ravel().astype(float),
                }
            )
        )
    return sides


def true_difference(effect):
    rng = np.random.default_rng(0)
    prompt = rng.normal(0, 1.5, 2_000_000)
    noise = rng.normal(0, 0.7, (2, len(prompt)))
    first, second = 1 / (1 + np.exp(-(prompt + noise + np.array([[0.0], [effect]]))))
    return float((second - first).mean())


@pytest.mark.slow
@pytest.mark.parametrize("effect", [0.0, 1.6])
@pytest.mark.parametrize("replicates", [1, 4])
def test_intervals_hold_the_truth_as_often_as_they_say(effect, replicates):
    """Of 600 simulated comparisons of 30 pairs; the standard error of a coverage is .9 points."""
    rng, truth = np.random.default_rng(7), true_difference(effect)
    held, alarms, studies, pairs = 0, 0, 600, 30
    shared = [f"p{j:03d}" for j in range(pairs)]
    for _ in range(studies):
        sides = [reading(one, inference.SHARE) for one in drawn(rng, pairs, effect, replicates)]
        found = differences.difference(*sides, shared)
        held += found.ci_low <= truth <= found.ci_high
        alarms += found.p_value < 0.05
    assert 0.925 < held / studies < 0.985
    if effect == 0.0:
        assert alarms / studies < 0.075
    else:
        assert alarms / studies > 0.3  # it is no test that never says anything
