from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest

from ksd_eval.records import Estimate, columns
from ksd_eval.reports import drawing
from ksd_eval.reports.form_effects import FormEffects
from ksd_eval.reports.form_findings import findings
from ksd_eval.reports.numerals import reading
from ksd_eval.reports.words import Words

FIGURE = FormEffects(
    "Effects", "One row a change.", "form_effect_fit", "identical_pixels", 0.2, "effect"
)
FORMS = {"nfd": "identical", "nbsp": "identical", "spacing": "equivalent", "romanise": "free"}
EFFECTS = {"nfd": 0.0, "nbsp": 0.0, "spacing": -0.1, "romanise": -0.7}


def effect(form, arm="korean"):
    about = Estimate("form_effect_fit", "fit", arm, EFFECTS[form], by="perturbation", group=form)
    exact = FORMS[form] == "identical"
    return replace(
        about,
        kind=f"form_effect.{FORMS[form]}",
        ci_low=None if exact else EFFECTS[form] - 0.1,
        ci_high=None if exact else EFFECTS[form] + 0.1,
        q_value=None if exact else {"spacing": 0.2, "romanise": 0.01}[form],
        n_pairs=31,
        n_images=62,
    )


def pixels(form, share, by="perturbation"):
    about = Estimate("identical_pixels", "pixels", "korean", share, "descriptive", by=by)
    return replace(about, group=form, n_images=31, kind=f"identical_pixels.{FORMS.get(form, form)}")


ESTIMATES = [
    *(effect(form) for form in FORMS),
    *(pixels(form, float(FORMS[form] == "identical")) for form in FORMS),
    replace(effect("spacing"), kind="form_equivalence.equivalent", q_value=0.03),
]


def table(estimates):
    return pd.DataFrame([asdict(one) for one in estimates], columns=columns(Estimate))


def test_rows_are_the_effects_with_lines_between_what_is_expected():
    (axes,) = drawing.drawn(FIGURE, table(ESTIMATES)).axes
    [dots] = [line for line in axes.lines if line.get_gid() == "estimates korean"]
    np.testing.assert_array_equal(dots.get_xdata(), list(EFFECTS.values()))
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [Words().value("perturbation", form) for form in FORMS]
    lines = [line.get_ydata()[0] for line in axes.lines if list(line.get_xdata()) == [0, 1]]
    assert lines == [1.5, 2.5]
    written = [text.get_text() for text in axes.texts]
    assert sorted(written) == ["0 / 31", "0 / 31", "31 / 31", "31 / 31", "same pixels"]
    places = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert places["31 / 31"] < 1.5 < places["0 / 31"]


def test_two_arms_have_a_dot_each_and_a_legend():
    both = [*ESTIMATES, *(effect(form, "translated") for form in FORMS)]
    (axes,) = drawing.drawn(FIGURE, table(both)).axes
    dots = {line.get_gid() for line in axes.lines} & {"estimates korean", "estimates translated"}
    assert len(dots) == 2
    assert len(axes.get_legend().get_texts()) == 2


def test_a_form_without_pictures_has_no_row():
    silent = replace(effect("spacing"), estimate=None, n_pairs=0, n_images=0)
    drawn = FIGURE.select(table([effect("nfd"), silent]))
    assert list(drawn["group"]) == ["nfd"]


def test_without_estimates_the_figure_is_empty_not_broken():
    (axes,) = drawing.drawn(FIGURE, table([])).axes
    assert not [line for line in axes.lines if str(line.get_gid()).startswith("estimates")]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_mistake_of_the_pipeline_is_said_first_and_plainly(language):
    words = Words(language)
    wrong = pixels("identical", 30 / 31, by="expected")
    [said] = findings([wrong], words)
    assert said == words("finding.pixels.mistake", other=1, count=31)
    [right] = findings([replace(wrong, estimate=1.0)], words)
    assert right == words("finding.pixels.same", count=31)
    assert list(findings([replace(wrong, estimate=None)], words)) == []


def test_findings_name_what_is_beyond_luck_and_what_is_within_the_margin():
    said = list(findings(ESTIMATES, Words()))
    assert said == [
        "Shown to matter less than the margin, of 1 changes that a reader would call none: last "
        "two words as one.",
        "With an effect beyond what luck explains, of 2 changes that may have one: in Latin "
        "letters (romanised) (−0.700).",
    ]


def test_findings_of_several_arms_say_whose_they_are():
    right = pixels("identical", 1.0, by="expected")
    said = list(findings([right, replace(right, arm="translated")], Words()))
    assert [one.partition(":")[0] for one in said] == ["Korean", "Translated"]


def test_findings_do_not_take_silence_for_equivalence():
    unsure = [replace(one, q_value=0.5) for one in ESTIMATES if one.q_value is not None]
    said = list(findings(unsure, Words()))
    assert said[0].startswith("Of none of the changes that a reader would call none (1 looked at)")
    assert said[1].endswith("That is no proof that there is none.")


def test_an_effect_on_a_share_is_written_in_points():
    share = replace(effect("romanise"), category="woman")
    assert reading(share).value == "−70.0 points"
    assert reading(pixels("nfd", 1.0)).value == "100.0%"
