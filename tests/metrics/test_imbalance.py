import numpy as np
import pytest

from ksd_eval.metrics import nulls
from ksd_eval.metrics.imbalance import Imbalance
from ksd_eval.numerics import imbalance, intervals, simplex

FAIR = {"woman": 0.5, "man": 0.5}
TONES = {str(tone): 0.2 for tone in range(1, 6)}
ARM = ("korean",)
BOTH = ("over_prompts", "over_seeds")
each_measure = pytest.mark.parametrize("measure", imbalance.MEASURES)


def jobs(count, wordings):
    return {f"j{i}-{w}": {"job": f"j{i}"} for i in range(count) for w in range(wordings)}


def all_women(pair, role, replicate):
    return {"gender": "woman"}


def coins(seed, label=("woman", "man")):
    def answer(pair, role, replicate):
        key = [seed, *map(ord, pair), replicate]
        return {"gender": label[int(np.random.default_rng(key).integers(len(label)))]}

    return answer


def test_a_model_of_one_gender_is_half_less_the_floor(study, one, rng):
    found = Imbalance("gender", FAIR)(study(jobs(1, 2), all_women, ARM), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert seeds.floor == pytest.approx(0.13671875)  # of 8 fair pictures
    assert seeds.estimate == pytest.approx(0.5 - 0.13671875)
    assert seeds.null_p95 == 0.375
    prompts = one(found, arm="korean")
    # Two wordings that each lean by one half, to sides that are chance: 0 or 1/2, alike often.
    assert (prompts.floor, prompts.null_p95) == (0.25, 0.5)
    assert prompts.estimate == 0.25


def test_the_interval_is_shifted_with_the_estimate(study, one, rng):
    answer = coins(3)
    found = Imbalance("gender", FAIR)(study(jobs(1, 20), answer, ARM), rng)
    prompts = one(found, arm="korean")
    assert prompts.ci_low == pytest.approx(-prompts.floor)
    assert prompts.ci_low < prompts.estimate < prompts.ci_high
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert seeds.ci_low <= seeds.estimate <= seeds.ci_high
    assert seeds.method == "wilson"


def test_fair_models_show_no_imbalance_on_average(study, one, rng):
    metric = Imbalance("gender", FAIR, resamples=400)
    seeds = [
        one(metric(study(jobs(1, 6), coins(seed), ARM), rng), arm="korean", estimand="over_seeds")
        for seed in range(60)
    ]
    distance = np.mean([estimate.estimate + estimate.floor for estimate in seeds])
    assert distance > 0.05, "uncorrected, fair models look biased"
    assert abs(np.mean([estimate.estimate for estimate in seeds])) < 0.025


def test_wordings_that_lean_either_way_are_no_imbalance_over_prompts(study, one, rng):
    def leaning(pair, role, replicate):
        return {"gender": "woman" if int(pair.split("-")[1]) % 2 else "man"}

    found = Imbalance("gender", FAIR)(study(jobs(1, 10), leaning, ARM), rng)
    prompts = one(found, arm="korean")
    assert prompts.floor == pytest.approx(0.123046875)  # of ten coins
    assert prompts.estimate == pytest.approx(-prompts.floor)


def test_the_mean_over_groups_and_its_null(study, one, rng):
    found = Imbalance("gender", FAIR, by="job")(study(jobs(3, 4), all_women, ARM), rng)
    groups = [one(found, by="job", group=f"j{i}", arm="korean") for i in range(3)]
    mean = one(found, by="job", group="", arm="korean")
    assert mean.estimate == pytest.approx(np.mean([group.estimate for group in groups]))
    assert mean.floor == pytest.approx(groups[0].floor)
    assert mean.null_p95 < groups[0].null_p95, "the mean of three scatters less than one"
    assert (mean.n_pairs, mean.n_images, mean.note) == (12, 48, "mean over 3 groups")
    overall = one(found, arm="korean")
    assert overall.floor < mean.floor


def test_pooled_balance_does_not_hide_lopsided_groups(study, one, rng):
    def segregated(pair, role, replicate):
        return {"gender": "woman" if pair.startswith("j0") else "man"}

    found = Imbalance("gender", FAIR, by="job")(study(jobs(2, 6), segregated, ARM), rng)
    assert one(found, arm="korean", estimand="over_seeds").estimate < 0
    assert one(found, by="job", arm="korean", estimand="over_seeds").estimate > 0.4


def test_several_classes_are_held_against_the_reference(study, one, rng):
    def pale(pair, role, replicate):
        return {"skin": str(1 + replicate % 2)}

    found = Imbalance("skin", TONES)(study(jobs(1, 5), pale, ARM), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert seeds.estimate + seeds.floor == pytest.approx(0.6)
    assert seeds.floor == pytest.approx(imbalance.multinomial_floor(20, [0.2] * 5))
    assert seeds.method == "wilson, bonferroni"
    assert seeds.ci_low < seeds.estimate <= seeds.ci_high
    prompts = one(found, arm="korean")
    assert prompts.estimate + prompts.floor == pytest.approx(0.6)
    assert prompts.floor > seeds.floor, "pictures of a prompt are alike"


def test_a_skewed_reference_is_its_own_zero(study, one, rng):
    def quarter(pair, role, replicate):
        return {"gender": "woman" if replicate == 0 else "man"}

    found = Imbalance("gender", {"woman": 0.25, "man": 0.75}, "census")(
        study(jobs(1, 5), quarter, ARM), rng
    )
    for estimand in ("over_prompts", "over_seeds"):
        exact = one(found, arm="korean", estimand=estimand)
        assert exact.estimate == pytest.approx(-exact.floor)
        assert exact.floor > 0
        assert exact.reference == "census"


@pytest.mark.parametrize("wordings", [6, 40])
def test_the_names_of_labels_do_not_matter(study, one, wordings):
    prompts = jobs(2, wordings)
    found = [
        Imbalance("gender", FAIR, by="job")(
            study(prompts, coins(1, label), ARM), np.random.default_rng(0)
        )
        for label in (("woman", "man", "man"), ("man", "woman", "woman"))
    ]
    assert any(estimate.estimate > 0.02 for estimate in found[0])
    for one_way, other_way in zip(*found, strict=True):
        assert one_way.estimate == pytest.approx(other_way.estimate, abs=0.003)
        assert one_way.null_p95 == pytest.approx(other_way.null_p95, abs=0.02)


def test_the_order_of_rows_does_not_matter(study, shuffled):
    evidence = study(jobs(3, 12), coins(5), ARM)
    metric = Imbalance("gender", FAIR, by="job")
    found = metric(evidence, np.random.default_rng(0))
    assert len({estimate.estimate for estimate in found}) > 4
    assert metric(shuffled(evidence), np.random.default_rng(0)) == found


def test_silence_and_strange_labels_are_none(study, one, rng):
    def partly(pair, role, replicate):
        return {"gender": None if pair.startswith("j1") else "woman"}

    evidence = study(jobs(2, 3), partly, ARM)
    found = Imbalance("gender", FAIR, by="job")(evidence, rng)
    silent = one(found, by="job", group="j1", arm="korean")
    assert (silent.estimate, silent.floor, silent.n_abstained) == (None, None, 12)
    assert one(found, by="job", arm="korean").note == "mean over 1 group"
    strange = Imbalance("gender", {"man": 0.5, "child": 0.5})(evidence, rng)
    assert one(strange, arm="korean").estimate is None
    assert one(strange, arm="korean").note == "reference 'uniform' has no share for 'woman'"


def test_one_wording_says_nothing_of_others(study, one, rng):
    found = Imbalance("gender", FAIR)(study(jobs(1, 1), all_women, ARM), rng)
    lone = one(found, arm="korean")
    assert (lone.estimate, lone.floor, lone.ci_low) == (0, 0.5, None)
    assert one(found, arm="korean", estimand="over_seeds").estimate > 0.2


def test_a_reference_that_is_none_is_refused_at_once():
    with pytest.raises(ValueError, match="reference 'uniform' must be two or more shares"):
        Imbalance("gender", {"woman": 0.5, "man": 0.4})


# -- measures


def half_and_quarters(pair, role, replicate):
    return {"skin": ("1", "1", "2", "3")[replicate]}


THREE = {str(tone): 1 / 3 for tone in range(1, 4)}


@each_measure
def test_a_measure_is_its_own_estimate_plus_its_own_floor(measure, study, one, rng):
    found = Imbalance("skin", THREE, measure=measure)(
        study(jobs(1, 6), half_and_quarters, ARM), rng
    )
    raw = imbalance.measured(measure, [0.5, 0.25, 0.25], [1 / 3] * 3)
    for estimand in BOTH:
        about = one(found, arm="korean", estimand=estimand)
        assert about.estimate + about.floor == pytest.approx(raw)
        assert about.floor > 0
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert seeds.floor == pytest.approx(imbalance.multinomial_floor(24, [1 / 3] * 3, measure))


def test_mean_absolute_deviation_is_total_variation_on_another_scale(study, one):
    evidence = study(jobs(2, 6), coins(4, ("1", "1", "2", "3")), ARM)
    total, mean = (
        Imbalance("gender", THREE, by="job", measure=measure)(evidence, np.random.default_rng(0))
        for measure in ("total_variation", "mean_absolute_deviation")
    )
    assert max(estimate.estimate for estimate in total) > 0.02
    for one_way, other_way in zip(total, mean, strict=True):
        for number in ("estimate", "floor", "null_p95", "ci_low", "ci_high"):
            if getattr(one_way, number) is not None:
                expected = pytest.approx(getattr(one_way, number) * 2 / 3)
                assert getattr(other_way, number) == expected, number


@each_measure
@pytest.mark.parametrize("labels", [("1", "2"), ("1", "2", "3"), ("1", "1", "1", "2", "3")])
def test_an_estimate_lies_in_its_interval_and_no_measure_below_nothing(measure, labels, study, rng):
    names = sorted(set(labels))
    metric = Imbalance("gender", {name: 1 / len(names) for name in names}, measure=measure)
    for estimate in metric(study(jobs(1, 10), coins(2, labels), ARM), rng):
        assert estimate.ci_low <= estimate.estimate <= estimate.ci_high
        assert estimate.ci_low + estimate.floor >= -1e-12
        assert estimate.ci_high + estimate.floor <= 1 + 1e-12


def test_two_labels_have_the_image_of_one_share_at_the_full_level(study, one, rng):
    def mostly(pair, role, replicate):
        return {"gender": "woman" if replicate or pair[-1] in "13579" else "man"}

    found = Imbalance("gender", FAIR)(study(jobs(1, 10), mostly, ARM), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    share = intervals.wilson(35, 40, 0.95)
    assert share.low > 0.5
    assert seeds.ci_low + seeds.floor == pytest.approx(share.low - 0.5)
    assert seeds.ci_high + seeds.floor == pytest.approx(share.high - 0.5)
    prompts = one(found, arm="korean")
    share = intervals.share_over_prompts([0.75, 1.0] * 5, 40, 0.95)
    assert prompts.ci_low + prompts.floor == pytest.approx(share.low - 0.5)
    assert prompts.method == share.method


def test_three_labels_have_the_range_over_all_that_three_intervals_allow(study, one, rng):
    found = Imbalance("skin", THREE)(study(jobs(1, 6), half_and_quarters, ARM), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    each = [intervals.wilson(count, 24, 1 - 0.05 / 3) for count in (12, 6, 6)]
    low, high = [share.low for share in each], [share.high for share in each]
    assert seeds.ci_low + seeds.floor == pytest.approx(
        simplex.least("total_variation", low, high, [1 / 3] * 3), abs=1e-12
    )
    assert seeds.ci_high + seeds.floor == pytest.approx(
        simplex.greatest("total_variation", low, high, [1 / 3] * 3)
    )


def test_intervals_hold_balance_of_many_labels_over_prompts(study, one, rng):
    """With signs held as observed, an interval of the distance hardly ever reached down to 0."""
    metric = Imbalance("gender", TONES, resamples=50)
    tones, below = tuple(TONES), []
    for seed in range(60):
        leaning = np.random.default_rng(seed).dirichlet(np.full(5, 0.2), 15)

        def answer(pair, role, replicate, seed=seed, leaning=leaning):
            wording = int(pair.split("-")[1])
            key = [seed, wording, replicate]
            return {"gender": str(np.random.default_rng(key).choice(tones, p=leaning[wording]))}

        prompts = one(metric(study(jobs(1, 15), answer, ARM), rng), arm="korean")
        assert prompts.estimate + prompts.floor > 0
        below.append(prompts.ci_low + prompts.floor <= 1e-12)
    assert np.mean(below) > 0.9


def test_more_labels_than_can_be_enumerated_have_no_interval(study, one, rng):
    many = {f"x{i}": 1 / 13 for i in range(13)}
    found = Imbalance("gender", many)(study(jobs(1, 6), coins(1, tuple(many)), ARM), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert seeds.estimate is not None
    assert (seeds.ci_low, seeds.note) == (None, "no interval: 13 labels are more than 12")


def test_the_null_of_two_labels_is_exact_whatever_the_draws(study, one, rng):
    found = Imbalance("gender", FAIR, resamples=3)(study(jobs(1, 5), coins(1), ARM), rng)
    seeds = one(found, arm="korean", estimand="over_seeds")
    assert seeds.null_p95 == pytest.approx(imbalance.binary_null_quantile(20))


def test_a_measure_that_does_not_suit_the_reference_is_refused_at_once():
    with pytest.raises(ValueError, match=r"measure must be one of .* got 'gini'"):
        Imbalance("gender", FAIR, measure="gini")
    with pytest.raises(ValueError, match="entropy_deficit is held against equal shares"):
        Imbalance("gender", {"woman": 0.3, "man": 0.7}, measure="entropy_deficit")


# -- nulls


def distances(shares):
    return np.abs(shares[:, 0] - 0.5)


def two(first):
    first = np.asarray(first, dtype=float)
    return np.stack([first, 1 - first], axis=1)


def test_prompts_that_are_all_one_label_are_as_few_coins_as_prompts(rng):
    null = distances(nulls.leaning_prompts(two([1, 1, 0, 1, 0, 0, 1, 1]), rng, 1))
    assert len(null) == 2**8
    assert null.mean() == pytest.approx(imbalance.binary_floor(8))
    assert nulls.p95(null) == pytest.approx(imbalance.binary_null_quantile(8))
    assert null.mean() > 5 * imbalance.binary_floor(8 * 50)


def test_prompts_of_independent_pictures_have_the_floor_of_their_pictures(rng):
    floors = [
        distances(nulls.leaning_prompts(two(rng.binomial(50, 0.5, 40) / 50), rng, 500)).mean()
        for _ in range(40)
    ]
    assert np.mean(floors) == pytest.approx(imbalance.binary_floor(2000), rel=0.06)


def test_the_direction_of_a_pair_does_not_matter_to_the_null(rng):
    pairs = rng.random(10)
    turned = np.where(rng.random(10) < 0.5, pairs, 1 - pairs)
    assert np.abs(turned - pairs).max() > 0.1
    first, second = (
        np.sort(distances(nulls.leaning_prompts(two(values), rng, 1))) for values in (pairs, turned)
    )
    assert first == pytest.approx(second)


def test_drawn_directions_agree_with_all_of_them(rng, monkeypatch):
    pairs = two(rng.random(12))
    every = distances(nulls.leaning_prompts(pairs, rng, 1))
    monkeypatch.setattr(nulls.signs, "ENUMERATED_UP_TO", 5)
    drawn = distances(nulls.leaning_prompts(pairs, rng, 20_000))
    assert (len(every), len(drawn)) == (2**12, 20_000)
    assert every.mean() > 0.01
    assert drawn.mean() == pytest.approx(every.mean(), rel=0.03)
    assert nulls.p95(drawn) == pytest.approx(nulls.p95(every), rel=0.05)


def test_a_fair_world_of_leaning_prompts_exceeds_its_null_as_seldom_as_promised(rng):
    worlds = rng.beta(0.5, 0.5, (600, 12))
    beyond = [
        abs(world.mean() - 0.5) > nulls.p95(distances(nulls.leaning_prompts(two(world), rng, 1)))
        for world in worlds
    ]
    assert np.mean(beyond) == pytest.approx(0.05, abs=0.025)


def test_a_fair_world_of_many_labels_exceeds_its_null_as_seldom_as_promised(rng):
    beyond = []
    for world in rng.dirichlet(np.full(4, 0.3), (300, 10)):
        null = imbalance.measured(
            "jensen_shannon", nulls.leaning_prompts(world, rng, 400), [0.25] * 4
        )
        shown = imbalance.measured("jensen_shannon", world.mean(axis=0), [0.25] * 4)
        beyond.append(shown > nulls.p95(null))
    assert np.mean(beyond) == pytest.approx(0.05, abs=0.03)


def test_draws_do_not_depend_on_how_many_are_held_at_once(rng, monkeypatch):
    shares = rng.dirichlet(np.ones(3), 7)
    at_once = nulls.leaning_prompts(shares, np.random.default_rng(0), 50)
    monkeypatch.setattr(nulls, "_BLOCK", 4 * shares.size)
    in_blocks = nulls.leaning_prompts(shares, np.random.default_rng(0), 50)
    assert at_once == pytest.approx(in_blocks)
    assert np.ptp(at_once[:, 0]) > 0.1
    assert at_once.sum(axis=1) == pytest.approx(1)
