import unicodedata
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ksd_eval.world import captions, corpus, vocabulary
from ksd_eval.world.captions import Named
from ksd_eval.world.scenes import Person, Solid
from ksd_eval.world.understanding import Description, language_of, parse, phrases

EXAMPLES = list(corpus.draw(np.random.default_rng(3), 3000))

frames = st.sampled_from([*captions.PERSON_FRAMES, *captions.THING_FRAMES])


def maybe(values):
    return st.none() | st.sampled_from(list(values))


people = st.builds(
    Description,
    kind=st.just("person"),
    occupation=maybe(vocabulary.OCCUPATIONS),
    gender=maybe(vocabulary.GENDERS),
    skin=maybe(vocabulary.SKIN_TONES),
    age=maybe(vocabulary.AGES),
    dress=maybe(vocabulary.DRESSES),
    adjective=maybe(vocabulary.ADJECTIVES),
)
solids = st.builds(
    Solid, st.sampled_from(list(vocabulary.SHAPES)), st.sampled_from(list(vocabulary.COLOURS))
)


def told(person):
    """What the grammar says of a person, as fully as described."""
    who = Person(
        person.gender or "",
        person.skin or "",
        person.age or "",
        person.dress or "",
        person.occupation,
    )
    flags = {name: getattr(person, name) is not None for name in ("gender", "skin", "age", "dress")}
    return captions.person_phrase(who, Named(**flags, adjective=person.adjective))


def both(frame, phrase):
    caption = captions.framed(frame, phrase)
    return parse(caption.en), parse(caption.ko)


@settings(deadline=None)  # the first look-up says every phrase once
@given(people, frames)
def test_a_person_is_understood_as_told(person, frame):
    assert both(frame, told(person)) == (person, replace(person, language="ko"))


@settings(deadline=None)
@given(solids, solids, st.sampled_from(list(vocabulary.RELATIONS)), frames)
def test_a_relation_is_understood_as_told(first, second, relation, frame):
    expected = Description("solids", count=2, solids=(first, second), relation=relation)
    found = both(frame, captions.relation_phrase(first, relation, second))
    if first == second:  # the painter cannot tell them apart, so nobody is asked to
        assert found == (None, None)
    else:
        assert found == (expected, replace(expected, language="ko"))


def test_every_caption_of_the_corpus_means_the_same_in_both_languages():
    assert len({example.scene.kind for example in EXAMPLES}) == 10
    for example in EXAMPLES:
        english, korean = parse(example.caption.en), parse(example.caption.ko)
        assert english is not None, example.caption
        assert replace(english, language="ko") == korean, example.caption


def test_what_a_caption_names_is_what_its_scene_shows():
    for example in EXAMPLES:
        asked, scene = parse(example.caption.en), example.scene
        assert asked.kind == scene.kind
        if scene.kind in ("person", "group"):
            assert asked.count == len(scene.people)
        if scene.kind == "person":
            for name in ("occupation", "gender", "skin", "age", "dress"):
                assert getattr(asked, name) in (None, getattr(scene.people[0], name))
            assert asked.occupation == scene.people[0].occupation
        if scene.kind == "solids":
            assert asked.count == len(scene.solids)
            assert set(asked.solids) == set(scene.solids)
        assert asked.word == scene.word
        assert asked.thing == scene.thing
        if asked.culture:
            assert asked.culture == scene.culture


def test_what_a_caption_does_not_name_stays_open():
    assert parse("의사 사진") == Description("person", occupation="doctor", language="ko")
    assert parse("a house") == Description("building", thing="house")


def test_no_two_meanings_share_a_phrase():
    english, korean = (phrases()[language] for language in ("en", "ko"))
    assert len(english) == len(korean) == len(set(map(id, english.values())))
    assert not set(english) & set(korean)


def test_a_duplicate_is_known_by_its_caption():
    for name, caption in vocabulary.DUPLICATES.items():
        assert parse(caption.ko).duplicate == parse(caption.en).duplicate == name


@pytest.mark.parametrize("word", ["카페", "HOTEL", "ksd", "두 단어"])
def test_a_sign_may_bear_any_word(word):
    phrase = captions.sign_phrase(word)
    assert parse(f"a photo of {phrase.en}") == Description("sign", word=word)
    assert parse(f"{phrase.ko} 그림") == Description("sign", word=word, language="ko")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_word_on_a_sign_means_the_same_in_small_letters(language):
    text = getattr(captions.sign_phrase("hotel"), language)
    assert "hotel" in text
    assert parse(text).word == "HOTEL"


@settings(deadline=None)
@given(people, frames)
def test_spelling_that_a_tokenizer_forgives_changes_nothing(person, frame):
    caption = captions.framed(frame, told(person))
    for text in (caption.en.upper(), f"  {caption.en}. ", caption.en.replace(" ", "  ")):
        assert parse(text) == person
    for text in (unicodedata.normalize("NFD", caption.ko), f"{caption.ko}.\n"):
        assert parse(text) == replace(person, language="ko")


@settings(deadline=None)
@given(st.text())
def test_any_text_is_understood_or_not_but_never_breaks(text):
    assert parse(text) is None or isinstance(parse(text), Description)
    assert language_of(text) in ("ko", "en")


def test_what_the_grammar_cannot_say_is_not_understood():
    for text in (
        "",
        "화성에서 말을 타고 있는 우주인 사진",
        "a photo of a dragon",
        "a doctor a nurse",
    ):
        assert parse(text) is None
    assert language_of("화성에서 말을 타고 있는 우주인 사진") == "ko"
    assert language_of("a photo of a dragon") == "en"
