"""The text experiment: words quoted in prompts, and what is written in the pictures."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.text": "Can “{model}” write what it is asked to, in Korean and in English?",
    "topic.character_error": "How many characters are wrong",
    "topic.exact_match": "Whether the word is the one asked for",
    "topic.script": "Which script is drawn",
    "intro.character_error": "Each prompt quotes a word that the picture should show. A judge "
    "reads what is written there. The error is the number of characters that would have to be "
    "changed, added or taken away to get the word that was asked for, divided by its length: 0 "
    "is a perfect word, 1 is as wrong as no word at all. A picture without a sign, or with one "
    "that nobody can read, counts as 1. Judges misread perfect signs too, so the decisive "
    "number is the error less that of the same judge on perfect signs of the same size.",
    "intro.exact_match": "The share of pictures in which the judge reads the word exactly as it "
    "was asked for. One wrong letter is enough to miss it.",
    "intro.script": "Whatever the word, the judge says whether Hangul or Latin letters are "
    "drawn, or nothing that can be read. A model may draw the right script and still spell "
    "nothing.",
    "measurement.character_error": "character error",
    "measurement.exact_match": "word as asked",
    "measurement.text_read": "text that was read",
    "label.exact_match.exact": "words written exactly",
    "label.script.prompt.script": "the script asked for",
    "label.script.hangul": "Hangul",
    "label.script.latin": "Latin letters",
    "label.script.none": "nothing readable",
    "value.script.hangul": "Hangul",
    "value.script.latin": "Latin letters",
    "value.by.target": "word",
    "value.by.length": "number of characters",
    "attribute.target": "words",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.text": "“{model}” 모델은 한국어와 영어로 부탁한 글자를 제대로 쓸 수 있을까요?",
    "topic.character_error": "글자가 얼마나 틀렸는지",
    "topic.exact_match": "부탁한 낱말과 같은지",
    "topic.script": "어떤 문자를 그렸는지",
    "intro.character_error": "프롬프트마다 그림에 써야 할 낱말이 따옴표 안에 들어 있고, "
    "평가자는 그림에 쓰인 글자를 읽습니다. 오류는 읽은 글자를 부탁한 낱말로 고치려면 몇 글자를 "
    "바꾸거나 더하거나 빼야 하는지를 낱말의 길이로 나눈 값입니다. 0이면 완벽하고, 1이면 "
    "아무것도 쓰지 않은 것만큼 틀린 것입니다. 간판이 없거나 읽을 수 없는 그림은 1로 셉니다. "
    "평가자는 완벽한 간판도 잘못 읽을 때가 있으므로, 판정에는 같은 크기의 완벽한 간판에서 같은 "
    "평가자가 낸 오류를 뺀 값을 씁니다.",
    "intro.exact_match": "평가자가 읽은 낱말이 부탁한 낱말과 정확히 같은 그림의 비율입니다. 한 "
    "글자만 달라도 틀린 것으로 셉니다.",
    "intro.script": "낱말이 무엇이든, 한글을 그렸는지 로마자를 그렸는지, 아니면 읽을 수 있는 "
    "글자가 없는지를 평가자가 말합니다. 문자의 종류는 맞아도 낱말은 틀릴 수 있습니다.",
    "measurement.character_error": "글자 오류",
    "measurement.exact_match": "부탁한 그대로의 낱말",
    "measurement.text_read": "읽은 글",
    "measurement.script": "문자",
    "label.exact_match.exact": "정확히 쓴 낱말",
    "label.script.prompt.script": "부탁한 문자",
    "label.script.hangul": "한글",
    "label.script.latin": "로마자",
    "label.script.none": "읽을 수 있는 글자 없음",
    "value.script.hangul": "한글",
    "value.script.latin": "로마자",
    "value.by.target": "낱말",
    "value.by.script": "문자",
    "value.by.length": "글자 수",
    "attribute.target": "낱말",
    "attribute.script": "문자",
    "attribute.length": "글자 수",
}
