import pytest

from ksd_eval.metrics.abstentions import Abstentions


def test_every_judge_and_measurement_is_counted_in_every_arm(study, one, rng):
    def answer(pair, role, replicate):
        silent = role == "korean" and replicate < 3
        return {"gender": None if silent else "man", "fit": 0.5}

    evidence = study({"a": {}, "b": {}}, answer)
    table = evidence.measurements
    first = table.index[(table["name"] == "gender") & (table["role"] == "korean")][0]
    table.loc[first, ["status", "reason"]] = ["failed", "out of memory"]
    found = Abstentions()(evidence, rng)
    assert len(found) == 2 * 3
    korean = one(found, measurement="gender", arm="korean", estimand="descriptive")
    assert korean.estimate == pytest.approx(6 / 8)
    assert (korean.category, korean.n_pairs) == ("reader", 2)
    assert (korean.n_images, korean.n_abstained) == (8, 6)
    assert korean.note == "abstained 5 times: too dark; failed 1 times: out of memory"
    fit = one(found, measurement="fit", arm="korean", estimand="descriptive")
    assert (fit.estimate, fit.note) == (0, "")


def test_only_the_commonest_reasons_are_named(study, one, rng):
    evidence = study({"a": {}}, lambda *_: {"gender": None}, replicates=8)
    evidence.measurements["reason"] = [f"reason {i % 5}" for i in range(24)]
    [korean, *_] = Abstentions(reasons=2)(evidence, rng)
    assert korean.note == "abstained 2 times: reason 0; abstained 2 times: reason 1"


def test_the_order_of_rows_does_not_matter(study, shuffled, rng):
    evidence = study({"a": {}}, lambda pair, role, r: {"gender": "man" if r else None, "x": 1.0})
    found = Abstentions()(evidence, rng)
    assert {estimate.estimate for estimate in found} == {0, 0.25}
    assert Abstentions()(shuffled(evidence), rng) == found
