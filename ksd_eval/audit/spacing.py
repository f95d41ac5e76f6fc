"""Spacing by the standard orthography, as far as tags can tell it.

Compounds are left alone: whether 식기세척기 is one word is for a dictionary, and analysers differ.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Final

from ksd_eval.audit.base import Examined, Finding
from ksd_eval.prompts.korean import Morpheme

BOUND: Final = ("J", "XS", "VCP", "E")
"""Beginnings of the tags of what never stands alone."""


def spacing(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find particles, endings and suffixes that stand alone, and words run together."""
    for each in pairs:
        for place, (former, latter) in enumerate(pairwise(each.morphemes), 1):
            piece = each.ko[former.start : latter.end]
            apart = latter.after_space and latter.start >= former.end  # 쓴 is 쓰 and ㄴ in one
            if apart and _only_bound(each.morphemes[place:]):
                yield each.found("spacing.detached", "fault", piece=piece)
            elif not latter.after_space and _run_together(former, latter):
                yield each.found("spacing.together", "doubt", piece=piece)
        words = each.ko.split()
        yield from (
            each.found("spacing.repeated", "doubt", piece=former)
            for former, latter in pairwise(words)
            # A repeated word, with a particle behind the second perhaps: 기계장치 기계장치의.
            if len(former) > 1 and latter.startswith(former) and len(latter) - len(former) < 2
        )


def _only_bound(morphemes: Sequence[Morpheme]) -> bool:
    """Whether nothing in the word that begins here can stand alone; 도예가 is no 도 with a 예가."""
    word = [morphemes[0], *takewhile(lambda part: not part.after_space, morphemes[1:])]
    inner = [part for part in word if not part.tag.startswith("S")]
    return bool(inner) and all(part.tag.startswith(BOUND) for part in inner)


def _run_together(former: Morpheme, latter: Morpheme) -> bool:
    """Whether two morphemes without a space between them should have one."""
    if latter.start < former.end:  # they share a syllable: 타+ㄴ
        return False
    noun = latter.tag in ("NNG", "NNP", "NNB", "NR", "MM", "VV", "VA", "MAG")
    if former.tag == "ETM":  # 타는아이; 것, 수 and the like too
        return noun
    if former.tag.startswith("JK") and former.tag != "JKG":  # 공원에서자전거
        return noun
    if former.tag == "EC" and former.form == "고":  # 타고있는
        return latter.tag in ("VX", "VV")
    # 두마리, 세명; digits may be written together: 3명.
    return former.tag == "MM" and latter.tag == "NNB"
