"""Which thing has which colour and number, and which stands where, told apart thing by thing.

`agreement` asks whether both languages say the same colours, numbers and places at all. Here two
things that exchanged theirs are found: a red cup and a blue book, put as a blue cup and a red book.
Only things that the word lists know are looked at.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ksd_eval.audit import agreement, terms
from ksd_eval.audit.base import Examined, Finding, words_of
from ksd_eval.prompts.korean import NUMERALS


@dataclass(frozen=True, slots=True)
class Bound:
    """A thing that both languages name.

    Attributes:
        en: The English noun.
        at: Place of its first word in the English text.
        before: Place of its first Korean morpheme.
        after: Place of the morpheme behind its last.
    """

    en: str
    at: int
    before: int
    after: int


def binding(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find things that exchanged a colour, a number or a place between the languages."""
    for each in pairs:
        things = bound(each)
        if len(things) < 2:
            continue
        for thing in things:
            english, korean = _english_colour(each, thing), _korean_colour(each, thing)
            if english and korean and english not in korean:
                yield each.found("binding.colour", "fault", en=thing.en, ko=korean, said=english)
            wanted, counted = _english_number(each, thing), _korean_number(each, thing)
            if wanted and counted and wanted != counted:
                yield each.found(
                    "binding.number", "fault", en=thing.en, ko=str(counted), said=str(wanted)
                )
        yield from _turned(each, things)


def bound(each: Examined) -> list[Bound]:
    """Return the things that stand once in each language, in the order of the English text.

    >>> from ksd_eval.records import PromptPair
    >>> pair = PromptPair("a", "개와 고양이 사진", "a photo of a dog and a cat")
    >>> [(thing.en, thing.before) for thing in bound(Examined(pair))]
    [('dog', 0), ('cat', 2)]
    """
    found = []
    for term, start in terms.placed(each):
        places = {place for form in term.ko for place in _places(each, form)}
        if len(places) == 1:
            found.append(Bound(term.en, start, *places.pop()))
    return found


def _places(each: Examined, form: str) -> Iterator[tuple[int, int]]:
    """Yield where a noun begins and ends among the morphemes; a counter is no noun."""
    wanted = form.replace(" ", "")
    for start, part in enumerate(each.morphemes):
        if not part.tag.startswith("N") or part.tag in ("NNB", "NR"):
            continue
        joined = ""
        for end in range(start, len(each.morphemes)):
            joined += each.morphemes[end].form
            if joined == wanted:
                yield start, end + 1
            if not wanted.startswith(joined):
                break


def _english_colour(each: Examined, thing: Bound) -> str:
    word = each.words[thing.at - 1] if thing.at else ""
    colour = agreement.SAME_COLOUR.get(word, word)
    return colour if colour in agreement.KOREAN_COLOURS else ""


def _korean_colour(each: Examined, thing: Bound) -> list[str]:
    """Return the colours that the word before a noun can mean: 푸른 is blue or green."""
    place = thing.before - 1
    if place >= 0 and each.morphemes[place].tag == "ETM":
        place -= 1
    if place < 0:
        return []
    form = each.morphemes[place].form
    return [name for name, words in agreement.KOREAN_COLOURS.items() if form in words]


def _english_number(each: Examined, thing: Bound) -> int:
    before = [*each.words[max(0, thing.at - 2) : thing.at]]
    if before and _english_colour(each, thing):
        before.pop()
    return agreement.ENGLISH_NUMBERS.get(before[-1], 0) if before else 0


def _korean_number(each: Examined, thing: Bound) -> int:
    behind = each.morphemes[thing.after : thing.after + 2]
    if len(behind) == 2 and behind[1].tag == "NNB":
        return NUMERALS.get(behind[0].form, 0)
    return 0


def _turned(each: Examined, things: Sequence[Bound]) -> Iterator[Finding]:
    """Find "a cup left of a book" put as a book left of a cup; Korean names the book first."""
    for name, (english, korean) in agreement.RELATIONS.items():
        said = re.search(english, each.en)
        if name in ("beside", "between") or said is None:
            continue
        words = len(words_of(each.en[: said.start()]))
        figures = [thing for thing in things if thing.at < words]
        grounds = [thing for thing in things if thing.at > words]
        if not figures or not grounds:
            continue
        figure, ground = figures[-1], grounds[0]
        first = [part.form in korean for part in each.morphemes[figure.after : figure.after + 1]]
        if any(first) and ground.before > figure.after:
            yield each.found(
                "binding.turned", "fault", relation=name, en=figure.en, other=ground.en
            )
