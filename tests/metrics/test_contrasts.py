from math import inf

import pytest

from ksd_eval.metrics import contrasts

NESTED = "(korean - english) - (translated - original)"


@pytest.mark.parametrize(
    "contrast",
    [
        "korean",
        "korean-english",
        "ko - en",
        "korean - korean",
        "korean - english - original",
        "(korean - english)",
        "(korean - english) - original",
        "(korean - english) - (original - korean)",
        "(korean - english) - (translated - original) - (korean - english)",
        "korean - english\n",
    ],
)
def test_what_is_no_contrast_is_refused_with_an_example(contrast):
    with pytest.raises(
        ValueError, match="must be two of korean, english, original, translated, foreign"
    ) as e:
        contrasts.check_contrasts([contrast], nested=True)
    assert repr(contrast) in str(e.value)
    assert NESTED in str(e.value)


def test_a_difference_of_differences_is_for_metrics_that_can_tell_of_it():
    contrasts.check_contrasts([*contrasts.CONTRASTS, NESTED], nested=True)
    contrasts.check_contrasts(contrasts.CONTRASTS)
    with pytest.raises(ValueError, match="this metric does not compare differences"):
        contrasts.check_contrasts([NESTED])


@pytest.mark.parametrize("contrast", [*contrasts.CONTRASTS, NESTED])
def test_what_all_arms_share_cancels(contrast):
    assert sum(contrasts.weights(contrast).values()) == 0


def test_bounds_are_where_the_arms_are_as_unlike_as_they_can_be():
    nested = contrasts.weights(NESTED)
    assert contrasts.bounds(nested, (0.0, 1.0)) == (-2, 2)
    assert contrasts.bounds(nested, (-2.0, 2.0)) == (-8, 8)
    assert contrasts.bounds(nested, (-inf, inf)) == (-inf, inf)
