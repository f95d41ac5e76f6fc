"""What both languages must say alike: numbers, colours, negation, places."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from ksd_eval.audit.base import Examined, Finding
from ksd_eval.prompts.korean import NUMERALS

ENGLISH_NUMBERS: Final[Mapping[str, int]] = {
    **{
        word: place
        for place, word in enumerate(["two", "three", "four", "five", "six", "seven", "eight"], 2)
    },
    **{"nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "dozen": 12, "twenty": 20},
    **{"pair": 2, "couple": 2, "both": 2, "twins": 2},
}
"""Words of more than one; "a" and "one" need no counterpart."""

SINO: Final = frozenset("일이삼사오육칠팔구십양서석너")
"""Numerals that are other words too (구, a sphere; 이, this): they count only before a counter."""

PAIRED: Final = ("부부", "커플", "연인", "쌍", "켤레", "쌍둥이", "양손", "양팔", "둘")
"""Korean words that say two without a numeral."""

KOREAN_COLOURS: Final[Mapping[str, frozenset[str]]] = {
    colour: frozenset(words.split())
    for colour, words in {
        "red": "빨갛 빨강 빨간색 붉 적색",
        "blue": "파랗 파랑 파란색 푸르 청색 하늘색",
        "yellow": "노랗 노랑 노란색 황색",
        "green": "초록 초록색 녹색 연두색 푸르",
        "black": "검 까맣 검정 검은색 검정색 흑색",
        "white": "하얗 희 하양 흰색 하얀색 백색",
        "orange": "주황 주황색",
        "purple": "보라 보라색 자주색 자주",
        "pink": "분홍 분홍색 핑크 핑크색",
        "brown": "갈색 밤색",
        "gray": "회색 잿빛",
        "gold": "금색 금빛 황금색",
        "silver": "은색 은빛",
    }.items()
}
"""Stems and nouns as the analyser gives them. 푸르다 is blue or green."""

SAME_COLOUR: Final = {"grey": "gray", "golden": "gold", "violet": "purple"}

IN_NAMES: Final[Mapping[str, str]] = {
    "red": "레드 홍 적",
    "blue": "블루 청 푸른",
    "yellow": "옐로 황",
    "green": "그린 녹 풋",
    "black": "블랙 흑 칠판",
    "white": "화이트 백 흰",
    "orange": "오렌지",
    "pink": "핑크",
    "brown": "브라운 불곰 현미",
    "gold": "골든 골드 금",
    "silver": "실버 은",
}
"""Pieces by which names of things say a colour: 홍차, 화이트 와인."""

RELATIONS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    relation: (english, frozenset(korean.split()))
    for relation, english, korean in (
        ("left", r"\bleft\b", "왼쪽 왼편 좌측 왼손 왼팔 왼발"),
        ("right", r"\bright\b(?! ahead)", "오른쪽 오른편 우측 오른손 오른팔 오른발"),
        ("above", r"\b(above|on top of|over|atop)\b", "위 위쪽 꼭대기 위로"),
        ("below", r"\b(below|under|beneath|underneath)\b", "아래 밑 아래쪽"),
        ("behind", r"\bbehind\b", "뒤 뒤쪽 뒤편"),
        ("in front of", r"\bin front of\b", "앞 앞쪽 정면"),
        ("beside", r"\b(beside|next to|by the side of)\b", "옆 곁 옆쪽"),
        ("between", r"\bbetween\b", "사이 중간"),
    )
}

LOOSE: Final[Mapping[str, str]] = {
    "above": r"\b(on|onto|upon|top|up|roof\w*|across|over)\b|-top\b|top\b",
    "below": r"\b(down|bottom|shade|foot)\b",
    "beside": r"\b(side|by|along\w*|near)\b",
    "in front of": r"\b(front|before|at|ahead|facing)\b",
    "behind": r"\b(back\w*|after|rear)\b",
    "between": r"\b(among|through|in the middle)\b",
    "left": r"$^",
    "right": r"$^",
}
"""English by which Korean words of place are rightly put though no strict word stands there."""

NEGATED: Final = re.compile(r"\b(no|not|without|never|none|nobody|nothing|neither)\b|n't\b")

HALF_NEGATED: Final = re.compile(
    r"\b(empty|bare\w*|bald|un\w{3,}|in(visible|complete)|\w+less|\w+-free|closed|plain|only|lack\w*"
    r"|dis\w+|im\w+|rarely|quiet\w*|vacant|alone|motionless)\b"
)
"""English that Korean may rightly put by 없다 or 않다."""


def agreement(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find numbers, colours, negation and places that one language has and the other has not."""
    for each in pairs:
        yield from _numbers(each)
        yield from _colours(each)
        yield from _negation(each)
        yield from _relations(each)


