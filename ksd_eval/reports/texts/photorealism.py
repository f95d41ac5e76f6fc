"""How like photographs a model's pictures are."""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "title.photorealism": "How like reference pictures are those of “{model}”?",
    "topic.unlike_reference": "Pictures unlike any reference picture",
    "intro.unlike_reference": "Half of the reference pictures mark out what is like them. The "
    "other half is put to the same test, since no set of pictures covers another one wholly: what "
    "lies outside of it beyond that is the model’s. For a model of photographs the reference must "
    "be photographs of what the prompts ask for; for the default model it is painted.",
    "metric.unlike_reference": "Outside the reference, less held-out reference pictures",
    "method.unlike_reference": "1 less improved precision (Kynkäänniemi et al. 2019) against half "
    "of the reference, less the same of the other half; over prompts, with an interval that "
    "carries how unsure both are.",
}

KOREAN: Final[Mapping[str, str]] = {
    "title.photorealism": "“{model}”의 그림은 기준 그림과 얼마나 닮았는가?",
    "topic.unlike_reference": "어떤 기준 그림과도 닮지 않은 그림",
    "intro.unlike_reference": "기준 그림의 절반으로 닮은 범위를 정합니다. 어떤 그림 모음도 다른 "
    "모음을 온전히 덮지는 못하므로 나머지 절반도 같은 방법으로 재고, 그보다 더 벗어난 만큼을 "
    "모델의 몫으로 봅니다. 사진을 그리는 모델이라면 기준은 프롬프트가 묻는 것을 찍은 사진이어야 "
    "합니다. 기본 모델의 기준은 칠한 그림입니다.",
    "metric.unlike_reference": "기준을 벗어난 비율에서 남겨 둔 기준 그림의 비율을 뺀 값",
    "method.unlike_reference": "기준의 절반에 대한 개선된 정밀도(Kynkäänniemi 외 2019)를 1에서 뺀 "
    "값에서, 나머지 절반에 대한 같은 값을 뺍니다. 프롬프트에 걸쳐 평균하며, 구간에는 둘의 "
    "불확실함이 모두 들어 있습니다.",
}
