"""The people experiment: faces, counted and looked at."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.people": "Does “{model}” draw people as people?",
    "topic.face_failure": "Pictures without the right number of faces",
    "intro.face_failure": "Each prompt asks for one person. A picture fails if it does not have "
    "exactly one face: none is an outcome, and nothing is drawn again until it fits. A judge "
    "overlooks faces too, so the decisive number is the share of failures less that of the same "
    "judge on pictures that are known to show one person each.",
    "topic.faces": "How many faces there are",
    "intro.faces": "The share of pictures with no, one, two or three faces, though one person was "
    "asked for.",
    "topic.face_confidence": "How sure the judge is of the faces",
    "intro.face_confidence": "The mean confidence of the faces that were found, from 0 to 1. A "
    "face that is hardly one is found with little confidence.",
    "topic.landmarks": "Whether the faces hold together",
    "intro.landmarks": "Of pictures with a face: the share in which its parts lie where those of "
    "a face do. In photographs that is the place of eyes, nose and mouth; of painted faces it is "
    "whether gender, skin and age can be made out at all.",
    "measurement.face_failure": "not exactly one face",
    "measurement.faces": "number of faces",
    "measurement.face_confidence": "confidence in the faces",
    "measurement.landmarks": "faces that hold together",
    "label.faces.0": "pictures without a face",
    "label.faces.1": "pictures with one face",
    "label.faces.2": "pictures with two faces",
    "label.faces.3": "pictures with three faces",
    "label.landmarks.plausible": "plausible faces",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.people": "“{model}”은(는) 사람을 사람답게 그리는가?",
    "topic.face_failure": "얼굴 수가 맞지 않는 그림",
    "intro.face_failure": "프롬프트마다 한 사람을 요청합니다. 얼굴이 꼭 하나가 아니면 실패입니다. "
    "얼굴이 없는 것도 결과이므로 맞을 때까지 다시 그리지 않습니다. 평가자도 얼굴을 놓칠 때가 "
    "있으므로, 판정에는 한 사람씩 그려진 그림에서 같은 평가자가 낸 실패를 뺀 값을 씁니다.",
    "topic.faces": "얼굴이 몇인가",
    "intro.faces": "한 사람을 요청했는데 얼굴이 없거나 하나, 둘, 셋인 그림의 비율입니다.",
    "topic.face_confidence": "평가자가 얼굴을 얼마나 확신하는가",
    "intro.face_confidence": "찾은 얼굴에 대한 확신의 평균이며 0에서 1까지입니다. 얼굴이라고 하기 "
    "어려운 것은 낮은 확신으로 찾아집니다.",
    "topic.landmarks": "얼굴의 생김새가 맞는가",
    "intro.landmarks": "얼굴이 있는 그림 가운데, 얼굴의 각 부분이 있어야 할 곳에 있는 비율입니다. "
    "사진에서는 눈과 코와 입의 위치를 보고, 그림으로 된 세계에서는 성별과 피부색과 나이를 알아볼 "
    "수 있는지를 봅니다.",
    "measurement.face_failure": "얼굴이 꼭 하나가 아님",
    "measurement.faces": "얼굴 수",
    "measurement.face_confidence": "얼굴에 대한 확신",
    "measurement.landmarks": "생김새가 맞는 얼굴",
    "label.faces.0": "얼굴이 없는 그림",
    "label.faces.1": "얼굴이 하나인 그림",
    "label.faces.2": "얼굴이 둘인 그림",
    "label.faces.3": "얼굴이 셋인 그림",
    "label.landmarks.plausible": "생김새가 맞는 얼굴",
}
