import gc
from functools import cache
from math import sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from ksd_eval.claims import Admission, Claim
from ksd_eval.config.building import built
from ksd_eval.config.composing import composed
from ksd_eval.records import Estimate
from ksd_eval.verdicts import decide, together

CARD = {
    *("photorealism", "text", "composition", "people", "language"),
    *("autoencoder", "adult", "memorisation", "culture", "checker"),
}
MARGIN = 0.05
ERROR = 0.02


def claim(name, **options):
    about = {"metric": name, "arm": "korean"}
    return Claim(f"It admits {name}.", f"the {name}", about, MARGIN, **options)


@cache
def quantile(level):
    return float(stats.norm.ppf((1 + level) / 2))


def normal(truths, level):
    """Return estimates with normal intervals of a level, and an error of `ERROR`."""
    reach = ERROR * quantile(level)
    return {
        name: Estimate(
            name,
            "gender",
            "korean",
            value,
            ci_low=value - reach,
            ci_high=value + reach,
            level=level,
            method="all_alike",  # of which no smallest effect is sought: that takes time
            n_pairs=40,
            n_images=160,
        )
        for name, value in truths.items()
    }


def run(values, level=0.95, **options):
    asked = []

    def estimates_at(claim, at):
        asked.append((claim.metric, round(at, 6)))
        return list(normal({claim.metric: values[claim.metric]}, at).values())

    members = {name: claim(name, **options) for name in values}
    return together(members, estimates_at, level), asked


def test_one_claim_alone_is_held_against_the_level_of_the_run():
    verdicts, asked = run({"a": 0.2})
    assert verdicts["a"].outcome == "supported"
    assert verdicts["a"].level == 0.95
    assert {at for _, at in asked} == {0.95}


def test_a_claim_that_is_just_supported_alone_is_not_among_others():
    just = MARGIN + 2.0 * ERROR
    assert run({"a": just})[0]["a"].outcome == "supported"
    among, _ = run({"a": just, "b": MARGIN, "c": MARGIN})
    assert among["a"].outcome == "undecided"
    assert among["a"].level == pytest.approx(1 - 0.05 / 3)


def test_each_claim_that_is_settled_makes_the_next_easier():
    values = {"a": 1.0, "b": MARGIN + 2.1 * ERROR, "c": MARGIN}
    verdicts, _ = run(values)
    assert [verdicts[name].outcome for name in "abc"] == ["supported", "undecided", "undecided"]
    values["b"] = MARGIN + 2.3 * ERROR  # beyond by more than 2.24, of level 1 - .05 / 2
    verdicts, _ = run(values)
    assert [verdicts[name].outcome for name in "abc"] == ["supported", "supported", "undecided"]
    assert verdicts["b"].level == pytest.approx(1 - 0.05 / 2)
    assert verdicts["c"].level == pytest.approx(1 - 0.05 / 3), "nothing was refuted"


def test_both_directions_are_those_of_holm_on_one_sided_p_values(monkeypatch):
    monkeypatch.setattr(gc, "collect", lambda: 0)  # by statsmodels at each call, which is long here
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(30):
        values = {name: float(rng.normal(MARGIN, 3 * ERROR)) for name in "abcdef"}
        verdicts, _ = run(values)
        distance = (np.array(list(values.values())) - MARGIN) / ERROR
        # An end of a two-sided interval of level 1 - a is a one-sided test of size a / 2.
        above = multipletests(stats.norm.sf(distance), 0.025, "holm")[0]
        below = multipletests(stats.norm.cdf(distance), 0.025, "holm")[0]
        expected = np.select([above, below], ["supported", "refuted"], "undecided")
        assert [verdicts[name].outcome for name in values] == list(expected)
        seen.add((int(above.sum()), int(below.sum())))
    assert len(seen) > 8, "steps of many lengths"


