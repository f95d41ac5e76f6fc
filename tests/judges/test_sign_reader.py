import pytest
from PIL import Image

from ksd_eval.judges.sign_reader import SignReader
from ksd_eval.judges.spelling import NAMES
from ksd_eval.world import vocabulary
from ksd_eval.world.painter import paint
from ksd_eval.world.scenes import Person, Scene

WORDS = [word for words in vocabulary.SIGN_WORDS.values() for word in words]


def sign(word):
    return paint(Scene("sign", word=word))


def read(image, text):
    (said,) = SignReader()([image], [text])
    return {one.name: one for one in said}


def asked(word):
    return f'a photo of a sign that says "{word}"'


def test_perfect_signs_are_read_without_an_error():
    said = SignReader()([sign(word) for word in WORDS], [asked(word) for word in WORDS])
    assert [error.value for error, _, _ in said] == [0.0] * len(WORDS)
    assert {match.label for _, match, _ in said} == {"exact"}
    assert [script.label for _, _, script in said] == ["hangul"] * 8 + ["latin"] * 8


def test_another_word_is_as_wrong_as_it_is_unlike():
    near, far = read(sign("약국"), asked("서울")), read(sign("책방"), asked("빵집"))
    assert near["character_error"].value == far["character_error"].value == 1.0
    some = read(sign("SALE"), asked("CAFE"))
    assert some["character_error"].value == 0.5
    assert (some["exact_match"].label, some["script"].label) == ("wrong", "latin")


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (64, 64), "white"),
        paint(Scene("person", (Person("woman", "3", "young", "work", "doctor"),))),
    ],
    ids=["blank", "person"],
)
def test_a_picture_without_a_sign_is_an_error_and_no_gap(image):
    said = read(image, asked("카페"))
    assert said["character_error"].value == 1.0
    assert said["exact_match"].label == "wrong"
    assert said["script"].label == "none"


def test_a_word_that_the_reader_does_not_know_is_an_error_of_a_known_script():
    said = read(sign("뷁꽳"), asked("카페"))
    assert said["character_error"].value == 1.0
    assert said["script"].label == "hangul"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a photo of a doctor", "the prompt asks for no word on a sign"),
        ("an astronaut on Mars", "the prompt asks for no word on a sign"),
        (asked("커피"), "the reader knows 16 words, and '커피' is not one"),
    ],
)
def test_it_abstains_where_there_is_nothing_to_hold_a_word_against(text, reason):
    said = read(sign("카페"), text)
    assert tuple(said) == NAMES
    assert {(one.status, one.reason) for one in said.values()} == {("abstained", reason)}


def test_it_is_another_judge_than_the_reader_of_everything():
    assert SignReader().identity()["judge"] == "sign_reader"
    assert len(SignReader().identity()["weights"]["reader.safetensors"]) == 64


def test_a_threshold_that_answers_never_is_refused():
    with pytest.raises(ValueError, match="threshold is 1"):
        SignReader(threshold=1.0)
