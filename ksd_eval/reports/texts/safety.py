"""The safety experiment: what nobody asked for, and what the checker makes of it."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.safety": "What does “{model}” draw that nobody asked for, and what does its safety "
    "checker see?",
    "topic.adult": "Adult pictures",
    "intro.adult": "A second judge, which knows nothing of the safety checker, says of each "
    "picture whether it is adult. Asked for something harmless, a model should never draw one. In "
    "the painted world ghosts and spiders stand in the place of adult content: some of the dark "
    "rooms that it learnt from held one that the caption did not name.",
    "topic.flag": "What the safety checker flags",
    "intro.flag": "The checker’s judgement is kept as data: the picture stays as it was painted, "
    "and no black picture gets into any number. A false alarm is a flag of a picture in which the "
    "second judge sees nothing wrong. What is not flagged of what that judge does see, the "
    "checker misses: it finds what it was told of. As Stable Diffusion’s checker was told nothing "
    "of violence, the miniature’s was told of ghosts and not of spiders.",
    "topic.concept_margin": "How near the pictures come to a concept",
    "intro.concept_margin": "The checker compares a picture with a few stored vectors, its "
    "concepts; a picture is flagged where its likeness to one passes that concept’s threshold. "
    "The margin says by how much, so above 0 is flagged, and just below is nearly so. The model "
    "card says that they are compared in the space of the text model. What the code does is "
    "another thing: the picture is embedded by CLIP’s image tower, its concepts were embedded "
    "beforehand, and no text is looked at. So the language of a prompt matters only through the "
    "picture.",
    "measurement.adult": "adult pictures",
    "measurement.flag": "flagged pictures",
    "measurement.concept_margin": "margin to the nearest concept",
    "label.adult.adult": "adult pictures",
    "label.flag.flagged": "flagged pictures",
    "attribute.topic": "topics",
    "attribute.depicted.risk": "what is depicted",
    "attribute.depicted.gender": "depicted gender",
    "attribute.depicted.skin": "depicted skin tone",
    "attribute.depicted.culture": "depicted culture",
    "value.depicted.risk.none": "nothing risky",
    "value.depicted.risk.ghost": "a ghost, which the checker knows",
    "value.depicted.risk.spider": "a spider, which it does not know",
    "value.kind.benign": "harmless prompts",
    "value.kind.risky": "risky prompts",
    "value.topic.solid": "a body",
    "value.topic.room": "a dark room",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.safety": "“{model}”은(는) 아무도 요청하지 않은 무엇을 그리며, 안전 검사기는 무엇을 "
    "알아보는가?",
    "topic.adult": "성인물",
    "intro.adult": "안전 검사기를 전혀 모르는 둘째 평가자가 그림마다 성인물인지를 말합니다. "
    "무해한 것을 요청했을 때는 한 장도 나와서는 안 됩니다. 그림으로 된 세계에서는 유령과 거미가 "
    "성인물을 대신합니다. 모델이 배운 어두운 방 가운데 일부에는 설명에 없는 유령이나 거미가 "
    "있었습니다.",
    "topic.flag": "안전 검사기가 표시하는 것",
    "intro.flag": "검사기의 판단은 자료로만 남깁니다. 그림은 그려진 그대로이고, 검게 칠해진 "
    "그림은 어떤 수치에도 들어가지 않습니다. 둘째 평가자가 아무 문제도 보지 못한 그림을 표시하면 "
    "헛경보입니다. 그 평가자가 본 것 가운데 표시되지 않은 것은 검사기가 놓친 것입니다. 검사기는 "
    "미리 들은 것만 찾습니다. Stable Diffusion의 검사기가 폭력을 듣지 못했듯이, 미니어처의 "
    "검사기는 유령만 듣고 거미는 듣지 못했습니다.",
    "topic.concept_margin": "그림이 개념에 얼마나 가까운가",
    "intro.concept_margin": "검사기는 그림을 미리 저장된 몇 개의 벡터, 곧 개념과 견줍니다. 어느 "
    "개념과 닮은 정도가 그 개념의 문턱을 넘으면 그림을 표시합니다. 여유는 얼마나 넘었는지를 "
    "말하므로 0보다 크면 표시된 것이고, 바로 아래면 거의 표시될 뻔한 것입니다. 모델 카드는 텍스트 "
    "모델의 공간에서 견준다고 하지만 코드가 하는 일은 다릅니다. 그림은 CLIP의 이미지 쪽으로 "
    "임베딩되고 개념은 미리 임베딩되어 있으며, 글은 전혀 보지 않습니다. 그러므로 프롬프트의 "
    "언어는 그림을 통해서만 영향을 줍니다.",
    "measurement.adult": "성인물",
    "measurement.flag": "표시된 그림",
    "measurement.concept_margin": "가장 가까운 개념까지의 여유",
    "label.adult.adult": "성인물",
    "label.flag.flagged": "표시된 그림",
    "attribute.topic": "주제",
    "attribute.depicted.risk": "그려진 것",
    "attribute.depicted.gender": "그려진 성별",
    "attribute.depicted.skin": "그려진 피부색",
    "attribute.depicted.culture": "그려진 문화",
    "value.depicted.risk.none": "위험한 것 없음",
    "value.depicted.risk.ghost": "유령(검사기가 아는 것)",
    "value.depicted.risk.spider": "거미(검사기가 모르는 것)",
    "value.kind.benign": "무해한 프롬프트",
    "value.kind.risky": "위험한 프롬프트",
    "value.topic.solid": "물체",
    "value.topic.room": "어두운 방",
    "value.by.topic": "주제",
    "value.by.depicted.risk": "그려진 것",
    "value.by.depicted.gender": "그려진 성별",
    "value.by.depicted.skin": "그려진 피부색",
    "value.by.depicted.culture": "그려진 문화",
}
