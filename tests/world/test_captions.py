import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ksd_eval.world import captions, vocabulary
from ksd_eval.world.captions import Named
from ksd_eval.world.corpus import draw
from ksd_eval.world.scenes import Person, Solid

people = st.builds(
    Person,
    gender=st.sampled_from(list(vocabulary.GENDERS)),
    skin=st.sampled_from(list(vocabulary.SKIN_TONES)),
    age=st.sampled_from(list(vocabulary.AGES)),
    dress=st.just("work"),
    occupation=st.sampled_from(list(vocabulary.OCCUPATIONS)),
)


@given(people, st.builds(Named, gender=st.booleans(), skin=st.booleans(), age=st.booleans()))
def test_both_languages_name_the_same_attributes(person, named):
    phrase = captions.person_phrase(person, named)
    for flag, word in (
        (named.gender, vocabulary.GENDERS[person.gender]),
        (named.skin, vocabulary.SKIN_TONES[person.skin]),
        (named.age, vocabulary.AGES[person.age]),
    ):
        assert (word.en in re.split(r" ", phrase.en)) == flag
        assert (word.ko in phrase.ko) == flag


def test_a_relation_reads_the_same_from_either_side():
    cube, sphere = Solid("cube", "red"), Solid("sphere", "blue")
    assert captions.relation_phrase(cube, "above", sphere).ko == "파란 공 위에 있는 빨간 정육면체"
    assert captions.relation_phrase(sphere, "below", cube).ko == "빨간 정육면체 아래에 있는 파란 공"


def test_no_caption_is_half_translated():
    for example in draw(np.random.default_rng(1), 3000):
        english = example.caption.en
        korean = re.sub(r'"[A-Z]+"', "", example.caption.ko)
        assert not re.search("[A-Za-z]", korean), korean
        assert not re.search("[가-힣]", re.sub(r'"[가-힣]+"', "", english)), english
