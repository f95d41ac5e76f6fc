"""The robustness experiment: Korean prompts written otherwise, and what that does to pictures."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.robustness": "Does “{model}” draw otherwise when a Korean prompt is written otherwise?",
    "asked.forms": "Each is followed by changed forms of itself, {forms} in all, of {kinds} "
    "kinds. A form starts from the noise of its plain prompt and is judged by the same English "
    "text, so that the wording is all that differs.",
    "topic.pixels": "Which changes leave the picture as it is, to the last bit",
    "intro.pixels": "Some changes cannot be seen by the model at all. A tokenizer like CLIP’s "
    "puts taken-apart Hangul together, makes one blank of many and small letters of capitals, "
    "before anything else happens. From the same noise the very same picture has to come, bit for "
    "bit; one picture that differs is a mistake of the pipeline, not a weakness of the model. (A "
    "model with another kind of tokenizer may see these changes; there it is a property.) Of the "
    "other changes the numbers say how often the picture stayed the same nevertheless.",
    "topic.form_effect_similarity": "What a change does to the likeness to what was asked",
    "intro.form_effect_similarity": "For each change, the picture of the changed prompt is held "
    "against that of the plain one: how much better or worse does it fit the English text? The "
    "effect is told as a part of what a fitting text is worth: −1 means that the picture fits as "
    "badly as if something else had been asked for. Of changes that a reader would call none, "
    "such as another spacing, one wants to know that the effect is smaller than the margin; that "
    "an effect was not found does not say so, the test of equivalence does. Of the others, such "
    "as an honorific or an English word, one wants to know whether there is an effect at all. "
    "Many changes are looked at, and some will look remarkable by luck: trust the q value, which "
    "takes that into account.",
    "topic.form_effect_occupation": "What a change does to the occupation that is drawn",
    "intro.form_effect_occupation": "The same for prompts that name an occupation: how many more "
    "or fewer pictures show it, by the reader’s word. These are few prompts, so that only large "
    "effects can be seen, and hardly any can be ruled out.",
    "topic.form_effect_gender": "What a change does to who is drawn: apparent gender",
    "intro.form_effect_gender": "How many more or fewer women are drawn when the prompt of a "
    "person is worded otherwise. No wording here says whom to draw: register, respect and script "
    "should not decide it.",
    "topic.form_effect_age": "What a change does to who is drawn: age",
    "intro.form_effect_age": "How many more or fewer elderly people are drawn, as an honorific "
    "might suggest to a model.",
    "metric.identical_pixels": "Pictures that are the plain prompt’s",
    "method.identical_pixels": "The share of pictures whose decoded pixels have the same SHA-256 "
    "as those of the plain prompt’s picture from the same noise. A count, without an interval.",
    "metric.form_effect": "Effect of a change",
    "method.form_effect": "The mean over prompts of the picture of the changed prompt less that "
    "of the plain one, with the p value of the sign-flip test; q after Benjamini and Hochberg "
    "over all changes that may have an effect. An effect on the likeness is divided by what "
    "matched pictures gain by their own text over another’s.",
    "metric.form_equivalence": "Equivalence of changed prompts",
    "method.form_equivalence": "The same effect, with the p value of two one-sided t tests: that "
    "it is as large as the margin, either way. q over all changes that a reader would call none.",
    "finding.pixels.same": "Changes that must change nothing: all {count} pictures are those of "
    "the plain prompt, to the last bit, as they have to be.",
    "finding.pixels.mistake": "Something is wrong: of {count} pictures of changes that must "
    "change nothing, {other} differ from the plain prompt’s. That is a mistake of the pipeline, "
    "in text, noise or batches, unless the tokenizer is not of CLIP’s kind. Find it before you "
    "believe any other number of this run; the table names the first pictures.",
    "finding.pixels.others": "Changes of the kind “{kind}”: {same} of {count} pictures are those "
    "of the plain prompt, to the last bit.",
    "finding.forms.within": "Shown to matter less than the margin, of {count} changes that a "
    "reader would call none: {names}.",
    "finding.forms.none_within": "Of none of the changes that a reader would call none ({count} "
    "looked at) could it be shown that it matters less than the margin.",
    "finding.forms.effects": "With an effect beyond what luck explains, of {count} changes that "
    "may have one: {names}.",
    "finding.forms.no_effect": "No change has an effect beyond what luck explains ({count} looked "
    "at). That is no proof that there is none.",
    "figure.same_pixels": "same pixels",
    "measurement.pixels": "pixels",
    "label.occupation.prompt.occupation": "the occupation asked for",
    "attribute.perturbation": "one change of wording or none",
    "value.by.perturbation": "change of wording",
    "value.by.expected": "what is expected of the picture",
    "value.expected.identical": "must change nothing",
    "value.expected.equivalent": "should not matter",
    "value.expected.free": "may matter",
    "value.perturbation.none": "as it was written",
    "value.perturbation.nfd": "syllables taken apart (NFD)",
    "value.perturbation.double_space": "double spaces",
    "value.perturbation.newline": "line breaks for spaces",
    "value.perturbation.nbsp": "no-break spaces",
    "value.perturbation.leading_space": "leading space",
    "value.perturbation.letter_case": "case of Latin letters",
    "value.perturbation.spacing": "last two words as one",
    "value.perturbation.detached_josa": "particles set apart",
    "value.perturbation.josa_dropped": "particles left out",
    "value.perturbation.josa_swapped": "topic and subject particles swapped",
    "value.perturbation.full_stop": "full stop",
    "value.perturbation.full_width": "full-width Latin letters",
    "value.perturbation.zero_width_space": "zero-width spaces",
    "value.perturbation.compatibility_jamo": "letter by letter (jamo)",
    "value.perturbation.ending_formal": "formal sentence (-입니다)",
    "value.perturbation.ending_polite": "polite sentence (-이에요)",
    "value.perturbation.ending_casual": "casual sentence (-이야)",
    "value.perturbation.honorific": "honorific (분 for 사람)",
    "value.perturbation.romanise": "in Latin letters (romanised)",
    "value.perturbation.loanword": "English loanword in Hangul",
    "value.perturbation.code_switch": "one noun in English",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.robustness": "“{model}” 모델은 같은 한국어 프롬프트를 달리 쓰면 다른 그림을 그릴까요?",
    "asked.forms": "프롬프트마다 표현을 바꾼 꼴이 뒤따르며, 모두 {kinds}가지 {forms}개입니다. "
    "바꾼 꼴은 원래 프롬프트와 같은 노이즈에서 시작하고 같은 영어 글로 평가하므로, 다른 것은 "
    "표현뿐입니다.",
    "topic.pixels": "어떤 변화가 그림을 마지막 비트까지 그대로 두는지",
    "intro.pixels": "모델이 아예 알아볼 수 없는 변화가 있습니다. CLIP과 같은 토크나이저는 다른 "
    "일을 하기 전에 풀어 쓴 한글을 모으고, 여러 칸의 공백을 하나로 줄이고, 대문자를 소문자로 "
    "바꿉니다. 따라서 같은 노이즈에서는 비트 하나까지 똑같은 그림이 나와야 하며, 한 장이라도 "
    "다르면 모델의 약점이 아니라 측정 과정의 잘못입니다. (토크나이저의 종류가 다른 모델은 이런 "
    "변화를 알아볼 수 있으며, 그때는 모델의 성질입니다.) 그 밖의 변화에서는 그래도 그림이 "
    "똑같았던 비율을 적습니다.",
    "topic.form_effect_similarity": "표현을 바꾸면 부탁한 것과 닮은 정도가 어떻게 달라지는지",
    "intro.form_effect_similarity": "변화마다 바꾼 프롬프트의 그림을 원래 프롬프트의 그림과 "
    "견주어, 영어 글에 더 맞는지 덜 맞는지를 봅니다. 효과는 맞는 글의 가치에 견주어 적습니다. "
    "−1이면 다른 것을 부탁한 것만큼 맞지 않는다는 뜻입니다. 띄어쓰기처럼 읽는 사람이 같다고 여길 "
    "변화에서는 효과가 허용 한계보다 작다는 것을 확인하려 합니다. 효과를 찾지 못했다는 것만으로는 "
    "그렇게 말할 수 없고, 동등성 검정이 말해 줍니다. 높임말이나 영어 낱말처럼 뜻이나 분위기가 "
    "달라질 수 있는 변화에서는 효과가 있는지를 봅니다. 여러 변화를 한꺼번에 보면 우연히 "
    "두드러지는 것이 있으므로, 이를 헤아린 q 값을 보시기 바랍니다.",
    "topic.form_effect_occupation": "표현을 바꾸면 그려지는 직업이 어떻게 달라지는지",
    "intro.form_effect_occupation": "직업을 말한 프롬프트에서 같은 것을 봅니다. 판독기가 보기에 "
    "그 직업을 그린 그림이 얼마나 늘거나 줄었는지를 적습니다. 프롬프트가 적어서 큰 효과만 보이고, "
    "효과가 없다고 말할 수 있는 경우는 드뭅니다.",
    "topic.form_effect_gender": "표현을 바꾸면 누구를 그리는지가 달라지는가: 겉보기 성별",
    "intro.form_effect_gender": "사람을 부탁하는 프롬프트의 표현을 바꾸면 여성이 얼마나 늘거나 "
    "주는지를 봅니다. 어느 표현도 누구를 그릴지 말하지 않으므로, 말투나 높임이나 문자가 그것을 "
    "정해서는 안 됩니다.",
    "topic.form_effect_age": "표현을 바꾸면 누구를 그리는지가 달라지는가: 나이",
    "intro.form_effect_age": "높임말이 모델에 암시할 수 있는 것처럼, 나이 든 사람이 얼마나 늘거나 "
    "주는지를 봅니다.",
    "metric.identical_pixels": "원래 프롬프트의 그림과 똑같은 그림",
    "method.identical_pixels": "같은 노이즈에서 나온 원래 프롬프트의 그림과 픽셀의 SHA-256 값이 "
    "같은 그림의 비율입니다. 센 값이므로 구간이 없습니다.",
    "metric.form_effect": "변화의 효과",
    "method.form_effect": "바꾼 프롬프트의 값에서 원래 프롬프트의 값을 뺀 뒤 프롬프트에 걸쳐 "
    "평균하고, 부호 뒤집기 검정의 p 값을 함께 적습니다. q 값은 효과가 있을 수 있는 모든 변화에 "
    "걸친 Benjamini와 Hochberg의 방법입니다. 닮은 정도의 효과는, 짝이 맞는 그림에서 제 글이 남의 "
    "글보다 더 닮은 정도로 나눕니다.",
    "metric.form_equivalence": "바꾼 프롬프트의 동등성",
    "method.form_equivalence": "같은 효과에, 그 크기가 어느 쪽으로든 허용 한계 이상이라는 가설의 "
    "p 값을 단측 t 검정 두 번으로 붙입니다. q 값은 읽는 사람이 같다고 여길 모든 변화에 걸친 "
    "것입니다.",
    "finding.pixels.same": "아무것도 바뀌지 않아야 하는 변화에서는 그림 {count}장이 모두 원래 "
    "프롬프트의 그림과 마지막 비트까지 똑같습니다. 그래야 마땅합니다.",
    "finding.pixels.mistake": "무언가 잘못되었습니다. 아무것도 바뀌지 않아야 하는 변화의 그림 "
    "{count}장 가운데 {other}장이 원래 프롬프트의 그림과 다릅니다. 토크나이저가 CLIP과 다른 "
    "종류가 아니라면, 글이나 노이즈나 배치를 다루는 측정 과정의 잘못입니다. 이것을 찾기 전에는 이 "
    "실행의 다른 수치를 믿지 마십시오. 어느 그림인지는 표에 앞의 몇 장을 적었습니다.",
    "finding.pixels.others": "“{kind}”에 드는 변화에서는 그림 {count}장 가운데 {same}장이 원래 "
    "프롬프트의 그림과 마지막 비트까지 똑같습니다.",
    "finding.forms.within": "읽는 사람이 같다고 여길 변화 {count}가지 가운데 영향이 허용 한계보다 "
    "작다고 확인된 것: {names}.",
    "finding.forms.none_within": "읽는 사람이 같다고 여길 변화 {count}가지 가운데 영향이 허용 "
    "한계보다 작다고 확인된 것은 없습니다.",
    "finding.forms.effects": "효과가 있을 수 있는 변화 {count}가지 가운데 우연으로 설명되지 않는 "
    "효과를 보인 것: {names}.",
    "finding.forms.no_effect": "효과가 있을 수 있는 변화 {count}가지 가운데 우연으로 설명되지 "
    "않는 효과를 보인 것은 없습니다. 그렇다고 효과가 없다는 증명은 아닙니다.",
    "figure.same_pixels": "같은 픽셀",
    "measurement.pixels": "픽셀",
    "label.occupation.prompt.occupation": "부탁한 직업",
    "attribute.perturbation": "표현을 바꾸었거나 바꾸지 않은 것",
    "value.by.perturbation": "표현의 변화",
    "value.by.expected": "그림에 기대하는 것",
    "value.expected.identical": "아무것도 바뀌지 않아야 함",
    "value.expected.equivalent": "영향이 없어야 함",
    "value.expected.free": "영향이 있을 수 있음",
    "value.perturbation.none": "원래대로",
    "value.perturbation.nfd": "풀어 쓴 음절(NFD)",
    "value.perturbation.double_space": "두 칸 띄어쓰기",
    "value.perturbation.newline": "공백 대신 줄바꿈",
    "value.perturbation.nbsp": "줄바꿈 없는 공백",
    "value.perturbation.leading_space": "맨 앞의 공백",
    "value.perturbation.letter_case": "로마자의 대소문자",
    "value.perturbation.spacing": "마지막 두 낱말 붙여 쓰기",
    "value.perturbation.detached_josa": "조사 띄어 쓰기",
    "value.perturbation.josa_dropped": "조사 생략",
    "value.perturbation.josa_swapped": "이/가와 은/는 바꾸기",
    "value.perturbation.full_stop": "마침표",
    "value.perturbation.full_width": "전각 로마자",
    "value.perturbation.zero_width_space": "너비 없는 공백",
    "value.perturbation.compatibility_jamo": "낱자로 쓰기",
    "value.perturbation.ending_formal": "격식체(-입니다)",
    "value.perturbation.ending_polite": "해요체(-이에요)",
    "value.perturbation.ending_casual": "반말(-이야)",
    "value.perturbation.honorific": "높임말(사람 대신 분)",
    "value.perturbation.romanise": "로마자 표기",
    "value.perturbation.loanword": "외래어",
    "value.perturbation.code_switch": "명사 하나를 영어로",
}
