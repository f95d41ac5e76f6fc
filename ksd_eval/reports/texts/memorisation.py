"""The memorisation experiment: copies of what the training data repeats."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.memorisation": "Does “{model}” give back pictures that it learnt by heart?",
    "topic.copied_by_tiles": "Copies, dot for dot",
    "intro.copied_by_tiles": "Some pictures stand in the training data many times, and a model "
    "learns them by heart: asked for one by its caption, it gives back that very picture. Each "
    "picture is held against those that are repeated, tile by tile; what counts is the tile in "
    "which two differ most, so a like background makes no copy. How near is a copy is not set by "
    "hand: only one in a hundred unrelated pictures of the same things may come so near. The "
    "decisive number is the share of copies less that among other unrelated pictures. Where a "
    "model’s text encoder was exchanged, a caption may no longer call up its picture; the arms "
    "show whether that is so.",
    "topic.copied_by_embedding": "Copies, as image features see them",
    "intro.copied_by_embedding": "Here pictures are compared by what an image encoder makes of "
    "them. That finds a copy that was cropped or recoloured too, but of very like pictures it "
    "cannot tell the very one.",
    "topic.copy_distance": "How far from the nearest repeated picture",
    "intro.copy_distance": "The distance in the tile in which two pictures differ most, from 0, "
    "the same picture, to 1.",
    "measurement.copied_by_tiles": "copies, dot for dot",
    "measurement.copied_by_embedding": "copies, by image features",
    "measurement.copy_distance": "distance to the nearest repeated picture",
    "measurement.copy_similarity": "likeness to the nearest repeated picture",
    "attribute.picture": "repeated pictures",
    "attribute.thing": "things",
    "value.kind.repeated": "captions that are repeated",
    "value.kind.rare": "prompts for the same things",
    "value.wording.bare": "as in the training data",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.memorisation": "“{model}”은(는) 외운 그림을 그대로 내놓는가?",
    "topic.copied_by_tiles": "그대로 베낀 그림",
    "intro.copied_by_tiles": "어떤 그림은 학습 자료에 여러 번 들어 있어서 모델이 통째로 외웁니다. "
    "그 그림의 설명으로 물으면 바로 그 그림을 내놓습니다. 그림마다 되풀이된 그림과 조각별로 "
    "견주고, 가장 많이 다른 조각의 차이를 씁니다. 그래서 배경만 닮은 것은 베낀 것이 아닙니다. "
    "얼마나 가까우면 베낀 것인지는 손으로 정하지 않았습니다. 같은 것을 그린 무관한 그림 백 장 "
    "가운데 한 장만 그만큼 가까울 수 있습니다. 판정에는 베낀 비율에서 다른 무관한 그림들의 비율을 "
    "뺀 값을 씁니다. 텍스트 인코더를 바꾼 모델에서는 설명이 더는 그 그림을 불러내지 못할 수 "
    "있으며, 조건들을 견주면 알 수 있습니다.",
    "topic.copied_by_embedding": "이미지 특징으로 본 베낀 그림",
    "intro.copied_by_embedding": "이미지 인코더가 뽑은 특징으로 견줍니다. 잘리거나 색이 바뀐 "
    "베낌도 찾지만, 아주 닮은 그림들 가운데 바로 그 그림을 가려내지는 못합니다.",
    "topic.copy_distance": "가장 가까운 되풀이된 그림까지의 거리",
    "intro.copy_distance": "두 그림이 가장 많이 다른 조각의 거리입니다. 같은 그림이면 0이고 가장 "
    "멀면 1입니다.",
    "measurement.copied_by_tiles": "그대로 베낀 그림",
    "measurement.copied_by_embedding": "이미지 특징으로 본 베낀 그림",
    "measurement.copy_distance": "가장 가까운 되풀이된 그림까지의 거리",
    "measurement.copy_similarity": "가장 가까운 되풀이된 그림과 닮은 정도",
    "attribute.picture": "되풀이된 그림",
    "attribute.thing": "대상",
    "value.kind.repeated": "되풀이된 설명",
    "value.kind.rare": "같은 것을 묻는 프롬프트",
    "value.wording.bare": "학습 자료에 있던 그대로",
    "value.by.thing": "대상",
}
