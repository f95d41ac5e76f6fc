"""How prompts end and what they have in common, held against the rest of their set."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from ksd_eval.audit.base import Examined, Finding, about_set, common_words

ENOUGH: Final = 10
"""Pairs from which a set can be said to have a usual form."""

USUAL: Final = 0.7
"""Share of pairs from which a form is the usual one, and another a deviation."""

REGISTERS: Final = (
    ("formal", ("ᆸ니다", "습니다", "ᆸ니까", "습니까", "ᆸ시오", "십시오")),
    ("polite", ("에요", "예요", "이에요", "어요", "아요", "세요", "요", "네요", "지요")),
    ("casual", ("야", "이야", "어", "아", "지", "네", "군")),
)


def ending(each: Examined) -> str:
    """Return how the Korean text ends: a register of a sentence, or the noun that it ends on.

    >>> from ksd_eval.records import PromptPair
    >>> [ending(Examined(PromptPair("a", ko, ""))) for ko in ("의사 사진", "의사 사진입니다.")]
    ['사진', 'formal']
    """
    left = [part for part in each.morphemes if not part.tag.startswith("S") or part.tag == "SL"]
    if not left:
        return ""
    last = left[-1]
    if last.tag == "EF":
        kinds = (name for name, forms in REGISTERS if last.form in forms)
        return next(kinds, "plain")
    return last.form if last.tag.startswith("N") else last.tag


def endings(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find sentences where a phrase is asked for, and pairs that end unlike the others."""
    found = [(ending(each), each.pair.ko.strip()[-1:] in ".。") for each in pairs]
    sentences = [name for name, _ in found if name in ("formal", "polite", "casual", "plain")]
    if sentences:
        name, count = Counter(sentences).most_common(1)[0]
        yield about_set("ending.sentences", name=name, count=str(count), of=str(len(pairs)))
    if len(pairs) < ENOUGH:
        return
    usual, count = Counter(found).most_common(1)[0]
    if USUAL * len(pairs) <= count < len(pairs):
        for each, form in zip(pairs, found, strict=True):
            if form != usual:
                yield each.found("ending.unlike", "doubt", form=_said(form), usual=_said(usual))


def _said(form: tuple[str, bool]) -> str:
    return f"…{form[0]}{'.' if form[1] else ''}"


def frames(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find pairs whose Korean lacks a word that the others have, where the English lacks nothing.

    Prompts made from one sentence have its words in common. Where all English texts have
    "as a profession", and most Korean ones 직업, one without lost it.
    """
    if len(pairs) < ENOUGH:
        return
    shared = common_words([each.words for each in pairs], 0.95)
    usual = common_words([_nouns(each) for each in pairs], USUAL)
    for each in pairs:
        if shared and shared <= set(each.words):
            lost = sorted(usual - _nouns(each))
            if lost:
                yield each.found("frame.lost", "doubt", words=lost)


def _nouns(each: Examined) -> set[str]:
    return {part.form for part in each.morphemes if part.tag in ("NNG", "NNP") and part.form}


def register(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find honorifics, which English has not: 그분, 선생님, 계신."""
    for each in pairs:
        honoured = [
            each.ko[part.start : part.end]
            for part in each.morphemes
            if (part.tag == "XSN" and part.form == "님")
            or (part.tag == "EP" and part.form in ("시", "으시"))
            or (part.tag == "NNB" and part.form == "분")
            or part.form in ("계시", "드시", "주무시", "여쭙", "모시")
        ]
        polite = re.search(r"\b(mr|mrs|ms|sir|madam|honou?red|grand\w+)\b", each.en)
        if honoured and not polite:
            yield each.found("register.honorific", "doubt", words=honoured)
