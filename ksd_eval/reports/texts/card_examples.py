"""The model card's own examples, and whether they still come out the same."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.card_examples": "What “{model}” draws of the model card’s own examples",
    "card_pictures.own": "Drawn as the card says. It names neither GPU nor versions, so the last "
    "bits may still be others than those of its pictures.",
    "card_pictures.not": "These are not the card’s pictures, though the prompts and seeds are the "
    "card’s. What is unlike: {reasons}.",
    "card_pictures.reason": "{what} {had} (the card: {wanted})",
    "card_pictures.nothing": "none",
    "card_pictures.repo": "model",
    "card_pictures.language": "language of the prompt",
    "card_pictures.device": "device",
    "card_pictures.dtype": "precision",
    "card_pictures.size": "pixels along a side",
    "card_pictures.scheduler": "scheduler",
    "card_pictures.steps": "steps",
    "card_pictures.guidance": "guidance",
    "card_pictures.changes": "changed by",
    "card_pictures.negative_prompt": "negative prompt",
    "card_pictures.noise": "noise",
    "card_pictures.batch_shape": "batch",
    "sheet.beside": "The number below a picture: {what}.",
    "topic.recorded": "Whether the same model still gives the same pictures",
    "intro.recorded": "Every picture that is painted is written down with what it was drawn from "
    "and with its pixels’ hash. A later run that paints it anew, with other versions or on another "
    "machine, is held against that. A picture that comes from the store was not painted again and "
    "confirms nothing.",
    "finding.recorded": "Of {of} pictures, {compared} were painted anew by the weights and "
    "settings of the record; {same} of these are the same to the last bit.",
    "finding.unrecorded": "None of {of} pictures could be held against the record: they were "
    "painted for the first time, come from the store, or were drawn with other weights or "
    "settings. The tables say which.",
    "metric.same_as_recorded": "The same as recorded",
    "method.same_as_recorded": "Of the pictures that the weights and settings of the record "
    "painted anew, the share whose pixels are the same to the last bit. Pictures painted for the "
    "first time, taken from the store, or drawn with other weights or settings are not in it; they "
    "are counted under “cannot tell”.",
    "metric.recorded_difference": "Difference from the recorded picture, in levels of 255",
    "method.recorded_difference": "The mean absolute difference of all pixels and channels; 0 is "
    "the same to the last bit. There is no number where nothing is recorded, or where the earlier "
    "picture is not there any more.",
    "metric.each_picture": "Picture by picture",
    "method.each_picture": "The value of each single picture, and of the arm the plain mean of "
    "these. Whoever wrote the card picked the prompts, so they stand for no others, and there is "
    "neither interval nor verdict.",
    "label.recorded.same": "the same to the last bit",
    "attribute.seed": "the card’s examples",
    "value.by.seed": "example",
    "value.seed.23957": "an astronaut on Mars (seed 23957)",
    "value.seed.46399": "a white cat (seed 46399)",
    "value.seed.12345": "a white cat at the piano (seed 12345)",
    "value.seed.1234246": "a beach at night (seed 1234246)",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.card_examples": "“{model}”은(는) 모델 카드의 예시를 어떻게 그리는가?",
    "card_pictures.own": "모델 카드에 적힌 대로 그렸습니다. 카드는 GPU와 패키지 버전을 밝히지 "
    "않았으므로 마지막 비트까지 카드의 그림과 같지는 않을 수 있습니다.",
    "card_pictures.not": "프롬프트와 시드는 모델 카드의 것이지만 카드에 실린 그림은 아닙니다. "
    "다른 점: {reasons}.",
    "card_pictures.reason": "{what} {had}(카드는 {wanted})",
    "card_pictures.nothing": "없음",
    "card_pictures.repo": "모델",
    "card_pictures.language": "프롬프트의 언어",
    "card_pictures.device": "장치",
    "card_pictures.dtype": "정밀도",
    "card_pictures.size": "한 변의 픽셀 수",
    "card_pictures.scheduler": "스케줄러",
    "card_pictures.steps": "스텝 수",
    "card_pictures.guidance": "가이던스",
    "card_pictures.changes": "바꾼 부분",
    "card_pictures.negative_prompt": "네거티브 프롬프트",
    "card_pictures.noise": "노이즈",
    "card_pictures.batch_shape": "배치 크기",
    "sheet.beside": "그림 아래의 숫자는 {what}입니다.",
    "topic.recorded": "같은 모델이 여전히 같은 그림을 그리는가",
    "intro.recorded": "그림을 그릴 때마다 무엇으로 그렸는지와 픽셀의 해시를 기록해 둡니다. 나중에 "
    "다른 버전이나 다른 컴퓨터에서 새로 그리면 그 기록과 견줍니다. 저장소에서 꺼낸 그림은 다시 "
    "그린 것이 아니므로 아무것도 확인해 주지 않습니다.",
    "finding.recorded": "그림 {of}장 가운데 {compared}장은 기록과 같은 가중치와 설정으로 새로 그린 "
    "것이며, 그중 {same}장이 마지막 비트까지 같습니다.",
    "finding.unrecorded": "그림 {of}장 가운데 기록과 견줄 수 있는 것이 없습니다. 처음 그렸거나, "
    "저장소에서 꺼냈거나, 다른 가중치나 설정으로 그린 그림입니다. 어느 쪽인지는 표에 있습니다.",
    "metric.same_as_recorded": "기록과 같은 그림",
    "method.same_as_recorded": "기록과 같은 가중치와 설정으로 새로 그린 그림 가운데 픽셀이 마지막 "
    "비트까지 같은 것의 비율입니다. 처음 그린 그림, 저장소에서 꺼낸 그림, 다른 가중치나 설정으로 "
    "그린 그림은 여기에 넣지 않고 “판단 불가”로 셉니다.",
    "metric.recorded_difference": "기록된 그림과의 차이(255단계)",
    "method.recorded_difference": "모든 픽셀과 채널에서 차이의 절댓값을 평균한 값입니다. 0이면 "
    "마지막 비트까지 같습니다. 기록이 없거나 예전 그림이 남아 있지 않으면 값이 없습니다.",
    "metric.each_picture": "그림 한 장씩",
    "method.each_picture": "그림 한 장 한 장의 값이며, 조건의 값은 이들의 단순 평균입니다. "
    "프롬프트는 카드를 쓴 사람이 고른 것이어서 다른 프롬프트를 대표하지 않으므로 구간도 판정도 "
    "없습니다.",
    "label.recorded.same": "마지막 비트까지 같음",
    "attribute.seed": "모델 카드 예시",
    "value.by.seed": "예시",
    "value.seed.23957": "화성의 우주인(시드 23957)",
    "value.seed.46399": "하얀 고양이(시드 46399)",
    "value.seed.12345": "피아노를 치는 하얀 고양이(시드 12345)",
    "value.seed.1234246": "밤의 해변(시드 1234246)",
}
