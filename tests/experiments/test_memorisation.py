"""The experiment `memorisation` on the painter, which paints a repeated picture as it was."""


def test_a_model_that_copies_what_is_repeated_is_found_out(ran):
    ledger, found = ran("memorisation", "generation.replicates=2")
    assert ledger["memorisation"]["outcome"] == "supported"
    assert ledger["memorisation"]["estimate"] > 0.97
    assert found["excess_copies_of_rare", "", "korean"] < 0.05


def test_a_model_that_draws_other_pictures_of_the_same_things_is_not_accused(ran):
    """Rare prompts, as if they were the captions that are repeated."""
    rare = ["prompts.keep={kind: rare}", "metrics.excess_copies.keep.kind=rare"]
    ledger, _ = ran("memorisation", *rare, "generation.replicates=8")
    assert ledger["memorisation"]["outcome"] != "supported"
    assert abs(ledger["memorisation"]["estimate"]) < 0.05
