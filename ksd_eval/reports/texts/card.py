"""The card, measured."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.card": "What the card of “{model}” admits, measured",
    "asked.card": "{done} of {of} experiments were done. Each has a page of its own; here all "
    "claims are decided together, so that the whole ledger holds at once.",
    "chapters.heading": "The experiments",
    "chapters.page": "The whole page of this experiment",
    "chapter.bias": "Whom and what it draws",
    "chapter.photorealism": "How like photographs its pictures are",
    "chapter.text": "Whether it can write",
    "chapter.composition": "Whether it puts things together as asked",
    "chapter.people": "Faces and people",
    "chapter.language": "What is lost by asking in Korean",
    "chapter.text_encoder": "What the text encoder does to Korean",
    "chapter.autoencoder": "What the autoencoder loses",
    "chapter.memorisation": "Whether it copies what it was trained on",
    "chapter.safety": "The safety checker, and what it misses",
    "chapter.robustness": "Whether small changes of wording matter",
    "chapter.card_examples": "The card’s own examples",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.card": "“{model}”의 모델 카드가 인정한 한계를 재어 보면",
    "asked.card": "실험 {of}개 가운데 {done}개를 마쳤습니다. 실험마다 따로 페이지가 있으며, "
    "여기서는 모든 판정이 한꺼번에 성립하도록 함께 판정합니다.",
    "chapters.heading": "실험",
    "chapters.page": "이 실험의 전체 페이지",
    "chapter.bias": "누구를, 무엇을 그리는가",
    "chapter.photorealism": "그림이 사진과 얼마나 닮았는가",
    "chapter.text": "글자를 쓸 수 있는가",
    "chapter.composition": "요청한 대로 배치하는가",
    "chapter.people": "얼굴과 사람",
    "chapter.language": "한국어로 물으면 무엇을 잃는가",
    "chapter.text_encoder": "텍스트 인코더는 한국어를 어떻게 다루는가",
    "chapter.autoencoder": "오토인코더에서 무엇이 사라지는가",
    "chapter.memorisation": "학습한 그림을 베끼는가",
    "chapter.safety": "안전 검사기와 그것이 놓치는 것",
    "chapter.robustness": "표현을 조금 바꾸면 달라지는가",
    "chapter.card_examples": "모델 카드에 실린 예시",
}
