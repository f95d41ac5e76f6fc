"""The Korean of each English noun held against a bilingual word list, as terminology checks do.

The lists are `prompts/words/occupations.csv` and `prompts/words/things.csv`: for each English noun
the Korean nouns that a careful translator might choose. What is not among them is not for that
wrong, but a reader should look. An English noun that the lists have not is not judged.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from ksd_eval.audit.base import Examined, Finding
from ksd_eval.prompts import tables

LISTS: Final = ("occupations", "things")

FOLLOWERS: Final = re.compile(
    r"(?:of|on|in|at|with|without|and|or|by|to|from|under|over|behind|next|beside|near|between|above|below"
    r"|inside|into|onto|through|across|along|around|against|beneath|beyond|for|that|who|which|while|as|is|are"
    r"|has|have|during|after|before|left|right|who's|\w+ing|looking|(?!colou?red|potted)\w+ed|seen|worn|held|drawn|made|full)"
)
"""What may stand behind the head of an English phrase; before a noun, a noun only describes."""

LEADERS: Final = re.compile(
    r"(?:a|an|the|two|three|four|five|six|seven|eight|nine|ten|one|some|several|many|\d+|fe?male|both"
    r"|red|orange|yellow|green|blue|purple|pink|brown|black|white|gr[ae]y|\w+ful|korean|western|japanese"
    r"|chinese|indian|young|old|elderly|middle-aged|small|large|big|long|short|round|empty|open|wooden)"
)
"""What tells that a noun follows."""


@dataclass(frozen=True, slots=True)
class Term:
    """An English noun and the Korean for it."""

    en: str
    ko: tuple[str, ...]


@cache
def terms() -> Mapping[str, Term]:
    """Return the word lists by English noun. One that stands in both may be put by either's."""
    found: dict[str, Term] = {}
    for name in LISTS:
        for _, row in tables.read(f"package:words/{name}").rows:
            known = found[row["en"]].ko if row["en"] in found else ()
            forms = [row["ko"], *filter(None, row["also"].split("|"))]
            found[row["en"]] = Term(row["en"], (*known, *(form.strip() for form in forms)))
    return found


def named(each: Examined) -> list[Term]:
    """Return the terms that an English text is about: heads of its phrases, the longest that fits.

    >>> from ksd_eval.records import PromptPair
    >>> [term.en for term in named(Examined(PromptPair("a", "", "A photo of two bakers")))]
    ['baker']
    """
    return [term for term, _ in placed(each)]


def placed(each: Examined) -> list[tuple[Term, int]]:
    """Return the same terms, each with the place of its first word."""
    words, found, place = list(each.words), [], 0
    while place < len(words):
        for length in range(min(5, len(words) - place), 0, -1):
            term = _term(words[place : place + length])
            if term and _is_head(words, place, place + length):
                found.append((term, place))
                place += length
                break
        else:
            place += 1
    return found


def _is_head(words: Sequence[str], start: int, end: int) -> bool:
    if start == 0 or not LEADERS.fullmatch(words[start - 1]):
        return False
    return end == len(words) or bool(FOLLOWERS.fullmatch(words[end]))


def _term(words: Sequence[str]) -> Term | None:
    known = terms()
    *before, last = words
    return next(
        (known[name] for form in _singular(last) if (name := " ".join([*before, form])) in known),
        None,
    )


def _singular(word: str) -> Iterator[str]:
    """Yield what a noun may be the plural of, itself first.

    >>> list(_singular("berries"))
    ['berries', 'berrie', 'berri', 'berry']
    """
    irregular = {"people": "person", "children": "child", "men": "man", "women": "woman"}
    irregular |= {"mice": "mouse", "geese": "goose", "feet": "foot", "teeth": "tooth"}
    irregular |= {"knives": "knife", "leaves": "leaf", "wolves": "wolf", "loaves": "loaf"}
    yield word
    if word in irregular:
        yield irregular[word]
    if word.endswith("s"):
        yield word[:-1]
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("ies"):
        yield word[:-3] + "y"


def terminology(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find English nouns that no Korean noun of the list stands for."""
    for each in pairs:
        text, edges = _squeezed(each.ko), _edges(each)
        for term in named(each):
            there = [form for form in map(_squeezed, term.ko) if form in text]
            if not there:
                yield each.found("term.unlisted", "doubt", en=term.en, known=term.ko[:4])
            elif not any(_stands_alone(form, text, edges) for form in there):
                longest = max(there, key=len)
                yield each.found("term.part_of_another", "note", en=term.en, ko=longest)


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _stands_alone(form: str, text: str, edges: set[int]) -> bool:
    """Whether a form stands in the text as a word, and not as a piece of a longer one.

    At its end a particle or another noun may follow; at its beginning another noun may stand, which
    describes it. What may not be is that the morpheme goes on: 의사 in 의사당.
    """
    start = text.find(form)
    while start >= 0:
        if start + len(form) in edges:
            return True
        start = text.find(form, start + 1)
    return False


def _edges(each: Examined) -> set[int]:
    """Return the places, spaces not counted, where a morpheme ends or begins."""
    squeezed = [0]
    for letter in each.ko:
        squeezed.append(squeezed[-1] + (not letter.isspace()))
    return {squeezed[place] for part in each.morphemes for place in (part.start, part.end)}
