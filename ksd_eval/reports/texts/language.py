"""What is lost by asking in Korean."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.language": "What does “{model}” lose by being asked in Korean?",
    "topic.correctness": "How like the original’s pictures",
    "intro.correctness": "Here no judge reads a text. Pictures of an arm are held against the "
    "pictures that the English original draws for the same prompt from other noise. What is lost "
    "on the way through the Korean text encoder shows as distance.",
    "topic.self_consistency": "How alike the pictures of one prompt are",
    "intro.self_consistency": "A model that is unsure of what it was asked draws one thing now "
    "and another then.",
    "topic.specificity": "How unlike the pictures of different prompts are",
    "intro.specificity": "A model that draws the same whatever it is asked is consistent and "
    "useless: this number is then near 0.",
    "metric.correctness": "Correctness (CoCo-CroLa)",
    "method.correctness": "The mean cosine of image features of a picture with the original’s "
    "pictures of the same prompt from other noise; then over prompts. Beside it stands what the "
    "original’s pictures have in common with one another.",
    "metric.self_consistency": "Self-consistency (CoCo-CroLa)",
    "method.self_consistency": "The mean cosine of image features among an arm’s pictures of one "
    "prompt; then over prompts.",
    "metric.specificity": "Specificity (CoCo-CroLa)",
    "method.specificity": "1 less the mean cosine of image features with the arm’s pictures of "
    "other prompts; then over prompts.",
    "metric.relative_loss": "Loss, as a part of what a fitting text is worth",
    "method.relative_loss": "The paired difference of the likeness to the English text, divided "
    "by what matched pictures gain by their own text over another’s. 0 is no loss, 1 as if "
    "something else had been asked for. Fieller’s interval.",
    "figure.floor": "an unrelated text",
    "figure.ceiling": "at best",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.language": "“{model}”은(는) 한국어로 물으면 무엇을 잃는가?",
    "topic.correctness": "원본의 그림과 얼마나 닮았는가",
    "intro.correctness": "여기서는 글을 읽는 평가자를 쓰지 않습니다. 같은 프롬프트에서 다른 "
    "노이즈로 시작한 영어 원본의 그림과 견줍니다. 한국어 텍스트 인코더를 지나며 잃은 것이 거리로 "
    "나타납니다.",
    "topic.self_consistency": "한 프롬프트의 그림끼리 얼마나 닮았는가",
    "intro.self_consistency": "무엇을 물었는지 확실히 알지 못하는 모델은 그때그때 다른 것을 "
    "그립니다.",
    "topic.specificity": "다른 프롬프트의 그림끼리 얼마나 다른가",
    "intro.specificity": "무엇을 묻든 같은 것만 그리는 모델은 한결같지만 쓸모가 없습니다. 그럴 때 "
    "이 값은 0에 가깝습니다.",
    "metric.correctness": "정확성(CoCo-CroLa)",
    "method.correctness": "같은 프롬프트에서 다른 노이즈로 시작한 원본의 그림과의 이미지 특징 "
    "코사인을 평균한 뒤 프롬프트에 걸쳐 평균합니다. 원본의 그림끼리 닮은 정도를 함께 적습니다.",
    "metric.self_consistency": "자기 일관성(CoCo-CroLa)",
    "method.self_consistency": "한 프롬프트의 그림끼리 이미지 특징 코사인을 평균한 뒤 프롬프트에 "
    "걸쳐 평균합니다.",
    "metric.specificity": "변별성(CoCo-CroLa)",
    "method.specificity": "1에서 다른 프롬프트의 그림과의 이미지 특징 코사인 평균을 뺀 뒤 "
    "프롬프트에 걸쳐 평균합니다.",
    "metric.relative_loss": "맞는 글의 가치에 견준 손실",
    "method.relative_loss": "영어 글과 닮은 정도의 짝지은 차이를, 짝이 맞는 그림에서 제 글이 남의 "
    "글보다 더 닮은 정도로 나눈 값입니다. 0이면 손실이 없고 1이면 다른 것을 물은 것과 같습니다. "
    "구간은 Fieller의 방법입니다.",
    "figure.floor": "무관한 글",
    "figure.ceiling": "최선",
}
