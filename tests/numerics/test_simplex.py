"""The range of an imbalance within bounds, against general optimisers and other regions."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from statsmodels.stats.proportion import multinomial_proportions_confint

from ksd_eval.numerics import imbalance, intervals, simplex

QUICK = settings(max_examples=60, deadline=None, derandomize=True, database=None)
ENDS = (simplex.least, simplex.greatest)
SMOOTH = ("entropy_deficit", "jensen_shannon")
each_measure = pytest.mark.parametrize("measure", imbalance.MEASURES)


@pytest.fixture
def rng():
    return np.random.default_rng(20261123)


def equal(k):
    return np.full(k, 1 / k)


def box(rng, k, reach=0.3):
    """Return bounds about a point of the simplex, seldom containing the reference."""
    centre = rng.dirichlet(np.ones(k))
    low = np.clip(centre - rng.uniform(0, reach, k), 0, 1)
    return low, np.clip(centre + rng.uniform(0, reach, k), 0, 1)


def reference_for(measure, rng, k):
    return equal(k) if measure == "entropy_deficit" else rng.dirichlet(np.full(k, 2.0))


def inside(rng, low, high, m=200):
    """Return points within the bounds: mixtures of vertices."""
    corners = simplex.vertices(low, high)
    return rng.dirichlet(np.full(len(corners), 0.3), m) @ corners


@st.composite
def boxes(draw):
    k = draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return box(rng, k, draw(st.sampled_from([0.05, 0.3, 1.0]))), rng


# -- level


def test_two_shares_are_one_and_need_no_correction():
    assert simplex.bonferroni(0.95, 2) == 0.95
    assert simplex.bonferroni(0.9, 4) == pytest.approx(0.975)
    with pytest.raises(ValueError, match="k must be a whole number of at least 2, got 1"):
        simplex.bonferroni(0.95, 1)


# -- known answers


@pytest.mark.parametrize("measure", ["total_variation", "mean_absolute_deviation"])
def test_a_reference_within_the_bounds_is_the_nearest_point_to_the_last_bit(measure, rng):
    for _ in range(50):
        reference = rng.dirichlet(np.ones(5))
        low, high = reference * rng.random(5), reference + rng.random(5) * (1 - reference)
        assert simplex.least(measure, low, high, reference) == 0


def test_what_is_held_above_the_reference_is_the_least_deviation():
    # Two thirds at least in the first class: 1/3 more than its share, whatever the rest does.
    low, high = [2 / 3, 0, 0], [1, 1, 1]
    assert simplex.nearest(low, high, equal(3)) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert simplex.least("total_variation", low, high, equal(3)) == pytest.approx(1 / 3)


def test_what_the_reference_cannot_hold_goes_to_classes_that_it_lacks():
    point = simplex.nearest([0, 0, 0], [0.5, 0.3, 0.9], [1, 0, 0])
    assert point[0] == 0.5
    assert point.sum() == pytest.approx(1)
    assert simplex.least("jensen_shannon", [0, 0, 0], [0.5, 0.3, 0.9], [1, 0, 0]) == pytest.approx(
        imbalance.jensen_shannon_divergence([0.5, 0.5, 0], [1, 0, 0])
    )


def test_the_greatest_over_the_whole_simplex_is_its_most_distant_corner():
    low, high, reference = [0, 0, 0], [1, 1, 1], [0.5, 0.3, 0.2]
    assert simplex.greatest("total_variation", low, high, reference) == pytest.approx(0.8)


@each_measure
def test_two_classes_are_the_image_of_one_share(measure):
    for low, high in [(0.3, 0.45), (0.4, 0.7), (0.9, 1.0)]:
        image = imbalance.measured(
            measure, [(p, 1 - p) for p in np.linspace(low, high, 301)], [0.5, 0.5]
        )
        ends = [f(measure, [low, 1 - high], [high, 1 - low], [0.5, 0.5]) for f in ENDS]
        assert ends == pytest.approx([image.min(), image.max()], abs=1e-9)


# -- oracles


@QUICK
@given(boxes())
def test_least_total_variation_has_a_closed_form(made):
    # Half the sum of |p - r| is the sum of what is above r, and of what is below it.
    (low, high), rng = made
    r = rng.dirichlet(np.ones(len(low)))
    above, below = np.maximum(low - r, 0).sum(), np.maximum(r - high, 0).sum()
    found = simplex.least("total_variation", low, high, r)
    assert found == pytest.approx(max(above, below), abs=1e-12)


@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_least_total_variation_agrees_with_linear_programming(k, rng):
    found, solved = [], []
    for _ in range(10):
        (low, high), r = box(rng, k), rng.dirichlet(np.ones(k))
        # Minimise the sum of t with -t <= p - r <= t.
        eye = np.eye(k)
        programme = optimize.linprog(
            np.r_[np.zeros(k), np.full(k, 0.5)],
            A_ub=np.block([[eye, -eye], [-eye, -eye]]),
            b_ub=np.r_[r, -r],
            A_eq=[np.r_[np.ones(k), np.zeros(k)]],
            b_eq=[1],
            bounds=[*zip(low, high, strict=True), *[(0, None)] * k],
        )
        solved.append(programme.fun)
        found.append(simplex.least("total_variation", low, high, r))
    assert max(solved) > 0.1
    assert found == pytest.approx(solved, abs=1e-9)


@pytest.mark.parametrize("measure", SMOOTH)
@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_least_of_a_smooth_measure_agrees_with_a_general_optimiser(measure, k, rng):
    found, solved = [], []
    for _ in range(5):
        (low, high), r = box(rng, k), reference_for(measure, rng, k)
        low = np.clip(low, 1e-3, 1)  # the derivative is infinite at 0
        start = inside(rng, low, np.maximum(low, high), 1)[0]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Values in x were outside bounds")
            solution = optimize.minimize(
                lambda p, r=r: imbalance.measured(measure, np.clip(p, 0, 1) / p.sum(), r),
                start,
                method="SLSQP",
                bounds=[*zip(low, np.maximum(low, high), strict=True)],
                constraints={"type": "eq", "fun": lambda p: p.sum() - 1},
                options={"ftol": 1e-12, "maxiter": 500},
            )
        solved.append(float(solution.fun))
        found.append(simplex.least(measure, low, np.maximum(low, high), r))
    assert max(solved) > 0.02
    assert found == pytest.approx(solved, abs=1e-5)


@each_measure
@pytest.mark.parametrize("k", [3, 5])
def test_greatest_agrees_with_a_search_from_many_starts(measure, k, rng):
    (low, high), r = box(rng, k), reference_for(measure, rng, k)
    programme = [
        # A convex function is greatest where some linear one is.
        optimize.linprog(
            direction, A_eq=[np.ones(k)], b_eq=[1], bounds=[*zip(low, high, strict=True)]
        ).x
        for direction in rng.normal(size=(150, k))
    ]
    points = np.clip(programme, 0, 1)
    shown = imbalance.measured(measure, points / points.sum(axis=1, keepdims=True), r)
    assert shown.max() > shown.min() + 0.01
    assert simplex.greatest(measure, low, high, r) == pytest.approx(shown.max(), abs=1e-9)


# -- properties


@each_measure
@QUICK
@given(made=boxes())
def test_no_point_within_the_bounds_lies_outside_the_range(measure, made):
    (low, high), rng = made
    r = reference_for(measure, rng, len(low))
    shown = imbalance.measured(measure, inside(rng, low, high), r)
    assert simplex.least(measure, low, high, r) <= shown.min() + 1e-12
    assert simplex.greatest(measure, low, high, r) >= shown.max() - 1e-12


@QUICK
@given(boxes())
def test_the_nearest_point_and_the_vertices_are_within_the_bounds(made):
    (low, high), rng = made
    r = rng.dirichlet(np.ones(len(low)))
    for points in (simplex.nearest(low, high, r)[None], simplex.vertices(low, high)):
        assert len(points)
        assert points.sum(axis=1) == pytest.approx(1)
        assert np.all((points >= low - 1e-12) & (points <= high + 1e-12))


@each_measure
@QUICK
@given(made=boxes(), random=st.randoms(use_true_random=False))
def test_the_range_ignores_the_names_of_classes_and_grows_with_the_bounds(measure, made, random):
    (low, high), rng = made
    order = random.sample(range(len(low)), len(low))
    r = reference_for(measure, rng, len(low))
    ends = [f(measure, low, high, r) for f in ENDS]
    renamed = [f(measure, low[order], high[order], r[order]) for f in ENDS]
    assert renamed == pytest.approx(ends, abs=1e-12)
    wider = [f(measure, low / 2, (1 + high) / 2, r) for f in ENDS]
    assert wider[0] <= ends[0] + 1e-12
    assert wider[1] >= ends[1] - 1e-12


# -- intervals of several shares


def goodman(counts, level):
    each = simplex.bonferroni(level, len(counts))
    found = [intervals.wilson(int(count), int(sum(counts)), each) for count in counts]
    return np.array([(one.low, one.high) for one in found])


@pytest.mark.parametrize("counts", [[6, 4, 10], [30, 1, 5, 4, 0]])
def test_wilson_intervals_at_the_corrected_level_are_goodmans(counts):
    theirs = multinomial_proportions_confint(counts, 0.05, method="goodman")
    assert np.ptp(theirs) > 0.3
    assert goodman(counts, 0.95) == pytest.approx(theirs)


def test_the_range_is_about_as_wide_as_by_sison_and_glaz(rng):
    widths = {"goodman": [], "sison-glaz": []}
    for _ in range(40):
        counts = rng.multinomial(50, [0.5, 0.3, 0.15, 0.05])
        bounds = {
            "goodman": goodman(counts, 0.95),
            "sison-glaz": multinomial_proportions_confint(counts, 0.05, method="sison-glaz"),
        }
        for name, (low, high) in ((name, found.T) for name, found in bounds.items()):
            ends = [f("total_variation", low, high, equal(4)) for f in ENDS]
            assert ends[0] <= imbalance.total_variation(counts / 50, equal(4)) <= ends[1]
            widths[name].append(ends[1] - ends[0])
    assert np.mean(widths["goodman"]) == pytest.approx(np.mean(widths["sison-glaz"]), rel=0.25)


@each_measure
@pytest.mark.parametrize("truth", [[1 / 3, 1 / 3, 1 / 3], [0.8, 0.15, 0.05]])
def test_the_range_covers_the_true_measure(measure, truth, rng):
    true = imbalance.measured(measure, truth, equal(3))
    outcomes, times = np.unique(rng.multinomial(20, truth, 4000), axis=0, return_counts=True)
    covered = 0
    for counts, often in zip(outcomes, times, strict=True):
        low, high = goodman(counts, 0.95).T
        least, greatest = (f(measure, low, high, equal(3)) for f in ENDS)
        covered += often * (least <= true + 1e-12 and true <= greatest + 1e-12)
    assert covered / 4000 > 0.94


# -- what is refused


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        ([0.6, 0.6], [1, 1], r"no shares that sum to 1 lie between low \[0.6, 0.6\]"),
        ([0.0, 0.0], [0.4, 0.4], "no shares that sum to 1"),
        ([0.5, 0.0], [0.4, 1.0], "bounds must be 0 <= low <= high <= 1"),
        ([-0.1, 0.0], [1.0, 1.0], "bounds must be 0 <= low <= high <= 1"),
        ([0.0, 0.0], [1.0, 1.0, 1.0], "for the same classes"),
    ],
)
def test_bounds_that_hold_no_shares_are_refused(low, high, message):
    for ask in (simplex.vertices, lambda *bounds: simplex.nearest(*bounds, [0.5, 0.5])):
        with pytest.raises(ValueError, match=message):
            ask(low, high)


def test_a_reference_of_other_classes_and_too_many_classes_are_refused():
    with pytest.raises(ValueError, match="low has 2 classes and reference 3"):
        simplex.nearest([0, 0], [1, 1], equal(3))
    with pytest.raises(ValueError, match="at most 12 classes, got 13; merge some"):
        simplex.vertices(np.zeros(13), np.ones(13))
    assert simplex.greatest("total_variation", np.zeros(12), np.ones(12), equal(12)) < 1


def test_bounds_without_room_are_a_point():
    p = np.array([0.2, 0.3, 0.5])
    for measure in imbalance.MEASURES:
        ends = [f(measure, p, p, equal(3)) for f in ENDS]
        assert ends == pytest.approx([imbalance.measured(measure, p, equal(3))] * 2)
