"""The text encoder: what it makes of Korean, and what pictures lose by it."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.text_encoder": "What does the text encoder of “{model}” make of Korean?",
    "asked.text_encoder": "Nothing was painted for this page. Every prompt was read by the text "
    "encoders alone, and what they made of it was compared. The arms say whose text went through "
    "which encoder: Korean and English through the model’s own, English and Korean through the "
    "English original’s. The original’s reading of the English text is what the denoiser was "
    "trained on, so it is what all others are held against.",
    "topic.tokens": "How long prompts are for a tokenizer",
    "intro.tokens": "A tokenizer cuts a text into the pieces that its encoder knows. One that was "
    "not made for Korean cuts a syllable into several pieces, and what lies beyond the limit is "
    "thrown away unread.",
    "topic.alignment": "How like the original’s reading of the English text",
    "intro.alignment": "The denoiser does not look at one vector a prompt but at a state for each "
    "position: the start, the words, the end, and the padding up to the limit. A Korean encoder "
    "of this kind is taught to match the sentence vector alone, which is the state of the end "
    "token; of all other positions nothing is asked. Words of two languages do not stand at the "
    "same positions, so the mean state of the words is compared, and of the padding likewise. "
    "The floor is what the same states have in common with other prompts’ English: an alignment no "
    "higher than that tells nothing of what was asked. The start is one state, the same for "
    "all prompts.",
    "topic.retrieval": "Whether the right English text is found",
    "intro.retrieval": "Of all English texts, is the one that means the same the nearest by "
    "sentence vector? The floor is what chance would give. Texts that cannot be told apart do not "
    "count as found.",
    "topic.image_gap": "Which of these foretells what pictures lose",
    "intro.image_gap": "What pictures lose is how much better the original’s pictures fit the "
    "English text than the Korean arm’s of the same prompt, from the last run of the experiment "
    "“language”. Prompts are ranked by that, and by what their Korean text shows; the two rankings "
    "are compared. Below zero: prompts that have more of it lose less. Where a loss is near zero "
    "on average, prompts may still differ in it. What goes together need not be cause and effect.",
    "metric.tokens": "Tokens",
    "method.tokens": "Tokens of the whole prompt before anything is cut off, with start and end; "
    "the mean over prompts.",
    "metric.alignment": "Alignment",
    "method.alignment": "The cosine of a state with the original’s on the English text of the same "
    "pair, by place: start, mean of the words, end (the pooled vector of a CLIP tower), mean of "
    "the padding; then the mean over prompts. The floor is the mean cosine with all other English "
    "texts.",
    "metric.alignment_gain": "Alignment above its floor",
    "method.alignment_gain": "The same less its floor, prompt by prompt: 0 where a state tells "
    "nothing of which prompt it is of.",
    "metric.reciprocal_rank": "How early the right text comes",
    "method.reciprocal_rank": "The mean of one over the rank of the right English text among all "
    "distinct ones, by cosine of end states: 1 where it always comes first.",
    "metric.rank_correlation": "Rank correlation with what pictures lose",
    "method.rank_correlation": "Spearman’s, over prompts, with Bonett and Wright’s interval; p by "
    "permutation, q after Benjamini and Hochberg over the properties. Pictures have luck of their "
    "own, so that even a perfect foreteller would not reach 1; the note of the mean loss says how "
    "far it would come.",
    "metric.rank_correlation_within": "The same within kinds of prompts",
    "method.rank_correlation_within": "Ranks less their mean in the kind of prompt: what differs "
    "between kinds, such as people and buildings, counts for nothing. Kinds of fewer than three "
    "prompts are left out.",
    "measurement.truncated": "cut off",
    "measurement.recall_at_1": "recall at 1",
    "label.tokens.truncated": "truncated prompts",
    "label.retrieval.first": "right text first",
    "value.by.place": "place in the text",
    "value.by.predictor": "property of the Korean text",
    "value.kind.marked": "gender named",
    "value.place.start": "start",
    "value.place.content": "words",
    "value.place.end": "end (pooled)",
    "value.place.padding": "padding",
    "value.predictor.tokens": "tokens",
    "value.predictor.content": "alignment of the words",
    "value.predictor.end": "alignment at the end",
    "value.predictor.padding": "alignment of the padding",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.text_encoder": "“{model}” 모델의 텍스트 인코더는 한국어를 어떻게 읽는가?",
    "asked.text_encoder": "이 페이지를 위해 그린 그림은 없습니다. 모든 프롬프트를 텍스트 인코더만 "
    "읽게 하고 그 결과를 비교했습니다. 각 열은 어느 글을 어느 인코더에 넣었는지를 뜻합니다. "
    "이 모델의 인코더에 한국어와 영어를, 영어 원본의 인코더에 영어와 한국어를 넣었습니다. 원본이 "
    "영어 글을 읽은 결과로 노이즈 제거기가 학습되었으므로, 나머지는 모두 그것과 견줍니다.",
    "topic.tokens": "토크나이저에게 프롬프트는 얼마나 긴가",
    "intro.tokens": "토크나이저는 글을 인코더가 아는 조각으로 자릅니다. 한국어를 위해 만들지 않은 "
    "토크나이저는 한 음절도 여러 조각으로 자르며, 한도를 넘는 부분은 읽지 않고 버립니다.",
    "topic.alignment": "원본이 영어 글을 읽은 결과와 얼마나 닮았는가",
    "intro.alignment": "노이즈 제거기는 프롬프트마다 벡터 하나가 아니라 위치마다 하나씩의 상태를 "
    "봅니다. 시작 토큰, 낱말, 끝 토큰, 그리고 한도까지 채운 패딩입니다. 이런 한국어 인코더는 끝 "
    "토큰의 상태인 문장 벡터만 맞추도록 배우고, 다른 위치는 배우지 않습니다. 두 언어의 낱말은 같은 "
    "위치에 있지 않으므로 낱말 상태의 평균을 비교하고, 패딩도 그렇게 합니다. 바닥값은 같은 상태가 "
    "다른 프롬프트의 영어와 닮은 정도입니다. 이보다 높지 않다면 무엇을 물었는지 알려 주지 못하는 "
    "것입니다. 시작 토큰의 상태는 모든 프롬프트에서 같습니다.",
    "topic.retrieval": "맞는 영어 글을 찾는가",
    "intro.retrieval": "모든 영어 글 가운데 뜻이 같은 글이 문장 벡터로 가장 가까운지 봅니다. "
    "바닥값은 우연히 찾을 때의 값입니다. 서로 구별되지 않는 글은 찾은 것으로 치지 않습니다.",
    "topic.image_gap": "이 가운데 무엇이 그림의 손실을 예고하는가",
    "intro.image_gap": "그림의 손실은 같은 프롬프트에서 원본의 그림이 한국어로 그린 그림보다 영어 "
    "글에 얼마나 더 잘 맞는지이며, 마지막 “language” 실험에서 가져옵니다. 프롬프트를 손실 순으로, "
    "또 한국어 글의 성질 순으로 늘어놓고 두 순위를 비교합니다. 0보다 작으면 그 성질이 큰 "
    "프롬프트일수록 덜 잃습니다. 평균 손실이 0에 가까워도 프롬프트마다 다를 수 있습니다. 함께 "
    "움직인다고 해서 원인과 결과인 것은 아닙니다.",
    "metric.tokens": "토큰 수",
    "method.tokens": "자르기 전 프롬프트 전체의 토큰 수로, 시작과 끝 토큰을 포함하며 프롬프트에 "
    "걸쳐 평균합니다.",
    "metric.alignment": "정렬",
    "method.alignment": "같은 쌍의 영어 글을 원본이 읽은 상태와의 코사인을 자리별로 구합니다. "
    "시작, 낱말의 평균, 끝(CLIP의 문장 벡터), 패딩의 평균이며, 프롬프트에 걸쳐 평균합니다. "
    "바닥값은 다른 모든 영어 글과의 코사인 평균입니다.",
    "metric.alignment_gain": "바닥값을 넘는 정렬",
    "method.alignment_gain": "프롬프트마다 바닥값을 뺀 값입니다. 어느 프롬프트의 상태인지 전혀 "
    "알려 주지 못하면 0입니다.",
    "metric.reciprocal_rank": "맞는 글이 얼마나 먼저 나오는가",
    "method.reciprocal_rank": "서로 다른 영어 글 가운데 맞는 글의 순위를 끝 상태의 코사인으로 구해 "
    "그 역수를 평균합니다. 언제나 맨 먼저 나오면 1입니다.",
    "metric.rank_correlation": "그림의 손실과의 순위상관",
    "method.rank_correlation": "프롬프트에 걸친 스피어만 상관이며 구간은 Bonett과 Wright의 방법, "
    "p값은 순열 검정, q값은 성질들에 걸친 Benjamini-Hochberg의 방법입니다. 그림에는 운이 섞이므로 "
    "완벽한 예고자도 1에 이르지 못합니다. 어디까지 이를 수 있는지는 평균 손실의 참고에 적었습니다.",
    "metric.rank_correlation_within": "같은 종류의 프롬프트 안에서의 순위상관",
    "method.rank_correlation_within": "순위에서 그 종류의 평균 순위를 뺍니다. 사람과 건물처럼 종류 "
    "사이의 차이는 셈에 들지 않습니다. 프롬프트가 셋보다 적은 종류는 뺍니다.",
    "measurement.truncated": "잘림",
    "measurement.recall_at_1": "1위 재현율",
    "label.tokens.truncated": "잘린 프롬프트",
    "label.retrieval.first": "맞는 글이 맨 먼저",
    "value.by.place": "글 속의 자리",
    "value.by.predictor": "한국어 글의 성질",
    "value.kind.culture": "문화",
    "value.kind.marked": "성별을 밝힌 사람",
    "value.place.start": "시작",
    "value.place.content": "낱말",
    "value.place.end": "끝(문장 벡터)",
    "value.place.padding": "패딩",
    "value.predictor.tokens": "토큰 수",
    "value.predictor.content": "낱말의 정렬",
    "value.predictor.end": "끝의 정렬",
    "value.predictor.padding": "패딩의 정렬",
}
