"""Korean taken apart: letters, syllables, and morphemes by kiwipiepy (Lee 2024, Apache-2.0).

Tags are those of the Sejong corpus, as kiwipiepy gives them: NNG a noun, J* a particle, E* an
ending, XS* a suffix, MM a determiner, NR a numeral, SN digits, NNB a bound noun or counter.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

LETTERS: Final = (
    "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
    "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
    " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ",
)
"""Compatibility letters by place in a syllable, in Unicode's order of syllables."""

NUMERALS: Final = {
    word: number
    for number, words in {
        1: "한 하나 일",
        2: "두 둘 이 양",
        3: "세 셋 석 서 삼",
        4: "네 넷 넉 사",
        5: "다섯 오",
        6: "여섯 육",
        7: "일곱 칠",
        8: "여덟 팔",
        9: "아홉 구",
        10: "열 십",
        11: "열한 열하나",
        12: "열두 열둘",
        20: "스무 스물 이십",
    }.items()
    for word in words.split()
}
"""Native and Sino-Korean numerals, in the forms that stand before a counter and alone."""


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A morpheme where it stands.

    Attributes:
        form: As the dictionary has it: "빨갛" for 빨간.
        tag: Sejong tag, without the mark of irregular verbs.
        start: Place of its first letter in the text.
        end: Place behind its last.
        after_space: Whether a space, or nothing, stands before it.
    """

    form: str
    tag: str
    start: int
    end: int
    after_space: bool


def composed(text: str) -> str:
    r"""Return a text with its Hangul composed (Unicode NFC).

    >>> composed("\u1112\u1161\u11ab")
    '한'
    """
    return unicodedata.normalize("NFC", text)


def morphemes(text: str) -> Sequence[Morpheme]:
    """Return the morphemes of a composed text.

    >>> [(each.form, each.tag) for each in morphemes("사람 의 사진")]
    [('사람', 'NNG'), ('의', 'JKG'), ('사진', 'NNG')]
    """
    return tuple(
        Morpheme(
            token.form,
            token.tag.partition("-")[0],
            token.start,
            token.start + token.len,
            token.start == 0 or text[token.start - 1].isspace(),
        )
        for token in _kiwi().tokenize(text)
    )


def is_hangul(letter: str) -> bool:
    """Whether a letter is a whole syllable of Hangul."""
    return "가" <= letter <= "힣"


def letters(syllable: str) -> str:
    """Return the letters that a syllable is put together from.

    >>> letters("닭")
    'ㄷㅏㄺ'
    """
    place = ord(syllable) - ord("가")
    places = (place // 588, place % 588 // 28, place % 28)
    return "".join(row[at] for row, at in zip(LETTERS, places, strict=True)).strip()


def is_closed(syllable: str) -> bool:
    """Whether a syllable ends in a consonant, on which the form of a particle hangs.

    >>> is_closed("집"), is_closed("배")
    (True, False)
    """
    return len(letters(syllable)) > 2


@cache
def _kiwi() -> "Kiwi":
    """Return the analyser; its model takes a second to read."""
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)
