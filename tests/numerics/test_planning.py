from functools import partial
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.power import TTestPower

from ksd_eval.numerics import intervals, planning
from ksd_eval.numerics.planning import planned_power, planned_share_power

QUICK = settings(max_examples=40, deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize("pairs", [2, 9, 40, 300])
@pytest.mark.parametrize("effect", [0.0, 0.03, 0.1, 0.5])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_planned_power_is_that_of_students_test(pairs, effect, level):
    found = planned_power(0.2, effect, pairs, level)
    theirs = TTestPower().power(effect / 0.2, pairs, 1 - level, alternative="two-sided")
    if np.isnan(theirs):  # scipy cannot tell the lower tail so far out
        assert found > 0.999
    else:
        assert found == pytest.approx(theirs, abs=1e-6)
    assert planned_power(0.2, -effect, pairs, level) == found


@pytest.mark.parametrize("shift", [5, 20, 22, 60])
def test_two_pairs_are_never_certain_before_their_spread_is_known(shift):
    # One degree of freedom: found if |z + shift| > 12.7 |y|, and 1 of 10 |y| is above 1.64.
    rng = np.random.default_rng(0)
    z, y = rng.standard_normal((2, 400_000))
    found = planned_power(1.0, shift / sqrt(2), 2)
    seen = np.mean(np.abs(z + shift) > stats.t.ppf(0.975, 1) * np.abs(y))
    assert found == pytest.approx(seen, abs=0.003)
    assert found < 1


def test_power_without_an_effect_is_the_rate_of_false_alarms():
    assert planned_power(0.3, 0.0, 20, level=0.9) == pytest.approx(0.1)
    assert planned_share_power(0.4, 0.5, 0.0, 400, 4) == pytest.approx(0.05, abs=0.01)
    assert planned_share_power(0.4, 0.5, 0.0, 9, 4) < 0.03, "a cautious interval"


@QUICK
@given(st.floats(0.01, 2), st.floats(0, 3), st.integers(2, 500), st.floats(0.5, 20))
def test_power_depends_on_the_effect_in_spreads_alone_and_rises(spread, effect, pairs, factor):
    found = planned_power(spread, effect, pairs)
    assert planned_power(factor * spread, factor * effect, pairs) == pytest.approx(found, abs=1e-9)
    assert planned_power(spread, effect, 2 * pairs) >= found - 1e-9
    assert planned_power(spread, 1.5 * effect, pairs) >= found - 1e-9
    assert planned_power(2 * spread, effect, pairs) <= found + 1e-9


@QUICK
@given(
    st.floats(0.05, 0.7),
    st.floats(0.02, 0.25),
    st.integers(2, 300),
    st.integers(1, 20),
    st.floats(0, 1),
)
def test_power_of_a_share_rises_with_its_pairs(reference, effect, pairs, replicates, part):
    share = reference + effect
    spread = sqrt(share * (1 - share) * (part + (1 - part) / replicates))
    found = planned_share_power(spread, reference, effect, pairs, replicates)
    assert 0 <= found <= 1
    assert planned_share_power(spread, reference, effect, 2 * pairs, replicates) >= found - 0.02
    mirrored = planned_share_power(spread, 1 - reference, -effect, pairs, replicates)
    assert mirrored == pytest.approx(found)


@pytest.mark.parametrize(("share", "away", "replicates"), [(0.7, 0.2, 4), (0.3, 0.1, 8)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_a_share_is_planned_for_the_interval_that_the_harness_makes(share, away, replicates, level):
    """Held against the end of the interval that is expected, one half of all runs find it."""
    pairs = 24
    shares = share + away * np.tile([1, -1], pairs // 2)
    interval = intervals.share_over_prompts(shares, pairs * replicates, level)
    spread = float(shares.std(ddof=1))
    for end in (interval.low, interval.high):
        power = planned_share_power(spread, end, share - end, pairs, replicates, level)
        assert power == pytest.approx(0.5, abs=1e-3)  # and the other way, next to never


def test_the_pairs_needed_are_the_fewest_that_suffice():
    for power_at in (
        partial(planned_power, 0.2, 0.05),
        lambda pairs: planned_share_power(0.3, 0.5, 0.1, pairs, 4),
    ):
        needed = planning.fewest_pairs(power_at)
        assert needed > 20
        assert power_at(needed) >= 0.8 > power_at(needed - 1)
    assert planning.fewest_pairs(partial(planned_power, 0.2, 0.5), least=9) == 9
    assert planning.fewest_pairs(partial(planned_power, 5.0, 0.001)) is None


def test_the_pairs_needed_are_those_of_statsmodels():
    theirs = TTestPower().solve_power(0.25, None, 0.05, 0.9)
    found = planning.fewest_pairs(partial(planned_power, 0.2, 0.05), 0.9)
    assert theirs > 100
    assert found == np.ceil(theirs)


def test_the_smallest_effect_is_found_just_so_surely():
    def power(effect):
        return planned_power(0.2 + effect, effect, 40)

    assert power(planning.smallest_effect(power)) == pytest.approx(0.8)
    assert planning.smallest_effect(lambda effect: planned_power(9.0, effect, 10)) is None
    with pytest.raises(ValueError, match=r"power must exceed 0\.05"):
        planning.smallest_effect(power, 0.04)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: planned_power(0.0, 0.1, 9), "spread must be finite and above 0"),
        (lambda: planned_power(np.inf, 0.1, 9), "spread must be finite and above 0"),
        (lambda: planned_power(0.1, 0.1, 1), "pairs must be a whole number"),
        (lambda: planned_power(0.1, 0.1, 9, level=95), "level must lie between 0 and 1"),
        (lambda: planned_share_power(0.1, 0.9, 0.1, 9, 1), r"reference \+ effect must lie between"),
        (lambda: planned_share_power(0.1, 1.0, 0.1, 9, 1), "reference must lie between"),
        (lambda: planned_share_power(0.1, 0.5, 0.1, 9, 0), "replicates must be a whole number"),
        (lambda: planning.fewest_pairs(lambda pairs: 1.0, power=80), "power must lie between"),
        (lambda: planning.fewest_pairs(lambda pairs: 1.0, least=1), "least must be a whole number"),
    ],
)
def test_what_cannot_be_planned_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
