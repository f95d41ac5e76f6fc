"""The experiment `composition` on the painter: planted faults are found, and their absence not."""

import pytest

ONE_IN_FOUR_TURNED = "+model.pipeline.faithful={ko: {relation: 0.75}}"
ONE_IN_TEN_RECOLOURED = "+model.pipeline.faithful={ko: {colour: 0.9}}"


def test_relations_that_are_turned_are_found_and_nothing_else_is(ran):
    ledger, found = ran("composition", ONE_IN_FOUR_TURNED, "generation.replicates=3")
    assert found["mean_relation", "", "korean"] == pytest.approx(0.75, abs=0.1)
    assert found["mean_relation", "", "english"] > 0.98
    for faultless in ("object_presence", "colour_binding", "object_count"):
        assert abs(found[f"difference_{faultless}", "", "korean - english"]) < 0.02
    # 40 of the 96 prompts ask for a place.
    assert ledger["composition"]["estimate"] == pytest.approx(0.25 * 40 / 96, abs=0.05)


def test_colours_that_are_lost_are_found(ran):
    ledger, found = ran("composition", ONE_IN_TEN_RECOLOURED, "generation.replicates=3")
    assert found["mean_colour_binding", "", "korean"] == pytest.approx(0.9, abs=0.04)
    # Each of the two bodies that 40 prompts ask for has its own luck.
    assert ledger["composition"]["estimate"] == pytest.approx(0.1 + 0.09 * 40 / 96, abs=0.06)
    assert ledger["composition"]["outcome"] == "supported"


def test_a_model_that_draws_as_asked_is_not_accused(ran):
    ledger, found = ran("composition", "generation.replicates=2")
    assert ledger["composition"]["outcome"] == "refuted"
    assert found["share_exact_composition", "exact", "korean"] > 0.95
