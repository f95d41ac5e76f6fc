"""How the texts are written: normal form, stray letters, stops, blanks."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from ksd_eval.audit.base import Examined, Finding
from ksd_eval.prompts.korean import composed, is_hangul

JAMO: Final = re.compile(r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\ud7b0-\ud7ff]+")
"""Letters of Hangul that are not put together into syllables."""

LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]+(?:[-'][A-Za-zÀ-ɏ]+)*")

STOPS: Final = ".。．!?！？"


def writing(pairs: Sequence[Examined]) -> Iterator[Finding]:
    """Find what is written in a way that a tokenizer reads as something else."""
    for each in pairs:
        yield from _blanks(each)
        yield from _letters(each)
        yield from _latin(each)
        if not any(map(is_hangul, each.pair.ko)):
            yield each.found("writing.no_hangul", "fault")
        if any(map(is_hangul, each.en)) or JAMO.search(each.en):
            yield each.found("writing.hangul_in_english", "fault")
        for language, text in (("ko", each.pair.ko), ("en", each.pair.en)):
            if text.strip()[-1:] in STOPS:
                yield each.found("writing.stop", "note", language=language)


def _blanks(each: Examined) -> Iterator[Finding]:
    for language, text in (("ko", each.pair.ko), ("en", each.pair.en)):
        if text != text.strip() or re.search(r"\s{2,}", text.strip()):
            yield each.found("writing.blanks", "note", language=language)


def _letters(each: Examined) -> Iterator[Finding]:
    raw = each.pair.ko
    text = composed(raw)
    if text != raw:
        yield each.found("writing.decomposed", "note")
    if found := JAMO.findall(text):
        yield each.found("writing.jamo", "fault", letters=found)
    for language, wording in (("ko", text), ("en", each.pair.en)):
        hidden = [letter for letter in wording if _invisible(letter)]
        if hidden:
            names = [unicodedata.name(letter, f"U+{ord(letter):04X}") for letter in hidden]
            yield each.found("writing.invisible", "fault", language=language, letters=names)
        wide = [letter for letter in wording if "！" <= letter <= "～"]
        if wide:
            yield each.found("writing.full_width", "doubt", language=language, letters=wide)
    if han := re.findall(r"[\u4e00-\u9fff\u3040-\u30ff]+", each.ko):
        yield each.found("writing.other_script", "doubt", letters=han)


def _invisible(letter: str) -> bool:
    """Whether a letter cannot be seen, or stands for one that was lost."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cn", "Zl", "Zp") or letter == "�"


def _latin(each: Examined) -> Iterator[Finding]:
    """Find Latin words in Korean; names in capitals (TV, 3D) are Korean usage."""
    words = [word for word in LATIN.findall(each.ko) if len(word) > 1 and not word.isupper()]
    if words:
        yield each.found("writing.latin", "doubt", letters=words)
