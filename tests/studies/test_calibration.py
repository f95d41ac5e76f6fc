from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ksd_eval.claims import Claim
from ksd_eval.metrics.differences import PairedDifference
from ksd_eval.metrics.imbalance import Imbalance
from ksd_eval.metrics.shares import Excess, Share
from ksd_eval.models.planted import Planted
from ksd_eval.records import Arm, Estimate, Measurement, PromptPair
from ksd_eval.studies import painted
from ksd_eval.studies.base import Bench, StudyError
from ksd_eval.studies.calibration import Calibration, Lab
from ksd_eval.studies.calibration_findings import findings
from ksd_eval.studies.scenarios import Scenario, drawn
from ksd_eval.studies.truths import share, truth_of
from ksd_eval.world.attributes import truth as truth_of_scene

METRICS = {
    "share": Share("gender", ["woman"], resamples=50),
    "difference": PairedDifference("gender", ["woman"], ["korean - english"], resamples=50),
    "excess": Excess("gender", {"woman": 0.5, "man": 0.5}, ["woman"], resamples=50),
    "imbalance": Imbalance("gender", {"woman": 0.5, "man": 0.5}, resamples=50),
}
PLAIN = Scenario("plain", ["share", "difference"], studies=6, pairs=20, replicates=2)


def lab(scenario, claims=None, metrics=None):
    names = scenario.metrics or list(METRICS)
    chosen = {name: (metrics or METRICS)[name] for name in names}
    return Lab(scenario, chosen, claims or {}, 0.95, 0, None)


def told(scenario, count, **options):
    frame = lab(scenario, **options).tallied(range(count))
    return findings(frame, [scenario], 0.95).tables["calibration"]


def row(table, **wanted):
    for name, value in wanted.items():
        table = table[table[name] == value]
    assert len(table) == 1, wanted
    return table.iloc[0]


@pytest.fixture
def bench():
    """A bench whose tables are kept in memory; `made` lists what had to be simulated."""
    store, made = {}, []

    def kept(name, make):
        if name not in store:
            made.append(name)
            store[name] = make()
        return store[name]

    @contextmanager
    def tracked(name, total):
        yield lambda count: None

    arms = [Arm("planted", "ko", "korean"), Arm("planted", "en", "english")]
    found = Bench([], arms, {"planted": Planted()}, {}, METRICS, {}, 0.95, 0, 1, kept,
                  tracked)  # fmt: skip
    return found, made


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    table = told(PLAIN, 200)
    for arm in ("korean", "english"):
        found = row(table, metric="share", arm=arm, estimand="over_prompts")
        assert 0.92 <= found["coverage"] <= 1.0
        assert abs(found["bias"]) < 0.02
    found = row(table, metric="difference", estimand="over_prompts")
    assert found["false_alarms"] <= 0.09
    assert np.isnan(found["power"])


def test_pictures_taken_for_independent_are_shown_to_fail():
    apart = replace(PLAIN, name="apart", sd_prompt=2.5, pairs=10, replicates=20)
    table = told(apart, 60)
    assert row(table, metric="independent_images", arm="korean")["coverage"] < 0.7
    assert row(table, metric="share", arm="korean", estimand="over_prompts")["coverage"] > 0.9
    assert row(table, metric="both_levels")["way"] == "usual"


def test_an_effect_is_found_about_as_often_as_was_planned():
    effect = replace(PLAIN, name="effect", effect=0.15, pairs=30)
    found = row(told(effect, 150), metric="difference", estimand="over_prompts")
    assert found["truth"] == pytest.approx(0.15)
    assert 0.2 < found["planned_power"] < 0.95
    assert found["power"] == pytest.approx(found["planned_power"], abs=0.12)


def test_a_planted_fault_of_the_instrument_is_found():
    class TooSure(Share):
        """A share whose intervals are half as wide as they should be."""

        def __call__(self, evidence, rng):
            for one in super().__call__(evidence, rng):
                middle, half = (one.ci_low + one.ci_high) / 2, (one.ci_high - one.ci_low) / 4
                yield replace(one, ci_low=middle - half, ci_high=middle + half)

    broken = TooSure("gender", ["woman"], resamples=50)
    table = told(replace(PLAIN, metrics=["share"]), 80, metrics={"share": broken})
    found = row(table, metric="share", arm="korean", estimand="over_prompts")
    assert found["finding"] == "fails"
    assert found["coverage"] < 0.85


def test_verdicts_need_nine_pairs_and_are_seldom_false():
    about = {"metric": "excess", "category": "woman", "arm": "korean"}
    claims = {"leaning": Claim("More women.", "the share of women", about, 0.05)}
    beyond = replace(PLAIN, name="beyond", metrics=["excess"], mean_share=0.9, verdicts=True)
    table = told(beyond, 10, claims=claims)
    assert row(table, metric="verdicts", measurement="leaning")["verdicts"] == 1.0
    assert row(table, metric="false_verdicts", measurement="any")["false_verdicts"] == 0.0
    few = told(replace(beyond, name="few", pairs=8), 10, claims=claims)
    assert row(few, metric="verdicts", measurement="leaning")["verdicts"] == 0.0


def test_a_run_is_the_same_whatever_lot_it_is_in():
    whole = lab(PLAIN).tallied(range(6))
    parts = pd.concat([lab(PLAIN).tallied(range(2)), lab(PLAIN).tallied(range(2, 6))])
    keys = ["scenario", "metric", "measurement", "category", "arm", "estimand", "reference"]
    pd.testing.assert_frame_equal(parts.groupby(keys, as_index=False).sum(), whole)


