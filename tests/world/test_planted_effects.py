import pandas as pd
import pytest

from ksd_eval.miniature.effects import Effect, planted_effects
from ksd_eval.prompts.worlds_people_and_places import pairs
from ksd_eval.world import planted

WHAT = {"gender": "gender", "skin": "skin", "age": "age", "culture": "culture"}


def corpus_share(effect):
    """The mean planted share over the prompts that the effect is about."""
    kind = {"work": "occupation", "description": "adjective"}.get(effect.metric.rsplit("_", 1)[-1])
    shares = {}
    for pair in pairs():
        own = pair.attributes
        if effect.by and own.get(effect.by) != effect.group:
            continue
        if kind and own["kind"] == kind:
            given = f"{kind}={own[kind]}"
            shares[given] = planted.rates(effect.measurement, given)[effect.category]
        if not kind and own["kind"] == "culture" and own["mark"] == "agnostic":
            what = "dress" if own["scene"] == "person" else "culture"
            rates = planted.rates(what, f"subject={own['scene']}")
            shares[own["concept"]] = rates[effect.category]
    return sum(shares.values()) / len(shares)


@pytest.mark.parametrize("effect", planted_effects(), ids=lambda one: one.effect)
def test_the_list_says_what_the_planted_table_says(effect):
    assert effect.planted == pytest.approx(corpus_share(effect), abs=6e-4)
    assert abs(effect.points) >= 0.15


def estimates(**changed):
    row = {
        "metric": "m", "measurement": "gender", "category": "woman", "by": "", "group": "",
        "arm": "original", "estimand": "over_prompts", "estimate": -0.3, "ci_low": -0.4,
        "ci_high": -0.2,
    }  # fmt: skip
    return pd.DataFrame([row | changed])


MEN = Effect("men", "m", "gender", "woman", "", "", 0.2, 0.5, "")


def test_an_effect_is_found_on_its_own_side_only():
    assert MEN.found(estimates())
    assert not MEN.found(estimates(ci_high=0.01))
    assert not MEN.found(estimates(estimate=0.3, ci_low=0.2, ci_high=0.4))
    assert not MEN.found(estimates(ci_low=None, ci_high=None))


def test_an_effect_is_confirmed_by_fifteen_points_on_its_own_side():
    assert MEN.confirmed(estimates(estimate=-0.15))
    assert not MEN.confirmed(estimates(estimate=-0.14))
    assert not MEN.confirmed(estimates(estimate=0.3))


def test_a_run_without_the_estimate_is_refused():
    with pytest.raises(ValueError, match="0 estimates for the effect 'men'"):
        MEN.row(estimates(arm="korean"))
