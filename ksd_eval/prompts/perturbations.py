"""Korean prompts changed in ways whose effect is known, or is what one wants to know.

Each change is a function of one Korean text. Three outcomes are expected of the pictures:
*identical*, where a CLIP tokenizer gives the same tokens (it composes, collapses blanks and lowers
case), so that a difference is a mistake of the pipeline; *equivalent*, where a reader would say
that nothing has changed; and *free*, where register, script or culture may shift.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ksd_eval.prompts import korean

Expected = Literal["identical", "equivalent", "free"]

DROPPED: Final = ("JKS", "JKO", "JKG", "JX")
"""Tags of particles that everyday Korean leaves out: 이/가, 을/를, 의, 은/는."""

LOANS: Final[Mapping[str, str]] = {
    **{"의사": "닥터", "간호사": "너스", "요리사": "셰프", "교사": "티처", "가수": "싱어"},
    **{"무용수": "댄서", "작가": "라이터", "운전사": "드라이버", "집": "하우스", "학교": "스쿨"},
    **{"결혼식": "웨딩", "거리": "스트리트", "부엌": "키친", "정원": "가든", "우산": "엄브렐러"},
}
"""Korean nouns and the English ones that Korean has taken over beside them."""

ENGLISH: Final[Mapping[str, str]] = {
    **{"의사": "doctor", "간호사": "nurse", "요리사": "chef", "교사": "teacher", "가수": "singer"},
    **{"무용수": "dancer", "작가": "writer", "집": "house", "학교": "school", "거리": "street"},
    **{"결혼식": "wedding", "부엌": "kitchen", "정원": "garden", "우산": "umbrella"},
    **{"고양이": "cat", "개": "dog", "자동차": "car", "사람": "person", "아이": "child"},
}
"""Korean nouns and their English, for one English word in a Korean prompt."""


def nfd(text: str) -> str:
    """Take syllables to pieces, as files from a Mac have them.

    >>> len("사진"), len(nfd("사진"))
    (2, 5)
    """
    return unicodedata.normalize("NFD", text)


def double_space(text: str) -> str:
    """Write every blank twice.

    >>> double_space("의사 사진")
    '의사  사진'
    """
    return text.replace(" ", "  ")


def newline(text: str) -> str:
    r"""Break the line at every blank.

    >>> newline("의사 사진")
    '의사\n사진'
    """
    return text.replace(" ", "\n")


def nbsp(text: str) -> str:
    """Write blanks that do not break, as word processors do.

    >>> nbsp("의사 사진") == "의사\u00a0사진"
    True
    """
    return text.replace(" ", "\u00a0")


def leading_space(text: str) -> str:
    """Begin with a blank.

    >>> leading_space("의사 사진")
    ' 의사 사진'
    """
    return f" {text}"


def letter_case(text: str) -> str:
    """Turn the case of Latin letters; Hangul has none.

    >>> letter_case("TV를 보는 사람 사진")
    'tv를 보는 사람 사진'
    """
    return text.swapcase()


def spacing(text: str) -> str:
    """Write the last two words as one, which many people do before 사진.

    >>> spacing("말을 탄 우주인 사진")
    '말을 탄 우주인사진'
    """
    return re.sub(r"(?<=[가-힣]) (?=[가-힣]+$)", "", text)


def detached_josa(text: str) -> str:
    """Write particles apart from their nouns, as machine translation does (five MAGBIG prompts).

    >>> detached_josa("말을 탄 사람의 사진")
    '말 을 탄 사람 의 사진'
    """
    return _particles(text, lambda tag, form: f" {form}")


def josa_dropped(text: str) -> str:
    """Leave out the particles that everyday Korean leaves out.

    >>> josa_dropped("말을 탄 사람의 사진")
    '말 탄 사람 사진'
    """
    return _particles(text, lambda tag, form: "" if tag in DROPPED else form)


def josa_swapped(text: str) -> str:
    """Put the topic's particle where the subject's stands, and the other way about.

    >>> josa_swapped("사람이 없는 거리 사진")
    '사람은 없는 거리 사진'
    """
    other = {"이": "은", "가": "는", "은": "이", "는": "가"}
    return _particles(text, lambda tag, form: other.get(form, form) if tag in DROPPED else form)


def compatibility_jamo(text: str) -> str:
    """Write syllables letter by letter, as a typist without an input method would.

    >>> compatibility_jamo("우주")
    'ㅇㅜㅈㅜ'
    """
    return re.sub("[가-힣]", lambda found: korean.letters(found[0]), text)


def full_width(text: str) -> str:
    """Write Latin letters and digits as wide as Hangul.

    >>> full_width("TV 2대 사진")
    'ＴＶ ２대 사진'
    """
    return re.sub(r"[A-Za-z0-9]", lambda found: chr(ord(found[0]) + 0xFEE0), text)


def zero_width_space(text: str) -> str:
    r"""Put a space that cannot be seen before every blank, as copying from web pages does.

    >>> zero_width_space("의사 사진") == "의사\u200b 사진"
    True
    """
    return text.replace(" ", "\u200b ")


def full_stop(text: str) -> str:
    """End with a full stop.

    >>> full_stop("의사 사진")
    '의사 사진.'
    """
    return text if text.endswith(".") else f"{text}."


def ending_formal(text: str) -> str:
    """Make a sentence of it in the formal style, as 137 of 151 MAGBIG prompts are.

    >>> ending_formal("의사 사진")
    '의사 사진입니다'
    """
    return _ended(text, "입니다", "입니다")


def ending_polite(text: str) -> str:
    """Make a sentence of it in the polite style.

    >>> ending_polite("의사 사진"), ending_polite("의사")
    ('의사 사진이에요', '의사예요')
    """
    return _ended(text, "이에요", "예요")


def ending_casual(text: str) -> str:
    """Make a sentence of it in the intimate style.

    >>> ending_casual("의사 사진"), ending_casual("의사")
    ('의사 사진이야', '의사야')
    """
    return _ended(text, "이야", "야")


def honorific(text: str) -> str:
    """Speak of people with respect: 분 for 사람.

    >>> honorific("책을 읽는 사람 사진")
    '책을 읽는 분 사진'
    """
    return re.sub(r"(?<![가-힣])사람(?!들)(?=[이의은을과]?(?:\s|$))", "분", text)


def romanise(text: str) -> str:
    """Write it in Latin letters by the Revised Romanisation (koroman, MIT).

    >>> romanise("종로 사진")
    'jongno sajin'
    """
    from koroman import romanize

    return str(romanize(text))


def loanword(text: str) -> str:
    """Put a noun by the English one that Korean has taken over.

    >>> loanword("의사 사진")
    '닥터 사진'
    """
    return _replaced(text, LOANS)


def code_switch(text: str) -> str:
    """Put one noun in English.

    >>> code_switch("웃는 아이 사진")
    '웃는 child 사진'
    """
    return _replaced(text, ENGLISH)


@dataclass(frozen=True, slots=True)
class Perturbation:
    """A change, and what is expected of it.

    Attributes:
        change: Korean text in, Korean text out.
        expected: What pictures should do: see the module.
    """

    change: Callable[[str], str]
    expected: Expected


_OUTCOMES: Final[Mapping[Expected, Sequence[Callable[[str], str]]]] = {
    "identical": (nfd, double_space, newline, nbsp, leading_space, letter_case),
    "equivalent": (
        *(spacing, detached_josa, josa_dropped, josa_swapped, full_stop, full_width),
        *(zero_width_space, compatibility_jamo),
    ),
    "free": (
        *(ending_formal, ending_polite, ending_casual, honorific, romanise, loanword, code_switch),
    ),
}

PERTURBATIONS: Final[Mapping[str, Perturbation]] = {
    change.__name__: Perturbation(change, expected)
    for expected, changes in _OUTCOMES.items()
    for change in changes
}
"""Every change by its name, as `prompts.perturb` takes it."""


def _particles(text: str, change: Callable[[str, str], str]) -> str:
    """Return a text with each particle changed; everything else stays letter for letter."""
    found, place = [], 0
    for part in korean.morphemes(text):
        if part.tag.startswith("J") and part.start >= place:
            found += [text[place : part.start], change(part.tag, text[part.start : part.end])]
            place = part.end
    return "".join([*found, text[place:]])


def _ended(text: str, after_consonant: str, after_vowel: str) -> str:
    if not korean.is_hangul(text[-1:]):
        return text
    return text + (after_consonant if korean.is_closed(text[-1]) else after_vowel)


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """Return a text with the first of its whole words that stands in a table put by another."""
    return re.sub(
        rf"(?<![가-힣])({'|'.join(words)})(?![가-힣])", lambda found: words[found[0]], text, count=1
    )
