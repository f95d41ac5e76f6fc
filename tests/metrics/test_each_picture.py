import pytest

from ksd_eval.metrics.each_picture import EachPicture

PROMPTS = {"a": {"seed": "1"}, "b": {"seed": "2"}, "c": {"seed": "3"}}

ALL = {"estimand": "descriptive"}
EACH = {**ALL, "by": "seed"}


def fit(pair, role, replicate):
    """Of c the judge can tell nothing."""
    value = {"a": 0.2, "b": 0.5, "c": None}[pair]
    return {"fit": value, "floor": 0.1}


def found(study, rng, **options):
    return EachPicture("fit", **options)(study(PROMPTS, fit, replicates=1), rng)


def test_every_picture_stands_alone_and_their_mean_has_no_interval(study, one, rng):
    estimates = found(study, rng, floor="floor")
    mean = one(estimates, **ALL, arm="korean")
    assert mean.estimate == pytest.approx(0.35)
    assert (mean.n_pairs, mean.n_images, mean.n_abstained) == (2, 2, 1)
    assert (mean.ci_low, mean.ci_high, mean.estimand) == (None, None, "descriptive")
    assert mean.floor == pytest.approx(0.1)
    assert mean.note == "2 prompts, picked and not drawn: no interval, no verdict"
    assert one(estimates, **EACH, group="2", arm="english").estimate == pytest.approx(0.5)
    silent = one(estimates, **EACH, group="3", arm="english")
    assert (silent.estimate, silent.note) == (None, "the judge could not tell of any of them")


def test_the_order_of_rows_does_not_matter(study, shuffled, rng):
    evidence = study(PROMPTS, fit, replicates=1)
    assert EachPicture("fit")(shuffled(evidence), rng) == EachPicture("fit")(evidence, rng)


def test_what_nobody_measured_is_said(study, rng):
    [only] = EachPicture("fitt")(study(PROMPTS, fit, replicates=1), rng)
    assert only.estimate is None
    assert "no judge measured 'fitt'" in only.note
