from dataclasses import replace

import pandas as pd
import pytest

from ksd_eval.metrics.as_recorded import AsRecorded

PROMPTS = {name: {"seed": seed} for name, seed in {"a": "1", "b": "2", "c": "3", "d": "4"}.items()}
SAID = {  # outcome and difference of each prompt's picture, by role
    "korean": {"a": ("same", 0.0), "b": ("differs", 2.5), "c": ("differs", None), "d": None},
    "english": dict.fromkeys("abcd", ("first time", None)),
}

ALL = {"estimand": "descriptive"}
EACH = {**ALL, "by": "seed"}


@pytest.fixture
def evidence(study):
    plain = study(PROMPTS, roles=("korean", "english"), replicates=1)
    rows = []
    for image in plain.images.to_dict("records"):
        said = SAID[image["role"]][image["pair_id"]] or ("not painted", None)
        outcome, difference = said
        sentence = f"{outcome} {image['pair_id']}"
        about = {name: image[name] for name in ("image_id", "pair_id", "role", "arm")}
        rows.append({**about, "outcome": outcome, "difference": difference, "sentence": sentence})
    return replace(plain, recorded=pd.DataFrame(rows))


def test_only_what_was_painted_twice_is_in_the_share(evidence, one, rng):
    share = one(AsRecorded()(evidence, rng), **ALL, arm="korean")
    assert share.estimate == pytest.approx(1 / 3)
    assert (share.n_images, share.n_abstained, share.estimand) == (3, 1, "descriptive")
    assert share.note == "unlike those on record: b, c; 1 not painted"
    assert (share.ci_low, share.kind) == (None, "same_as_recorded")


def test_where_nothing_was_compared_there_is_no_share(evidence, one, rng):
    share = one(AsRecorded()(evidence, rng), **ALL, arm="english")
    assert (share.estimate, share.n_images, share.n_abstained) == (None, 0, 4)
    assert share.note == "4 first time"


def test_every_picture_says_how_far_it_is_and_why(evidence, one, rng):
    found = AsRecorded()(evidence, rng)
    far = one(found, **EACH, group="2", arm="korean")
    assert (far.estimate, far.note, far.kind) == (2.5, "differs b", "recorded_difference")
    gone = one(found, **EACH, group="3", arm="korean")
    assert (gone.estimate, gone.note, gone.n_abstained) == (None, "differs c", 1)
    assert one(found, **EACH, group="1", arm="korean").estimate == 0.0


def test_the_order_of_rows_does_not_matter(evidence, rng):
    turned = replace(evidence, recorded=evidence.recorded.iloc[::-1])
    assert AsRecorded()(turned, rng) == AsRecorded()(evidence, rng)


def test_what_is_missing_is_said(study, evidence, rng):
    [only] = AsRecorded()(study(PROMPTS, replicates=1), rng)
    assert (only.estimate, only.note) == (
        None,
        "this run keeps no record; give record.keep=true",
    )
    [only] = AsRecorded(by="sed")(evidence, rng)
    assert only.note == "the prompts have no attribute 'sed'"
