from dataclasses import replace

import pandas as pd
import pytest

from ksd_eval.metrics import ceilings
from ksd_eval.metrics.base import MATCHED, Evidence


def matched_table(rows, name="fit", judge="clip", matched="painted"):
    """Rows of (picture, language, value); a value of None is an abstention."""
    table = [
        {
            "matched": matched,
            "picture": picture,
            "language": language,
            "judge": judge,
            "name": name,
            "value": value,
            "status": "abstained" if value is None else "ok",
            "reason": "too dark" if value is None else "",
        }
        for picture, language, value in rows
    ]
    return pd.DataFrame(table, columns=list(MATCHED))


ROWS = [(0, "en", 0.8), (1, "en", 0.6), (2, "en", None), (0, "ko", 0.1), (1, "ko", 0.2)]


def evidence(*tables):
    empty = pd.DataFrame()
    return Evidence(empty, empty, matched=pd.concat(tables, ignore_index=True))


def test_the_ceiling_is_the_mean_over_matched_pictures_with_their_english_text():
    assert ceilings.ceiling(evidence(matched_table(ROWS)), "fit") == pytest.approx(0.7)


def test_the_order_of_rows_does_not_matter():
    found = evidence(matched_table(ROWS))
    turned = replace(found, matched=found.matched.sample(frac=1, random_state=3))
    assert list(turned.matched.index) != list(found.matched.index)
    assert ceilings.ceiling(turned, "fit") == ceilings.ceiling(found, "fit")
    pd.testing.assert_frame_equal(
        ceilings.answers(turned, "fit").table, ceilings.answers(found, "fit").table
    )


def test_there_is_no_ceiling_where_nothing_was_measured():
    nothing = Evidence(pd.DataFrame(), pd.DataFrame())
    assert ceilings.ceiling(nothing, "fit") is None
    assert "'fit' was measured on no matched pictures" in ceilings.answers(nothing, "fit").trouble
    assert ceilings.ceiling(evidence(matched_table(ROWS)), "sharpness") is None
    assert ceilings.ceiling(evidence(matched_table(ROWS[3:])), "fit") is None
    assert ceilings.ceiling(evidence(matched_table([(0, "en", None)])), "fit") is None


def test_of_several_judges_or_sets_one_must_be_named():
    others = [(0, "en", 0.2)]
    found = evidence(matched_table(ROWS), matched_table(others, judge="vit"))
    assert ceilings.ceiling(found, "fit") is None
    assert "clip and vit" in ceilings.answers(found, "fit").trouble
    assert ceilings.ceiling(found, "fit", judge="vit") == pytest.approx(0.2)
    found = evidence(matched_table(ROWS), matched_table(others, matched="photographs"))
    assert ceilings.ceiling(found, "fit") is None
    assert ceilings.ceiling(found, "fit", matched="photographs") == pytest.approx(0.2)
    assert "by judge 'dino'" in ceilings.answers(found, "fit", "dino").trouble


def test_answers_have_a_row_a_picture_and_a_column_a_language():
    found = ceilings.answers(evidence(matched_table(ROWS)), "fit")
    assert found.matched == "painted"
    assert list(found.table.index) == [0, 1, 2]
    assert found.table["ko"].tolist()[:2] == [0.1, 0.2]
    assert found.table.isna().sum().to_dict() == {"en": 1, "ko": 1}
