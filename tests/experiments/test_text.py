"""The experiment `text` on the painter: a planted fault is found, and its absence is not."""

import pytest

THREE_IN_TEN_WRONG = "+model.pipeline.faithful={ko: {word: 0.7}}"


def test_three_words_in_ten_are_wrong_in_korean(ran):
    ledger, found = ran("text", THREE_IN_TEN_WRONG, "generation.replicates=2")
    assert ledger["text"]["outcome"] == "supported"
    assert found["share_exact_match", "exact", "korean"] == pytest.approx(0.7, abs=0.1)
    assert found["share_exact_match", "exact", "english"] == 1.0
    # Another word shares a character or two with the one asked for, seldom more.
    assert 0.15 < ledger["text"]["estimate"] <= 1 - found["share_exact_match", "exact", "korean"]
    assert found["difference_character_error", "", "korean - english"] == ledger["text"]["estimate"]


def test_a_model_that_writes_as_asked_is_not_accused(ran):
    ledger, found = ran("text")
    assert ledger["text"]["outcome"] == "refuted"
    assert ledger["text"]["estimate"] == 0.0
    assert found["share_script", "prompt.script", "korean"] == 1.0


@pytest.mark.slow
@pytest.mark.usefixtures("ocr")
@pytest.mark.parametrize("fault", [[THREE_IN_TEN_WRONG], []], ids=["planted", "absent"])
def test_ocr_finds_the_same_at_256_pixels(ran, fault):
    size = ["+model.pipeline.size=256", "matched.painted.size=256"]
    ledger, found = ran("text", *size, *fault, "metrics.excess_character_error.judge=ocr")
    korean, english = (found["mean_character_error", "", arm] for arm in ("korean", "english"))
    assert (ledger["text"]["outcome"] == "supported") == bool(fault)
    assert (0.15 < korean - english < 0.4) if fault else korean == english
