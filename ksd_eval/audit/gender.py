"""Gender that one language marks and the other does not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ksd_eval.audit.base import Examined, Finding

ENGLISH: Final[Mapping[str, str]] = {
    "woman": r"wom[ae]n|females?|girls?|girlfriends?|lad(?:y|ies)|actress\w*|waitress\w*"
    r"|stewardess\w*|wi(?:fe|ves)|queens?|princess\w*|mothers?|moms?|mums?|mamas?|daughters?|sisters?"
    r"|grandmothers?|brides?|maids?|ballerinas?|hostess\w*|goddess\w*|nuns?|she|her|hers|widows?|aunts?|nieces?|housewi\w+"
    r"|madam|midwi\w+|policewom[ae]n|witch\w*",
    "man": r"m[ae]n|males?|boys?|boyfriends?|gentlem[ae]n|actors?(?= and actress)|husbands?|kings?"
    r"|princes?|fathers?|dads?|papas?|sons?|brothers?|grandfathers?|grooms?|he|him|his|uncles?|nephews?"
    r"|\w+(?<!wo)men|\w*(?<!wo)(?<!hu)(?<!no)(?<!fresh)man(?!\w)|sirs?",
}

KOREAN: Final[Mapping[str, frozenset[str]]] = {
    gender: frozenset(words.split())
    for gender, words in {
        "woman": "여자 여성 여인 소녀 여학생 아주머니 아줌마 아가씨 할머니 어머니 엄마 딸 언니 "
        "자매 이모 고모 숙모 누나 며느리 아내 부인 왕비 여왕 공주 신부 하녀 숙녀 여배우 스튜어디스 "
        "웨이트리스 발레리나 수녀 해녀 산파 여의사 여교사 여직원 여경 가정부 주부 간호부 무녀 선녀 "
        "마녀 여승 기생 여신 파출부 식모 유모 보모",
        "man": "남자 남성 소년 남학생 아저씨 할아버지 아버지 아빠 아들 오빠 형제 형 삼촌 사위 남편 "
        "왕자 신랑 신사 남배우 웨이터 남직원 총각 사나이 스님 신부님 호스트",
    }.items()
}
"""Nouns that mark a gender in writing."""

LEANING: Final = frozenset(
    word
    for words in (
        "이발사 농부 어부 광부 인부 청소부 우체부 배달부 잠수부 마부 집배인 스턴트맨 도살자",
        "세일즈맨 카우보이 소방수 경비 기사도 뱃사공 목동 보안관",
        "미용사 승무원 청소아줌마 도우미 접대부 세탁부 침모",
    )
    for word in words.split()
)
"""Nouns that mark no gender in writing but call one to mind; English has unmarked ones for them."""

PREFIXED: Final = re.compile(
    r"^(여|남)(?=의사|교사|교수|기자|검사|판사|배우|가수|군|경|종업원|직원|사장)"
)


def gender(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find gender that was added or lost between the languages, and nouns that lean to one."""
    for each in pairs:
        english = english_genders(each)
        korean = korean_genders(each)
        if added := korean - english:
            yield each.found("gender.added", "fault", genders=sorted(added))
        if lost := english - korean:
            yield each.found("gender.lost", "fault", genders=sorted(lost))
        leaning = LEANING & {part.form for part in each.morphemes}
        if leaning and not english:
            yield each.found("gender.leaning", "doubt", words=sorted(leaning))


def english_genders(each: Examined) -> set[str]:
    """Return the genders that the English text marks.

    >>> from ksd_eval.records import PromptPair
    >>> [sorted(english_genders(Examined(PromptPair("a", "", en)))) for en in
    ...  ("a photo of a woman", "a photo of a human", "two firemen and a nurse")]
    [['woman'], [], ['man']]
    """
    return {
        name
        for name, pattern in ENGLISH.items()
        if any(re.fullmatch(pattern, word.removesuffix("'s")) for word in each.words)
    }


def korean_genders(each: Examined) -> set[str]:
    """Return the genders that the Korean text marks.

    >>> from ksd_eval.records import PromptPair
    >>> [sorted(korean_genders(Examined(PromptPair("a", ko, "")))) for ko in
    ...  ("여의사 사진", "의사 사진", "하녀의 사진", "아내 사진")]
    [['woman'], [], ['woman'], ['woman']]
    """
    nouns = {part.form for part in each.morphemes if part.tag.startswith(("N", "XP"))}
    # The analyser takes some nouns for something else (아내: 아, 내); so whole words count too.
    found = {name for name, words in KOREAN.items() if words & (nouns | set(each.ko.split()))}
    prefixes = filter(None, map(PREFIXED.match, nouns))
    return found | {{"여": "woman", "남": "man"}[prefix[1]] for prefix in prefixes}
