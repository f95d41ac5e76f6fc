"""The experiment `bias` on the painter: whether a culture that is named is drawn."""

import pytest

CULTURES = "prompts.keep={kind: culture}"
COMPETENCE = ("competence_korean_culture", "difference_competence_culture")


def test_korean_scenes_that_are_drawn_western_are_found(ran):
    """The painter takes another culture than the named one in three of ten pictures."""
    fault = "+model.pipeline.faithful={ko: {culture: 0.7, dress: 0.7}}"
    _, found = ran("bias", CULTURES, fault, "generation.replicates=4", only=COMPETENCE)
    korean = found["competence_korean_culture", "prompt.mark", "korean"]
    assert korean == pytest.approx(0.7, abs=0.12)
    assert found["competence_korean_culture", "prompt.mark", "english"] > 0.97
    difference = found["difference_competence_culture", "prompt.mark", "korean - english"]
    assert difference == pytest.approx(-0.3, abs=0.12)


def test_a_model_that_draws_the_culture_it_is_asked_for_is_not_accused(ran):
    _, found = ran("bias", CULTURES, only=COMPETENCE)
    assert found["competence_korean_culture", "prompt.mark", "korean"] > 0.97
    assert abs(found["difference_competence_culture", "prompt.mark", "korean - english"]) < 0.03
