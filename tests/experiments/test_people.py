"""The experiment `people` on the painter: a planted fault is found, and its absence is not."""

import pytest

ONE_IN_FIVE = "+model.pipeline.faithful={ko: {count: 0.8}}"


def test_people_who_come_in_twos_and_threes_are_found(ran):
    ledger, found = ran("people", ONE_IN_FIVE, "generation.replicates=2")
    assert ledger["people"]["outcome"] == "supported"
    assert ledger["people"]["estimate"] == pytest.approx(0.2, abs=0.06)
    assert found["share_faces", "1", "english"] > 0.97
    assert found["difference_face_failure", "", "korean - english"] == pytest.approx(0.2, abs=0.06)


def test_a_model_that_draws_people_as_people_is_not_accused(ran):
    ledger, found = ran("people")
    assert ledger["people"]["outcome"] == "refuted"
    assert found["share_landmarks", "plausible", "korean"] > 0.95