def test_lots_that_were_kept_are_not_simulated_again(bench):
    found, made = bench
    study = Calibration([PLAIN], lot=2)
    first = study(found)
    assert len(made) == 3
    again = study(found)
    assert len(made) == 3
    pd.testing.assert_frame_equal(first.tables["calibration"], again.tables["calibration"])
    kinds = {one.kind for one in first.estimates}
    assert {"coverage", "bias", "false_alarms"} <= kinds


def test_a_quick_look_simulates_less(bench):
    found, _ = bench
    table = Calibration([PLAIN], at_most=2)(found).tables["calibration"]
    assert set(table["studies"]) == {2}


def test_what_cannot_be_simulated_is_refused(bench):
    found, _ = bench
    with pytest.raises(ValueError, match="two scenarios are called 'plain'"):
        Calibration([PLAIN, PLAIN])
    with pytest.raises(ValueError, match="at_most is 0; give 1 or more"):
        Calibration([PLAIN], at_most=0)
    with pytest.raises(ValueError, match="at least one scenario"):
        Calibration([])
    with pytest.raises(StudyError, match="asks the metric 'nothing', which the experiment has not"):
        Calibration([replace(PLAIN, metrics=["nothing"])])(found)
    claim = Claim("More women.", "the share", {"metric": "excess", "arm": "korean"}, 0.05)
    deciding = replace(found, claims={"leaning": claim})
    with pytest.raises(StudyError, match="needs the metric 'excess'; name it among its metrics"):
        Calibration([replace(PLAIN, verdicts=True)])(deciding)
    with pytest.raises(StudyError, match="needs a judge called 'reader'"):
        Calibration([replace(PLAIN, pixels=True)])(found)


def test_truths_are_those_of_the_population_and_of_the_very_prompts():
    scenario = replace(PLAIN, mean_share=0.3, effect=0.1)
    study = drawn(scenario, scenario.rng(0, 0))
    about = Estimate("", "gender", "korean", 0.5, category="woman")
    assert truth_of(about, METRICS["share"], study) == pytest.approx(0.4)
    assert truth_of(about, METRICS["excess"], study) == pytest.approx(-0.1)
    seeds = replace(about, estimand="over_seeds")
    assert truth_of(seeds, METRICS["share"], study) == pytest.approx(study.women[0].mean())
    gap = replace(about, arm="korean - english")
    assert truth_of(gap, METRICS["difference"], study) == pytest.approx(0.1)
    lopsided = replace(about, category="", floor=0.03)
    assert truth_of(lopsided, METRICS["imbalance"], study) == pytest.approx(0.1 - 0.03)
    assert truth_of(replace(about, estimate=None), METRICS["share"], study) is None
    assert share(study, "english", "man", "over_prompts") == pytest.approx(0.7)


class Seer:
    """A judge that knows what was painted: the pictures' own labels, by their order."""

    def __init__(self, model):
        self.model = model

    def identity(self):
        return {}

    def __call__(self, images, texts):
        return [[Measurement("gender", label=image.info["gender"])] for image in images]


def test_painted_runs_are_drawn_at_the_shares_that_were_set(monkeypatch):
    """The painter is asked with every rate set anew; here each picture carries its own truth."""
    prompts = [
        PromptPair(f"p-{name}", ko, f"a photo of a {name}", {"occupation": name})
        for name, ko in (("doctor", "의사 사진"), ("nurse", "간호사 사진"))
    ]
    scenario = Scenario("pixels", ["share"], pairs=2, replicates=150, pixels=True)
    model = Planted()
    monkeypatch.setattr(Planted, "_painting", _labelled)
    arms = [Arm("planted", "ko", "korean"), Arm("planted", "en", "english")]
    atelier = painted.Atelier(model, Seer(model), arms, prompts)
    study = drawn(scenario, scenario.rng(0, 0))
    evidence = atelier.evidence(study, 0)
    shown = evidence.measurements.assign(woman=evidence.measurements["label"] == "woman")
    shares = shown.groupby(["role", "pair_id"])["woman"].mean()
    for place, role in enumerate(("korean", "english")):
        for number, pair in enumerate(prompts):
            expected = study.women[place, number]
            assert shares[role, pair.pair_id] == pytest.approx(expected, abs=0.12)


def _labelled(model, request):
    from PIL import Image

    from ksd_eval.world.answering import Answer, Luck
    from ksd_eval.world.understanding import parse

    scene = Answer(parse(request.prompt), model.beliefs, Luck(request.seed)).scene()
    image = Image.new("RGB", (4, 4))
    image.info["gender"] = truth_of_scene(scene)["gender"]
    return image


def test_the_atelier_takes_one_prompt_for_each_rate_that_can_be_set(bench):
    found, _ = bench
    pairs = [
        PromptPair("a", "의사 사진", "a photo of a doctor", {"occupation": "doctor"}),
        PromptPair("b", "의사 그림", "a picture of a doctor", {"occupation": "doctor"}),
        PromptPair("c", "집 사진", "a photo of a house", {"concept": "house"}),
    ]
    with_judge = replace(found, pairs=pairs, judges={"reader": Seer(None)})
    assert [pair.pair_id for pair in painted.atelier_of(with_judge, 1).pairs] == ["a"]
    with pytest.raises(StudyError, match=r"2 prompts were wanted .* the prompt set has 1"):
        painted.atelier_of(with_judge, 2)
