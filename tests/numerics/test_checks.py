"""What errors say."""

import numpy as np
import pytest

from ksd_eval.numerics import checks


def test_numbers_come_back_as_float64_whatever_they_were():
    for values in ([True, False], np.float32([1, 0]), [1, 0]):
        assert checks.vector("v", values).dtype == np.float64


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: checks.vector("v", [[1.0]]), r"v must have shape \[n\], got \[1, 1\]"),
        (lambda: checks.vector("v", [1.0], 2), "v has 1 values, needs at least 2"),
        (lambda: checks.vector("v", [1.0, None]), "v has 1 of 2 values that are NaN or infinite"),
        (lambda: checks.matrix("m", [1.0]), r"m must have shape \[n, d\], got \[1\]; pass one row"),
        (lambda: checks.matrix("m", [[1.0]], 2), "m has 1 rows, needs at least 2"),
        (lambda: checks.matrix("m", [[], []]), r"got \[2, 0\]"),
        (lambda: checks.two_sets([[1.0]] * 2, [[1.0, 2.0]] * 2), "x has 1 columns and y has 2"),
        (
            lambda: checks.fraction("level", 95.0),
            "level must lie between 0 and 1, got 95.0; write 95 %",
        ),
        (lambda: checks.fraction("level", float("nan")), "got nan"),
        (lambda: checks.whole("n", 2.0, 1), "n must be a whole number of at least 1, got 2.0"),
        (lambda: checks.whole("n", True, 1), "got True"),
        (
            lambda: checks.shares("p", [3, 5]),
            r"got \[3.0, 5.0\], sum 8; divide counts by their sum",
        ),
        (lambda: checks.shares("p", [1.5, -0.5]), "p must be shares >= 0"),
        (lambda: checks.labels("c", ["a"], 2), r"shape \[2\], got \[1\]"),
    ],
)
def test_errors_name_the_thing_the_value_and_what_was_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("unnamed", [None, np.nan])
def test_a_row_without_a_label_is_an_error(unnamed):
    with pytest.raises(TypeError, match="label every row"):
        checks.labels("c", np.array(["a", unnamed], dtype=object), 2)


def test_labels_of_a_table_column_are_accepted():
    column = np.array(["가", "나"], dtype=object)
    assert checks.labels("c", column, 2).dtype.kind == "U"
