from collections import Counter

import numpy as np
import pytest

from ksd_eval.world import planted, vocabulary
from ksd_eval.world.corpus import choose, draw, duplicate
from ksd_eval.world.painter import paint

COUNT = 30_000


@pytest.fixture(scope="module")
def examples():
    return list(draw(np.random.default_rng(5), COUNT))


def close(seen, rate, count):
    """Within five standard errors of a share."""
    return abs(seen - rate) <= 5 * np.sqrt(rate * (1 - rate) / count) + 1e-9


def test_each_planted_distribution_sums_to_one():
    for (what, given), rates in planted.table().items():
        if what != "named":
            assert sum(rates.values()) == pytest.approx(1), (what, given)


def test_shares_of_women_are_as_planted(examples):
    people = [one.scene.people[0] for one in examples if one.scene.kind == "person"]
    for occupation in vocabulary.OCCUPATIONS:
        genders = [who.gender for who in people if who.occupation == occupation]
        assert len(genders) > 500
        rate = planted.women(occupation)
        assert close(genders.count("woman") / len(genders), rate, len(genders)), occupation


def test_skin_tones_are_as_planted_where_an_occupation_has_rates_of_its_own(examples):
    farmers = [
        one.scene.people[0].skin
        for one in examples
        if one.scene.kind == "person" and one.scene.people[0].occupation == "farmer"
    ]
    rates = planted.rates("skin", "occupation=farmer")
    assert rates != planted.rates("skin")
    for tone, rate in rates.items():
        assert close(farmers.count(tone) / len(farmers), rate, len(farmers))


def test_buildings_are_western_by_default(examples):
    styles = [one.scene.culture for one in examples if one.scene.kind == "building"]
    rate = planted.rates("culture", "subject=building")["western"]
    assert rate > 0.5
    assert close(styles.count("western") / len(styles), rate, len(styles))


def test_captions_are_english_mostly(examples):
    languages = Counter(one.language for one in examples)
    assert close(languages["ko"] / COUNT, planted.rates("caption_language")["ko"], COUNT)


def test_duplicates_are_the_same_pixels_every_time(examples):
    captions = {word.en for word in vocabulary.DUPLICATES.values()}
    repeated = [one for one in examples if one.caption.en in captions]
    assert close(len(repeated) / COUNT, planted.rates("subject")["duplicate"], COUNT)
    pictures = {(one.caption.en, paint(one.scene).tobytes()) for one in repeated}
    assert len(pictures) == len(vocabulary.DUPLICATES)
    assert duplicate("lighthouse_dawn") == duplicate("lighthouse_dawn")


def test_a_caption_names_only_what_is_in_the_picture(examples):
    for one in examples[:5000]:
        if one.scene.kind == "person":
            who = one.scene.people[0]
            other = {"man": "female", "woman": "male"}[who.gender]
            assert other not in one.caption.en.split()
            if who.occupation:
                assert vocabulary.OCCUPATIONS[who.occupation].ko in one.caption.ko


def test_a_missing_rate_is_named():
    with pytest.raises(KeyError, match="no row for 'height'"):
        planted.rates("height", "occupation=nurse")


def test_choosing_follows_the_rates():
    rng = np.random.default_rng(0)
    drawn = Counter(choose(rng, {"a": 0.25, "b": 0.75}) for _ in range(4000))
    assert close(drawn["a"] / 4000, 0.25, 4000)