def english_numbers(each: Examined) -> list[int]:
    """Return the numbers above one that the English text names."""
    found = [ENGLISH_NUMBERS[word] for word in each.words if word in ENGLISH_NUMBERS]
    return found + [int(word) for word in each.words if word.isdecimal() and int(word) > 1]


def korean_numbers(each: Examined) -> list[int]:
    """Return the numbers above one that the Korean text names.

    >>> from ksd_eval.records import PromptPair
    >>> korean_numbers(Examined(PromptPair("a", "사과 세 개와 고양이 두 마리 사진", "")))
    [3, 2]
    """
    found = []
    for part, following in pairwise([*each.morphemes, None]):
        if part is None:
            continue
        if part.tag == "SN" and part.form.isdecimal():
            found.append(int(part.form))
        elif part.tag.startswith("N") and part.form.endswith(PAIRED):
            found.append(2)
        elif part.tag in ("MM", "NR") and part.form in NUMERALS:
            counted = following is not None and following.tag == "NNB"
            if counted or part.form not in SINO:
                found.append(NUMERALS[part.form])
    return [number for number in found if number > 1]


def _numbers(each: Examined) -> Iterator[Finding]:
    english, korean = Counter(english_numbers(each)), Counter(korean_numbers(each))
    # "a pair of shoes" is 한 켤레 and "both hands" 두 손: what is left over on one side counts.
    if set(english) != set(korean):
        yield each.found(
            "agreement.numbers",
            "fault",
            ko=[str(number) for number in sorted(korean.elements())] or "–",
            en=[str(number) for number in sorted(english.elements())] or "–",
        )


def _colours(each: Examined) -> Iterator[Finding]:
    english = {
        SAME_COLOUR.get(word, word)
        for word in each.words
        if SAME_COLOUR.get(word, word) in KOREAN_COLOURS
    }
    # A stem is a colour as an adjective only: 검 the noun is a sword.
    forms = {
        part.form
        for part in each.morphemes
        if part.tag.startswith(("VA", "XR", "MM")) or (part.tag[0] == "N" and len(part.form) > 1)
    }
    korean = {name for name, words in KOREAN_COLOURS.items() if forms & words}
    lost = {
        name
        for name in english - korean
        if not any(piece in each.ko for piece in IN_NAMES.get(name, "").split())
    }
    if {"blue", "green"} & english and "푸르" in forms:
        korean -= {"blue", "green"} - english
    added = korean - english
    if lost or added:
        yield each.found(
            "agreement.colours", "fault", ko=sorted(korean) or "–", en=sorted(english) or "–"
        )


def _negation(each: Examined) -> Iterator[Finding]:
    korean = any(
        part.form in ("않", "없", "못", "못하", "아니", "말") and part.tag[0] in "VM"
        for part in each.morphemes
    ) or re.search(r"없이|없는", each.ko)
    if NEGATED.search(each.en) and not (
        korean or re.search(r"맨[발손]|빈|민|무[설가]|비어", each.ko)
    ):
        yield each.found("agreement.negation_lost", "fault")
    if korean and not (NEGATED.search(each.en) or HALF_NEGATED.search(each.en)):
        yield each.found("agreement.negation_added", "fault")


def _relations(each: Examined) -> Iterator[Finding]:
    nouns = {part.form for part in each.morphemes if part.tag.startswith("N")}
    for name, (english, korean) in RELATIONS.items():
        said = bool(re.search(english, each.en))
        meant = bool(nouns & korean)
        if said and not meant and name in ("left", "right", "behind", "between"):
            yield each.found("agreement.relation_lost", "fault", relation=name)
        elif said and not meant and not _otherwise(each, name):
            yield each.found("agreement.relation_lost", "doubt", relation=name)
        elif meant and not said and not re.search(LOOSE[name], each.en):
            yield each.found("agreement.relation_added", "doubt", relation=name)


def _otherwise(each: Examined, name: str) -> bool:
    """Whether Korean says a relation by other means: over the shoulder, under an umbrella."""
    others = {
        "above": "에 머리 너머 건너 쓰고 쓴 넘",
        "below": "에 쓰고 쓴 이불",
        "beside": "나란히 가까",
    }
    if name == "above" and "on top of" in each.en:
        return False
    return any(piece in each.ko for piece in others.get(name, "나란히 향").split())
