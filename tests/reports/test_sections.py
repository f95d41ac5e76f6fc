from dataclasses import replace

import pytest

from ksd_eval.records import Estimate, Verdict
from ksd_eval.reports import ledger
from ksd_eval.reports.findings import findings
from ksd_eval.reports.sections import sections
from ksd_eval.reports.tables import tables
from ksd_eval.reports.words import Words

WORDS = Words()
SHARE = Estimate("share_gender", "gender", "korean", 0.31, category="woman", n_images=40)
GAP = replace(SHARE, metric="difference_gender", arm="korean - english", estimate=-0.07)


def told(low, high):
    both = [SHARE, replace(SHARE, arm="english", estimate=0.38)]
    (sentence,) = findings([*both, replace(GAP, ci_low=low, ci_high=high)], WORDS)
    return sentence


def test_an_interval_without_zero_is_a_finding():
    assert told(-0.11, -0.03) == (
        "Women: 31.0% asked in Korean, 38.0% asked in English. Prompt by prompt that is 7.0 points "
        "lower in Korean (interval −11.0 to −3.0), which luck alone seldom does."
    )


def test_an_interval_with_zero_cannot_tell():
    assert told(-0.15, 0.01).endswith("so no difference can be told.")


def test_no_interval_is_no_finding():
    assert told(None, None).endswith("No interval can be given for the difference of 7.0 points.")


def test_of_two_labels_one_is_told():
    man = replace(GAP, category="man", estimate=0.07)
    assert len(list(findings([man, GAP], WORDS))) == 1


def test_a_difference_speaks_of_the_shares_it_was_made_from():
    kept = [replace(SHARE, arm=arm, estimate=0.9) for arm in ("korean", "english")]
    marked = [replace(one, metric="share_marked") for one in kept]
    own = [replace(SHARE, arm=arm) for arm in ("korean", "english")]
    (sentence,) = findings([*marked, *own, GAP], WORDS)
    assert sentence.startswith("Women: 31.0% asked in Korean, 31.0%")


def test_a_table_has_a_column_an_arm_and_a_row_a_group():
    estimates = [
        replace(SHARE, arm=arm, by="occupation", group=group, n_images=number)
        for arm, number in (("english", 8), ("korean", 9))
        for group in ("nurse", "doctor")
    ]
    (table,) = tables(estimates, WORDS)
    assert table.columns == ("Korean", "English")
    assert [row.heading for row in table.rows] == ["nurse, women", "doctor, women"]
    assert table.rows[0].cells[0].value == "31.0%"
    assert table.rows[0].extras == ("8–9", "0")
    assert not table.first


def test_a_cell_without_an_estimate_says_why():
    unknown = replace(SHARE, estimate=None, note="no judge could tell")
    (table,) = tables([unknown, replace(SHARE, arm="english")], WORDS)
    assert table.rows[0].cells[0].value == "–"
    assert table.rows[0].note == "Korean: no judge could tell"


def test_kinds_and_estimands_have_tables_of_their_own():
    estimates = [SHARE, replace(SHARE, estimand="over_seeds"), replace(SHARE, by="occupation")]
    found = list(tables(estimates, WORDS))
    assert [table.first for table in found] == [True, False, False]
    assert found[1].caption == "Shares, all prompts (intervals: exactly these prompts, other noise)"


def test_a_difference_stands_beside_its_shares_and_counts_no_picture_twice():
    english = replace(SHARE, arm="english")
    (table,) = tables([SHARE, english, replace(GAP, n_images=80)], WORDS)
    assert table.columns == ("Korean", "English", "Korean − English")
    assert [cell.value for cell in table.rows[0].cells] == ["31.0%", "31.0%", "−7.0 points"]
    assert table.rows[0].extras == ("40", "0")


def test_a_table_without_a_number_is_not_among_the_first():
    unknown = replace(SHARE, estimate=None, note="its weights were not there")
    assert [table.first for table in tables([unknown], WORDS)] == [False]


def test_features_go_where_they_tell_of():
    pull = Estimate("default_pull", "features.judge_clip", "korean", 0.1)
    kernel = Estimate("kernel_judge_clip", "features.judge_clip", "korean", 0.1)
    silent = Estimate("abstentions", "gender", "korean", 0.1, category="reader")
    found = sections([SHARE, GAP, pull, kernel, silent], {}, {}, WORDS)
    assert [one.anchor for one in found] == ["gender", "default_pull", "distance"]


VERDICT = Verdict(
    claim="culture",
    admission="The west.",
    outcome="supported",
    sentence="Supported: it is.",
    unit="points",
    estimate=0.2,
    ci_low=0.1,
    ci_high=0.3,
    margin=0.05,
)


def test_a_verdict_is_written_in_the_unit_of_its_claim():
    (plain,) = ledger.verdicts([replace(VERDICT, unit="number")], WORDS)
    assert (plain.reading.value, plain.margin) == ("0.200", "±0.050")
    (found,) = ledger.verdicts([VERDICT], WORDS)
    assert (found.reading.value, found.reading.interval) == ("+20.0 points", "+10.0 to +30.0")
    assert (found.margin, found.level, found.sentence) == ("±5.0 points", "95%", "It is.")


def test_a_verdict_lies_where_its_interval_does():
    (found,) = (one.span for one in ledger.verdicts([VERDICT], WORDS))
    assert (found.low, found.dot, found.high) == pytest.approx((63.33, 76.67, 90.0), abs=0.01)
    assert found.band_low + found.band_high == pytest.approx(100)
    assert not found.cut
    assert ledger.span(replace(VERDICT, ci_low=None), 1.0) is None


def test_verdicts_share_one_scale_of_their_own_margins():
    other = replace(VERDICT, unit="number", margin=0.2, estimate=0.4, ci_low=-0.2, ci_high=1.2)
    first, second = (one.span for one in ledger.verdicts([VERDICT, other], WORDS))
    assert (first.band_low, first.band_high) == (second.band_low, second.band_high)
    assert first.high == second.high  # six margins each
    assert second.low == second.band_low


def test_an_interval_that_goes_on_beyond_the_drawing_is_cut_with_an_arrow():
    far = replace(VERDICT, margin=0.001)
    (found,) = (one.span for one in ledger.verdicts([far], WORDS))
    assert (found.low, found.high, found.dot) == (100, 100, None)
    assert (found.left, found.right, found.cut) == (False, True, True)


def test_a_claim_without_a_margin_is_drawn_as_wide_as_it_needs():
    (found,) = (one.span for one in ledger.verdicts([replace(VERDICT, margin=0.0)], WORDS))
    assert found.high == pytest.approx(90.0)
    assert found.band_low == found.band_high == 50


def test_a_third_partys_kind_of_number_has_its_own_name():
    warmth = replace(SHARE, metric="warmth", kind="colour_warmth", category="")
    [section] = sections([warmth], {}, {}, WORDS)
    [table] = [*section.open, *section.closed]
    assert table.caption.startswith("Colour warmth")
    assert section.method == ()