@pytest.mark.parametrize("direction", ["above", "either"])
@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_a_family_seldom_has_a_false_verdict(direction, correlation):
    """Half of the truths lie just inside the margin, half just beyond: the hardest there is."""
    rng, count, studies = np.random.default_rng(5), 6, 400
    truth = MARGIN + np.where(np.arange(count) % 2, 1e-9, -1e-9)
    right = ["supported" if beyond else "refuted" for beyond in truth > MARGIN]
    common = rng.normal(size=(studies, 1))
    own = rng.normal(size=(studies, count))
    noise = ERROR * (sqrt(correlation) * common + sqrt(1 - correlation) * own)
    false = 0
    for row in truth + noise:
        verdicts, _ = run(dict(zip("abcdef", map(float, row), strict=True)), direction=direction)
        said = [verdicts[name].outcome for name in "abcdef"]
        false += any(one not in (good, "undecided") for one, good in zip(said, right, strict=True))
    assert false / studies <= 0.05 + 3 * sqrt(0.05 * 0.95 / studies)


def test_families_are_decided_each_by_itself():
    values = {"a": MARGIN + 2.1 * ERROR, "b": MARGIN}
    members = {"a": claim("a"), "b": claim("b", family="other")}

    def estimates_at(claim, at):
        return [normal(values, at)[claim.metric]]

    first, second = decide(members, ["bias"], estimates_at, 0.95)
    assert (first.outcome, first.level, first.family) == ("supported", 0.95, "card")
    assert (second.level, second.family) == (0.95, "other")


def test_what_another_experiment_measures_is_not_measured_and_makes_nothing_harder():
    just = {"a": MARGIN + 2.0 * ERROR}
    claims = {
        "b": claim("b", experiment="text"),
        "a": claim("a", experiment="bias"),
        "c": Admission("It can be misused.", "nobody can tell"),
    }
    ledger = decide(claims, ["bias"], lambda claim, at: [normal(just, at)[claim.metric]], 0.95)
    assert [(line.claim, line.outcome) for line in ledger] == [
        ("b", "not measured"),
        ("a", "supported"),
        ("c", "not measured"),
    ]
    assert ledger[0].sentence == "Not measured: another experiment, 'text', is to answer that."
    assert ledger[2].reason == "nobody can tell"


def test_an_experiment_that_could_not_be_done_says_why_in_its_claims():
    claims = {"a": claim("a", experiment="text"), "b": claim("b", experiment="bias")}
    values = {"b": MARGIN + 4 * ERROR}
    ledger = decide(
        claims,
        ["bias"],
        lambda claim, at: [normal(values, at)[claim.metric]],
        0.95,
        {"text": "Tesseract is not here; apt install tesseract-ocr"},
    )
    assert ledger[0].sentence == ("Not measured: Tesseract is not here; apt install tesseract-ocr.")
    assert ledger[1].outcome == "supported"


def test_a_claim_without_its_metric_is_undecided():
    verdicts = together({"a": claim("a")}, lambda claim, at: [], 0.95)
    assert (verdicts["a"].outcome, verdicts["a"].reason) == (
        "undecided",
        "this run has no such estimate",
    )
    assert verdicts["a"].family == "card"


def test_an_experiment_without_claims_has_no_verdicts():
    assert decide({}, "bias", lambda claim, at: [], 0.95) == []


def test_the_card_fixes_every_admission_in_configuration():
    experiment = built(composed(["experiment=bias"]))
    fixed = {name: one for name, one in experiment.claims.items() if isinstance(one, Claim)}
    assert fixed.keys() == CARD
    for name, one in fixed.items():
        assert one.admission.endswith("."), name
        assert one.subject, name
        assert one.experiment, name
        assert one.family == "card", name
        assert one.margin > 0, name
    assert fixed["culture"].metric in experiment.metrics
    others = experiment.claims.keys() - CARD
    assert all(isinstance(experiment.claims[name], Admission) for name in others)
    assert others >= {"impersonation", "misinformation", "copyright"}


def test_another_margin_is_another_run():
    from ksd_eval.experiment import planned

    word = "claims.culture.margin"
    runs = {
        planned(built(composed(["experiment=bias", f"{word}={margin}"]))).run_id
        for margin in (0.05, 0.1)
    }
    assert len(runs) == 2


def test_levels_are_not_changed_by_the_order_of_claims():
    values = {"a": 1.0, "b": MARGIN + 2.3 * ERROR, "c": MARGIN}
    forth, _ = run(values)
    back, _ = run(dict(reversed(values.items())))
    assert forth == back
